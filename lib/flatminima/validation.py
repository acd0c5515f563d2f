"""Bad input gets one clear sentence: the parameter, its value, the allowed range."""

import math
from numbers import Integral, Real

import numpy as np


def real_number(name, value, low=-math.inf, high=math.inf, *, closed=False):
    """Return `value` as a float if it is a real number inside the range, else say what is wrong.

    The range is the open interval (`low`, `high`), or [`low`, `high`] with `closed=True`.
    Raises TypeError for what is not a real number and ValueError for what lies outside.

    >>> real_number("alpha", 0.5, low=0)
    0.5
    >>> real_number("alpha", -1, low=0)
    Traceback (most recent call last):
    ValueError: alpha is -1; it must be a real number in (0, ∞).
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; it must be a real number in {_interval(low, high, closed)}.")
    try:
        number = float(value)
    except OverflowError:  # an integer or a fraction beyond the range of doubles
        number = math.inf if value > 0 else -math.inf
    inside = low <= number <= high if closed else low < number < high
    if not inside or not math.isfinite(number):
        raise ValueError(f"{name} is {value!r}; it must be a real number in {_interval(low, high, closed)}.")
    return number


def _interval(low, high, closed):
    bound = {math.inf: "∞", -math.inf: "−∞"}
    left = "[" if closed and math.isfinite(low) else "("
    right = "]" if closed and math.isfinite(high) else ")"
    # fifteen digits: a bound of 1 − 1e-8 must not read 1
    return f"{left}{bound.get(low, format(low, '.15g'))}, {bound.get(high, format(high, '.15g'))}{right}"


def real_array(name, value):
    """Return `value` as an array of floats if it holds real numbers, NaN and infinities among them; raises TypeError.

    >>> real_array("strengths", ["weak"])
    Traceback (most recent call last):
    TypeError: strengths is ['weak']; it must be an array of real numbers.
    """
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":  # NumPy would read numbers from text, and drop imaginary parts
        raise TypeError(f"{name} is {' '.join(repr(value).split()):.80}; it must be an array of real numbers.")
    return array.astype(np.float64, copy=False)


def odd_units(units, most):
    """Return the number K of hidden units if it is odd and at most `most`, else say what is wrong.

    Raises TypeError for what is not an integer and ValueError for an even K or one out of range.

    >>> odd_units(3, most=5)
    3
    >>> odd_units(4, most=5)
    Traceback (most recent call last):
    ValueError: units is 4; it must be an odd number of hidden units from 1 to 5.
    """
    if isinstance(units, bool) or not isinstance(units, Integral):
        raise TypeError(f"units is {units!r}; it must be an odd number of hidden units from 1 to {most}.")
    if units % 2 == 0 or not 1 <= units <= most:
        raise ValueError(f"units is {units!r}; it must be an odd number of hidden units from 1 to {most}.")
    return int(units)
