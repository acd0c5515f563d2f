"""Ground states of a loss along a range of loads."""

import numpy as np

from flatminima.architectures import PERCEPTRON
from flatminima.ensembles.cross_entropy.solutions import chosen_model, ground_state, polished, require_ground
from flatminima.errors import NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY


def trace(alphas, gamma=None, *, loss=None, weights=BINARY, architecture=PERCEPTRON):
    r"""Ground states at every load: the curve ⟨Θ(−x)⟩(α) of shaping-2020, Fig. 2.

    Of losses without a flat bottom every state is the guess for the next: neighbouring loads cost a tenth of `solve`.
    The others are solved one by one, as β may become infinite in between. `alphas` > 0, in an order in which they change
    gradually; `gamma`, `loss`, `weights`, `architecture`, accuracy and errors as `solve`. Returns a list of `GibbsState`.

    >>> [round(state.error_rate, 6) for state in trace([0.8, 0.9], 2.0)]
    [0.027454, 0.055184]
    """
    alphas, model = [real_number("alpha", alpha, 0.0) for alpha in alphas], chosen_model(gamma, loss, weights, architecture)
    require_ground(gamma)
    states = []
    for alpha in alphas:
        states.append(_next(alpha, states[-2:], model))
    return states


def _next(alpha, before, model):
    """The ground state at `alpha` from those at one or two neighbouring loads, or from none."""
    if not np.isfinite(model.loss.saturates) and before:
        try:
            return polished(alpha, _extrapolated(alpha, before), model)
        except NotConverged:
            pass
    return ground_state(alpha, model)


def _extrapolated(alpha, before):
    unknowns = [np.log([state.q_hat, state.beta]) for state in before]
    if len(before) == 1 or before[0].alpha == before[1].alpha:
        return unknowns[-1]
    share = (alpha - before[1].alpha) / (before[1].alpha - before[0].alpha)
    return unknowns[1] + share * (unknowns[1] - unknowns[0])
