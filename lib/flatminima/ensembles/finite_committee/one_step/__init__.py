"""One step of replica-symmetry breaking for three sign units and spherical weights: onset, saddle points, capacity."""

from flatminima.ensembles.finite_committee.one_step.capacity import CornerState, capacity_state, critical_capacity
from flatminima.ensembles.finite_committee.one_step.onset import Onset, onset
from flatminima.ensembles.finite_committee.one_step.solutions import OneStepCommitteeState, free_entropy, solve

__all__ = [
    "CornerState",
    "OneStepCommitteeState",
    "Onset",
    "capacity_state",
    "critical_capacity",
    "free_entropy",
    "onset",
    "solve",
]
