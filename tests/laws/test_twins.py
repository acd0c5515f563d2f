"""Float against mpmath: the two agree, and the error estimate of a state never understates the true error."""

import numpy as np
import pytest
from mpmath import mp

from flatminima.ensembles import franz_parisi, typical
from flatminima.reference import franz_parisi as franz_parisi_twin
from flatminima.reference import typical as typical_twin
from flatminima.reference.arithmetic import Digits, Doubles
from flatminima.reference.franz_parisi import Reference, Unknowns

random = np.random.default_rng(2021)
LOADS_AND_MARGINS = [(10**random.uniform(-2, 0.4), random.uniform(-2, 0.5)) for _ in range(40)]

# distance, alpha, kappa_reference, kappa
IN_MANY_DIGITS = [
    (0.1, 0.5, 0.418, 0.0),  # close to κ_max
    (0.3, 0.7, 0.05, 0.05),  # κ̃ = κ
    (0.1, 1.2, -0.4, -0.6),  # beyond α_c(0), negative margins
]
PROFILES = IN_MANY_DIGITS + [
    (0.2, 0.5, 0.3, 0.0),
    (0.005, 0.5, 0.1, 0.0),
    (0.6, 0.3, 0.2, -0.5),  # beyond the maximum
    (0.02, 0.05, 2.0, 1.9),
    (0.1, 2.0, -0.9, -1.0),
]


@pytest.mark.parametrize("alpha, kappa", LOADS_AND_MARGINS)
def test_typical_entropy_and_its_error(alpha, kappa):
    """Stationarity makes the twin at the float's order parameters as good as at its own."""
    state = typical.saddle_point(alpha, kappa)
    if not state:
        assert alpha > 0.5  # the saddle point reaches q = 1 far beyond the capacity only
        return
    truth = typical_twin.free_entropy(state.q, state.q_hat, alpha, kappa, digits=20)
    assert abs(state.entropy - truth) <= state.error < 1e-12
    residual = typical_twin.conjugate_overlap(state.q, alpha, kappa, digits=20) / state.q_hat - 1
    assert abs(residual) < 1e-13 + 1e-15 / state.one_minus_q


def twin_reference(state):
    own = typical_twin.solve(state.reference.alpha, state.reference.kappa, digits=15)
    return Reference(own.alpha, own.kappa, state.kappa, own.q, own.q_hat)


@pytest.mark.parametrize("profile", IN_MANY_DIGITS)
def test_local_entropy_and_its_error(profile):
    """The twin finds the reference by itself; φ is stationary in all else."""
    state = franz_parisi.solve(*profile)
    with mp.workdps(25):
        order_parameters = map(mp.mpf, (state.distance, state.p, state.t0, state.p_hat, state.t0_hat, state.delta_hat))
        truth = franz_parisi_twin.entropy_in(Digits(15), twin_reference(state), *order_parameters)
        assert abs(state.entropy - truth) <= state.error < 1e-10


@pytest.mark.parametrize("profile", PROFILES)
def test_a_stored_state_is_verified_by_one_evaluation(profile):
    """The twin's saddle equations, of other form and order of integration, at the stored order parameters."""
    state = franz_parisi.solve(*profile)
    reference = Reference(*profile[1:], state.reference.q, state.reference.q_hat)
    unknowns = Unknowns(state.p, state.t0, state.delta_hat)
    hats = franz_parisi_twin.hats(unknowns, state.distance, reference, Doubles)
    assert (state.p_hat, state.t0_hat) == pytest.approx(hats, rel=1e-9)
    assert franz_parisi_twin.residual(unknowns, state.distance, reference, Doubles) == pytest.approx([0, 0, 0], abs=1e-10)
    assert state.residual < 1e-9


def test_every_row_of_a_curve_is_verified_by_one_evaluation():
    curve = franz_parisi.trace(np.linspace(0.02, 0.6, 30), 0.5, 0.3)
    reference = Reference(0.5, 0.3, 0.0, curve.reference.q, curve.reference.q_hat)
    for d, *order_parameters, delta_hat, entropy in zip(
        curve.distances, curve.p, curve.t0, curve.p_hat, curve.t0_hat, curve.delta_hat, curve.entropy
    ):
        p, t0, p_hat, t0_hat = order_parameters
        unknowns = Unknowns(p, t0, delta_hat)
        assert (p_hat, t0_hat) == pytest.approx(franz_parisi_twin.hats(unknowns, d, reference, Doubles), rel=1e-9)
        value = franz_parisi_twin.entropy_in(Doubles, reference, d, *order_parameters, delta_hat)
        assert entropy == pytest.approx(value, abs=1e-11)


def test_the_slope_is_the_twin_s():
    state = franz_parisi.solve(0.2, 0.5, 0.3)
    twin = franz_parisi_twin.solve(0.2, 0.5, 0.3, start=(state.p, state.t0, state.delta_hat), digits=10)
    assert state.slope == pytest.approx(float(twin.slope), abs=1e-10)


@pytest.mark.parametrize("kappa", [-1.5, 0.0, 0.7])
def test_capacity(kappa):
    assert typical.critical_capacity(kappa) == pytest.approx(float(typical_twin.critical_capacity(kappa, digits=16)), rel=1e-13)


@pytest.mark.parametrize("alpha", [0.5, 1.5])
def test_maximum_margin(alpha):
    assert typical.max_margin(alpha) == pytest.approx(float(typical_twin.max_margin(alpha, digits=12)), abs=1e-12)
