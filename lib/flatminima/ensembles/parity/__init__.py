r"""Parity machines: y real replicas, K sign units with spherical weights, output Π_ℓ τ_ℓ. shaping-2020, parity machines.

With q₀ = 0 groups of replicas see the patterns as independent, and what is left is the probability that all y replicas of a
group are right on one pattern: `annealed`, for any K. It is −ln 2 per replica at y = 1 and at K = ∞, whatever q₁ is. For
finite K and y > 1 it is larger, and by Jensen's inequality an upper bound; at large y groups attract one another, q₀ > 0,
and the entropy is smaller than this bound, but never smaller than −α ln 2 up to the load `condensation`. At y = ∞ the
best groups sit in distinct clusters: `clustered` is the entropy with one step of symmetry breaking between groups.
"""

from flatminima.ensembles.parity.annealed import annealed
from flatminima.ensembles.parity.clustered import ClusteredState, clustered
from flatminima.ensembles.parity.condensation import condensation
from flatminima.ensembles.parity.solutions import solve, trace
from flatminima.ensembles.parity.state import ParityState

__all__ = ["ClusteredState", "ParityState", "annealed", "clustered", "condensation", "solve", "trace"]
