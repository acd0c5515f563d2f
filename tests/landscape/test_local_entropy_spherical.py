"""Solutions around a configuration on the sphere: exact cases, sampling of the sphere itself, thermodynamics."""

import math

import numpy as np
import pytest
from scipy.stats import vonmises_fisher

from flatminima import SPHERICAL
from flatminima.algorithms import belief_propagation
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.landscape import local_entropy
from flatminima.networks import Patterns, random_patterns, tree_committee


def sphere(overlap):
    """Log-volume a weight of all configurations at an overlap with the reference."""
    return 0.5 * math.log(2 * math.pi * math.e * (1 - overlap**2))


def taught(machine, count, seed, margin=0.0):
    """Random patterns that a random reference solves with a stability of `margin` at least, and the reference."""
    draw = np.random.default_rng(seed)
    reference = machine.random_weights(draw)
    inputs = 2 * draw.integers(0, 2, (20 * count, machine.size), dtype=np.int8) - 1
    labels = np.sign(machine.stabilities(reference, Patterns(inputs, np.ones(len(inputs), dtype=np.int8)))).astype(int)
    wide = Patterns(inputs, labels)
    smallest = np.sort(wide.labels[:, None] * machine.preactivations(reference, wide), axis=1)[:, machine.units // 2]
    kept = np.flatnonzero(smallest > margin)[:count]
    return Patterns(inputs[kept], labels[kept]), reference


def drawn(reference, strength, count, seed):
    """Weights of length √n a unit, with the density exp(ρ w̃·w) on the sphere; shape (count, K, n)."""
    draw, n = np.random.default_rng(seed), reference.shape[1]
    units = [vonmises_fisher(unit / math.sqrt(n), strength * n, seed=draw).rvs(count) for unit in reference]
    return math.sqrt(n) * np.stack(units, axis=1)


def solved(weights, machine, patterns):
    """For each of the weights whether it makes no error."""
    inputs = patterns.gauged.reshape(len(patterns), *machine.shape)
    right = np.stack([weights[:, k] @ inputs[:, k].T > 0 for k in range(machine.units)])
    return np.all(right.sum(axis=0) > machine.units / 2, axis=1)


def test_a_single_pattern_is_a_single_factor():
    """Without patterns the overlap p has the bias p/(1 − p²); one pattern lowers N φ by −ln of its probability."""
    machine = tree_committee(3, 2997)
    patterns, reference = taught(machine, 1, seed=0)
    overlaps = np.array([0.0, 0.3, 0.7, 0.95])
    profile = local_entropy.trace(
        reference, patterns, machine, SPHERICAL, strengths=overlaps / (1 - overlaps**2), damping=0, tolerance=1e-12
    )
    x = patterns.labels * machine.preactivations(reference, patterns)
    expected = [float(majority(p * x, np.full(3, 1 - p * p))[0][0]) for p in overlaps]
    assert np.allclose(profile.distances, (1 - overlaps) / 2, rtol=0, atol=1 / 2997)
    assert np.allclose(2997 * profile.normalised, expected, rtol=0, atol=1e-3)


def test_solutions_by_drawing_from_the_sphere():
    """ln Z(ρ) less its value without patterns is the log-probability that a biased draw is a solution, up to order 1/N."""
    machine, count = tree_committee(3, 99), 20000
    patterns, reference = taught(machine, 15, seed=2, margin=0.3)
    for strength in (1.0, 3.0, 10.0):
        beliefs = belief_propagation.solve(patterns, machine, SPHERICAL, field=strength * reference, tolerance=1e-10)
        precision = 0.5 * (1 + math.sqrt(1 + 4 * strength**2))
        free = sphere(strength / precision) + strength**2 / precision
        draws = drawn(reference, strength, count, seed=3)
        overlaps, good = np.mean(draws * reference, axis=(1, 2)), solved(draws, machine, patterns)
        error = math.sqrt(1 / good.sum() - 1 / count)
        assert error < 0.1
        assert abs(99 * (beliefs.free_entropy - free) - math.log(good.mean())) < 4 * error + 0.05
        shift, spread = np.mean(overlaps[good]) - np.mean(overlaps), np.std(overlaps) / math.sqrt(good.sum())
        assert abs(beliefs.overlap(reference) - strength / precision - shift) < 4 * spread + 0.2 / 99


def test_slope_of_the_entropy_is_the_bias():
    """dφ/dt = −ρ, and the Bethe free entropy has the overlap as its derivative."""
    machine = tree_committee(3, 333)
    patterns, reference = taught(machine, 250, seed=5)
    for strength in (0.3, 2.0, 10.0):
        steps = strength * np.array([0.999, 1.0, 1.001])
        profile = local_entropy.trace(
            reference, patterns, machine, SPHERICAL, strengths=steps, damping=0.3, tolerance=1e-11
        )
        slope = (profile.entropy[2] - profile.entropy[0]) / (profile.distances[2] - profile.distances[0])
        assert slope == pytest.approx(2 * strength, rel=1e-5)


def test_without_bias_it_is_plain_belief_propagation():
    machine, patterns = tree_committee(3, 333), random_patterns(250, 333, seed=6)
    reference = machine.random_weights(np.random.default_rng(7))
    profile = local_entropy.trace(reference, patterns, machine, SPHERICAL, strengths=[0.0], tolerance=1e-9)
    plain = belief_propagation.solve(patterns, machine, SPHERICAL, tolerance=1e-9)
    assert profile.entropy[0] == pytest.approx(plain.entropy, abs=1e-9)
    assert profile.distances[0] == pytest.approx((1 - plain.overlap(reference)) / 2, abs=1e-8)
    assert profile.normalised[0] == pytest.approx(plain.entropy - sphere(plain.overlap(reference)), abs=1e-8)


def test_messages_edge_by_edge():
    """One message an edge and no Onsager term: from each weight to each pattern what all other patterns say."""
    machine = tree_committee(3, 99)
    patterns, reference = taught(machine, 60, seed=8)
    signs, strength, n = patterns.gauged.reshape(60, 3, 33), 1.5, 33
    to_weights, answers = np.zeros(signs.shape), np.zeros(signs.shape)
    for _ in range(200):
        fields = strength * reference + to_weights.sum(axis=0)
        precision = 0.5 * (1 + np.sqrt(1 + 4 * np.mean(fields**2, axis=1)))  # holds the length of a unit
        multiplier = precision - answers.sum(axis=0).mean(axis=1)
        variance = 1 / (multiplier[:, None] + answers.sum(axis=0) - answers)
        means = variance * (fields - to_weights)
        omega, spread = np.sum(signs * means, axis=2) / math.sqrt(n), variance.sum(axis=2) / n
        without = omega[:, :, None] - signs * means / math.sqrt(n)
        for unit in range(3):
            rows = np.repeat(omega[:, None, :], n, axis=1)
            rows[:, :, unit] = without[:, unit]
            _, g, gamma = majority(rows.reshape(-1, 3), np.repeat(spread, n, axis=0))
            to_weights[:, unit] = signs[:, unit] * g[:, unit].reshape(60, n) / math.sqrt(n)
            answers[:, unit] = gamma[:, unit].reshape(60, n) / n
    edges = (strength * reference + to_weights.sum(axis=0)) / precision[:, None]
    relaxed = belief_propagation.solve(patterns, machine, SPHERICAL, field=strength * reference, tolerance=1e-10)
    assert np.sqrt(np.mean((edges - relaxed.mean) ** 2)) < 1 / n
    assert np.mean(edges * reference) == pytest.approx(relaxed.overlap(reference), abs=0.1 / n)


def test_the_other_side_of_the_sphere_and_renamed_inputs():
    machine, patterns = tree_committee(3, 99), random_patterns(40, 99, seed=9)
    reference = machine.random_weights(np.random.default_rng(10))
    here = local_entropy.trace(reference, patterns, machine, SPHERICAL, strengths=[1.5], tolerance=1e-10)
    opposite = local_entropy.trace(-reference, patterns, machine, SPHERICAL, strengths=[-1.5], tolerance=1e-10)
    assert here.entropy[0] == pytest.approx(opposite.entropy[0], abs=1e-9)
    assert here.distances[0] + opposite.distances[0] == pytest.approx(1, abs=1e-9)
    signs = 2 * np.random.default_rng(11).integers(0, 2, 99) - 1
    flipped = Patterns(patterns.inputs * signs, patterns.labels)
    other = local_entropy.trace(
        reference * signs.reshape(3, 33), flipped, machine, SPHERICAL, strengths=[1.5], tolerance=1e-10
    )
    assert here.entropy[0] == pytest.approx(other.entropy[0], abs=1e-9)


def test_bad_input():
    machine, patterns = tree_committee(3, 9), random_patterns(4, 9, seed=0)
    with pytest.raises(ValueError, match="length"):
        local_entropy.trace(2 * np.ones((3, 3)), patterns, machine, SPHERICAL)
    with pytest.raises(ValueError, match="^strengths is"):
        local_entropy.trace(np.ones((3, 3)), patterns, machine, SPHERICAL, strengths=[math.nan])
