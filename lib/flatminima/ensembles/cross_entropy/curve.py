"""Ground states of a loss along a range of loads."""

import numpy as np

from flatminima.ensembles.cross_entropy.solutions import chosen_loss, ground_state, polished, require_ground
from flatminima.ensembles.machine import require_weights
from flatminima.errors import NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY


def trace(alphas, gamma=None, *, loss=None, weights=BINARY):
    r"""Ground states at every load: the curve ⟨Θ(−x)⟩(α) of shaping-2020, Fig. 2.

    Every state is the guess for the next, so that neighbouring loads cost a tenth of `solve`. `alphas` > 0, in an order in which
    they change gradually; `gamma`, `loss`, `weights`, accuracy and errors as `solve`. Returns a list of `GibbsState`.

    >>> [round(state.error_rate, 6) for state in trace([0.8, 0.9], 2.0)]
    [0.027454, 0.055184]
    """
    alphas, loss = [real_number("alpha", alpha, 0.0) for alpha in alphas], chosen_loss(gamma, loss)
    require_weights(weights)
    require_ground(gamma)
    states = []
    for alpha in alphas:
        states.append(_next(alpha, states[-2:], loss, weights))
    return states


def _next(alpha, before, loss, weights):
    """The ground state at `alpha` from those at one or two neighbouring loads, or from none."""
    if not np.isfinite(loss.saturates) and before:
        try:
            return polished(alpha, _extrapolated(alpha, before), loss, weights)
        except NotConverged:
            pass
    return ground_state(alpha, loss, weights)


def _extrapolated(alpha, before):
    unknowns = [np.log([state.q_hat, state.beta]) for state in before]
    if len(before) == 1 or before[0].alpha == before[1].alpha:
        return unknowns[-1]
    share = (alpha - before[1].alpha) / (before[1].alpha - before[0].alpha)
    return unknowns[1] + share * (unknowns[1] - unknowns[0])
