"""Solutions around a configuration of binary weights: exact lists, edge by edge, thermodynamics, limits, symmetries."""

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from flatminima.algorithms import belief_propagation, focusing
from flatminima.landscape import local_entropy
from flatminima.networks import Patterns, perceptron, random_patterns, tree_committee
from flatminima.weights.binary import binary_sphere


def every_weight(size):
    return 1.0 - 2 * (np.arange(2**size)[:, None] >> np.arange(size) & 1)


def solution(patterns, machine):
    focused = focusing.solve(patterns, machine)
    assert focused.errors == 0
    return focused.weights


class TestExactLists:
    def test_profiles_of_fifteen_weights(self):
        """All 2^15 weight vectors listed: free entropy, distance and entropy at each bias."""
        machine, everything, strengths = perceptron(15), every_weight(15), np.array([0.0, 0.5, 1.0, 1.5])
        misses = []
        for seed in range(8):
            patterns = random_patterns(5, 15, seed=[1, seed])
            solutions = everything[(everything @ patterns.gauged.T > 0).all(axis=1)]
            reference = solutions[seed]
            profile = local_entropy.trace(reference[None], patterns, machine, strengths=strengths, damping=0.7)
            overlaps = solutions @ reference
            weight = np.exp(np.outer(strengths, overlaps))
            free, mean = np.log(weight.sum(axis=1)) / 15, weight @ overlaps / weight.sum(axis=1) / 15
            entropy = free - strengths * mean
            misses.append([profile.distances - (1 - mean) / 2, profile.entropy - entropy,
                           profile.entropy + strengths * (1 - 2 * profile.distances) - free])
        distance, entropy, free = np.transpose(misses, (1, 0, 2))
        # Fields of fifteen weights are not Gaussian. What that costs is of order 1/N, and of second order in ln Z.
        assert np.sqrt(np.mean(free**2)) < 0.012
        assert np.sqrt(np.mean(distance**2)) < 0.015
        assert np.sqrt(np.mean(entropy**2)) < 0.03
        assert abs(free.mean()) < 0.005

    def test_committee_of_three_units(self):
        machine, everything, strengths = tree_committee(3, 15), every_weight(15), np.array([0.3, 1.0])
        misses = []
        for seed in range(6):
            patterns = random_patterns(5, 15, seed=[2, seed])
            units = patterns.gauged.reshape(5, 3, 5)
            right = np.einsum("wkn,pkn->wpk", everything.reshape(-1, 3, 5), units) > 0
            solutions = everything[(right.sum(axis=2) >= 2).all(axis=1)]
            reference = solutions[seed]
            profile = local_entropy.trace(reference.reshape(3, 5), patterns, machine, strengths=strengths, damping=0.7)
            free = np.log(np.exp(np.outer(strengths, solutions @ reference)).sum(axis=1)) / 15
            misses.append(profile.entropy + strengths * (1 - 2 * profile.distances) - free)
        assert np.sqrt(np.mean(np.square(misses))) < 0.02


