"""The Franz–Parisi branch: one distance (`solve`) or many (`trace`), followed outwards from a safe start."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BarycentricInterpolator

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles import typical
from flatminima.ensembles.cross_entropy import GibbsState
from flatminima.ensembles.franz_parisi.anchor import TOLERANCE, anchor
from flatminima.ensembles.franz_parisi.constraint import described, least_field
from flatminima.ensembles.franz_parisi.equations import COARSE, Equations, FranzParisiState
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY

_ACCURACY = 2e-11  # of the entropy, relative to p̂ where that is large: beyond it the quadrature is refined
_ROUNDED = 1e-9  # allowed where no refinement helps, as next to t₁ = q for nearly equal margins
_UNRESOLVED = 1e6  # p̂ from which on the neighbours' field, √p̂ wide, loses the digits of its unit scale
_EQUAL_MARGINS = 1e-4  # κ̃ − κ below which the coordinates are singular near t₁ = q …
_COINCIDENCE = 1.5e-2  # … within this relative distance: γ falls like its square
_STRIDE = 0.5  # in ln d, at most, between two solutions of the branch


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
    reference: typical.TypicalState | GibbsState
    kappa: float
    ends: tuple[str, ...] = ()

    @property
    def normalised(self):
        """`entropy` less that of all weights at these distances, with no patterns."""
        return self.entropy - np.array([self.reference.weights.sphere(d) for d in self.distances])


_COLUMNS = ("entropy", "slope", "p", "t0", "p_hat", "t0_hat", "delta_hat", "replicon", "residual", "error")


def trace(distances, alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Local entropy profile of typical solutions of margin κ̃: solutions of margin κ at distance d.

    $$ \phi_{FP}(d) = -\tfrac{\hat p}{2}(1-p) + t_0 \hat t_0 - t_1 \hat t_1 + \mathcal G_S + \alpha\, \mathcal G_E,
       \qquad t_1 = 1 - 2d $$

    unveiling-2021 (4), (26)–(27b) and (34), relu-2019 (7) and (distance), replica symmetric, extremised over all parameters
    but t₁. `distances` in (0, 1), any order; `alpha` > 0; `kappa_reference` ≥ `kappa`. Returns a `FranzParisiCurve`, or
    `NoSolution` if there is no reference. Each entropy comes with an error estimate, about 1e-12. Raises ValueError or
    TypeError for input out of range.

    >>> curve = trace([1e-6, 0.1, 0.2], alpha=0.5, kappa_reference=0.3)
    >>> print(*(f"{phi:.8f}" for phi in curve.entropy))
    0.00001482 0.20904026 0.28952320
    """
    distances = _valid_distances(distances)
    equations = _equations(alpha, kappa_reference, kappa, weights, architecture)
    return _curve(equations, distances) if equations else equations


def around(reference, distances, kappa=0.0):
    r"""Local entropy profile around configurations of any ensemble: solutions of margin κ at distance d.

    $$ \phi(d) = \frac1N \left\langle \sum_{\tilde W} P(\tilde W) \ln \sum_{W} \mathbb X(W; \kappa)\,
       \delta_{d(W, \tilde W),\, d} \right\rangle, \qquad
       P \propto \prod_\mu \Theta(v_\mu - \tilde\kappa) \ \text{or} \ \prod_\mu e^{-\beta f(v_\mu)} $$

    shaping-2020, Fig. 3, where the reference is a minimum of the cross-entropy; unveiling-2021 (16) where it is a
    solution of margin κ̃. `reference` is a state: of `typical.solve`, whose margin is `kappa` at least, or of
    `cross_entropy.solve`, at any temperature. `distances` in (0, 1), any order. Replica symmetric; returns a
    `FranzParisiCurve`. Each entropy comes with an error estimate, below 1e-10. Raises ValueError or TypeError for
    input out of range, `NotConverged` where no branch is found.

    >>> from flatminima.ensembles import cross_entropy
    >>> curve = around(cross_entropy.solve(0.6, 3.0), [0.01, 0.1])
    >>> print(*(f"{phi:.8f}" for phi in curve.entropy))
    0.04842620 0.17379835
    """
    distances, kappa = _valid_distances(distances), real_number("kappa", kappa)
    return _curve(Equations(_valid_reference(reference, kappa), kappa), distances)


def _curve(equations, distances):
    found, ends = _states(equations, distances)
    rows = {name: np.array([getattr(found[d], name) if d in found else math.nan for d in distances]) for name in _COLUMNS}
    return FranzParisiCurve(distances=distances, **rows, reference=equations.reference, kappa=equations.kappa, ends=ends)


