"""Messages where all units see the same inputs: listed solutions, draws from the sphere, trees inside, symmetries."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import log_ndtr
from scipy.stats import vonmises_fisher

from flatminima import BINARY, SPHERICAL, NotConverged
from flatminima.algorithms import belief_propagation
from flatminima.algorithms.belief_propagation import edges
from flatminima.algorithms.belief_propagation.loops import first_loop
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.gaussian import inverse_mills
from flatminima.landscape import local_entropy
from flatminima.networks import Patterns, full_committee, perceptron, random_patterns, tree_committee


def listed(patterns, machine, field):
    """ln Z and the means of all weights ±1 of three units that solve the patterns, with the weights exp(Σ b w)."""
    n = machine.fan_in
    units = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1.0
    right = units @ patterns.gauged.T > 0
    good = np.ones((2**n,) * 3, dtype=bool)
    for first, second, third in zip(*[right.T] * 3):
        pair = first[:, None] & second[None, :]
        either = first[:, None] | second[None, :]
        good &= np.where(third, either[:, :, None], pair[:, :, None])
    e = units @ field.T
    weight = good * np.exp(e[:, 0, None, None] + e[None, :, 1, None] + e[None, None, :, 2])
    marginals = weight.sum(axis=(1, 2)), weight.sum(axis=(0, 2)), weight.sum(axis=(0, 1))
    return math.log(weight.sum()), np.array([marginal @ units for marginal in marginals]) / weight.sum()


@pytest.mark.parametrize("count, per_pattern", [(1, 0.05), (3, 0.2)])
def test_three_units_whose_solutions_are_listed(count, per_pattern):
    # A field tells the units apart. Messages are those of many inputs: here there are seven.
    machine, misses = full_committee(3, 7), []
    for seed in range(4):
        patterns = random_patterns(count, 7, [51, count, seed])
        field = np.random.default_rng([52, seed]).normal(0.0, 0.5, machine.shape)
        log_z, mean = listed(patterns, machine, field)
        one_by_one = edges.solve(patterns, machine, field=field, damping=0.5)
        beliefs = belief_propagation.solve(patterns, machine, field=field, damping=0.5)
        for got in (one_by_one, beliefs):
            assert abs(21 * got.free_entropy - log_z) < per_pattern * count
            assert got.entropy == pytest.approx(got.free_entropy - np.mean(field * got.mean), abs=1e-12)
        free = np.tanh(field)
        misses.append([np.sum((got - mean) ** 2) for got in (one_by_one.mean, beliefs.mean, free)])
    exactly, relaxed, nothing = np.mean(misses, axis=0)
    assert exactly < 0.05 * nothing and relaxed < 0.05 * nothing


@pytest.mark.parametrize("weights", [BINARY, SPHERICAL], ids=str)
def test_one_pattern_is_one_factor(weights):
    """Under a bias the fields of one pattern are Gaussian, and its probability is all that the solutions lose."""
    machine, patterns = full_committee(3, 2999), random_patterns(1, 2999, [53])
    reference = machine.random_weights(np.random.default_rng(54), binary=True)
    profile = local_entropy.trace(reference, patterns, machine, weights, strengths=[0.5, 2.0], damping=0, tolerance=1e-10)
    x = patterns.labels * machine.preactivations(reference, patterns)
    for distance, normalised in zip(profile.distances, profile.normalised):
        p = 1 - 2 * distance
        assert 8997 * normalised == pytest.approx(majority(p * x, np.full(3, 1 - p * p))[0][0], abs=0.01)


def test_a_tree_inside():
    """Inputs come in pairs of equal ones, and where unit and pair do not belong together a strong field makes them cancel."""
    tree, full = tree_committee(3, 66), full_committee(3, 66)
    half = random_patterns(18, 33, [55])
    patterns = Patterns(np.concatenate([half.inputs.reshape(18, 3, 11)] * 2, axis=2).reshape(18, 66), half.labels)
    field = np.random.default_rng(56).normal(0.0, 0.3, tree.shape)
    inside, frozen = np.zeros((3, 66), dtype=bool), np.tile(np.repeat([40.0, -40.0], 11), (3, 3))
    for unit in range(3):
        inside[unit, 22 * unit : 22 * (unit + 1)] = True
        frozen[unit, inside[unit]] = field[unit]
    alone = belief_propagation.solve(patterns, tree, field=field, damping=0.3, tolerance=1e-12)
    among = belief_propagation.solve(patterns, full, field=frozen, damping=0.3, tolerance=1e-12)
    assert np.allclose(among.mean[inside], alone.mean.ravel(), rtol=0, atol=1e-9)
    assert 198 * among.free_entropy - 132 * 40 == pytest.approx(66 * alone.free_entropy, abs=1e-9)
    assert np.mean((alone.mean - np.tanh(field)) ** 2) > 0.05  # the patterns do matter


def test_relaxed_messages_differ_by_the_inverse_size():
    for size, count in ((15, 15), (33, 33)):
        machine, patterns = full_committee(3, size), random_patterns(count, size, [57, size])
        field = 0.3 * machine.random_weights(np.random.default_rng(58), binary=True)
        one_by_one = edges.solve(patterns, machine, field=field, damping=0.5, tolerance=1e-6)
        relaxed = belief_propagation.solve(patterns, machine, field=field, damping=0.5)
        assert abs(relaxed.free_entropy - one_by_one.free_entropy) < 0.2 / size
        assert math.sqrt(np.mean((relaxed.mean - one_by_one.mean) ** 2)) < 1 / size


def drawn(reference, strength, count, seed):
    """Weights of length √n a unit, with the density exp(ρ w̃·w) on the sphere; shape (count, K, n)."""
    draw, n = np.random.default_rng(seed), reference.shape[1]
    units = [vonmises_fisher(unit / math.sqrt(n), strength * n, seed=draw).rvs(count) for unit in reference]
    return math.sqrt(n) * np.stack(units, axis=1)


@pytest.mark.parametrize("strength", [1.0, 3.0, 10.0])
def test_solutions_by_drawing_from_the_sphere(strength):
    """The free entropy less that without patterns is the log-probability that a biased draw is a solution."""
    machine, count, n = full_committee(3, 49), 20000, 49
    patterns = random_patterns(12, n, [59])
    reference = machine.random_weights(np.random.default_rng(60))
    patterns = Patterns(patterns.inputs, patterns.labels * np.sign(machine.stabilities(reference, patterns)).astype(int))
    beliefs = belief_propagation.solve(patterns, machine, SPHERICAL, field=strength * reference, damping=0.3)
    precision = 0.5 * (1 + math.sqrt(1 + 4 * strength**2))
    free = 0.5 * (math.log(2 * math.pi * math.e / precision) + 2 * (precision - 1))
    draws = drawn(reference, strength, count, seed=61)
    good = np.all((draws @ patterns.gauged.T > 0).sum(axis=1) >= 2, axis=1)
    error = math.sqrt(1 / good.sum() - 1 / count)
    assert error < 0.1
    assert abs(3 * n * (beliefs.free_entropy - free) - math.log(good.mean())) < 4 * error + 0.05
    overlaps = np.mean(draws * reference, axis=(1, 2))
    shift, spread = np.mean(overlaps[good]) - np.mean(overlaps), np.std(overlaps) / math.sqrt(good.sum())
    assert abs(beliefs.overlap(reference) - strength / precision - shift) < 4 * spread + 0.1 / n


def test_units_and_inputs_have_no_order():
    machine, patterns = full_committee(3, 51), random_patterns(40, 51, [62])
    reference, draw = machine.random_weights(np.random.default_rng(63)), np.random.default_rng(64)
    units, inputs, signs = [2, 0, 1], draw.permutation(51), 2 * draw.integers(0, 2, 51) - 1
    other = Patterns((patterns.inputs * signs)[:, inputs], patterns.labels)
    settings = {"strengths": [0.5, 2.0], "damping": 0.5, "tolerance": 1e-10}
    here = local_entropy.trace(reference, patterns, machine, SPHERICAL, **settings)
    there = local_entropy.trace((reference * signs)[:, inputs][units], other, machine, SPHERICAL, **settings)
    assert np.allclose(here.entropy, there.entropy, rtol=0, atol=1e-9)
    assert np.allclose(here.distances, there.distances, rtol=0, atol=1e-9)


def test_without_a_reference_units_are_equal():
    machine, patterns = full_committee(3, 51), random_patterns(20, 51, [65])
    beliefs = belief_propagation.solve(patterns, machine, damping=0.5)
    assert np.allclose(beliefs.mean, beliefs.mean[0], rtol=0, atol=1e-12)
    assert np.mean(beliefs.mean**2) > 0.01


@pytest.mark.parametrize("weights", [BINARY, SPHERICAL], ids=str)
def test_slope_of_the_entropy_is_the_bias(weights):
    """dφ/dt = −ρ also with inputs that are alike, which need more damping."""
    draw, machine = np.random.default_rng(66), full_committee(3, 101)
    template = 2 * draw.integers(0, 2, 101) - 1
    inputs = template * (1 - 2 * (draw.random((60, 101)) < 0.2))
    reference = machine.random_weights(draw, binary=weights is BINARY)
    patterns = Patterns(inputs, np.sign(machine.stabilities(reference, Patterns(inputs, np.ones(60)))).astype(int))
    steps = 0.8 * np.array([0.999, 1.0, 1.001])
    profile = local_entropy.trace(reference, patterns, machine, weights, strengths=steps, damping=0.9, tolerance=1e-10)
    slope = (profile.entropy[2] - profile.entropy[0]) / (profile.distances[2] - profile.distances[0])
    assert slope == pytest.approx(1.6, rel=1e-5)


@pytest.mark.parametrize("copies", [1, 2, 7])
def test_messages_count_copies_of_a_pattern(copies):
    """Closed form: u = a + (r − 1) A(−u) for one of r copies of a pattern whose field has the mean a (in widths)."""
    size, strength = 4001, 0.7
    reference, pattern = np.ones((1, size)), np.ones((1, size))
    pattern[0, : size // 2 + 20] = -1
    patterns, machine = Patterns(np.repeat(pattern, copies, axis=0), np.ones(copies)), perceptron(size)
    beliefs = belief_propagation.solve(
        patterns, machine, SPHERICAL, field=strength * reference, damping=0.8, tolerance=1e-10
    )
    precision = 0.5 * (1 + math.sqrt(1 + 4 * strength**2))
    a = strength / precision * float(pattern.sum()) / math.sqrt(size) * math.sqrt(precision)
    mills = lambda u: float(inverse_mills(-u))
    u = brentq(lambda u: u - a - (copies - 1) * mills(u), a, a + 10)
    expected = copies * log_ndtr(u) - 0.5 * copies * (copies - 1) * mills(u) ** 2
    free = 0.5 * (math.log(2 * math.pi * math.e / precision) + 2 * (precision - 1))
    found = size * (beliefs.free_entropy - free)
    assert found == pytest.approx(expected, abs=0.01)
    R = mills(u) * (mills(u) + u) / (1 - mills(u) * (mills(u) + u))
    loop = first_loop(beliefs, patterns, machine)
    assert loop == pytest.approx(0.5 * (copies * math.log1p(R) - math.log1p(copies * R)), abs=0.01)
    exact = log_ndtr(a)  # a copy says nothing new
    assert copies == 1 or abs(found + loop - exact) < 0.8 * abs(found - exact)


@pytest.mark.parametrize("machine", [full_committee(3, 40), tree_committee(3, 90)], ids=str)
def test_the_first_loop_in_the_space_of_weights(machine):
    patterns = random_patterns(25, machine.size, [67])
    beliefs = belief_propagation.solve(patterns, machine, SPHERICAL, damping=0.7)
    V, n = beliefs.variance.mean(axis=1), machine.fan_in
    A = V * majority(beliefs.omega, V)[2]
    seen = np.broadcast_to(patterns.gauged.reshape(25, -1, n), (25, *machine.shape))
    total = 0.0
    for unit in range(3):
        R, own = A[:, unit] / (1 - A[:, unit]), A[:, unit].sum() / n / V[unit]
        hessian = (1 / V[unit] - own) * np.eye(n) + seen[:, unit].T @ (R[:, None] / V[unit] * seen[:, unit]) / n
        messages = -np.sum(np.log1p(R)) / 2 + n * own * V[unit] / 2 + n * math.log(V[unit]) / 2
        total += -np.linalg.slogdet(hessian)[1] / 2 - messages
    assert first_loop(beliefs, patterns, machine) == pytest.approx(total, abs=1e-9)


@pytest.fixture(scope="module")
def at_a_fixed_point():
    machine, patterns = full_committee(3, 40), random_patterns(25, 40, [67])
    return belief_propagation.solve(patterns, machine, SPHERICAL, damping=0.7), patterns, machine


def test_no_first_loop_of_binary_weights_and_other_problems(at_a_fixed_point):
    beliefs, patterns, machine = at_a_fixed_point
    binary = belief_propagation.solve(patterns, machine, damping=0.7)
    with pytest.raises(ValueError, match="^beliefs has variances that differ within a unit"):
        first_loop(binary, patterns, machine)
    with pytest.raises(ValueError, match="^beliefs has shape"):
        first_loop(beliefs, random_patterns(24, 40, [67]), machine)
    with pytest.raises(ValueError, match="^beliefs has shape"):
        first_loop(beliefs, random_patterns(25, 41, [67]), full_committee(3, 41))
    with pytest.raises(TypeError, match="^beliefs is of type float"):
        first_loop(0.5, patterns, machine)


def test_no_first_loop_before_the_fixed_point(at_a_fixed_point):
    beliefs, patterns, machine = at_a_fixed_point
    early = belief_propagation.iterate(patterns, machine, SPHERICAL, damping=0.7, max_sweeps=2)
    for unfinished in (early, replace(beliefs, residual=math.nan)):
        with pytest.raises(NotConverged, match="no fixed point"):
            first_loop(unfinished, patterns, machine)


def test_no_first_loop_without_a_maximum():
    """More patterns than inputs whose fields lie where one unit decides against odds, or where all three are wrong."""
    machine, copies = full_committee(3, 5), Patterns(np.ones((60, 5)), np.ones(60))
    beliefs = belief_propagation.iterate(copies, machine, SPHERICAL, damping=0.9, max_sweeps=1)
    for omega, says in (([-3.0, 9.0, -9.0], "ΛV is"), ([-3.0, -3.0, -3.0], "an eigenvalue")):
        with pytest.raises(NotConverged, match=f"no maximum: {says}"):
            first_loop(replace(beliefs, residual=0.0, omega=np.tile(omega, (60, 1))), copies, machine)
