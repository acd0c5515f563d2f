"""Saddle points and capacity with one step of replica-symmetry breaking: (B4)–(B8)."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from flatminima import BINARY, ERF, PERCEPTRON, RELU, SIGN, SPHERICAL
from flatminima.ensembles import one_step, typical
from flatminima.reference import effective_overlaps, replicas

FINITE = (PERCEPTRON, RELU, ERF)
TWIN = {RELU: effective_overlaps.RELU, SIGN: effective_overlaps.SIGN}


@settings(max_examples=25)
@given(st.sampled_from(FINITE), st.floats(-5.0, 3.0))
def test_the_capacity_is_a_minimum_below_the_symmetric_one(architecture, margin):
    state = one_step.capacity_state(margin * architecture.field_scale, architecture)
    assert 0.0 < state.alpha <= state.symmetric * (1.0 + 1e-14)
    assert state.residual < 1e-10 and state.error < 1e-11 * state.alpha
    assert state.broken == (state.alpha < state.symmetric)


@settings(max_examples=15)
@given(st.sampled_from(FINITE), st.floats(-4.0, 2.0))
def test_the_capacity_falls_with_the_margin(architecture, margin):
    margin *= architecture.field_scale
    assert one_step.critical_capacity(margin + 0.05, architecture) < one_step.critical_capacity(margin, architecture)


@pytest.mark.parametrize("margin", [0.0, 0.3, 2.0])
def test_convex_solutions_do_not_break(margin):
    """The perceptron's solutions at κ ≥ 0 form a convex set: the minimum is the symmetric capacity, 2 at κ = 0."""
    state = one_step.capacity_state(margin, PERCEPTRON)
    assert not state.broken and state.alpha == typical.critical_capacity(margin, SPHERICAL)
    assert one_step.critical_capacity() == 2.0


def test_where_the_map_is_steep_at_one_the_capacity_is_infinite():
    assert one_step.critical_capacity(0.3, SIGN) == math.inf


@pytest.mark.parametrize("architecture, margin", [(RELU, 0.0), (RELU, 0.5), (PERCEPTRON, -1.0)])
def test_loads_tend_to_the_capacity(architecture, margin):
    """Another formula for the same number: q₁ → 1 of the saddle points at finite q₁, with m/(1−q₁) → m̃."""
    corner = one_step.capacity_state(margin, architecture)
    complements = np.array([1e-4, 1e-5, 1e-6])
    states = one_step.trace(1.0 - complements, margin, architecture=architecture)
    loads, ratios = np.array([[s.alpha, s.m_tilde] for s in states]).T
    missing = 1.0 - loads / corner.alpha
    assert (missing > 0.0).all() and (missing < 0.4 * np.sqrt(complements)).all()
    assert (np.diff(missing) < 0.0).all()
    assert ratios[-1] == pytest.approx(corner.m_tilde, rel=0.02)


def derivative(function, x, h):
    central = lambda h: (function(x + h) - function(x - h)) / (2.0 * h)
    return (4.0 * central(0.5 * h) - central(h)) / 3.0


@pytest.mark.parametrize("architecture, q1", [(RELU, 0.95), (RELU, 0.8), (SIGN, 0.9)])
def test_states_are_stationary_points_of_the_free_entropy(architecture, q1):
    [state] = one_step.trace([q1], architecture=architecture)
    value = lambda q0, q1, m: one_step.free_entropy(q0, q1, m, state.alpha, architecture=architecture)
    assert value(state.q0, state.q1, state.m) == pytest.approx(state.entropy, abs=1e-12)
    slopes = (
        derivative(lambda x: value(x, state.q1, state.m), state.q0, 1e-3),
        derivative(lambda x: value(state.q0, x, state.m), state.q1, 2e-4),
        derivative(lambda x: value(state.q0, state.q1, x), state.m, 1e-3),
    )
    assert np.abs(slopes).max() < 1e-7


def test_solve_inverts_trace():
    [state] = one_step.trace([0.9], architecture=RELU)
    again = one_step.solve(state.alpha, architecture=RELU)
    assert [again.q0, again.q1, again.m] == pytest.approx([state.q0, state.q1, state.m], rel=1e-8)


@pytest.mark.parametrize("architecture", [RELU, SIGN])
def test_symmetry_breaks_where_the_replicon_says(architecture):
    """The branch has a solution just beyond the load at which the replicon reaches 1, and none just below."""
    onset = typical.instability(0.0, SPHERICAL, architecture)
    state = one_step.solve(1.01 * onset, architecture=architecture)
    assert 0.0 < state.q1 - state.q0 < 0.1
    assert not one_step.solve(0.99 * onset, architecture=architecture)


