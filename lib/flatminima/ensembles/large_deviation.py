r"""The densest regions: infinitely many real replicas at mutual overlap q₁. relu-2019 (9), (D1), (D3), (D4).

y copies of the weights, all solutions, are kept at mutual overlap q₁; their joint entropy per copy at
y → ∞ measures the densest clusters there are, typical or not. It is the one-step free entropy at m = y
with q₀ = q₁ − δq₀/m and q̂₀ = q̂₁ − δq̂₀/m, whose inner integrals become maxima:

    F(q₁) = −q̂₁(1 − q₁)/2 − (δq₀ q̂₁ + q₁ δq̂₀)/2
            + ∫Du max_v [−v²/2 + ln 2cosh(√q̂₁ u + √δq̂₀ v)]
            + α ∫Dz max_w [−w²/2 + ln H(−(√Q z + √δQ w)/√(1−Q))],      Q = ρ(q₁), δQ = ρ′(q₁) δq₀.

No maximum is searched for: u and z are explicit, increasing functions of the fields g and h at which
the maxima are reached,

    u = (g − δq̂₀ tanh g)/√q̂₁,    z = (h − δQ ℓ′(h))/√Q,    ℓ(h) = ln H(−h/√(1−Q)),

so that both integrals are done over g and h. For δq̂₀ > 1 the maximiser jumps from −g₀ to g₀ at u = 0,
with g₀ = δq̂₀ tanh g₀, and the g in between are never reached.
"""

import math
from dataclasses import dataclass

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.curves import dip
from flatminima.ensembles.typical import critical_capacity
from flatminima.errors import NoSolution, NotConverged
from flatminima.gaussian import tails
from flatminima.validation import real_number
from flatminima.weights import BINARY

_PANELS = 24  # of 16 nodes each
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_REACH = 9.0  # standard deviations of u and z


@dataclass(frozen=True)
class LargeDeviationState:
    """A saddle point at mutual overlap `q1`: order parameters, entropy, slope, residual, error estimate.

    `normalised` is `entropy` less that of unconstrained replicas, at most 0; `slope` is the
    derivative of `entropy` with respect to the distance (1 − q₁)/2.
    """

    q1: float
    alpha: float
    kappa: float
    entropy: float
    normalised: float
    slope: float
    delta_q0: float
    q1_hat: float
    delta_q0_hat: float
    residual: float
    error: float

    @property
    def distance(self):
        return 0.5 * (1.0 - self.q1)


def _panels(low, high, count):
    """Gauss–Legendre nodes and weights on equal panels of [low, high]."""
    edges = np.linspace(low, high, count + 1)
    half = 0.5 * np.diff(edges)[:, None]
    middle = 0.5 * (edges[1:] + edges[:-1])[:, None]
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()


def _gaussian(u):
    return np.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi)


def _entropic(q1_hat, delta_hat, panels=_PANELS):
    """(⟨max⟩, 1 − ⟨tanh² g⟩, ⟨u tanh g⟩/√q̂₁) over the maximiser g; by symmetry twice the half-line."""
    start = _jump(delta_hat)
    root = math.sqrt(q1_hat)
    end = saddle.critical(
        lambda g: g - delta_hat * math.tanh(g) - _REACH * root, start, start + _REACH * root + delta_hat + 1.0, tolerance=1e-6
    )
    g, weight = _panels(start, end, panels)
    tanh = np.tanh(g)
    flat = 1.0 / np.cosh(np.minimum(g, 350.0)) ** 2
    u = (g - delta_hat * tanh) / root
    measure = 2.0 * weight * _gaussian(u) * (1.0 - delta_hat * flat) / root
    value = -0.5 * delta_hat * tanh**2 + g + np.log1p(np.exp(-2.0 * g))
    return measure @ value, measure @ flat, (measure @ (u * tanh)) / root


def _jump(delta_hat):
    """The positive root of g = δq̂₀ tanh g, or 0 for δq̂₀ ≤ 1."""
    if delta_hat <= 1.0 + 1e-12:
        return 0.0
    return saddle.critical(lambda g: g - delta_hat * math.tanh(g), 1e-9 + math.sqrt(1.5 * (1 - 1 / delta_hat)) / 2, delta_hat)


