"""The Franz–Parisi branch: one distance (`solve`) or many (`trace`), followed outwards from a safe start."""

import math
from dataclasses import dataclass

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles import typical
from flatminima.ensembles.franz_parisi.equations import COARSE, Equations
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY

_TOLERANCE = 1e-10  # of the residual, which is relative
_ACCURACY = 2e-11  # of the entropy, relative to p̂ where that is large: beyond it the quadrature is refined
_FREE = -300.0  # ln(p̂ − t̂₀²/q̂) below which the patterns no longer bind
_STRIDE = 0.5  # in ln d, at most, between two solutions of the branch
_STARTS = ((-5.0, -2.0), (-7.0, -0.2), (-3.5, -1.0), (-1.5, -0.5), (-9.0, -1.5), (-10.0, -3.5))  # ln of γ̂/q̂ and t̂₀/q̂


@dataclass(frozen=True)
class FranzParisiCurve:
    """A traced branch: arrays over `distances`, in the order asked for, NaN where the branch has ended.

    `ends` says in a sentence each where and why it ended, and is empty for a complete curve.
    """

    distances: np.ndarray
    entropy: np.ndarray
    slope: np.ndarray
    p: np.ndarray
    t0: np.ndarray
    p_hat: np.ndarray
    t0_hat: np.ndarray
    delta_hat: np.ndarray
    replicon: np.ndarray
    residual: np.ndarray
    error: np.ndarray
    reference: typical.TypicalState
    kappa: float
    ends: tuple[str, ...] = ()


_COLUMNS = ("entropy", "slope", "p", "t0", "p_hat", "t0_hat", "delta_hat", "replicon", "residual", "error")


