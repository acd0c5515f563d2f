"""Networks of finite size: fields by a loop, symmetries, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.networks import (
    RELU_UNIT, SIGN_UNIT, Patterns, full_committee, perceptron, random_patterns, tanh_unit, tree_committee,
)

SEEDS = st.integers(0, 10**6)
MACHINES = st.sampled_from(
    [perceptron(15), tree_committee(3, 15), tree_committee(5, 15), tree_committee(6, 18, RELU_UNIT), full_committee(3, 15),
     full_committee(4, 15, RELU_UNIT), tree_committee(5, 15, tanh_unit(2.0))]
)


def drawn(machine, seed, count=7):
    patterns = random_patterns(count, machine.size, seed)
    return patterns, machine.random_weights(np.random.default_rng([seed, 1]))


@given(MACHINES, SEEDS)
def test_fields_and_outputs_as_in_a_loop(machine, seed):
    patterns, weights = drawn(machine, seed)
    fields, stabilities = machine.preactivations(weights, patterns), machine.stabilities(weights, patterns)
    for mu in range(len(patterns)):
        total = 0.0
        for unit in range(machine.units):
            start = 0 if machine.full else unit * machine.fan_in
            seen = patterns.inputs[mu, start : start + machine.fan_in]
            x = math.fsum(w * int(xi) for w, xi in zip(weights[unit], seen)) / math.sqrt(machine.fan_in)
            assert fields[mu, unit] == pytest.approx(x, abs=1e-12)
            sign = -1.0 if machine.unit.balanced and unit >= machine.units // 2 else 1.0
            total += sign * float(machine.unit.function(x))
        assert stabilities[mu] == pytest.approx(int(patterns.labels[mu]) * total / math.sqrt(machine.units), abs=1e-12)
    assert machine.errors(weights, patterns) == sum(s <= 0 for s in stabilities)


@given(MACHINES, SEEDS)
def test_a_pattern_and_its_label_may_change_sign_together_if_units_are_odd(machine, seed):
    patterns, weights = drawn(machine, seed)
    gauged = Patterns(patterns.gauged, np.ones(len(patterns)))
    same = np.allclose(machine.stabilities(weights, patterns), machine.stabilities(weights, gauged), atol=1e-12)
    if machine.unit.balanced:  # max(x, 0) is not odd: the labels cannot be gauged away
        assert not same or (patterns.labels == 1).all()
    else:
        assert same


@given(st.integers(0, 10), SEEDS)
def test_units_of_a_fully_connected_committee_may_be_exchanged(shift, seed):
    machine = full_committee(5, 12)
    patterns, weights = drawn(machine, seed)
    exchanged = machine.stabilities(np.roll(weights, shift, axis=0), patterns)
    np.testing.assert_allclose(exchanged, machine.stabilities(weights, patterns), atol=1e-12)


@given(SEEDS, st.floats(1e-3, 1e3))
def test_sign_units_do_not_see_the_length_of_weights(seed, scale):
    machine = tree_committee(3, 15)
    patterns, weights = drawn(machine, seed)
    assert machine.errors(scale * weights, patterns) == machine.errors(weights, patterns)
    np.testing.assert_allclose(machine.normalised(scale * weights), weights, rtol=1e-12)
    np.testing.assert_allclose(np.sum(weights**2, axis=1), machine.fan_in, rtol=1e-12)


def test_steep_tanh_units_count_the_errors_of_sign_units():
    steep, sign = tree_committee(5, 105, tanh_unit(1e6)), tree_committee(5, 105)
    patterns, weights = drawn(sign, 3, 50)
    np.testing.assert_allclose(steep.stabilities(weights, patterns), sign.stabilities(weights, patterns), atol=1e-9)


def test_half_of_random_patterns_are_wrong():
    machine, count = perceptron(51), 20_000
    patterns, weights = drawn(machine, 5, count)
    binary = machine.random_weights(np.random.default_rng(6), binary=True)
    assert set(np.unique(binary)) == {-1.0, 1.0}
    for w in (weights, binary):
        assert abs(machine.errors(w, patterns) - count / 2) < 4 * math.sqrt(count / 4)


def test_drawn_patterns_are_those_of_their_seed_and_unbiased():
    first, again, other = (random_patterns(400, 300, seed) for seed in ([1, 2], [1, 2], [1, 3]))
    assert (first.inputs == again.inputs).all() and (first.labels == again.labels).all()
    assert (first.inputs != other.inputs).any()
    assert abs(first.inputs.mean()) < 4 / math.sqrt(400 * 300)
    assert not first.inputs.flags.writeable and not first.gauged.flags.writeable


@pytest.mark.parametrize(
    "make, sentence",
    [
        (lambda: Patterns([[1, 0.5]], [1]), "inputs has an entry 0.5; every entry must be -1 or 1."),
        (lambda: Patterns([[1, math.nan]], [1]), "inputs has an entry nan; every entry must be -1 or 1."),
        (lambda: Patterns([[1, -1]], [0]), "labels has an entry 0; every entry must be -1 or 1."),
        (lambda: Patterns([1, -1], [1]), "inputs has shape (2,); it must be (P, N) with no side empty."),
        (lambda: Patterns([[1, -1]], [1, 1]), "there are 2 labels for 1 inputs; there must be one each."),
        (lambda: random_patterns(0, 3, 1), "count is 0; it must be an integer from 1 on."),
        (lambda: tree_committee(2, 6), "units is 2; it must be odd for a majority of sign units."),
        (lambda: full_committee(2, 6, tanh_unit(1.0)), "units is 2; it must be odd for a majority of tanh(1 x) units."),
        (lambda: tree_committee(3, 6, RELU_UNIT), "units is 3; half of ReLU units are subtracted, so that it must be even."),
        (lambda: tree_committee(3, 7), "size is 7; it must be a multiple of units, 3, in a tree."),
        (lambda: tanh_unit(0.0), "beta is 0.0; it must be a real number in (0, ∞)."),
        (lambda: perceptron(3).normalised([[0.0, 0.0, 0.0]]), "the weights of a unit are all zero; they have no direction to keep."),
        (lambda: perceptron(3).errors([[1, 2]], random_patterns(1, 3, 1)), "weights has shape (1, 2); it must be (K, n) = (1, 3)."),
        (lambda: perceptron(3).errors([[1, 2, math.inf]], random_patterns(1, 3, 1)),
         "weights has an entry that is not finite; all must be real numbers."),
        (lambda: perceptron(3).errors([[1, 2, 3]], random_patterns(1, 4, 1)), "the patterns have 4 entries; the network takes 3."),
    ],
)
def test_bad_input_gets_one_sentence(make, sentence):
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == sentence


@pytest.mark.parametrize("value", [2.0, "3", True, None])
def test_counts_are_integers(value):
    with pytest.raises(TypeError, match="it must be an integer from 1 on"):
        random_patterns(value, 3, 1)
    with pytest.raises(TypeError, match="it must be an integer from 1 on"):
        tree_committee(value, 9)


def test_sign_units_are_the_default():
    assert perceptron(3).unit is SIGN_UNIT and repr(tanh_unit(0.25)) == "tanh(0.25 x)"
