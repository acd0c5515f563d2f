"""Gaussian tails and integrals against the Gaussian measure."""

from flatminima.gaussian.grading import graded_trapezoid
from flatminima.gaussian.quadrature import Estimate, expectation
from flatminima.gaussian.tails import H, inverse_mills, log_H, tails

__all__ = ["Estimate", "H", "expectation", "graded_trapezoid", "inverse_mills", "log_H", "tails"]
