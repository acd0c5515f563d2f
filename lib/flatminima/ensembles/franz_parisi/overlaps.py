"""From the overlaps of the weights to those of the output fields, with no difference of near-equals.

unveiling-2021 (37a)–(37f) for any architecture, relu-2019 (C9)–(C20) for two.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Overlaps:
    """The neighbour's overlaps p (mutual) and t₀ (with other references) at t₁ = 1 − 2d, and their complements."""

    p: float
    t0: float
    one_minus_p: float
    one_minus_t0: float

    @property
    def admissible(self):
        """Whether they are overlaps at all."""
        return 0.0 < self.one_minus_p < 2.0 and 0.0 < self.one_minus_t0 < 2.0


@dataclass(frozen=True)
class FieldOverlaps:
    """What the energetic side needs: P, T₁, T₀ and, with all their digits, η = P − T₁², ζ = Q T₁ − T₀, γ = P − T₀²/Q."""

    P: float
    T1: float
    T0: float
    eta: float
    zeta: float
    gamma: float

    def admissible(self, Q, one_minus_Q):
        """Whether three Gaussian fields have these overlaps."""
        return self.eta > 0 and self.gamma > 0 and one_minus_Q * self.eta > self.zeta * self.zeta / Q


def overlaps(q, one_minus_q, distance, eta, zeta):
    """`Overlaps` from η = p − t₁² and ζ = q t₁ − t₀, averages that the entropic side supplies."""
    t1 = 1.0 - 2.0 * distance
    return Overlaps(
        p=t1 * t1 + eta,
        t0=q * t1 - zeta,
        one_minus_p=4.0 * distance * (1.0 - distance) - eta,
        one_minus_t0=one_minus_q + 2.0 * distance * q + zeta,
    )


def field_overlaps(rho, Q, q, one_minus_q, distance, eta, zeta):
    """`FieldOverlaps` of an architecture ρ.

        η → [ρ(t₁²) − ρ(t₁)²] + [ρ(t₁² + η) − ρ(t₁²)],    ζ → [ρ(q)ρ(t₁) − ρ(q t₁)] + [ρ(q t₁) − ρ(q t₁ − ζ)],

    the first brackets from 1 − ρ, since ρ(t₁) → 1 as d → 0. They vanish, exactly, for the perceptron.
    """
    at = overlaps(q, one_minus_q, distance, eta, zeta)
    from_one = rho.complement(2.0 * distance)
    square = 4.0 * distance * (1.0 - distance)  # 1 − t₁²
    product = one_minus_q + 2.0 * distance * q  # 1 − q t₁
    P, T1, T0 = rho.overlap(at.p), rho.overlap(1.0 - 2.0 * distance), rho.overlap(at.t0)
    return FieldOverlaps(
        P=P,
        T1=T1,
        T0=T0,
        eta=(from_one * (2.0 - from_one) - rho.complement(square)) + rho.difference(square, eta),
        zeta=(rho.difference(product, 2.0 * distance * q) - Q * from_one) - rho.difference(product, -zeta),
        gamma=P - T0 * T0 / Q,
    )
