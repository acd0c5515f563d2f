"""A reader's own loss, in committees: its smoothed weight, Gibbs states, AT line, and y replicas drawn with it.

The loss is the squared hinge, whose smoothed weight is elementary; the machine has ReLU units.
"""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_ndtr

from flatminima import BINARY, PERCEPTRON, RELU, SPHERICAL, cross_entropy, franz_parisi, large_deviation, stabilities, typical
from flatminima.architectures import committee
from flatminima.ensembles.cross_entropy.equations import Model, Point
from flatminima.ensembles.cross_entropy.solutions import ground_state, near_ground
from flatminima.ensembles.large_deviation.constraints import Boltzmann
from flatminima.losses import ERRORS, Loss, SmoothedTable, cross_entropy_loss, smoothed
from flatminima.reference import gibbs_replicas, real_replicas
from flatminima.reference.arithmetic import Doubles

KAPPA = 0.2
HINGE = Loss("squared hinge", lambda x: 0.5 * np.maximum(KAPPA - x, 0.0) ** 2, bends=((KAPPA, 0.0),), saturates=KAPPA)
RAMP = Loss("ramp", lambda x: np.clip(0.5 - x, 0.0, 1.0), bends=((-0.5, 0.0), (0.5, 0.0)), saturates=0.5)
MACHINES = [(BINARY, PERCEPTRON), (BINARY, RELU), (SPHERICAL, RELU)]
Z = np.linspace(-9.0, 9.0, 361)
DZ = np.exp(-0.5 * Z * Z) / math.sqrt(2.0 * math.pi) * (Z[1] - Z[0])


def log_weight(beta, mu, sigma, kappa=KAPPA):
    """ln ∫Dy exp(−βf(μ + σy)), completing the square."""
    c, r = kappa - mu, 1.0 / math.sqrt(1.0 + beta * sigma**2)
    return np.logaddexp(log_ndtr(-c / sigma), math.log(r) - 0.5 * beta * (r * c) ** 2 + log_ndtr(r * c / sigma))


@pytest.mark.parametrize("beta, sigma", [(0.5, 1.0), (30.0, 0.4), (1e5, 0.05)])
def test_the_smoothed_weight_and_its_errors(beta, sigma):
    """Errors: the part of the integral with x < 0, over all of it."""
    mu = np.linspace(-1.0, 2.0, 7)
    found, r = smoothed(HINGE, beta, mu, sigma), 1.0 / math.sqrt(1.0 + beta * sigma**2)
    c = KAPPA - mu
    wrong = math.log(r) - 0.5 * beta * (r * c) ** 2 + log_ndtr(r * c / sigma - KAPPA / (r * sigma))
    assert np.allclose(found.log_weight, log_weight(beta, mu, sigma), rtol=1e-12, atol=1e-13)
    assert np.allclose(found.error_rate, np.exp(wrong - found.log_weight), rtol=1e-9, atol=1e-14)


def test_a_scaled_loss_is_the_loss_of_a_scaled_field():
    mu, scaled = np.linspace(-2.0, 2.0, 5), HINGE.scaled(0.4)
    assert np.allclose(smoothed(scaled, 20.0, mu, 0.5).log_weight, smoothed(HINGE, 20.0, 0.4 * mu, 0.2).log_weight, atol=1e-12)
    assert (scaled.saturates, scaled.bends) == (KAPPA / 0.4, ((KAPPA / 0.4, 0.0),))


@pytest.mark.parametrize("loss, beta, sigma", [(HINGE, 50.0, 0.3), (cross_entropy_loss(2.0), 1e3, 0.7), (ERRORS, 4.0, 0.1)])
def test_the_table_holds_what_smoothed_has(loss, beta, sigma):
    table, mu = SmoothedTable(loss, beta, sigma, -6.0, 9.0), np.random.default_rng(0).uniform(-6.0, 9.0, 200)
    found, truth = table(mu), smoothed(loss, beta, mu, sigma)
    size = 1e-11 * (1.0 - truth.log_weight)
    assert (np.abs(found.log_weight - truth.log_weight) < size).all()
    assert (np.abs(table.log_weight(mu) - truth.log_weight) < size).all()
    assert (np.abs(sigma * found.slope - truth.slope) < size).all()
    assert (np.abs(sigma**2 * found.curvature - truth.curvature) < size).all()
    assert (beta * np.abs(found.loss - truth.loss) < size).all()
    assert table.log_weight(np.array([-50.0, 50.0])).tolist() == table.log_weight(np.array([-6.0, 9.0])).tolist()


