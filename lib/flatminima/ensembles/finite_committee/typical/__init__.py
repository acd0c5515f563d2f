"""Typical solutions of a tree committee with three sign units and spherical weights, replica-symmetric.

The line of saddle points is explicit, as for a single unit: q gives α through the patterns. Thresholds are
roots along it. One unit is the perceptron.

>>> from flatminima import SPHERICAL, finite_committee, typical
>>> abs(finite_committee.typical.solve(1.0, units=1).entropy - typical.solve(1.0, weights=SPHERICAL).entropy) < 1e-12
True
"""

from flatminima.ensembles.finite_committee.typical.capacity import critical_capacity
from flatminima.ensembles.finite_committee.typical.equations import FiniteCommitteeState
from flatminima.ensembles.finite_committee.typical.instability import discontinuity, instability
from flatminima.ensembles.finite_committee.typical.solutions import free_entropy, saddle_points, solve

__all__ = [
    "FiniteCommitteeState",
    "critical_capacity",
    "discontinuity",
    "free_entropy",
    "instability",
    "saddle_points",
    "solve",
]
