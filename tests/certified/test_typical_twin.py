"""The arbitrary-precision saddle point of unveiling-2021 (13): limits, consistency, stationarity."""

import math

from mpmath import mp, mpf
import pytest
from scipy.integrate import quad

from flatminima.reference import effective_overlaps, priors, typical


def test_critical_capacity_does_not_depend_on_the_working_precision():
    fifty = typical.critical_capacity(0, digits=50)
    sixty = typical.critical_capacity(0, digits=60)
    with mp.workdps(70):
        assert abs(fifty - sixty) < mpf(10) ** -50


def test_without_patterns_every_configuration_counts():
    with mp.workdps(30):
        state = typical.solve("1e-12", digits=20)
        assert abs(state.entropy - mp.log(2)) < mpf("1e-12")
        annealed = mp.log(2) * (1 - mpf("1e-12"))
        # The saddle point improves on the annealed entropy (1 − α) ln 2 at order α² only.
        assert abs(state.entropy - annealed) < mpf("1e-20")


@pytest.mark.parametrize("kappa", ["-0.7", "0", "0.3"])
def test_solved_state_makes_the_printed_free_entropy_stationary(kappa):
    with mp.workdps(40):
        state = typical.solve("0.3", kappa, digits=20)
        slope_q = mp.diff(
            lambda q: typical.free_entropy(q, state.q_hat, state.alpha, kappa, digits=35),
            state.q,
            h=mpf("1e-12"),
        )
        slope_q_hat = mp.diff(
            lambda q_hat: typical.free_entropy(state.q, q_hat, state.alpha, kappa, digits=35),
            state.q_hat,
            h=mpf("1e-12"),
        )
        assert abs(slope_q) < mpf("1e-11")
        assert abs(slope_q_hat) < mpf("1e-11")


def test_maximum_margin_and_critical_capacity_are_inverse_functions():
    margin = typical.max_margin("0.5", digits=15)
    with mp.workdps(25):
        assert abs(typical.critical_capacity(margin, digits=15) - mpf("0.5")) < mpf("1e-14")


@pytest.mark.parametrize("deltas", [effective_overlaps.SIGN, effective_overlaps.RELU, effective_overlaps.ERF],
                         ids=lambda deltas: deltas.name)
def test_the_effective_overlaps_are_averages_of_outputs(deltas):
    """Δ₋₁, Δ and Δ₂ from their definition, with v = q u + √(1 − q²) w; derivatives by difference."""
    g = {"sign": math.copysign, "relu": lambda one, x: max(x, 0.0), "erf": lambda one, x: math.erf(x / math.sqrt(2))}[deltas.name]
    density = lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    average = lambda f, kink=0.0: sum(quad(lambda x: density(x) * f(x), *ends)[0] for ends in ((-9, kink), (kink, 9)))
    q, root = 0.4, math.sqrt(1 - 0.4**2)
    product = average(lambda u: g(1, u) * average(lambda w: g(1, q * u + root * w), -q * u / root))
    assert abs(product - deltas.at(mpf(q), mp)) < 1e-9
    assert abs(average(lambda u: g(1, u)) ** 2 - deltas.lowest(mp)) < 1e-9
    assert abs(average(lambda u: g(1, u) ** 2) - deltas.highest(mp)) < 1e-9
    q = mpf(q)
    with mp.workdps(30):
        assert abs(mp.diff(lambda q: deltas.at(q, mp), q) - deltas.slope(q, mp)) < 1e-12
        assert abs(mp.diff(lambda q: deltas.slope(q, mp), q) - deltas.bend(q, mp)) < 1e-12
        near = 1 - mpf("1e-16")
        quotient = (deltas.highest(mp) - deltas.at(near, mp)) / (1 - near)
        assert quotient > 1e7 if deltas.name == "sign" else abs(quotient - deltas.delta_delta(mp)) < 1e-7


@pytest.mark.parametrize("deltas", [effective_overlaps.SIGN, effective_overlaps.RELU], ids=lambda deltas: deltas.name)
def test_spherical_saddle_points_make_the_printed_free_entropy_stationary(deltas):
    """(B1) with its own parameter Q̂ free: stationary in all three."""
    with mp.workdps(40):
        state = typical.saddle_at("1.5", "0.2", 20, priors.SPHERICAL, deltas)
        Q_hat = 1 / (1 - state.q) - state.q_hat

        def printed(q, q_hat, Q_hat):
            entropic = (Q_hat + q * q_hat + mp.log(2 * mp.pi / (Q_hat + q_hat)) + q_hat / (Q_hat + q_hat)) / 2
            return entropic + state.alpha * typical.energetic_term(q, "0.2", 35, deltas)

        at = [state.q, state.q_hat, Q_hat]
        assert abs(printed(*at) - state.entropy) < 1e-19
        for k in range(3):
            along = lambda x: printed(*at[:k], x, *at[k + 1 :])
            assert abs(mp.diff(along, at[k], h=mpf("1e-12"))) < 1e-11
