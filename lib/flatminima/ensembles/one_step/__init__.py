"""One step of replica-symmetry breaking, relu-2019 (B4)–(B8)."""

from flatminima.ensembles.one_step.capacity import OneStepCapacity, capacity_state, critical_capacity

__all__ = ["OneStepCapacity", "capacity_state", "critical_capacity"]
