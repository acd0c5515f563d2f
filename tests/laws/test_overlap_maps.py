"""Overlap maps: closed forms against quadrature, their properties, and what is refused."""

import math
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import erf

from flatminima import ERF, RELU, SIGN, NotConverged
from flatminima.architectures import committee


def relu(x):
    return np.maximum(x, 0.0)


ACTIVATIONS = {
    "sign": (np.sign, [0]),
    "relu": (relu, [0]),
    "erf": (lambda x: erf(x / math.sqrt(2)), []),
    "tanh": (np.tanh, []),
    "softplus": (lambda x: np.logaddexp(0, x), []),
    "hard tanh": (lambda x: np.clip(x, -1, 1), [-1, 1]),
    "leaky relu": (lambda x: np.where(x > 0, x, 0.1 * x), [0]),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), [0]),
    "cube": (lambda x: x**3, []),
    "exponential": (np.exp, []),
    "step": (lambda x: np.sign(x - 0.4), [0.4]),
}


@lru_cache(maxsize=None)
def architecture(name):
    activation, breakpoints = ACTIVATIONS[name]
    return committee(activation, name, breakpoints)


CLOSED = [("sign", SIGN), ("relu", RELU), ("erf", ERF)]
anyone = st.sampled_from(sorted(ACTIVATIONS)).map(architecture)
small = st.floats(-30.0, 0.0).map(math.exp)  # 1 − q, down to 1e-13
overlap = st.floats(-0.999, 1.0)
positive = st.floats(0.0, 1.0)


@pytest.mark.parametrize("name, exact", CLOSED)
def test_quadrature_gives_the_closed_forms(name, exact):
    computed = architecture(name)
    assert computed.field_scale == pytest.approx(exact.field_scale, rel=1e-14)
    for u in [*np.geomspace(1e-13, 1.0, 14), *np.linspace(0.05, 1.95, 31)]:
        assert computed.complement(u) == pytest.approx(exact.complement(u), rel=1e-13)
        assert computed.slope(u) == pytest.approx(exact.slope(u), rel=1e-12)
        assert computed.curvature(u) == pytest.approx(exact.curvature(u), rel=1e-9)
        for step in (1e-20, -1e-9, u / 3, -(2 - u) / 4):
            assert computed.difference(u, step) == pytest.approx(exact.difference(u, step), rel=1e-12)


@pytest.mark.parametrize("name, exact", CLOSED)
def test_small_overlaps_keep_their_digits(name, exact):
    for q in [1e-300, -1e-30, 1e-10, 1e-3, 0.1]:
        assert architecture(name).overlap(q) == pytest.approx(exact.overlap(q), rel=1e-13)


POLYNOMIALS = [
    (lambda x: x**2, lambda q: q**2, 2.0),
    (lambda x: x**3 - 3 * x, lambda q: q**3, 6.0),
    (lambda x: x**3, lambda q: 0.6 * q + 0.4 * q**3, 15.0),
    (np.cos, lambda q: (math.cosh(q) - 1) / (math.cosh(1) - 1), math.exp(-1) * (math.cosh(1) - 1)),
    (np.sin, lambda q: math.sinh(q) / math.sinh(1), math.exp(-1) * math.sinh(1)),
    (np.exp, lambda q: math.expm1(q) / math.expm1(1), math.e * math.expm1(1)),
]


@pytest.mark.parametrize("activation, exact, variance", POLYNOMIALS)
def test_hermite_polynomials_and_exponentials(activation, exact, variance):
    """He_n gives qⁿ, cos and sin the even and the odd part of e^(q−1), e^x gives e^(1+q)."""
    computed = committee(activation)
    assert computed.field_scale**2 == pytest.approx(variance, rel=1e-13)
    for q in [1e-3, 0.2, 0.5, 0.7, 0.99, 1.0, -0.3, -0.8]:
        assert computed.overlap(q) == pytest.approx(exact(q), rel=1e-12, abs=1e-14)


def test_a_square_keeps_the_digits_of_tiny_overlaps():
    square = committee(lambda x: x**2)
    assert square.overlap(1e-100) == pytest.approx(1e-200, rel=1e-12)
    assert square.slope(1.0) == pytest.approx(0.0, abs=1e-30)
    assert square.curvature(1.0) == pytest.approx(2.0, rel=1e-13)


@given(anyone)
def test_it_goes_from_0_to_1(rho):
    assert rho.overlap(0.0) == 0.0
    assert rho.overlap(1.0) == pytest.approx(1.0, abs=2e-14)
    assert rho.complement(1.0) == pytest.approx(1.0, abs=2e-14)


@given(anyone, positive, positive)
def test_it_is_increasing_and_convex_on_positive_overlaps(rho, first, second):
    """Σ a_n qⁿ with a_n ≥ 0."""
    low, high = sorted((first, second))
    assert 0.0 <= rho.overlap(low) <= low * (1 + 1e-13)
    assert rho.difference(1.0 - low, high - low) >= 0.0
    assert rho.slope(1.0 - low) <= rho.slope(1.0 - high) * (1 + 1e-11)