def trace(distances, alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Local entropy profile of typical solutions of margin κ̃: solutions of margin κ at distance d.

    $$ \phi_{FP}(d) = -\tfrac{\hat p}{2}(1-p) + t_0 \hat t_0 - t_1 \hat t_1 + \mathcal G_S + \alpha\, \mathcal G_E,
       \qquad t_1 = 1 - 2d $$

    unveiling-2021 (26)–(27b), replica symmetric, extremised over all parameters but t₁. `distances`
    in (0, 1), any order; `alpha` > 0; `kappa_reference` ≥ `kappa`. Returns a `FranzParisiCurve`, or
    `NoSolution` if there is no reference. Each entropy comes with an error estimate, about 1e-12.
    Raises ValueError or TypeError for input out of range.

    >>> curve = trace([1e-6, 0.1, 0.2], alpha=0.5, kappa_reference=0.3)
    >>> print(*(f"{phi:.8f}" for phi in curve.entropy))
    0.00001482 0.20904026 0.28952320
    """
    distances = _valid_distances(distances)
    equations = _equations(alpha, kappa_reference, kappa, weights, architecture)
    if not equations:
        return equations
    found, ends = {}, []
    anchor, start = _anchor(equations)
    for side in (np.unique(distances[distances <= anchor])[::-1], np.unique(distances[distances > anchor])):
        if side.size:
            states = _follow(equations, anchor, start, side)
            found.update(states)
            if len(states) < side.size:
                ends.append(_end(equations, side, len(states)))
    rows = {name: np.array([getattr(found[d], name) if d in found else math.nan for d in distances]) for name in _COLUMNS}
    return FranzParisiCurve(distances=distances, **rows, reference=equations.reference, kappa=equations.kappa, ends=tuple(ends))


def solve(distance, alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Local entropy of typical solutions of margin κ̃ at one distance: see `trace` for the equation.

    unveiling-2021 (26). The branch is followed to `distance` from where Newton's method is safe;
    for many distances call `trace`, which does that once. Returns a `FranzParisiState`, or
    `NoSolution` where there is no reference or the branch has ended. Raises like `trace`.

    >>> round(solve(0.1, alpha=0.5, kappa_reference=0.3).entropy, 8)
    0.20904026
    """
    distance = float(_valid_distances([distance])[0])
    equations = _equations(alpha, kappa_reference, kappa, weights, architecture)
    if not equations:
        return equations
    anchor, start = _anchor(equations)
    states = _follow(equations, anchor, start, np.array([distance]))
    return states[distance] if states else NoSolution(_end(equations, np.array([distance]), 0))


def _valid_distances(distances):
    values = np.atleast_1d(np.asarray(distances))
    if values.ndim != 1 or values.size == 0 or values.dtype.kind not in "iuf":
        raise TypeError(f"distances is {distances!r}; it must be a sequence of real numbers in (0, 1).")
    return np.array([real_number("distance", d, 0.0, 1.0) for d in values.tolist()])


def _equations(alpha, kappa_reference, kappa, weights, architecture):
    kappa = real_number("kappa", kappa)
    kappa_reference = real_number("kappa_reference", kappa_reference, kappa, math.inf, closed=True)
    reference = typical.saddle_point(alpha, kappa_reference, weights, architecture)
    if reference and not reference.exists:
        return NoSolution(
            f"at alpha = {reference.alpha:g} no reference of margin kappa_reference = {kappa_reference:g} exists: "
            f"its entropy would be {reference.entropy:.4g}."
        )
    return Equations(reference, kappa, architecture) if reference else reference


def _anchor(equations):
    """A distance inside the one of typical references, and the unknowns there.

    Halfway is away from t₁ = q, where for κ̃ = κ the two shared fields coincide and the coordinates
    are singular. The starts span what weak and strong constraints lead to; the last resort is so
    near the reference that the patterns hardly bind, where hats → overlaps → hats contracts.
    """
    typical_distance, scale = equations.reference.distance, math.log(equations.reference.q_hat)
    starts = [
        (share * typical_distance, np.array([scale + spread, scale + strength, 0.0]))
        for share in (0.5, 0.3, 0.7, 0.15)
        for spread, strength in _STARTS
    ]
    gap = equations.reference.kappa - equations.kappa
    if gap > 0:
        near = min(gap**2 / (8.0 * 25.0 * equations.architecture.field_scale**2), 0.3)
        starts.append((near, equations.fixed_point(near)))
    for distance, x in starts:
        x[2] = 0.5 * math.log(1.0 / distance - 1.0)
        try:
            return distance, saddle.solve(lambda x: equations.residual(x, distance), x, tolerance=_TOLERANCE)[0]
        except NotConverged as error:
            failure = error
    raise failure


def _follow(equations, anchor, start, distances):
    """States at `distances` (monotonic, away from the anchor) up to where the branch ends."""

    def solve_at(log_d, guess):
        if guess[0] < _FREE:
            return guess
        distance = exact.get(log_d) or math.exp(log_d)
        return saddle.solve(lambda x: equations.residual(x, distance), guess, tolerance=_TOLERANCE)[0]

    states, exact = {}, dict(zip(np.log(distances).tolist(), distances.tolist()))
    branch = saddle.trace(solve_at, exact, start, origin=math.log(anchor), stride=_STRIDE)
    for distance, (_, x) in zip(distances.tolist(), branch):
        states[distance] = equations.unconstrained(distance) if x[0] < _FREE else _certified(equations, x, distance)
        if x[0] < _FREE:  # and even less so at all smaller distances
            states.update({d: equations.unconstrained(d) for d in distances.tolist() if d < distance})
            break
    return states


def _certified(equations, x, distance):
    """The state at x, its quadrature refined until its error estimate and residual are small."""
    step = COARSE
    for _ in range(4):
        state = equations.state(x, distance, step)
        if state.error <= _ACCURACY * max(1.0, state.p_hat) and state.residual <= 10 * _TOLERANCE:
            return state
        step *= 0.5
        x = saddle.solve(lambda x: equations.residual(x, distance, step), x, tolerance=_TOLERANCE)[0]
    raise NotConverged(f"The quadrature at distance {distance:g} stayed above {_ACCURACY:g}", residual=state.error, state=state)


def _end(equations, side, reached):
    reference = equations.reference
    where = f"beyond distance {side[reached - 1]:g}" if reached else f"at distance {side[0]:g}"
    return (
        f"{where} the replica-symmetric branch around references of margin {reference.kappa:g} "
        f"at alpha = {reference.alpha:g} and kappa = {equations.kappa:g} has ended."
    )
