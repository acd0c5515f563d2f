"""Where replica symmetry loses its stability: the AT line (de Almeida and Thouless). relu-2019, below (6)."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.machine import require_machine
from flatminima.ensembles.typical.equations import STEP, energetic, on_saddle_line, replicon_per_alpha
from flatminima.errors import NoSolution
from flatminima.validation import real_number
from flatminima.weights import BINARY

_LOG_Q_HAT = np.linspace(-36.0, 96.0, 265)  # from q = 1e-16 to 1 − q = 1e-21
_LOWEST = -5.0  # margin, in units of the field
_EVEN = 1e-10  # ρ′(0)/ρ″(0) of an even activation, up to quadrature


def instability(kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_AT at which the replica-symmetric saddle point becomes unstable.

    $$ \alpha\, \lambda_S \left\{ \rho'(q)^2\, \mathbb E[\ell''^2] + \rho''(q)\, \mathbb E[\ell'^2] \right\} = 1,
       \qquad \ell(h) = \ln H\!\left(\frac{\kappa - h}{\sqrt{1-\rho(q)}}\right), \quad h \sim \mathcal N(0, \rho(q)) $$

    with λ_S = (1 − q)² for spherical and E[cosh⁻⁴(√q̂ z)] for binary weights; relu-2019 quotes two values
    below (6). The left side is `TypicalState.replicon`. It is followed along the line of saddle points,
    on which q̂ is the parameter and α explicit, from q = 0 to its first crossing of 1. For even activations,
    ρ′(0) = 0, q = 0 is a saddle point at every load and α_AT that at which it becomes unstable.

    `kappa` ≥ −5 `field_scale`: there α_AT exceeds 1e9. Binary weights may have α_AT > α_c: no solutions are left there.
    Returns `NoSolution` where the saddle point stays stable until q → 1, as for the spherical
    perceptron at κ ≥ 0: as q → 1 the left side tends to α_c H(−κ) there, at most 1.
    Relative accuracy 1e-12. Raises ValueError or TypeError for input out of range.

    >>> from flatminima import PERCEPTRON, SIGN, SPHERICAL
    >>> round(instability(0.0, SPHERICAL, SIGN), 3)
    2.988
    >>> bool(instability(0.0, SPHERICAL, PERCEPTRON))
    False
    """
    require_machine(weights, architecture)
    kappa = real_number("kappa", kappa, _LOWEST * architecture.field_scale, math.inf, closed=True)
    if architecture.slope(1.0) <= _EVEN * architecture.curvature(1.0):
        mills_squared = energetic(1.0, kappa / architecture.field_scale, STEP)[1]
        return 1.0 / (architecture.curvature(1.0) * mills_squared)

    def excess(log_q_hat):
        q_hat = math.exp(log_q_hat)
        one_minus_q, alpha = on_saddle_line(q_hat, kappa, weights, architecture)
        return alpha * replicon_per_alpha(q_hat, one_minus_q, kappa, weights, architecture) - 1.0

    previous = excess(_LOG_Q_HAT[0])
    for low, high in zip(_LOG_Q_HAT, _LOG_Q_HAT[1:]):
        following = excess(high)
        if previous < 0.0 <= following:
            q_hat = math.exp(saddle.critical(excess, low, high))
            return on_saddle_line(q_hat, kappa, weights, architecture)[1]
        previous = following
    return NoSolution(
        f"at kappa = {kappa:g} replica symmetry stays stable: its replicon has reached {1.0 + previous:.6g} "
        f"where q → 1 at the capacity {on_saddle_line(math.exp(_LOG_Q_HAT[-1]), kappa, weights, architecture)[1]:.6g}."
    )
