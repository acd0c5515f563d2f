"""Where replica symmetry ends in machines of few hidden units: the AT line, or a jump of the overlap."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures.decision import MAJORITY
from flatminima.ensembles import typical as infinite
from flatminima.ensembles.finite_committee.typical.equations import Machine
from flatminima.ensembles.finite_committee.typical.solutions import free_entropy, turning_point
from flatminima.errors import NoSolution
from flatminima.weights import SPHERICAL

_LOG_Q_HAT = np.linspace(-6.0, 10.0, 17)  # q from 0.002 to 0.993
_SPHERE = 0.5 * math.log(2.0 * math.pi * math.e)


def instability(units=3, decision=MAJORITY):
    r"""The load α_AT at which the replica-symmetric saddle point becomes unstable.

    $$ \alpha\, (1-q)^2 \sum_{\ell, \ell' = 1}^K
       \mathbb E\left[\left(\frac{\partial^2 \ln P}{\partial x_\ell\, \partial x_{\ell'}}\right)^2\right] = 1 $$

    shaping-2020, two-layer networks, where α₀ ≃ 1.76 is quoted for a majority of three. Relative accuracy 1e-12. Returns
    `NoSolution` for the perceptron, which stays stable, and for parity of three, whose q = 0 does too, but stops
    counting where another saddle point becomes lower (`discontinuity`). Raises ValueError or TypeError.

    >>> round(instability(), 8)
    1.72990729
    """
    machine = Machine(units, decision)
    if machine.units == 1:
        return infinite.instability(0.0, SPHERICAL)
    if machine.blind:
        load = discontinuity(units, decision)
        return NoSolution(
            f"q = 0 is stable at every load; from alpha = {load:.6g} on another saddle point has a lower free entropy."
        )
    excess = lambda log_q_hat: machine.on_saddle_line(log_q_hat)[1] - 1.0
    root = saddle.critical(excess, *saddle.first_sign_change(excess, _LOG_Q_HAT))
    return machine.on_saddle_line(root)[0]


def discontinuity(units=3, decision=MAJORITY):
    r"""The load at which the lowest replica-symmetric saddle point jumps away from q = 0, as for parity of three.

    $$ \phi(q) = \phi(0) = \tfrac12 \ln 2\pi e - \alpha \ln 2, \qquad \phi'(q) = 0, \qquad q > 0 $$

    Returns `NoSolution` where q grows continuously from α = 0. Accuracy 1e-12. Raises ValueError or TypeError.

    >>> from flatminima.architectures.decision import PARITY
    >>> round(discontinuity(3, PARITY), 6)
    6.577538
    """
    machine = Machine(units, decision)
    if not machine.blind:
        return NoSolution(f"the overlap of {machine.decision!r} with {machine.units} units grows continuously with the load.")

    at_zero = free_entropy(0.0, 1.0, units, decision)

    def excess(log_q_hat):
        alpha = machine.on_saddle_line(log_q_hat)[0]
        state = machine.state(alpha, math.exp(log_q_hat))
        return state.entropy - (_SPHERE + alpha * (at_zero - _SPHERE))

    start = turning_point(machine.units, decision)[0]
    root = saddle.critical(excess, *saddle.first_sign_change(excess, start + np.arange(8.0)))
    return machine.on_saddle_line(root)[0]
