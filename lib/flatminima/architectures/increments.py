r"""How far apart the outputs of two hidden units are on average: k(1) − k(q) as an average of squares.

Let (u, v) be standard Gaussian with correlation q = 1 − ω. Their sum and difference are independent,

    u = c s + e d,   v = c s − e d,   c = √(1 − ω/2),  e = √(ω/2),   s, d standard Gaussian,

and with E[g(u)²] = E[g(v)²] = k(1), E[g(u)g(−u)] = k(−1)

    k(1) − k(q) = ½ E[(g(u) − g(v))²],      k(−1) − k(−q) = ½ E[(g(u) − g(v)) (g(−u) − g(−v))].

The first integrand is positive: nothing cancels as q → 1. At fixed d, g breaks where s = (b ± e d)/c, and as a
function of d the inner integral breaks where two of these lines meet, d = |b − b′|/2e. Splitting there
leaves smooth pieces to Gauss–Legendre.
"""

import math

import numpy as np

from flatminima.architectures.panels import WEIGHTS, nodes_of, resolve



def increments(g, omega):
    """The two differences of k at q = 1 − `omega`, for 0 < omega ≤ 1."""
    c, e = math.sqrt(1.0 - 0.5 * omega), math.sqrt(0.5 * omega)
    mesh, breakpoints = (np.union1d(points, -points) for points in (g.mesh, g.breakpoints))
    parity = g.parity()
    mesh = mesh[np.abs(mesh) < g.reach * (c + e)]

    def over_s(d):
        """The inner integral times the density of d."""
        shift = e * d.ravel()[:, None]
        edges = np.concatenate([mesh - shift, mesh + shift, np.full_like(shift, np.inf), np.full_like(shift, -np.inf)], axis=1)
        edges = np.sort(np.clip(edges / c, -g.reach, g.reach), axis=1)
        s, weights = nodes_of(edges)
        shift = shift[:, :, None]
        u, v = c * s + shift, c * s - shift
        apart = g(u) - g(v)
        weights = weights * apart * np.exp(-0.5 * (s * s + (d * d).ravel()[:, None, None])) / (2.0 * math.pi)
        square = np.sum(weights * apart, axis=(1, 2))
        other = parity * square if parity else np.sum(weights * (g(-u) - g(-v)), axis=(1, 2))
        return np.stack([square, other], axis=-1).reshape(*d.shape, 2)

    crossings = np.abs(breakpoints[:, None] - breakpoints).ravel() / (2.0 * e)
    first = np.linspace(0.0, g.reach, math.ceil(g.reach / 3.0) + 1)
    edges, values = resolve(over_s, np.union1d(first, crossings[crossings < g.reach]), 1e-11)
    return np.einsum("p,i,pik->k", 0.5 * np.diff(edges), WEIGHTS, values)  # ½ for the square, 2 for the sign of d
