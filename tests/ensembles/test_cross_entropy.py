"""Gibbs measures of a loss: smoothed weights, saddle points, thermodynamics, limits, ground states and exact enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_ndtr

from flatminima import BINARY, SPHERICAL, NoSolution, cross_entropy, typical
from flatminima.gaussian import H
from flatminima.losses import ERRORS, Loss, cross_entropy_loss, smoothed, tilted_nodes
from flatminima.reference import cross_entropy as twin

HINGE = cross_entropy_loss(math.inf)
QUADRATIC = Loss("squared shortfall", lambda x: np.maximum(0.3 - x, 0.0) ** 2, bends=((0.3, 0.0),), saturates=0.3)
LOSSES = [cross_entropy_loss(0.5), cross_entropy_loss(2.0), cross_entropy_loss(10.0), HINGE, ERRORS, QUADRATIC]

means = st.lists(st.floats(-9.0, 9.0), min_size=1, max_size=4).map(np.array)
log_sigmas = st.floats(-13.8, 0.0)
log_betas = st.floats(-3.0, 9.2)
loads = st.floats(0.3, 2.0)
gammas = st.floats(0.5, 8.0)
several = settings(max_examples=8)
quickly = settings(max_examples=40)


def log_sum(a, b):
    return np.logaddexp(a, b)


# The smoothed Boltzmann weight


@quickly
@given(means, log_sigmas, log_betas)
def test_the_weight_of_the_number_of_errors_is_the_sum_of_two_tails(mu, log_sigma, log_beta):
    sigma, beta = math.exp(log_sigma), math.exp(log_beta)
    truth = log_sum(log_ndtr(mu / sigma), log_ndtr(-mu / sigma) - beta)
    assert np.allclose(smoothed(ERRORS, beta, mu, sigma).log_weight, truth, rtol=1e-12, atol=1e-13)


@quickly
@given(means, log_sigmas, st.floats(-3.0, 5.0))
def test_the_weight_of_the_hinge_is_a_tail_and_a_shifted_tail(mu, log_sigma, log_pull):
    """∫Dy exp(βx) over x < 0 by completing the square; βσ is kept below 150, where SciPy's tails still have their digits."""
    sigma = math.exp(log_sigma)
    beta = math.exp(log_pull) / max(sigma, 1e-2)
    square = beta * mu + 0.5 * (beta * sigma) ** 2
    truth = log_sum(log_ndtr(mu / sigma), square + log_ndtr(-mu / sigma - beta * sigma))
    found = smoothed(HINGE, beta, mu, sigma).log_weight
    assert (np.abs(found - truth) <= 1e-13 * (1.0 + np.abs(truth) + np.abs(square))).all()


@pytest.mark.parametrize(
    "mu, sigma, gamma, beta", [(0.3, 0.3, 1, 3), (-0.5, 0.2, 2, 30), (-1.0, 0.15, 5, 300), (2.0, 1.0, 0.5, 100), (0.1, 0.01, 20, 50)]
)
def test_the_twin_s_weight_and_tilted_averages(mu, sigma, gamma, beta):
    truth = twin.tilted(mu, sigma, gamma, beta, 16)
    found = smoothed(cross_entropy_loss(gamma), beta, np.array([mu]), sigma)
    assert found.log_weight[0] == pytest.approx(float(truth.log_weight), rel=1e-14)
    assert found.loss[0] == pytest.approx(float(truth.loss), rel=1e-13)
    assert found.slope[0] == pytest.approx(float(-beta * sigma * truth.force), abs=1e-13)
    assert found.error_rate[0] == pytest.approx(float(twin.error_rate(mu, sigma, gamma, beta, 10)), abs=1e-14)


@quickly
@given(means, log_sigmas, log_betas, gammas)
def test_derivatives_in_mu_are_averages_of_the_force(mu, log_sigma, log_beta, gamma):
    """Integration by parts: ⟨y⟩ = −βσ⟨f′⟩ and ⟨y²⟩ − ⟨y⟩² − 1 = −βσ⟨f′; y⟩."""
    sigma, beta, loss = math.exp(log_sigma), math.exp(log_beta), cross_entropy_loss(gamma)
    owner, y, weight, _ = tilted_nodes(loss, beta, mu, sigma)
    force = 0.5 * (np.tanh(gamma * (mu[owner] + sigma * y)) - 1.0)
    mean = lambda values: np.bincount(owner, weight * values, mu.size)
    found = smoothed(loss, beta, mu, sigma)
    pull = beta * sigma
    assert np.allclose(found.slope, -pull * mean(force), atol=1e-12, rtol=1e-12 * (1 + pull))
    centred = (force - mean(force)[owner]) * (y - mean(y)[owner])
    assert np.allclose(found.curvature, -pull * mean(centred), atol=1e-12 * (1 + pull))


