r"""What a pattern demands of the reference: a weight w(v) of its field v, hard or soft.

The reference enters the energetic side of the Franz–Parisi entropy through w alone. A margin is the hard wall
w(v) = Θ(v − κ̃); a Gibbs measure has the Boltzmann weight w(v) = exp(−βf(v)) of a loss f. Seen through a field
of mean μ and width σ either becomes

    W(μ, σ) = ∫Dy w(μ + σy),    which is H((κ̃ − μ)/σ) for the wall.

Two such weights occur: that of the reference given the field x all references share, W_a = W(√Q x, √(1−Q)), and given
also the neighbours' mean field h, W_b = W(E[v|x, h], σ(v|x, h)).
"""

import math
from collections import namedtuple

import numpy as np
from numba import njit

from flatminima.ensembles import cross_entropy, typical
from flatminima.ensembles.franz_parisi.soft_wall import lookup, shape, smooth_table

TAIL = 8.5  # standard deviations kept of every Gaussian factor
_ROUGH = 0.2  # step that suffices for a range

Wall = namedtuple("Wall", "turn width lowest highest")
Wall.__doc__ = """w(v) = Θ(v − turn), for the kernels: width 0, and the range of v under the planted measure."""

SoftWall = namedtuple("SoftWall", "turn width lowest highest a b")
SoftWall.__doc__ = """w(v) = exp(−βf(v)), for the kernels: `shape` tells its turn and its width.

`a` and `b` are the tables of ln W_a and ln W_b, as `smooth_table` makes them.
"""


@njit(error_model="numpy", cache=True)
def wall(margin):
    """The hard wall of a margin, as the kernels take it."""
    return Wall(margin, 0.0, max(margin, -TAIL), max(margin, 0.0) + TAIL)


class HardMargin:
    """References whose field exceeds κ̃."""

    def __init__(self, margin):
        self._wall = wall(margin)

    def at(self, sigma, step):
        """The constraint where v has the width σ given x and h; `step` is that of the quadrature."""
        return self._wall


class Boltzmann:
    """References drawn with the weight exp(−βf): any field may occur."""

    def __init__(self, loss, beta, Q, one_minus_Q):
        self.loss, self.beta = loss, beta
        self._sigma, self._tables = math.sqrt(one_minus_Q), {}
        self.turn, self.width = shape(loss, beta, math.sqrt(Q), self._sigma)
        self.lowest, self.highest = self._range(math.sqrt(Q))

    def at(self, sigma, step):
        """The constraint where v has the width σ given x and h; `step` is that of the quadrature."""
        if step not in self._tables:
            self._tables[step] = self._table(self._sigma, step)
        return SoftWall(self.turn, self.width, self.lowest, self.highest, self._tables[step], self._table(sigma, step))

    def _table(self, sigma, step):
        return smooth_table(self.loss, self.beta, self.turn, self.width, sigma, TAIL + 0.5, step)

    def _range(self, root_Q):
        """Lowest and highest v among pairs (x, v) that are no rarer than a tail of the Gaussian.

        Given x, v has the mean √Q x + σ²L′, and falls off at least like a Gaussian of width σ.
        """
        x, sigma = np.linspace(-TAIL, TAIL, 101), self._sigma
        shift = sigma**2 * lookup(self._table(sigma, _ROUGH), root_Q * x)[1]
        spread = sigma * np.sqrt(TAIL**2 - x * x)
        return float(np.min(root_Q * x + shift - spread)), float(np.max(root_Q * x + shift + spread))


def least_field(reference):
    """The smallest field that a pattern may have in configurations of a state: a margin, or −∞."""
    if isinstance(reference, typical.TypicalState):
        return reference.kappa
    return reference.loss.saturates if math.isinf(reference.beta) else -math.inf


def constraint_of(reference, Q, one_minus_Q, field_scale):
    """The constraint under which the configurations of a state were drawn."""
    least = least_field(reference)
    if math.isfinite(least):
        return HardMargin(least / field_scale)
    return Boltzmann(reference.loss.scaled(field_scale), reference.beta, Q, one_minus_Q)


def at_load(reference, alpha):
    """The state of another load under the same constraint, whatever the sign of its entropy around margins."""
    machine = reference.weights, reference.architecture
    least = least_field(reference)
    if math.isfinite(least):
        return typical.saddle_point(alpha, least, *machine)
    return cross_entropy.solve(alpha, None, reference.beta, loss=reference.loss, weights=machine[0], architecture=machine[1])


def described(reference):
    """The configurations of a state, in words."""
    least = least_field(reference)
    if math.isfinite(least):
        kind = f"of margin {least:g}"
    else:
        kind = f"drawn with the loss {reference.loss!r} and beta = {reference.beta:g}"
    return f"references {kind} at alpha = {reference.alpha:g}"
