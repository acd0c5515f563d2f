"""Gibbs states of a loss at a temperature, and its ground state, where the replica-symmetric entropy vanishes."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles import typical
from flatminima.ensembles.cross_entropy.equations import ROUNDING, STEP, GibbsState, Model, Point
from flatminima.ensembles.machine import require_machine
from flatminima.ensembles.typical.equations import require_first_order
from flatminima.errors import NoSolution, NotConverged
from flatminima.losses import cross_entropy_loss, require_loss
from flatminima.validation import real_number
from flatminima.weights import BINARY

TOLERANCE = 1e-11
_ROUGH = 1e-4
_LOG_Q_HAT = (-36.0, 55.0)
_LOG_BETA = (-20.0, 36.0)
_STRIDE = 1.5  # in ln q̂ and ln β, while a sign change is sought
_GUESSES = 8
_SOFTEST = 0.05  # γ, of ground states
_NEGATIVE = 1e-9  # entropies this little below zero are zero: β may be a rounded ground state's


def solve(alpha, gamma=None, beta=None, *, loss=None, weights=BINARY, architecture=PERCEPTRON):
    r"""Gibbs state of the cross-entropy, or of another loss: at inverse temperature β, or the ground state.

    $$ \phi = \operatorname*{extr}_{q,\hat q}\left[-\frac{\hat q}2(1-q) + \mathcal G_S + \alpha \int Dz\,
       \ln\int Dy\; e^{-\beta f(\sqrt{\rho(q)} z + \sqrt{1-\rho(q)}\,y)}\right], \qquad
       s = \phi + \beta e, \qquad e = -\frac{\partial\phi}{\partial\beta} $$

    shaping-2020 (16), and (2) and (3) for the loss `ERRORS`; Fig. 2, where ρ(q) = q. Committees: f takes the output field,
    `field_scale` times what stands here. `alpha` > 0; either `gamma` in (0, ∞], for f_γ, or a `loss` of your own; `beta` ≥
    0. Without `beta`, the ground state of binary weights: they are counted, so that the measure freezes at the β where s =
    0, and what lies beyond is no state of the system. Losses with a flat bottom have ground states with β = ∞ up to a
    capacity.

    Returns a `GibbsState`, or `NoSolution` where `beta` lies beyond the ground state. Its `error` is 1e-9 or
    less for γ ≥ 0.5; as γ → 0 the entropy vanishes ever more flatly, at γ = 0.2 it is 5e-3, and below 0.05 no ground state is
    sought. Error rates below 1e-17 come out as zero. Replica symmetry is assumed: see `replicon`. Raises ValueError or
    TypeError for input out of range and for the ground state of other than binary weights, `NotConverged` where q > 1 − 1e-12 and,
    after some seconds, where a ground state would have β > 1e15: below capacity β grows like 2γ exp(2γ κ_max(α)).

    >>> ground = solve(0.6, 2.0)
    >>> round(ground.error_rate, 8), abs(ground.entropy) < 1e-12
    (0.00063727, True)
    >>> bool(solve(0.6, 2.0, beta=2 * ground.beta))
    False
    """
    alpha, model = real_number("alpha", alpha, 0.0), chosen_model(gamma, loss, weights, architecture)
    if beta is None:
        require_ground(gamma)
        return ground_state(alpha, model)
    beta = real_number("beta", beta, 0.0, math.inf, closed=True)
    state = _at_temperature(alpha, beta, model)
    if model.weights.discrete and state.entropy < -_NEGATIVE:
        return NoSolution(
            f"at alpha = {alpha:g} and beta = {beta:g} the entropy is negative, {state.entropy:.4g}: "
            f"beta is beyond the ground state of the loss {model.loss!r}."
        )
    return state


def chosen_model(gamma, loss, weights, architecture):
    """The `Model` of the loss meant by `gamma` or `loss`; raises ValueError if both or none is given."""
    require_machine(weights, architecture)
    require_first_order(architecture)
    if (gamma is None) == (loss is None):
        raise ValueError(f"gamma is {gamma!r} and loss is {loss!r}; exactly one of them must be given.")
    if loss is None:
        loss = cross_entropy_loss(gamma)
    require_loss(loss)
    return Model(loss, weights, architecture)


def require_ground(gamma):
    """Refuse γ so small that the zero of the entropy cannot be told; raises ValueError.

    >>> require_ground(1e-3)
    Traceback (most recent call last):
    ValueError: gamma is 0.001; for a ground state it must be in [0.05, ∞], as below the entropy vanishes too flatly.
    """
    if gamma is not None and gamma < _SOFTEST:
        raise ValueError(
            f"gamma is {gamma!r}; for a ground state it must be in [{_SOFTEST}, ∞], as below the entropy vanishes too flatly."
        )


def ground_state(alpha, model):
    """The state in which the entropy of a loss has just vanished, or of β = ∞ if it never does."""
    loss, weights, architecture = model
    if not weights.discrete:
        why = "whose entropy is the logarithm of a volume; for a ground state it must be BINARY"
        raise ValueError(f"weights is {weights!r}, {why}.")
    if math.isfinite(loss.saturates) and alpha <= typical.critical_capacity(loss.saturates, weights, architecture):
        return _solutions(alpha, model)
    for start in near_ground(alpha, model):
        try:
            return polished(alpha, start, model)
        except NotConverged as error:
            failure = error
    raise failure


def _solutions(alpha, model):
    """The ground states of a loss with a flat bottom, below capacity: all weights with every stability there."""
    state = typical.solve(alpha, model.loss.saturates, model.weights, model.architecture)
    return GibbsState(
        alpha=alpha, beta=math.inf, q=state.q, q_hat=state.q_hat, energy=0.0, entropy=state.entropy,
        free_entropy=state.entropy, error_rate=0.0, replicon=state.replicon, residual=state.residual,
        error=state.error, one_minus_q=state.one_minus_q, **model._asdict(),
    )


def polished(alpha, start, model):
    """The ground state from a guess of (ln q̂, ln β), by Newton's method."""

    def point_at(x, step):
        return Point(alpha, x[0], math.exp(x[1]), model, step)

    def newton(start, step, tolerance):
        def equations(x):
            point = point_at(x, step)
            return np.array([point.mismatch, point.entropy]), point.jacobian()

        return saddle.solve(equations, start, tolerance=tolerance, longest_step=1.0)[0]

    x = newton(newton(start, STEP, _ROUGH), 0.5 * STEP, TOLERANCE)
    fine = point_at(x, 0.5 * STEP)
    return fine.state(fine.beta, True, _error(point_at(x, STEP), fine, fine.jacobian()))


