"""One step of replica-symmetry breaking for three sign units and spherical weights: capacity, energetic term."""

from flatminima.ensembles.finite_committee.one_step.capacity import CornerState, capacity_state, critical_capacity

__all__ = ["CornerState", "capacity_state", "critical_capacity"]
