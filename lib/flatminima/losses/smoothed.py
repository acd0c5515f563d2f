r"""The Boltzmann weight of a loss, averaged over a Gaussian stability.

In units y = (x − μ)/σ of the stability the weight is exp(E(y))/√(2π), E(y) = −y²/2 − βf(μ + σy). It may be a
Gaussian, a peak as narrow as 1/(βσ) against a kink, or both. So every integral gets its own panels: they begin
at the bends of the loss and at the highest point of E, and are halved until nothing changes.
"""

import math
from dataclasses import dataclass

import numpy as np

from flatminima.errors import NotConverged
from flatminima.losses.loss import require_loss
from flatminima.validation import real_number

_NATS = 42.0  # a part of the weight that is smaller by this factor is left out
_TOLERANCE = 1e-12  # by which halving a panel may change the integral; that of the halves then errs far less
_LEVELS = 60
_SCAN = np.linspace(-1.0, 1.0, 33)
_NUDGE = 1e-9  # edges are looked at from inside the panel: the loss may jump there
_POINTS, _POINT_WEIGHTS = np.polynomial.legendre.leggauss(20)
_PLACES = 0.5 * (1.0 + np.concatenate([_POINTS, [_NUDGE - 1.0, 1.0 - _NUDGE]]))
_LOG_ROOT_2_PI = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True)
class Smoothed:
    """What an ensemble needs to know of a loss: arrays of the shape of μ.

    With L(μ) = ln ∫Dy exp(−βf(μ + σy)): `log_weight` is L; `slope` = σL′ and `curvature` = σ²L″ are in units of the
    width. Of the tilted stability x = μ + σy: `loss` = ⟨f⟩, `loss_variance`, `covariance` = ⟨f; y⟩, and `error_rate`
    = ⟨Θ(−x)⟩. Derivatives with respect to β follow: ∂L = −`loss`, ∂²L = `loss_variance`, ∂(σL′) = −`covariance`.
    """

    log_weight: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    loss: np.ndarray
    loss_variance: np.ndarray
    covariance: np.ndarray
    error_rate: np.ndarray


def smoothed(loss, beta, mu, sigma):
    r"""The Boltzmann weight exp(−βf) averaged over stabilities of mean μ and width σ, and what it tilts.

    $$ W(\mu, \sigma) = \int Dy\, e^{-\beta f(\mu + \sigma y)}, \qquad
       \langle g \rangle = \frac1W \int Dy\, e^{-\beta f(\mu + \sigma y)} g(\mu + \sigma y) $$

    the energetic term of shaping-2020 (16) at inverse temperature β. `mu` is an array, `sigma` > 0 and `beta` ≥ 0
    are numbers. Returns `Smoothed`. ln W is accurate to 1e-14 (1 + |ln W|), the rest to 1e-13 on the scales of the
    tilted distribution: so `slope` and `curvature`, small for σ → 0, have absolute accuracy. A user's loss must be
    analytic between its bends for that. Raises ValueError for numbers out of range, TypeError for what is not a `Loss`,
    `NotConverged` where the loss is too rough.

    >>> from flatminima.losses import ERRORS
    >>> print(round(float(np.exp(smoothed(ERRORS, 1.0, 0.0, 0.3).log_weight)), 14), round((1 + math.exp(-1)) / 2, 14))
    0.68393972058572 0.68393972058572
    """
    mu = np.asarray(mu, dtype=float)
    owner, y, weight, f, log_weight = _tilted(loss, beta, mu, sigma)
    x = mu.reshape(-1)[owner] + sigma * y
    mean = lambda values: np.bincount(owner, weight * values, mu.size)
    mean_y, mean_f = mean(y), mean(f)
    from_y, from_f = y - mean_y[owner], f - mean_f[owner]
    columns = (
        log_weight, mean_y, mean(from_y * from_y) - 1.0,
        mean_f, mean(from_f * from_f), mean(from_f * from_y), mean(np.where(x < 0.0, 1.0, 0.0)),
    )
    return Smoothed(*(column.reshape(mu.shape) for column in columns))


