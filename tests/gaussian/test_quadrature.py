"""Gaussian averages: the quadrature converges, and the error it reports never understates the true one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from .problems import PATTERNS, PROBLEMS
from scipy.special import wofz

from flatminima import NotConverged
from flatminima.gaussian import H, expectation

TOLERANCES = [10.0**-k for k in range(4, 14)]


def averages(problem):
    return [(tol, expectation(problem.f, features=[problem.feature], tol=tol)) for tol in TOLERANCES]


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_it_converges_to_every_tolerance(problem):
    for tol, result in averages(problem):
        assert result.error <= tol * max(1.0, abs(result.value))


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_the_error_never_understates(problem):
    truth = problem.truth()
    for tol, result in averages(problem):
        assert abs(truth - result.value) <= result.error, f"tol={tol}"


@pytest.mark.parametrize("problem", [p for p in PATTERNS if "q=0.9999," in p.name], ids=str)
def test_twelve_digits_cost_fewer_than_200_nodes(problem):
    assert expectation(problem.f, features=[problem.feature], tol=1e-12).nodes < 200


@given(
    centre=st.floats(-4, 4),
    log_width=st.floats(-6, 1),
    log_tol=st.floats(-13, -2),
)
def test_a_declared_feature_of_any_width_is_resolved(centre, log_width, log_tol):
    """E 1/(1 + ((z − c)/s)²) is a Voigt profile: the Faddeeva function has it in closed form."""
    width, tol = 10.0**log_width, 10.0**log_tol
    result = expectation(lambda z: 1 / (1 + ((z - centre) / width) ** 2), features=[(centre, width)], tol=tol)
    truth = width * math.sqrt(math.pi / 2) * wofz((centre + 1j * width) / math.sqrt(2)).real
    assert abs(result.value - truth) <= result.error + 1e-13 * truth  # the Faddeeva function's own error
    assert result.error <= tol


@given(rate=st.floats(-12, 12), log_tol=st.floats(-12, -2))
def test_the_cutoff_follows_a_growing_integrand(rate, log_tol):
    """E e^{az − a²/2} = 1, with all its mass around z = a."""
    result = expectation(lambda z: np.exp(rate * z - rate * rate / 2), tol=10.0**log_tol)
    assert abs(result.value - 1.0) <= result.error <= 10.0**log_tol


def test_the_cutoff_follows_a_planted_tail():
    """1/H(az) turns the density into one of variance 1/(1 − a²); a fixed cutoff at 8.5 is off by 1e-3."""
    a = 0.95
    result = expectation(lambda z: 1 / H(a * z), tol=1e-11)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    z = 37 * nodes
    truth = 37 * weights @ (np.exp(-z * z / 2) / H(a * z)) / math.sqrt(2 * math.pi)
    assert abs(result.value - truth) <= result.error
    fixed = np.abs(z) < 8.5
    assert abs(37 * (weights * np.exp(-z * z / 2) / H(a * z))[fixed].sum() / math.sqrt(2 * math.pi) - truth) > 1e-3


@pytest.mark.parametrize(("power", "moment"), [(0, 1), (1, 0), (2, 1), (4, 3), (8, 105), (16, 2027025)])
def test_moments_of_the_measure(power, moment):
    result = expectation(lambda z: z**power, tol=1e-12)
    assert abs(result.value - moment) <= result.error <= 1e-12 * max(1, moment)


def test_two_features_at_once():
    """The product of two smoothed signs; as they sharpen it tends to 1 − 2 P(b < z < a)."""

    def f(z):
        return np.tanh((z - 0.3) / 1e-3) * np.tanh((z + 1.1) / 1e-5)

    both = expectation(f, features=[(0.3, 1e-3), (-1.1, 1e-5)], tol=1e-12)
    # Smoothing an edge over a width s changes the average by O(s²).
    assert abs(both.value - (1 - 2 * (H(-1.1) - H(0.3)))) < 1e-6
    # Neither a repeated feature nor one that is not there changes anything.
    again = expectation(f, features=[(0.3, 1e-3), (0.3, 1e-3), (-1.1, 1e-5), (-1.0, 1e-2)], tol=1e-12)
    assert abs(both.value - again.value) <= both.error + again.error


def test_without_an_average_it_raises():
    with pytest.raises(NotConverged, match="grows too fast"):
        expectation(lambda z: 1 / H(z))


def test_beyond_rounding_it_raises_with_the_best_it_has():
    with pytest.raises(NotConverged) as caught:
        expectation(lambda z: 1e7 * z, tol=1e-12)  # zero, as a difference of millions
    assert abs(caught.value.state.value) <= caught.value.residual == caught.value.state.error < 1e-6


def test_a_kink_is_not_certified_beyond_its_error():
    with pytest.raises(NotConverged) as caught:
        expectation(np.abs, features=[(0.3, 1.0)], tol=1e-12)
    assert abs(caught.value.state.value - math.sqrt(2 / math.pi)) <= caught.value.residual


@pytest.mark.parametrize("tol", [0, 1, -1e-9, math.nan, math.inf])
def test_tolerance_out_of_range(tol):
    with pytest.raises(ValueError, match=r"tol is .*; it must be a real number in \(0, 1\)"):
        expectation(np.cos, tol=tol)


@pytest.mark.parametrize("feature", [(0.0, 0.0), (0.0, -1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_feature_out_of_range(feature):
    with pytest.raises(ValueError, match="of a feature is"):
        expectation(np.cos, features=[feature])


@pytest.mark.parametrize("features", [1.0, [1.0], [(0.0, 1.0, 2.0)], [("a", 1.0)], None])
def test_features_of_the_wrong_kind(features):
    with pytest.raises(TypeError, match="feature"):
        expectation(np.cos, features=features)


@pytest.mark.parametrize("f", [lambda z: z[:2], lambda z: 1j * z, lambda z: "one"])
def test_values_of_the_wrong_kind(f):
    with pytest.raises(TypeError, match="one real number for every z"):
        expectation(f)


def test_values_that_are_not_finite():
    with pytest.raises(ValueError, match="f is nan at z = "):
        expectation(lambda z: np.where(z > 1, np.nan, z))
