"""Replica-symmetric saddle points of few hidden units at a given load, and the one that counts."""

import math
from functools import lru_cache

from scipy.optimize import minimize_scalar

from flatminima import saddle
from flatminima.architectures.decision import MAJORITY
from flatminima.ensembles.finite_committee.typical.capacity import critical_capacity
from flatminima.ensembles.finite_committee.typical.equations import LOG_Q_HAT, STEP, Machine
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import SPHERICAL

_WINDOW = (-2.0, 5.0)  # in ln q̂, for the smallest load of parity's saddle points with q > 0: q from 0.11 to 0.92
_LARGEST = 1000.0  # load: there parity's maximum is at q = 0.001, and found to 11 digits
_BELOW = 0.5  # along them α q̂ > π³/24 = 1.29, its limit as q → 0


def free_entropy(q, alpha, units=3, decision=MAJORITY):
    r"""Replica-symmetric free entropy of K units as a function of the overlap q, with q̂ = q/(1−q)² eliminated.

    $$ \phi(q) = \frac12 \ln 2\pi e + \frac12\left[\ln(1-q) + \frac q{1-q}\right]
       + \alpha \int \prod_\ell Dz_\ell\, \ln P\!\left(\sqrt{\tfrac q{1-q}}\, z\right) $$

    shaping-2020, (14) and (15), replica-symmetric; P is the probability of a right output. 0 ≤ q < 1 − 1e-9, `alpha` > 0.
    Its lowest value is the entropy of typical solutions. Relative accuracy 1e-12. Raises ValueError or TypeError.

    >>> round(free_entropy(0.0, 1.0), 12) == round(0.5 * math.log(2 * math.pi * math.e) - math.log(2), 12)
    True
    """
    q = real_number("q", q, 0.0, 1.0 - 1e-9, closed=True)
    alpha = real_number("alpha", alpha, 0.0)
    one_minus_q = 1.0 - q
    entropic, *_ = SPHERICAL.typical(q / one_minus_q**2, None)
    return entropic - 0.5 * q / one_minus_q + alpha * Machine(units, decision).averages(one_minus_q, 0.5 * STEP)[0]


@lru_cache(maxsize=None)
def turning_point(units, decision):
    """ln q̂ and α where the saddle points with q > 0 of a machine that has also q = 0 begin: the smallest load of them."""
    line = Machine(units, decision).on_saddle_line
    found = minimize_scalar(lambda x: line(x)[0], bounds=_WINDOW, method="bounded", options={"xatol": 1e-9})
    return found.x, found.fun


def _on_line(machine, alpha, low, high):
    """q̂ of the saddle point at a load, between two values of ln q̂."""
    mismatch = lambda log_q_hat: math.log(machine.on_saddle_line(log_q_hat)[0] / alpha)
    return math.exp(saddle.critical(mismatch, low, high))


def saddle_points(alpha, units=3, decision=MAJORITY):
    r"""All replica-symmetric saddle points at a load, in the order of their overlaps.

    $$ \frac q{(1-q)^2} = \hat q = \alpha\, \mathbb E\,|\nabla_x \ln P|^2 $$

    Returns a tuple of `FiniteCommitteeState`. A majority has one below `critical_capacity`, and none above. Parity of
    three has q = 0 at every load; from α = 6.317 to the capacity 10.37 there are two more, a maximum of the free entropy
    and, at larger q, a minimum. `alpha` < 1000. Raises ValueError or TypeError for input out of range, and `NotConverged`
    within a relative distance of about 1e-8 of the capacity, where 1 − q < 1e-9.

    >>> from flatminima.architectures.decision import PARITY
    >>> [round(state.q, 3) for state in saddle_points(7.0, decision=PARITY)]
    [0.0, 0.359, 0.802]
    """
    alpha = real_number("alpha", alpha, 0.0, _LARGEST)
    machine, capacity = Machine(units, decision), critical_capacity(units, decision)
    starts, lowest = [], LOG_Q_HAT[0]
    if machine.blind:
        starts.append(0.0)
        turn, smallest = turning_point(machine.units, decision)
        if alpha > smallest:
            starts.append(_on_line(machine, alpha, math.log(_BELOW / alpha), turn))
        lowest = turn if alpha > smallest else math.inf
    elif machine.on_saddle_line(lowest)[0] > alpha:  # q = 0 to double precision, and q̂ is explicit
        starts.append(alpha * machine.averages(1.0)[1])
        lowest = math.inf
    if alpha < capacity and math.isfinite(lowest):
        high = max(lowest, 0.0)
        while machine.on_saddle_line(high)[0] < alpha:
            lowest, high = high, high + 2.0
            if high > LOG_Q_HAT[1]:
                message = f"At alpha = {alpha:.15g}, next to the capacity {capacity:.15g}, 1 − q is below 1e-9"
                raise NotConverged(message, residual=1.0 - alpha / capacity, state=high)
        starts.append(_on_line(machine, alpha, lowest, high))
    return tuple(machine.state(alpha, q_hat) for q_hat in starts)


def solve(alpha, units=3, decision=MAJORITY):
    r"""Entropy and overlap of the typical solutions of K hidden units at load α = P/N, replica-symmetric.

    $$ \phi = \min_q \left\{ \tfrac12 \ln 2\pi e + \tfrac12\left[\ln(1-q) + \tfrac q{1-q}\right]
       + \alpha \int \prod_\ell Dz_\ell\, \ln P\!\left(\sqrt{\tfrac q{1-q}}\, z\right) \right\} $$

    shaping-2020 (14), (15) and (typical volume). `alpha` > 0; `units` K = 1 (the perceptron) or 3; `decision` MAJORITY or
    PARITY. Returns a `FiniteCommitteeState`, or `NoSolution` from `critical_capacity` on. Where there are several saddle
    points, the lowest counts: the entropy of parity is −α ln 2 off the sphere's, q = 0, up to α = 6.58, where q jumps.
    Replica symmetry is stable where `replicon` < 1; for a majority of three up to 1.73 (`instability`). The values beyond
    are formal. Raises ValueError or TypeError for input out of range, and `NotConverged` as `saddle_points`.

    >>> state = solve(1.0)
    >>> round(state.q, 6), round(state.replicon, 6), state.residual < 1e-12
    (0.388541, 0.416512, True)
    >>> bool(solve(4.1))
    False
    """
    alpha, capacity = real_number("alpha", alpha, 0.0), critical_capacity(units, decision)
    if alpha >= capacity:
        return NoSolution(f"at alpha = {alpha:g} the overlap has reached 1: the replica-symmetric capacity is {capacity:.6g}.")
    return min(saddle_points(alpha, units, decision), key=lambda state: state.entropy)