def tilted_nodes(loss, beta, mu, sigma):
    r"""Nodes and weights of averages over the tilted stability, for every μ: whatever `smoothed` does not contain.

    $$ \langle g \rangle_i \simeq \sum_{k:\ \text{owner}_k = i} \text{weight}_k\, g(\mu_i + \sigma y_k), \qquad \langle 1 \rangle_i = 1 $$

    Returns (owner, y, weight, log_weight), the first three of equal length, the last with ln W of every μ.
    Ranges, accuracy and errors as `smoothed`.

    >>> from flatminima.losses import ERRORS
    >>> owner, y, weight, _ = tilted_nodes(ERRORS, 0.0, np.array([0.0, 1.0]), 1.0)
    >>> [round(float(weight[owner == i] @ y[owner == i] ** 4), 12) for i in (0, 1)]  # of a Gaussian
    [3.0, 3.0]
    """
    owner, y, weight, _, log_weight = _tilted(loss, beta, mu, sigma)
    return owner, y, weight, log_weight


def _tilted(loss, beta, mu, sigma):
    """What `tilted_nodes` returns, and the losses at the nodes before the last of it."""
    require_loss(loss)
    beta = real_number("beta", beta, 0.0, math.inf, closed=True)
    sigma = real_number("sigma", sigma, 0.0)
    mu = np.asarray(mu, dtype=float).reshape(-1)
    if not np.isfinite(mu).all():
        raise ValueError(f"mu contains {mu[~np.isfinite(mu)][0]}; it must be finite.")
    exponent = _Exponent(loss, beta, mu, sigma)
    owner, y, weight, E, f = _panels(exponent)
    top = exponent.top
    weight = weight * np.exp(E - top[owner])
    total = np.bincount(owner, weight, mu.size)
    if not (total > 0.0).all():
        raise NotConverged(f"The Boltzmann weight of {loss!r} has a peak that was not resolved", residual=1.0, state=exponent.peak)
    return owner, y, weight / total[owner], f, top + np.log(total) - _LOG_ROOT_2_PI


class _Exponent:
    """E(y) = −y²/2 − βf(μ + σy) of every μ, its highest value seen so far, and the range that counts."""

    def __init__(self, loss, beta, mu, sigma):
        self.loss, self.beta, self.mu, self.sigma = loss, beta, mu, sigma
        self.top = np.full(mu.size, -math.inf)
        self.peak, self.reach = self._scan(np.zeros(mu.size))
        self.peak, self.reach = self._zoom()

    def __call__(self, y, owner):
        owner = owner[:, None]
        x = self.mu[owner] + self.sigma * y
        f = np.asarray(self.loss.value(x), dtype=float)
        if f.shape != x.shape or not (f >= 0.0).all():
            raise ValueError(f"the loss {self.loss!r} must return one number ≥ 0 for every stability.")
        E = -0.5 * y * y - self.beta * f
        np.maximum.at(self.top, owner[:, 0], E.max(axis=1))
        return E, f

    def _scan(self, centre, width=None):
        """The highest of 33 points around a centre, and how far from 0 the weight reaches if it is right: f ≥ 0."""
        everyone = np.arange(self.mu.size)
        if width is None:
            width = np.sqrt(2.0 * (_NATS - self(np.zeros((self.mu.size, 1)), everyone)[0][:, 0]))
        y = centre[:, None] + width[:, None] * _SCAN
        E, _ = self(y, everyone)
        return y[everyone, E.argmax(axis=1)], np.sqrt(2.0 * (_NATS - self.top))

    def _zoom(self):
        peak, reach = self.peak, self.reach
        width = 2.0 * reach / (_SCAN.size - 1)
        for _ in range(4):
            peak, reach = self._scan(peak, width)
            width = 2.0 * width / (_SCAN.size - 1)
        return peak, reach