def _energetic(Q, delta, kappa, panels=2 * _PANELS):
    """(⟨max⟩, ⟨ℓ′²⟩, ⟨ℓ″²/(1 − δQ ℓ″)⟩) over the maximiser h."""
    width = math.sqrt(1.0 - Q)
    slope_at = lambda h: float(tails((kappa - h) / width)[2]) / width
    z_of = lambda h: (h - delta * slope_at(h)) / math.sqrt(Q)
    far = _REACH + abs(kappa) + 1.0
    low = saddle.critical(lambda h: z_of(h) + _REACH, -far * math.sqrt(Q) - 1.0, far + 2.0 * delta * far / width**2, tolerance=1e-6)
    high = saddle.critical(lambda h: z_of(h) - _REACH, low, far + 2.0 * delta * far / width**2, tolerance=1e-6)
    h, weight = _panels(low, high, panels)
    c = (kappa - h) / width
    _, log_h, mills = tails(c)
    l1, l2 = mills / width, -mills * (mills - c) / (1.0 - Q)
    z = (h - delta * l1) / math.sqrt(Q)
    measure = weight * _gaussian(z) * (1.0 - delta * l2) / math.sqrt(Q)
    return measure @ (log_h - 0.5 * delta * l1 * l1), measure @ (l1 * l1), measure @ (l2 * l2 / (1.0 - delta * l2))


def _unconstrained(q1):
    """The entropy per copy without patterns: that of a magnetisation √q₁."""
    up = 0.5 * (1.0 + math.sqrt(q1))
    down = 0.5 * (1.0 - q1) / (1.0 + math.sqrt(q1))
    return -up * math.log(up) - down * math.log(down)


class _Equations:
    """The two saddle-point equations left once q̂₁ = α ρ′ ⟨ℓ′²⟩ is eliminated, in x = (ln δq₀, ln δq̂₀)."""

    def __init__(self, alpha, kappa, architecture):
        self.alpha, self.kappa, self.rho = alpha, kappa, architecture

    def energetic(self, q1, delta_q0, panels=2 * _PANELS):
        rho = self.rho
        return _energetic(rho.overlap(q1), rho.slope(q1) * delta_q0, self.kappa / rho.field_scale, panels)

    def q1_hat(self, q1, delta_q0):
        return self.alpha * self.rho.slope(q1) * self.energetic(q1, delta_q0)[1]

    def mismatch(self, x, q1):
        """ln of both sides of ⟨u tanh g⟩/√q̂₁ = 1 − q₁ + δq₀ and of 1 − ⟨tanh² g⟩ = 1 − q₁."""
        delta_q0, delta_hat = np.exp(x)
        _, flat, response = _entropic(self.q1_hat(q1, delta_q0), delta_hat)
        with np.errstate(divide="ignore"):  # out of reach: infinite, and rejected
            return np.log([response / (1.0 - q1 + delta_q0), flat / (1.0 - q1)])

    def residual(self, x, q1, shift=1e-6):
        """The mismatch and its Jacobian by central differences, which only the speed depends on."""
        value = self.mismatch(x, q1)
        columns = [(self.mismatch(x + e, q1) - self.mismatch(x - e, q1)) / (2 * shift) for e in shift * np.eye(2)]
        return (value, np.array(columns).T) if np.isfinite(value).all() else (np.full(2, np.inf), np.eye(2))

    def start(self, q1):
        """Unknowns at q₁ from nowhere: a scan of δq₀, with δq̂₀ the root of its own equation at each."""
        free = math.log(math.atanh(math.sqrt(q1)) / math.sqrt(q1))

        def log_hat(log_q0):
            flat = lambda x: self.mismatch(np.array([log_q0, x]), q1)[1]
            return saddle.critical(flat, free - 8.0, free + 1.0) if flat(free - 8.0) > 0 else free - 8.0

        scan = np.linspace(math.log(1e-2), math.log(1e9), 56)
        pair = saddle.first_sign_change(lambda x: self.mismatch(np.array([x, log_hat(x)]), q1)[0], scan)
        return saddle.solve(lambda x: self.residual(x, q1), [pair[0], log_hat(pair[0])], longest_step=0.5)[0]

    def state(self, x, q1):
        delta_q0, delta_hat = map(float, np.exp(x))
        q1_hat = float(self.q1_hat(q1, delta_q0))

        def entropy(panels):
            return float(
                -0.5 * q1_hat * (1.0 - q1 + delta_q0)
                - 0.5 * q1 * delta_hat
                + _entropic(q1_hat, delta_hat, panels)[0]
                + self.alpha * self.energetic(q1, delta_q0, 2 * panels)[0]
            )

        fine, coarse = entropy(2 * _PANELS), entropy(_PANELS)
        _, l1_squared, response = self.energetic(q1, delta_q0)
        bend = self.rho.slope(q1) ** 2 * response + self.rho.curvature(q1) * l1_squared
        return LargeDeviationState(
            q1=q1,
            alpha=self.alpha,
            kappa=self.kappa,
            entropy=fine,
            normalised=fine - _unconstrained(q1),
            slope=float(delta_hat - self.alpha * delta_q0 * bend),
            delta_q0=delta_q0,
            q1_hat=q1_hat,
            delta_q0_hat=delta_hat,
            residual=float(np.max(np.abs(self.mismatch(x, q1)))),
            error=abs(fine - coarse) + 1e-15 * (1.0 + q1_hat * (1.0 + delta_q0) + delta_hat),
        )


