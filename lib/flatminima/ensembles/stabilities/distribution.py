"""The density of stabilities in a solved state, its first two moments and its mode."""

import math
import reprlib
from dataclasses import dataclass

import numpy as np
from numba import njit

from flatminima import saddle
from flatminima.ensembles.large_deviation import LargeDeviationState
from flatminima.ensembles.stabilities.fields import densest_fields, one_step_fields, typical_fields
from flatminima.ensembles.typical import TypicalState
from flatminima.errors import NotConverged
from flatminima.gaussian.tails import _split_tail, inverse_mills

_FIRST_STEP, _SHORTER, _LEVELS = 0.7, 2.0 / 3.0, 6
_TOLERANCE = 1e-12
_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)


def density(stability, state):
    r"""Probability density of the stabilities Ξ of the patterns in a solved state.

    $$ P(\Xi) = \Theta(\Xi - \kappa) \int Dz_0\,
       \frac{\int Dz_1\, G(x)\, H(c)^{y-1}}{\sqrt{\Delta_2 - \Delta_1} \int Dz_1\, H(c)^y}, \qquad
       (x, c) = \frac{(\Xi, \kappa) - \sqrt{\Delta_0 - \Delta_{-1}}\, z_0 - \sqrt{\Delta_1 - \Delta_0}\, z_1}
                     {\sqrt{\Delta_2 - \Delta_1}} $$

    relu-2019 (E4) with its signs corrected; (E3) for a `TypicalState`, where Δ₁ = Δ₀ and y = 1; (E5) at y → ∞.
    `stability` is a number or an array, in the paper's units, those of (1/√K) Σ c_l g(λ_l); `state` is what
    `typical.solve` or `large_deviation.solve` returned, with its margin κ. The result has the shape of
    `stability`; it is zero below κ, and at κ the limit from above. Accuracy 1e-12, in units of 1 / `field_scale`.
    Raises TypeError for other states, ValueError where `stability` is NaN or where no pattern binds
    (δq₀ = ∞), and `NotConverged`.

    >>> from flatminima.ensembles import typical
    >>> state = typical.solve(1e-9)           # hardly any patterns: one half of a Gaussian
    >>> print(round(float(density(0.0, state)) ** 2 * math.pi, 8), density(-1.0, state))
    2.0 0.0
    """
    x = _stabilities(stability)
    setting = _Setting.of(state)
    values = setting.average(lambda h, weight: _mixture(x.ravel() / setting.scale, h, weight, *setting.cut)[0])
    return (values / setting.scale).reshape(x.shape)[()]


def moments(state):
    r"""Mean and variance of the stabilities in a solved state.

    $$ \langle \Xi \rangle = \langle h + w A(c) \rangle_h, \qquad
       \langle \Xi^2 \rangle = \langle h^2 + w^2 + w A(c) (h + \kappa) \rangle_h, \qquad
       c = (\kappa - h)/w,\ w^2 = \Delta_2 - \Delta_1 $$

    The first two moments of a Gaussian of mean h and width w cut off at κ, averaged over the local means h
    of relu-2019 (E3)–(E5). Returns two floats, in the units of `density`. Accuracy 1e-12. Errors are those of `density`.

    >>> from flatminima.ensembles import typical
    >>> mean, variance = moments(typical.solve(1e-9))
    >>> print(round(mean**2 * math.pi, 8), round(mean**2 + variance, 8))
    2.0 1.0
    """
    setting = _Setting.of(state)
    width, kappa = setting.cut

    def centred(h, weight):
        excess = width * inverse_mills((kappa - h) / width)
        mean = weight @ (h + excess)
        return np.array([mean, weight @ ((h - mean) * (h - mean + excess) + width**2 + (kappa - mean) * excess)])

    mean, variance = setting.average(centred)
    return float(setting.scale * mean), float(setting.scale**2 * variance)


def mode(state):
    r"""The most likely stability in a solved state: the margin, or a zero of the derivative of the density.

    $$ \Xi^* = \operatorname*{argmax}_{\Xi \ge \kappa} P(\Xi), \qquad P'(\Xi^*) = 0 \quad\text{or}\quad \Xi^* = \kappa $$

    relu-2019, "Stability distribution": 0 for typical solutions, away from it for dense ones. In the units of
    `density`. Accuracy 1e-10 (the density is flat there). Errors are those of `density`.

    >>> from flatminima.ensembles import typical
    >>> mode(typical.solve(0.4))
    0.0
    """
    setting = _Setting.of(state)
    width, kappa = setting.cut

    def derivative(x):
        # with the density, which sets the scale: the derivative vanishes at the root
        return setting.average(lambda h, weight: np.array(_mixture(np.array([x]), h, weight, width, kappa)))[1, 0]

    mean, variance = moments(state)
    grid = np.linspace(kappa, (mean + 3.0 * math.sqrt(variance)) / setting.scale, 201)
    best = int(np.argmax(density(setting.scale * grid, state)))
    if best == 0 and derivative(kappa) <= 0.0:
        return setting.scale * kappa
    return setting.scale * saddle.critical(derivative, grid[max(best - 1, 0)], grid[best + 1])