def _panels(exponent):
    """Nodes of all accepted panels: their owner, place, Lebesgue weight, exponent and loss."""
    reach, peak = exponent.reach, exponent.peak
    turns = {0.0, *(centre for centre, _ in exponent.loss.bends)}  # errors are counted, too: they end at 0
    marks = [(turn - exponent.mu) / exponent.sigma for turn in sorted(turns)]
    edges = np.sort(np.clip(np.stack([-reach, peak, *marks, reach], axis=1), -reach[:, None], reach[:, None]), axis=1)
    owner = np.repeat(np.arange(reach.size), edges.shape[1] - 1)
    panels = _Panels(exponent, owner, edges[:, :-1].reshape(-1), edges[:, 1:].reshape(-1))
    panels = panels.kept(panels.high > panels.low)
    accepted, settled = [], np.zeros((2, reach.size))
    for _ in range(_LEVELS):
        top = exponent.top
        halves = panels.halved()
        value, new = panels.value(top), halves.value(top)
        both = new[:, ::2] + new[:, 1::2]
        total = settled + _per_owner(panels.owner, both, reach.size)
        steep = panels.steepness(top) | halves.steepness(top)[::2] | halves.steepness(top)[1::2]
        done = (np.abs(value - both) <= _TOLERANCE * total[:, panels.owner]).all(axis=0) & ~steep
        twice = np.repeat(done, 2)
        accepted.append(halves.kept(twice))
        settled += _per_owner(accepted[-1].owner, new[:, twice], reach.size)
        panels = halves.kept(~twice)
        if panels.owner.size == 0:
            columns = [np.concatenate([getattr(part, name) for part in accepted]) for name in ("owner", "y", "weight", "E", "f")]
            size = columns[1].shape[1]
            return np.repeat(columns[0], size), *(column.reshape(-1) for column in columns[1:])
    worst = float(np.max(np.abs(value - both)[0] / total[0, halves.owner[::2]]))
    raise NotConverged(f"The Boltzmann weight of {exponent.loss!r} was not resolved", residual=worst, state=exponent.peak)


def _per_owner(owner, rows, size):
    return np.stack([np.bincount(owner, row, size) for row in rows])


class _Panels:
    """Intervals [low, high] of y with their Gauss–Legendre nodes, exponent and loss there, and the exponent at both edges."""

    def __init__(self, exponent, owner, low, high):
        self.exponent, self.owner, self.low, self.high = exponent, owner, low, high
        E, f = exponent(low[:, None] + (high - low)[:, None] * _PLACES, owner)
        self.E, self.f, self.at_edges = E[:, :-2], f[:, :-2], E[:, -2:].max(axis=1)

    @property
    def y(self):
        return self.low[:, None] + (self.high - self.low)[:, None] * _PLACES[:-2]

    @property
    def weight(self):
        return 0.5 * (self.high - self.low)[:, None] * _POINT_WEIGHTS

    def value(self, top):
        """The panel's share of ∫exp E and of ∫f exp E."""
        weight = self.weight * np.exp(self.E - top[self.owner, None])
        return np.stack([weight.sum(axis=1), (weight * self.f).sum(axis=1)])

    def steepness(self, top):
        """Whether the exponent falls so fast from an edge that all nodes miss the peak there."""
        return (self.at_edges > self.E.max(axis=1) + 1.0) & (self.at_edges > top[self.owner] - _NATS)

    def kept(self, which):
        part = object.__new__(_Panels)
        part.exponent = self.exponent
        for name in ("owner", "low", "high", "E", "f", "at_edges"):
            setattr(part, name, getattr(self, name)[which])
        return part

    def halved(self):
        middle = 0.5 * (self.low + self.high)
        low = np.stack([self.low, middle], axis=1).reshape(-1)
        high = np.stack([middle, self.high], axis=1).reshape(-1)
        return _Panels(self.exponent, np.repeat(self.owner, 2), low, high)
