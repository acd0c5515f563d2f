"""What a parity machine may be asked: whole numbers of replicas and of units, or infinitely many."""

import math
from numbers import Integral, Real

MOST_REPLICAS = 10
MOST_UNITS = 10**6


def whole_number(name, value, high, *, infinite=True):
    """Return `value` as an int from 1 to `high`, or as ∞ where that is allowed, else say what is wrong.

    Raises TypeError for what is no number and ValueError for what is out of range or not whole.

    >>> whole_number("y", 3, 10), whole_number("y", math.inf, 10)
    (3, inf)
    >>> whole_number("y", 2.5, 10)
    Traceback (most recent call last):
    ValueError: y is 2.5; it must be a whole number from 1 to 10, or infinite.
    """
    allowed = f"a whole number from 1 to {high}{', or infinite' if infinite else ''}"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; it must be {allowed}.")
    if infinite and value == math.inf:
        return math.inf
    whole = isinstance(value, Integral) or float(value).is_integer()
    if not whole or not 1 <= value <= high:
        raise ValueError(f"{name} is {value!r}; it must be {allowed}.")
    return int(value)


def three_or_many(units):
    """Return 3 or ∞, else say what is wrong."""
    if isinstance(units, bool) or not isinstance(units, Real):
        raise TypeError(f"units is {units!r}; it must be 3 or infinite.")
    if units not in (3, math.inf):
        raise ValueError(f"units is {units!r}; it must be 3 or infinite.")
    return units