def _at_temperature(alpha, beta, model):
    """The saddle point at a given β, whatever the sign of its entropy."""
    start = _first_guess(alpha, beta, model)
    if start < _LOG_Q_HAT[0]:  # weights that hardly feel the patterns: q = 0 to double precision, and q̂ is explicit
        point = Point(alpha, start, beta, model, 0.5 * STEP)
        return point.state(beta, False, point.rounding)
    rough = _log_q_hat(alpha, beta, model, start)
    x, fine = _newton_in_q_hat(alpha, beta, model, rough, 0.5 * STEP)
    coarse = Point(alpha, x, beta, model, STEP)
    return fine.state(beta, False, _error(coarse, fine, fine.jacobian()[:1, :1]))


def _newton_in_q_hat(alpha, beta, model, start, step, tolerance=TOLERANCE):
    def equations(x):
        point = Point(alpha, x[0], beta, model, step)
        return np.array([point.mismatch]), point.jacobian()[:1, :1]

    x, _ = saddle.solve(equations, [start], tolerance=tolerance)
    return x[0], Point(alpha, x[0], beta, model, step)


def _first_guess(alpha, beta, model):
    """ln q̂ as uncorrelated weights would have it."""
    image = Point(alpha, -100.0, beta, model, STEP).image
    return math.log(image) if image > 0 else -100.0


def _log_q_hat(alpha, beta, model, start):
    """A rough root ln q̂ of the saddle equation, sought outwards from a guess; the mismatch falls with q̂."""
    mismatch = lambda x: Point(alpha, x, beta, model, STEP).mismatch
    low, high = _LOG_Q_HAT
    here, value = start, mismatch(start)
    direction = math.copysign(_STRIDE, value)
    while value * direction > 0:
        if not low <= here + direction <= high:
            message = f"At alpha = {alpha:g} and beta = {beta:g} no overlap solves the saddle equations"
            raise NotConverged(message, residual=abs(value), state=here)
        before, here = here, here + direction
        value = mismatch(here)
    return saddle.critical(mismatch, before, here, tolerance=_ROUGH) if value else here


def near_ground(alpha, model):
    """Guesses of (ln q̂, ln β), better and better, of where the entropy vanishes along the saddle points of growing β."""
    x = max(_first_guess(alpha, 1.0, model), _LOG_Q_HAT[0])
    here = _Warm(alpha, 0.0, model, x)
    direction = math.copysign(_STRIDE, here.entropy)
    before = here
    while here.entropy * direction > 0:
        log_beta = here.log_beta + direction
        if not _LOG_BETA[0] <= log_beta <= _LOG_BETA[1]:
            where = f"up to beta = {math.exp(log_beta):.1e}"
            message = f"At alpha = {alpha:g} the entropy of the loss {model.loss!r} does not vanish {where}"
            raise NotConverged(message, residual=abs(here.entropy), state=here.log_beta)
        before, here = here, _Warm(alpha, log_beta, model, here.log_q_hat)
    for _ in range(_GUESSES):
        share = before.entropy / (before.entropy - here.entropy)
        yield before.unknowns + share * (here.unknowns - before.unknowns)
        middle = _Warm(alpha, 0.5 * (before.log_beta + here.log_beta), model, here.log_q_hat)
        before, here = (middle, here) if middle.entropy * before.entropy > 0 else (before, middle)


class _Warm:
    """The entropy at a given β, to a few digits, from a guess of ln q̂."""

    def __init__(self, alpha, log_beta, model, guess):
        beta = math.exp(log_beta)
        try:
            x, point = _newton_in_q_hat(alpha, beta, model, guess, STEP, _ROUGH)
        except NotConverged:
            x = _log_q_hat(alpha, beta, model, guess)
            point = Point(alpha, x, beta, model, STEP)
        slopes = point.jacobian()[:, 0]
        # what is left of the mismatch counts: beside the saddle point the entropy is not stationary in q̂
        self.entropy = point.entropy - point.mismatch * slopes[1] / slopes[0]
        self.log_q_hat, self.log_beta = x, log_beta
        self.unknowns = np.array([x, log_beta])


def _error(coarse, fine, jacobian):
    """What halving the step changes in the state and, through the residuals and their rounding, in its place."""
    names = ("energy", "entropy", "free_entropy")
    changes = [abs(getattr(coarse, name) - getattr(fine, name)) for name in names]
    changes.append(abs(coarse.average.error_rate - fine.average.error_rate))
    residuals = [(coarse.mismatch, fine.mismatch, ROUNDING), (coarse.entropy, fine.entropy, fine.rounding)]
    left = np.array([abs(a - b) + abs(b) + rounding for a, b, rounding in residuals])[: jacobian.shape[0]]
    moved = float((np.abs(np.linalg.inv(jacobian)) @ left).max())
    return max(changes) + fine.rounding + moved
