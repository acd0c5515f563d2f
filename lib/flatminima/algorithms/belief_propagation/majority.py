"""The factor of a pattern: how likely the output is right, given what is known of the hidden fields."""

import numpy as np

from flatminima.gaussian.tails import tails


def majority(omega, variance):
    """ln P, its gradient and minus its second derivatives for Gaussian fields; one unit only, so far."""
    width = np.sqrt(variance)
    u = omega / width
    _, log_probability, mills = tails(-u)
    return log_probability[:, 0], mills / width, mills * (mills + u) / variance
