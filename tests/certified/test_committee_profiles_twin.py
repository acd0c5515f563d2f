"""The twin of (C2)–(C20) against adaptive quadrature of the printed integrals, and the float code against the twin."""

import math

import numpy as np
import pytest
from mpmath import mp
from scipy.integrate import dblquad, quad

from flatminima import BINARY, ERF, RELU, SIGN, SPHERICAL
from flatminima.ensembles import franz_parisi
from flatminima.reference import committee_profiles as twin
from flatminima.reference import effective_overlaps, planted_priors
from flatminima.reference.arithmetic import Digits, Doubles
from flatminima.reference.franz_parisi import Reference, Unknowns

DELTAS = {SIGN: effective_overlaps.SIGN, RELU: effective_overlaps.RELU, ERF: effective_overlaps.ERF}
PRIORS = {BINARY: planted_priors.BINARY, SPHERICAL: planted_priors.SPHERICAL}
MACHINES = [(weights, architecture) for weights in PRIORS for architecture in DELTAS]
every_machine = pytest.mark.parametrize("weights, architecture", MACHINES)

REFERENCE = Reference(0.5, 0.1, -0.05, 0.519, 0.519 / (1 - 0.519) ** 2)
P, T0, T1 = 0.6, 0.46, 0.75
P_HAT, T0_HAT, DELTA_HAT = 1.3, 1.1, 0.6


def H(x):
    return math.erfc(x / math.sqrt(2)) / 2


def gaussian(x):
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def printed_sign():
    """(C9)–(C14) at q, p, t₀, t₁ as above."""
    q, p, t, S = REFERENCE.q, P, T0, T1
    delta_3 = 2 / math.pi * math.acos(p)
    sigma_0, sigma_1 = 1 - 2 / math.pi * math.acos(q), 2 / math.pi * math.acos(q)
    d_0 = 2 / math.pi * math.atan(t / math.sqrt(1 - t * t))
    d_1 = 2 / math.pi * (math.atan(S / math.sqrt(1 - S * S)) - math.atan(t / math.sqrt(1 - t * t)))
    return sigma_0, sigma_1, d_0, d_1, 1 - 2 / math.pi * math.acos(p) - d_0**2 / sigma_0, delta_3


def printed_relu():
    """(C15)–(C20)."""
    q, p, t, S = REFERENCE.q, P, T0, T1
    part = lambda x: math.sqrt(1 - x * x) / (2 * math.pi) + x / math.pi * math.atan(math.sqrt((1 + x) / (1 - x)))
    sigma_0, d_0 = part(q) - 1 / (2 * math.pi), part(t) - 1 / (2 * math.pi)
    gamma = part(p) - 1 / (2 * math.pi) - d_0**2 / sigma_0
    return sigma_0, 0.5 - part(q), d_0, part(S) - part(t), gamma, 0.5 - part(p)


@pytest.mark.parametrize(
    "deltas, printed", [(effective_overlaps.SIGN, printed_sign()), (effective_overlaps.RELU, printed_relu())]
)
def test_energetic_term_is_the_printed_double_integral(deltas, printed):
    """(C8) with margins, and with the root over both Σ₀ and Γ."""
    assert twin.fields(Doubles, deltas, REFERENCE, P, T0, T1)[:6] == pytest.approx(printed, abs=1e-14)
    sigma_0, sigma_1, d_0, d_1, gamma, delta_3 = printed
    kappa_reference, kappa = REFERENCE.kappa_reference, REFERENCE.kappa

    def integrand(z_1, z_0):
        a = (kappa_reference - math.sqrt(sigma_0) * z_0) / math.sqrt(sigma_1)
        top = math.sqrt(gamma) * (kappa_reference - math.sqrt(sigma_0) * z_0) - d_1 * z_1
        chi = top / math.sqrt(sigma_1 * gamma - d_1**2)
        eta = (kappa - math.sqrt(gamma) * z_1 - d_0 * z_0 / math.sqrt(sigma_0)) / math.sqrt(delta_3)
        return gaussian(z_0) * gaussian(z_1) * H(chi) * math.log(H(eta)) / H(a)

    direct, _ = dblquad(integrand, -7, 7, -8, 8, epsabs=1e-9, epsrel=1e-9)
    assert twin.energetic_term(Doubles, deltas, REFERENCE, P, T0, T1) == pytest.approx(direct, abs=1e-8)


