"""Local entropy profiles of committees and of spherical weights: limits, derivatives, bounds, and what survives a scan."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.polynomial import Chebyshev
from scipy.integrate import quad
from scipy.special import log_ndtr

from flatminima import BINARY, ERF, PERCEPTRON, RELU, SIGN, SPHERICAL, NoSolution
from flatminima.architectures import Architecture
from flatminima.ensembles import franz_parisi, typical

ARCHITECTURES = [SIGN, RELU, ERF]
MACHINES = [(weights, architecture) for weights in (BINARY, SPHERICAL) for architecture in ARCHITECTURES]
DISTANCES = np.array([0.01, 0.1, 0.25, 0.4, 0.6])
every_machine = pytest.mark.parametrize("weights, architecture", MACHINES)


def sphere(weights, distances):
    return np.array([weights.sphere(d) for d in distances])


@every_machine
def test_without_patterns_every_configuration_counts(weights, architecture):
    bound = sphere(weights, DISTANCES)
    unconstrained = franz_parisi.trace(DISTANCES, 0.6, -3.0, -30.0, weights, architecture)
    assert unconstrained.entropy == pytest.approx(bound, abs=1e-13)
    nearly = [
        (franz_parisi.trace(DISTANCES, alpha, 0.1, 0.0, weights, architecture).entropy - bound) / alpha
        for alpha in (1e-5, 1e-7)
    ]
    assert np.all(nearly[1] < 0)
    assert nearly[0] == pytest.approx(nearly[1], rel=1e-4)


@every_machine
def test_equal_margins_put_the_maximum_at_the_typical_distance(weights, architecture):
    """There the reference drops out: t₁ = t₀ = p = q, and the entropy is the typical one."""
    alpha, kappa = 0.6, 0.05 * architecture.field_scale
    reference = typical.solve(alpha, kappa, weights, architecture)
    d = franz_parisi.maximum_distance(alpha, kappa, kappa, weights, architecture)
    assert d == pytest.approx((1 - reference.q) / 2, abs=1e-7)
    state = franz_parisi.solve((1 - reference.q) / 2, alpha, kappa, kappa, weights, architecture)
    assert state.entropy == pytest.approx(reference.entropy, abs=2e-12)
    assert abs(state.entropy - reference.entropy) <= state.error + reference.error
    assert (state.p, state.t0) == pytest.approx((reference.q, reference.q), abs=1e-8)


@every_machine
def test_larger_reference_margin_keeps_the_height_of_the_maximum(weights, architecture):
    alpha, margin = 0.4, 0.2 * architecture.field_scale
    d = franz_parisi.maximum_distance(alpha, margin, 0.0, weights, architecture)
    own = typical.solve(alpha, 0.0, weights, architecture)
    state = franz_parisi.solve(d, alpha, margin, 0.0, weights, architecture)
    assert state.entropy == pytest.approx(own.entropy, abs=1e-11)
    assert state.p == pytest.approx(own.q, abs=1e-8)
    assert d < (1 - own.q) / 2


@every_machine
def test_slope_is_the_derivative_of_the_entropy(weights, architecture):
    """The derivative of the interpolating polynomial, at a margin below the reference's."""
    low, high = 0.1, 0.25
    nodes = 0.5 * (low + high) + 0.5 * (high - low) * np.cos(np.pi * (np.arange(14) + 0.5) / 14)
    curve = franz_parisi.trace(nodes, 0.6, 0.1 * architecture.field_scale, -0.1, weights, architecture)
    fit = Chebyshev.fit(nodes, curve.entropy, 13, domain=(low, high))
    assert curve.slope == pytest.approx(fit.deriv()(nodes), abs=3e-7)


@every_machine
def test_profile_lies_below_the_geometric_bound_and_falls_with_the_margin(weights, architecture):
    scale = architecture.field_scale
    bound = sphere(weights, DISTANCES)
    stricter, milder = (
        franz_parisi.trace(DISTANCES, 0.5, 0.1 * scale, kappa * scale, weights, architecture).entropy for kappa in (0.05, -0.2)
    )
    assert np.all(stricter < milder) and np.all(milder < bound)