def solve(distance, alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Local entropy of typical solutions of margin κ̃ at one distance: see `trace` for the equation.

    unveiling-2021 (26). The branch is followed to `distance` from where Newton's method is safe;
    for many distances call `trace`, which does that once. Returns a `FranzParisiState`, or
    `NoSolution` where there is no reference or the branch has ended. Raises like `trace`.

    >>> round(solve(0.1, alpha=0.5, kappa_reference=0.3).entropy, 8)
    0.20904026
    """
    distance = real_number("distance", distance, 0.0, 1.0)
    equations = _equations(alpha, kappa_reference, kappa, weights, architecture)
    if not equations:
        return equations
    found, ends = _states(equations, np.array([distance]))
    return found[distance] if found else NoSolution(ends[0])


def _valid_distances(distances):
    try:
        values = [real_number("distance", d, 0.0, 1.0) for d in distances]
    except TypeError:
        values = []
    if not values:
        raise TypeError(f"distances is {distances!r}; it must be a sequence of real numbers in (0, 1).")
    return np.array(values)


def _valid_reference(reference, kappa):
    if not isinstance(reference, (typical.TypicalState, GibbsState)):
        raise TypeError(f"reference is {reference!r}; it must be a state of typical.solve or of cross_entropy.solve.")
    if isinstance(reference, typical.TypicalState) and not reference.exists:
        raise ValueError(f"reference has the entropy {reference.entropy:.4g}; it must be a state that exists, of entropy in [0, ∞).")
    least = least_field(reference)
    if math.isfinite(least) and kappa > least:
        raise ValueError(f"kappa is {kappa!r}; it must be a real number in (−∞, {least:.15g}], the reference's margin at most.")
    return reference


def _equations(alpha, kappa_reference, kappa, weights, architecture):
    kappa = real_number("kappa", kappa)
    kappa_reference = real_number("kappa_reference", kappa_reference, kappa, math.inf, closed=True)
    reference = typical.saddle_point(alpha, kappa_reference, weights, architecture)
    if reference and not reference.exists:
        return NoSolution(
            f"at alpha = {reference.alpha:g} no reference of margin kappa_reference = {kappa_reference:g} exists: "
            f"its entropy would be {reference.entropy:.4g}."
        )
    return Equations(reference, kappa) if reference else reference


def _states(equations, distances):
    """A dictionary of the states that exist at `distances`, and sentences about where the branch ends."""
    found = {d: equations.unconstrained(d) for d in distances.tolist() if not equations.binds(d)}
    singular = _near_coincidence(equations, distances)
    followed = np.setdiff1d(distances, [*found, *singular])
    ends = []
    if followed.size:
        anchors = [anchor(equations, followed[0])]
        coincidence = _coincidence(equations)
        if followed[-1] > coincidence:  # hop over it: no polynomial leads through
            anchors += _branch(equations, *anchors[0], [1.4 * coincidence])
        for place, start in anchors:
            same = followed[(followed > coincidence) == (place > coincidence)]
            for side in (same[same <= place][::-1], same[same > place]):
                states = _resolved(equations, _branch(equations, place, start, side))
                found.update(states)
                if len(states) < side.size:
                    ends.append(_end(equations, side, len(states)))
    if singular:
        found.update(_across_coincidence(equations, singular))
    return found, tuple(ends)


def _branch(equations, place, start, distances):
    """[(distance, unknowns)] at `distances` (monotonic, away from `place`) up to where the branch ends."""

    def solve_at(log_d, guess):
        distance = exact.get(log_d) or math.exp(log_d)
        return saddle.solve(lambda x: equations.residual(x, distance), guess, tolerance=TOLERANCE)[0]

    exact = {math.log(d): float(d) for d in distances}
    branch = saddle.trace(solve_at, exact, start, origin=math.log(place), stride=_STRIDE)
    return [(exact[log_d], x) for log_d, x in branch]


def _coincidence(equations):
    """The distance t₁ = q at which, for κ̃ = κ, the neighbours' field is the references': there γ = 0."""
    nearly_equal = 0.0 <= equations.gap <= _EQUAL_MARGINS
    return equations.reference.distance if nearly_equal else math.inf


def _near_coincidence(equations, distances):
    return [d for d in distances.tolist() if abs(d / _coincidence(equations) - 1.0) < _COINCIDENCE]


def _across_coincidence(equations, distances):
    """States there, from the polynomial through states on both sides: only the coordinates are singular.

    Its error estimate adds what leaving out the outermost two of the ten states would change.
    """
    centre = equations.reference.distance
    offsets = _COINCIDENCE * np.array([1.5, 2.5, 3.5, 4.5, 5.5])
    known, _ = _states(equations, centre * (1.0 + np.concatenate([-offsets, offsets])))
    support = np.array(sorted(known))
    states = {}
    for distance in distances:
        fits = [
            {name: _lagrange(nodes, [getattr(known[d], name) for d in nodes], distance) for name in _COLUMNS}
            for nodes in (support, support[1:-1])
        ]
        row = fits[0]
        row["residual"] = max(known[d].residual for d in support)
        # the weights of the ten states add up to less than 16 in absolute value
        row["error"] = 16.0 * max(known[d].error for d in support) + abs(row["entropy"] - fits[1]["entropy"])
        states[distance] = FranzParisiState(distance=distance, reference=equations.reference, kappa=equations.kappa, **row)
    return states


def _lagrange(nodes, values, point):
    return float(BarycentricInterpolator(nodes, values)(point))


def _resolved(equations, branch):
    """States along a branch, up to where p → 1 takes its hats beyond what doubles resolve."""
    states = {}
    for distance, x in branch:
        try:
            states[distance] = _certified(equations, x, distance)
        except NotConverged as failure:
            if failure.state.p_hat < _UNRESOLVED:
                raise
            break
    return states


def _certified(equations, x, distance):
    """The state at x, its quadrature refined until its residual and error estimate are small, or only rounding is left."""
    step, previous = COARSE, math.inf
    for _ in range(4):
        state = equations.state(x, distance, step)
        scale, rounded = max(1.0, state.p_hat), state.error > 0.5 * previous
        accurate = state.error <= (_ROUNDED if rounded else _ACCURACY) * scale
        if accurate and state.residual <= 10 * TOLERANCE:
            return state
        step, previous = 0.5 * step, state.error
        try:
            x = saddle.solve(lambda x: equations.residual(x, distance, step), x, tolerance=TOLERANCE)[0]
        except NotConverged:
            break
    raise NotConverged(f"The quadrature at distance {distance:g} stayed above {_ACCURACY:g}", residual=state.error, state=state)


def _end(equations, side, reached):
    where = f"beyond distance {side[reached - 1]:g}" if reached else f"at distance {side[0]:g}"
    centre = described(equations.reference)
    return f"{where} the replica-symmetric branch around {centre} and kappa = {equations.kappa:g} has ended."
