"""Overlap maps in doubles against the printed integrals and closed forms in arbitrary precision."""

import numpy as np
import pytest
from mpmath import mp, mpf

import flatminima
from flatminima import RELU, SIGN
from flatminima.architectures import committee
from flatminima.reference import architectures as twin

GENERIC = {  # made when a test asks for them
    "ReLU": lambda: (RELU, twin.Generic(lambda x: max(x, mpf(0)), [0], digits=12)),
    "sigmoid": lambda: (flatminima.SIGMOID, twin.Generic(lambda x: 1 / (1 + mp.exp(-x)), digits=12)),
    "step": lambda: (
        committee(lambda x: np.sign(x - 0.5), "step", [0.5]),
        twin.Generic(lambda x: mp.sign(x - mpf("0.5")), ["0.5"], digits=12),
    ),
}


@pytest.mark.parametrize("name", GENERIC)
def test_maps_are_the_integrals_of_37(name):
    rho, exact = GENERIC[name]()
    scale = rho.field_scale**2
    assert scale * rho.overlap(0.3) == pytest.approx(float(exact.delta("0.3")), rel=1e-11)
    assert scale * rho.complement(0.25) == pytest.approx(float(exact.delta_3("0.75")), rel=1e-11)
    assert scale * rho.overlap(-0.6) == pytest.approx(float(exact.d_0("-0.6")), rel=1e-11)


@pytest.mark.parametrize("rho, printed", [(SIGN, twin.SIGN), (RELU, twin.RELU)])
@pytest.mark.parametrize("p, q, t, S", [(0.7, 0.6, 0.3, 0.9), (0.999, 0.2, 0.1, 0.99999), (0.5, 0.95, 0.05, 0.4)])
def test_maps_are_the_printed_closed_forms(rho, printed, p, q, t, S):
    scale = rho.field_scale**2
    with mp.workdps(40):
        expected = [printed.delta_3(p), printed.sigma_0(q), printed.sigma_1(q), printed.d_0(t), printed.d_1(S, t)]
        gamma = float(printed.gamma(p, q, t))
    computed = [
        rho.complement(1 - p), rho.overlap(q), rho.complement(1 - q), rho.overlap(t), rho.difference(1 - t, S - t)
    ]
    assert scale * np.array(computed) == pytest.approx(np.array(expected, dtype=float), rel=1e-13)
    assert scale * (rho.overlap(p) - rho.overlap(t) ** 2 / rho.overlap(q)) == pytest.approx(gamma, rel=1e-13)


def test_negative_overlaps_stay_meaningful():
    """(C12) is odd in t; (C18) at −t is that at t less t/2: g(x) − g(−x) = x."""
    for t in (0.2, 0.9):
        assert float(twin.SIGN.d_0(-t)) == pytest.approx(SIGN.overlap(-t), rel=1e-13)
        assert float(twin.RELU.d_0(-t)) == pytest.approx(float(twin.RELU.d_0(t)) - t / 2, rel=1e-13)
