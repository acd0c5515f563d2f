r"""Dense regions of a committee with three sign units: y → ∞ replicas at mutual overlap q₁. shaping-2020, Fig. 1.

What `flatminima.large_deviation` does for one field, for three: δq₀ = y(q₁ − q₀) and q̂₁ are tied by the entropic term of
spherical weights, and α = (1 − q₁) q̂₁/E|∇L|² is explicit, with the average over the highest maximum of three fields. That
maximum jumps where two units compete for being left wrong: see `maxima` and `section` for how it is followed.
"""

from flatminima.ensembles.finite_committee.large_deviation.solutions import solve, trace
from flatminima.ensembles.finite_committee.large_deviation.state import DenseRegionState

__all__ = ["DenseRegionState", "solve", "trace"]
