"""The arbitrary-precision saddle point of unveiling-2021 (13): limits, consistency, stationarity."""

from mpmath import mp, mpf
import pytest

from flatminima.reference import typical


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
