"""Simulated annealing of binary networks, single ones and replicas that attract one another."""

from flatminima.algorithms.annealing.protocol import Annealed, anneal

__all__ = ["Annealed", "anneal"]
