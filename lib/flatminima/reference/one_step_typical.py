"""The one-step capacity of spherical weights as relu-2019 prints it, (B7), (B8) and (1RSB scaling); the sign of (B7) corrected.

    (B7)  α_c = −[ln(1 + m̃(1 − q₀)) + m̃q₀/(1 + m̃(1 − q₀))] / 2f(q₀, m̃)
    (B8)  f = ∫Dz₀ ln[ √δΔ e^{−(Δ₀−Δ₋₁)m̃ z₀²/2D} H(−√((Δ₀−Δ₋₁)/(Δ₂−Δ₀)) √δΔ z₀/√D)/√D
                       + H(√((Δ₀−Δ₋₁)/(Δ₂−Δ₀)) z₀) ],     D = δΔ + (Δ₂ − Δ₀)m̃

f is the logarithm of a probability, hence negative: without the sign the capacity would be, too. The
values of q₀ and m̃ "determined by saddle point equations" make α_c stationary; it is a minimum.

The free entropy at finite q₁, (B4)–(B6), is that of `replicas` at y = m.
"""

from itertools import product

from mpmath import mp

from .effective_overlaps import RELU
from .inputs import real
from .trapezoid import GUARD_DIGITS, expectation

_STRIP = 2.0  # of ln[…] in (B8), in units of √((Δ₂ − Δ₀)/(Δ₀ − Δ₋₁)): that of ln H is wider


def log_probability(q0, m_tilde, overlaps=RELU, digits=15):
    """f of relu-2019 (B8); 0 < q₀ < 1, m̃ > 0.

    >>> bool(log_probability("0.5", "4", digits=10) < 0)
    True
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q0, m_tilde = real("q0", q0, 0, 1), real("m_tilde", m_tilde, 0)
        lower, upper = overlaps.at(q0, mp) - overlaps.lowest(mp), overlaps.highest(mp) - overlaps.at(q0, mp)
        delta = mp.mpf(overlaps.delta_delta(mp))
        d, ratio = delta + upper * m_tilde, mp.sqrt(lower / upper)
        tail = lambda x: mp.erfc(x / mp.sqrt(2)) / 2

        def integrand(z):
            violated = mp.sqrt(delta / d) * mp.exp(-lower * m_tilde / d * z**2 / 2) * tail(-ratio * mp.sqrt(delta / d) * z)
            return mp.log(violated + tail(ratio * z))

        return expectation(integrand, digits, _STRIP / ratio)


def load(q0, m_tilde, overlaps=RELU, digits=15):
    """relu-2019 (B7) at any q₀ and m̃, sign corrected.

    >>> from .effective_overlaps import PERCEPTRON
    >>> mp.nstr(load("0.3", "1e-8", PERCEPTRON, digits=20), 6)    # m̃ → 0: the replica-symmetric value
    '2.0'
    """
    with mp.workdps(digits + GUARD_DIGITS):
        q0, m_tilde = real("q0", q0, 0, 1), real("m_tilde", m_tilde, 0)
        whole = 1 + m_tilde * (1 - q0)
        return -(mp.log(whole) + m_tilde * q0 / whole) / (2 * log_probability(q0, m_tilde, overlaps, digits))


def critical_capacity(overlaps=RELU, digits=15):
    """The minimum of relu-2019 (B7): (α_c, q₀, m̃), α_c to about ``digits`` ≤ 16 digits, q₀ and m̃ to half of them.

    A coarse scan finds the valley, Newton steps in ln q₀/(1 − q₀) and ln m̃(1 − q₀) its lowest point. Raises
    ArithmeticError where the scan is lowest at its edge, as for the perceptron.

    >>> alpha, q0, m_tilde = critical_capacity(digits=10)
    >>> mp.nstr(alpha, 10)
    '2.664280057'
    """
    point = lambda a, b: (1 / (1 + mp.exp(-a)), mp.exp(b) * (1 + mp.exp(a)))
    with mp.workdps(digits + GUARD_DIGITS):
        steps, products = range(-3, 8), range(-2, 5)
        x = min(product(steps, products), key=lambda x: load(*point(*x), overlaps, 6))
        if x[0] in (steps[0], steps[-1]) or x[1] in (products[0], products[-1]):
            raise ArithmeticError(f"The minimum of (B7) was not enclosed: the scan is lowest at its edge, {x}.")
        for h in (1e-2, 1e-3, 1e-4, 1e-5):
            x = _newton(lambda a, b: load(*point(a, b), overlaps, digits), x, mp.mpf(h))
        return load(*point(*x), overlaps, digits), *point(*x)


def _newton(f, x, h):
    """One Newton step towards f's minimum, all derivatives by central differences."""
    a, b = x
    here, right, left, above, below = f(a, b), f(a + h, b), f(a - h, b), f(a, b + h), f(a, b - h)
    mixed = (f(a + h, b + h) + f(a - h, b - h) - f(a + h, b - h) - f(a - h, b + h)) / 4
    hessian = mp.matrix([[right - 2 * here + left, mixed], [mixed, above - 2 * here + below]])
    step = mp.lu_solve(hessian, mp.matrix([left - right, below - above])) * (h / 2)
    return a + step[0], b + step[1]
