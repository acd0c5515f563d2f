"""y → ∞ replicas: limits with a known answer, the slope, an independent twin, bad input."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.ensembles import large_deviation, typical
from flatminima.reference import large_deviation as twin


@settings(deadline=None, max_examples=60)
@given(alpha=st.floats(1e-3, 1.2), q1=st.floats(1e-4, 0.99999), kappa=st.floats(-1.0, 1.0))
def test_over_the_whole_domain_an_answer_is_certified_or_refused(alpha, q1, kappa):
    state = large_deviation.solve(q1, alpha, kappa=kappa)
    reference = typical.saddle_point(alpha, kappa)
    if state:
        assert state.residual < 1e-9 and state.error < 1e-10
        assert state.normalised <= 0.0 < state.delta_q0
        assert not reference or reference.q <= q1 + 1e-9
    else:
        assert "overlap by more than" in state.reason
        assert not reference or reference.q >= q1 - 1e-9


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.8])
def test_at_the_overlap_of_typical_solutions_the_replicas_are_typical(alpha):
    """There δq₀ = 0 = δq̂₀ and F is the typical entropy, at its maximum over the distance."""
    reference = typical.solve(alpha)
    state = large_deviation.solve(reference.q + 1e-9, alpha)
    assert state.entropy == pytest.approx(reference.entropy, abs=1e-9)
    assert state.delta_q0 < 1e-5 and abs(state.slope) < 1e-5


@pytest.mark.parametrize(("q1", "alpha"), [(0.9, 0.5), (0.95, 0.75), (0.7, 0.3), (0.99, 1.0)])
def test_slope_is_the_derivative_of_the_entropy(q1, alpha):
    h = 1e-3 * (1 - q1)
    side = lambda k: large_deviation.solve(q1 + k * h, alpha).entropy
    difference = (8 * (side(1) - side(-1)) - side(2) + side(-2)) / (12 * h)
    assert large_deviation.solve(q1, alpha).slope == pytest.approx(-2 * difference, rel=1e-7)


def test_entropy_falls_with_the_load_and_the_margin():
    by_load = [large_deviation.solve(0.9, alpha).entropy for alpha in (0.05, 0.2, 0.5, 0.8)]
    by_margin = [large_deviation.solve(0.9, 0.5, kappa=kappa).entropy for kappa in (-0.5, 0.0, 0.3)]
    assert np.all(np.diff(by_load) < 0) and np.all(np.diff(by_margin) < 0)


def test_close_replicas_do_not_feel_the_patterns():
    """F is then the entropy of a magnetisation √q₁ and its slope the field atanh(√q₁)/√q₁."""
    q1, m = 0.9999, math.sqrt(0.9999)
    state = large_deviation.solve(q1, 0.2)
    up, down = (1 + m) / 2, (1 - m) / 2
    assert state.delta_q0 == math.inf and state.normalised == 0.0
    assert state.entropy == pytest.approx(-up * math.log(up) - down * math.log(down), rel=1e-10)
    assert state.slope == pytest.approx(math.atanh(m) / m, rel=1e-10)


@pytest.mark.parametrize(("q1", "alpha", "kappa"), [(0.9, 0.5, 0.0), (0.8, 0.7, 0.0), (0.9, 0.4, 0.2)])
def test_twin_that_maximises_explicitly_agrees(q1, alpha, kappa):
    ours = large_deviation.solve(q1, alpha, kappa=kappa)
    theirs = twin.solve(q1, alpha, kappa, start=(ours.q1_hat, ours.delta_q0, ours.delta_q0_hat), digits=11)
    for name in ("entropy", "slope", "q1_hat", "delta_q0", "delta_q0_hat"):
        assert getattr(ours, name) == pytest.approx(float(getattr(theirs, name)), rel=1e-10, abs=1e-11), name


def test_fracture_is_where_the_slope_first_vanishes():
    alpha = large_deviation.fracture()
    slopes = lambda load: [s.slope for s in large_deviation.trace(1 - 2 * np.linspace(0.03, 0.05, 41), load)]
    assert min(slopes(alpha - 1e-4)) > 0 > min(slopes(alpha + 1e-4))


def test_fracture_against_the_twin():
    """The load of vanishing slope is smallest there, so q₁ needs few digits."""
    theirs = twin.marginal_load(0.9196218, start=(0.503, 1.02, 1.594, 0.7553), digits=11).alpha
    assert large_deviation.fracture() == pytest.approx(float(theirs), abs=1e-11)


@pytest.mark.parametrize("q1", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_overlap_out_of_range(q1):
    with pytest.raises(ValueError, match="q1 is"):
        large_deviation.solve(q1, 0.5)


@pytest.mark.parametrize("alpha", [0.0, -1.0, math.nan, math.inf])
def test_load_out_of_range(alpha):
    with pytest.raises(ValueError, match="alpha is"):
        large_deviation.solve(0.9, alpha)


def test_what_is_no_number():
    with pytest.raises(TypeError, match="alpha is"):
        large_deviation.solve(0.9, "0.5")
    with pytest.raises(TypeError, match="q1 is"):
        large_deviation.trace(["0.9"], 0.5)
