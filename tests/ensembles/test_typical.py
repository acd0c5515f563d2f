"""Typical solutions of all machines: twins, stationarity, the explicit line, and where they end."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

import flatminima
from flatminima import BINARY, PERCEPTRON, SIGN, SPHERICAL, NotConverged
from flatminima.architectures import Architecture
from flatminima.ensembles import typical
from flatminima.ensembles.typical.equations import energetic, on_saddle_line
from flatminima.ensembles.typical.thresholds import squared_shortfall
from flatminima.reference import effective_overlaps, priors
from flatminima.reference import typical as twin

NAMES = ["PERCEPTRON", "SIGN", "RELU", "ERF"]
MACHINES = [(weights, getattr(flatminima, name)) for weights in (BINARY, SPHERICAL) for name in NAMES]
BOUNDED = [machine for machine in MACHINES if machine[1] is not SIGN]

machines = st.sampled_from(MACHINES)
log_q_hats = st.floats(-8.0, 14.0)
margins = st.floats(-2.0, 3.0)  # in units of the field's standard deviation: there α grows with q̂
quickly = settings(max_examples=60)


def on_line(log_q_hat, margin, machine):
    """q̂, 1 − q, α and κ of a saddle point, which the explicit line gives without solving."""
    q_hat, kappa = math.exp(log_q_hat), margin * machine[1].field_scale
    return q_hat, *on_saddle_line(q_hat, kappa, *machine), kappa


def twin_of(machine):
    weights, architecture = machine
    return getattr(priors, weights.name.upper()), getattr(effective_overlaps, architecture.name.upper())


@pytest.mark.parametrize("machine", MACHINES, ids=repr)
@pytest.mark.parametrize("root, kappa", [("0.4", "0.3"), ("3", "-0.4"), ("15", "0")])
def test_the_twin_agrees_and_the_error_is_not_understated(machine, root, kappa):
    truth = twin.saddle_at(root, kappa, 18, *twin_of(machine))
    state = typical.saddle_point(float(truth.alpha), float(kappa), *machine)
    assert state.q_hat == pytest.approx(float(truth.q_hat), rel=1e-12 + 1e-14 / state.one_minus_q)
    assert state.q == pytest.approx(float(truth.q), rel=1e-12)
    assert abs(state.entropy - truth.entropy) <= state.error < 1e-13 / state.one_minus_q


@pytest.mark.parametrize("name", ["SIGN", "RELU", "ERF"])
def test_the_twin_s_capacities(name):
    architecture, deltas = getattr(flatminima, name), getattr(effective_overlaps, name)
    binary = twin.critical_capacity(0, 16, deltas)
    assert typical.critical_capacity(0.0, BINARY, architecture) == pytest.approx(float(binary), rel=1e-13)
    spherical = twin.spherical_capacity("0.3", 16, deltas)
    assert typical.critical_capacity(0.3, SPHERICAL, architecture) == pytest.approx(float(spherical), rel=1e-13)


@quickly
@given(log_q_hats, margins, machines)
def test_solving_at_the_load_of_a_point_of_the_line_leads_back_to_it(log_q_hat, margin, machine):
    q_hat, one_minus_q, alpha, kappa = on_line(log_q_hat, margin, machine)
    state = typical.saddle_point(alpha, kappa, *machine)
    assert state.residual < 1e-13
    assert state.one_minus_q == pytest.approx(one_minus_q, rel=1e-8)
    assert state.q_hat == pytest.approx(q_hat, rel=1e-8)


@quickly
@given(st.floats(-4.0, 5.0), margins, machines)
def test_the_free_entropy_is_stationary_on_the_line(log_q_hat, margin, machine):
    q_hat, one_minus_q, alpha, kappa = on_line(log_q_hat, margin, machine)
    q = 1.0 - one_minus_q

    def slope(function, x, scale):
        h = 1e-3 * scale
        differences = [(function(x + k * h) - function(x - k * h)) / (2 * k * h) for k in (1, 2)]
        return scale * (4 * differences[0] - differences[1]) / 3

    size = 1.0 + alpha + q_hat * one_minus_q
    in_q = slope(lambda q: typical.free_entropy(q, q_hat, alpha, kappa, *machine), q, min(q, one_minus_q))
    in_q_hat = slope(lambda q_hat: typical.free_entropy(q, q_hat, alpha, kappa, *machine), q_hat, q_hat)
    assert max(abs(in_q), abs(in_q_hat)) < 1e-9 * size


@quickly
@given(log_q_hats, margins, machines)
def test_along_the_line_the_entropy_falls_by_the_energetic_term_alone(log_q_hat, margin, machine):
    """dφ/dα = 𝒢_E, in integrated form: Simpson's rule in ln q̂ between two points of the line."""
    points = [on_line(log_q_hat + shift, margin, machine) for shift in (-0.02, 0.0, 0.02)]
    alphas = [point[2] for point in points]
    entropies = [typical.saddle_point(alpha, points[0][3], *machine).entropy for alpha in (alphas[0], alphas[2])]
    _, architecture = machine
    energies = [energetic(architecture.complement(point[1]), margin, 0.1)[0] for point in points]
    # ∫𝒢_E dα by the parabola through three points
    nodes = np.array(alphas) - alphas[1]
    integral = np.polyint(np.polyfit(nodes / nodes[2], energies, 2)) * nodes[2]
    expected = np.polyval(integral, 1.0) - np.polyval(integral, nodes[0] / nodes[2])
    scale = alphas[2] * abs(energies[1]) + 1.0 / points[1][1]
    assert entropies[1] - entropies[0] == pytest.approx(expected, abs=1e-12 * scale + 1e-4 * abs(expected))


