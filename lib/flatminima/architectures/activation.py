"""An activation as the quadratures see it: checked, centred, and resolved between the points where it jumps or bends."""

import math
from dataclasses import dataclass
from typing import Callable

import numpy as np

from flatminima.architectures.interpolated import JUMP, KINK, SMOOTH
from flatminima.architectures.panels import TO_COEFFICIENTS, nodes_of, resolve
from flatminima.errors import NotConverged
from flatminima.validation import real_number

_FARTHEST = 38.0  # beyond, the Gaussian density leaves the range of doubles
_NEGLIGIBLE = 45.0  # what is below e^(−45) = 3e-20 of the largest value of g²φ is left out
_PANEL = 3.0  # at most so wide: e^(−x²/2) on it is a polynomial of degree 31 to 1e-16
_SMOOTH = 1e-11
_STEP = 1e-9  # a smaller jump is rounding, and so is a thousandfold bend over a panel
_PHASE = 10.0  # of He_n ~ cos(√n x) on 16 nodes


@dataclass(frozen=True)
class Activation:
    """g − E[g] on panels that resolve it.

    What lies beyond ±`reach` does not count in E[g²]. `mesh` are the edges of the panels, among them the
    `breakpoints`. `kind` is JUMP if g jumps at one of them, KINK if it does not, SMOOTH if there are none.
    """

    function: Callable
    mean: float
    reach: float
    breakpoints: np.ndarray
    mesh: np.ndarray
    kind: int

    def __call__(self, x):
        return evaluate(self.function, x) - self.mean

    def parity(self):
        """1 if g is even, −1 if it is odd, else 0."""
        x = nodes_of(self.mesh)[0]
        here, there = evaluate(self.function, x), evaluate(self.function, -x)
        return next((sign for sign in (1, -1) if np.array_equal(there, sign * here)), 0)

    def variance_and_shares(self, count):
        r"""Var g, and the shares a_n = c_n²/Var g of ρ(q) = Σ a_n qⁿ with c_n = E[g He_n]/√n!, for n < `count`.

        Rounding enters a_n squared: what vanishes by symmetry comes out as 1e-32.
        """
        pieces = np.ceil(np.diff(self.mesh) * math.sqrt(count) / _PHASE).astype(int)
        inner = [np.linspace(*ends, n + 1)[:-1] for *ends, n in zip(self.mesh[:-1], self.mesh[1:], pieces)]
        x, weights = _gaussian_nodes(np.append(np.concatenate(inner), self.mesh[-1]))
        values = self(x)
        variance = float(weights @ values**2)
        shares, previous, present = np.zeros(count), np.zeros_like(x), np.ones_like(x)
        for n in range(1, count):
            previous, present = present, (x * present - math.sqrt(n - 1) * previous) / math.sqrt(n)
            shares[n] = (weights @ (values * present)) ** 2 / variance
        return variance, shares