@pytest.mark.parametrize("weights", [BINARY, SPHERICAL])
def test_linear_activation_is_the_perceptron(weights):
    """g(x) = 3x: the field has the standard deviation 3, the margins are measured in it, all else is the same."""
    linear = Architecture("linear", PERCEPTRON.difference, PERCEPTRON.slope, PERCEPTRON.curvature, field_scale=3.0)
    ours = franz_parisi.trace(DISTANCES, 0.5, 0.6, 0.3, weights, linear)
    perceptron = franz_parisi.trace(DISTANCES, 0.5, 0.2, 0.1, weights, PERCEPTRON)
    assert ours.entropy == pytest.approx(perceptron.entropy, abs=1e-12)
    assert ours.slope == pytest.approx(perceptron.slope, abs=1e-9)


def near_loss(q, architecture, spread):
    """ρ_v(0) ∫_0^∞ dv ∫Dz ln H(−v − √spread z): what a pattern costs close by, over √(1 − P)."""
    Q = architecture.overlap(q)
    ratio = math.sqrt(Q / (1 - Q))
    density = lambda x: math.exp(-0.5 * x * x - 0.5 * (ratio * x) ** 2 - log_ndtr(ratio * x)) / (2 * math.pi)
    gauss = lambda z, v: math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) * log_ndtr(v + math.sqrt(spread) * z)
    averaged = lambda v: quad(gauss, -10, 10, args=(v,))[0] if spread else log_ndtr(v)
    return quad(density, -10, 10)[0] / math.sqrt(1 - Q) * quad(averaged, 0, 20, epsabs=1e-10)[0]


@pytest.mark.parametrize("architecture, spread", [(SIGN, math.sqrt(2) - 1), (RELU, 0.0), (ERF, 0.0), (PERCEPTRON, 0.0)])
def test_spherical_weights_close_to_the_reference(architecture, spread):
    """The cost of the patterns vanishes like √(1 − ρ(t₁²)): as d^{1/2}, and for sign units as d^{1/4}.

    The neighbour's field is T₁v + √η z + √(1 − P) z′ with v > 0, and η/(1 − P) → √2 − 1 (sign) or 0.
    """
    distances = np.array([1e-12, 1e-10])
    curve = franz_parisi.trace(distances, 1.0, 0.0, 0.0, SPHERICAL, architecture)
    width = np.sqrt([architecture.complement(4 * d * (1 - d)) for d in distances])
    ratio = (curve.entropy - sphere(SPHERICAL, distances)) / (width * near_loss(curve.reference.q, architecture, spread))
    assert ratio[0] == pytest.approx(1.0, abs=2e-4)
    assert abs(ratio[0] - 1) < abs(ratio[1] - 1) < 1e-3


def test_a_reference_of_binary_weights_is_isolated():
    """At κ̃ = κ the profile is negative close by and positive further out."""
    for architecture in ARCHITECTURES:
        for alpha in (0.4, 0.6, 0.75):
            curve = franz_parisi.trace(np.geomspace(0.003, 0.3, 12), alpha, 0.0, 0.0, BINARY, architecture)
            entropy = curve.entropy[np.isfinite(curve.entropy)]  # a branch may end, once it is negative
            assert entropy[0] < 0 < entropy[-1]
            assert np.sum(np.diff(np.sign(entropy)) != 0) == 1


SHORTFALLS = st.sampled_from([0.0, 1e-3]) | st.floats(0.0, 3.0)


@settings(max_examples=25)
@given(
    machine=st.sampled_from(MACHINES),
    alpha=st.floats(math.log(0.02), math.log(2.0)).map(math.exp),
    kappa_reference=st.floats(-2.0, 1.0),
    shortfall=SHORTFALLS,
    distance=st.floats(math.log(1e-5), math.log(0.8)).map(math.exp),
)
@example(machine=(BINARY, RELU), alpha=0.6, kappa_reference=0.0, shortfall=0.0, distance=0.001)
@example(machine=(SPHERICAL, SIGN), alpha=2.0, kappa_reference=0.5, shortfall=0.0, distance=0.3)
def test_every_machine_returns_a_certified_state_or_a_reason(machine, alpha, kappa_reference, shortfall, distance):
    """Margins in units of the output field."""
    weights, architecture = machine
    margins = np.array([kappa_reference, kappa_reference - shortfall]) * architecture.field_scale
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        state = franz_parisi.solve(distance, alpha, *margins.tolist(), weights, architecture)
    if not state:
        assert isinstance(state, NoSolution) and state.reason.endswith(".")
        return
    assert state.residual < 1e-8 and state.error < 1e-9 * max(1.0, state.p_hat)
    assert state.normalised <= state.error
    assert -1 < state.p < 1 and math.isfinite(state.slope) and state.p_hat >= 0
