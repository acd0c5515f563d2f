r"""Dense regions of solutions: y real replicas at mutual overlap q₁. relu-2019 (8), (9), (D1)–(D6).

y copies of the weights, all solutions, are kept at mutual overlap q₁; their joint entropy per copy is that
of the densest regions there are, typical or not, the more so the larger y. It is the one-step free
entropy at m = y, with q₁ given instead of stationary. With q̂₀ as the parameter everything else is
explicit, the load included: α = q̂₀/(ρ′(q₀) E⟨L′⟩²).

At y → ∞, q₀ = q₁ − δq₀/y and q̂₀ = q̂₁ − δq̂₀/y, and the inner integrals become maxima:

    F(q₁) = 𝒢_S(q̂₁) + α ∫Dz max_w [−w²/2 + ln H((κ − √Q z − √δQ w)/√(1−Q))],   Q = ρ(q₁), δQ = ρ′(q₁) δq₀,

with 𝒢_S of `weights.densest`. No maximum is searched for: z is an explicit, increasing function of
the field h at which the maximum is reached,

    z = (h − δQ ℓ′(h))/√Q,    ℓ(h) = ln H((κ − h)/√(1−Q)),

so that the integral is done over h. 𝒢_S gives δq₀ as a function of q̂₁, and α = q̂₁/(ρ′(q₁) ⟨ℓ′(h)²⟩). From q̂₁ = 0,
where δq₀ = ∞ and α = 0, the load grows up to that of δq₀ = 0, at which q₁ is the overlap of typical
solutions. α falls only like 1/ln δq₀: at small α (1 − q₁) no replica feels the patterns, to any number of digits.
"""

from flatminima.ensembles.large_deviation.centre import centre_overlaps
from flatminima.ensembles.large_deviation.crossings import crossing, limiting_crossing
from flatminima.ensembles.large_deviation.external import existing_fracture
from flatminima.ensembles.large_deviation.solutions import solve, trace
from flatminima.ensembles.large_deviation.state import LargeDeviationState
from flatminima.ensembles.large_deviation.thresholds import fracture, marginal_load

__all__ = [
    "LargeDeviationState",
    "centre_overlaps",
    "crossing",
    "existing_fracture",
    "fracture",
    "limiting_crossing",
    "marginal_load",
    "solve",
    "trace",
]
