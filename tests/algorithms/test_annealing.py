"""Coupled replicas: energies against their definition after every flip, the law of the sampler by listing all states."""

import itertools

import numpy as np
import pytest

from flatminima.algorithms.annealing import energy, two_stage
from flatminima.networks import RELU_UNIT, full_committee, perceptron, random_patterns, tanh_unit, tree_committee

MACHINES = {
    "perceptron": perceptron(11),
    "tree, sign": tree_committee(3, 15),
    "tree, sign, even fan-in": tree_committee(3, 12),
    "tree, ReLU": tree_committee(4, 20, RELU_UNIT),
    "full, sign": full_committee(3, 9),
    "full, ReLU": full_committee(2, 8, RELU_UNIT),
}


def cross_entropy(stability):
    return np.logaddexp(0.0, -3.0 * stability) / 3.0


def drawn(machine, count, seed, size=70):
    """Patterns, and random weights of `count` replicas; more than 64 patterns take more than one block."""
    generator = np.random.default_rng(seed)
    return random_patterns(size, machine.size, seed=seed), 2 * generator.integers(0, 2, (count, *machine.shape)) - 1


def integers(machine, weights, patterns):
    """σ Σ c g(S) by integers: no rounding decides whether an output is zero."""
    inputs = patterns.inputs.astype(int)
    split = inputs[:, None] if machine.full else inputs.reshape(-1, *machine.shape)
    fields = np.sum(split * weights.astype(int), axis=2)
    hidden = fields if machine.units == 1 else np.maximum(fields, 0) if machine.unit is RELU_UNIT else np.sign(fields)
    return patterns.labels * (hidden @ machine.readout.astype(int))


def stabilities(machine, weights, patterns):
    """Ξ of relu-2019 (E1); of a perceptron, its field."""
    square = machine.units * (machine.fan_in if machine.units == 1 or machine.unit is RELU_UNIT else 1)
    return integers(machine, weights, patterns) / np.sqrt(square)


@pytest.mark.parametrize("name", MACHINES)
def test_energies_are_those_of_the_definition(name):
    machine = MACHINES[name]
    patterns, weights = drawn(machine, 3, seed=1)
    counted = energy.replicas(patterns, machine, weights)
    valued = energy.replicas(patterns, machine, weights, cross_entropy)
    for a, each in enumerate(weights):
        output = integers(machine, each, patterns)
        assert counted.energies[a] == counted.errors[a] == valued.errors[a] == np.sum(output <= 0)
        # the committee computes with rounded fields: where they are not zero, it must agree
        assert np.array_equal((machine.stabilities(each, patterns) > 0)[output != 0], (output > 0)[output != 0])
        loss = cross_entropy(stabilities(machine, each, patterns)).sum()
        assert abs(valued.energies[a] * valued.step - loss) <= len(patterns) * energy.STEP / 2


@pytest.mark.parametrize("loss", [None, cross_entropy])
@pytest.mark.parametrize("name", MACHINES)
def test_after_every_flip_nothing_differs_from_a_state_made_afresh(name, loss):
    machine = MACHINES[name]
    patterns, weights = drawn(machine, 2, seed=2)
    state, generator = energy.replicas(patterns, machine, weights, loss), np.random.default_rng(3)
    for _ in range(40):
        a, unit, i = (int(generator.integers(side)) for side in state.weights.shape)
        local = state.fields[a, unit], state.outputs[a], state.inputs[unit * state.stride + i], state.labels
        flipped = int(state.weights[a, unit, i]), state.readout[unit], state.clip
        foreseen = energy.energy_after(*local, *flipped, state.table)
        energy.flip(*local, *flipped)
        state.weights[a, unit, i] *= -1
        afresh = energy.replicas(patterns, machine, state.weights, loss)
        assert foreseen == afresh.energies[a]
        assert np.array_equal(state.fields, afresh.fields) and np.array_equal(state.outputs, afresh.outputs)


