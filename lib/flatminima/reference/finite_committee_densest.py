r"""Energetic term of y real replicas of three sign units by brute force, majority and parity. shaping-2020 (G_E, K=3) and (d0).

The output is right when the number of right units is allowed. With p_ℓ = H(−x_ℓ) at the fields x, in units of √(1−q₁),

    L(x) = ln Σ_{allowed patterns s} Π_ℓ H(−s_ℓ x_ℓ),

    y → ∞:      G_E = ∫Π Dv_ℓ max_x [ L(x) − |x − h|²/(2 d₀/(1−q₁)) ],    h = √(q₀/(1−q₁)) v,
    y finite:   G_E = ∫Π Dv_ℓ (1/y) ln ∫Π Du_ℓ exp y L(√((q₁−q₀)/(1−q₁)) u + h).

The maximum is sought by Newton's method from h and from a point in every allowed octant. Nothing is assumed about which wins.
At v related by a symmetry of the decision the maxima are equal: units are interchangeable, and for parity two signs may be
reversed. So one ordered copy is enough, v₁ ≥ v₂ ≥ v₃ (majority) or v₁ ≥ v₂ ≥ |v₃| (parity). Most kinks, where two maxima
tie, are its faces, at which Gauss–Legendre nodes crowd; for majority there are some inside. Accuracy about 1e-6 with 24 nodes a
dimension where 1 − q₁ is 0.1 or more.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy import special

MAJORITY = (False, False, True, True)
PARITY = (False, True, False, True)

_REACH = 7.5  # standard deviations of v
_PATTERNS = np.array(list(itertools.product((1.0, -1.0), repeat=3)))  # +1 where a unit is right


@dataclass(frozen=True)
class Average:
    """A Gaussian average: its value, the average of |u|² at the maxima (NaN at finite y) and an error estimate of the value."""

    value: float
    square: float
    error: float


def log_pattern(x, allowed):
    """L, its gradient and its Hessian at fields x of shape (..., 3): mean and covariance over the allowed patterns.

    >>> value, gradient, _ = log_pattern(np.zeros(3), MAJORITY)
    >>> bool(abs(value + math.log(2)) < 1e-15), bool(np.all(abs(gradient - 1 / math.sqrt(2 * math.pi)) < 1e-15))
    (True, True)
    """
    patterns = _allowed_patterns(allowed)
    log_tail = {sign: special.log_ndtr(sign * x) for sign in (1.0, -1.0)}
    ratio = {sign: math.sqrt(2 / math.pi) / special.erfcx(-sign * x / math.sqrt(2)) for sign in (1.0, -1.0)}  # G/H
    logs = np.stack([sum(log_tail[s][..., i] for i, s in enumerate(pattern)) for pattern in patterns])
    value = special.logsumexp(logs, axis=0)
    shares = np.exp(logs - value)
    slopes = np.stack([np.stack([s * ratio[s][..., i] for i, s in enumerate(pattern)], axis=-1) for pattern in patterns])
    gradient = np.einsum("p...,p...i->...i", shares, slopes)
    bends = -slopes * (slopes + x)
    hessian = np.einsum("p...,p...i,p...j->...ij", shares, slopes, slopes) - gradient[..., :, None] * gradient[..., None, :]
    return value, gradient, hessian + np.einsum("p...,p...i,ij->...ij", shares, bends, np.eye(3))


def highest(h, spread, allowed):
    """max over x of L(x) − |x − h|²/(2 `spread`), and the x where it is reached; h has the shape (n, 3).

    >>> value, x = highest(np.array([[4.0, 4.0, 4.0]]), 1e-9, MAJORITY)     # no room to move
    >>> bool(abs(value[0] - log_pattern(x[0], MAJORITY)[0]) < 1e-9)
    True
    """
    best, place = np.full(len(h), -np.inf), np.array(h)
    starts = [h] + [s * np.maximum(s * h, 0.5) for s in _allowed_patterns(allowed)]
    for start in starts:
        value, x = _climb(start, h, spread, allowed)
        better = value > best
        best, place = np.where(better, value, best), np.where(better[:, None], x, place)
    return best, place


def densest(q0, spread, complement, allowed, nodes=24):
    r"""∫Dv max_x […], at q₀, d₀ = `spread` and 1 − q₁ = `complement` (y → ∞ has q₀ = q₁).

    `nodes` is the number a dimension; the error is the change from two thirds of it. `square` is E|u|² = d₀ E|∇L|², of
    which 2 ∂G_E/∂d₀ is 1/d₀ times.

    >>> round(densest(0.5, 1e-6, 0.5, MAJORITY).value, 4)     # E ln P at q = 1/2
    -0.8964
    """
    return _refined(lambda n: _densest(q0, spread, complement, allowed, n), nodes)


def finite(q0, q1, y, allowed, nodes=24):
    """∫Dv (1/y) ln ∫Du P^y, both integrals by product rules, for real y > 0; `nodes` is even, the number a dimension outside.

    >>> pairs = (1 + (2 / math.pi * math.asin(0.5)) ** 3) / 4     # parity at q₀ = 0: both of two replicas right
    >>> bool(abs(finite(0.0, 0.5, 2, PARITY).value - math.log(pairs) / 2) < 1e-9)
    True
    """
    return _refined(lambda n: (_finite(q0, q1, y, allowed, n + n % 2), math.nan), nodes)


def _allowed_patterns(allowed):
    return [pattern for pattern in _PATTERNS if allowed[int(np.sum(pattern > 0))]]


def _refined(rule, nodes):
    (coarse, _), (value, square) = rule(max(2 * nodes // 3, 2)), rule(nodes)
    return Average(value, square, abs(value - coarse))


def _climb(start, h, spread, allowed):
    """Newton's method, made an ascent: curvatures of the wrong sign are reversed and steps halved."""
    x, active = np.array(start), np.arange(len(h))
    height = lambda x, which: log_pattern(x, allowed)[0] - np.sum((x - h[which]) ** 2, axis=-1) / (2 * spread)
    for _ in range(80):
        value, slope, hessian = log_pattern(x[active], allowed)
        away = x[active] - h[active]
        value, slope = value - np.sum(away**2, axis=-1) / (2 * spread), slope - away / spread
        curvatures, axes = np.linalg.eigh(hessian - np.eye(3) / spread)
        along = np.einsum("nji,nj->ni", axes, slope) / np.maximum(np.abs(curvatures), 1e-3 / spread)
        step = np.einsum("nij,nj->ni", axes, along)
        share, trial = np.ones(len(active)), x[active] + step
        for _ in range(20):
            lower = height(trial, active) < value - 1e-14 * (1 + np.abs(value))
            if not lower.any():
                break
            share[lower] *= 0.5
            trial[lower] = (x[active] + share[:, None] * step)[lower]
        x[active] = np.where(lower[:, None], x[active], trial)
        moving = np.max(np.abs(share[:, None] * step), axis=-1) > 1e-9 * (1 + math.sqrt(spread))
        active = active[moving & ~lower]
        if not len(active):
            break
    return height(x, np.arange(len(h))), x


