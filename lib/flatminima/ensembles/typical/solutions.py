"""Typical solutions of margin κ: their replica-symmetric free entropy and its saddle point. unveiling-2021 (13)–(14b)."""

import math

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.typical.equations import (
    LOG_Q_HAT,
    STEP,
    TypicalState,
    entropy,
    q_hat_per_alpha,
    require_first_order,
)
from flatminima.ensembles.machine import require_machine
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY


def free_entropy(q, q_hat, alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Replica-symmetric free entropy as a function of its two order parameters.

    $$ \phi(q, \hat q) = -\frac{\hat q}{2}(1-q) + \mathcal G_S(\hat q) + \alpha\, \mathcal G_E(q) $$

    unveiling-2021 (13), with the terms (14a) and (14b); relu-2019 (3), with (4) or (B3), and (B2), or (B1) at its
    stationary Q̂. `q` in [0, 1), `q_hat` ≥ 0, `alpha` > 0; per weight, in nats. Stationary at the typical
    solutions: a maximum in `q_hat`, then a minimum in `q`. Accuracy 1e-13.
    Raises ValueError outside these ranges.

    >>> round(free_entropy(0.0, 0.0, 0.5) / math.log(2), 12)  # no correlations: ln 2 + α ln H(0)
    0.5
    """
    q = real_number("q", q, 0.0, 1.0 - 1e-15, closed=True)
    q_hat = real_number("q_hat", q_hat, 0.0, math.inf, closed=True)
    alpha = real_number("alpha", alpha, 0.0)
    kappa = real_number("kappa", kappa)
    require_machine(weights, architecture)
    return entropy(q_hat, 1.0 - q, alpha, kappa, weights, architecture, STEP)


def saddle_point(alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The replica-symmetric saddle point, whatever the sign of its entropy.

    $$ 1 - q = \int Dz\, \cosh^{-2}(\sqrt{\hat q} z) \ \text{(binary)}, \quad
       \hat q = \frac{q}{(1-q)^2} \ \text{(spherical)},
       \qquad
       \hat q = \frac{\alpha\,\rho'(q)}{1-\rho(q)} \int Dz\, A^2\!\left(
           \frac{\kappa/s - \sqrt{\rho(q)}\, z}{\sqrt{1-\rho(q)}}\right) $$

    Stationarity of `free_entropy`; s is the `field_scale` of the
    architecture. Beyond the capacity of binary weights the entropy is negative: no solution
    exists there and the saddle point is a formal continuation (dashed in Fig. 2 of unveiling-2021); use
    `solve` where that must not pass unnoticed. Unique for κ ≥ −2s, where the load grows with q̂; at margins
    further below there may be several, at loads of hundreds and more, and one of them is returned.

    Returns a `TypicalState`, or `NoSolution` where even the saddle point is gone (q → 1). Raises
    ValueError for `alpha` ≤ 0 and for maps with ρ′(0) = 0, such as those of even activations, and
    `NotConverged` where the saddle point lies at q > 1 − 1e-12, as with sign units at loads of a million.

    >>> saddle_point(0.9).entropy < 0
    True
    """
    alpha = real_number("alpha", alpha, 0.0)
    kappa = real_number("kappa", kappa)
    require_machine(weights, architecture)
    require_first_order(architecture)

    def mismatch(log_q_hat):
        q_hat = math.exp(log_q_hat)
        one_minus_q = weights.typical(q_hat, STEP)[1]
        image = alpha * q_hat_per_alpha(one_minus_q, kappa, architecture)
        return math.log(image) - log_q_hat if image > 0 else -math.inf

    low, high = LOG_Q_HAT
    if mismatch(high) >= 0:
        if math.isinf(architecture.slope(0.0)):  # such maps have a saddle point at every load
            message = f"At alpha = {alpha:g} and kappa = {kappa:g} the overlap is closer to 1 than 1e-12"
            raise NotConverged(message, residual=mismatch(high), state=high)
        return NoSolution(f"at alpha = {alpha:g} and kappa = {kappa:g} the overlap q reaches 1 and no saddle point is left.")
    if mismatch(low) > 0:
        q_hat = math.exp(saddle.critical(mismatch, low, high, tolerance=1e-15))
    else:  # a margin that hardly binds: q = 0 to double precision, and q̂ is explicit
        q_hat = alpha * q_hat_per_alpha(1.0, kappa, architecture)
    one_minus_q = weights.typical(q_hat, STEP)[1]
    coarse, fine = (
        entropy(q_hat, one_minus_q, alpha, kappa, weights, architecture, step) for step in (STEP, 0.5 * STEP)
    )
    return TypicalState(
        alpha=alpha,
        kappa=kappa,
        q=max(1.0 - one_minus_q, 0.0),
        q_hat=q_hat,
        entropy=fine,
        residual=abs(mismatch(math.log(q_hat))) if q_hat > 0 else 0.0,
        error=abs(fine - coarse) + 1e-15 * (1.0 + q_hat * one_minus_q),
        one_minus_q=one_minus_q,
        weights=weights,
        architecture=architecture,
    )


def solve(alpha, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Entropy and overlap of the typical solutions of margin κ at load α = P/N.

    $$ \phi = \operatorname*{extr}_{q, \hat q} \left[ -\frac{\hat q}{2}(1-q) + \mathcal G_S + \alpha\, \mathcal G_E \right] $$

    unveiling-2021 (2), (11), (13)–(14b), relu-2019 (free entropy), (3), (B1)–(B3), shaping-2020 (5). `alpha` > 0, `kappa`
    any real number. Returns a `TypicalState`, or `NoSolution` beyond the capacity, where the entropy is negative (binary)
    or q has reached 1 (spherical). `error` bounds the entropy's (about 1e-13). Raises ValueError or TypeError for input out
    of range, and `NotConverged` as `saddle_point`.

    >>> round(solve(0.5).entropy, 6)
    0.31439
    >>> bool(solve(0.9))
    False
    """
    state = saddle_point(alpha, kappa, weights, architecture)
    if state and not state.exists:
        return NoSolution(
            f"at alpha = {state.alpha:g} and kappa = {state.kappa:g} the entropy is negative, "
            f"{state.entropy:.4g}: the load is beyond the capacity."
        )
    return state
