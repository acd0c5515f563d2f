r"""Students of a teacher: the binary perceptron whose labels another one has given (the planted model of unveiling-2021).

Teacher and patterns together have the *annealed* measure: every weight vector with every set of patterns that it classifies
correctly, all equally likely. So the teacher is a reference of the Franz–Parisi entropy that has no replicas of its own:
unveiling-2021 (26)–(27b) hold with q = q̂ = t₀ = t̂₀ = 0 and κ̃ = 0. In the names that are usual here, R for t₁ = 1 − 2d and
q for p, they read

$$ \phi = -\frac{\hat q}{2}(1 - q) - R \hat R + \int Dz\, \ln 2\cosh(\sqrt{\hat q} z + \hat R)
   + \alpha \int Dz\, 2 H\Big(\frac{-R z}{\sqrt{q - R^2}}\Big) \ln H\Big(\frac{\kappa - \sqrt q z}{\sqrt{1 - q}}\Big) . $$

This counts the students at overlap R with the teacher. notebooks/unveiling-2021/12-teacher-student derives it.
"""

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import minimize_scalar, root

from flatminima import saddle
from flatminima.ensembles.franz_parisi.constraint import wall
from flatminima.ensembles.franz_parisi.energetic import energetic
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY

_NO_REPLICAS = 1e-15  # q and q̂ of a reference that has none: zero, to rounding
_STEP = 0.21  # of the graded trapezoid: about eleven digits; its error estimate compares with 1/√2 of it
_TOLERANCE = 1e-10
_LARGEST = 300.0  # ln of a hat, beyond which a Newton step has gone astray
_LOWEST = -30.0  # ln q̂ of typical students: R = 1e-13
_FEWEST, _WEAKEST, _STRONGEST = 1e-12, 1e-14, 20.0  # the least load, and the range of q̂
_LOWEST_MARGIN = -6.0  # it costs one student in 1e9 for each pattern; below, R is lost in rounding errors
_STRIDES = {"kappa": 0.3, "log_distance": 0.4}  # between two solutions of a branch


@dataclass(frozen=True)
class StudentState:
    """Students of margin κ at overlap R with the teacher: order parameters, entropy, residual and error estimate.

    `q` is the overlap of two of them and `slope` dφ/dd at d = (1 − R)/2, which vanishes for typical students; `residual`
    is the largest mismatch of the other saddle equations, and `error` bounds the error of `entropy`.
    """

    alpha: float
    kappa: float
    overlap: float
    q: float
    q_hat: float
    overlap_hat: float
    entropy: float
    slope: float
    residual: float
    error: float

    @property
    def distance(self):
        return 0.5 * (1.0 - self.overlap)

    @property
    def normalised(self):
        """`entropy` less that of all weights at this distance."""
        return self.entropy - BINARY.sphere(self.distance)

    @property
    def generalisation_error(self):
        """The probability arccos(R)/π that a student and the teacher differ on a new pattern."""
        return math.acos(self.overlap) / math.pi


def typical_students(q_hat):
    r"""Typical students without a margin, on the line of their conjugate parameter: the load is explicit.

    $$ q = R = \int Dz\, \tanh(\sqrt{\hat q} z + \hat q), \qquad
       \frac{\hat q}{\alpha} = \frac{1}{1-q} \int Dz\, 2 H(-cz)\, A^2(-cz), \quad c = \sqrt{\tfrac{q}{1-q}} $$

    By Bayes' rule a random student is to the patterns what the teacher is, so that q = R and q̂ = R̂. `q_hat` in [1e-14, 20].
    Returns a `StudentState` that has the load as its `alpha`. Raises ValueError or TypeError for other values.

    >>> students = typical_students(1.0)
    >>> abs(students.q - students.overlap) < 1e-12, abs(students.slope) < 1e-9
    (True, True)
    """
    q_hat = real_number("q_hat", q_hat, _WEAKEST, _STRONGEST, closed=True)
    distance = 0.5 * BINARY.planted(_NO_REPLICAS, _NO_REPLICAS, q_hat, 0.0, q_hat, 0.5 * _STEP)[1]
    unknowns = np.array([math.log(q_hat), q_hat])
    _, terms = _sides(unknowns, distance, 0.0, 0.5 * _STEP)
    return _state(unknowns, distance, q_hat / terms[1], 0.0)


