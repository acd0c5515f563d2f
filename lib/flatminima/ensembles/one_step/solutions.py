"""Branches of one-step broken saddle points, from the corner q₁ → 1 down to where they merge with the symmetric one."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.machine import require_machine
from flatminima.ensembles.one_step.capacity import capacity_state
from flatminima.ensembles.one_step.energetic import energetic
from flatminima.ensembles.one_step.equations import STEP, Overlap
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

_FINE = 0.125
_STRIDE = 0.5  # in ln(1 − q₁)
_CORNER = -9.0  # ln(1 − q₁) where the branch of a finite capacity is entered
_SCANNED = (-2.3, -3.5, -1.2)  # and where it is looked for otherwise
_CLOSEST = 1e-8  # 1 − q₁


def free_entropy(q0, q1, m, alpha, kappa=0.0, weights=SPHERICAL, architecture=PERCEPTRON):
    r"""One-step free entropy as a function of its overlaps and of m, the conjugate parameters at their stationary values.

    $$ \mathcal F(q_0, q_1, m) = \mathcal G_S + \alpha\, \mathcal G_E, \qquad \mathcal G_E = \frac1m \int Dz_0 \ln
       \int Dz_1\, H^m\!\left(\frac{\kappa/s - \sqrt{\rho(q_0)}\,z_0
       - \sqrt{\rho(q_1) - \rho(q_0)}\,z_1}{\sqrt{1 - \rho(q_1)}}\right) $$

    relu-2019 (B4)–(B6), s = `field_scale`. 0 ≤ `q0` ≤ `q1` < 1, `m` > 0, `alpha` ≥ 0. Per weight, in nats. At q₀ = q₁, and at
    m = 1 for any q₁, it is the replica-symmetric one of overlap q₀. Accuracy 1e-13, for small m 1e-15/m.
    Raises ValueError or TypeError for input out of range.

    >>> round(free_entropy(0.2, 0.2, 0.7, 0.5) - free_entropy(0.2, 0.6, 1.0, 0.5), 12)
    0.0
    """
    require_machine(weights, architecture)
    q1 = real_number("q1", q1, 0.0, 1.0 - 1e-15, closed=True)
    q0 = real_number("q0", q0, 0.0, q1, closed=True)
    m, alpha = real_number("m", m, 0.0), real_number("alpha", alpha, 0.0, closed=True)
    kappa = real_number("kappa", kappa) / architecture.field_scale
    outside, complement = 1.0 - q0, 1.0 - q1
    step, rest = architecture.difference(outside, q1 - q0), architecture.complement(complement)
    value = energetic(architecture.overlap(q0), step, rest, kappa, m, _FINE)[0]
    return _entropic(q0, q1, m, weights) + alpha * value


def _entropic(q0, q1, m, weights):
    """𝒢_S at given overlaps: q̂₀ is the root of q₁ − q₀, and a Legendre term makes up for its rounding."""
    missing = lambda q0_hat: q1 - q0 - weights.clustered(q1, q0_hat, m, _FINE)[0]
    q0_hat = _symmetric_hat(1.0 - q1, weights)
    if missing(q0_hat) > 0.0:
        q0_hat = saddle.critical(missing, 0.0, q0_hat) if missing(0.0) < 0.0 else 0.0
    gap, _, entropic = weights.clustered(q1, q0_hat, m, _FINE)
    return entropic + 0.5 * m * q0_hat * (gap - (q1 - q0))


def trace(q1, kappa=0.0, architecture=PERCEPTRON):
    r"""One-step saddle points of spherical weights at many overlaps q₁ inside clusters; the load of each is an output.

    $$ \hat q_0 = \alpha \rho'(q_0)\, \mathbb E[\langle L'\rangle^2], \qquad
       \hat q_1 = \alpha \rho'(q_1)\, \mathbb E[\langle L'^2\rangle], \qquad \frac{\partial\mathcal F}{\partial m} = 0 $$

    Stationarity of relu-2019 (B4)–(B6). `q1` is a sequence in (0, 1 − 1e-8], in any order. Returns a list of
    `OneStepState`, and `NoSolution` for an overlap beyond the end of the branch, where q₁ and q₀ have merged.
    Binary weights have no such branch: they freeze into single points, at their capacity.
    Loads to ten digits, unless q₁ − q₀ < 1e-3. Raises `NotConverged` where no branch was found, ValueError or
    TypeError for input out of range.

    >>> from flatminima import RELU
    >>> [state] = trace([0.95], architecture=RELU)
    >>> round(state.alpha, 8), round(state.q0, 6), round(state.m, 6)
    (2.29234783, 0.701934, 0.201428)
    """
    q1 = [real_number("q1", value, 0.0, 1.0 - _CLOSEST, closed=True) for value in np.atleast_1d(q1).tolist()]
    kappa = real_number("kappa", kappa)
    entered = _enter(kappa, architecture)
    if not entered:
        return [entered for _ in q1]
    origin, start = entered
    at = lambda place: Overlap(place, kappa, SPHERICAL, architecture)
    places = sorted(math.log(1.0 - value) for value in q1 if value > 0.0)
    found = {}
    for side in ([p for p in places if p >= origin], [p for p in reversed(places) if p < origin]):
        branch = saddle.trace(lambda p, guess: at(p).solve(guess), side, start, origin=origin, stride=_STRIDE)
        found.update((place, at(place).state(x)) for place, x in branch)
    ended = NoSolution("no cluster has this overlap: the branch of broken symmetry has ended, q1 and q0 have merged.")
    return [found.get(math.log(1.0 - value), ended) if value > 0.0 else ended for value in q1]


def solve(alpha, kappa=0.0, architecture=PERCEPTRON):
    r"""The one-step saddle point of spherical weights at load α.

    $$ \mathcal F = \operatorname*{extr}_{q_0, q_1, m} \left[ \mathcal G_S + \alpha\, \mathcal G_E \right] $$

    relu-2019 (B4)–(B6). Returns a `OneStepState`, or `NoSolution` where symmetry is unbroken (α below the instability
    of the symmetric saddle point) or where no solutions are left (α beyond the capacity). See `trace`.

    >>> from flatminima import RELU
    >>> round(solve(2.5, architecture=RELU).q1, 6)
    0.985399
    >>> bool(solve(1.5, architecture=RELU))
    False
    """
    alpha, kappa = real_number("alpha", alpha, 0.0), real_number("kappa", kappa)
    entered = _enter(kappa, architecture)
    if not entered:
        return entered
    if alpha >= (capacity := capacity_state(kappa, architecture).alpha):
        return NoSolution(f"alpha = {alpha:g} is beyond the capacity {capacity:g}: no solutions are left.")
    place, x = entered
    at = lambda p: Overlap(p, kappa, SPHERICAL, architecture)
    load = lambda p, x: at(p).evaluate(x)[1]
    merging = load(place, x) > alpha  # the load falls towards the end of the branch
    limit = 0.0 if merging else math.log(_CLOSEST)
    previous = place, x
    for stride in (0.25, 1.0 / 128.0):  # the second for the last stretch before the end
        points = place + np.copysign(np.arange(stride, min(abs(limit - place), 64 * stride), stride), limit - place)
        for p, y in saddle.trace(lambda p, guess: at(p).solve(guess), points, x, origin=place, stride=_STRIDE):
            previous, (place, x) = (place, x), (p, y)
            if (load(p, y) > alpha) != merging:
                solved = lambda p: at(p).solve(previous[1])
                root = saddle.critical(lambda p: load(p, solved(p)) - alpha, previous[0], place, tolerance=1e-12)
                return at(root).state(solved(root))
    reason = "symmetry is unbroken there" if merging else "it is within 1 - q1 < 1e-8 of its end"
    return NoSolution(f"alpha = {alpha:g} is not on the branch of broken symmetry: {reason}.")


def _enter(kappa, architecture):
    """One point (ln(1 − q₁), x) of the branch."""
    require_machine(SPHERICAL, architecture)
    corner = capacity_state(kappa, architecture)
    if corner.broken:
        complement = math.exp(_CORNER)
        d = complement * (1.0 + corner.m_tilde * (1.0 - corner.q0))
        start = [math.log(corner.q0 / d**2), math.log(corner.m_tilde * complement)]
        return _CORNER, Overlap(_CORNER, kappa, SPHERICAL, architecture).solve(start)
    if math.isfinite(corner.alpha):
        return NoSolution(f"at kappa = {kappa:g} symmetry is unbroken up to the capacity {corner.alpha:g}.")
    for place in _SCANNED:
        overlap = Overlap(place, kappa, SPHERICAL, architecture)
        largest = _symmetric_hat(overlap.complement, SPHERICAL)
        grid = [(math.log(part * largest), math.log(m)) for part in np.linspace(0.1, 0.9, 9) for m in np.linspace(0.1, 0.9, 9)]
        size = lambda x: np.abs(overlap.evaluate(x, 2.0 * STEP)[0]).max()
        try:
            return place, overlap.solve(min(grid, key=lambda x: size(x) if size(x) < math.inf else math.inf))
        except NotConverged:
            continue
    raise NotConverged("No branch of broken symmetry was found", state=_SCANNED)


def _symmetric_hat(complement, weights):
    """q̂ of the symmetric saddle point of overlap q₁, the largest q̂₀ that clusters of it can have."""
    if complement == 1.0:
        return 0.0
    excess = lambda x: math.log(weights.typical(math.exp(x), _FINE)[1] / complement)
    return math.exp(saddle.critical(excess, -40.0, 80.0))