@quickly
@given(means, log_sigmas, st.floats(-3.0, 4.0), st.sampled_from(LOSSES))
def test_derivatives_in_beta_are_averages_of_the_loss(mu, log_sigma, log_beta, loss):
    sigma, beta = math.exp(log_sigma), math.exp(log_beta)
    h = 1e-4 * beta
    below, here, above = (smoothed(loss, beta + shift, mu, sigma) for shift in (-h, 0.0, h))
    size = beta * beta * (1.0 + np.abs(here.log_weight))
    assert np.allclose(beta * (above.log_weight - below.log_weight) / (2 * h), -beta * here.loss, atol=1e-7 * size.max())
    assert np.allclose(beta * (above.loss - below.loss) / (2 * h), -beta * here.loss_variance, atol=1e-6 * size.max())
    assert np.allclose(beta * (above.slope - below.slope) / (2 * h), -beta * here.covariance, atol=1e-6 * size.max())


@quickly
@given(means, log_sigmas, log_betas, st.floats(0.2, 4.0))
def test_a_callable_of_the_user_s_with_wrong_bends_gives_the_same(mu, log_sigma, log_beta, gamma):
    own = Loss("mine", lambda x: np.logaddexp(0.0, -2.0 * gamma * x) / (2.0 * gamma), bends=((1.7, 0.0),))
    sigma, beta = math.exp(log_sigma), math.exp(log_beta)
    found, truth = smoothed(own, beta, mu, sigma), smoothed(cross_entropy_loss(gamma), beta, mu, sigma)
    assert np.allclose(found.log_weight, truth.log_weight, rtol=1e-11, atol=1e-12)
    assert np.allclose(found.loss, truth.loss, rtol=1e-9, atol=1e-13)


# The saddle point


@pytest.mark.parametrize("q_hat, beta, gamma", [(0.3, 2, 1), (6, 15, 2), (20, 20, 1)])
def test_the_twin_s_saddle_points_and_the_error_is_not_understated(q_hat, beta, gamma):
    truth = twin.saddle_at(q_hat, beta, gamma, 8)  # good to 1e-11
    state = cross_entropy.solve(float(truth.alpha), gamma, beta=beta)
    assert state.error < 1e-10
    for name in ("q", "energy", "entropy", "free_entropy"):
        assert abs(getattr(state, name) - float(getattr(truth, name))) <= state.error + 2e-11, name
    assert state.q_hat == pytest.approx(q_hat, rel=1e-10)


def test_the_twin_s_error_rate():
    state = cross_entropy.solve(0.7, 1.0, beta=2.0)
    assert state.error_rate == pytest.approx(float(twin.mean_error_rate(state.q, 1, 2, 6)), abs=1e-9)


@pytest.mark.parametrize("alpha, gamma", [(0.6, 2), (0.9, 1)])
def test_the_twin_s_entropy_vanishes_at_the_ground_state(alpha, gamma):
    ground = cross_entropy.solve(alpha, gamma)
    truth = twin.saddle_at(ground.q_hat, ground.beta, gamma, 7)
    assert abs(truth.entropy) < 1e-9 and float(truth.alpha) == pytest.approx(alpha, rel=1e-10)


