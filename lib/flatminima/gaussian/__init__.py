"""Gaussian tails and integrals against the Gaussian measure."""

from flatminima.gaussian.tails import H, inverse_mills, log_H, tails

__all__ = ["H", "inverse_mills", "log_H", "tails"]
