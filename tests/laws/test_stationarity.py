"""Solved states are stationary, and total derivatives are the explicit ones (envelope theorem)."""

import math

import numpy as np
import pytest

from flatminima.ensembles import franz_parisi, typical
from flatminima.reference import franz_parisi as twin
from flatminima.reference.arithmetic import Doubles
from flatminima.reference.franz_parisi import Reference

TYPICAL = [(0.5, 0.0), (0.8, 0.0), (0.1, 1.0), (1.5, -1.0), (0.9, 0.0)]
PROFILES = [
    (0.2, 0.5, 0.3, 0.0),
    (0.02, 0.5, 0.1, 0.0),
    (0.12, 0.7, 0.05, 0.05),  # κ̃ = κ
    (0.1, 1.2, -0.4, -0.6),
    (0.6, 0.3, 0.2, -0.5),
]


def central(function, x, h):
    """Central difference with one Richardson step: an error of order h⁴."""
    def slope(h):
        return (function(x + h) - function(x - h)) / (2 * h)

    return (4 * slope(0.5 * h) - slope(h)) / 3


@pytest.mark.parametrize("alpha, kappa", TYPICAL)
def test_typical_free_entropy_is_stationary_in_both_order_parameters(alpha, kappa):
    state = typical.saddle_point(alpha, kappa)
    assert abs(central(lambda q: typical.free_entropy(q, state.q_hat, alpha, kappa), state.q, 1e-3)) < 1e-9
    assert abs(central(lambda q_hat: typical.free_entropy(state.q, q_hat, alpha, kappa), state.q_hat, 1e-3)) < 1e-9


@pytest.mark.parametrize("alpha, kappa", TYPICAL)
def test_the_extremum_is_a_maximum_in_q_hat_and_then_a_minimum_in_q(alpha, kappa):
    """Curvatures by second differences; eliminating q̂ subtracts the square of the mixed one."""
    state, h = typical.saddle_point(alpha, kappa), 1e-3

    def value(i, j):
        return typical.free_entropy(state.q + i * h, state.q_hat + j * h, alpha, kappa)

    q_q = (value(1, 0) - 2 * value(0, 0) + value(-1, 0)) / h**2
    hat_hat = (value(0, 1) - 2 * value(0, 0) + value(0, -1)) / h**2
    mixed = (value(1, 1) - value(1, -1) - value(-1, 1) + value(-1, -1)) / (4 * h**2)
    assert hat_hat < 0 < q_q - mixed**2 / hat_hat


@pytest.mark.parametrize("alpha, kappa", TYPICAL)
def test_typical_entropy_changes_with_load_and_margin_only_explicitly(alpha, kappa):
    state = typical.saddle_point(alpha, kappa)

    def frozen(alpha, kappa):
        return typical.free_entropy(state.q, state.q_hat, alpha, kappa)

    def solved(alpha, kappa):
        return typical.saddle_point(alpha, kappa).entropy

    for total, explicit in [
        (lambda h: solved(alpha + h, kappa), lambda h: frozen(alpha + h, kappa)),
        (lambda h: solved(alpha, kappa + h), lambda h: frozen(alpha, kappa + h)),
    ]:
        assert central(total, 0.0, 1e-3) == pytest.approx(central(explicit, 0.0, 1e-3), abs=1e-8)


@pytest.mark.parametrize("profile", PROFILES)
def test_local_entropy_is_stationary_in_every_order_parameter_but_the_distance(profile):
    """(26)–(27b) in the paper's order of integration, differentiated numerically where they were solved."""
    state = franz_parisi.solve(*profile)
    reference = Reference(*profile[1:], state.reference.q, state.reference.q_hat)
    names = ("distance", "p", "t0", "p_hat", "t0_hat", "delta_hat")
    at = {name: getattr(state, name) for name in names}
    for name in names:
        slope = central(lambda x: twin.entropy_in(Doubles, reference, **(at | {name: x})), at[name], 5e-4 * state.distance)
        assert slope == pytest.approx(state.slope if name == "distance" else 0.0, abs=1e-6), name


@pytest.mark.parametrize("profile", PROFILES)
def test_the_slope_is_the_derivative_of_the_solved_entropy(profile):
    distance, *rest = profile
    entropy = lambda d: franz_parisi.solve(d, *rest).entropy
    assert franz_parisi.solve(*profile).slope == pytest.approx(central(entropy, distance, 0.02 * distance), abs=2e-6)


def test_the_slope_integrates_to_the_entropy():
    """Gauss–Legendre over the distance: the fundamental theorem along a whole curve."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    low, high = 0.02, 0.4
    distances = 0.5 * (low + high) + 0.5 * (high - low) * nodes
    curve = franz_parisi.trace([low, *distances, high], 0.5, 0.2)
    rise = 0.5 * (high - low) * weights @ curve.slope[1:-1]
    assert math.isclose(rise, curve.entropy[-1] - curve.entropy[0], abs_tol=1e-9)
