"""Where a Gibbs measure breaks replica symmetry: the AT line of a loss."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.cross_entropy.equations import STEP, Point
from flatminima.ensembles.cross_entropy.solutions import chosen_model
from flatminima.errors import NoSolution
from flatminima.validation import real_number
from flatminima.weights import BINARY

_LOG_Q_HAT = np.linspace(-20.0, 30.0, 51)


def instability(beta, gamma=None, *, loss=None, weights=BINARY, architecture=PERCEPTRON):
    r"""The load α_AT at which the Gibbs measure of a loss becomes unstable, at inverse temperature β.

    $$ \alpha\, \lambda_S \left\{ \rho'(q)^2\, \mathbb E[L''^2] + \rho''(q)\, \mathbb E[L'^2] \right\} = 1,
       \qquad L(\mu) = \ln \int Dy\; e^{-\beta f(\mu + \sqrt{1-\rho(q)}\, y)}, \quad \mu \sim \mathcal N(0, \rho(q)) $$

    The replicon of relu-2019, below (6), with exp(−βf) in place of the margin; `GibbsState.replicon` is the left side. It
    is followed along the line of saddle points, on which q̂ is the parameter and α explicit, from q = 0 to its first
    crossing of 1. `beta` > 0; `gamma`, `loss`, `weights`, `architecture` as in `solve`. Binary weights may have lost their
    entropy at this load: `solve(α_AT, …)` tells. Returns `NoSolution` where replica symmetry stays stable up to q̂ = e³⁰,
    as for a convex loss of spherical perceptrons. Relative accuracy 1e-9. Raises ValueError or TypeError for input out of
    range.

    >>> at = instability(3.0, 2.0)
    >>> from flatminima.ensembles.cross_entropy import solve
    >>> state = solve(at, 2.0, beta=3.0)
    >>> round(state.replicon, 9)
    1.0
    """
    beta, model = real_number("beta", beta, 0.0), chosen_model(gamma, loss, weights, architecture)

    def point(log_q_hat):
        return Point(1.0, log_q_hat, beta, model, STEP)

    def excess(log_q_hat):
        """α λ_S {…} − 1 with the load of this saddle point."""
        at = point(log_q_hat)
        return at.q_hat * at.replicon_per_alpha / at.image_per_alpha - 1.0

    previous = excess(_LOG_Q_HAT[0])
    for low, high in zip(_LOG_Q_HAT, _LOG_Q_HAT[1:]):
        following = excess(high)
        if previous < 0.0 <= following:
            root = saddle.critical(excess, low, high)
            return math.exp(root) / point(root).image_per_alpha
        previous = following
    return NoSolution(
        f"at beta = {beta:g} replica symmetry stays stable: its replicon has reached {1.0 + previous:.6g} at q̂ = e^{high:g}."
    )
