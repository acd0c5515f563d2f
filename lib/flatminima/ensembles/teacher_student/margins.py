"""Students around students of a margin: the profiles of chapter 5 and their largest margin, with a teacher."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import root

from flatminima import saddle
from flatminima.ensembles.teacher_student.averages import narrow_step, pattern_averages, weight_averages
from flatminima.ensembles.teacher_student.students import StudentState, recovery, solve
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number

_TOLERANCE = 1e-9
_STRIDE = 0.3  # in ln d
_MARGIN = 0.05  # steps of the search for the largest margin


@dataclass(frozen=True)
class NeighbourState:
    """Students at distance d from a `reference` student: their overlaps p with each other, t₀ with other references and r
    with the teacher, the conjugate fields, the `entropy`, its `slope` dφ/dd, and the `residual` of the saddle equations.
    """

    distance: float
    reference: StudentState
    p: float
    t0: float
    r: float
    delta_hat: float
    entropy: float
    slope: float
    residual: float


def max_margin(alpha):
    """The largest margin of students at load α, where their entropy vanishes; 0 < `alpha` < `recovery()`. Accuracy 1e-11.

    >>> round(max_margin(0.5), 4)
    0.5892
    """
    alpha = real_number("alpha", alpha, 0.0, recovery())

    def entropy(kappa):
        students = solve(alpha, kappa)
        if not students:
            raise NotConverged(f"The largest margin at alpha = {alpha:g} was not found, as {students.reason}", state=kappa)
        return students.entropy

    highest = _MARGIN
    while entropy(highest) > 0.0:
        highest += _MARGIN
    return saddle.critical(entropy, highest - _MARGIN, highest, tolerance=1e-13)


def around(distances, alpha, kappa_reference):
    r"""How many students are at each distance from a typical student of margin κ̃.

    $$ \phi(d) = -\frac{\hat p}{2}(1 - p) + t_0 \hat t_0 - t_1 \hat t_1 - r \hat r + \mathcal G_S + \alpha\, \mathcal G_E,
       \qquad t_1 = 1 - 2d $$

    unveiling-2021 (26) with a teacher, in the averages of `averages.py`. The students that are counted have no margin.
    `distances` in (0, 1), any order; 0 < `alpha` < `recovery()`; `kappa_reference` > 0. Returns a list of
    `NeighbourState`, or `NoSolution` where the branch has ended; entropies are accurate to about 1e-8. Raises ValueError or
    TypeError for bad values.

    >>> [round(state.entropy, 5) for state in around([0.1, 0.2], 0.75, 0.2)]
    [0.16376, 0.22331]
    """
    distances = [real_number("distance", d, 0.0, 1.0) for d in distances]
    alpha = real_number("alpha", alpha, 0.0, recovery())
    reference, everybody = solve(alpha, real_number("kappa_reference", kappa_reference, 0.0)), solve(alpha)
    if not reference:
        return [reference] * len(distances)
    # By Bayes' rule a student drawn at random is to the reference what the teacher is: t₀ = t₁ = R, and p = r = R(0).
    start = np.array([math.log1p(-everybody.q), reference.overlap, everybody.overlap, 0.0])
    place, found = math.log(reference.distance), {}
    logs = sorted({math.log(d) for d in distances})
    at = lambda log_d, guess: _solved(reference, math.exp(log_d), guess)
    for side in ([x for x in logs if x <= place][::-1], [x for x in logs if x > place]):
        found.update(saddle.trace(at, side, start, origin=place, stride=_STRIDE))
    ended = NoSolution(f"the replica-symmetric branch around students of margin {kappa_reference:g} has ended.")
    return [_state(reference, d, found[math.log(d)]) if math.log(d) in found else ended for d in distances]


def _solved(reference, distance, guess):
    step = _step(reference, distance, guess)
    residual = lambda x: _evaluate(reference, distance, x, step)[0]
    found = root(residual, guess, tol=1e-10)
    size = np.abs(found.fun).max()
    if not size <= _TOLERANCE:
        raise NotConverged(f"Students at distance {distance:g} from a student were not found", residual=size, state=found.x)
    return found.x


def _step(reference, distance, x):
    try:
        return narrow_step(reference, -math.expm1(x[0]), x[1], 1.0 - 2.0 * distance)
    except ValueError:
        raise NotConverged(f"A guess at distance {distance:g} from a student has no overlaps", state=x) from None


def _evaluate(reference, distance, x, step):
    """The residual at x = (ln(1 − p), t₀, r, δ̂), the entropy and the slope."""
    p, (t0, r, delta_hat), t1 = -math.expm1(min(x[0], 1.0)), x[1:], 1.0 - 2.0 * distance
    pattern = pattern_averages(reference, p, t0, t1, r, step)
    if pattern is None:
        return np.full(4, 10.0), math.nan, math.nan
    energetic, p_hat, t0_hat, r_hat, contact = reference.alpha * np.array(pattern)
    weight = weight_averages(reference, p_hat, t0_hat, r_hat, delta_hat, step)
    if weight is None:
        return np.full(4, 10.0), math.nan, math.nan
    t1_hat = t0_hat + delta_hat
    entropy = -0.5 * p_hat * (1.0 - p) + t0 * t0_hat - t1 * t1_hat - r * r_hat + weight[0] + energetic
    return weight[1:] - [p, t0, t1, r], entropy, 2.0 * (t1_hat - contact)


def _state(reference, distance, x):
    residual, entropy, slope = _evaluate(reference, distance, x, 0.8 * _step(reference, distance, x))
    return NeighbourState(
        distance, reference, -math.expm1(x[0]), float(x[1]), float(x[2]), float(x[3]),
        float(entropy), float(slope), float(np.abs(residual).max()),
    )  # fmt: skip
