"""Fractions of solutions by splitting: closed forms, direct draws, invariances, bad input."""

import math

import numpy as np
import pytest
from scipy.special import betainc

from flatminima import NotConverged
from flatminima.landscape.splitting import fraction
from flatminima.networks import RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tree_committee


def repeated(count, *arguments, **settings):
    """The logarithm of the mean fraction of independent runs, and its standard error."""
    values = np.exp([fraction(*arguments, **settings, seed=[71, seed]).log for seed in range(count)])
    return math.log(values.mean()), np.std(values, ddof=1) / values.mean() / math.sqrt(count)


@pytest.mark.parametrize("flipped, distance", [(0, 0.45), (6, 0.3), (13, 0.2), (18, 0.1)])
def test_one_pattern_is_a_cap_of_the_sphere(flipped, distance):
    """One coordinate of a uniform direction in n − 1 dimensions exceeds z with probability I_{1 − z²}((n − 2)/2, 1/2)/2."""
    n, p = 31, 1 - 2 * distance
    inputs = np.ones((1, n))
    inputs[0, :flipped] = -1
    overlap = float(inputs.mean())  # with the reference
    height = -p * overlap / math.sqrt((1 - p * p) * (1 - overlap**2)) if flipped else -1
    cap = 0.5 * betainc((n - 2) / 2, 0.5, 1 - height**2)
    got, error = repeated(8, np.ones((1, n)), Patterns(inputs, [1]), perceptron(n), distance, particles=100)
    assert abs(got - math.log(cap if height > 0 else 1 - cap)) <= 4 * error < 0.8


@pytest.mark.parametrize("distance", [0.05, 0.3, 0.5])
@pytest.mark.parametrize("machine", [tree_committee(3, 33), full_committee(3, 21), perceptron(21)], ids=str)
def test_direct_draws(machine, distance):
    """Where fractions are large enough for it, configurations at this distance are drawn and counted."""
    reference, draw = machine.random_weights(np.random.default_rng(72)), np.random.default_rng(73)
    patterns = random_patterns(8, machine.size, [74])
    easy = np.argsort(-machine.stabilities(reference, patterns), kind="stable")[:4]
    patterns = Patterns(patterns.inputs[easy], patterns.labels[easy])
    t = draw.standard_normal((40_000, *machine.shape))
    t -= np.mean(t * reference, axis=2, keepdims=True) * reference
    t /= np.sqrt(np.mean(t**2, axis=2, keepdims=True))
    p = 1 - 2 * distance
    w = p * reference + math.sqrt(1 - p * p) * t
    seen = patterns.gauged.reshape(4, -1, machine.fan_in)
    good = np.mean(np.all((np.einsum("skn,pkn->skp", w, np.broadcast_to(seen, (4, *machine.shape))) > 0).sum(axis=1)
                          > machine.units / 2, axis=1))
    got, error = repeated(6, reference, patterns, machine, distance, particles=100)
    direct = math.sqrt((1 - good) / good / 40_000)
    assert abs(got - math.log(good)) < 4 * math.hypot(error, direct) < 0.6


def test_a_pattern_shown_twice_counts_once():
    machine, patterns = full_committee(3, 21), random_patterns(5, 21, [75])
    reference = machine.random_weights(np.random.default_rng(76))
    twice = Patterns(np.repeat(patterns.inputs, 2, axis=0), np.repeat(patterns.labels, 2))
    settings = {"particles": 20, "seed": 0}
    assert fraction(reference, patterns, machine, 0.2, **settings) == fraction(reference, twice, machine, 0.2, **settings)


def test_an_impossible_task():
    contradiction = Patterns(np.ones((2, 5)), [1, -1])
    with pytest.raises(NotConverged, match="no solution was found"):
        fraction(np.ones((1, 5)), contradiction, perceptron(5), 0.2, particles=10, seed=0)


@pytest.mark.parametrize("wrong, error, says", [
    ({"machine": full_committee(4, 9, RELU_UNIT)}, ValueError, "machine is "),
    ({"reference": 2 * np.ones((3, 9))}, ValueError, "reference has units of 2"),
    ({"reference": np.ones((3, 3))}, ValueError, "weights has shape"),
    ({"distance": 0.0}, ValueError, "distance is 0"), ({"distance": math.nan}, ValueError, "distance is nan"),
    ({"particles": 1}, ValueError, "particles is 1"), ({"sweeps": 0}, ValueError, "sweeps is 0"),
    ({"seed": None}, TypeError, "seed is None"),
])
def test_bad_input(wrong, error, says):
    given = {"reference": np.ones((3, 9)), "patterns": random_patterns(2, 9, 0), "machine": full_committee(3, 9),
             "distance": 0.1, "seed": 0}
    with pytest.raises(error, match=f"^{says}"):
        fraction(**{**given, **wrong})