def test_spherical_entropic_term_is_a_gaussian_integral():
    """(C6) from a weight w in the field g = δ̂w̃ + (t̂₀/√q̂)x + √(p̂ − t̂₀²/q̂)y, its norm kept by P̂.

    Of the reference's weight: e^{−w̃²/2(1−q) + √q̂ x w̃}, so that w̃ = √q x + √(1 − q) z.
    """
    q, q_hat = REFERENCE.q, REFERENCE.q_hat
    rest = P_HAT - T0_HAT**2 / q_hat
    value = planted_priors.spherical_term(Doubles, REFERENCE, P, T0, T1, P_HAT, T0_HAT, DELTA_HAT)
    _, s = planted_priors._bracket(Doubles, REFERENCE, P_HAT, T0_HAT, DELTA_HAT)

    def log_integral(field):  # ln ∫dw e^{−s w²/2 + g w}, with the maximum taken out
        peak = field / s
        return 0.5 * field * peak + math.log(quad(lambda w: math.exp(-0.5 * s * (w - peak) ** 2), peak - 12, peak + 12)[0])

    spread = math.sqrt(rest + DELTA_HAT**2 * (1 - q))  # of y and z together
    slope = DELTA_HAT * math.sqrt(q) + T0_HAT / math.sqrt(q_hat)
    total_spread = math.sqrt(spread**2 + slope**2)  # the field is Gaussian
    average = quad(lambda z: gaussian(z) * log_integral(total_spread * z), -9, 9, epsabs=1e-11)[0]
    legendre = (s - P_HAT) / 2 + P_HAT * P / 2 + T0_HAT * T0 - (T0_HAT + DELTA_HAT) * T1
    assert value == pytest.approx(legendre + average, abs=1e-10)


@every_machine
def test_printed_entropy_is_stationary_at_the_float_saddle_point(weights, architecture):
    """Finite differences of (C2) in every parameter; in d they give the slope."""
    state = franz_parisi.solve(0.15, 0.6, 0.1 * architecture.field_scale, 0.0, weights, architecture)
    reference = Reference(0.6, state.reference.kappa, state.kappa, state.reference.q, state.reference.q_hat)
    names = ("distance", "p", "t0", "p_hat", "t0_hat", "delta_hat")
    at = {name: getattr(state, name) for name in names}
    for name in names:
        values = [
            twin.entropy_in(Doubles, DELTAS[architecture], PRIORS[weights], reference, **(at | {name: at[name] + h}))
            for h in (-2e-4, -1e-4, 1e-4, 2e-4)
        ]
        derivative = np.dot([1, -8, 8, -1], values) / 12e-4
        expected = state.slope if name == "distance" else 0.0
        assert derivative == pytest.approx(expected, abs=2e-9 * (1 + abs(state.slope))), name


@every_machine
@pytest.mark.parametrize("distance, margins", [(0.3, (0.1, -0.1)), (0.02, (0.0, 0.0))])
def test_stored_state_is_verified_by_one_evaluation(weights, architecture, distance, margins):
    kappa_reference, kappa = (margin * architecture.field_scale for margin in margins)
    state = franz_parisi.solve(distance, 0.5, kappa_reference, kappa, weights, architecture)
    reference = Reference(0.5, kappa_reference, kappa, state.reference.q, state.reference.q_hat)
    unknowns = Unknowns(state.p, state.t0, state.delta_hat)
    hats = twin.hats(unknowns, distance, DELTAS[architecture], reference, Doubles)
    assert (state.p_hat, state.t0_hat) == pytest.approx(hats, rel=1e-8)
    mismatch = twin.residual(unknowns, distance, DELTAS[architecture], PRIORS[weights], reference, Doubles)
    assert mismatch == pytest.approx([0, 0, 0], abs=1e-9)


@pytest.mark.parametrize(
    "weights, architecture, distance, margins",
    [
        (BINARY, SIGN, 0.1, (0.0, 0.0)),
        (BINARY, RELU, 0.02, (0.1, 0.0)),
        (SPHERICAL, SIGN, 0.1, (0.0, 0.0)),
        (SPHERICAL, RELU, 0.3, (0.05, -0.05)),  # a small γ: rounding, which no refinement shows
        (SPHERICAL, ERF, 0.02, (0.1, 0.0)),
    ],
)
def test_entropy_and_its_error(weights, architecture, distance, margins):
    """The twin finds the reference by itself; the entropy is stationary in all else."""
    state = franz_parisi.solve(distance, 0.6, *margins, weights, architecture)
    deltas, prior = DELTAS[architecture], PRIORS[weights]
    with mp.workdps(22):
        reference = twin.reference_state(mp.mpf(0.6), *map(mp.mpf, margins), deltas, prior, digits=17)
        order_parameters = (state.distance, state.p, state.t0, state.p_hat, state.t0_hat, state.delta_hat)
        truth = twin.entropy_in(Digits(15), deltas, prior, reference, *map(mp.mpf, order_parameters))
    assert abs(state.entropy - truth) <= state.error < 1e-10


def test_the_twin_s_own_saddle_point():
    """Two solvers, one state."""
    state = franz_parisi.solve(0.1, 0.6, 0.0, 0.0, SPHERICAL, SIGN)
    reference = twin.reference_state(mp.mpf(0.6), 0, 0, effective_overlaps.SIGN, planted_priors.SPHERICAL, digits=10)
    start = (round(state.p, 2), round(state.t0, 2), round(state.delta_hat, 1))
    own = twin.solve(0.1, reference, effective_overlaps.SIGN, planted_priors.SPHERICAL, start, digits=10)
    for name in ("p", "t0", "p_hat", "t0_hat", "delta_hat", "entropy", "slope"):
        assert float(getattr(own, name)) == pytest.approx(getattr(state, name), abs=1e-8), name
