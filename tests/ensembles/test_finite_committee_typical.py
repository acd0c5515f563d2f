"""Typical solutions of three hidden units: averages against brute force, stationarity, limits, and what replaces q = 0."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flatminima import SPHERICAL, NoSolution, NotConverged, finite_committee, typical
from flatminima.architectures.decision import MAJORITY, PARITY
from flatminima.ensembles.finite_committee.pattern import pattern
from flatminima.ensembles.finite_committee.typical.equations import Machine
from flatminima.reference import finite_committee as reference

committee = finite_committee.typical
SPHERE = 0.5 * math.log(2.0 * math.pi * math.e)
DECISIONS = {MAJORITY: reference.MAJORITY, PARITY: reference.PARITY}
decisions = st.sampled_from([MAJORITY, PARITY])


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
@pytest.mark.parametrize("q, spacing, digits", [(0.125, "0.2", 13), (0.5, "0.125", 13)])
def test_averages_are_those_of_a_cubic_lattice(decision, q, spacing, digits):
    value, gradient, diagonal, mixed = reference.averages(q, DECISIONS[decision], spacing)
    got = Machine(3, decision).averages(1.0 - q)
    assert np.allclose(got, np.array([value, gradient, diagonal + mixed], dtype=float), rtol=10.0**-digits, atol=0)


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
@pytest.mark.parametrize("q", [0.9, 0.99])
def test_averages_near_one_are_those_of_random_fields(decision, q):
    correct = np.array(decision.correct(3), dtype=np.int64)
    fields = np.random.default_rng(5).standard_normal((10000, 3)) * math.sqrt(q / (1.0 - q))
    found = []
    for h in fields:
        value, gradient, hessian = pattern(*h, correct)
        found.append((value, gradient @ gradient, np.sum(hessian * hessian)))
    mean, spread = np.mean(found, axis=0), np.std(found, axis=0) / math.sqrt(len(found))
    assert np.all(abs(mean - Machine(3, decision).averages(1.0 - q)) < 4 * spread)


@settings(max_examples=12)
@given(decisions, st.floats(-4.0, 14.0))
def test_slope_of_the_energetic_term(decision, logit):
    """∂E[L]/∂q = −½ E|∇ₓL|², for q from 0.02 to 1 − 1e-6."""
    machine, complement = Machine(3, decision), 1.0 / (1.0 + math.exp(logit))
    step = 1e-3 * complement * min(1.0, (1.0 - complement) / complement)
    points = [machine.averages(complement + k * step)[0] for k in (-2, -1, 1, 2)]
    slope = (points[0] - 8.0 * points[1] + 8.0 * points[2] - points[3]) / (12.0 * step)  # by 1 − q
    value, first, _ = machine.averages(complement)
    assert abs(slope - 0.5 * first / complement) < 1e-12 * abs(value) / step + 1e-9 * abs(slope)


@settings(max_examples=8)
@given(decisions, st.floats(0.05, 0.999))
@example(MAJORITY, 0.97)
def test_saddle_points_are_stationary_and_certified(decision, share):
    alpha = share * committee.critical_capacity(3, decision)
    for state in committee.saddle_points(alpha, 3, decision):
        assert state.residual < 1e-11 and state.error < 1e-9
        again = committee.free_entropy(state.q, alpha, 3, decision)  # q has lost digits of 1 − q
        assert abs(state.entropy - again) < 1e-9 * (1.0 + state.q_hat * state.one_minus_q)
        if state.q > 0.0:
            step = 1e-3 * state.one_minus_q * min(1.0, state.q / state.one_minus_q)
            around = [committee.free_entropy(state.q + k * step, alpha, 3, decision) for k in (-1, 1)]
            slope = 0.5 * (around[1] - around[0]) / step
            scale = 0.5 * state.q / state.one_minus_q**2  # either of the two terms that cancel
            assert abs(slope) < 1e-4 * scale + 1e-11 * abs(state.entropy) / step


@pytest.mark.parametrize("q", [0.3, 0.55])
def test_error_bounds_the_distance_from_the_reference(q):
    exact = reference.on_saddle_line(q, spacing="0.15")
    state = committee.solve(float(exact.alpha))
    assert abs(state.q - q) < 1e-13
    assert abs(state.entropy - float(exact.entropy)) < state.error
    assert abs(state.replicon - float(exact.replicon)) < 1e-9


@settings(max_examples=10)
@given(st.floats(1e-3, 1.99))
def test_one_unit_is_the_perceptron(alpha):
    one, perceptron = committee.solve(alpha, units=1), typical.solve(alpha, weights=SPHERICAL)
    for name in ("q", "entropy", "replicon"):
        assert abs(getattr(one, name) - getattr(perceptron, name)) < 1e-11 * (1.0 + one.q_hat * one.one_minus_q)


def test_first_order_in_the_load():
    """L′ = 1/√(2π) at zero field for each of three units: q ≃ 3α/2π, and the entropy falls by α ln 2."""
    for alpha in (1e-17, 1e-7):
        state = committee.solve(alpha)
        assert abs(state.q_hat / alpha - 1.5 / math.pi) < 10 * alpha + 1e-13
        assert abs(state.entropy - SPHERE + alpha * math.log(2.0)) < alpha**2 + 1e-15


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
def test_capacity_is_where_the_overlap_reaches_one(decision):
    capacity = committee.critical_capacity(3, decision)
    assert abs(Machine(3, decision).on_saddle_line(40.0)[0] / capacity - 1.0) < 1e-6
    assert isinstance(committee.solve(capacity, 3, decision), NoSolution)
    with pytest.raises(NotConverged, match="next to the capacity"):
        committee.solve(capacity * (1.0 - 1e-14), 3, decision)


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
def test_capacity_is_the_mean_cost_of_turning_fields(decision):
    x = np.random.default_rng(1).standard_normal((400000, 3))
    signs = np.array(np.meshgrid(*3 * [[0, 1]])).reshape(3, -1).T
    allowed = [pattern for pattern in signs if decision.correct(3)[pattern.sum()]]
    costs = np.min([np.sum(x**2 * ((x > 0) != pattern), axis=1) for pattern in allowed], axis=0)
    assert abs(costs.mean() - 1.0 / committee.critical_capacity(3, decision)) < 4 * costs.std() / math.sqrt(costs.size)


def test_instability_of_the_majority():
    load = committee.instability()
    state = committee.solve(load)
    assert abs(state.replicon - 1.0) < 1e-12
    exact = reference.on_saddle_line(state.q, spacing="0.125")
    assert abs(float(exact.replicon) - 1.0) < 1e-9 and abs(float(exact.alpha) - load) < 1e-12
    assert committee.solve(0.99 * load).replicon < 1.0 < committee.solve(1.01 * load).replicon
    assert isinstance(committee.instability(1), NoSolution)


def test_maximum_of_parity_at_large_loads():
    """To first order P = ½(1 + (2/π)^{3/2} u₁u₂u₃), so that α q → π³/24."""
    _, barrier = committee.saddle_points(999.0, 3, PARITY)
    assert barrier.residual < 1e-10 and abs(barrier.q * 999.0 - math.pi**3 / 24.0) < 0.01


def test_parity_leaves_zero_overlap_in_a_jump():
    load = committee.discontinuity(3, PARITY)
    origin, barrier, minimum = committee.saddle_points(load, 3, PARITY)
    assert 0.0 == origin.q < barrier.q < minimum.q
    assert abs(origin.entropy - (SPHERE - load * math.log(2.0))) < 1e-13 and abs(origin.entropy - minimum.entropy) < 1e-10
    assert abs(origin.replicon) < 1e-13 and minimum.replicon > 1.0
    assert barrier.entropy > minimum.entropy
    assert committee.solve(load - 0.01, 3, PARITY).q == 0.0 and committee.solve(load + 0.01, 3, PARITY).q > 0.7
    assert "q = 0 is stable at every load" in committee.instability(3, PARITY).reason
    assert "continuously" in committee.discontinuity(3, MAJORITY).reason


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((0.0,), ValueError, "alpha is 0.0; it must be a real number in"),
        ((math.nan,), ValueError, "alpha is nan"),
        (("1",), TypeError, "alpha is '1'"),
        ((1.0, 2), ValueError, "units is 2; it must be an odd number"),
        ((1.0, 5), ValueError, "units is 5; it must be an odd number of hidden units from 1 to 3"),
        ((1.0, 3.0), TypeError, "units is 3.0"),
        ((1.0, 3, "majority"), TypeError, "decision is 'majority'; it must be MAJORITY or PARITY"),
    ],
)
def test_bad_input(arguments, error, words):
    with pytest.raises(error, match=words):
        committee.solve(*arguments)


def test_bad_input_of_other_functions():
    with pytest.raises(ValueError, match="q is 1.0"):
        committee.free_entropy(1.0, 1.0)
    with pytest.raises(ValueError, match=r"alpha is 1000.0; it must be a real number in \(0, 1000\)"):
        committee.saddle_points(1000.0, 3, PARITY)
    with pytest.raises(ValueError, match="units is 4"):
        committee.critical_capacity(4)
