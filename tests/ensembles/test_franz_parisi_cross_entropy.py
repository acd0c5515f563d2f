"""Solutions around Gibbs states of a loss: the twin from the definition, known limits, the hard wall as a loss."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root
from scipy.special import log_ndtr

from flatminima import BINARY, SPHERICAL
from flatminima.ensembles import cross_entropy, franz_parisi, typical
from flatminima.ensembles.franz_parisi.constraint import TAIL, Boltzmann
from flatminima.ensembles.franz_parisi.equations import COARSE, Equations
from flatminima.ensembles.franz_parisi.soft_wall import lookup, shape, smooth_table
from flatminima.losses import Loss, cross_entropy_loss, smoothed
from flatminima.reference import franz_parisi_cross_entropy as twin

DISTANCES = np.array([0.003, 0.05, 0.2])


def binary_entropy(d):
    return -d * np.log(d) - (1 - d) * np.log1p(-d)


@pytest.fixture(scope="module")
def ground():
    """A ground state of the cross-entropy, and the curve around it."""
    state = cross_entropy.solve(0.6, 2.0)
    return state, franz_parisi.around(state, DISTANCES)


def order_parameters(curve, k):
    return tuple(float(getattr(curve, name)[k]) for name in twin.ORDER_PARAMETERS)


def twin_reference(state, gamma):
    return twin.Reference(state.alpha, state.beta, gamma, 0.0, state.q, state.q_hat)


@pytest.mark.parametrize("k", range(DISTANCES.size))
def test_the_entropy_is_that_of_the_definition(ground, k):
    state, curve = ground
    value = twin.entropy(twin_reference(state, 2.0), DISTANCES[k], *order_parameters(curve, k))
    assert abs(curve.entropy[k] - value) < curve.error[k] + 1e-13
    assert curve.error[k] < 1e-9 and curve.residual[k] < 1e-8


def test_the_free_entropy_is_stationary_and_its_gradient_is_the_slope(ground):
    state, curve = ground
    gradient = twin.gradient(twin_reference(state, 2.0), DISTANCES[2], order_parameters(curve, 2))
    assert np.abs(gradient[:5]).max() < 1e-6
    assert gradient[5] == pytest.approx(curve.slope[2], abs=1e-6)


def test_the_slope_is_that_of_the_entropies():
    state = cross_entropy.solve(0.5, 1.0, beta=6.0)
    log_d = math.log(0.05) + 0.2 * np.cos(np.pi * (np.arange(9) + 0.5) / 9)
    curve = franz_parisi.around(state, np.exp(log_d))
    fit = np.polynomial.Chebyshev.fit(log_d, curve.entropy, 8)
    assert curve.slope[4] * curve.distances[4] == pytest.approx(fit.deriv()(log_d[4]), abs=1e-8)


def test_flat_losses_leave_the_margin_reference():
    """At β = ∞ below capacity the Gibbs state of max(−x, 0) is uniform on the solutions: γ → ∞ before the ground state."""
    flat = franz_parisi.around(cross_entropy.solve(0.4, math.inf), DISTANCES[1:])
    margin = franz_parisi.trace(DISTANCES[1:], 0.4, 0.0)
    assert flat.entropy == pytest.approx(margin.entropy, abs=1e-15)


def test_a_wall_as_a_loss_is_a_margin():
    """Through the tables of a loss, here ∞ below κ̃ and 0 above, comes what the tails H give for a margin."""
    margin = 0.3
    barrier = Loss("wall", lambda x: np.where(np.asarray(x) < margin, 1.0, 0.0), bends=((margin, 0.0),), saturates=margin)
    for distance in (0.02, 0.1):
        state = franz_parisi.solve(distance, 0.5, margin)
        x = np.log([state.p_hat - state.t0_hat**2 / state.reference.q_hat, state.t0_hat])
        x = np.array([*x, state.delta_hat])
        hard = Equations(state.reference, 0.0)
        soft = Equations(state.reference, 0.0)
        soft.constraint = Boltzmann(barrier, 800.0, soft.Q, soft.one_minus_Q)
        expected, got = (dataclasses.asdict(e.state(x, distance, COARSE)) for e in (hard, soft))
        for name in ("entropy", "slope", "replicon"):
            assert got[name] == pytest.approx(expected[name], abs=2e-10)


def test_cold_walls_lead_to_the_margin():
    """As β grows, the Gibbs states of a kinked loss become the solutions of its margin; what is left falls like 1/β."""
    hinge = Loss("hinge", lambda x: np.maximum(-np.asarray(x), 0.0), bends=((0.0, 0.0),), saturates=0.0)
    limit = franz_parisi.trace([0.2], 0.3, 0.0).entropy[0]
    first, second = (
        franz_parisi.around(cross_entropy.solve(0.3, loss=hinge, beta=beta), [0.2]).entropy[0] - limit
        for beta in (200.0, 400.0)
    )
    assert abs(first) < 0.05
    assert first / second == pytest.approx(2.0, rel=0.1)


def around_anything(alpha, distance):
    """Solutions around a random configuration, which the patterns know nothing of: two unknowns, p and p̂ with the field δ̂.

        φ = −p̂(1−p)/2 − t₁δ̂ + ∫Dy ln 2cosh(√p̂ y + δ̂) + α ∫Dy ln H(−√p y/√(1−p))
    """
    z, t1 = np.linspace(-9, 9, 2001), 1 - 2 * distance
    Dz = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])

    def terms(x):
        p, p_hat, delta = 1 / (1 + math.exp(-x[0])), math.exp(x[1]), x[2]
        c = math.sqrt(p / (1 - p)) * z
        mills = np.exp(-c * c / 2 - log_ndtr(c)) / math.sqrt(2 * math.pi)
        field = math.sqrt(p_hat) * z + delta
        return p, p_hat, delta, log_ndtr(c), mills, field

    def equations(x):
        p, p_hat, delta, _, mills, field = terms(x)
        return [Dz @ np.tanh(field) ** 2 - p, Dz @ np.tanh(field) - t1, alpha / (1 - p) * (Dz @ mills**2) - p_hat]

    found = root(equations, [0.0, 0.0, math.atanh(t1)], tol=1e-12)
    p, p_hat, delta, log_h, _, field = terms(found.x)
    return -p_hat * (1 - p) / 2 - t1 * delta + Dz @ np.logaddexp(field, -field) + alpha * (Dz @ log_h)


def test_hot_references_are_any_configuration():
    """At β → 0 the reference is random; what it still knows of the patterns is of the order of β."""
    limit = around_anything(0.5, 0.2)
    first, second = (
        franz_parisi.around(cross_entropy.solve(0.5, 1.0, beta=beta), [0.2]).entropy[0] - limit for beta in (1e-2, 1e-3)
    )
    assert 0 < second < first < 0.01
    assert first / second == pytest.approx(10.0, rel=0.05)


def test_far_from_the_reference_are_the_typical_solutions(ground):
    state, _ = ground
    distances = np.linspace(0.2, 0.45, 26)
    curve = franz_parisi.around(state, distances)
    top = np.polynomial.Chebyshev.fit(distances, curve.entropy, 18)
    where = np.linspace(0.2, 0.45, 2001)
    assert top(where).max() == pytest.approx(typical.solve(0.6).entropy, abs=1e-8)


@settings(max_examples=5)
@given(alpha=st.floats(0.2, 0.6), gamma=st.floats(1.0, 4.0), distance=st.floats(0.02, 0.6))
def test_states_are_certified_and_below_all_configurations(alpha, gamma, distance):
    curve = franz_parisi.around(cross_entropy.solve(alpha, gamma), [distance])
    assert not curve.ends
    assert curve.error[0] < 1e-9 * max(1.0, curve.p_hat[0]) and curve.residual[0] < 1e-8
    assert curve.entropy[0] <= binary_entropy(distance) + curve.error[0]
    assert curve.normalised[0] == pytest.approx(curve.entropy[0] - binary_entropy(distance), abs=1e-15)


def test_spherical_weights_take_the_same_path():
    hot = cross_entropy.solve(0.8, 1.0, beta=3.0, weights=SPHERICAL)
    curve = franz_parisi.around(hot, [0.1, 0.25])
    assert np.all(curve.residual < 1e-8) and np.all(np.diff(curve.entropy) > 0) and np.all(curve.normalised < 0)


@pytest.mark.parametrize("gamma, beta", [(1.0, 90.0), (20.0, 1e7), (math.inf, 20.0), (2.0, 0.5)])
@pytest.mark.parametrize("sigma", [0.5, 0.05, 1e-3])
def test_the_tables_are_those_of_the_smoothed_weight(gamma, beta, sigma):
    loss = cross_entropy_loss(gamma)
    mu = np.linspace(-TAIL, TAIL, 41)
    expected = smoothed(loss, beta, mu, sigma)
    counts = expected.log_weight > -40.0
    got = lookup(smooth_table(loss, beta, *shape(loss, beta, 0.9, 0.4), sigma, TAIL, 0.1), mu[counts])
    assert got[0] == pytest.approx(expected.log_weight[counts], abs=1e-11)
    assert sigma * got[1] == pytest.approx(expected.slope[counts], abs=1e-10)


def test_bad_input_is_named(ground):
    state, _ = ground
    with pytest.raises(TypeError, match="reference is 0.4; it must be a state"):
        franz_parisi.around(0.4, [0.1])
    with pytest.raises(ValueError, match=r"distance is 1.5; it must be a real number in \(0, 1\)"):
        franz_parisi.around(state, [1.5])
    with pytest.raises(TypeError, match="distances is 0.1"):
        franz_parisi.around(state, 0.1)
    with pytest.raises(ValueError, match="kappa is nan"):
        franz_parisi.around(state, [0.1], kappa=math.nan)
    with pytest.raises(ValueError, match=r"kappa is 0.5; .* \(−∞, 0.3\], the reference's margin at most"):
        franz_parisi.around(typical.solve(0.5, 0.3), [0.1], kappa=0.5)
    with pytest.raises(ValueError, match="reference has the entropy -"):
        franz_parisi.around(typical.saddle_point(0.9, weights=BINARY), [0.1])
