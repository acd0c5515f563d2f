"""Limits with a known answer: no load, no constraint, the typical distance, equal margins, small distances."""

import math

import numpy as np
import pytest
from numpy.polynomial import Chebyshev
from scipy.integrate import quad
from scipy.special import log_ndtr, ndtr

from flatminima.ensembles import franz_parisi, typical

LN_2 = math.log(2.0)
DISTANCES = np.array([0.01, 0.1, 0.25, 0.4, 0.6])
# alpha, kappa_reference, kappa
AROUND = [(0.5, 0.3, 0.0), (0.5, 0.1, 0.0), (0.7, 0.1, 0.1), (0.2, 0.9, 0.4), (1.2, -0.4, -0.6)]


def binary_entropy(d):
    return -d * np.log(d) - (1 - d) * np.log1p(-d)


def excess(alpha, kappa_reference, kappa, distances=DISTANCES):
    return franz_parisi.trace(distances, alpha, kappa_reference, kappa).entropy - binary_entropy(distances)


@pytest.mark.parametrize("kappa", [-1.0, 0.0, 0.5])
def test_at_small_load_the_typical_entropy_is_the_annealed_one(kappa):
    """φ = ln 2 + α ln H(κ) − O(α²): the patterns do not yet correlate the solutions."""
    first, second = (
        (typical.solve(alpha, kappa).entropy - LN_2 - alpha * log_ndtr(-kappa)) / alpha**2 for alpha in (1e-3, 1e-4)
    )
    assert -1 < first < 0
    assert second == pytest.approx(first, rel=0.02)


