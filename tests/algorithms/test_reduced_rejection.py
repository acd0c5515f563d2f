"""Reduced rejection and two-stage Metropolis: transition matrices against the law by enumeration, lists against fresh ones."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from flatminima.algorithms.annealing import reduced_rejection, two_stage
from flatminima.algorithms.annealing.energy import replicas
from flatminima.networks import RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tree_committee

SAMPLERS = [reduced_rejection, two_stage]
SYSTEMS = {  # machine, patterns, replicas: 2^6 or 2^8 states
    "perceptron": (perceptron(3), 5, 2),
    "three perceptrons": (perceptron(2), 5, 3),
    "sign tree": (tree_committee(3, 3), 5, 2),
    "ReLU tree": (tree_committee(2, 4, RELU_UNIT), 5, 2),
    "ReLU full": (full_committee(2, 2, RELU_UNIT), 5, 2),
}
COUPLINGS = [(0.7, 0.0), (1.3, 0.4), (0.8, 1.5)]  # β, γ


class Enumerated:
    """All states of a small system, numbered by their bits, their energies and their weights under P."""

    def __init__(self, name, beta, gamma):
        self.machine, count, y = SYSTEMS[name]
        self.patterns = random_patterns(count, self.machine.size, seed=[12, count])
        self.beta, self.gamma = beta, gamma
        shape = y, *self.machine.shape
        self.states = np.array(list(itertools.product((-1, 1), repeat=math.prod(shape))), np.int8).reshape(-1, *shape)
        self.powers = 2 ** np.arange(math.prod(shape))[::-1]
        self.errors = np.array([sum(self.machine.errors(w, self.patterns) for w in state) for state in self.states])
        assert len(set(self.errors)) > 2
        self.coupling = np.log(np.cosh(gamma * self.states.sum(axis=1))).sum(axis=(1, 2))
        self.law = np.exp(self.coupling - beta * self.errors)
        self.law /= self.law.sum()

    def index(self, weights):
        return int((weights.ravel() > 0) @ self.powers)

    def unit_matrix(self, sampler, unit):
        """Probabilities of one proposal in a unit: rows are where it starts."""
        count, (y, _, n) = len(self.states), self.states.shape[1:]
        bits = [self.powers.reshape(self.states.shape[1:])[a, unit, i] for a in range(y) for i in range(n)]
        s = np.arange(count)[:, None]
        flipped = s ^ np.array(bits)
        passes = np.minimum(1, np.exp(self.coupling[flipped] - self.coupling[s]))
        better = np.exp(-self.beta * (self.errors[flipped] - self.errors[s]))
        z = passes.sum(axis=1)
        if sampler is reduced_rejection:
            chances = passes / z[s] * np.minimum(1, better * z[s] / z[flipped])
        else:
            chances = passes * np.minimum(1, better) / (y * n)
        matrix = np.zeros((count, count))
        np.put_along_axis(matrix, flipped, chances, axis=1)
        return matrix + np.diag(1 - matrix.sum(axis=1))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("name", SYSTEMS)
def test_each_unit_balances_in_detail_and_the_kernel_has_its_transitions(sampler, name):
    for number, (beta, gamma) in enumerate(COUPLINGS):
        system = Enumerated(name, beta, gamma)
        units = [system.unit_matrix(sampler, unit) for unit in range(system.machine.units)]
        for matrix in units:
            flow = system.law[:, None] * matrix
            np.testing.assert_allclose(flow, flow.T, rtol=0, atol=1e-15)
        transition = np.linalg.multi_dot(units) if len(units) > 1 else units[0]
        np.testing.assert_allclose(system.law @ transition, system.law, rtol=1e-12)

        state = replicas(system.patterns, system.machine, system.states[0])
        generator = np.random.default_rng([12, number])
        path = [0]
        for _ in range(1500):
            sampler.sweep(state, beta, gamma, generator, 1)
            path.append(system.index(state.weights))
        assert (transition[path[:-1], path[1:]] > 0).all()
        bits = (np.arange(len(transition))[:, None] & system.powers) > 0
        chance = (transition[:, :, None] * (bits[:, None] != bits)).sum(axis=1)[path[:-1]]  # that a bit changes
        excess = (bits[path[1:]] != bits[path[:-1]]) - chance
        assert (np.abs(excess.sum(axis=0)) < 4.5 * np.sqrt((chance * (1 - chance)).sum(axis=0))).all()


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("name", ["perceptron", "sign tree"])
def test_long_runs_have_the_law_of_the_enumeration(sampler, name):
    system = Enumerated(name, 1.0, 0.5)
    state = replicas(system.patterns, system.machine, system.states[0])
    generator = np.random.default_rng(7)
    counts = np.zeros(len(system.states))
    for _ in range(4000):
        sampler.sweep(state, 1.0, 0.5, generator, 12)
        counts[system.index(state.weights)] += 1
    expected = system.law * counts.sum()
    assert expected.min() > 5
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(1e-4, len(expected) - 1)


@pytest.mark.parametrize("machine", [perceptron(9), tree_committee(3, 15), full_committee(2, 5, RELU_UNIT)])
def test_every_single_move_leaves_a_state_that_is_the_same_when_set_up_afresh(machine):
    patterns, generator = random_patterns(12, machine.size, seed=3), np.random.default_rng(4)
    state = replicas(patterns, machine, 2 * generator.integers(0, 2, (4, *machine.shape), dtype=np.int8) - 1)
    made = 0
    for _ in range(100):
        made += reduced_rejection.sweep(state, 0.8, 0.5, generator, 1)
        fresh = replicas(patterns, machine, state.weights)
        for name in ("fields", "outputs", "energies", "sums"):
            np.testing.assert_array_equal(getattr(state, name), getattr(fresh, name))
    assert 0 < made < 100 * machine.units


def random_unit(generator, y, size):
    """The weights (y, n) of one unit, a slice as in the kernel."""
    return (2 * generator.integers(0, 2, (y, 1, size)) - 1).astype(np.int8)[:, 0]


def listed(weights):
    return reduced_rejection.classes(weights, weights.sum(axis=0, dtype=np.int16))


def test_lists_after_every_move_are_those_made_afresh():
    generator = np.random.default_rng(5)
    weights = random_unit(generator, 5, 7)
    up, down, site = reduced_rejection.passing(0.4, 5)
    lists, counts, place, order = listed(weights)
    for _ in range(400):
        z = reduced_rejection.total(counts, site)
        i, k, u = reduced_rejection.draw(generator.random() * z, lists, counts, order, up, down, site)
        a = order[i, k]
        before = weights[a, i]
        weights[a, i] *= -1
        assert reduced_rejection.move(i, k, u, lists, counts, place, order) == u - before
        fresh, fresh_counts, *_ = listed(weights)
        np.testing.assert_array_equal(counts, fresh_counts)
        for u, number in enumerate(counts):
            assert set(lists[u, :number]) == set(fresh[u, :number])
            for j in lists[u, :number]:
                assert lists[u, place[j]] == j
                assert set(order[j, :u]) == set(np.flatnonzero(weights[:, j] > 0))
                assert set(order[j]) == set(range(5))
        ratios = two_stage.coupling_ratios(0.4, 5)[weights * weights.sum(axis=0) + 5]
        assert reduced_rejection.total(counts, site) == pytest.approx(np.minimum(1, ratios).sum(), rel=1e-13)


@given(st.integers(1, 6), st.integers(1, 5), st.floats(0, 3), st.integers(0, 1000))
def test_every_flip_owns_a_length_of_its_probability(y, size, gamma, seed):
    weights = random_unit(np.random.default_rng(seed), y, size)
    up, down, site = reduced_rejection.passing(gamma, y)
    lists, counts, place, order = listed(weights)
    z = reduced_rejection.total(counts, site)
    found, places = np.zeros((y, size)), 1000
    for x in (np.arange(places) + 0.5) / places * z:
        i, k, _ = reduced_rejection.draw(x, lists, counts, order, up, down, site)
        found[order[i, k], i] += 1
    passes = np.minimum(1, two_stage.coupling_ratios(gamma, y)[weights * weights.sum(axis=0) + y])
    assert np.abs(found - passes / z * places).max() <= 1 + 1e-6
    assert reduced_rejection.draw(z, lists, counts, order, up, down, site)[0] < size  # rounding may give z itself


def test_rounding_at_the_border_of_two_sites_still_gives_a_replica():
    up, down, site = reduced_rejection.passing(0.4, 3)
    lists, counts, place, order = listed(np.full((3, 64), -1, np.int8))
    borders = np.arange(1, 64) * site[0]
    rounded = borders[np.nextafter(borders, 0) / site[0] == np.arange(1, 64)]
    assert len(rounded) > 0
    assert {reduced_rejection.draw(x, lists, counts, order, up, down, site)[1] for x in np.nextafter(rounded, 0)} <= {0, 1, 2}


def test_acceptance_at_a_strong_coupling_keeps_the_sites_that_agree():
    """Two replicas that differ at one of three sites: they agree after the move, and z falls from 2 to 3 f(2) = 5e-17."""
    machine, gamma = perceptron(3), 20.0
    patterns = Patterns([[1, 1, -1]], [1])  # wrong for -++, right for +++
    after = 3 * reduced_rejection.passing(gamma, 2)[2][2]
    beta = math.log(2 * 2 / after)  # with it the flip that costs an error is accepted in half of all cases
    generator, stays, runs = np.random.default_rng(8), 0, 800
    for _ in range(runs):
        state = replicas(patterns, machine, [[[-1, 1, 1]], [[1, 1, 1]]])
        stays += reduced_rejection.sweep(state, beta, gamma, generator, 1) == 0
    assert abs(stays - runs / 4) < 4 * math.sqrt(runs * 3 / 16)


@given(st.integers(1, 7), st.floats(0, 20))
def test_passing_is_symmetric_and_reversed_by_the_ratio(y, gamma):
    up, down, site = reduced_rejection.passing(gamma, y)
    np.testing.assert_array_equal(up, down[::-1])
    np.testing.assert_array_equal(site, site[::-1])
    M = 2.0 * np.arange(y + 1) - y
    log_cosh = np.abs(gamma * M) + np.log1p(np.exp(-2 * gamma * np.abs(M)))
    np.testing.assert_allclose(np.log(up[1:] / down[:-1]), log_cosh[:-1] - log_cosh[1:], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 2.0])
def test_default_number_of_moves_is_the_mean_of_z_without_patterns(gamma):
    y = 4
    sites = np.array(list(itertools.product((-1, 1), repeat=y)))
    M = sites.sum(axis=1)
    law = np.cosh(gamma * M)
    z = np.minimum(1, np.cosh(gamma * (sites * M[:, None] - 2)) / np.cosh(gamma * M)[:, None]).sum(axis=1)
    assert reduced_rejection.moves_of_a_unit(gamma, y, 10**6) == round(1e6 * (law @ z) / law.sum())


def test_replicas_that_agree_at_the_strongest_coupling_stay_so():
    machine, patterns = tree_committee(3, 9), random_patterns(5, 9, seed=1)
    state = replicas(patterns, machine, np.ones((4, 3, 3), np.int8))
    assert reduced_rejection.sweep(state, 0.0, 100.0, np.random.default_rng(0), 500) == 0  # z grows too much
    assert state.overlap == 1


def test_without_energy_and_coupling_every_move_is_made():
    machine = tree_committee(3, 9)
    state = replicas(random_patterns(5, 9, seed=1), machine, np.ones((2, 3, 3), np.int8))
    assert reduced_rejection.sweep(state, 0.0, 0.0, np.random.default_rng(0), 10) == 30


@pytest.mark.parametrize("name", ["beta", "gamma"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_temperature_and_coupling_must_be_real_and_not_negative(name, value):
    state = replicas(random_patterns(5, 3, seed=1), perceptron(3), np.ones((2, 1, 3), np.int8))
    arguments = {"beta": 1.0, "gamma": 1.0} | {name: value}
    with pytest.raises(ValueError, match=f"^{name} is "):
        reduced_rejection.sweep(state, **arguments, generator=np.random.default_rng(0))