def solve(alpha, kappa=0.0):
    r"""Typical students of margin κ at load α: the planted entropy above, stationary in q, q̂, R and R̂.

    The saddle point that starts from α = 0, also where its entropy is negative: there the teacher alone is left.
    `alpha` > 1e-12 and `kappa` > −6. Returns a `StudentState`, or `NoSolution` where the saddle point has ended. Raises
    ValueError or TypeError for bad values.

    >>> students = solve(1.0)
    >>> round(students.entropy, 6), round(students.generalisation_error, 6)
    (0.106108, 0.310526)
    """
    alpha, kappa = real_number("alpha", alpha, _FEWEST), real_number("kappa", kappa, _LOWEST_MARGIN)
    students = _without_margin(alpha)
    if not students or kappa == 0.0:
        return students
    return _with_margin(students, kappa)


def trace(distances, alpha, kappa=0.0):
    r"""Local entropy profile of the teacher: the students of margin κ at each distance d from it.

    The planted entropy above at R = 1 − 2d, stationary in q, q̂ and R̂. `distances` in (0, 1/2), any order; `alpha` > 0 below
    `spinodal()`, as the branch is followed from typical students. Returns a list in the order asked for: a `StudentState`, or
    `NoSolution` where the branch has ended, as it does close to the teacher, where q → 1. Raises ValueError or TypeError for
    bad values.

    >>> [round(state.entropy, 6) for state in trace([0.02, 0.2], alpha=1.0)]
    [-0.014602, 0.104947]
    >>> bool(trace([1e-4], alpha=1.0)[0])
    False
    """
    distances = [real_number("distance", d, 0.0, 0.5) for d in distances]
    students = solve(alpha, kappa)
    if not students:
        return [students] * len(distances)
    start = math.log(students.distance)
    unknowns = np.array([math.log(students.q_hat), students.overlap_hat])
    logs = sorted({math.log(d) for d in distances})
    found = {}
    for side in ([x for x in logs if x <= start][::-1], [x for x in logs if x > start]):
        found.update(zip(side, _branch(unknowns, start, side, students.alpha, students.kappa)))
    ended = NoSolution(f"so close to the teacher at alpha = {alpha:g} the replica-symmetric branch has ended.")
    return [found.get(math.log(d), ended) for d in distances]


def recovery():
    """The load from which the teacher is the only student: the entropy of typical ones vanishes. Accuracy 1e-10.

    >>> round(recovery(), 3)
    1.245
    """
    entropy = lambda log_q_hat: typical_students(math.exp(log_q_hat)).entropy
    return typical_students(math.exp(saddle.critical(entropy, 0.0, math.log(_spinodal().q_hat), tolerance=1e-14))).alpha


def spinodal():
    """The load at which the saddle point of typical students ends: the largest on their line. Accuracy 1e-10.

    >>> round(spinodal(), 3)
    1.493
    """
    return _spinodal().alpha


@cache
def _spinodal():
    load = lambda log_q_hat: -typical_students(math.exp(log_q_hat)).alpha
    top = minimize_scalar(load, bounds=(-1.0, 2.5), method="bounded", options={"xatol": 1e-9})
    return typical_students(math.exp(top.x))


def _without_margin(alpha):
    """Typical students at a load, from the rising part of their line."""
    highest = _spinodal()
    if alpha >= highest.alpha:
        return NoSolution(f"at alpha = {alpha:g} typical students have ended; they exist up to {highest.alpha:.6g}.")
    excess = lambda log_q_hat: typical_students(math.exp(log_q_hat)).alpha - alpha
    log_q_hat = saddle.critical(excess, _LOWEST, math.log(highest.q_hat), tolerance=1e-15)
    return replace(typical_students(math.exp(log_q_hat)), alpha=alpha)