@pytest.mark.parametrize("kappa_reference, kappa", [(0.5, 0.5), (0.5, 0.0), (-0.3, -1.0)])
def test_at_small_load_a_profile_is_a_single_pattern_s(kappa_reference, kappa):
    """At α → 0 overlaps are those of free weights, q = t₀ = 0 and p = t₁²; a pattern with reference
    field v > κ̃ is satisfied with probability H((κ − t₁v)/√(1 − t₁²))."""
    first_order = []
    for t1 in 1 - 2 * DISTANCES:
        satisfied = lambda v: log_ndtr((t1 * v - kappa) / math.sqrt(1 - t1 * t1)) * math.exp(-0.5 * v * v)
        integral = quad(satisfied, kappa_reference, 12, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
        first_order.append(integral / math.sqrt(2 * math.pi) / ndtr(-kappa_reference))
    first, second = (excess(alpha, kappa_reference, kappa) / alpha - first_order for alpha in (1e-3, 1e-4))
    assert np.max(np.abs(first)) < 0.01
    assert 10 * second == pytest.approx(first, rel=0.02, abs=1e-8)


@pytest.mark.parametrize("alpha", [0.01, 0.5, 3.0])
def test_without_constraint_every_configuration_counts(alpha):
    assert typical.solve(alpha, -40.0).entropy == pytest.approx(LN_2, abs=1e-14)
    assert excess(alpha, -12.0, -40.0) == pytest.approx(np.zeros(5), abs=1e-14)


@pytest.mark.parametrize("alpha, kappa_reference", [(0.5, 0.3), (0.8, 0.0), (2.0, -0.9)])
def test_a_neighbour_without_constraint_leaves_the_binary_entropy(alpha, kappa_reference):
    assert excess(alpha, kappa_reference, -40.0) == pytest.approx(np.zeros(5), abs=1e-13)


@pytest.mark.parametrize("around", AROUND)
def test_no_profile_exceeds_the_number_of_configurations(around):
    assert np.all(excess(*around, distances=np.linspace(0.02, 0.5, 25)) < 0)


@pytest.mark.parametrize("alpha, kappa_reference, kappa", [(0.5, 0.3, 0.0), (0.2, 0.9, 0.4), (1.2, -0.4, -0.6)])
def test_the_maximum_counts_the_typical_solutions(alpha, kappa_reference, kappa):
    """Most solutions of margin κ are where t₁ = t₀ and t̂₁ = t̂₀: they forget the reference."""
    everywhere = typical.solve(alpha, kappa)
    state = franz_parisi.solve(franz_parisi.maximum_distance(alpha, kappa_reference, kappa), alpha, kappa_reference, kappa)
    assert state.entropy == pytest.approx(everywhere.entropy, abs=1e-12)
    assert state.p == pytest.approx(everywhere.q, abs=1e-9)
    assert state.t0 == pytest.approx(1 - 2 * state.distance, abs=1e-9)
    assert state.delta_hat == pytest.approx(0.0, abs=1e-9)
    assert state.p_hat == pytest.approx(everywhere.q_hat, rel=1e-9)


@pytest.mark.parametrize("alpha, kappa", [(0.7, 0.1), (0.5, 0.0), (1.2, -0.5)])
def test_around_a_solution_of_the_same_margin_the_maximum_is_at_the_typical_distance(alpha, kappa):
    """There, at t₁ = q, the coordinates are singular but the profile is not: it is interpolated across."""
    everywhere = typical.solve(alpha, kappa)
    nodes = np.cos(np.pi * (np.arange(10) + 0.5) / 10)
    curve = franz_parisi.trace(everywhere.distance * (1 + 0.2 * nodes), alpha, kappa, kappa)
    profile = Chebyshev.fit(nodes, curve.entropy, 9)
    assert profile(0.0) == pytest.approx(everywhere.entropy, abs=1e-9)
    assert profile.deriv()(0.0) == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("offset", [-1e-3, -1e-6, 1e-5, 1e-4])
@pytest.mark.parametrize("alpha, kappa", [(0.7, 0.1), (0.5, 0.0)])
def test_the_profile_around_a_solution_of_the_same_margin_exists_at_the_typical_distance(alpha, kappa, offset):
    everywhere = typical.solve(alpha, kappa)
    state = franz_parisi.solve(everywhere.distance * (1 + offset), alpha, kappa, kappa)
    assert state.entropy == pytest.approx(everywhere.entropy, abs=1e-9 + offset**2)


def test_equal_margins_are_the_limit_of_unequal_ones():
    distances = np.array([0.05, 0.1, 0.2, 0.4])
    at_equality = franz_parisi.trace(distances, 0.5, 0.1, 0.1).entropy
    first, second = (franz_parisi.trace(distances, 0.5, 0.1 + e, 0.1).entropy - at_equality for e in (1e-3, 1e-4))
    assert np.max(np.abs(first)) < 1e-3
    assert 10 * second == pytest.approx(first, rel=0.01)


@pytest.mark.parametrize("alpha, kappa_reference", [(0.5, 0.1), (0.5, 0.418), (0.8, 0.02)])
def test_close_to_a_robust_reference_almost_every_configuration_is_a_solution(alpha, kappa_reference):
    """κ̃ > κ: at small d the profile hugs the geometric bound, ever more tightly."""
    distances = np.geomspace(1e-6, 1e-4, 5)
    missing = -excess(alpha, kappa_reference, 0.0, distances) / binary_entropy(distances)
    assert np.all(np.diff(missing) > -1e-15)
    assert -1e-15 < missing[0] < 1e-6


def test_the_slope_at_small_distance_is_the_binary_entropy_s():
    curve = franz_parisi.trace([1e-6, 1e-5], 0.5, 0.3)
    assert curve.slope == pytest.approx(np.log(1 / curve.distances - 1), rel=1e-9)


@pytest.mark.parametrize("kappa", [-2.0, -0.5, 0.0, 0.5, 2.0])
def test_the_capacity_is_below_its_annealed_bound(kappa):
    """⟨Z⟩ ≥ 1 needs α ≤ −ln 2 / ln H(κ); at κ = 0 this is 1."""
    assert 0.5 < typical.critical_capacity(kappa) / (-LN_2 / log_ndtr(-kappa)) < 1


@pytest.mark.parametrize("kappa", [-1.0, 0.0, 0.3, 1.5])
def test_at_capacity_the_entropy_vanishes_and_the_margin_is_the_largest(kappa):
    alpha = typical.critical_capacity(kappa)
    assert typical.saddle_point(alpha, kappa).entropy == pytest.approx(0.0, abs=1e-13)
    assert typical.max_margin(alpha) == pytest.approx(kappa, abs=1e-12)