@several
@given(loads, st.floats(0.02, 0.98), st.floats(-3.0, 3.0), st.floats(-2.0, 3.5), st.sampled_from(LOSSES), st.sampled_from([BINARY, SPHERICAL]))
def test_the_free_entropy_is_stationary_where_the_equations_hold(alpha, q, log_q_hat, log_beta, loss, weights):
    """∂φ/∂q̂ = −(1 − q)/2 + 𝒢_S′ and ∂φ/∂q = q̂/2 − αE[L′²]/2, by differences, at any order parameters."""
    q_hat, beta = math.exp(log_q_hat), math.exp(log_beta)
    phi = lambda q, q_hat: cross_entropy.free_entropy(q, q_hat, alpha, beta, loss, weights)

    def slope(f, x, scale):
        h = 2e-3 * scale
        first, second = ((f(x + k * h) - f(x - k * h)) / (2 * k * h) for k in (1, 2))
        return scale * (4 * first - second) / 3

    own = weights.typical(q_hat, 0.125)[1]
    size = 1.0 + q_hat + alpha * beta * (1.0 + beta)
    assert slope(lambda v: phi(q, v), q_hat, q_hat) == pytest.approx(0.5 * q_hat * (own - (1 - q)), abs=1e-9 * size)
    # E[L′²] from the public pieces: an average over μ with a grid of its own
    z = np.linspace(-10.0, 10.0, 4001)
    tilted = smoothed(loss, beta, math.sqrt(q) * z, math.sqrt(1 - q))
    mean = float(np.sum(tilted.slope**2 * np.exp(-0.5 * z * z)) * (z[1] - z[0]) / math.sqrt(2 * math.pi)) / (1 - q)
    scale = min(q, 1 - q)
    assert slope(lambda v: phi(v, q_hat), q, scale) == pytest.approx(0.5 * scale * (q_hat - alpha * mean), abs=1e-8 * size)


@several
@given(loads, gammas, st.floats(0.05, 0.9))
def test_thermodynamics(alpha, gamma, share):
    """dφ/dβ = −e and ds/dβ = β de/dβ along the saddle points."""
    beta = share * cross_entropy.solve(alpha, gamma).beta
    h = 2e-3 * beta
    states = [cross_entropy.solve(alpha, gamma, beta=beta + k * h) for k in (-2, -1, 0, 1, 2)]

    def slope(name):
        far, near, _, on, farther = (getattr(state, name) for state in states)
        return (8 * (on - near) - (farther - far)) / (12 * h)

    energy = states[2].energy
    assert beta * slope("free_entropy") == pytest.approx(-beta * energy, abs=1e-8 * (1 + beta * energy))
    assert slope("energy") < 0
    assert beta * slope("entropy") == pytest.approx(beta**2 * slope("energy"), abs=1e-7 * (1 + beta * energy))


# Limits


@several
@given(loads, gammas)
def test_hot_weights_do_not_feel_the_patterns(alpha, gamma):
    state = cross_entropy.solve(alpha, gamma, beta=0.0)
    assert state.entropy == pytest.approx(math.log(2), abs=1e-13) and state.error_rate == pytest.approx(0.5, abs=1e-13)
    x = np.linspace(-12.0, 12.0, 4001)
    mean = np.sum(cross_entropy_loss(gamma).value(x) * np.exp(-0.5 * x * x)) * (x[1] - x[0]) / math.sqrt(2 * math.pi)
    assert state.energy == pytest.approx(alpha * mean, rel=1e-12)


@several
@given(gammas, st.floats(-2.0, 3.0))
def test_few_patterns_act_one_by_one(gamma, log_beta):
    alpha, beta, loss = 1e-7, math.exp(log_beta), cross_entropy_loss(gamma)
    single = smoothed(loss, beta, np.zeros(1), 1.0)
    state = cross_entropy.solve(alpha, gamma, beta=beta)
    assert state.free_entropy == pytest.approx(math.log(2) + alpha * single.log_weight[0], abs=1e-6 * alpha * (1 + beta))
    assert state.error_rate == pytest.approx(single.error_rate[0], abs=1e-5 * (1 + beta))


@several
@given(loads, st.floats(-1.0, 2.0))
def test_a_weak_gamma_is_a_linear_loss_and_the_weights_are_free_spins(alpha, log_beta):
    """f → ln2/(2γ) − x/2, so that q̂ = αβ²/4: the weights sit in the field of Hebb's rule. Each stability gains β(1 − q)/2."""
    gamma, beta = 1e-4, math.exp(log_beta)
    state = cross_entropy.solve(alpha, gamma, beta=beta)
    gain = 0.5 * beta * state.one_minus_q
    assert state.q_hat == pytest.approx(0.25 * alpha * beta**2, rel=1e-3)
    assert state.error_rate == pytest.approx(float(H(gain)), abs=1e-3)
    assert state.energy == pytest.approx(alpha * (math.log(2) / (2 * gamma) - 0.5 * gain), abs=1e-3)


