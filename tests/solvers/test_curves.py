"""The dip of a curve: its value and place are those of the lowest interior minimum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.curves import dip


@given(place=st.floats(-0.9, 0.9), depth=st.floats(-2, 2), width=st.floats(0.5, 3))
def test_a_smooth_dip_is_found_to_ten_digits(place, depth, width):
    value, x = dip(lambda x: depth + np.cosh((x - place) / width), np.linspace(-2, 2, 21))
    assert value == pytest.approx(depth + 1, abs=1e-10)
    assert x == pytest.approx(place, abs=1e-6)


def test_of_two_dips_the_deeper_counts():
    curve = lambda x: (x**2 - 1) ** 2 - 0.1 * x
    value, x = dip(curve, np.linspace(-2, 2, 41))
    assert x == pytest.approx(max(np.roots([4, 0, -4, -0.1]).real), abs=1e-6) and value == pytest.approx(curve(x), abs=1e-10)


def test_an_end_is_no_dip():
    """x³ falls to the left without a minimum: the flattest of the points stands in."""
    assert dip(lambda x: x**3, np.linspace(-1, 1, 9)) == (pytest.approx(0.0, abs=0.02), pytest.approx(0.0, abs=0.26))


def test_what_a_branch_has_not_reached_is_passed_over():
    curve = lambda x: np.where(x < -0.75, np.nan, x**2)
    value, x = dip(curve, np.linspace(-1, 1, 11))
    assert value == pytest.approx(0.0, abs=1e-12) and x == pytest.approx(0.0, abs=1e-9)
