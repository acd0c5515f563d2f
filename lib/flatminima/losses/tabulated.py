r"""The smoothed weight of a loss at one width σ, as polynomials on panels: for averages that ask for it at many means.

    L(μ) = ln ∫Dy exp(−βf(μ + σy))

Where an average is over two fields, or over a field that is itself sought, `smoothed` would be asked for thousands of
means. L is analytic, however rough f is: a few dozen panels of degree 15 hold all digits that `smoothed` has.
"""

from collections import namedtuple

import numpy as np

from flatminima.architectures.panels import ORDER, TO_COEFFICIENTS, resolve
from flatminima.losses.smoothed import smoothed
from flatminima.validation import real_number

Tabulated = namedtuple("Tabulated", "log_weight slope curvature loss")
Tabulated.__doc__ = """L, L′, L″ and ⟨f⟩, arrays of one shape: derivatives by μ, not by μ/σ as in `Smoothed`."""

_TOLERANCE = 1e-12  # relative to 1 − L
_PANELS = 5  # to begin with


class SmoothedTable:
    """L(μ), L′, L″ and ⟨f⟩ for `low` ≤ μ ≤ `high`, at one β > 0 and one width `sigma` > 0.

    Errors of L, σL′, σ²L″ and β⟨f⟩ are below 1e-11 (1 − L). Beyond the range all four keep their values at the nearer end.
    Raises like `smoothed`, ValueError for β = 0, and `NotConverged` where L is too rough.

    >>> from flatminima.losses import ERRORS
    >>> table = SmoothedTable(ERRORS, 2.0, 0.5, -5.0, 5.0)
    >>> print(round(float(table(np.array([0.0])).log_weight[0] - np.log((1 + np.exp(-2)) / 2)), 11) + 0.0)
    0.0
    """

    def __init__(self, loss, beta, sigma, low, high):
        self.low, self.high, self._beta, self._sigma = low, high, real_number("beta", beta, 0.0), sigma

        def columns(mu):
            at = smoothed(loss, beta, mu, sigma)
            # none of the others is much larger than the first: −L = β⟨f⟩ + what tilting costs, and that is ≥ ⟨y⟩²/2
            return np.stack([1.0 - at.log_weight, at.slope, at.curvature, beta * at.loss], axis=-1)

        edges, values = resolve(columns, np.linspace(low, high, _PANELS), _TOLERANCE, scale="panel")
        self._edges, self._coefficients = edges, np.einsum("ij,pjc->cpi", TO_COEFFICIENTS, values)

    def __call__(self, mu):
        """All four, as `Tabulated`."""
        panel, powers = self._at(mu)
        first, slope, curvature, loss = ((column[panel] * powers).sum(axis=-1) for column in self._coefficients)
        sigma = self._sigma
        return Tabulated(1.0 - first, slope / sigma, curvature / sigma**2, loss / self._beta)

    def log_weight(self, mu):
        """L alone."""
        panel, powers = self._at(mu)
        return 1.0 - (self._coefficients[0][panel] * powers).sum(axis=-1)

    def _at(self, mu):
        mu = np.clip(mu, self.low, self.high)  # polynomials of degree 15 run away beyond
        panel = np.clip(np.searchsorted(self._edges, mu) - 1, 0, self._edges.size - 2)
        low, high = self._edges[panel], self._edges[panel + 1]
        return panel, np.polynomial.legendre.legvander((2.0 * mu - low - high) / (high - low), ORDER - 1)