def read(function, breakpoints):
    """The `Activation` of a callable; raises where it is unfit, with the reason."""
    if not callable(function):
        raise TypeError(f"activation is {function!r}; it must be a function of a NumPy array of floats.")
    points = {real_number("a breakpoint", point) for point in np.atleast_1d(breakpoints).tolist()}
    reach = _reach(function)
    farthest = math.sqrt(2.0) * reach  # u = cs + ed with |s|, |d| ≤ reach
    points = np.array(sorted(point for point in points if abs(point) < farthest))
    count = math.ceil(farthest / _PANEL)
    half = (np.arange(count) + 0.5) * farthest / (count - 0.5)
    edges = np.union1d(np.union1d(-half, half), points)
    x, weights = _gaussian_nodes(edges)
    values = evaluate(function, x)
    mean = float(weights @ values)
    spread = math.sqrt(weights @ (values - mean) ** 2)
    if spread <= 1e-14 * abs(mean):
        raise ValueError(f"activation is constant, {mean:.6g}; it must vary, or the output does not depend on the weights.")
    if spread < 1e-3 * abs(mean):
        raise ValueError(
            f"activation has mean {mean:.6g} and standard deviation {spread:.3g}; subtract the mean, "
            "which changes no overlap map and saves its digits."
        )

    def damped(x):  # both g² and g times a Hermite function are integrated with a factor √φ to spare
        return ((evaluate(function, x) - mean) * np.exp(-0.25 * x * x))[..., None]

    try:
        mesh, resolved = resolve(damped, edges, _SMOOTH)
        jumps, bends = _steps(mesh, resolved[:, :, 0])
        unexpected = bends & ~np.isin(mesh[1:-1], points)
        if unexpected.any():
            raise NotConverged("", residual=math.nan, state=float(mesh[1:-1][unexpected][0]))
    except NotConverged as failure:
        raise NotConverged(
            f"activation is not smooth near x = {failure.state:.6g}: pass the points where it jumps or bends as breakpoints",
            residual=failure.residual, state=failure.state,
        ) from None
    kind = SMOOTH if len(points) == 0 else JUMP if jumps.any() else KINK
    return Activation(function, mean, reach, points, mesh, kind)


def _steps(mesh, values):
    """Where g √φ jumps, and where it jumps or bends, at the inner edges: from the polynomials on both sides."""
    coefficients, n = values @ TO_COEFFICIENTS.T, np.arange(values.shape[1])
    signs, slopes, widths, largest = (-1.0) ** n, n * (n + 1.0), np.diff(mesh), np.abs(values).max()
    # P_n(±1) = (±1)ⁿ and P_n′(±1) = (±1)^(n−1) n(n+1)/2
    jumps = np.abs(coefficients[:-1].sum(axis=1) - coefficients[1:] @ signs)
    bends = np.abs(coefficients[:-1] @ slopes / widths[:-1] + coefficients[1:] @ (signs * slopes) / widths[1:])
    jumps = jumps > _STEP * largest
    return jumps, jumps | (bends * np.minimum(widths[:-1], widths[1:]) > 1e3 * _STEP * largest)


def evaluate(function, x):
    """The activation at an array of points, as floats; raises where it is not one finite real number for each."""
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(function(x))
        except Exception as failure:
            raise TypeError(f"activation fails on a NumPy array of floats: {failure}") from failure
    if values.dtype.kind not in "biuf" or values.shape not in ((), x.shape):
        raise TypeError(
            f"activation returned {values.dtype} of shape {values.shape} for x of shape {x.shape}; "
            "it must return one real number for every x."
        )
    values = np.broadcast_to(values.astype(float), x.shape)
    wrong = ~np.isfinite(values)
    if wrong.any():
        place = np.argmin(np.where(wrong, np.abs(x), np.inf))
        raise ValueError(f"activation is {values.flat[place]} at x = {x.flat[place]:.6g}; it must be finite for |x| < 38.")
    return values


def _gaussian_nodes(edges):
    x, weights = nodes_of(edges)
    return x.ravel(), (weights * np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)).ravel()


def _reach(function):
    """Where g²φ has fallen below e^(−45) of its largest value, for good."""
    x = np.linspace(-_FARTHEST, _FARTHEST, 1521) + 1e-3 * math.pi  # off the round numbers where activations break
    with np.errstate(divide="ignore"):
        exponent = 2.0 * np.log(np.abs(evaluate(function, x))) - 0.5 * x * x
    if not np.isfinite(exponent.max()):
        raise ValueError("activation is constant, 0; it must vary, or the output does not depend on the weights.")
    reach = float(np.abs(x[exponent > exponent.max() - _NEGLIGIBLE]).max())
    if reach > _FARTHEST / math.sqrt(2.0):
        raise ValueError("activation grows too fast: E[g(z)²] is infinite or out of reach; it must stay below exp(z²/4).")
    return reach
