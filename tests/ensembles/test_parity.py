"""Parity machines: replicas against brute force, bounds that need no replica calculation, closed forms and limits."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import erf, xlogy

from flatminima import SPHERICAL, NoSolution, NotConverged, large_deviation, parity
from flatminima.ensembles.parity.replicas import energetic
from flatminima.reference import finite_committee_densest as brute

OVERLAPS = st.floats(0.05, 0.95)
SHARES = st.floats(0.0, 0.8)  # q₀/q₁
NUMBERS = st.integers(2, 6)


@pytest.mark.parametrize("q1, share, y", [(0.3, 0.5, 1), (0.6, 0.4, 2), (0.5, 0.7, 3), (0.5, 0.1, 5)])
def test_energetic_term_is_that_of_brute_force(q1, share, y):
    twin = brute.finite(share * q1, q1, y, brute.PARITY, nodes=20)
    assert twin.error < 1e-5
    assert abs(energetic(share * q1, q1, y)[0] - twin.value) < 1e-9 + 3 * twin.error


@settings(max_examples=8)
@given(OVERLAPS, st.floats(0.05, 0.8), NUMBERS)
def test_slope_in_the_overlap_of_groups(q1, share, y):
    q0, shift = share * q1, 1e-4 * q1
    near = [energetic(q0 + k * shift, q1, y)[0] for k in (-2, -1, 1, 2)]
    slope = (8 * (near[2] - near[1]) - near[3] + near[0]) / (12 * shift)
    assert slope == pytest.approx(-0.5 * y * energetic(q0, q1, y)[1], abs=1e-6)


@given(OVERLAPS, NUMBERS)
def test_independent_groups_of_three_units(q1, y):
    assert energetic(0.0, q1, y)[0] == pytest.approx(parity.annealed(q1, y), abs=1e-12)


@given(OVERLAPS, st.integers(1, 40))
def test_pairs_and_triples_in_closed_form(q1, units):
    same = (2 / math.pi * math.asin(q1)) ** units
    assert parity.annealed(q1, 2, units) == pytest.approx(math.log((1 + same) / 4) / 2, abs=1e-13)
    assert parity.annealed(q1, 3, units) == pytest.approx(math.log((1 + 3 * same) / 8) / 3, abs=1e-13)


@pytest.mark.parametrize("y", [1, 2, 4, 10])
def test_limits_of_independent_groups(y):
    assert parity.annealed(1e-9, y) == pytest.approx(-math.log(2), abs=1e-12)  # replicas apart: each for itself
    assert parity.annealed(1 - 1e-12, y) == pytest.approx(-math.log(2) / y, abs=2e-5)  # replicas coincide: one for all
    assert parity.annealed(0.99, y, 10**5) == pytest.approx(-math.log(2), abs=1e-12)  # many units
    assert parity.annealed(0.99, y, math.inf) == -math.log(2)


@settings(max_examples=6)
@given(OVERLAPS, st.floats(0.1, 2.0))
def test_bounds_without_replicas(q1, alpha):
    """Given their centre replicas are independent: fractions f_y = E p^y, so that f_y^{1/y} rises and f_y falls with y."""
    values = [parity.solve(q1, alpha, y).normalised for y in range(1, 6)]
    assert values[0] == -alpha * math.log(2)
    for y, (before, after) in enumerate(zip(values, values[1:]), 1):
        assert after >= before - 1e-9 and (y + 1) * after <= y * before + 1e-9
    assert all(value <= alpha * parity.annealed(q1, y) + 1e-9 for y, value in enumerate(values, 1))


@pytest.mark.parametrize("q1, alpha, y", [(0.3, 2.0, 10), (0.6, 1.3, 5), (0.9, 2.5, 5), (0.5, 3.0, 5)])
def test_overlap_of_groups_is_that_of_the_lowest_entropy(q1, alpha, y):
    state = parity.solve(q1, alpha, y)
    entropic = lambda q0: SPHERICAL.clustered(q1, q0 / (1 - q1 + y * (q1 - q0)) ** 2, y, None)[2]
    entropy = lambda q0: entropic(q0) + alpha * energetic(q0, q1, y)[0]
    assert state.entropy == pytest.approx(entropy(state.q0), abs=1e-7)
    grid = np.linspace(0.0, 0.92 * q1, 14)
    assert state.entropy < min(map(entropy, grid)) + 1e-9 and 0.05 < state.q0 < 0.9 * q1


def test_condensation_is_the_first_load_at_which_clusters_lower_the_entropy():
    """ψ(q₁) by Gauss–Legendre nodes for P and 1 − P as they are: its largest value vanishes at α_s."""
    nodes, shares = np.polynomial.legendre.leggauss(48)

    def advantage(q1):
        width = math.sqrt((1 - q1) / q1)
        reach = math.asinh(8.5 / width)
        v = width * np.sinh(0.5 * reach * (nodes + 1))
        measure = shares * 0.5 * reach * np.hypot(v, width) * math.sqrt(2 / math.pi) * np.exp(-v * v / 2)
        mean = erf(v / width / math.sqrt(2))
        product = np.clip(mean[:, None, None] * mean[:, None] * mean, 0, 1)
        information = 0.5 * sum(xlogy(p, p) for p in (0.5 * (1 + product), 0.5 * (1 - product)))
        average = np.einsum("abc,a,b,c", information, measure, measure, measure)
        return 0.5 * (q1 + math.log(1 - q1)) + parity.condensation() * (math.log(2) + 2 * average)

    best = minimize_scalar(lambda q1: -advantage(q1), bounds=(0.85, 0.97), method="bounded", options={"xatol": 1e-6})
    assert abs(best.fun) < 1e-9
    assert advantage(best.x - 0.02) < -1e-5 and advantage(best.x + 0.02) < -1e-5


@pytest.mark.parametrize("q1, alpha", [(0.3, 1.0), (0.8, 0.5), (0.9, 1.0)])
def test_clustered_groups_lie_between_few_replicas_and_one_overlap(q1, alpha):
    state = parity.clustered(q1, alpha)
    assert parity.solve(q1, alpha, 5).normalised < state.normalised < 0.0
    assert state.normalised < parity.solve(q1, alpha).normalised + state.error
    assert state.error < 1e-4 and state.residual < 2e-3 and state.entropy > state.normalised


def test_clustered_groups_by_brute_force():
    """The same functional on the twin's nodes and with its maxima, no smaller nearby."""
    q1, alpha = 0.8, 1.0
    state = parity.clustered(q1, alpha)

    def entropies(delta_q0, sizes):
        v, weights = brute._ordered_copy(brute.PARITY, math.sqrt((1 - q1 + delta_q0) / q1), 10)
        heights, _ = brute.highest(math.sqrt(q1 / (1 - q1)) * v, delta_q0 / (1 - q1), brute.PARITY)
        averages = [math.log(weights @ np.exp(size * heights) / weights.sum()) for size in sizes]
        return [
            0.5 * math.log1p(size * q1 / (1 - q1 + delta_q0)) / size + alpha * average / size
            for size, average in zip(sizes, averages)
        ]

    here, smaller, larger = entropies(state.delta_q0, [state.size, 0.7 * state.size, 1.4 * state.size])
    assert abs(here - state.normalised) < 2e-4
    assert here < min(smaller, larger)
    assert all(entropies(state.delta_q0 * factor, [state.size])[0] > here + 1e-4 for factor in (0.5, 2.0))