def test_a_large_gamma_is_the_hinge_above_capacity():
    """∫dx (f_γ − f_∞) = π²/(24γ²): seen from the width of the fields the difference is of second order in 1/γ."""
    limit = cross_entropy.solve(0.9, math.inf)
    gaps = [abs(cross_entropy.solve(0.9, gamma).error_rate - limit.error_rate) for gamma in (160.0, 320.0, 640.0)]
    ratios = [gaps[0] / gaps[1], gaps[1] / gaps[2]]
    assert gaps[2] < 3e-5 and 3.5 < ratios[0] < ratios[1] < 4.0


@pytest.mark.parametrize("loss", [HINGE, ERRORS, QUADRATIC], ids=repr)
def test_below_capacity_the_ground_states_of_flat_losses_are_the_solutions(loss):
    capacity = typical.critical_capacity(loss.saturates)
    state, solutions = cross_entropy.solve(0.8 * capacity, loss=loss), typical.solve(0.8 * capacity, loss.saturates)
    assert state.beta == math.inf and state.energy == 0.0 == state.error_rate
    assert (state.q, state.entropy, state.replicon) == (solutions.q, solutions.entropy, solutions.replicon)
    cold = cross_entropy.solve(0.8 * capacity, loss=loss, beta=1e7)  # walls have a width of β^(−1/2), at most
    assert cold.q == pytest.approx(solutions.q, abs=1e-3) and cold.entropy == pytest.approx(solutions.entropy, abs=1e-3)
    above = cross_entropy.solve(1.0001 * capacity, loss=loss)
    assert math.isfinite(above.beta) and 0.0 < above.energy < 1e-3


# Ground states


@several
@given(loads, gammas)
def test_a_ground_state_is_where_the_entropy_has_vanished(alpha, gamma):
    ground = cross_entropy.solve(alpha, gamma)
    assert abs(ground.entropy) <= 1e-11 and ground.residual <= 1e-11 and ground.error < 1e-7
    warmer = cross_entropy.solve(alpha, gamma, beta=0.99 * ground.beta)
    assert warmer.entropy > 0.0 and warmer.energy > ground.energy
    outcome = cross_entropy.solve(alpha, gamma, beta=1.05 * ground.beta)
    assert isinstance(outcome, NoSolution) and "beta is beyond the ground state" in outcome.reason


@several
@given(loads, st.sampled_from([1.0, 3.0]), st.floats(0.1, 10.0))
def test_the_unit_of_the_loss_is_that_of_the_temperature(alpha, gamma, unit):
    loss = cross_entropy_loss(gamma)
    scaled = Loss("scaled", lambda x: unit * loss.value(x), bends=loss.bends)
    ground, other = cross_entropy.solve(alpha, gamma), cross_entropy.solve(alpha, loss=scaled)
    assert other.beta * unit == pytest.approx(ground.beta, rel=1e-8)
    assert other.error_rate == pytest.approx(ground.error_rate, abs=1e-10)


@several
@given(st.floats(0.4, 0.9), st.floats(0.3, 8.0))
def test_the_ground_state_s_error_rate_grows_with_the_load_and_falls_with_gamma(alpha, gamma):
    here, heavier, sharper = (cross_entropy.solve(a, g) for a, g in ((alpha, gamma), (1.1 * alpha, gamma), (alpha, 1.2 * gamma)))
    assert heavier.error_rate >= here.error_rate and sharper.error_rate <= here.error_rate
    assert heavier.energy > here.energy > sharper.energy


@pytest.mark.parametrize("gamma", [1.0, math.inf])
def test_a_traced_curve_is_made_of_solved_points(gamma):
    alphas = [0.95, 0.9, 0.8]
    for alpha, state in zip(alphas, cross_entropy.trace(alphas, gamma)):
        single = cross_entropy.solve(alpha, gamma)
        assert state.alpha == alpha and state.error_rate == pytest.approx(single.error_rate, abs=1e-9)
        assert state.beta == pytest.approx(single.beta, rel=1e-8)


# Exact enumeration


def test_the_gray_code_visits_every_weight_vector_once():
    rng = np.random.default_rng(5)
    patterns, loss = rng.choice([-1, 1], size=(6, 7)), cross_entropy_loss(1.3)
    x = np.array(list(itertools.product([-1, 1], repeat=7))) @ patterns.T / math.sqrt(7)
    losses, errors = cross_entropy.enumerate_losses(patterns, loss)
    assert np.allclose(np.sort(losses), np.sort(loss.value(x).sum(axis=1)), rtol=1e-13)
    assert errors.sum() == (x < 0).sum()


