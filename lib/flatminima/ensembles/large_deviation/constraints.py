r"""What a pattern demands of y replicas: a margin, or the Boltzmann weight of a loss.

With σ² = 1 − ρ(q₁) and L(μ) = ln ∫Dy w(μ + σy), w(v) = Θ(v − κ) or exp(−βf(v)), one pattern contributes

    𝒢_E = (1/y) ∫Dz₀ ln ∫Dz₁ e^{yL(h + √(ρ(q₁) − ρ(q₀)) z₁)},  h = √ρ(q₀) z₀,

and ∫Dz max_w [−w²/2 + L(√Q z + √δQ w)] at y = ∞.
"""

import math

import numpy as np

from flatminima.architectures.panels import WEIGHTS, resolve
from flatminima.ensembles.large_deviation import maxima
from flatminima.ensembles.one_step.energetic import energetic
from flatminima.errors import NotConverged
from flatminima.gaussian.grading import graded_trapezoid
from flatminima.losses import SmoothedTable, smoothed_features

_TAIL = 8.7  # standard deviations kept of every Gaussian factor
_ROOT_2_PI = math.sqrt(2.0 * math.pi)
_SCAN, _ZOOMS = 65, 2  # points, and rounds, by which the inner integrand's range is found
_SHORTER = 0.7  # steps of the outer lattice than for a margin: losses may turn more often
_ROWS = 2_000_000  # inner nodes at a time
_REACH = 9.0  # standard deviations of z at y = ∞
_LEVELS = np.linspace(-_REACH, _REACH, 19)
_HALVINGS = 30
_TOLERANCE = 1e-11  # of a panel, against the jumps of 1e-12 between polynomials
_FIELD, _FARTHEST = 14.0, 1e3  # fields: the largest of the Gaussian measure, and the largest that a loss may pull on
_WEAKEST = 1e6  # δQ/(1 − Q) up to which L′, known to 1e-13 absolutely, tells where the patterns bind


class Margin:
    """Stabilities above κ, for all y replicas."""

    loss, beta = None, math.inf
    rounding = 1e-15  # relative to 1 + |𝒢_E|

    def __init__(self, kappa, architecture):
        self.kappa, self._margin = kappa, kappa / architecture.field_scale

    def __str__(self):
        return f"typical solutions of margin {self.kappa:g}"

    def of_group(self, overlap_0, spread, complement, y, step):
        """(𝒢_E, E⟨L′⟩², E⟨L′²⟩, E⟨L⟩) at Q₀ = `overlap_0`, Q₁ − Q₀ = `spread`, 1 − Q₁ = `complement`."""
        return energetic(overlap_0, spread, complement, self._margin, y, step)

    def of_densest(self, complement, delta, panels):
        """(𝒢_E, ⟨L′²⟩, ⟨L″²/(1 − δQ L″)⟩) at 1 − Q = `complement`, δQ = `delta`."""
        return maxima.energetic(complement, delta, self._margin, panels)

    def loss_of_group(self, *fields):
        return 0.0

    loss_of_densest = loss_of_group


