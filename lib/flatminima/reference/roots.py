"""Roots of one-dimensional functions in arbitrary precision: a bracket first, digits second."""

from mpmath import mp, mpf


def bracketed_root(f, low, high, widen):
    """A root of an increasing f to four digits, by the Illinois rule.

    ``low < high`` is a first guess of the bracket; ``widen(end, other)`` returns a new
    end further out, and is called until f(low) ≤ 0 ≤ f(high). The Illinois rule is
    regula falsi with the value at one end halved whenever that end stays put twice:
    it keeps the bracket and does not stall.

    >>> outwards = lambda end, other: end + 2 * (end - other)
    >>> mp.nstr(bracketed_root(lambda x: x**3 - 8, mpf(0), mpf(1), outwards), 3)
    '2.0'
    """
    value_low, value_high = f(low), f(high)
    while value_low > 0:
        low, high, value_high = widen(low, high), low, value_low
        value_low = f(low)
    while value_high < 0:
        low, high, value_low = high, widen(high, low), value_high
        value_high = f(high)
    x, previous, moved = high, low, None
    while abs(x - previous) > mpf("1e-4") * (1 + abs(x)):
        x, previous = high - value_high * (high - low) / (value_high - value_low), x
        value = f(x)
        if value < 0:
            low, value_low = x, value
            value_high /= 2 if moved == "low" else 1
            moved = "low"
        else:
            high, value_high = x, value
            value_low /= 2 if moved == "high" else 1
            moved = "high"
    return x


def secant_root(f, start, digits):
    """A simple root of f near ``start`` to ``digits`` digits, by the secant method.

    >>> with mp.workdps(30):
    ...     mp.nstr(secant_root(lambda x: x**2 - 2, mpf("1.4142"), 25), 25)
    '1.414213562373095048801689'
    """
    low, high = start, start + mpf("1e-6") * (1 + abs(start))
    value_low, value_high = f(low), f(high)
    while abs(high - low) > mpf(10) ** -(digits + 3) * (1 + abs(high)):
        if value_high == value_low:
            break
        following = high - value_high * (high - low) / (value_high - value_low)
        low, value_low = high, value_high
        high, value_high = following, f(following)
    return high
