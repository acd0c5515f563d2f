"""The pattern of three units: P against its definition in high precision, and its derivatives against mpmath's."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.architectures.decision import MAJORITY, PARITY
from flatminima.ensembles.finite_committee.pattern import pattern

DECISIONS = {
    MAJORITY: lambda a, b, c: a * b + a * c + b * c - 2 * a * b * c,
    PARITY: lambda a, b, c: (1 + (2 * a - 1) * (2 * b - 1) * (2 * c - 1)) / 2,
}
fields = st.tuples(*3 * [st.floats(-25.0, 25.0)])


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
@given(fields)
def test_value_and_derivatives(decision, h):
    value, gradient, hessian = pattern(*h, np.array(decision.correct(3), dtype=np.int64))
    with mp.workdps(700):  # P is formed by subtraction here, from as little as exp(−625)
        log_p = lambda *x: mp.log(DECISIONS[decision](*map(mp.ncdf, x)))
        exact = [mp.mpf(x) for x in h]
        scale = 1.0 + max(map(abs, h)) ** 2
        assert abs(value - log_p(*exact)) < 3e-15 * scale
        for i in range(3):
            order = np.eye(3, dtype=int)[i]
            step = mp.mpf(10) ** -200
            shifted = [[x + s * step * int(o) for x, o in zip(exact, order)] for s in (-1, 1)]
            low, high = log_p(*shifted[0]), log_p(*shifted[1])
            assert abs(gradient[i] - (high - low) / (2 * step)) < 1e-14 * scale
            assert abs(hessian[i, i] - (high - 2 * log_p(*exact) + low) / step**2) < 1e-13 * scale
            assert hessian[i, (i + 1) % 3] == hessian[(i + 1) % 3, i]


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
