"""Clusters of solutions around typical solutions: unveiling-2021 (30)–(31), at fixed m."""

from flatminima.ensembles.one_step_franz_parisi.branch import instabilities, solutions, solve
from flatminima.ensembles.one_step_franz_parisi.equations import OneStepState, free_entropy

__all__ = ["OneStepState", "free_entropy", "instabilities", "solutions", "solve"]
