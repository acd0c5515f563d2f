"""Relaxed belief propagation: exact lists, the replica theory, stationarity, symmetries, limits, bad input."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima import NotConverged, typical
from flatminima.algorithms import belief_propagation
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.algorithms.belief_propagation.priors import binary
from flatminima.networks import RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tree_committee

PERCEPTRON, COMMITTEE = perceptron(21), tree_committee(3, 21)
MACHINES = pytest.mark.parametrize("machine", [PERCEPTRON, COMMITTEE], ids=["perceptron", "committee"])
quickly = settings(max_examples=10)


def listed(patterns, machine, field):
    """ln Z/N, entropy and means of all solutions, with weights exp(Σ b w): 2²¹ weight vectors, in three blocks of 7 bits."""
    block = 2.0 * (np.arange(128)[:, None] >> np.arange(7) & 1) - 1.0
    numbers = np.arange(2**21, dtype=np.uint32)
    look_up = lambda table: sum(table[k][numbers >> np.uint32(7 * k) & np.uint32(127)] for k in range(3))
    for pattern in patterns.gauged:
        sums = (block @ pattern.reshape(3, 7).T).T  # of each block, whatever its 7 weights are
        numbers = numbers[look_up(np.sign(sums) if machine.units == 3 else sums) > 0]
    energies = look_up((block @ field.reshape(3, 7).T).T)
    log_z = np.logaddexp.reduce(energies)
    share = np.exp(energies - log_z)
    shares = [np.bincount(numbers >> np.uint32(7 * k) & np.uint32(127), share, minlength=128) for k in range(3)]
    return log_z / 21, (log_z - share @ energies) / 21, np.reshape(shares @ block, machine.shape)


@MACHINES
@pytest.mark.parametrize("count", [1, 5, 9])
def test_small_machines_whose_solutions_are_listed(machine, count):
    # The messages are those of large N. At N = 21 each pattern may cost a tenth of a unit of ln Z,
    # and a hundredth of the mean square of the means.
    errors = []
    for seed in range(3):
        patterns = random_patterns(count, 21, [11, count, seed])
        field = np.random.default_rng([12, seed]).normal(0.0, 0.3, machine.shape) * (seed > 0)
        log_z, entropy, mean = listed(patterns, machine, field)
        beliefs = belief_propagation.solve(patterns, machine, field=field, damping=0.3)
        assert 21 * abs(beliefs.free_entropy - log_z) < 0.1 * count
        assert 21 * abs(beliefs.entropy - entropy) < 0.1 * count
        errors.append(np.mean((beliefs.mean - mean) ** 2) / np.mean(mean**2))
    assert np.mean(errors) < 0.01 * count


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.7])
def test_the_replica_theory(alpha):
    # The bound 0.02 says that the comparison has a meaning.
    count, states = round(1001 * alpha), []
    for seed in range(12):
        states.append(belief_propagation.solve(random_patterns(count, 1001, [13, count, seed]), perceptron(1001)))
    theory = typical.solve(count / 1001)
    for got, expected in (
        ([state.entropy for state in states], theory.entropy),
        ([np.mean(state.mean**2) for state in states], theory.q),
    ):
        assert abs(np.mean(got) - expected) < 4 * np.std(got, ddof=1) / math.sqrt(len(got)) < 0.02


def functional(mean, variance, field, precision, omega, products, external):
    """ln Z of any messages at all, each of them free: the Bethe free entropy before it is made stationary."""
    V = variance.mean(axis=1)
    log_normalisation, _, _ = binary(precision, field + external)
    weights = np.sum(log_normalisation) - np.sum(field * mean) + 0.5 * np.sum(precision * np.sum(mean**2 + variance, axis=1))
    return weights + np.sum(majority(omega, V)[0]) + np.sum((omega - products(mean)) ** 2 / (2 * V))


@pytest.mark.parametrize("units", [1, 3])
def test_the_bethe_free_entropy_is_stationary(units):
    machine, patterns = tree_committee(units, 63), random_patterns(25, 63, [14, units])
    draw = np.random.default_rng([15, units])
    external = draw.normal(0.0, 0.3, machine.shape)
    beliefs = belief_propagation.solve(patterns, machine, field=external, damping=0.3, tolerance=1e-12)
    products = lambda weights: machine.preactivations(weights, Patterns(patterns.gauged, np.ones(25)))
    value = lambda messages: functional(*messages, products, external)
    fixed = [beliefs.mean, beliefs.variance, beliefs.field, beliefs.precision, beliefs.omega]
    assert beliefs.free_entropy * 63 == pytest.approx(value(fixed), abs=1e-9)
    elsewhere = [message * draw.uniform(1.05, 1.15, message.shape) for message in fixed]
    for which in range(5):
        direction = fixed[which] * draw.standard_normal(fixed[which].shape)
        at = lambda messages, t: value([*messages[:which], messages[which] + t * direction, *messages[which + 1 :]])
        slope, other = ((at(messages, 1e-4) - at(messages, -1e-4)) / 2e-4 for messages in (fixed, elsewhere))
        assert abs(slope) < 1e-6 < 1e-3 < abs(other)


@given(st.integers(0, 1000), st.sampled_from([1, 3]), st.floats(0.0, 1.5))
@quickly
def test_the_overlap_is_the_slope_of_the_free_entropy(seed, units, rho):
    machine, patterns = tree_committee(units, 99), random_patterns(30, 99, [16, seed])
    reference = machine.random_weights(np.random.default_rng([17, seed]), binary=True)
    at = lambda rho: belief_propagation.solve(patterns, machine, field=rho * reference, damping=0.3, tolerance=1e-11)
    slope = (at(rho + 1e-3).free_entropy - at(rho - 1e-3).free_entropy) / 2e-3
    here = at(rho)
    assert here.overlap(reference) == pytest.approx(slope, abs=1e-5)
    assert here.entropy == pytest.approx(here.free_entropy - rho * here.overlap(reference), abs=1e-13)
    assert np.allclose(here.variance, 1 - here.mean**2, rtol=0, atol=1e-14)


@given(st.integers(0, 1000), st.sampled_from([1, 3]))
@quickly
def test_symmetries(seed, units):
    machine, patterns = tree_committee(units, 63), random_patterns(20, 63, [18, seed])
    draw = np.random.default_rng([19, seed])
    turns, order = 2 * draw.integers(0, 2, 63) - 1, draw.permutation(20)
    turned = Patterns((patterns.inputs * turns)[order], patterns.labels[order])
    solve = lambda patterns: belief_propagation.solve(patterns, machine, damping=0.3, tolerance=1e-11)
    here, there = solve(patterns), solve(turned)
    assert np.allclose(there.mean.ravel(), here.mean.ravel() * turns, rtol=0, atol=1e-9)
    assert there.entropy == pytest.approx(here.entropy, abs=1e-12)
    # Units may change places, and labels may be taken into the patterns.
    swapped = Patterns(patterns.gauged.reshape(20, units, -1)[:, ::-1].reshape(20, 63), np.ones(20))
    assert np.allclose(solve(swapped).mean[::-1], here.mean, rtol=0, atol=1e-9)


@MACHINES
def test_resumed_is_as_if_never_stopped(machine):
    patterns = random_patterns(9, 21, [20])
    pull = np.full(machine.shape, 0.1)
    coupling = lambda field, precision, mean: (pull * np.tanh(field), np.full(machine.units, 0.2))
    run = lambda sweeps, start=None: belief_propagation.iterate(
        patterns, machine, field=pull, coupling=coupling, damping=0.4, tolerance=1e-300, max_sweeps=sweeps, start=start
    )
    whole, halves = run(14), run(7, run(7))
    for name in ("mean", "field", "self_field", "g", "entropy", "residual"):
        assert np.array_equal(getattr(whole, name), getattr(halves, name))


def test_damping_and_start_change_the_road_and_not_the_end():
    patterns, machine = random_patterns(200, 501, [21]), perceptron(501)
    plain = belief_propagation.solve(patterns, machine, tolerance=1e-11)
    damped = belief_propagation.solve(patterns, machine, damping=0.5, tolerance=1e-11)
    biased = belief_propagation.solve(patterns, machine, field=np.ones((1, 501)))
    restarted = belief_propagation.solve(patterns, machine, start=biased, tolerance=1e-11)
    for other in (damped, restarted):
        assert np.allclose(other.mean, plain.mean, rtol=0, atol=1e-9)
        assert other.entropy == pytest.approx(plain.entropy, abs=1e-12)


def test_the_residual_is_the_step_without_damping():
    patterns, machine = random_patterns(200, 501, [22]), perceptron(501)
    damped = belief_propagation.iterate(patterns, machine, damping=0.5, max_sweeps=30)
    before = belief_propagation.iterate(patterns, machine, damping=0.5, max_sweeps=29)
    free = belief_propagation.iterate(patterns, machine, start=before, max_sweeps=1)
    assert damped.residual == pytest.approx(math.sqrt(np.mean((free.mean - before.mean) ** 2)), rel=1e-3)


def test_a_self_interaction_that_does_not_change_is_a_field():
    patterns, machine = random_patterns(30, 99, [23]), tree_committee(3, 99)
    field = np.random.default_rng([24]).normal(0.0, 0.5, machine.shape)
    outer = belief_propagation.solve(patterns, machine, field=field, damping=0.3)
    inner = belief_propagation.solve(patterns, machine, coupling=lambda *_: (field, np.full(3, 0.7)), damping=0.3)
    assert np.allclose(inner.mean, outer.mean, rtol=0, atol=1e-7)
    assert inner.entropy == pytest.approx(outer.entropy, abs=1e-8)
    assert inner.free_entropy == pytest.approx(outer.free_entropy - 0.35, abs=1e-12)  # w² = 1: nothing else changes


def test_one_pattern_halves_the_solutions():
    beliefs = belief_propagation.solve(random_patterns(1, 4001, [25]), perceptron(4001))
    assert 4001 * (beliefs.entropy - math.log(2)) == pytest.approx(-math.log(2), abs=1e-3)
    assert np.mean(np.abs(beliefs.mean)) == pytest.approx(math.sqrt(2 / math.pi / 4001), rel=1e-3)


@given(st.floats(0.5, 400.0), st.sampled_from([1, 3]))
@quickly
def test_a_field_stronger_than_the_patterns_is_all_there_is(strength, units):
    # The only pattern is the reference itself: weights that the field holds near it are right anyway.
    machine, patterns = tree_committee(units, 900), random_patterns(1, 900, [26])
    reference = patterns.gauged.reshape(machine.shape)
    beliefs = belief_propagation.solve(patterns, machine, field=strength * reference)
    assert beliefs.free_entropy == pytest.approx(strength + math.log1p(math.exp(-2 * strength)), abs=1e-8)
    assert beliefs.overlap(reference) == pytest.approx(math.tanh(strength), abs=1e-8)
    assert np.all(beliefs.variance >= 0)


def test_beyond_capacity_it_says_that_it_has_not_converged():
    patterns, machine = random_patterns(600, 501, [27]), perceptron(501)
    with pytest.raises(NotConverged, match="has not converged in 60 sweeps") as failure:
        belief_propagation.solve(patterns, machine, max_sweeps=60)
    last = belief_propagation.iterate(patterns, machine, max_sweeps=60)
    assert failure.value.residual == last.residual > 1e-3
    assert np.array_equal(failure.value.state.mean, last.mean)
    assert last.entropy < 0  # no solution at all: what was counted is none


GOOD = {"patterns": random_patterns(3, 9, seed=1), "machine": perceptron(9)}


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"machine": perceptron(11)}, "have 9 entries; the network takes 11"),
        ({"machine": full_committee(4, 9, RELU_UNIT)}, "must be a perceptron or a committee of sign units"),
        ({"weights": "binary"}, "weights is 'binary'; it must be BINARY or SPHERICAL"),
        ({"field": np.zeros(9)}, r"field has shape \(9,\); it must be \(K, n\) = \(1, 9\)"),
        ({"field": np.full((1, 9), np.nan)}, "array of finite numbers"),
        ({"damping": 1.0}, "damping is 1.0"),
        ({"damping": math.nan}, "damping is nan"),
        ({"tolerance": 0}, "tolerance is 0"),
        ({"max_sweeps": 0}, "max_sweeps is 0"),
    ],
)
def test_bad_input_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        belief_propagation.iterate(**{**GOOD, **wrong})


def test_beliefs_of_another_machine_are_refused():
    start = belief_propagation.solve(**GOOD)
    with pytest.raises(ValueError, match=r"start has beliefs of shape \(1, 9\) from 3 patterns; here .* from 4"):
        belief_propagation.iterate(random_patterns(4, 9, seed=1), perceptron(9), start=start)
    with pytest.raises(ValueError, match="reference has shape"):
        start.overlap(np.ones(9))
    with pytest.raises(dataclasses.FrozenInstanceError):
        start.entropy = 0.0