@pytest.mark.parametrize("name", MACHINES)
def test_after_every_step_of_the_sampler_the_state_is_consistent(name):
    machine = MACHINES[name]
    patterns, weights = drawn(machine, 3, seed=4)
    state, generator, made = energy.replicas(patterns, machine, weights), np.random.default_rng(5), 0
    for _ in range(100):
        before = state.weights.copy()
        flips = two_stage.sweep(state, 0.3, 0.2, generator, proposals=1)  # at most one flip in a unit
        assert flips == np.count_nonzero(before != state.weights)
        afresh = energy.replicas(patterns, machine, state.weights)
        for array in ("fields", "outputs", "energies", "sums"):
            assert np.array_equal(getattr(state, array), getattr(afresh, array)), array
        made += flips
    assert made > 20


def listed(machine, patterns, count):
    """All states of `count` replicas: the index of each network's weights, the energy of each network, all M."""
    networks = np.array(list(itertools.product([1, -1], repeat=machine.units * machine.fan_in))).reshape(-1, *machine.shape)
    energies = np.array([np.sum(integers(machine, each, patterns) <= 0) for each in networks])
    states = np.array(list(itertools.product(range(len(networks)), repeat=count)))
    return energies[states].sum(axis=1), networks[states].sum(axis=1).reshape(len(states), -1)


TINY = {"sign": tree_committee(3, 3), "ReLU": tree_committee(2, 4, RELU_UNIT), "full": full_committee(2, 2, RELU_UNIT)}


@pytest.mark.parametrize("machine", TINY.values(), ids=TINY)
def test_the_law_is_that_of_all_states_listed(machine):
    beta, gamma, count = 0.8, 0.35, 2
    patterns = random_patterns(6, machine.size, seed=8)
    total, sums = listed(machine, patterns, count)
    weight = np.exp(-beta * total) * np.cosh(gamma * sums).prod(axis=1)
    weight /= weight.sum()
    together = (sums**2).sum(axis=1)
    kinds, kind = np.unique(np.stack([total, together]), axis=1, return_inverse=True)
    exact = np.bincount(kind.ravel(), weights=weight)

    state = energy.replicas(patterns, machine, np.ones((count, *machine.shape)))
    generator, batches, length = np.random.default_rng(9), 30, 100
    seen = np.zeros((batches, exact.size))
    for batch in range(batches):
        for _ in range(length):
            two_stage.sweep(state, beta, gamma, generator, proposals=30)
            now = state.energies.sum(), (state.sums.astype(int) ** 2).sum()
            seen[batch, np.flatnonzero((kinds.T == now).all(axis=1))[0]] += 1 / length
    deviation = seen.mean(axis=0) - exact
    error = seen.std(axis=0, ddof=1) / np.sqrt(batches)
    assert exact.size > 5
    assert (np.abs(deviation) <= 4.5 * error + 2e-3 * (exact < 2e-3)).all()


def test_without_energy_and_coupling_every_proposal_is_accepted():
    machine = tree_committee(3, 15)
    patterns, weights = drawn(machine, 4, seed=6)
    state = energy.replicas(patterns, machine, weights)
    assert two_stage.sweep(state, 0.0, 0.0, np.random.default_rng(0)) == state.weights.size


def test_at_zero_temperature_no_energy_rises():
    machine = tree_committee(4, 20, RELU_UNIT)
    patterns, weights = drawn(machine, 4, seed=7)
    state, generator = energy.replicas(patterns, machine, weights), np.random.default_rng(0)
    for _ in range(20):
        before = state.energies.copy()
        two_stage.sweep(state, 1e6, 0.1, generator)
        assert (state.energies <= before).all()


def test_a_strong_coupling_holds_equal_replicas_together():
    machine = tree_committee(3, 15)
    patterns, weights = drawn(machine, 1, seed=8)
    state = energy.replicas(patterns, machine, np.repeat(weights, 5, axis=0))
    assert two_stage.sweep(state, 0.0, 300.0, np.random.default_rng(0)) == 0 and state.overlap == 1