def trace(q1, alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Entropy per copy of y → ∞ solutions at mutual overlaps q₁.

    $$ \mathcal F(q_1) = \operatorname*{extr}_{\hat q_1, \delta q_0, \delta\hat q_0}
       \left[ \mathcal G_S(q_1) + \alpha\, \mathcal G_E(q_1) \right] $$

    relu-2019 (9) at y → ∞ with (D1) and (D3); the integrals are those at the top of this module.
    `q1` a sequence in (0, 1), `alpha` > 0. Returns a list, in the order asked for, of
    `LargeDeviationState`, or `NoSolution` where the branch has ended. Accuracy 1e-10. Raises
    ValueError or TypeError for input out of range.

    >>> [round(state.normalised, 6) for state in trace([0.9, 0.8], 0.5)]
    [-0.008117, -0.027836]
    """
    alpha, kappa = real_number("alpha", alpha, 0.0), real_number("kappa", kappa)
    overlaps = np.array([real_number("q1", q, 0.0, 1.0) for q in q1])
    equations = _Equations(alpha, kappa, architecture)
    anchor = float(np.clip(np.median(overlaps), 0.6, 0.9))
    start, found = equations.start(anchor), {}

    def solve_at(log_distance, guess):
        return saddle.solve(lambda x: equations.residual(x, 1.0 - math.exp(log_distance)), guess)[0]

    for side in (np.unique(overlaps[overlaps <= anchor])[::-1], np.unique(overlaps[overlaps > anchor])):
        branch = saddle.trace(solve_at, np.log1p(-side), start, origin=math.log1p(-anchor), stride=0.4)
        found.update({q: equations.state(x, q) for q, (_, x) in zip(side.tolist(), branch)})
    missing = NoSolution(f"at alpha = {alpha:g} the branch of y → ∞ replicas has ended before this overlap.")
    return [found.get(q, missing) for q in overlaps.tolist()]


def solve(q1, alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    """Entropy per copy of y → ∞ solutions at one mutual overlap: see `trace`, relu-2019 (9).

    >>> round(solve(0.9, 0.5).entropy, 8)
    0.11119263
    """
    return trace([q1], alpha, kappa, weights, architecture)[0]


def fracture(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_U at which F(q₁) stops being monotonic in the distance.

    $$ \min_{d} \frac{dF}{dd}(\alpha_U) = 0, \qquad d = \frac{1 - q_1}{2} $$

    The criterion that relu-2019 calls α_U, here in the mutual overlap of y → ∞ replicas: beyond it the
    dense cluster breaks into pieces. Accuracy 1e-8.

    >>> round(fracture(), 4)
    0.7549
    """
    capacity = critical_capacity(kappa, weights, architecture)

    def smallest_slope(alpha):
        def slopes(log_d):
            states = trace(1.0 - 2.0 * np.exp(log_d), alpha, kappa, weights, architecture)
            return np.array([state.slope if state else math.nan for state in states])

        return dip(slopes, np.log(np.geomspace(0.012, 0.16, 25)))[0]

    return saddle.critical(smallest_slope, 0.8 * capacity, 0.98 * capacity, tolerance=1e-9)
