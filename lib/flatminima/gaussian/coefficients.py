r"""The constants of the tail kernel, and their derivation with mpmath.

The kernel of :mod:`flatminima.gaussian.tails` needs three smooth functions on a finite interval:

- ``SCALED_TAIL``: :math:`(y + 4)\, H(y)\, e^{y^2/2}` for :math:`y \ge 0`, as a polynomial in
  :math:`t = (y - 4)/(y + 4) \in [-1, 1)`, which reaches :math:`t = 1` at infinity;
- ``EXPONENTIAL``: :math:`(e^r - 1 - r)/r^2` for :math:`|r| \le \tfrac12 \ln 2`;
- ``LOGARITHM``: :math:`(2\,\mathrm{artanh}(z)/z - 2)/z^2` as a polynomial in :math:`w = z^2`,
  for :math:`|z| \le (\sqrt2 - 1)/(\sqrt2 + 1)`.

Each is interpolated at the Chebyshev points of its interval, then written in powers of the variable.
The numbers below are printed by ``python -m flatminima.gaussian.coefficients``; a test derives them
again and asks for the same bits.
"""

import mpmath

SCALED_TAIL_DEGREE = 24
EXPONENTIAL_DEGREE = 9
LOGARITHM_DEGREE = 7

_DIGITS = 60

LOG_2_HIGH = 0.6931471803691238
LOG_2_LOW = 1.9082149292705877e-10
SCALED_TAIL = (
    0.7552851304157515,
    -0.6078966419718923,
    0.38713740074221453,
    -0.18652185795963533,
    0.06039657489093607,
    -0.007540188967419565,
    -0.0034796923673884156,
    0.0016308184678064444,
    0.00013334431270030784,
    -0.00023109501999200649,
    -1.908265085342679e-06,
    3.5145122560125815e-05,
    7.167263978705016e-07,
    -5.921638801978817e-06,
    -6.299974265164222e-07,
    1.0248325060946323e-06,
    2.727176083262385e-07,
    -1.5982676610438677e-07,
    -8.713294621467491e-08,
    1.7881872409503415e-08,
    2.1604426842720404e-08,
    -6.021003727951476e-10,
    -3.798041859957449e-09,
    -1.1742107539247065e-10,
    3.51569242668093e-10,
)
EXPONENTIAL = (
    0.5000000000000001,
    0.16666666666666669,
    0.041666666666624164,
    0.008333333333330065,
    0.0013888888917196719,
    0.00019841269863040545,
    2.4801521322368692e-05,
    2.7557268480310024e-06,
    2.7620075879983367e-07,
    2.5100375832561234e-08,
)
LOGARITHM = (
    0.6666666666666666,
    0.4000000000000088,
    0.28571428570803614,
    0.22222222391713917,
    0.18181795640132906,
    0.15386239702814658,
    0.13268773138656886,
    0.13086626147840102,
)


def interpolate(function, lower, upper, degree):
    """Return the powers, lowest first, of the polynomial through the Chebyshev points of [lower, upper]."""
    nodes = degree + 1
    middle, half_width = (lower + upper) / 2, (upper - lower) / 2
    angles = [mpmath.pi * (2 * j + 1) / (2 * nodes) for j in range(nodes)]
    values = [function(middle + half_width * mpmath.cos(angle)) for angle in angles]

    # Sum of c_k T_k(u), u = (x - middle)/half_width, collected in powers of x by the recurrence
    # T_{k+1} = 2 u T_k - T_{k-1}.
    u = [-middle / half_width, 1 / half_width]
    before, current = None, [mpmath.mpf(1)]
    powers = [mpmath.mpf(0)] * nodes
    for k in range(nodes):
        weight = mpmath.mpf(2 if k else 1) / nodes
        c = weight * mpmath.fsum(v * mpmath.cos(k * a) for v, a in zip(values, angles, strict=True))
        powers = [p + c * t for p, t in zip(powers, current + [0] * (nodes - len(current)), strict=True)]
        after = [0] * (len(current) + 1)
        for i, t in enumerate(current):
            for j in range(2):
                after[i + j] += (2 if k else 1) * u[j] * t
        for i, t in enumerate(before or []):
            after[i] -= t
        before, current = current, after
    return powers


def _scaled_tail(t):
    y = 4 * (1 + t) / (1 - t)
    return (y + 4) * mpmath.erfc(y / mpmath.sqrt(2)) / 2 * mpmath.exp(y**2 / 2)


def _exponential(r):
    return (mpmath.exp(r) - 1 - r) / r**2 if r else mpmath.mpf(1) / 2


def _logarithm(w):
    z = mpmath.sqrt(w)
    return (2 * mpmath.atanh(z) / z - 2) / w


def derive():
    """Return the constants by name, each rounded to double precision once, at the end."""
    with mpmath.workdps(_DIGITS):
        half_log_2 = mpmath.log(2) / 2
        largest_z = (mpmath.sqrt(2) - 1) / (mpmath.sqrt(2) + 1)
        polynomials = {
            "SCALED_TAIL": interpolate(_scaled_tail, mpmath.mpf(-1), mpmath.mpf(1), SCALED_TAIL_DEGREE),
            "EXPONENTIAL": interpolate(_exponential, -half_log_2, half_log_2, EXPONENTIAL_DEGREE),
            "LOGARITHM": interpolate(_logarithm, mpmath.mpf(0), largest_z**2, LOGARITHM_DEGREE),
        }
        # ln 2 in two parts: the first has 32 bits, so that its product with an integer below 2^11
        # is exact, and the second is the remainder.
        high = mpmath.floor(mpmath.ldexp(mpmath.log(2), 32)) / 2**32
        constants = {"LOG_2_HIGH": high, "LOG_2_LOW": mpmath.log(2) - high}
        rounded = {name: float(value) for name, value in constants.items()}
        return rounded | {name: tuple(map(float, p)) for name, p in polynomials.items()}


if __name__ == "__main__":
    for name, value in derive().items():
        lines = "".join(f"    {c!r},\n" for c in value) if isinstance(value, tuple) else ""
        print(f"{name} = (\n{lines})" if lines else f"{name} = {value!r}")
