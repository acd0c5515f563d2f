"""The majority of y binary replicas: how close it is to them, and to the replicas of other groups."""

import math

import numpy as np

from flatminima.ensembles.large_deviation.state import LargeDeviationState
from flatminima.errors import NotConverged
from flatminima.weights import BINARY

_REACH = 9.0  # ∫ Dz beyond it is 2e-19
_STEP, _SHORTER, _LEVELS = 0.15, 2.0 / 3.0, 6
_TOLERANCE = 1e-10
_MOST = 50  # replicas


def centre_overlaps(state):
    r"""Overlaps of the reference W̃_i = sign Σ_a W_i^a with a replica of its group, and with one of another group.

    $$ p_1 = \int Dz_0\, \Big\langle \mathbb E\big[\tilde W W^a\big] \Big\rangle_{z_1}, \qquad
       p_0 = \int Dz_0\, \Big\langle \mathbb E\big[\tilde W\big] \Big\rangle_{z_1} \Big\langle \tanh h \Big\rangle_{z_1}, \qquad
       h = \sqrt{\hat q_0}\, z_0 + \sqrt{\hat q_1 - \hat q_0}\, z_1 $$

    with z₁ of density ∝ Dz₁ (2 cosh h)^y, and E over y independent weights of mean tanh h; a tie counts as either sign.
    This is the measure of one weight at m = y, as in `weights.binary_clustered`. `state` is what
    `large_deviation.solve` returned for binary weights and a whole number y ≤ 50 of replicas. Accuracy 1e-9. Raises
    TypeError or ValueError for other states, and `NotConverged`.

    >>> from flatminima import large_deviation
    >>> one = large_deviation.solve(0.9, 0.5, y=1)                       # one replica is its own centre
    >>> own, other = centre_overlaps(one)
    >>> round(own, 9), round(other - one.q0, 9)
    (1.0, 0.0)
    """
    if not isinstance(state, LargeDeviationState):
        raise TypeError(f"state is of type {type(state).__name__}; it must be a LargeDeviationState.")
    if state.weights is not BINARY:
        raise ValueError(f"state has {state.weights!r} weights; the majority is a machine only for binary ones.")
    if not 1 <= state.y <= _MOST or state.y % 1:
        raise ValueError(f"state has y = {state.y:g}; it must be a whole number from 1 to {_MOST}.")
    step, values = _STEP, _average(state, _STEP)
    for _ in range(_LEVELS):
        step, previous = _SHORTER * step, values
        values = _average(state, step)
        error = float(np.max(np.abs(values - previous)))
        if error < _TOLERANCE:
            return tuple(values.tolist())
    raise NotConverged("The average over the weights of a group did not settle", residual=error, state=state)


def _average(state, step):
    from scipy.stats import binom  # takes longer to import than all the rest of the library

    y = int(state.y)
    split = state.delta_q0_hat / y
    z0 = np.arange(-_REACH, _REACH, step)
    end = _REACH + y * math.sqrt(split)  # cosh^y draws z₁ that far out
    z1 = np.arange(-end, end, step / math.sqrt(1 + y * split))
    h = math.sqrt(max(state.q1_hat - split, 0.0)) * z0[:, None] + math.sqrt(split) * z1
    exponent = y * np.logaddexp(h, -h) - 0.5 * z1**2
    weight = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    tanh, centre, product = np.tanh(h), np.zeros_like(h), np.zeros_like(h)
    for up in range(y + 1):  # replicas with weight +1
        share = binom.pmf(up, y, 0.5 * (1 + tanh)) * np.sign(2 * up - y)
        centre += share
        product += share * (2 * up - y) / y
    mean = lambda f: np.sum(weight * f, axis=1)
    measure = step * np.exp(-0.5 * z0**2) / math.sqrt(2 * math.pi)
    return np.array([measure @ mean(product), measure @ (mean(centre) * mean(tanh))])
