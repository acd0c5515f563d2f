"""The pattern of three units: P against its definition in high precision, and its derivatives against mpmath's."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.architectures.decision import MAJORITY, PARITY
from flatminima.ensembles.finite_committee.pattern import pattern

DECISIONS = {
    MAJORITY: lambda a, b, c: a * b + a * c + b * c - 2 * a * b * c,
    PARITY: lambda a, b, c: (1 + (2 * a - 1) * (2 * b - 1) * (2 * c - 1)) / 2,
}
fields = st.tuples(*3 * [st.floats(-15.0, 15.0)])


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
@settings(max_examples=15)
@given(fields)
def test_value_and_derivatives(decision, h):
    value, gradient, hessian = pattern(*h, np.array(decision.correct(3), dtype=np.int64))
    with mp.workdps(260):  # P is formed by subtraction here, down to exp(−330)
        step, scale = mp.mpf(10) ** -50, 1.0 + max(map(abs, h)) ** 2
        units = lambda i, j: [mp.ncdf(mp.mpf(x) + step * ((n == i) + (n == j))) for n, x in enumerate(h)]
        log_p = lambda i, j: mp.log(DECISIONS[decision](*units(i, j)))
        here = log_p(-1, -1)
        assert abs(value - here) < 3e-15 * scale
        for i in range(3):
            j = (i + 1) % 3
            aside, other, both, twice = log_p(i, -1), log_p(j, -1), log_p(i, j), log_p(i, i)
            assert abs(gradient[i] - (aside - here) / step) < 1e-14 * scale
            assert abs(hessian[i, j] - (both - aside - other + here) / step**2) < 1e-13 * scale
            assert abs(hessian[i, i] - (twice - 2 * aside + here) / step**2) < 1e-13 * scale


@given(fields)
def test_units_are_interchangeable(h):
    correct = np.array(MAJORITY.correct(3), dtype=np.int64)
    _, gradient, hessian = pattern(*h, correct)
    _, turned, turned_hessian = pattern(h[1], h[2], h[0], correct)
    assert np.allclose(np.roll(gradient, -1), turned, rtol=0, atol=1e-13 * (1 + max(map(abs, h)) ** 2))
    assert abs(hessian[0, 1] - turned_hessian[2, 0]) < 1e-13 * (1 + max(map(abs, h)) ** 2)


@pytest.mark.parametrize(
    "units, error, words", [(2, ValueError, "units is 2"), (5, ValueError, "from 1 to 3"), (True, TypeError, "units is True")]
)
def test_bad_number_of_units(units, error, words):
    with pytest.raises(error, match=words):
        MAJORITY.correct(units)
