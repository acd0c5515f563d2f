"""Gaussian averages to any number of digits by the trapezoid rule with a derived step.

On the whole real line the trapezoid rule with step h misses the integral of an
analytic function g by a sum over the Fourier components of g at the multiples of
2π/h (Poisson's summation formula). Moving the contour to Im z = a makes each of
them smaller by exp(−2πa/h), as long as g has no singularity with |Im z| ≤ a. On
that line the Gaussian density has grown by exp(a²/2), so that

    |error|  ≲  exp(c a²/2 − 2πa/h),

with c = 1 for the Gaussian factor alone and c > 1 where another factor of the
integrand grows too, as H does off the real axis. For D digits this must be
10^(−D), which gives the step h once a is chosen. The best a is the smaller of the
half-width of the strip of analyticity and of √(2 D ln 10 / c), beyond which the
growth wins.
"""

from mpmath import mp, mpf

GUARD_DIGITS = 6

# The zeros of H(x) = erfc(x/√2)/2 nearest to the real axis are x = −1.9160 ± 2.8163 i,
# so log H and A = G/H are analytic in the strip |Im x| < 2.8163.
STRIP_OF_LOG_H = mpf("2.8163")

# cosh x vanishes at ±iπ/2, so ln cosh and tanh are analytic in the strip |Im x| < π/2.
STRIP_OF_TANH = mpf("1.5707")


def step(digits, strip, growth=1):
    """Step h for which the trapezoid rule is right to about 10^(−digits).

        h = 2πa / (digits · ln 10 + c a²/2),   a = min(strip, √(2 · digits · ln 10 / c))

    ``strip`` is the half-width of the strip around the real axis where the integrand
    is analytic, ``growth`` the constant c in its growth exp(c a²/2) along Im z = a.

    >>> round(float(step(16, strip=100)), 3)    # a Gaussian times an entire function
    0.732
    """
    nats = digits * mp.log(10)
    a = min(mpf(strip), mp.sqrt(2 * nats / growth))
    return 2 * mp.pi * a / (nats + growth * a**2 / 2)


def cutoff(digits):
    """Radius beyond which exp(−z²/2) is smaller than 10^(−digits).

    >>> round(float(cutoff(16)), 2)
    8.58
    """
    return mp.sqrt(2 * digits * mp.log(10))


def lattice(radius, spacing):
    """Multiples of ``spacing`` in [−radius, radius].

    >>> lattice(2.5, 1)
    [-2, -1, 0, 1, 2]
    """
    last = int(mp.floor(radius / spacing))
    return [k * spacing for k in range(-last, last + 1)]


def density(z):
    """Standard Gaussian density G(z) = exp(−z²/2)/√(2π).

    >>> round(float(density(0)), 6)
    0.398942
    """
    return mp.exp(-mpf(z) ** 2 / 2) / mp.sqrt(2 * mp.pi)


def expectation(f, digits, strip):
    """E[f(z)] for a standard Gaussian z and an f analytic in |Im z| < strip.

        E[f(z)]  ≃  h Σ_k G(kh) f(kh),     |kh| ≤ cutoff(digits + 6)

    ``f`` takes an mpf and may return a number or a list of numbers that share their
    nodes. It must grow more slowly than exp(z²/2) by far: every function of this
    project grows like a power. Accurate to about 10^(−digits); the working precision
    is the caller's.

    >>> mp.nstr(expectation(mp.cosh, 15, strip=100), 12)    # E[cosh z] = √e
    '1.6487212707'
    """
    h = step(digits + GUARD_DIGITS, strip)
    total = None
    for z in lattice(cutoff(digits + GUARD_DIGITS), h):
        values = f(z)
        single = not isinstance(values, (list, tuple))
        row = [values] if single else values
        weight = h * density(z)
        terms = [weight * value for value in row]
        total = terms if total is None else [a + b for a, b in zip(total, terms)]
    return total[0] if single else total
