r"""The Gaussian tail H, its logarithm and the inverse Mills ratio, all three from one evaluation.

Everything is built from two factors of y = \|x\|: the Gaussian factor e = exp(−y²/2) and the scaled
tail s = H(y)/e, which falls slowly, from 1/2 at y = 0 to 1/(y√2π) far out. Then

    x ≥ 0:   H = s e,        log H = log s − x²/2,     A = 1/(s √2π)
    x < 0:   H = 1 − s e,    log H = log(1 − s e),     A = e/(H √2π)

and no step subtracts nearly equal numbers: 1 − s e ≥ 1/2, and log s and −x²/2 are both negative.

The kernels hold no branch, table or library call, only arithmetic and selections, so that LLVM turns
a loop over them into vector instructions. Two rules keep it so. ``error_model="numpy"``: without it
each division carries a test for zero. And of the fast-math freedoms only contraction (a·b + c with
one rounding) and the neglect of the zero's sign: reordering would cancel the roundings that
:func:`_exponential` relies on.
"""

import math
import reprlib

import numpy as np
from numba import njit

from flatminima.gaussian.coefficients import EXPONENTIAL, LOG_2_HIGH, LOG_2_LOW, LOGARITHM, SCALED_TAIL

_FREEDOMS = {"contract", "nsz"}
_kernel = njit(error_model="numpy", fastmath=_FREEDOMS, forceinline=True)
_loop = njit(error_model="numpy", fastmath=_FREEDOMS, cache=True)

_BLOCK = 512  # numbers; four arrays of them fill half of a first-level cache

_LOG_2 = math.log(2.0)
_INVERSE_ROOT_2_PI = 1.0 / math.sqrt(2.0 * math.pi)

# The bits of a double: sign, 11 bits of exponent (1023 stands for 2⁰), 52 bits of fraction.
_FRACTION = (1 << 52) - 1
_HIGH_HALF = -(1 << 27)  # keeps the 26 leading bits, whose square is exact
_BITS_OF_ONE = int(np.float64(1.0).view(np.int64))
_BITS_OF_ROOT_HALF = int(np.float64(math.sqrt(0.5)).view(np.int64))
_BITS_OF_2_52 = int(np.float64(2.0**52).view(np.int64))
_ROUND = 1.5 * 2.0**52  # adding it rounds to an integer, found in the lowest bits of the sum


@_kernel
def _bits(x):
    return np.float64(x).view(np.int64)


@_kernel
def _from_bits(n):
    return np.int64(n).view(np.float64)


@_kernel
def _exponential(a, correction):
    """exp(a + correction) for a ≤ 600, where the correction is too small for a to absorb."""
    # With a = k ln 2 + r and |r| ≤ ln(2)/2, exp(a) = 2ᵏ exp(r). Below −760 the result is zero.
    a = -760.0 if a < -760.0 else a
    shifted = a * (1.0 / _LOG_2) + _ROUND
    k = shifted - _ROUND
    r = (a - k * LOG_2_HIGH) - (k * LOG_2_LOW - correction)
    c, r2 = EXPONENTIAL, r * r
    even = (((c[8] * r2 + c[6]) * r2 + c[4]) * r2 + c[2]) * r2 + c[0]
    odd = (((c[9] * r2 + c[7]) * r2 + c[5]) * r2 + c[3]) * r2 + c[1]
    exp_r = 1.0 + (r + r2 * (even + r * odd))
    # 2ᵏ in two factors: 2ᵏ⁺¹⁰⁰ stays a normal number where 2ᵏ no longer is.
    scale = _from_bits((_bits(shifted) + (1023 + 100)) << 52)
    return exp_r * scale * 2.0**-100


@_kernel
def _gaussian_factor(y):
    """exp(−y²/2) for y ≥ 0, to full relative accuracy: y² to double precision alone would lose y²/2 ulps."""
    y = 39.0 if y > 39.0 else y  # the result is zero from there on
    high = _from_bits(_bits(y) & _HIGH_HALF)
    return _exponential(-0.5 * high * high, -0.5 * (y - high) * (y + high))