def test_no_branch_where_symmetry_never_breaks():
    assert not one_step.solve(1.0) and not one_step.trace([0.9])[0]
    assert "merged" in one_step.trace([0.5], architecture=RELU)[0].reason
    assert "no solutions are left" in one_step.solve(2.67, architecture=RELU).reason


@settings(max_examples=15)
@given(st.sampled_from([BINARY, SPHERICAL]), st.sampled_from([PERCEPTRON, SIGN, RELU]), st.floats(0.05, 0.9),
       st.floats(0.1, 5.0))  # fmt: skip
def test_one_step_at_equal_overlaps_is_replica_symmetric(weights, architecture, q, m):
    """At equal overlaps for every m, and at m = 1 for every q₁; `typical` needs q̂, found from q."""
    value = one_step.free_entropy(q, q, m, 0.7, 0.1, weights, architecture)
    split = one_step.free_entropy(q, 0.5 * (1.0 + q), 1.0, 0.7, 0.1, weights, architecture)
    assert value == pytest.approx(split, abs=1e-11)


@pytest.mark.parametrize("architecture, kappa", [(RELU, 0.1), (SIGN, -0.2)])
@pytest.mark.parametrize("m", [0.4, 3.0])
def test_the_twin_agrees_for_spherical_weights(architecture, kappa, m):
    q0, q1, alpha = 0.4, 0.7, 1.5
    d, rest = mpf(1) - q1 + m * (mpf(q1) - q0), mpf(1) - q1
    q0_hat = q0 / d**2
    q1_hat = q0_hat + (mpf(q1) - q0) / (d * rest)
    expected = replicas.entropy(q1, alpha, m, q0, q1_hat, q0_hat, 1 / rest - q1_hat, kappa, TWIN[architecture], digits=13)
    value = one_step.free_entropy(q0, q1, m, alpha, kappa, SPHERICAL, architecture)
    assert value == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize("m", [0.4, 3.0])
def test_the_twin_agrees_for_binary_weights(m):
    gap, hat_gap, _ = BINARY.clustered(0.7, 0.5, m, 0.125)
    expected = replicas.entropy(0.7, 0.6, m, mpf(0.7) - gap, 0.5 + hat_gap, 0.5, digits=12)
    assert one_step.free_entropy(0.7 - gap, 0.7, m, 0.6, weights=BINARY) == pytest.approx(float(expected), abs=1e-11)


@pytest.mark.parametrize("m", [0.3, 0.7])
def test_frozen_clusters_are_rescaled_symmetric_ones(m):
    """q₁ → 1 for binary weights: every cluster is one weight vector, and F = φ_RS(q₀)/m."""
    expected = one_step.free_entropy(0.4, 0.4, 1.0, 0.6, weights=BINARY) / m
    misses = [one_step.free_entropy(0.4, 1.0 - c, m, 0.6, weights=BINARY) - expected for c in (1e-6, 1e-8)]
    assert abs(misses[1]) < 1e-3 and abs(misses[1]) < 0.2 * abs(misses[0])


@pytest.mark.parametrize("call, error, words", [
    (lambda: one_step.free_entropy(0.5, 0.4, 0.5, 1.0), ValueError, r"q0 is 0\.5; .* \[0, 0\.4\]"),
    (lambda: one_step.free_entropy(0.5, 1.0, 0.5, 1.0), ValueError, "q1 is 1"),
    (lambda: one_step.free_entropy(0.1, 0.2, 0.0, 1.0), ValueError, "m is 0"),
    (lambda: one_step.free_entropy(0.1, 0.2, 0.5, -1.0), ValueError, "alpha is -1"),
    (lambda: one_step.trace([1.0], architecture=RELU), ValueError, "q1 is 1"),
    (lambda: one_step.trace([math.nan], architecture=RELU), ValueError, "q1 is nan"),
    (lambda: one_step.solve(0.0, architecture=RELU), ValueError, "alpha is 0"),
    (lambda: one_step.critical_capacity("one"), TypeError, "kappa is 'one'"),
    (lambda: one_step.critical_capacity(-6.0), ValueError, r"kappa is -6\.0; .* \[-5, ∞\)"),
])  # fmt: skip
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