class Boltzmann:
    """Every stability, with the weight exp(−βf)."""

    kappa = -math.inf
    rounding = 1e-11  # that of the table of L

    def __init__(self, loss, beta, architecture):
        self.loss, self.beta = loss, beta
        self._loss = loss.scaled(architecture.field_scale)
        self._last = None, None

    def __str__(self):
        return f"typical states of the loss {self.loss!r} at beta = {self.beta:g}"

    def of_group(self, overlap_0, spread, complement, y, step):
        """As of a `Margin`; L rises with the field."""
        return self._group(overlap_0, spread, complement, y, step)[:4]

    def loss_of_group(self, overlap_0, spread, complement, y, step):
        """⟨f⟩ in the group, per pattern."""
        return self._group(overlap_0, spread, complement, y, step)[4]

    def _group(self, overlap_0, spread, complement, y, step):
        root, sigma = math.sqrt(overlap_0), math.sqrt(spread)
        scale = max(root, 1e-3)
        centres, widths = smoothed_features(self._loss, self.beta, math.sqrt(spread + complement))
        z0, weight = graded_trapezoid(centres / scale, widths / scale, -_TAIL, _TAIL, _SHORTER * step)
        weight = weight * np.exp(-0.5 * z0 * z0) / _ROOT_2_PI
        h, table = root * z0[:, None], self._table(complement, y * spread)
        low, high = _range(table, h, sigma, y)
        # L has no zeros of the weight within 1.8 of its width, and no curvature above its square: both errors below e⁻²⁵
        ratio = math.sqrt(spread / complement)
        dz = step * min(3.2 / math.sqrt(1.0 + y * ratio * ratio), 1.8 / max(ratio, 1e-3))
        count = int(np.max(high - low) / dz) + 2
        at_once = max(_ROWS // count, 1)
        blocks = [slice(start, start + at_once) for start in range(0, z0.size, at_once)]
        rows = np.concatenate([_row(table, h[block], low[block] + dz * np.arange(count), sigma, y, dz) for block in blocks])
        return (weight @ rows).tolist()

    def of_densest(self, complement, delta, panels):
        """As of a `Margin`; raises ValueError where the maximum over w is not unique, as for losses that are not convex."""
        return self._densest(complement, delta)[:3]

    def loss_of_densest(self, complement, delta):
        """⟨f⟩ of the replicas, per pattern."""
        return self._densest(complement, delta)[3]

    def _densest(self, complement, delta):
        root = math.sqrt(1.0 - complement)
        weak = f"The patterns bind so weakly (δQ = {delta:.2g}) that y = ∞ replicas of the loss {self.loss!r} are not resolved"
        if delta > _WEAKEST * complement:
            raise NotConverged(weak, state=delta)
        table = self._table(complement, delta)
        z = lambda h, slope: (h - delta * slope) / root
        h = _places(lambda h: z(h, table(h).slope), table.low, table.high)

        def columns(h):
            at = table(h)
            rise = 1.0 - delta * at.curvature
            if not (rise > 0.0).all():
                raise ValueError(f"loss is {self.loss!r}, not convex: y = ∞ replicas may jump; y must be finite.")
            measure = rise / root * np.exp(-0.5 * z(h, at.slope) ** 2) / _ROOT_2_PI
            values = at.log_weight - 0.5 * delta * at.slope**2, at.slope**2, at.curvature**2 / rise, at.loss
            return np.stack([measure, *(measure * value for value in values)], axis=-1)

        try:
            edges, values = resolve(columns, h, _TOLERANCE)
        except NotConverged as failure:
            raise NotConverged(weak, residual=failure.residual, state=delta) from None
        return np.einsum("p,i,pic->c", 0.5 * np.diff(edges), WEIGHTS, values)[1:].tolist()

    def _table(self, complement, pull):
        """L on all fields that count: those of the Gaussian measure, and how far L′ pulls them up, `pull` times."""
        tabulated = lambda high: SmoothedTable(self._loss, self.beta, math.sqrt(complement), -_FIELD, high)
        known, table = self._last
        if known != complement:
            table = tabulated(_FIELD)
        while table.high - _FIELD < pull * float(table(np.array([table.high])).slope[0]):
            if 1.5 * table.high > _FARTHEST:
                raise NotConverged(f"The loss {self.loss!r} pulls on stabilities as large as {_FARTHEST:g}", state=pull)
            table = tabulated(1.5 * table.high)
        self._last = complement, table
        return table


def _range(table, h, sigma, y):
    """Where, as L rises, the exponent yL(h + σz) − z²/2 may come within its tail of its highest value: two columns."""
    low = np.full_like(h, -_TAIL)
    high = np.sqrt(_TAIL**2 - 2.0 * y * np.minimum(table.log_weight(h), 0.0))
    for _ in range(_ZOOMS):
        z = low + (high - low) * np.linspace(0.0, 1.0, _SCAN)
        demand = y * table.log_weight(h + sigma * z)
        level = (demand - 0.5 * z * z).max(axis=1, keepdims=True) - 0.5 * _TAIL**2
        beyond = np.maximum((demand < level).sum(axis=1, keepdims=True) - 1, 0)  # all of these are below, for any z
        low, high = np.take_along_axis(z, beyond, axis=1), np.minimum(high, np.sqrt(-2.0 * level))
    return low, high


def _row(table, h, z, sigma, y, dz):
    """φ = (1/y) ln ∫Dz e^{yL}, ⟨L′⟩², ⟨L′²⟩, ⟨L⟩ and ⟨f⟩ of the tilted z, of every h."""
    at = table(h + sigma * z)
    exponent = y * at.log_weight - 0.5 * z * z
    top = exponent.max(axis=1, keepdims=True)
    tilted = np.exp(exponent - top)
    total = tilted.sum(axis=1)
    mean = lambda values: (tilted * values).sum(axis=1) / total
    value = (top[:, 0] + np.log(total * dz / _ROOT_2_PI)) / y
    return np.stack([value, mean(at.slope) ** 2, mean(at.slope**2), mean(at.log_weight), mean(at.loss)], axis=1)


def _places(rising, low, high):
    """The h at which a rising function passes each of the levels: bisection."""
    low, high = np.full(_LEVELS.size, low), np.full(_LEVELS.size, high)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = rising(middle) < _LEVELS
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)
