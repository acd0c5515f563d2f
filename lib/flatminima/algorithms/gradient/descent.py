"""Gradient descent with schedules for γ and β, which are the norms of the two layers."""

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from flatminima.algorithms.gradient import kernels
from flatminima.algorithms.gradient.loss import require_sign_units
from flatminima.errors import NotConverged
from flatminima.losses import cross_entropy_loss
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_number

# Random patterns, shaping-2020, Materials and Methods.
FAST = MappingProxyType({"rate": 1e-2, "gamma_0": 3.0, "beta_0": 1.0, "gamma_1": 0.0, "beta_1": 1e-3, "stop": "solution"})
"""The setting "ceSGD-fast" for random patterns."""

SLOW = MappingProxyType({"rate": 3e-3, "gamma_0": 0.1, "beta_0": 0.5, "gamma_1": 4e-4, "stop": 1e-7})
"""The setting "ceSGD-slow" for random patterns. It has no `beta_1`: the paper does not give it."""


@dataclass(frozen=True)
class Learned:
    """Where a run ended.

    `weights` (K, n) of length √n a unit, `epochs` made, `errors` of the committee of signs. After each epoch,
    `losses` (epochs,) has the mean cross-entropy per pattern, and `wrong` (epochs,) the errors. `gamma` and `beta` are
    those of the last epoch, and `stopped` says whether the condition was met; if not, the epochs were used up.
    """

    weights: np.ndarray
    epochs: int
    errors: int
    losses: np.ndarray
    wrong: np.ndarray
    gamma: float
    beta: float
    stopped: bool


def learn(patterns, machine, *, rate, gamma_0, beta_0, gamma_1, beta_1, stop, seed, batch=100, max_epochs=100_000):
    r"""Minimise the cross-entropy of a committee on the sphere by stochastic gradient descent (ceSGD).

    $$ w_\ell \to w_\ell - \eta\, \frac{\partial}{\partial w_\ell} \sum_{\mu \in \text{batch}} f_\gamma(s^\mu), \qquad
       w_\ell \to \frac{w_\ell}{|w_\ell|}, \qquad x_\ell^\mu = w_\ell \cdot \xi_\ell^\mu $$

    shaping-2020 (16) and (schedule); f and s as in `losses`. The paper does not say what the rate η = `rate` refers
    to: here to weights of length 1 and to the sum over the mini-batch. γ and β begin at `gamma_0` and `beta_0` > 0 and
    are multiplied by 1 + `gamma_1` and 1 + `beta_1` (≥ 0) after each epoch. An epoch visits all patterns in a new random
    order, in mini-batches of `batch`. `stop` is "solution", for zero errors of the committee of signs, or a number > 0
    that the mean loss per pattern has to reach; both are looked at after each epoch. `seed` as for `random_patterns`.
    Returns `Learned`, whose weights have the library's length √n. The same seed gives the same weights on every machine.
    Raises ValueError or TypeError for bad input, NotConverged where numbers overflow. Running out of `max_epochs` is no
    error: see `Learned.stopped`.

    >>> from flatminima.networks import random_patterns, tree_committee
    >>> patterns, machine = random_patterns(40, 99, seed=1), tree_committee(3, 99)
    >>> run = learn(patterns, machine, **FAST, seed=2, batch=10)
    >>> run.stopped, machine.errors(run.weights, patterns), bool(np.allclose(np.linalg.norm(run.weights, axis=1), 33**0.5))
    (True, 0, True)
    """
    require_sign_units(machine, patterns)
    rate, gamma, beta = (real_number(*each, 0) for each in (("rate", rate), ("gamma_0", gamma_0), ("beta_0", beta_0)))
    growth_gamma, growth_beta = (
        1.0 + real_number(name, value, 0, closed=True) for name, value in (("gamma_1", gamma_1), ("beta_1", beta_1))
    )
    if stop != "solution":
        stop = real_number("stop", stop, 0)
    batch, max_epochs = min(positive_integer("batch", batch), len(patterns)), positive_integer("max_epochs", max_epochs)

    generator = seeded_generator(seed)
    inputs, everything = kernels.padded_inputs(patterns, machine), np.arange(len(patterns))
    weights = np.zeros((machine.units, inputs.shape[2]))
    weights[:, : machine.fan_in] = generator.uniform(-1.0, 1.0, machine.shape)
    kernels.normalise(weights)
    losses, wrong, stopped = [], [], False
    while not stopped and len(losses) < max_epochs:
        if losses:
            gamma, beta = gamma * growth_gamma, beta * growth_beta
        kernels.epoch(inputs, generator.permutation(len(patterns)), batch, weights, rate, gamma, beta)
        squares = np.sum(weights**2, axis=1)
        if not np.all(np.abs(squares - 1.0) < 0.5):  # overflow; fields that are NaN would pass for no errors
            raise NotConverged(
                f"the weights are no numbers any more: rate = {rate:g} or beta = {beta:g} is too large.",
                residual=float(np.abs(squares - 1.0).max()),
            )
        x = kernels.fields(inputs, everything, weights)
        losses.append(float(np.mean(cross_entropy_loss(gamma).value(kernels.outputs(kernels.hidden(x, beta)[0])))))
        wrong.append(int(np.count_nonzero(np.sign(x).sum(axis=1) <= 0)))
        stopped = wrong[-1] == 0 if stop == "solution" else losses[-1] <= stop
    scaled = weights[:, : machine.fan_in] * math.sqrt(machine.fan_in)
    return Learned(scaled, len(losses), wrong[-1], np.array(losses), np.array(wrong), gamma, beta, stopped)
