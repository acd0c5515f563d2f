r"""The densest regions: infinitely many real replicas at mutual overlap q₁. relu-2019 (9), (D1), (D3), (D4).

y copies of the weights, all solutions, are kept at mutual overlap q₁; their joint entropy per copy at
y → ∞ measures the densest clusters there are, typical or not. It is the one-step free entropy at m = y
with q₀ = q₁ − δq₀/m and q̂₀ = q̂₁ − δq̂₀/m, whose inner integrals become maxima:

    F(q₁) = −q̂₁(1 − q₁)/2 − (δq₀ q̂₁ + q₁ δq̂₀)/2
            + ∫Du max_v [−v²/2 + ln 2cosh(√q̂₁ u + √δq̂₀ v)]
            + α ∫Dz max_w [−w²/2 + ln H((κ − √Q z − √δQ w)/√(1−Q))],      Q = ρ(q₁), δQ = ρ′(q₁) δq₀.

No maximum is searched for: u and z are explicit, increasing functions of the fields g and h at which
the maxima are reached,

    u = (g − δq̂₀ tanh g)/√q̂₁,    z = (h − δQ ℓ′(h))/√Q,    ℓ(h) = ln H((κ − h)/√(1−Q)),

so that both integrals are done over g and h. For δq̂₀ > 1 the maximiser jumps from −g₀ to g₀ at u = 0,
with g₀ = δq̂₀ tanh g₀, and the g in between are never reached. The saddle-point equations

    ⟨1 − tanh² g⟩ = 1 − q₁,    δq₀ = ⟨u tanh g⟩/√q̂₁ − (1 − q₁),    q̂₁ = α ρ′(q₁) ⟨ℓ′(h)²⟩

are solved in this order: q̂₁ is the parameter, δq̂₀ a root in a known bracket, and then δq₀ and α are
explicit. From q̂₁ = 0, where δq₀ = ∞ and α = 0, the load grows up to that of δq₀ = 0, at which q₁ is
the overlap of typical solutions. α falls only like 1/ln δq₀: at small α (1 − q₁) no replica feels
the patterns, to any number of digits.
"""

from flatminima.ensembles.large_deviation.equations import LargeDeviationState
from flatminima.ensembles.large_deviation.solutions import fracture, marginal_load, solve, trace

__all__ = ["LargeDeviationState", "fracture", "marginal_load", "solve", "trace"]
