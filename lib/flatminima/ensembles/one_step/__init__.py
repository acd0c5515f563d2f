"""One step of replica-symmetry breaking: free entropy, branches of saddle points, capacity. relu-2019 (B4)–(B8)."""

from flatminima.ensembles.one_step.capacity import OneStepCapacity, capacity_state, critical_capacity
from flatminima.ensembles.one_step.equations import OneStepState
from flatminima.ensembles.one_step.solutions import free_entropy, solve, trace

__all__ = ["OneStepCapacity", "OneStepState", "capacity_state", "critical_capacity", "free_entropy", "solve", "trace"]