def test_enumerated_free_entropy_and_ground_state_tend_to_the_replica_symmetric_ones():
    """α = 1, N = 9, 11, 13: corrections of order 1/N are fitted, the intercept is compared."""
    gamma, beta, samples = 1.0, 12.0, 700
    loss, rng = cross_entropy_loss(gamma), np.random.default_rng(20)
    ground, warm = cross_entropy.solve(1.0, gamma), cross_entropy.solve(1.0, gamma, beta=beta)
    rows = []
    for size in (9, 11, 13):
        values = []
        for _ in range(samples):
            losses, errors = cross_entropy.enumerate_losses(rng.choice([-1, 1], size=(size, size)), loss)
            best = losses.argmin()
            log_z = np.log(np.exp(-beta * (losses - losses[best])).sum()) - beta * losses[best]
            values.append([log_z / size, losses[best] / size, errors[best] / size])
        rows.append((1.0 / size, np.mean(values, axis=0), np.std(values, axis=0, ddof=1) / math.sqrt(samples)))
    x, means, standard_errors = (np.array(column) for column in zip(*rows))
    expected = (warm.free_entropy, ground.energy, ground.error_rate)
    for k, truth in enumerate(expected):
        (_, intercept), covariance = np.polyfit(x, means[:, k], 1, w=1 / standard_errors[:, k], cov="unscaled")
        assert abs(intercept - truth) < 4.0 * math.sqrt(covariance[1, 1])
        assert standard_errors[-1, k] < 0.05 * abs(truth)


# Bad input


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: cross_entropy.solve(0.5, 0.0), "gamma is 0"),
        (lambda: cross_entropy.solve(0.5, -1.0), "gamma is -1"),
        (lambda: cross_entropy.solve(0.5, math.nan), "gamma is nan"),
        (lambda: cross_entropy.solve(0.0, 1.0), "alpha is 0"),
        (lambda: cross_entropy.solve(math.nan, 1.0), "alpha is nan"),
        (lambda: cross_entropy.solve(0.5, 1.0, beta=-1.0), "beta is -1"),
        (lambda: cross_entropy.solve(0.5, 1.0, beta=math.nan), "beta is nan"),
        (lambda: cross_entropy.solve(0.5, 1.0, beta=math.inf), "beta is inf"),
        (lambda: cross_entropy.solve(0.5), "exactly one of them"),
        (lambda: cross_entropy.solve(0.5, 1.0, loss=ERRORS), "exactly one of them"),
        (lambda: cross_entropy.solve(0.5, 1.0, weights=SPHERICAL), "it must be BINARY"),
        (lambda: cross_entropy.trace([0.5, -0.5], 1.0), "alpha is -0.5"),
        (lambda: cross_entropy.free_entropy(1.0, 1.0, 0.5, 1.0, ERRORS), "q is 1"),
        (lambda: smoothed(ERRORS, 1.0, np.zeros(1), 0.0), "sigma is 0"),
        (lambda: smoothed(ERRORS, 1.0, np.array([math.nan]), 1.0), "mu contains nan"),
        (lambda: smoothed(Loss("negative", lambda x: -x), 1.0, np.zeros(1), 1.0), "one number ≥ 0"),
        (lambda: smoothed(Loss("scalar", lambda x: 1.0), 1.0, np.zeros(1), 1.0), "one number ≥ 0"),
        (lambda: Loss("careless", np.abs, saturates=-1.0), "saturates is -1"),
        (lambda: cross_entropy.enumerate_losses([[1, 0, 1]], ERRORS), "entries ±1"),
    ],
)
def test_values_out_of_range_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: cross_entropy.solve(0.5, "1"), "gamma is '1'"),
        (lambda: cross_entropy.solve("0.5", 1.0), "alpha is '0.5'"),
        (lambda: cross_entropy.solve(0.5, loss=np.abs), "loss is .*it must be a Loss"),
        (lambda: cross_entropy.solve(0.5, 1.0, weights="binary"), "weights is 'binary'"),
    ],
)
def test_what_is_of_the_wrong_kind_is_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()