def test_without_energy_the_overlap_is_the_squared_tanh_of_the_coupling():
    """Given the reference, each replica is an independent weight in the field γ."""
    machine, gamma = perceptron(301), 0.8
    patterns, weights = drawn(machine, 7, seed=10, size=3)
    state, generator = energy.replicas(patterns, machine, weights), np.random.default_rng(11)
    values = []
    for sweep in range(400):
        two_stage.sweep(state, 0.0, gamma, generator)
        if sweep >= 40:
            values.append(state.overlap)
    blocks = np.mean(np.reshape(values, (18, 20)), axis=1)
    assert abs(blocks.mean() - np.tanh(gamma) ** 2) < 4 * blocks.std(ddof=1) / np.sqrt(18)


def test_the_ratios_are_those_of_the_hyperbolic_cosines():
    gamma, count = 0.6, 5
    s = np.arange(-count, count + 1)
    assert np.allclose(two_stage.coupling_ratios(gamma, count), np.cosh(gamma * (s - 2)) / np.cosh(gamma * s), rtol=1e-14)
    assert np.isfinite(two_stage.coupling_ratios(400.0, count)).all()


def test_the_overlap_is_the_mean_over_pairs():
    machine = tree_committee(3, 15)
    patterns, weights = drawn(machine, 5, seed=12)
    flat = weights.reshape(5, -1)
    pairs = [flat[a] @ flat[b] / flat.shape[1] for a, b in itertools.combinations(range(5), 2)]
    assert energy.replicas(patterns, machine, weights).overlap == pytest.approx(np.mean(pairs), abs=1e-15)
    assert np.isnan(energy.replicas(patterns, machine, weights[:1]).overlap)


def test_odd_units_do_not_mind_the_gauge():
    """Flipping all entries of a pattern together with its label leaves sign machines as they are."""
    machine = tree_committee(3, 15)
    patterns, weights = drawn(machine, 3, seed=13)
    gauged = type(patterns)(patterns.gauged, np.ones(len(patterns)))
    assert np.array_equal(
        energy.replicas(patterns, machine, weights, cross_entropy).energies,
        energy.replicas(gauged, machine, weights, cross_entropy).energies,
    )


@pytest.mark.parametrize(
    "change, message",
    [
        ({"weights": np.zeros((2, 3, 5))}, "weights has an entry that is not -1 or 1"),
        ({"weights": np.full((2, 3, 5), np.nan)}, "weights has an entry that is not -1 or 1"),
        ({"weights": np.ones((3, 5))}, "weights has shape"),
        ({"machine": tree_committee(3, 15, tanh_unit(1.0))}, "it must be SIGN_UNIT or RELU_UNIT"),
        ({"loss": lambda x: x / 0.0}, "loss gives values that are not finite"),
        ({"weights": np.ones((32_001, 3, 5))}, "and 32001 networks; all must be at most 32000"),
        ({"machine": full_committee(4400, 15, RELU_UNIT), "weights": np.ones((1, 4400, 15))}, "outputs 33000"),
    ],
)
def test_bad_states_are_refused(change, message):
    arguments = {"machine": tree_committee(3, 15), "weights": np.ones((2, 3, 5)), "loss": None} | change
    with pytest.raises(ValueError, match=message), np.errstate(all="ignore"):
        energy.replicas(random_patterns(4, 15, seed=0), **arguments)


@pytest.mark.parametrize("name", ["beta", "gamma"])
@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_bad_temperatures_and_couplings_are_refused(name, value):
    state = energy.replicas(random_patterns(4, 5, seed=0), perceptron(5), np.ones((2, 1, 5)))
    with pytest.raises(ValueError, match=name):
        two_stage.sweep(state, **({"beta": 1.0, "gamma": 1.0} | {name: value}), generator=np.random.default_rng(0))

