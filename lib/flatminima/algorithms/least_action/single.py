"""One network: the smallest change that repairs a pattern."""

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from flatminima.algorithms.least_action import kernels
from flatminima.algorithms.least_action.lanes import Lanes
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_number

SINGLE = MappingProxyType({"rate": 5e-3})
"""LAL for random patterns, shaping-2020, Materials and Methods."""

FASTEST = 1e10  # rate: the fields of weights that have grown for thousands of epochs must fit into single precision


@dataclass(frozen=True)
class Learned:
    """Where a run ended.

    `weights` (K, n) of length √n a unit, `epochs` made, `errors` of these weights, `mistakes` (epochs,) the wrong
    outputs met in each epoch, `stopped`: whether a solution was found; if not, the epochs were used up.
    """

    weights: np.ndarray
    epochs: int
    errors: int
    mistakes: np.ndarray
    stopped: bool


def learn(patterns, machine, *, rate, seed, batch=100, max_epochs=10_000, normalised=True):
    r"""Learn patterns by least action (LAL): for each wrong output, change the one hidden unit that is easiest to change.

    $$ \ell = \arg\max_{\ell : x_\ell^\mu \le 0} x_\ell^\mu , \qquad w_\ell \to w_\ell + \eta\, \sigma^\mu \xi_\ell^\mu , \qquad
       x_\ell^\mu = \sigma^\mu\, w_\ell \cdot \xi_\ell^\mu $$

    shaping-2020, "BP and fBP". The fields x of all patterns in a mini-batch of `batch` are computed first; then
    the rule is applied to each pattern whose output is wrong. The rate η = `rate`, in (0, 1e10), refers to weights of length 1.
    They start in random directions, each entry uniform before the norm is set. With `normalised` the length is
    restored after each mini-batch: the paper does not say. An epoch shows all patterns in a new random order;
    the run stops after the first one that leaves no error. K = 1 is the rule of the perceptron.
    `seed` as for `random_patterns`. The same seed gives the same weights on every machine. Returns `Learned`.
    Raises ValueError or TypeError for bad input. Running out of `max_epochs` is no error: see `Learned.stopped`.

    >>> from flatminima.networks import random_patterns, tree_committee
    >>> patterns, machine = random_patterns(60, 99, seed=1), tree_committee(3, 99)
    >>> run = learn(patterns, machine, **SINGLE, seed=2, batch=10)
    >>> run.stopped, machine.errors(run.weights, patterns)
    (True, 0)
    """
    layout, rate = Lanes(machine), real_number("rate", rate, 0, FASTEST)
    inputs, generator = layout.inputs(patterns), seeded_generator(seed)
    batch, max_epochs = min(positive_integer("batch", batch), len(patterns)), positive_integer("max_epochs", max_epochs)
    replicas = random_replicas(1, layout, generator)
    centre, mistakes, errors = replicas[0].copy(), [], len(patterns)
    while errors and len(mistakes) < max_epochs:
        orders = generator.permutation(len(patterns))[None]
        mistakes.append(
            kernels.epoch(replicas, centre, inputs, orders, batch, layout.lanes, rate, 0.0, normalised, False)
        )
        weights = machine.normalised(layout.restored(replicas[0]))
        errors = machine.errors(weights, patterns)
    return Learned(weights, len(mistakes), errors, np.array(mistakes), errors == 0)


def random_replicas(count, layout, generator):
    """`count` networks with entries uniform in (−1, 1), each unit then brought to length 1, in the given layout."""
    replicas = layout.weights(generator.uniform(-1.0, 1.0, (count, *layout.machine.shape)))
    for replica in replicas:
        kernels.normalise(replica, layout.lanes)
    return replicas
