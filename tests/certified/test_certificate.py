"""The ball-arithmetic proof of α_c(0): its digits, its ingredients, and what it says without Arb."""

import sys

from mpmath import mp, mpf
import pytest

from flatminima.reference import certificate, effective_overlaps, typical
from flatminima.reference.ball_integrals import BallIntegrals
from flatminima.reference.trapezoid import expectation

flint = pytest.importorskip("flint")


def test_the_proved_ball_holds_the_fifty_digits_of_the_trapezoid_rule():
    proved = certificate.critical_capacity(digits=40)
    found = typical.zero_entropy_saddle(0, digits=50)
    for ball, value in ((proved.alpha, found.alpha), (proved.q, found.q), (proved.q_hat, found.q_hat)):
        assert ball.rad() < 1e-35
        with flint.ctx.workprec(300), mp.workdps(60):
            fifty_digits = flint.arb(mp.nstr(value, 60)) + flint.arb(0, 1e-49)
            assert ball.contains(fifty_digits)
    assert proved.box[0] < proved.q_hat < proved.box[1]


@pytest.mark.parametrize("deltas", [effective_overlaps.SIGN, effective_overlaps.RELU], ids=lambda deltas: deltas.name)
def test_the_proved_capacities_of_committees_hold_the_digits_of_the_trapezoid_rule(deltas):
    proved = certificate.critical_capacity(digits=22, deltas=deltas)
    found = typical.zero_entropy_saddle(0, 30, deltas)
    for ball, value in ((proved.alpha, found.alpha), (proved.q, found.q), (proved.q_hat, found.q_hat)):
        assert ball.rad() < 1e-20
        with flint.ctx.workprec(150), mp.workdps(40):
            assert ball.contains(flint.arb(mp.nstr(value, 35)) + flint.arb(0, 1e-29))


@pytest.mark.parametrize("deltas", [effective_overlaps.SIGN, effective_overlaps.RELU, effective_overlaps.ERF],
                         ids=lambda deltas: deltas.name)
def test_the_slope_of_a_committee_on_the_box_holds_its_difference_quotients(deltas):
    slope = certificate.slope_on_box(48, deltas)
    with mp.workdps(25):
        width = mpf("1e-5")
        for s in ("0.51", "1.3", "2.99"):
            ahead, behind = (typical.saddle_at(mpf(s) + sign * width, 0, 15, deltas=deltas).entropy for sign in (1, -1))
            assert slope.contains(flint.arb(float((ahead - behind) / (2 * width))))


@pytest.mark.parametrize("name", [
    "mean_square_sech", "slope_of_square_sech", "mean_log_2cosh",
    "mean_square_mills", "slope_of_square_mills", "mean_log_H",
])
def test_each_enclosure_holds_the_average_computed_another_way(name):
    def inverse_mills(x):
        return mp.npdf(x) / mp.ncdf(-x)

    with mp.workdps(30):
        a = mpf("1.25")
        integrand = {
            "mean_square_sech": lambda z: mp.sech(a * z) ** 2,
            "slope_of_square_sech": lambda z: -2 * z * mp.tanh(a * z) * mp.sech(a * z) ** 2,
            "mean_log_2cosh": lambda z: mp.log(2 * mp.cosh(a * z)),
            "mean_square_mills": lambda z: inverse_mills(a * z) ** 2,
            "slope_of_square_mills": lambda z: 2 * z * inverse_mills(a * z) * mp.diff(inverse_mills, a * z),
            "mean_log_H": lambda z: mp.log(mp.ncdf(-a * z)),
        }[name]
        value = expectation(integrand, 20, strip=1.2)
        with flint.ctx.workprec(80):
            ball = getattr(BallIntegrals(12), name)(flint.arb(1.25))
            assert ball.rad() < 1e-9
            assert ball.contains(flint.arb(mp.nstr(value, 25)) + flint.arb(0, 1e-18))


def test_the_slope_on_the_box_holds_the_difference_quotients_of_the_entropy():
    slope = certificate.slope_on_box(48)
    with mp.workdps(25):
        width = mpf("1e-5")
        for s in ("0.51", "1", "1.6", "2.99"):
            ahead, behind = (typical.saddle_at(mpf(s) + sign * width, 0, 15).entropy for sign in (1, -1))
            quotient = float((ahead - behind) / (2 * width))
            assert slope.contains(flint.arb(quotient))


def test_without_python_flint_one_sentence_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(ImportError, match="needs python-flint, which the extra 'test' installs"):
        certificate.critical_capacity()
