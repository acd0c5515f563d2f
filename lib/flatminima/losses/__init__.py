"""Losses of a pattern's stability, and their Boltzmann weights smoothed by a Gaussian field.

A `Loss` is a function f of the stability x = σ W·ξ/√N of one pattern. An ensemble sees of it only
`smoothed(loss, beta, mu, sigma)`: the average of exp(−βf) over a Gaussian stability, with its derivatives
and the averages that the Boltzmann weight tilts.
"""

from flatminima.losses.features import smoothed_features
from flatminima.losses.loss import ERRORS, Loss, cross_entropy_loss, require_loss
from flatminima.losses.smoothed import Smoothed, smoothed, tilted_nodes
from flatminima.losses.tabulated import SmoothedTable

__all__ = [
    "ERRORS", "Loss", "Smoothed", "SmoothedTable", "cross_entropy_loss", "require_loss", "smoothed", "smoothed_features",
    "tilted_nodes",
]
