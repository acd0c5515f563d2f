"""Simulated annealing of binary networks, single ones and replicas that attract one another."""

from flatminima.algorithms.annealing.protocol import Annealed, anneal
from flatminima.algorithms.annealing.single import Minimised, minimise

__all__ = ["Annealed", "Minimised", "anneal", "minimise"]