@given(anyone, overlap, overlap, overlap)
def test_differences_add_up(rho, a, b, c):
    total = rho.difference(1 - a, b - a) + rho.difference(1 - b, c - b) + rho.difference(1 - c, a - c)
    assert total == pytest.approx(0.0, abs=2e-14 * max(1.0, abs(rho.overlap(-0.999))) + 1e-7 * (max(a, b, c) == 1.0))


@given(anyone, small)
def test_slope_and_curvature_are_derivatives(rho, u):
    """Central differences, Richardson-extrapolated; the second of the map between the two ends."""
    h = 1e-3 * u
    central = lambda h: rho.difference(u + h, 2 * h) / (2 * h)
    assert (4 * central(h / 2) - central(h)) / 3 == pytest.approx(rho.slope(u), rel=1e-10)
    bend = (rho.slope(u - h) - rho.slope(u + h)) / (2 * h)
    assert bend == pytest.approx(rho.curvature(u), rel=1e-5, abs=1e-11 * rho.slope(u) / h)


@given(st.sampled_from(["sign", "erf", "tanh", "hard tanh", "cube"]).map(architecture), positive)
def test_odd_activations_have_odd_maps(rho, q):
    assert rho.overlap(-q) == pytest.approx(-rho.overlap(q), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", ["tanh", "relu", "step"])
@pytest.mark.parametrize("scale, shift", [(3.0, 0.0), (-0.2, 5.0), (1e8, -1e8)])
def test_scale_and_shift_do_not_matter(name, scale, shift):
    activation, breakpoints = ACTIVATIONS[name]
    changed, rho = committee(lambda x: scale * activation(x) + shift, "changed", breakpoints), architecture(name)
    assert changed.field_scale == pytest.approx(abs(scale) * rho.field_scale, rel=1e-12)
    for u in (1e-10, 1e-3, 0.3, 0.8, 1.4, 1.9):
        assert changed.complement(u) == pytest.approx(rho.complement(u), rel=1e-12)


def test_a_sigmoid_is_a_hyperbolic_tangent_of_half_the_field():
    from flatminima import SIGMOID, TANH

    half = committee(lambda x: np.tanh(x / 2))
    assert (repr(SIGMOID), repr(TANH)) == ("SIGMOID", "TANH")
    assert SIGMOID.field_scale == pytest.approx(half.field_scale / 2, rel=1e-13)
    for u in (1e-9, 0.2, 1.0, 1.7):
        assert SIGMOID.complement(u) == pytest.approx(half.complement(u), rel=1e-13)


@pytest.mark.parametrize(
    "name, slope, curvature",
    [("sign", True, True), ("relu", False, True), ("elu", False, False), ("tanh", False, False)],
)
def test_jumps_make_the_slope_infinite_and_bends_the_curvature(name, slope, curvature):
    rho = architecture(name)
    assert math.isinf(rho.slope(0.0)) == slope
    assert math.isinf(rho.curvature(0.0)) == curvature


def test_a_steep_activation_is_nearly_a_jump():
    steep, limit = committee(lambda x: np.tanh(5 * x)), SIGN
    assert steep.overlap(0.3) == pytest.approx(limit.overlap(0.3), abs=0.03)
    assert steep.slope(0.0) > 3.0


BAD = [
    (lambda x: 0 * x + 2, [], ValueError, "activation is constant"),
    (lambda x: 0.0, [], ValueError, "activation is constant"),
    (lambda x: np.tanh(x) + 1e6, [], ValueError, "subtract the mean"),
    (lambda x: np.where(x > 1, np.nan, x), [], ValueError, "activation is nan at x = 1.0"),
    (np.log, [], ValueError, "it must be finite"),
    (lambda x: np.exp(x * x / 3), [], ValueError, "E\\[g\\(z\\)²\\] is infinite"),
    (lambda x: x[:3], [], TypeError, "returned float64 of shape"),
    (lambda x: 1j * x, [], TypeError, "returned complex128"),
    (math.tanh, [], TypeError, "activation fails on a NumPy array"),
    (np.tanh, [math.nan], ValueError, "a breakpoint is nan"),
    (np.tanh, ["0"], TypeError, "a breakpoint is '0'"),
    (relu, [], NotConverged, "pass the points where it jumps or bends as breakpoints"),
    (lambda x: np.maximum(x - 0.3, 0), [0], NotConverged, "activation is not smooth near x = 0.3:"),
    (np.sign, [], NotConverged, "activation is not smooth near x = 0:"),
    (lambda x: np.sign(x - 0.3), [0], NotConverged, "activation is not smooth near x = 0.3:"),
]


@pytest.mark.parametrize("activation, breakpoints, error, sentence", BAD)
def test_unfit_activations_are_refused_in_one_sentence(activation, breakpoints, error, sentence):
    with pytest.raises(error, match=sentence):
        committee(activation, breakpoints=breakpoints)
