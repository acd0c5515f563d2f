"""Least-action learning of a committee of sign units (LAL), and its entropic version with coupled replicas (eLAL)."""

from flatminima.algorithms.least_action.replicated import REPLICATED, Collapsed, learn_replicated
from flatminima.algorithms.least_action.single import SINGLE, Learned, learn

__all__ = ["REPLICATED", "SINGLE", "Collapsed", "Learned", "learn", "learn_replicated"]
