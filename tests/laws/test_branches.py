"""Over the whole domain a result is a certified state, or a reason why there is none; never a warning, never NaN."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flatminima import NoSolution
from flatminima.ensembles import franz_parisi, typical

LOADS = st.floats(math.log(0.01), math.log(3.0)).map(math.exp)
# of a margin below the largest one, or of κ below κ̃; equal and nearly equal ones are the hard cases
SHORTFALLS = st.sampled_from([0.0, 1e-3]) | st.floats(0.0, 6.0)


def binary_entropy(d):
    return -d * np.log(d) - (1 - d) * np.log1p(-d)


@st.composite
def references(draw):
    """A load and two margins κ ≤ κ̃ ≤ κ_max(α), of any sign."""
    alpha = draw(LOADS)
    kappa_reference = typical.max_margin(alpha) - draw(SHORTFALLS)
    return alpha, kappa_reference, kappa_reference - draw(SHORTFALLS)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@given(alpha=LOADS, kappa=st.floats(-8.0, 8.0))
def test_typical_states_over_the_whole_domain(alpha, kappa):
    state = typical.solve(alpha, kappa)
    if state:
        assert state.residual < 1e-8 and state.error < 1e-9
        assert 0 <= state.q < 1 and state.q_hat >= 0 and 0 <= state.entropy <= math.log(2)
    else:
        assert isinstance(state, NoSolution) and state.reason.endswith(".")
        assert kappa > typical.max_margin(alpha)


@settings(max_examples=25)
@given(profile=references(), distance=st.floats(1e-6, 0.95))
@example(profile=(0.01383786646073077, 6.689574025341716, 6.689562346174736), distance=0.027235969650559883)
@example(profile=(0.27657660779706317, -3.4444043935184947, -8.202443223376545), distance=0.6825926612433797)
@example(profile=(0.41955417335160267, -8.378661332989056, -8.379043915455604), distance=0.00343039520493875)
@example(profile=(0.018484111591493952, 5.757922287135189, 5.59008041165761), distance=0.7676402793940381)
@example(profile=(0.027037720321478456, 4.713444603323431, 4.7111727737599605), distance=0.04474211612065496)
def test_local_entropy_over_the_whole_domain(profile, distance):
    assert_certified_or_explained(franz_parisi.solve(distance, *profile), distance)


@settings(max_examples=15)  # half of these branches end before, and it takes a second to be sure
@given(profile=references(), log_distance=st.floats(math.log(1e-6), math.log(0.3)))
def test_local_entropy_down_to_the_smallest_distances(profile, log_distance):
    distance = math.exp(log_distance)
    assert_certified_or_explained(franz_parisi.solve(distance, *profile), distance)


def assert_certified_or_explained(state, distance):
    if not state:
        assert isinstance(state, NoSolution) and "branch" in state.reason and state.reason.endswith(".")
        return
    # an entropy is a difference of terms as large as p̂, whose rounding it inherits
    assert state.residual < 1e-8 and state.error < 1e-10 * max(1.0, state.p_hat)
    assert state.entropy <= binary_entropy(distance) + state.error
    assert 0 <= state.p < 1 and abs(state.t0) < 1 and state.p_hat >= 0 and state.t0_hat >= 0
    assert all(map(math.isfinite, (state.entropy, state.slope, state.p_hat, state.t0_hat, state.delta_hat, state.replicon)))


@given(alpha=LOADS)
@settings(max_examples=20)
def test_thresholds_of_typical_solutions_over_all_loads(alpha):
    margin = typical.max_margin(alpha)
    assert typical.critical_capacity(margin) == pytest.approx(alpha, rel=1e-10)
    assert not typical.solve(alpha, margin + 1e-6)
    assert typical.solve(alpha, margin - 1e-6)


def test_a_curve_is_nan_exactly_where_its_branch_has_ended():
    """Around κ̃ = κ = 0 the branch reaches neither d → 0 nor d → 1; `ends` says both."""
    distances = np.concatenate([[1e-6, 1e-5], np.linspace(0.05, 0.6, 12), [0.97, 0.99]])
    curve = franz_parisi.trace(distances, 0.5, 0.0)
    reached = np.isfinite(curve.entropy)
    assert not reached[:2].any() and reached[2:-2].all() and not reached[-2:].any()
    for column in ("slope", "p", "t0", "p_hat", "t0_hat", "delta_hat", "replicon", "residual", "error"):
        assert np.array_equal(np.isfinite(getattr(curve, column)), reached), column
    below, above = curve.ends
    assert "distance 0.05 " in below and "distance 0.6 " in above
    assert all("has ended" in end and "alpha = 0.5" in end and "margin 0 " in end for end in curve.ends)


def test_a_complete_curve_has_no_ends():
    curve = franz_parisi.trace(np.geomspace(1e-6, 0.5, 30), 0.5, 0.3)
    assert curve.ends == () and np.isfinite(curve.entropy).all()


def test_a_curve_does_not_depend_on_the_order_or_the_company_of_its_distances():
    distances = np.array([0.3, 0.01, 0.5, 0.1, 0.01])
    curve = franz_parisi.trace(distances, 0.5, 0.2)
    assert np.array_equal(curve.distances, distances) and curve.entropy[1] == curve.entropy[4]
    alone = [franz_parisi.solve(d, 0.5, 0.2) for d in distances]
    for column in ("entropy", "slope", "p", "t0", "delta_hat"):
        assert getattr(curve, column) == pytest.approx([getattr(state, column) for state in alone], abs=1e-8), column
    assert curve.entropy == pytest.approx([state.entropy for state in alone], abs=1e-12)


def test_a_reference_exists_up_to_the_largest_margin_and_not_beyond():
    largest = typical.max_margin(0.5)
    assert franz_parisi.solve(0.1, 0.5, largest)
    assert not franz_parisi.solve(0.1, 0.5, largest + 1e-9)


def test_the_branch_around_solutions_of_equal_margin_ends_at_negative_entropy():
    """Typical solutions of margin κ are isolated from others of the same margin."""
    curve = franz_parisi.trace(np.geomspace(1e-6, 0.3, 40), 0.5, 0.0)
    reached = np.isfinite(curve.entropy)
    assert curve.ends and not reached[0] and reached[-1]
    assert curve.entropy[reached][0] < 0 < curve.entropy[-1]