def _with_margin(students, kappa):
    """Typical students of margin κ, followed from those without one; their distance is the third unknown."""
    alpha = students.alpha

    def residual(x, margin):
        sides = _sides(x[:2], math.exp(x[2]), margin)
        if sides is None:
            return np.full(3, 1e3)
        return [*_mismatch(x[:2], math.exp(x[2]), alpha, sides), x[1] - alpha * sides[1][3]]

    def at(margin, guess):
        found = root(residual, guess, args=(margin,), tol=1e-13)
        size = np.abs(found.fun).max()
        if not size <= _TOLERANCE:
            message = f"Students of margin {margin:g} at alpha = {alpha:g} were not found"
            raise NotConverged(message, residual=size, state=found.x)
        return found.x

    start = np.array([math.log(students.q_hat), students.overlap_hat, math.log(students.distance)])
    for _, x in saddle.trace(at, [kappa], start, origin=0.0, stride=_STRIDES["kappa"]):
        return _state(x[:2], math.exp(x[2]), alpha, kappa)
    return NoSolution(f"at alpha = {alpha:g} typical students have ended before the margin {kappa:g}.")


def _branch(start, origin, log_distances, alpha, kappa):
    """The states at `log_distances`, which lead away from `origin`, up to where the branch ends."""
    at = lambda log_d, guess: _solved(guess, math.exp(log_d), alpha, kappa)
    branch = saddle.trace(at, log_distances, start, origin=origin, stride=_STRIDES["log_distance"])
    return [_state(x, math.exp(log_d), alpha, kappa) for log_d, x in branch]


def _solved(guess, distance, alpha, kappa):
    return saddle.solve(lambda x: _residual(x, distance, alpha, kappa), guess, tolerance=_TOLERANCE)[0]


def _sides(unknowns, distance, kappa, step=_STEP):
    """The entropic and the energetic side at x = (ln q̂, R̂) and R = 1 − 2d; None outside their domain."""
    if unknowns[0] > _LARGEST:
        return None
    entropic = BINARY.planted(_NO_REPLICAS, _NO_REPLICAS, math.exp(unknowns[0]), 0.0, unknowns[1], step)
    R, eta = 1.0 - 2.0 * distance, entropic[2]  # η = q − R²
    q, one_minus_q = R * R + eta, 4.0 * distance * (1.0 - distance) - eta
    if not (eta > 0.0 and one_minus_q > 0.0):
        return None
    no_replicas = _NO_REPLICAS, 1.0
    terms = energetic(*no_replicas, q, R, 0.0, eta, _NO_REPLICAS * R, q, one_minus_q, wall(0.0), kappa, step)
    return (entropic, terms) if terms[1] > 0.0 else None


def _residual(unknowns, distance, alpha, kappa):
    """ln(α E[ℓ′²]/q̂) and ln((1 − R)/2d), R as the hats make it, with their derivatives."""
    sides = _sides(unknowns, distance, kappa)
    if sides is None:
        return np.full(2, np.inf), np.eye(2)
    by_hats, terms, q_hat = sides[0][4], sides[1], math.exp(unknowns[0])
    log_complement, eta = by_hats[0, [0, 2]], by_hats[1, [0, 2]]
    jacobian = np.array([terms[4] / terms[1] * eta, log_complement]) * [q_hat, 1.0]
    jacobian[0, 0] -= 1.0
    return _mismatch(unknowns, distance, alpha, sides), jacobian


def _mismatch(unknowns, distance, alpha, sides):
    (_, complement, *_), terms = sides
    return np.array([math.log(alpha * terms[1]) - unknowns[0], math.log(0.5 * complement / distance)])


def _state(unknowns, distance, alpha, kappa):
    """The saddle point evaluated with the finer step."""
    q_hat, overlap_hat = math.exp(unknowns[0]), float(unknowns[1])
    entropies = []
    for step in (_STEP, _STEP / math.sqrt(2.0)):
        (potential, complement, eta, _, _, _), terms = _sides(unknowns, distance, kappa, step)
        square = 4.0 * distance * (1.0 - distance)  # 1 − R²
        entropies.append(-0.5 * q_hat * (square - eta) + 2.0 * distance * overlap_hat + potential + alpha * terms[0])
    return StudentState(
        alpha=alpha,
        kappa=kappa,
        overlap=1.0 - 2.0 * distance,
        q=1.0 - square + eta,
        q_hat=q_hat,
        overlap_hat=overlap_hat,
        entropy=entropies[1],
        slope=2.0 * (overlap_hat - alpha * terms[3]),
        residual=max(abs(alpha * terms[1] - q_hat) / max(1.0, q_hat), abs(0.5 * complement / distance - 1.0)),
        error=abs(entropies[1] - entropies[0]) + 1e-15 * (1.0 + q_hat + abs(overlap_hat)),
    )