@_kernel
def _scaled_tail(y):
    """H(y) exp(y²/2) for y ≥ 0, infinity included."""
    v = 1.0 / (y + 4.0)
    t = 1.0 - 8.0 * v  # (y − 4)/(y + 4), which is 1 and not ∞/∞ at infinity
    # Four short chains in t⁴ instead of one long one: they run side by side.
    c, t2 = SCALED_TAIL, t * t
    t4 = t2 * t2
    p0 = (((((c[24] * t4 + c[20]) * t4 + c[16]) * t4 + c[12]) * t4 + c[8]) * t4 + c[4]) * t4 + c[0]
    p1 = ((((c[21] * t4 + c[17]) * t4 + c[13]) * t4 + c[9]) * t4 + c[5]) * t4 + c[1]
    p2 = ((((c[22] * t4 + c[18]) * t4 + c[14]) * t4 + c[10]) * t4 + c[6]) * t4 + c[2]
    p3 = ((((c[23] * t4 + c[19]) * t4 + c[15]) * t4 + c[11]) * t4 + c[7]) * t4 + c[3]
    return ((p0 + t2 * p2) + t * (p1 + t2 * p3)) * v


@_kernel
def _logarithm(w, complement, use_complement):
    """log w for a normal w > 0; with `use_complement`, log(1 − complement), where w is that difference rounded."""
    # w = 2ᵏ m with √½ ≤ m < √2: shifting the exponent's origin from 1 to √½ makes both a matter of bits.
    n = _bits(w) + (_BITS_OF_ONE - _BITS_OF_ROOT_HALF)
    k = _from_bits((n >> 52) | _BITS_OF_2_52) - (2.0**52 + 1023.0)
    m = _from_bits((n & _FRACTION) + _BITS_OF_ROOT_HALF)
    # log m = 2 artanh(z). Near w = 1 the rounding of 1 − complement is all that counts: go around it.
    f = -complement if (use_complement and k == 0.0) else m - 1.0
    z = f / (2.0 + f)
    c, z2 = LOGARITHM, z * z
    z4 = z2 * z2
    low = (c[0] + c[1] * z2) + z4 * (c[2] + c[3] * z2)
    high = (c[4] + c[5] * z2) + z4 * (c[6] + c[7] * z2)
    # 2z = f − z f, and f is known without rounding
    return k * _LOG_2 + (f - z * (f - z2 * (low + z4 * z4 * high)))


@_kernel
def _combine(x, s, e):
    """(H, log H, A) at x from the scaled tail s and the Gaussian factor e at |x|."""
    y, left = abs(x), x < 0.0
    tail = s * e
    w = 1.0 - tail if left else s
    log_w = _logarithm(w, tail, left)
    h = w if left else tail
    log_h = log_w if left else log_w - 0.5 * y * y
    mills = (_INVERSE_ROOT_2_PI * e if left else _INVERSE_ROOT_2_PI) / w
    return h, log_h, mills


@_kernel
def _tail_scalar(x):
    """(H, log H, A) at x, for use inside other kernels; NaN gives NaN three times."""
    return _combine(x, _scaled_tail(abs(x)), _gaussian_factor(abs(x)))


@_kernel
def _split_tail(x):
    """(s, A) with H(x) = s exp(−max(x, 0)²/2): a ratio of two H whose exponents are combined first."""
    s, e = _scaled_tail(abs(x)), _gaussian_factor(abs(x))
    w = 1.0 - s * e if x < 0.0 else s
    return w, (_INVERSE_ROOT_2_PI * e if x < 0.0 else _INVERSE_ROOT_2_PI) / w