def _densest(q0, spread, complement, allowed, nodes):
    width = min(math.sqrt((complement + spread) / q0), 2.0)
    v, weights = _ordered_copy(allowed, width, nodes)
    h = math.sqrt(q0 / complement) * v
    value, x = highest(h, spread / complement, allowed)
    square = np.sum((x - h) ** 2, axis=-1) * complement / spread
    return float(weights @ value), float(weights @ square)


def _ordered_copy(allowed, width, nodes):
    """Nodes v (n, 3) and weights of the Gaussian measure in one ordered copy, times the number of copies."""
    parity = tuple(allowed) == PARITY
    place, share = special.roots_legendre(nodes)
    unit, unit_share = 0.5 * (place + 1), 0.5 * share
    stretch = math.asinh(_REACH / width)

    def half_line(squeeze):
        """From 0, crowded there: t = w sinh(X r²)."""
        r = stretch * unit**squeeze
        return width * np.sinh(r), width * np.cosh(r) * stretch * squeeze * unit ** (squeeze - 1) * unit_share

    above, above_share = half_line(2)
    if parity:  # v₂ ≥ 0, v₁ = v₂ + t, v₃ = v₂ τ with −1 < τ < 1
        middle, middle_share = half_line(2)
        turn = np.sin(0.5 * math.pi * place)
        turn_share = 0.5 * math.pi * np.cos(0.5 * math.pi * place) * share
        v2, t, tau = np.meshgrid(middle, above, turn, indexing="ij")
        v, jacobian, copies = np.stack([v2 + t, v2, v2 * tau], axis=-1), v2, 24
    else:
        middle = width * np.sinh(stretch * place)
        middle_share, turn_share = width * np.cosh(stretch * place) * stretch * share, above_share
        v2, t, below = np.meshgrid(middle, above, above, indexing="ij")
        v, jacobian, copies = np.stack([v2 + t, v2, v2 - below], axis=-1), np.ones_like(v2), 6
    measure = np.einsum("i,j,k->ijk", middle_share, above_share, turn_share)
    density = np.exp(-0.5 * np.sum(v * v, axis=-1)) / (2 * math.pi) ** 1.5
    weights = (copies * measure * jacobian * density).ravel()
    kept = weights > 1e-18
    return v.reshape(-1, 3)[kept], weights[kept]


def _finite(q0, q1, y, allowed, nodes):
    """The outer sum is over ordered triples, for parity of one sign but the last; the inner sum is over all nodes."""
    parity = tuple(allowed) == PARITY
    outer, outer_share = _normal(nodes)
    noise, spread = math.sqrt(1 - q1), math.sqrt(q1 - q0)
    inner, inner_share = _normal(math.ceil(2 * nodes * max(1.0, spread / noise)))
    fields = (math.sqrt(q0) * outer[:, None] + spread * inner) / noise
    agree = {1.0: special.ndtr(fields), -1.0: special.ndtr(-fields)}
    first = nodes // 2 if parity else 0
    total = norm = 0.0
    for triple in itertools.combinations_with_replacement(range(first, nodes), 3):
        share = len(set(itertools.permutations(triple))) * np.prod(outer_share[list(triple)])
        for a, b, c in {triple, (*triple[:2], nodes - 1 - triple[2])} if parity else {triple}:
            chance = 0.0
            for s in _allowed_patterns(allowed):
                chance = chance + (agree[s[0]][a][:, None] * agree[s[1]][b])[:, :, None] * agree[s[2]][c]
            total += share * math.log(chance**y @ inner_share @ inner_share @ inner_share) / y
            norm += share
    return float(total / norm)


def _normal(nodes):
    """Trapezoid rule for the normal distribution; its error falls faster than any power for analytic integrands."""
    v, step = np.linspace(-_REACH, _REACH, nodes, retstep=True)
    share = step * np.exp(-0.5 * v * v) / math.sqrt(2 * math.pi)
    return v, share / share.sum()
