"""Stabilities: a normalised density, whose value at the margin is a derivative of the entropy; limits, twin, bad input."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp

from flatminima import BINARY, ERF, PERCEPTRON, RELU, SIGN, SPHERICAL, NotConverged
from flatminima.ensembles import large_deviation, stabilities, typical
from flatminima.ensembles.stabilities.distribution import _Setting
from flatminima.gaussian import H
from flatminima.reference import effective_overlaps
from flatminima.reference import stabilities as twin
from flatminima.reference.arithmetic import Doubles

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
MACHINES = st.sampled_from([PERCEPTRON, SIGN, RELU, ERF])
PRINTED = {PERCEPTRON: effective_overlaps.PERCEPTRON, SIGN: effective_overlaps.SIGN, RELU: effective_overlaps.RELU}


def integrals(state):
    """∫P, ∫ΞP and ∫(Ξ − mean)²P by Gauss–Legendre panels that crowd at the margin."""
    mean, _ = stabilities.moments(state)
    edges = state.kappa + state.architecture.field_scale * np.concatenate([[0.0], np.geomspace(1e-6, 14.0, 40)])
    middle, half = 0.5 * (edges[1:] + edges[:-1])[:, None], 0.5 * np.diff(edges)[:, None]
    x = middle + half * NODES
    mass = half * WEIGHTS * stabilities.density(x, state)
    return mass.sum(), (x * mass).sum(), ((x - mean) ** 2 * mass).sum()


def check_moments(state):
    total, mean, variance = integrals(state)
    assert total == pytest.approx(1.0, abs=1e-12)
    assert (mean, variance) == pytest.approx(stabilities.moments(state), abs=1e-11)


@settings(max_examples=30)
@given(
    alpha=st.floats(1e-6, 1.5), kappa=st.floats(-1.0, 1.0), machine=MACHINES, weights=st.sampled_from([BINARY, SPHERICAL])
)
def test_typical_stabilities_are_normalised(alpha, kappa, machine, weights):
    state = typical.solve(alpha, kappa * machine.field_scale, weights, machine)
    assume(state)
    check_moments(state)


@settings(max_examples=12)
@given(
    q1=st.floats(0.5, 0.97),
    alpha=st.floats(0.1, 0.8),
    y=st.one_of(st.floats(1.0, 60.0), st.just(math.inf)),
    kappa=st.floats(-0.3, 0.3),
    machine=MACHINES,
    weights=st.sampled_from([BINARY, SPHERICAL]),
)
def test_stabilities_of_dense_regions_are_normalised(q1, alpha, y, kappa, machine, weights):
    state = large_deviation.solve(q1, alpha, y, kappa * machine.field_scale, weights, machine)
    assume(state and state.delta_q0 < 1e4)
    check_moments(state)


def derivative(f, h=2e-3):
    """f′(0), to O(h⁶)."""
    side = [f(k * h) - f(-k * h) for k in (1, 2, 3)]
    return (45 * side[0] - 9 * side[1] + side[2]) / (60 * h)


@pytest.mark.parametrize("machine", [PERCEPTRON, SIGN, RELU, ERF])
@pytest.mark.parametrize("weights", [BINARY, SPHERICAL])
@pytest.mark.parametrize("kappa", [0.0, 0.1])
def test_density_at_the_margin_is_the_cost_of_a_larger_margin(machine, weights, kappa):
    """A larger margin excludes the solutions that have a pattern just above it: ∂φ/∂κ = −α P(κ⁺)."""
    alpha = 0.4
    entropy = lambda shift: typical.solve(alpha, kappa + shift, weights, machine).entropy
    at_margin = stabilities.density(kappa, typical.solve(alpha, kappa, weights, machine))
    assert at_margin == pytest.approx(-derivative(entropy) / alpha, rel=1e-9)


@pytest.mark.parametrize("machine", [PERCEPTRON, SIGN, RELU])
@pytest.mark.parametrize("weights", [BINARY, SPHERICAL])
@pytest.mark.parametrize("y", [1.0, 3.5, 20.0, math.inf])
def test_so_it_is_in_dense_regions(machine, weights, y):
    alpha, q1 = 0.4, 0.85
    solve = lambda kappa: large_deviation.solve(q1, alpha, y, kappa, weights, machine)
    at_margin = stabilities.density(0.0, solve(0.0))
    assert at_margin == pytest.approx(-derivative(lambda kappa: solve(kappa).entropy) / alpha, rel=1e-8)


@pytest.mark.parametrize("machine", [PERCEPTRON, SIGN, RELU])
def test_without_patterns_half_of_a_gaussian_is_left(machine):
    x = np.linspace(0.0, 4.0, 9)
    state = typical.solve(1e-12, architecture=machine)
    half = 2.0 * np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    assert machine.field_scale * stabilities.density(machine.field_scale * x, state) == pytest.approx(half, abs=1e-10)


@pytest.mark.parametrize("kappa", [-0.3, 0.0, 0.5])
def test_at_the_capacity_of_the_spherical_perceptron_a_peak_stands_at_the_margin(kappa):
    """Kepler and Abbott: fields below κ are moved onto it, a share H(−κ), and the others are left as they are."""
    alpha_c = typical.critical_capacity(kappa, SPHERICAL)
    state = typical.solve(alpha_c * (1 - 1e-6), kappa, SPHERICAL)
    width = state.one_minus_q
    x = kappa + np.array([0.3, 0.7, 1.5])
    gaussian = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    assert stabilities.density(x, state) == pytest.approx(gaussian, abs=20 * width)
    mean, _ = stabilities.moments(state)
    at_capacity = kappa * H(-kappa) + math.exp(-0.5 * kappa**2) / math.sqrt(2.0 * math.pi)
    assert mean == pytest.approx(at_capacity, abs=2 * math.sqrt(width))


@pytest.mark.parametrize("machine", [PERCEPTRON, SIGN, RELU])
def test_one_replica_is_typical(machine):
    x = machine.field_scale * np.linspace(0.0, 4.0, 9)
    one = large_deviation.solve(0.9, 0.4, 1.0, architecture=machine)
    expected = stabilities.density(x, typical.solve(0.4, architecture=machine))
    assert stabilities.density(x, one) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("machine", [SIGN, RELU])
def test_many_replicas_tend_to_infinitely_many(machine):
    """At given δq₀ the sum over replicas becomes a maximum: what is left falls like 1/y, its extrapolation like 1/y²."""
    x = machine.field_scale * np.linspace(0.0, 4.0, 9)
    state = large_deviation.solve(0.85, 0.5, math.inf, architecture=machine)
    limit = stabilities.density(x, state)
    at = {y: stabilities.density(x, dataclasses.replace(state, y=y)) for y in (100.0, 200.0, 400.0)}
    errors = [np.max(np.abs(at[y] - limit)) for y in at]
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.1) and errors[2] == pytest.approx(errors[1] / 2, rel=0.05)
    rest = [np.max(np.abs(2 * at[2 * y] - at[y] - limit)) for y in (100.0, 200.0)]
    assert rest[1] == pytest.approx(rest[0] / 4, rel=0.3)


@pytest.mark.parametrize("machine", [PERCEPTRON, SIGN, RELU])
@pytest.mark.parametrize("kappa", [-0.2, 0.0, 0.2])
def test_density_agrees_with_its_twin(machine, kappa):
    printed = PRINTED[machine]
    scale, alpha, q1 = machine.field_scale, 0.45, 0.85
    kappa, x = scale * kappa, scale * (kappa + np.array([0.0, 0.4, 1.9]))
    at, lowest, highest = lambda q: printed.at(mp.mpf(q), mp), printed.lowest(mp), printed.highest(mp)
    state = typical.solve(alpha, kappa, architecture=machine)
    expected = [float(twin.typical(value, lowest, at(state.q), highest, kappa)[0]) for value in x]
    assert stabilities.density(x, state) == pytest.approx(expected, abs=1e-13 / scale)
    state = large_deviation.solve(q1, alpha, 7.5, kappa, architecture=machine)
    expected = [twin.one_step(v, lowest, at(state.q0), at(q1), highest, 7.5, kappa, Doubles)[0] for v in x]
    assert stabilities.density(x, state) == pytest.approx(expected, abs=1e-12 / scale)
    state = large_deviation.solve(q1, alpha, math.inf, kappa, architecture=machine)
    push = printed.slope(mp.mpf(q1), mp) * state.delta_q0
    expected = [twin.densest(v, lowest, at(q1), push, highest, kappa, Doubles)[0] for v in x]
    assert stabilities.density(x, state) == pytest.approx(expected, abs=1e-12 / scale)


@pytest.mark.parametrize("machine", [PERCEPTRON, SIGN, RELU])
@pytest.mark.parametrize("y", [1.0, 20.0, math.inf])
def test_mode_is_where_the_density_is_largest(machine, y):
    state = large_deviation.solve(0.85, 0.4, y, architecture=machine)
    x = np.linspace(0.0, 4.0 * machine.field_scale, 2001)
    values, mode = stabilities.density(x, state), stabilities.mode(state)
    assert stabilities.density(mode, state) >= values.max()
    assert abs(x[values.argmax()] - mode) <= x[1]


def test_shapes_and_support():
    state = typical.solve(0.5, 0.2)
    table = np.array([[-1.0, 0.1, 0.2], [0.3, math.inf, -math.inf]])
    values = stabilities.density(table, state)
    assert values.shape == (2, 3) and np.all((values > 0) == [[False, False, True], [True, False, False]])
    assert stabilities.density(1, state) == stabilities.density(np.float64(1.0), state) > 0
    assert stabilities.density([], state).shape == (0,)


@pytest.mark.parametrize("value, error", [("0.5", TypeError), (None, TypeError), (1j, TypeError), ([True], TypeError),
                                          (math.nan, ValueError), ([0.1, math.nan], ValueError)])
def test_bad_stabilities_are_named(value, error):
    with pytest.raises(error, match="^stability is ") as caught:
        stabilities.density(value, typical.solve(0.5))
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("verb", [lambda s: stabilities.density(0.1, s), stabilities.moments, stabilities.mode])
def test_states_without_stabilities_are_named(verb):
    with pytest.raises(TypeError, match="^state is 0.5; it must be a state of typical or of large_deviation.$"):
        verb(0.5)
    with pytest.raises(TypeError, match="^state is NoSolution"):
        verb(typical.solve(5.0))
    with pytest.raises(ValueError, match="^state has delta_q0 = ∞"):
        verb(large_deviation.solve(0.9999, 0.2))


def test_steps_that_do_not_settle_raise():
    setting = _Setting(lambda step: (np.array([0.0]), np.array([step])), (1.0, 0.0), 1.0)
    with pytest.raises(NotConverged, match="did not settle"):
        setting.average(lambda h, weight: weight)
