"""Clusters around a reference: limits, stationarity, where the saddle points branch off, bad input."""

import math

import numpy as np
import pytest

from flatminima import NoSolution, saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles import franz_parisi
from flatminima.ensembles import one_step_franz_parisi as one_step
from flatminima.ensembles.one_step_franz_parisi.equations import Equations
from flatminima.reference import one_step as twin
from flatminima.reference.franz_parisi import Reference

PARAMETERS = ("p0", "p1", "t0", "t1", "p0_hat", "p1_hat", "t0_hat", "t1_hat", "m")


def order_parameters(state):
    values = {name: getattr(state, name) for name in ("p0", "p1", "t0", "p0_hat", "p1_hat", "t0_hat", "m")}
    return values | {"t1": 1 - 2 * state.distance, "t1_hat": state.t0_hat + state.delta_hat}


def around(state):
    reference = state.reference
    return dict(alpha=reference.alpha, kappa_reference=reference.kappa, kappa=state.kappa, q=reference.q, q_hat=reference.q_hat)


def symmetric(state, m, gap=0.0, gap_hat=0.0):
    """Order parameters of a replica-symmetric state, with p₁ and p̂₁ a given amount above p₀ and p̂₀."""
    return dict(
        p0=state.p, p1=state.p + gap, t0=state.t0, t1=1 - 2 * state.distance, p0_hat=state.p_hat, p1_hat=state.p_hat + gap_hat,
        t0_hat=state.t0_hat, t1_hat=state.t0_hat + state.delta_hat, m=m,
    )  # fmt: skip


@pytest.mark.parametrize("m", [1.0, 0.6, 0.05])
@pytest.mark.parametrize("point", [(0.1, 0.5, 0.3, 0.0), (0.002, 0.5, 0.0, 0.0), (0.45, 0.7, 0.1, -0.2)])
def test_without_clusters_the_entropy_is_the_symmetric_one(point, m):
    state = franz_parisi.solve(*point)
    assert abs(one_step.free_entropy(**symmetric(state, m), **around(state)) - state.entropy) < 1e-10


@pytest.mark.parametrize("gap, gap_hat", [(0.01, 3.0), (0.2, 0.01), (0.3379, 40.0)])
def test_at_unit_m_clusters_drop_out(gap, gap_hat):
    """Also for 1 − p₁ = 1e-4 and p̂₁ = 40, where the cluster's own field has narrow features."""
    state = franz_parisi.solve(0.1, 0.5, 0.3)
    assert abs(one_step.free_entropy(**symmetric(state, 1.0, gap, gap_hat), **around(state)) - state.entropy) < 1e-11


def test_frozen_clusters_scale_the_symmetric_entropy():
    """p₁ → 1: φ(m; p̂₀, t̂₀, t̂₁) = φ_RS(m² p̂₀, m t̂₀, m t̂₁)/m. The correction falls like √(1−p₁)."""
    state, m = franz_parisi.solve(0.1, 0.5, 0.3), 0.4
    values = symmetric(state, m)
    scaled = values | {name: values[name] / m for name in ("t0_hat", "t1_hat")} | {"p0_hat": values["p0_hat"] / m**2}
    gaps = []
    for closeness in (1e-8, 1e-10, 1e-12):
        frozen = scaled | {"p1": 1 - closeness, "p1_hat": scaled["p0_hat"] + 1e3}
        gaps.append(m * one_step.free_entropy(**frozen, **around(state)) - state.entropy)
    assert abs(gaps[2]) < 1e-5
    assert gaps[1] / gaps[2] == pytest.approx(10, rel=0.1) and gaps[0] / gaps[1] == pytest.approx(10, rel=0.1)


@pytest.fixture(scope="module", params=[(0.1, 0.5, 0.3, 0.0, 0.5), (0.0018, 0.5, 0.0, 0.0, 0.5), (0.02, 0.8, 0.0, 0.0, 0.3)])
def states(request):
    return one_step.solutions(*request.param)


def test_solutions_are_stationary_points(states):
    """Central differences of the entropy as printed; they leave the slope and the complexity."""
    for state in states:
        at = order_parameters(state)
        for name in PARAMETERS:
            room = min(1 - state.p1, state.p1 - state.p0) if name in ("p0", "p1", "t0", "t1") else 0.1
            up, down = ({**at, name: at[name] + sign * 1e-3 * room} for sign in (1, -1))
            difference = one_step.free_entropy(**up, **around(state)) - one_step.free_entropy(**down, **around(state))
            derivative = difference / (up[name] - down[name])
            expected = {"t1": -state.slope / 2, "m": -state.complexity / state.m**2}.get(name, 0.0)
            scale = max(1.0, state.p1_hat) if name in ("p0", "p1", "t0", "t1") else 1.0
            assert abs(derivative - expected) < 1e-5 * scale, name


