"""The graded trapezoid: equidistant in t, nested, and undisturbed by narrow, distant or coinciding features."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import wofz

from flatminima.gaussian import graded_trapezoid

features = st.lists(
    st.tuples(
        st.one_of(st.floats(-3, 3), st.floats(-1e4, 1e4), st.just(0.5)),
        st.floats(-12, 1).map(lambda power: 10.0**power),
    ),
    max_size=4,
)


def arrays(pairs):
    return np.array([c for c, _ in pairs], dtype=float), np.array([s for _, s in pairs], dtype=float)


def graded(z, centres, widths):
    """t and dt/dz as the docstring displays them."""
    distance, width = z[:, None] - centres, 1.5 * widths
    return z / 3 + np.arcsinh(distance / width).sum(1), 1 / 3 + (1 / np.hypot(distance, width)).sum(1)


@given(features, st.floats(0.05, 3.0))
def test_the_nodes_are_all_multiples_of_the_step_in_t(pairs, step):
    centres, widths = arrays(pairs)
    z, weights = graded_trapezoid(centres, widths, -9.0, 8.0, step)
    t, slope = graded(z, centres, widths)
    ends = graded(np.array([-9.0, 8.0]), centres, widths)[0]
    k = np.round(t / step)
    # z itself is rounded, and so is the distance of z from every centre.
    rounding = np.abs(z) * slope + (np.abs(centres) / np.hypot(z[:, None] - centres, 1.5 * widths)).sum(1)
    assert np.all(np.abs(t - k * step) <= 1e-15 * (30 + 3 * np.abs(t) + rounding))
    assert np.array_equal(k, np.arange(math.ceil(ends[0] / step), math.floor(ends[1] / step) + 1))
    assert np.all(np.diff(z) >= 0)


@given(features, st.floats(0.1, 2.0))
def test_halving_the_step_keeps_every_node(pairs, step):
    centres, widths = arrays(pairs)
    coarse, weights = graded_trapezoid(centres, widths, -8.0, 8.0, step)
    fine, halves = graded_trapezoid(centres, widths, -8.0, 8.0, step / 2)
    first = int(np.argmin(np.abs(fine - coarse[0])))
    kept = slice(first, first + 2 * coarse.size, 2)
    assert np.allclose(fine[kept], coarse, rtol=1e-12, atol=1e-12)
    assert np.allclose(2 * halves[kept], weights, rtol=1e-9, atol=0)


@given(features)
def test_the_gaussian_measure_is_normalised_whatever_the_features(pairs):
    centres, widths = arrays(pairs)
    z, weights = graded_trapezoid(centres, widths, -9.0, 9.0, 0.15)
    total = weights @ np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert abs(total - 1) < 2e-14 * (1 + len(pairs))


@pytest.mark.parametrize("width", [1e-2, 1e-4, 1e-6])
def test_the_error_falls_with_the_step_and_not_with_the_width(width):
    """1/(1 + ((z − c)/s)²) has its poles at c ± is: half-width asin(1/1.5) of the strip, whatever s."""
    strip = math.asin(1 / 1.5)
    for step in (0.5, 0.4, 0.3):
        z, weights = graded_trapezoid(np.array([0.2]), np.array([width]), -9.0, 9.0, step)
        profile = 1 / (1 + ((z - 0.2) / width) ** 2)
        value = weights @ (profile * np.exp(-z * z / 2)) / math.sqrt(2 * math.pi)
        truth = width * math.sqrt(math.pi / 2) * wofz((0.2 + 1j * width) / math.sqrt(2)).real
        assert abs(value / truth - 1) < 3 * math.exp(-2 * math.pi * strip / step)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([0.0], [1.0], -1.0, 1.0, 0.0), "step must be positive"),
        (([0.0], [1.0], -1.0, 1.0, math.nan), "step must be positive"),
        (([0.0], [1.0], 1.0, -1.0, 0.1), "lower and upper"),
        (([0.0], [1.0], -math.inf, 1.0, 0.1), "lower and upper"),
        (([0.0], [0.0], -1.0, 1.0, 0.1), "widths positive"),
        (([math.nan], [1.0], -1.0, 1.0, 0.1), "centres must be finite"),
        (([0.0, 1.0], [1.0], -1.0, 1.0, 0.1), "same length"),
    ],
)
def test_bad_input(arguments, sentence):
    centres, widths, *rest = arguments
    with pytest.raises(ValueError, match=sentence):
        graded_trapezoid(np.array(centres), np.array(widths), *rest)
