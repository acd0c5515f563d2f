"""Annealing of one network: the Boltzmann law by listing all weights, what is kept up to date, and limits of temperature."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from scipy import stats

from flatminima.algorithms.annealing import flips, minimise
from flatminima.losses import cross_entropy_loss
from flatminima.networks import (
    RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tree_committee,
)  # fmt: skip

SOFT = cross_entropy_loss(1.5).value
MACHINES = [
    perceptron(7), perceptron(6), tree_committee(3, 9), full_committee(3, 3),
    tree_committee(2, 6, RELU_UNIT), full_committee(2, 4, RELU_UNIT),
]  # fmt: skip


def stability(weights, patterns, machine):
    """A perceptron's own field, as a loss sees it, or the output of a committee before its sign."""
    if machine.units == 1:
        return machine.preactivations(weights, patterns)[:, 0] * patterns.labels
    return machine.stabilities(weights, patterns)


def energy(weights, patterns, machine, loss):
    values = stability(weights, patterns, machine)
    return np.count_nonzero(values <= 0) if loss is None else loss(values).sum()


@pytest.mark.parametrize("loss", [None, SOFT], ids=["errors", "cross-entropy"])
@pytest.mark.parametrize("machine", [perceptron(5), tree_committee(3, 9), full_committee(2, 3, RELU_UNIT)], ids=repr)
def test_boltzmann_law(machine, loss):
    """Weights after every 40 sweeps at one temperature, in bins of neighbours in the list: Pearson's chi-square."""
    beta, draws, bins = 1.3, 3000, 30
    patterns = random_patterns(5, machine.size, seed=4)
    every = np.array(list(itertools.product([-1, 1], repeat=machine.units * machine.fan_in)))
    energies = np.array([energy(w.reshape(machine.shape), patterns, machine, loss) for w in every])
    law = np.exp(-beta * energies) / np.exp(-beta * energies).sum()
    bin_of = np.minimum(bins * np.cumsum(law), bins - 1).astype(int)
    generator, counts = np.random.default_rng(6), np.zeros(bins)
    net = flips.network(patterns, machine, every[0].reshape(machine.shape), loss)
    for _ in range(draws):
        flips.sweep(net, beta, generator, proposals=40 * every.shape[1])
        counts[bin_of[int("".join("1" if w > 0 else "0" for w in net.weights.ravel()), 2)]] += 1
    expected, uniform = (draws * np.bincount(bin_of, weight, bins) for weight in (law, np.full(len(law), 1 / len(law))))
    there = expected > 0
    assert stats.chisquare(counts[there], expected[there]).pvalue > 1e-3
    assert stats.chisquare(counts[there], uniform[there]).pvalue < 1e-9


@pytest.mark.parametrize("loss", [None, SOFT], ids=["errors", "cross-entropy"])
@pytest.mark.parametrize("machine", MACHINES, ids=repr)
def test_costs_after_every_proposal(machine, loss):
    patterns = random_patterns(70, machine.size, seed=2)  # more than fill up one block
    generator = np.random.default_rng(3)
    net = flips.network(patterns, machine, machine.random_weights(generator, binary=True), loss)
    for _ in range(60):
        before = net.weights.copy()
        made = flips.sweep(net, 0.3, generator, proposals=1)
        assert made == np.count_nonzero(net.weights != before)
        fresh = flips.network(patterns, machine, net.weights, loss)
        assert net.energy == fresh.energy and net.errors == machine.errors(net.weights, patterns)
        for name in ("fields", "outputs", "differences", "both", "totals"):
            np.testing.assert_array_equal(getattr(net, name), getattr(fresh, name))
        assert net.energy * net.step == pytest.approx(energy(net.weights, patterns, machine, loss), abs=70 * net.step)