@quickly
@given(margins, st.floats(20.0, 40.0), st.sampled_from([machine[1] for machine in BOUNDED if machine[0] is SPHERICAL]))
def test_the_spherical_line_ends_at_the_capacity(margin, log_q_hat, architecture):
    _, one_minus_q, alpha, kappa = on_line(log_q_hat, margin, (SPHERICAL, architecture))
    capacity = typical.critical_capacity(kappa, SPHERICAL, architecture)
    # the distance from it is of order 1 − q, or √(1 − q) where ρ′ approaches ρ′(1) like a root
    assert abs(alpha / capacity - 1.0) < 50.0 * math.sqrt(one_minus_q)
    assert not typical.solve(1.01 * capacity, kappa, SPHERICAL, architecture)


@given(st.floats(-6.0, 6.0), st.sampled_from([machine[1] for machine in BOUNDED]))
def test_largest_spherical_margin_and_capacity_are_inverse_functions(log_alpha, architecture):
    alpha = math.exp(log_alpha)
    margin = typical.max_margin(alpha, SPHERICAL, architecture)
    assert typical.critical_capacity(margin, SPHERICAL, architecture) == pytest.approx(alpha, rel=1e-12)


@given(st.floats(-36.0, 30.0))
def test_squared_shortfall_keeps_its_digits(margin):
    with mp.workdps(60):
        k = mpf(margin)
        truth = (1 + k**2) * mp.ncdf(k) + k * mp.npdf(k)
        assert abs(squared_shortfall(margin) / truth - 1) < 1e-13


@pytest.mark.parametrize("one_minus_q, kappa", [(0.5, 0.0), (0.01, 0.7), (1e-6, -0.5), (1.0, 2.0)])
def test_the_curvature_of_log_h_is_that_of_the_derivative_of_mills_ratio(one_minus_q, kappa):
    """∫Dz A′² with A′ by differentiation in 40 digits, panel by panel."""
    with mp.workdps(40):
        q, width = mpf(1) - mpf(one_minus_q), mp.sqrt(mpf(one_minus_q))
        mills = lambda c: mp.npdf(c) / mp.ncdf(-c)
        slope = lambda c: mp.diff(mills, c)
        centre, spread = (mpf(kappa), width) if q > 0 else (mpf(0), mpf(1))
        field = lambda z: (kappa - mp.sqrt(q) * z) / width
        inner = [float(centre + k * spread) for k in (-20, -8, -3, 0, 3, 8, 20)]
        edges = [-12, *(edge for edge in inner if abs(edge) < 12), 12]
    with mp.workdps(20):
        truth = mp.quad(lambda z: slope(field(z)) ** 2 * mp.npdf(z), edges)
    assert energetic(one_minus_q, kappa, 0.125)[2] == pytest.approx(float(truth), rel=1e-11)


def test_sign_units_with_spherical_weights_never_end():
    """α → (8√2/π)/√(1 − q): the exponent 1/2 of (Δ₂ − Δ) makes the capacity infinite."""
    assert typical.critical_capacity(0.0, SPHERICAL, SIGN) == math.inf == typical.max_margin(7.0, SPHERICAL, SIGN)
    state = typical.solve(1e6, 0.0, SPHERICAL, SIGN)
    assert 1e6 * math.sqrt(state.one_minus_q) == pytest.approx(8 * math.sqrt(2) / math.pi, rel=1e-5)
    with pytest.raises(NotConverged, match="closer to 1 than 1e-12"):
        typical.solve(1e8, 0.0, SPHERICAL, SIGN)


def test_spherical_solutions_fill_a_convex_set_and_replica_symmetry_holds_up_to_the_capacity():
    """Gardner's perceptron at κ ≥ 0: the replicon stays below one until q = 1."""
    for kappa in (0.0, 1.0):
        for share in (0.1, 0.5, 0.9, 0.999):
            alpha = share * typical.critical_capacity(kappa, SPHERICAL, PERCEPTRON)
            assert 0.0 < typical.solve(alpha, kappa, SPHERICAL).replicon < 1.0


@pytest.mark.parametrize("machine", MACHINES, ids=repr)
@pytest.mark.parametrize("value", [math.nan, math.inf, "0.1", True])
def test_bad_margins_are_named(machine, value):
    for verb in (lambda: typical.solve(0.5, value, *machine), lambda: typical.critical_capacity(value, *machine)):
        with pytest.raises((ValueError, TypeError), match="kappa is .*real number"):
            verb()


def test_outputs_that_forget_small_correlations_are_refused():
    """An even activation, ρ(q) = q²: q = 0 is a saddle point at every load, and not always the one that counts."""
    square = Architecture("square", lambda u, step: step * (2 - 2 * u + step), lambda u: 2 - 2 * u, lambda u: 2.0)
    for verb in (lambda: typical.solve(0.9, architecture=square), lambda: typical.critical_capacity(architecture=square)):
        with pytest.raises(ValueError, match="architecture is SQUARE, with ρ′.0. = 0; "):
            verb()
