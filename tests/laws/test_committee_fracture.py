"""Where committees' local entropy profiles change shape: barriers, margin thresholds, α′_u, and what they do not depend on."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima import ERF, PERCEPTRON, RELU, SIGN, SPHERICAL, NoSolution
from flatminima.ensembles import franz_parisi, typical
from flatminima.reference import committee_profiles, effective_overlaps, planted_priors

MACHINES = [PERCEPTRON, SIGN, RELU, ERF]
committees = pytest.mark.parametrize("architecture", [SIGN, RELU, ERF], ids=repr)


@cache
def fracture(architecture):
    return franz_parisi.fracture(architecture=architecture)


def lowest(quantity, alpha, margin, architecture):
    """Smallest value on a dense grid up to d = 0.2, past every barrier: no search, no interpolation."""
    curve = franz_parisi.trace(np.geomspace(2e-5, 0.2, 250), alpha, margin, architecture=architecture)
    return getattr(curve, quantity).min()


@committees
def test_maximum_margin_profiles_are_monotonic_below_the_fracture_alone(architecture):
    best = lambda alpha: typical.max_margin(alpha, architecture=architecture)
    below, above = fracture(architecture) - 2e-5, fracture(architecture) + 2e-5
    assert lowest("slope", below, best(below), architecture) > 0
    assert lowest("slope", above, best(above), architecture) < 0


@pytest.mark.parametrize("architecture", [SIGN, RELU], ids=repr)
def test_profiles_change_shape_at_the_margin_thresholds_alone(architecture):
    margin_min, margin_u = franz_parisi.margin_thresholds(0.45, architecture=architecture)
    assert 0 < margin_min < margin_u < typical.max_margin(0.45, architecture=architecture)
    for quantity, threshold in (("entropy", margin_min), ("slope", margin_u)):
        assert lowest(quantity, 0.45, (1 - 1e-4) * threshold, architecture) < 0
        assert lowest(quantity, 0.45, (1 + 1e-4) * threshold, architecture) > 0


@committees
def test_beyond_the_fracture_no_margin_is_large_enough(architecture):
    beyond = franz_parisi.margin_thresholds(1.02 * fracture(architecture), architecture=architecture)[1]
    assert isinstance(beyond, NoSolution) and "kappa_max" in beyond.reason


def test_the_slope_of_the_twin_vanishes_at_the_fracture():
    alpha = fracture(SIGN)
    margin = typical.max_margin(alpha, architecture=SIGN)
    value, distance = franz_parisi.barrier("slope", alpha, margin, architecture=SIGN)
    assert value == pytest.approx(0, abs=1e-7)
    state = franz_parisi.solve(distance, alpha, margin, architecture=SIGN)
    deltas, prior = effective_overlaps.SIGN, planted_priors.BINARY
    reference = committee_profiles.reference_state(alpha, margin, 0, deltas, prior, digits=9)
    twin = committee_profiles.solve(distance, reference, deltas, prior, (state.p, state.t0, state.delta_hat), digits=7)
    assert float(twin.slope) == pytest.approx(0, abs=1e-5)


@settings(max_examples=8)
@given(architecture=st.sampled_from(MACHINES), alpha=st.floats(0.05, 0.7), share=st.floats(0.15, 1.0))
def test_a_barrier_is_a_stationary_minimum_of_the_profile(architecture, alpha, share):
    margin = share * typical.max_margin(alpha, architecture=architecture)
    value, distance = franz_parisi.barrier("entropy", alpha, margin, architecture=architecture)
    state = franz_parisi.solve(distance, alpha, margin, architecture=architecture)
    assert value == pytest.approx(state.entropy, abs=1e-9)
    smallest_slope, _ = franz_parisi.barrier("slope", alpha, margin, architecture=architecture)
    if smallest_slope < -1e-3:  # the profile dips, and does so where its slope vanishes
        assert state.slope == pytest.approx(0, abs=1e-4 * (1 + abs(smallest_slope)))


@settings(max_examples=8)
@given(architecture=st.sampled_from(MACHINES), alpha=st.floats(0.05, 0.7), share=st.floats(0.1, 1.0))
def test_profiles_peak_at_the_entropy_of_typical_solutions(architecture, alpha, share):
    """At their maximum the reference's presence costs nothing: t₁ = t₀, and φ_FP is the entropy of κ-solutions."""
    margin = share * typical.max_margin(alpha, architecture=architecture)
    distance = franz_parisi.maximum_distance(alpha, margin, architecture=architecture)
    state = franz_parisi.solve(distance, alpha, margin, architecture=architecture)
    free = typical.solve(alpha, architecture=architecture)
    assert state.entropy == pytest.approx(free.entropy, abs=1e-10)
    assert (state.t0, state.p) == pytest.approx((1 - 2 * distance, free.q), abs=1e-7)


@committees
def test_a_larger_activation_needs_larger_margins_and_changes_nothing_else(architecture):
    larger = dataclasses.replace(architecture, field_scale=2.5 * architecture.field_scale)
    margin = typical.max_margin(0.6, architecture=architecture)
    assert typical.max_margin(0.6, architecture=larger) == pytest.approx(2.5 * margin, rel=1e-10)
    for share in (0.3, 1.0):
        ours = franz_parisi.barrier("slope", 0.6, share * margin, architecture=architecture)
        assert franz_parisi.barrier("slope", 0.6, 2.5 * share * margin, architecture=larger) == pytest.approx(ours, rel=1e-8)


def test_units_that_flip_fracture_earlier_than_units_that_bend():
    """Shares of the capacity: the sign's overlap map is singular at 1, all others have a slope there."""
    shares = {a: fracture(a) / typical.critical_capacity(architecture=a) for a in (SIGN, RELU, ERF)}
    assert shares[SIGN] < 0.7 < 0.8 < min(shares[RELU], shares[ERF]) < 1


def test_neighbours_may_have_a_margin_too():
    alpha, kappa = franz_parisi.fracture(0.5, architecture=SIGN), 0.5
    for load, monotonic in ((0.999 * alpha, True), (1.001 * alpha, False)):
        margin = typical.max_margin(load, architecture=SIGN)
        curve = franz_parisi.trace(np.geomspace(1e-5, 0.1, 200), load, margin, kappa, architecture=SIGN)
        assert bool(curve.slope.min() > 0) == monotonic


def test_a_branch_that_ends_before_its_barrier_says_so():
    found = franz_parisi.barrier("slope", 0.5, 0.001)  # a barrier so high and so near that p → 1
    assert isinstance(found, NoSolution) and "has ended" in found.reason


@pytest.mark.parametrize("verb", [
    lambda: franz_parisi.margin_thresholds(0.5, weights=SPHERICAL, architecture=RELU),
    lambda: franz_parisi.fracture(weights=SPHERICAL, architecture=RELU),
])
def test_thresholds_of_counted_solutions_need_counted_weights(verb):
    with pytest.raises(ValueError, match=r"weights is SPHERICAL; .* must be BINARY"):
        verb()