@_loop
def _fill_tails(x, h, log_h, mills):
    # Two short loops a block run a quarter faster than one long one: a processor looks some 200
    # instructions ahead, and finds more independent work in two rounds of a short loop than in one
    # of a long one. Until the second loop, h and log_h hold s and e; a block stays in the cache.
    for start in range(0, x.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        xs, hs, logs, ms = x[block], h[block], log_h[block], mills[block]
        for i in range(xs.size):
            hs[i], logs[i] = _scaled_tail(abs(xs[i])), _gaussian_factor(abs(xs[i]))
        for i in range(xs.size):
            hs[i], logs[i], ms[i] = _combine(xs[i], hs[i], logs[i])


# In these three the compiler removes what a result does not need.
@_loop
def _fill_h(x, h):
    for i in range(x.size):
        h[i] = _tail_scalar(x[i])[0]


@_loop
def _fill_log_h(x, log_h):
    for i in range(x.size):
        log_h[i] = _tail_scalar(x[i])[1]


@_loop
def _fill_mills(x, mills):
    for i in range(x.size):
        mills[i] = _tail_scalar(x[i])[2]


def _elementwise(fill, count, x):
    """The `count` arrays that `fill` computes from x, each in the shape of x; scalars from a scalar."""
    given, x = x, np.asarray(x)
    if x.dtype.kind not in "iuf":
        raise TypeError(f"x is {reprlib.repr(given)}; it must be a real number or an array of real numbers.")
    flat = np.ascontiguousarray(x, dtype=np.float64).ravel()
    if np.isnan(np.min(flat, initial=0.0)):  # the minimum is NaN as soon as one entry is
        raise ValueError(f"x is {reprlib.repr(given)}; every entry must be a real number or ±∞, not NaN.")
    results = [np.empty(flat.size) for _ in range(count)]
    fill(flat, *results)
    return tuple(result.reshape(x.shape)[()] for result in results)


def H(x):
    r"""Return the probability that a standard normal variable exceeds x.

    .. math:: H(x) = \int_x^\infty Dz = \tfrac12\,\mathrm{erfc}(x/\sqrt2)
        \qquad \text{(unveiling-2021 (H), relu-2019 (Dz, H), shaping-2020 (H, Dv))}

    `x` is a number or an array of any shape, infinities included; the result has its shape. Raises
    TypeError for what is not a real number and ValueError for NaN. The relative error is at most
    2e-15 up to x = 37.5. From there to 38.6 the result is subnormal and right to one unit in its
    last place, 5e-324; beyond, it is zero. There :func:`log_H` keeps its accuracy.

    >>> f"{H(0.0):.15f}"
    '0.500000000000000'
    """
    return _elementwise(_fill_h, 1, x)[0]


def log_H(x):
    r"""Return the logarithm of the Gaussian tail, far beyond the point where H itself underflows.

    .. math:: \log H(x) = \log \int_x^\infty Dz

    `x` is a number or an array of any shape, infinities included; the result has its shape. Raises
    TypeError for what is not a real number and ValueError for NaN. The relative error is at most
    2e-15 from x = −37.5 to 1e150. Further left log H ≈ −H(−x) is subnormal, then zero.

    >>> f"{log_H(100.0):.12f}"     # −x²/2 − log(x√2π) − 1/x² + …
    '-5005.524208694205'
    """
    return _elementwise(_fill_log_h, 1, x)[0]


def inverse_mills(x):
    r"""Return the inverse Mills ratio, the mean of a standard normal variable known to exceed x.

    .. math:: A(x) = \frac{G(x)}{H(x)} = -\frac{d}{dx} \log H(x), \qquad G(x) = \frac{e^{-x^2/2}}{\sqrt{2\pi}}

    `x` is a number or an array of any shape, infinities included; the result has its shape. Raises
    TypeError for what is not a real number and ValueError for NaN. The relative error is at most
    2e-15 from x = −37.5 to 1e300. Further left A ≈ G(x) is subnormal, then zero.

    >>> f"{inverse_mills(0.0)**2 * np.pi:.14f}"     # A(0) = √(2/π)
    '2.00000000000000'
    """
    return _elementwise(_fill_mills, 1, x)[0]


def tails(x):
    r"""Return H(x), log H(x) and A(x) together, for the price of one.

    .. math:: \bigl(H(x),\ \log H(x),\ A(x)\bigr), \qquad A' = A\,(A - x)

    Argument, errors and accuracy are those of :func:`H`, :func:`log_H` and :func:`inverse_mills`.

    >>> h, log_h, mills = tails([-1.0, 0.0, 1.0])
    >>> f"{h[0] + h[2]:.14f}"
    '1.00000000000000'
    """
    return _elementwise(_fill_tails, 3, x)
