"""Belief propagation edge by edge: Gaussian fields are its only approximation on a tree, and relaxed messages its limit."""

import math

import numpy as np
import pytest

from flatminima import NotConverged
from flatminima.algorithms import belief_propagation
from flatminima.algorithms.belief_propagation import edges
from flatminima.networks import perceptron, random_patterns, tree_committee


@pytest.mark.parametrize("units", [1, 3])
def test_relaxed_messages_differ_by_the_inverse_size(units):
    for seed, size in enumerate((99, 249)):
        machine, patterns = tree_committee(units, size), random_patterns(size // 2, size, [31, units, seed])
        reference = machine.random_weights(np.random.default_rng([32, units]), binary=True)
        one_by_one = edges.solve(patterns, machine, field=0.2 * reference, damping=0.2)
        relaxed = belief_propagation.solve(patterns, machine, field=0.2 * reference, damping=0.2)
        assert abs(relaxed.free_entropy - one_by_one.free_entropy) < 0.2 / size
        assert abs(relaxed.entropy - one_by_one.entropy) < 0.2 / size
        assert math.sqrt(np.mean((relaxed.mean - one_by_one.mean) ** 2)) < 1 / size
        tilt = 0.2 * np.mean(reference * one_by_one.mean)
        assert one_by_one.entropy == pytest.approx(one_by_one.free_entropy - tilt, abs=1e-13)


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("inputs", [5, 9, 15])
def test_one_pattern_is_a_tree(inputs, units):
    # Without a loop only the Gaussian fields are approximate: coins tossed against a normal variable.
    size = units * inputs
    machine, patterns = tree_committee(units, size), random_patterns(1, size, [33, size])
    beliefs = edges.solve(patterns, machine)
    decides = math.comb(inputs - 1, inputs // 2) / 2 ** (inputs - 1)  # the other weights of the unit are divided,
    decides *= 1 if units == 1 else 1 / 2  # and so are the other two units
    assert np.allclose(beliefs.mean.ravel(), decides * patterns.gauged, rtol=0, atol=0.2 / inputs**1.5)
    assert beliefs.entropy == pytest.approx((size - 1) / size * math.log(2), abs=0.2 / inputs**2)


def test_it_says_that_it_has_not_converged():
    with pytest.raises(NotConverged, match="edge by edge, 3 sweeps") as failure:
        edges.solve(random_patterns(20, 41, [34]), perceptron(41), max_sweeps=3)
    assert failure.value.residual > 1e-8 and failure.value.state.shape == (1, 41)
