"""How far two results are apart, in double or in multiple precision."""

import mpmath
import numpy as np


def error_in_scale(got, expected) -> float:
    r"""Largest deviation of `got` from `expected`, in units of the largest expected magnitude.

    $$\max_i |g_i - e_i| \,/\, s, \qquad s = \max_i |e_i| \text{ (or 1 if all } e_i \text{ vanish)}$$

    The shapes must be equal, unless `expected` is one number for all. The arithmetic is that of
    the inputs: doubles stay doubles, mpmath numbers keep their digits. The error may come out
    infinite or NaN; both fail every comparison `error <= tolerance`.

    >>> float(error_in_scale([1.0, 200.0], [1.0, 100.0]))
    1.0
    """
    got, expected = _array(got, "got"), _array(expected, "expected")
    if expected.ndim and got.shape != expected.shape:
        raise ValueError(f"got has shape {got.shape}, but expected has shape {expected.shape}")
    got, expected = got.ravel(), expected.ravel()
    scale = max(np.abs(expected))
    with np.errstate(invalid="ignore"):  # inf - inf and inf / inf: the NaN is the answer
        errors = np.abs(got - expected) / (scale if scale else 1)
    # `max` may step over a NaN
    return float("nan") if any(error != error for error in errors) else max(errors)


def agree(got, expected, digits: int) -> bool:
    """Whether `got` is `expected` to `digits` digits: error in scale at most 10**-digits."""
    if not isinstance(digits, int) or digits < 1:
        raise ValueError(f"digits must be a whole number of at least 1, got {digits!r}")
    with mpmath.workdps(digits + 15):  # more than the tolerance needs, whatever the caller's setting
        error = error_in_scale(got, expected)
        return bool(error <= mpmath.mpf(10) ** -digits)


def _array(values, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number, got none")
    if array.dtype.kind in "biu":
        array = array.astype(float)
    if array.dtype.kind not in "fcO":
        raise TypeError(f"{name} must hold numbers, got {values!r}")
    return array