@pytest.mark.parametrize("q1, alpha", [(0.8, 0.4), (0.9, 0.5)])
def test_replicas_that_agree_unit_by_unit_are_a_lower_bound(q1, alpha):
    """+++ has parity +: K perceptrons at the load Kα, whose entropy is known without replicas of groups."""
    below = large_deviation.solve(q1, 3 * alpha, weights=SPHERICAL).normalised
    assert below <= parity.clustered(q1, alpha).normalised <= parity.solve(q1, alpha).normalised + 1e-6


@pytest.mark.parametrize("y", [1, 3, math.inf])
def test_many_units_are_independent_patterns_exactly(y):
    state = parity.solve(0.999, 7.0, y, math.inf)
    assert state.normalised == -7.0 * math.log(2) and state.q0 == 0.0 and state.residual == 0.0
    single = parity.solve(0.5, 2.0, 1)
    assert single.normalised == -2.0 * math.log(2)
    assert single.entropy == pytest.approx(0.5 * math.log(2 * math.pi * math.e) - 2.0 * math.log(2), abs=1e-14)


def test_trace_is_solve():
    assert parity.trace([0.9, 0.3], 1.0, 2) == [parity.solve(q1, 1.0, 2) for q1 in (0.9, 0.3)]


def test_no_cluster_looser_than_its_solutions():
    assert not parity.clustered(0.5, 3.0)


def test_no_state_beyond_condensation_or_where_groups_coincide():
    for y in (1, 4):
        outcome = parity.solve(0.5, 3.2, y)
        assert isinstance(outcome, NoSolution) and "alpha_s = 3.189020" in outcome.reason
    assert parity.solve(0.5, 3.2, 1, math.inf)
    with pytest.raises(NotConverged, match="groups of replicas nearly coincide"):
        parity.solve(0.9, 3.1, 10)


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((0.0, 1.0), ValueError, "q1 is 0.0; it must be a real number in (0, 1)."),
        ((math.nan, 1.0), ValueError, "q1 is nan; it must be a real number in (0, 1)."),
        (("0.5", 1.0), TypeError, "q1 is '0.5'; it must be a real number in (0, 1)."),
        ((0.995, 1.0, 2), ValueError, "q1 is 0.995; it must be a real number in [0, 0.99]."),
        ((0.5, 0.0), ValueError, "alpha is 0.0; it must be a real number in (0, ∞)."),
        ((0.5, math.inf), ValueError, "alpha is inf; it must be a real number in (0, ∞)."),
        ((0.5, 1.0, 2.5), ValueError, "y is 2.5; it must be a whole number from 1 to 10, or infinite."),
        ((0.5, 1.0, 0), ValueError, "y is 0; it must be a whole number from 1 to 10, or infinite."),
        ((0.5, 1.0, math.nan), ValueError, "y is nan; it must be a whole number from 1 to 10, or infinite."),
        ((0.5, 1.0, True), TypeError, "y is True; it must be a whole number from 1 to 10, or infinite."),
        ((0.5, 1.0, 2, 5), ValueError, "units is 5; it must be 3 or infinite."),
        ((0.5, 1.0, 2, "3"), TypeError, "units is '3'; it must be 3 or infinite."),
    ],
)
def test_bad_input(arguments, error, words):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error, match=re.escape(words)):
            parity.solve(*arguments)


@pytest.mark.parametrize(
    "arguments, words",
    [((0.5, 11), "y is 11; it must be a whole number from 1 to 10."), ((0.5, 2, 0), "units is 0; it must be a whole number")],
)
def test_bad_input_to_the_bound(arguments, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        parity.annealed(*arguments)


@pytest.mark.parametrize("arguments, words", [((0.01, 1.0), "q1 is 0.01; it must"), ((0.5, 3.5), "alpha is 3.5; it must")])
def test_bad_input_to_clusters(arguments, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        parity.clustered(*arguments)