def test_solutions_hold_their_certificates(states):
    assert len(states) > 0
    for state in states:
        assert state.p0 < state.p1 < 1 and state.p0_hat < state.p1_hat
        assert state.residual < 1e-9 and state.error < 2e-11
        assert abs(one_step.free_entropy(**order_parameters(state), **around(state)) - state.entropy) < 1e-11


def test_entropy_agrees_with_arbitrary_precision(states):
    state = states[0]
    reference = Reference(state.reference.alpha, state.reference.kappa, state.kappa, state.reference.q, state.reference.q_hat)
    at = order_parameters(state)
    names = ("p0", "p1", "t0", "p0_hat", "p1_hat", "t0_hat")
    value = twin.entropy(state.distance, *(at[name] for name in names), state.delta_hat, state.m, reference, digits=8)
    assert abs(state.entropy - float(value)) < 1e-8


@pytest.mark.parametrize("m", [1.0, 0.3])
def test_saddle_points_branch_off_where_the_replicon_is_one(m):
    """Route one: the eigenvalue of the symmetric state. Route two: d as an unknown at p̂₁ − p̂₀ → 0, extrapolated."""
    distance = one_step.instabilities(0.5, 0.2, 0.2)[0]
    state = franz_parisi.solve(distance, 0.5, 0.2, 0.2)
    equations = Equations(state.reference, 0.2, m, PERCEPTRON)
    spread = state.p_hat - state.t0_hat**2 / state.reference.q_hat
    x = np.array([math.log(spread), math.log(state.t0_hat), state.delta_hat, math.log(distance)])
    distances = []
    for gap_hat in 0.1 / 2.0 ** np.arange(5):
        mismatch = lambda y: equations.mismatch(np.append(y[:3], math.log(gap_hat)), math.exp(y[3]))

        def residual(y):
            at_y = mismatch(y)
            return at_y, np.array([(mismatch(y + 1e-5 * unit) - at_y) / 1e-5 for unit in np.eye(4)]).T

        x = saddle.solve(residual, x, tolerance=1e-11)[0]
        distances.append(math.exp(x[3]))
    assert abs(distances[-1] - distance) > 1e-6 * distance  # without extrapolation they differ
    while len(distances) > 1:
        power = 2 ** (6 - len(distances))
        distances = [(power * b - a) / (power - 1) for a, b in zip(distances, distances[1:])]
    assert distances[0] == pytest.approx(distance, rel=1e-7)


def test_in_the_stable_region_there_is_one_solution_and_iteration_leaves_it():
    for m in (1.0, 0.5):
        (state,) = one_step.solutions(0.01, 0.5, 0.0, 0.0, m)
        assert state.multiplier > 1 and state.complexity > 0
    assert one_step.solve(0.01, 0.5, 0.0, m=0.5).entropy == state.entropy


def test_in_the_unstable_region_two_solutions_below_a_certain_m():
    low, high = one_step.solutions(0.0018, 0.5, 0.0, 0.0, 0.3)
    assert low.p1 < high.p1 and low.multiplier < 1 < high.multiplier
    assert low.entropy < franz_parisi.solve(0.0018, 0.5, 0.0).entropy < 0
    outcome = one_step.solve(0.0018, 0.5, 0.0, m=0.9)
    assert isinstance(outcome, NoSolution) and "p0 < p1" in outcome.reason


def test_no_reference_is_an_outcome():
    assert isinstance(one_step.solve(0.1, 0.9, 0.0, m=0.5), NoSolution)
    assert isinstance(one_step.solutions(0.1, 0.9, 0.0, m=0.5), NoSolution)
    assert isinstance(one_step.instabilities(0.9, 0.0), NoSolution)


@pytest.mark.parametrize("m", [0.0, 1.01, -1, math.nan, math.inf])
def test_m_outside_its_range_is_named(m):
    with pytest.raises(ValueError, match=r"^m is .*"):
        one_step.solve(0.1, 0.5, 0.3, m=m)


@pytest.mark.parametrize("change", [{"p1": 1.0}, {"p1": 0.5}, {"p1_hat": 0.1}, {"t0_hat": 5.0}, {"t0": 0.9}, {"p0": math.nan}])
def test_impossible_order_parameters_are_named(change):
    fine = dict(p0=0.6, p1=0.7, t0=0.4, t1=0.6, p0_hat=0.7, p1_hat=0.9, t0_hat=0.5, t1_hat=0.9, m=0.5, q=0.5, q_hat=1.0)
    rest = dict(alpha=0.5, kappa_reference=0.3)
    assert math.isfinite(one_step.free_entropy(**fine, **rest))
    with pytest.raises(ValueError, match="order parameters"):
        one_step.free_entropy(**(fine | change), **rest)
