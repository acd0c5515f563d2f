"""The smallest β at which tanh units still make no error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.landscape.smallest_beta import smallest_beta
from flatminima.networks import RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tanh_unit, tree_committee


def solution(machine, count, seed):
    """Random weights, and random patterns that they classify correctly."""
    weights = machine.random_weights(np.random.default_rng([seed, 0]))
    drawn = random_patterns(count, machine.size, [seed, 1])
    return weights, Patterns(drawn.inputs, np.where(machine.stabilities(weights, drawn) > 0, drawn.labels, -drawn.labels))


def errors(weights, patterns, machine, beta):
    return type(machine)(machine.units, machine.size, tanh_unit(beta), machine.full).errors(weights, patterns)


@settings(max_examples=50)
@given(
    seed=st.integers(0, 500), count=st.integers(1, 30),
    machine=st.sampled_from([tree_committee(3, 15), full_committee(5, 9), tree_committee(7, 21), perceptron(6)]),
)
def test_no_error_above_and_one_below(seed, count, machine):
    weights, patterns = solution(machine, count, seed)
    beta = smallest_beta(weights, patterns, machine)
    above = np.geomspace(max(beta, 1e-3) * (1 + 1e-8), 1e3, 60)
    assert all(errors(weights, patterns, machine, b) == 0 for b in above)
    if beta:
        assert errors(weights, patterns, machine, beta * (1 - 1e-8)) > 0


def test_a_brief_error_is_not_jumped_over():
    # Right by 1, 1, ... at β → ∞ and at β → 0, and wrong in a window between: the upper end of the window is asked for.
    x = np.array([0.02, 0.5, -0.08, 0.02, -0.41])
    machine, rows = full_committee(5, 25), np.zeros((5, 25))
    for row, field in zip(rows, x):  # u·(1, …, 1) = field
        row[:2] = np.cos(np.arccos(field / np.sqrt(2)) + np.pi / 4), np.sin(np.arccos(field / np.sqrt(2)) + np.pi / 4)
    patterns = Patterns([25 * [1]], [1])
    grid = np.geomspace(1e-3, 1e4, 100_001)
    leads = np.tanh(grid[:, None] * x).sum(axis=1)
    turns = grid[:-1][np.diff(np.sign(leads)) != 0]
    assert len(turns) == 2 and leads[0] > 0
    assert smallest_beta(rows, patterns, machine) == pytest.approx(turns[-1], rel=2e-4)


def test_none_is_too_small():
    machine = perceptron(6)  # one unit: the sign of tanh(βx) is that of x
    weights, patterns = solution(machine, 4, 3)
    assert smallest_beta(weights, patterns, machine) == 0.0


def test_lengths_do_not_count_and_accuracy_is_kept():
    machine = tree_committee(9, 99)
    weights, patterns = solution(machine, 40, 4)
    beta = smallest_beta(weights, patterns, machine)
    assert beta > 0
    scales = np.linspace(0.1, 5.0, 9)[:, None]
    assert smallest_beta(weights * scales, patterns, machine) == pytest.approx(beta, rel=2e-9)
    for tolerance in (1e-3, 1e-6, 1e-12):
        assert smallest_beta(weights, patterns, machine, tolerance) == pytest.approx(beta, rel=tolerance + 2e-9)


def test_bad_input():
    machine = tree_committee(3, 15)
    weights, patterns = solution(machine, 5, 5)
    wrong = Patterns(patterns.inputs, -patterns.labels)
    with pytest.raises(ValueError, match="no solution: 5 of 5"):
        smallest_beta(weights, wrong, machine)
    with pytest.raises(TypeError, match="Patterns"):
        smallest_beta(weights, patterns.inputs, machine)
    with pytest.raises(ValueError, match="ReLU"):
        smallest_beta(np.ones((2, 2)), random_patterns(1, 4, 0), tree_committee(2, 4, RELU_UNIT))
    for tolerance in (0.0, 1.0, np.nan):
        with pytest.raises(ValueError, match="tolerance"):
            smallest_beta(weights, patterns, machine, tolerance)