@dataclass(frozen=True)
class _Setting:
    """What the average over h needs of a state: `nodes(step)` of h, (width, κ) and the scale of the output field."""

    nodes: object
    cut: tuple
    scale: float

    @classmethod
    def of(cls, state):
        if isinstance(state, TypicalState):
            return cls._typical(state)
        if isinstance(state, LargeDeviationState):
            if state.loss is not None:
                raise ValueError(f"state belongs to the loss {state.loss!r}; it must be one of solutions, which obey a margin.")
            return cls._large_deviation(state)
        raise TypeError(f"state is {reprlib.repr(state)}; it must be a state of typical or of large_deviation.")

    @classmethod
    def _typical(cls, state):
        rho = state.architecture
        overlap, complement = rho.overlap(state.q), rho.complement(state.one_minus_q)
        nodes = lambda step: typical_fields(overlap, complement, step)
        return cls(nodes, (math.sqrt(complement), state.kappa / rho.field_scale), rho.field_scale)

    @classmethod
    def _large_deviation(cls, state):
        rho, one_minus_q1 = state.architecture, 1.0 - state.q1
        overlap_1, complement = rho.overlap(state.q1), rho.complement(one_minus_q1)
        kappa = state.kappa / rho.field_scale
        if state.y == math.inf:
            if state.delta_q0 == math.inf:
                raise ValueError(
                    "state has delta_q0 = ∞; where no pattern binds the stabilities of y → ∞ replicas have no limit."
                )
            push = rho.slope(one_minus_q1) * state.delta_q0
            nodes = lambda step: densest_fields(overlap_1, push, complement, kappa, step)
        else:
            split = state.delta_q0 / state.y  # q₁ − q₀
            overlap_0, spread = rho.overlap(state.q0), rho.difference(one_minus_q1 + split, split)
            nodes = lambda step: one_step_fields(overlap_0, spread, complement, kappa, state.y, step)
        return cls(nodes, (math.sqrt(complement), kappa), rho.field_scale)

    def average(self, of):
        """`of` (h, weights) with shorter and shorter steps until two values agree; raises `NotConverged`."""
        step = _FIRST_STEP
        values = of(*self.nodes(step))
        for _ in range(_LEVELS):
            step, previous = _SHORTER * step, values
            values = of(*self.nodes(step))
            error, size = np.max(np.abs(values - previous), initial=0.0), np.max(np.abs(values), initial=0.0)
            if error <= _TOLERANCE * max(1.0, size):
                return values
        raise NotConverged("The average over the local mean of the output field did not settle.", residual=error, state=self)


@njit(error_model="numpy", cache=True)
def _mixture(x, h, weight, width, kappa):
    """(P, dP/dx) at every x: the average of a Gaussian of mean h and `width`, cut off below κ and normalised."""
    value, slope = np.zeros(x.size), np.zeros(x.size)
    share, cut = np.empty(h.size), np.empty(h.size)
    for j in range(h.size):
        cut[j] = (kappa - h[j]) / width
        share[j] = weight[j] * _NORMALISATION / (width * _split_tail(cut[j])[0])
    for i in range(x.size):
        beyond = (x[i] - kappa) / width
        if beyond >= 0.0:
            for j in range(h.size):
                # the exponents of G and of H are combined before either is formed
                above = cut[j] + beyond
                square = beyond * (above + cut[j]) if cut[j] > 0.0 else above * above
                if square < 92.0:
                    term = share[j] * math.exp(-0.5 * square)
                    value[i] += term
                    slope[i] -= term * above / width
    return value, slope


def _stabilities(stability):
    x = np.asarray(stability)
    if x.dtype.kind not in "iuf":
        raise TypeError(f"stability is {reprlib.repr(stability)}; it must be a real number or an array of real numbers.")
    if np.isnan(x).any():
        raise ValueError(f"stability is {reprlib.repr(stability)}; every entry must be a real number, not NaN.")
    return x.astype(float)
