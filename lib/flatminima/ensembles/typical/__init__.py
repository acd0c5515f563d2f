"""Typical solutions of margin κ: replica-symmetric entropy, capacity, maximum margin, stability.

unveiling-2021 (11), (13)–(14b), relu-2019 (3)–(6).

Every saddle point lies on one explicit line: q̂ gives q through the weights, and q gives α through
the patterns. Thresholds are roots along it.
"""

from flatminima.ensembles.typical.equations import TypicalState
from flatminima.ensembles.typical.instability import instability
from flatminima.ensembles.typical.solutions import free_entropy, saddle_point, solve
from flatminima.ensembles.typical.thresholds import critical_capacity, max_margin

__all__ = ["TypicalState", "critical_capacity", "free_entropy", "instability", "max_margin", "saddle_point", "solve"]