class TestLaws:
    machine, patterns = perceptron(301), random_patterns(120, 301, seed=5)
    reference = solution(patterns, machine)

    def test_agrees_with_belief_propagation_edge_by_edge(self):
        machine, patterns = perceptron(201), random_patterns(60, 201, seed=5)
        reference = solution(patterns, machine)
        strengths = np.array([0.0, 0.4, 1.2])
        profile = local_entropy.trace(reference, patterns, machine, strengths=strengths)
        for row, strength in enumerate(strengths):
            edges = belief_propagation.edges.solve(patterns, machine, field=strength * reference, tolerance=1e-6)
            assert profile.entropy[row] == pytest.approx(edges.entropy, abs=1e-3)
            assert 1 - 2 * profile.distances[row] == pytest.approx(np.mean(reference * edges.mean), abs=3e-3)

    def test_slope_is_twice_the_bias(self):
        """dφ/dd = 2ρ, because Z(ρ) is a Laplace transform: entropy and overlap are computed apart."""
        strengths = np.linspace(0.2, 1.0, 17)
        profile = local_entropy.trace(self.reference, self.patterns, self.machine, strengths=strengths, tolerance=1e-10)
        slope = np.diff(profile.entropy) / np.diff(profile.distances)
        np.testing.assert_allclose(slope, strengths[1:] + strengths[:-1], rtol=2e-3)

    def test_no_bias_is_plain_belief_propagation(self):
        plain = belief_propagation.solve(self.patterns, self.machine, damping=0.3)
        profile = local_entropy.trace(self.reference, self.patterns, self.machine, strengths=[0.0], tolerance=1e-8)
        assert profile.entropy[0] == pytest.approx(plain.entropy, abs=1e-9)
        assert profile.distances[0] == pytest.approx((1 - plain.overlap(self.reference)) / 2, abs=1e-7)

    def test_strong_bias_leaves_the_reference_alone(self):
        profile = local_entropy.trace(self.reference, self.patterns, self.machine, strengths=[0.5, 1.0, 2.0, 4.0, 10.0])
        assert (np.diff(profile.distances) < 0).all() and (np.diff(profile.entropy) < 0).all()
        assert 0 < profile.distances[-1] < 1e-8 and 0 < profile.entropy[-1] < 1e-6

    def test_never_more_than_all_weights(self):
        profile = local_entropy.trace(self.reference, self.patterns, self.machine)
        assert profile.converged.all() and len(profile.strengths) == 50
        assert (profile.normalised < 1e-9).all()
        everything = [binary_sphere(distance) for distance in profile.distances]
        np.testing.assert_allclose(profile.normalised, profile.entropy - everything, atol=1e-14)

    def test_one_pattern_takes_half_of_the_weights_at_most(self):
        machine, draw = perceptron(1001), np.random.default_rng(0)
        profile = local_entropy.trace(machine.random_weights(draw, binary=True), random_patterns(1, 1001, seed=0), machine,
                                      strengths=[0.2, 0.8])
        assert (-4 / 1001 < profile.normalised).all() and (profile.normalised < 0).all()
        np.testing.assert_allclose(1 - 2 * profile.distances, np.tanh([0.2, 0.8]), atol=4e-3)

    def test_symmetries(self):
        """Signs of the inputs are a convention, and a reference is as far as its opposite with the opposite bias."""
        strengths = np.array([0.3, 0.6])
        profile = local_entropy.trace(self.reference, self.patterns, self.machine, strengths=strengths)
        flips = 2 * np.random.default_rng(1).integers(0, 2, 301, dtype=np.int8) - 1
        flipped = Patterns(self.patterns.inputs * flips, self.patterns.labels)
        again = local_entropy.trace(self.reference * flips, flipped, self.machine, strengths=strengths)
        np.testing.assert_array_equal(again.entropy, profile.entropy)
        opposite = local_entropy.trace(-self.reference, self.patterns, self.machine, strengths=-strengths)
        np.testing.assert_array_equal(opposite.entropy, profile.entropy)
        np.testing.assert_allclose(opposite.distances, 1 - profile.distances, atol=1e-15)


class TestStrengths:
    @settings(max_examples=20)
    @given(strategies.integers(2, 80))
    def test_overlaps_without_patterns_are_evenly_spaced(self, steps):
        strengths = local_entropy.usual_strengths(steps=steps)
        assert strengths[-1] == 10
        np.testing.assert_allclose(np.tanh(strengths[:-1]), np.arange(steps - 1) / (steps - 1), atol=1e-14)


class TestFailures:
    machine, patterns = perceptron(51), random_patterns(20, 51, seed=0)
    reference = perceptron(51).random_weights(np.random.default_rng(0), binary=True)

    def test_not_converged_is_no_number(self):
        profile = local_entropy.trace(self.reference, self.patterns, self.machine, strengths=[0.1, 0.5], max_sweeps=2)
        assert not profile.converged.any() and (profile.residual > 1e-6).all()
        for values in (profile.distances, profile.entropy, profile.normalised):
            assert np.isnan(values).all()

    @pytest.mark.parametrize(
        "reference, strengths, words",
        [
            (np.zeros((1, 51)), [0.1], "reference has an entry 0.0; binary weights are -1 or 1."),
            (np.ones((3, 17)), [0.1], "weights has shape"),
            (np.full((1, 51), math.nan), [0.1], "not finite"),
            (np.ones((1, 51)), [], "strengths is"),
            (np.ones((1, 51)), [0.1, math.inf], "strengths is"),
            (np.ones((1, 51)), [[0.1]], "strengths is"),
        ],
    )
    def test_one_sentence(self, reference, strengths, words):
        with pytest.raises(ValueError, match=words):
            local_entropy.trace(reference, self.patterns, self.machine, strengths=strengths)