@pytest.mark.parametrize("weights, architecture", MACHINES)
def test_gibbs_states_against_the_closed_form_and_their_stationarity(weights, architecture):
    alpha, beta, scale = 0.6, 20.0, architecture.field_scale

    def phi(q, q_hat):
        Q = architecture.overlap(q)
        L = log_weight(beta * scale**2, math.sqrt(Q) * Z, math.sqrt(1.0 - Q), KAPPA / scale)
        return -0.5 * q_hat * (1.0 - q) + weights.typical(q_hat, 0.1)[0] + alpha * (DZ @ L)

    state = cross_entropy.solve(alpha, loss=HINGE, beta=beta, weights=weights, architecture=architecture)
    assert state.free_entropy == pytest.approx(phi(state.q, state.q_hat), abs=1e-12)
    h = 1e-4
    assert abs(phi(state.q + h, state.q_hat) - phi(state.q - h, state.q_hat)) < 1e-7 * h
    assert abs(phi(state.q, state.q_hat + h) - phi(state.q, state.q_hat - h)) < 1e-7 * h
    assert state.error < 1e-10


def test_the_jacobian_of_a_committee():
    x, h, model = np.array([math.log(2.0), math.log(20.0)]), 1e-5, Model(HINGE, BINARY, RELU)
    at = lambda x: Point(0.6, x[0], math.exp(x[1]), model, 0.125)
    residual = lambda x: np.array([at(x).mismatch, at(x).entropy])
    differences = np.stack([(residual(x + d) - residual(x - d)) / (2 * h) for d in h * np.eye(2)], axis=1)
    assert np.allclose(at(x).jacobian(), differences, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("weights, architecture", MACHINES[1:])
def test_the_replicon_is_one_on_the_at_line_which_ends_at_the_margin_s(weights, architecture):
    line = lambda beta: cross_entropy.instability(beta, loss=HINGE, weights=weights, architecture=architecture)
    state = cross_entropy.solve(line(3.0), loss=HINGE, beta=3.0, weights=weights, architecture=architecture)
    assert state.replicon == pytest.approx(1.0, abs=1e-9)
    warm, mild, cold = (line(beta) for beta in (2.5e5, 1e6, 4e6))
    limit = (4.0 * (2.0 * cold - mild) - (2.0 * mild - warm)) / 3.0  # it is approached in powers of β^(−1/2)
    assert limit == pytest.approx(typical.instability(KAPPA, weights, architecture), rel=1e-6)


def test_a_convex_loss_never_breaks_the_symmetry_of_spherical_perceptrons():
    assert not cross_entropy.instability(20.0, loss=HINGE, weights=SPHERICAL)


def test_ground_states_of_a_committee_are_solutions_up_to_the_capacity_of_the_margin():
    capacity = typical.critical_capacity(KAPPA, architecture=RELU)
    below, above = (cross_entropy.solve(share * capacity, loss=HINGE, architecture=RELU) for share in (0.9, 1.1))
    assert below.energy == 0.0 and below.entropy == typical.solve(0.9 * capacity, KAPPA, architecture=RELU).entropy
    assert above.energy > 0.0 and abs(above.entropy) < 1e-11
    assert cross_entropy.trace([1.1 * capacity], loss=HINGE, architecture=RELU)[0].energy == pytest.approx(above.energy)


def test_guesses_of_a_ground_state_close_in_on_it():
    alpha, model = 0.8, Model(HINGE, BINARY, RELU)
    ground, guesses = ground_state(alpha, model), list(near_ground(alpha, model))
    assert guesses[-1] == pytest.approx([math.log(ground.q_hat), math.log(ground.beta)], abs=1e-3)
    assert abs(guesses[0] - guesses[-1]).max() > 1e-2


def test_profiles_around_cold_states_of_a_committee_are_those_around_its_margin():
    cold = cross_entropy.solve(0.4, loss=HINGE, beta=1e10, architecture=RELU)
    margin = franz_parisi.trace([0.05, 0.2], 0.4, KAPPA, architecture=RELU).entropy
    assert np.allclose(franz_parisi.around(cold, [0.05, 0.2]).entropy, margin, atol=3e-5)


@pytest.mark.parametrize("weights, architecture", MACHINES)
def test_pairs_summed_directly(weights, architecture):
    q1, alpha, beta, scale = 0.7, 0.5, 40.0, architecture.field_scale
    state = large_deviation.solve(q1, alpha, 2, weights=weights, architecture=architecture, loss=HINGE, beta=beta)
    term, v, shares = gibbs_replicas.pair_term(
        architecture.overlap(q1), architecture.overlap(state.q0),
        lambda v: np.exp(-beta * HINGE.value(scale * v)), turns=(KAPPA / scale,), step=0.3, panel=1.0,
    )
    if weights is BINARY:
        hats = state.q1_hat, state.q1_hat - state.delta_q0_hat / 2
        entropic = real_replicas.binary_term(2, q1, state.q0, *hats, Doubles)[0]
    else:
        entropic = float(real_replicas.spherical_term(2, q1, state.q0))
    assert state.free_entropy == pytest.approx(entropic + alpha * term, abs=1e-9)
    assert state.energy == pytest.approx(alpha * shares @ HINGE.value(scale * v), rel=1e-8)


def test_many_replicas_summed_directly():
    """With y = 100 the pattern pulls on fields beyond all that are tabulated."""
    overlap, spread, complement, y, beta = 0.05, 0.9, 0.05, 100.0, 1e6
    z1 = np.arange(-12.0, 40.0, 0.01)
    h = math.sqrt(overlap) * Z[:, None]
    exponent = y * log_weight(beta, h + math.sqrt(spread) * z1, math.sqrt(complement)) - 0.5 * z1 * z1
    top = exponent.max(axis=1)
    inner = top + np.log(np.exp(exponent - top[:, None]).sum(axis=1) * 0.01 / math.sqrt(2.0 * math.pi))
    found = Boltzmann(HINGE, beta, PERCEPTRON).of_group(overlap, spread, complement, y, 0.22)[0]
    assert found == pytest.approx(DZ @ inner / y, rel=1e-8)


@pytest.mark.parametrize("loss", [HINGE, ERRORS])
def test_one_replica_is_typical(loss):
    one = large_deviation.solve(0.8, 0.5, 1, architecture=RELU, loss=loss, beta=10.0)
    alone = cross_entropy.solve(0.5, loss=loss, beta=10.0, architecture=RELU)
    assert [one.entropy, one.energy] == pytest.approx([alone.entropy, alone.energy], abs=1e-11)


def test_the_densest_maxima_sought_one_by_one():
    complement, delta, beta = 0.3, 0.9, 30.0
    root, width, push = math.sqrt(1.0 - complement), math.sqrt(complement), math.sqrt(delta)
    cost = lambda w, z: 0.5 * w * w - float(log_weight(beta, root * z + push * w, width))
    z = np.linspace(-9.0, 9.0, 121)
    maxima = [-minimize_scalar(cost, args=(zi,), method="brent", options={"xtol": 1e-10}).fun for zi in z]
    direct = np.exp(-0.5 * z * z) @ maxima * (z[1] - z[0]) / math.sqrt(2.0 * math.pi)
    assert Boltzmann(HINGE, beta, PERCEPTRON).of_densest(complement, delta, None)[0] == pytest.approx(direct, abs=1e-9)


@pytest.mark.parametrize("y", [4.0, math.inf])
def test_energy_slope_and_number_of_groups_are_derivatives(y):
    at = lambda q1=0.8, y=y, beta=30.0: large_deviation.solve(q1, 0.5, y, architecture=RELU, loss=HINGE, beta=beta)
    slope = lambda f, h: (f(h).free_entropy - f(-h).free_entropy) / (2 * h)
    state = at()
    assert state.slope == pytest.approx(-2.0 * slope(lambda h: at(q1=0.8 + h), 1e-4), rel=1e-6)
    assert state.entropy == state.free_entropy + 30.0 * state.energy
    if math.isfinite(y):  # of the energy the pairs above are the test
        assert state.external_entropy == pytest.approx(-y * y * slope(lambda h: at(y=y + h), 1e-3), rel=1e-5)
    else:
        assert state.energy == pytest.approx(-slope(lambda h: at(beta=30.0 + h), 1e-2), rel=1e-6)


@pytest.mark.parametrize("y", [2, math.inf])
def test_cold_replicas_obey_the_margin(y):
    cold = [large_deviation.solve(0.8, 0.5, y, architecture=RELU, loss=HINGE, beta=b).free_entropy for b in (4e8, 1.6e9)]
    margin = large_deviation.solve(0.8, 0.5, y, KAPPA, architecture=RELU).entropy
    assert 2.0 * cold[1] - cold[0] == pytest.approx(margin, abs=1e-8)


def test_what_is_not_there_is_refused():
    pair = large_deviation.solve(0.8, 0.5, 2, loss=HINGE, beta=10.0)
    with pytest.raises(ValueError, match="^state belongs to the loss squared hinge; it must be one of solutions"):
        stabilities.density([0.0], pair)
    with pytest.raises(ValueError, match="^loss is ramp, not convex: y = ∞ replicas may jump; y must be finite"):
        large_deviation.solve(0.8, 0.5, loss=RAMP, beta=50.0)
    assert large_deviation.solve(0.8, 0.5, 2, loss=RAMP, beta=50.0).error < 1e-9
    with pytest.raises(ValueError, match="^kappa is 0.1; beside a loss it must be 0"):
        large_deviation.solve(0.8, 0.5, kappa=0.1, loss=HINGE, beta=1.0)
    with pytest.raises(TypeError, match="^beta is None; it must be a real number"):
        large_deviation.solve(0.8, 0.5, loss=HINGE)
    with pytest.raises(TypeError, match="^loss is None; it must be a Loss"):
        large_deviation.solve(0.8, 0.5, beta=1.0)
    with pytest.raises(ValueError, match="^architecture is SQUARE, with ρ′"):
        cross_entropy.solve(0.5, 1.0, beta=1.0, architecture=committee(np.square, "square"))
    with pytest.raises(ValueError, match="^beta is 0.0; it must be a real number in"):
        cross_entropy.instability(0.0, 1.0)
