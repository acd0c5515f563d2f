"""Flipped entries against the hypergeometric law, against all ways to flip them, and under symmetries."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from flatminima.landscape.robustness import misclassification
from flatminima.networks import (
    RELU_UNIT, SIGN_UNIT, Patterns, full_committee, perceptron, random_patterns, tanh_unit, tree_committee,
)

MACHINES = [
    perceptron(7), tree_committee(3, 9), tree_committee(5, 10), full_committee(3, 6),
    tree_committee(4, 8, RELU_UNIT), full_committee(4, 7, RELU_UNIT),
]


def outputs(weights, inputs, machine):
    """Output fields of integer weights in integers: no rounding decides a tie."""
    x = inputs @ weights.T if machine.full else (inputs.reshape(len(inputs), *machine.shape) * weights).sum(axis=2)
    hidden = np.maximum(x, 0) if machine.unit is RELU_UNIT else np.sign(x)
    return hidden @ machine.readout.astype(int)


def draw(machine, seed, count=5):
    weights = machine.random_weights(np.random.default_rng([seed, machine.units]), binary=True).astype(int)
    return weights, random_patterns(count, machine.size, [seed, machine.size])


def deviation(measured, expected, spread):
    """In standard errors of the exact law; what is certain must be exact."""
    assert np.array_equal(measured[spread == 0], expected[spread == 0])
    return np.max(np.abs(measured - expected)[spread > 0] / spread[spread > 0], initial=0.0)


@pytest.mark.parametrize("size, agreeing", [(21, 15), (40, 24), (41, 41)])
def test_equal_weights_are_hypergeometric(size, agreeing):
    inputs = np.repeat([[1, -1]], [agreeing, size - agreeing])
    counts = np.arange(0, size + 1, 4)
    draws = 20_000
    found = misclassification(np.ones((1, size)), Patterns([inputs], [1]), perceptron(size), counts / size,
                              perturbations=draws, seed=[1, size])
    lost = np.arange(size + 1)  # of the entries that agree
    wrong = 2 * agreeing - size - 4 * lost + 2 * counts[:, None] <= 0
    expected = (stats.hypergeom.pmf(lost, size, agreeing, counts[:, None]) * wrong).sum(axis=1).round(13)
    assert np.array_equal(found.fractions, counts / size)
    assert deviation(found.probability, expected, np.sqrt(expected * (1 - expected) / draws)) < 4


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_all_ways_to_flip_are_equally_likely(machine):
    weights, patterns = draw(machine, 2)
    counts, draws = np.arange(machine.size + 1), 4000
    ways = np.array(list(itertools.product([1, -1], repeat=machine.size)))  # −1 where an entry is flipped
    flipped = np.count_nonzero(ways < 0, axis=1)
    rates = np.zeros((len(patterns), len(counts)))
    for mu, (pattern, label) in enumerate(zip(patterns.inputs.astype(int), patterns.labels)):
        wrong = label * outputs(weights, ways * pattern, machine) <= 0
        rates[mu] = [np.mean(wrong[flipped == k]) for k in counts]
    found = misclassification(weights, patterns, machine, counts / machine.size, perturbations=draws, seed=3)
    exact_error = np.sqrt((rates * (1 - rates)).sum(axis=0) / draws) / len(patterns)
    assert deviation(found.probability, rates.mean(axis=0), exact_error) < 4
    assert np.allclose(found.standard_error, exact_error, rtol=0.05)


def test_the_standard_error_is_the_spread_between_seeds():
    machine = tree_committee(5, 25)
    weights, patterns = draw(machine, 4, count=10)
    found = [misclassification(weights, patterns, machine, [0.1, 0.3], perturbations=8, seed=[5, s]) for s in range(600)]
    spread = np.std([one.probability for one in found], axis=0)
    stated = np.sqrt(np.mean([one.standard_error**2 for one in found], axis=0))
    assert np.allclose(stated, spread, rtol=0.12)  # 4 standard errors of a spread from 600


@settings(max_examples=30)
@given(st.sampled_from(MACHINES), st.integers(0, 10**6), st.integers(2, 4))
def test_symmetries(machine, seed, perturbations):
    generator = np.random.default_rng(seed)
    weights, patterns = draw(machine, seed)
    fractions = generator.permutation(np.linspace(0, 1, 6))
    measure = lambda *given: misclassification(*given, perturbations=perturbations, seed=seed).probability
    found = measure(weights, patterns, machine, fractions)
    assert np.array_equal(found[np.argsort(fractions)], measure(weights, patterns, machine, np.sort(fractions)))
    assert np.array_equal(found, measure(4.0 * weights, patterns, machine, fractions))

    # a gauge: entries and the weights on them change sign together
    signs = 2 * generator.integers(0, 2, machine.size) - 1
    gauged = Patterns(patterns.inputs * signs, patterns.labels)
    there = weights * (signs if machine.full else signs.reshape(machine.shape))
    assert np.array_equal(found, measure(there, gauged, machine, fractions))

    # nothing flipped, and everything
    ends = measure(weights, patterns, machine, [0, 1])
    for end, inputs in zip(ends, (patterns.inputs, -patterns.inputs)):
        assert end == np.mean(patterns.labels * outputs(weights, inputs.astype(int), machine) <= 0)
    if machine.unit is SIGN_UNIT and machine.fan_in % 2:
        assert ends.sum() == pytest.approx(1.0, abs=1e-15)  # an odd machine without ties


def test_bad_input_gets_one_sentence():
    machine = tree_committee(3, 9)
    weights, patterns = draw(machine, 6)
    measure = lambda fractions=(0.1,), machine=machine, **given: misclassification(
        weights, patterns, machine, fractions, **{"seed": 1} | given
    )
    for fractions, problem in (
        ([0.1, 1.5], r"an entry 1.5; all must be in \[0, 1\]"), ([np.nan], "an entry nan"), ([-0.1], "an entry -0.1"),
        ([], r"shape \(0,\)"), (0.5, r"shape \(\)"),
    ):
        with pytest.raises(ValueError, match=problem):
            measure(fractions)
    with pytest.raises(TypeError, match="fractions is"):
        measure(["half"])
    with pytest.raises(ValueError, match="perturbations is 1; it must be at least 2"):
        measure(perturbations=1)
    with pytest.raises(TypeError, match="seed is None"):
        measure(seed=None)
    with pytest.raises(ValueError, match="tanh"):
        measure(machine=tree_committee(3, 9, tanh_unit(2.0)))
    with pytest.raises(TypeError, match="Committee"):
        measure(machine="tree")
    with pytest.raises(ValueError, match="the network takes 12"):
        misclassification(np.ones((3, 4)), patterns, tree_committee(3, 12), [0.1], seed=1)
