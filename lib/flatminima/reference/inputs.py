"""Bad input to the arbitrary-precision formulas gets one clear sentence."""

from mpmath import mp, mpf


def real(name, value, low=None, high=None, closed=False):
    """``value`` as an mpf: a number or a string of decimals in (low, high), or in [low, high).

    Raises TypeError for what is no number, ValueError for NaN and for what lies outside.

    >>> real("alpha", "-0.1", low=0)
    Traceback (most recent call last):
    ValueError: alpha is -0.1; it must be a finite number in (0, ∞).
    """
    bounds = f"{'[' if closed else '('}{'−∞' if low is None else low}, {'∞' if high is None else mp.nstr(mpf(high), 6)})"
    try:
        number = mpf(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {value!r}; it must be a finite number in {bounds}.") from None
    below = low is not None and (number < low if closed else number <= low)
    above = high is not None and number >= high
    if not mp.isfinite(number) or below or above:
        raise ValueError(f"{name} is {value}; it must be a finite number in {bounds}.")
    return number