@settings(max_examples=25)
@given(
    machine=strategies.sampled_from(MACHINES), count=strategies.integers(1, 80), seed=strategies.integers(0, 10**6),
    gamma=strategies.floats(0.01, 100), soft=strategies.booleans(),
)  # fmt: skip
def test_cost_of_every_flip(machine, count, seed, gamma, soft):
    loss = cross_entropy_loss(gamma).value if soft else None
    patterns = random_patterns(count, machine.size, seed=seed)
    net = flips.network(patterns, machine, machine.random_weights(np.random.default_rng(seed), binary=True), loss)
    for unit, i in np.ndindex(machine.shape):
        row = net.inputs[unit * net.stride + i].astype(int)
        cost = (net.totals[unit] - int(net.weights[unit, i]) * int(row @ net.differences[unit])) / 2
        weights = net.weights.copy()
        weights[unit, i] *= -1
        assert cost == flips.network(patterns, machine, weights, loss).energy - net.energy


def test_what_is_returned():
    machine, patterns = perceptron(101), random_patterns(60, 101, seed=1)
    run = minimise(patterns, machine, schedule=np.linspace(0.5, 40, 30), seed=5, loss=SOFT, until_solved=False)
    assert run.sweeps == 30 and run.weights.shape == (1, 101) and np.isin(run.weights, (-1, 1)).all()
    assert run.errors == run.error_path[-1] == machine.errors(run.weights, patterns)
    assert run.energy == run.energy_path[-1] == pytest.approx(energy(run.weights, patterns, machine, SOFT), abs=1e-5)
    again = minimise(patterns, machine, schedule=np.linspace(0.5, 40, 30), seed=5, loss=SOFT)
    np.testing.assert_array_equal(again.error_path, run.error_path[: again.sweeps])  # it only ends earlier
    assert again.errors == 0 and (again.error_path[:-1] > 0).all() and again.sweeps < 30


def test_limits_of_temperature():
    machine, patterns = perceptron(51), random_patterns(40, 51, seed=1)
    hot = minimise(patterns, machine, schedule=[0.0] * 20, seed=1)
    assert (hot.accepted == 1).all()
    cold = minimise(patterns, machine, schedule=[1e9] * 20, seed=1, loss=SOFT, until_solved=False)
    assert (np.diff(cold.energy_path) <= 0).all()
    minimum = [energy(w[None], patterns, machine, SOFT) for w in cold.weights * (1 - 2 * np.eye(51))]
    assert cold.accepted[-1] == 0 and min(minimum) >= cold.energy - 1e-4


def test_labels_are_a_gauge_of_odd_units_only():
    patterns = random_patterns(30, 33, seed=1)
    gauged = Patterns(patterns.gauged, np.ones(30))
    for machine in (perceptron(33), tree_committee(3, 33), full_committee(3, 33)):
        one, other = (minimise(each, machine, schedule=[1.0, 2.0], seed=1) for each in (patterns, gauged))
        np.testing.assert_array_equal(one.weights, other.weights)


def test_a_loss_that_says_nothing_moves_freely():
    patterns, machine = random_patterns(9, 11, seed=1), perceptron(11)
    run = minimise(patterns, machine, schedule=[5.0] * 4, seed=1, loss=np.zeros_like, until_solved=False)
    assert run.energy == 0 and (run.accepted == 1).all()


@pytest.mark.parametrize("schedule, error", [
    ([], ValueError), ([-1.0], ValueError), ([np.nan], ValueError), ([np.inf], ValueError), ([[1.0]], ValueError),
    ("cold", TypeError),
], ids=repr)
def test_schedules(schedule, error):
    with pytest.raises(error, match="^schedule is "):
        minimise(random_patterns(4, 5, seed=1), perceptron(5), schedule=schedule, seed=1)


@pytest.mark.parametrize("wrong, error, begins", [
    ({"machine": "tree"}, TypeError, "machine is of type str; "),
    ({"patterns": np.ones((4, 5))}, TypeError, "patterns is of type "),
    ({"machine": perceptron(7)}, ValueError, "the patterns have 5 entries; "), ({"seed": None}, TypeError, "seed is None; "),
    ({"loss": lambda x: x * np.nan}, ValueError, "loss "),
], ids=["machine", "patterns", "size", "seed", "loss"])  # the same in every worker
def test_other_bad_input(wrong, error, begins):
    given = {"patterns": random_patterns(4, 5, seed=1), "machine": perceptron(5), "schedule": [1.0], "seed": 1}
    with pytest.raises(error, match=f"^{begins}"):
        minimise(**given | wrong)
