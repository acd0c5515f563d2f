"""Replicas of a network that pull one another together while they learn."""

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from flatminima.algorithms.least_action import kernels
from flatminima.algorithms.least_action.lanes import Lanes
from flatminima.algorithms.least_action.single import FASTEST, Learned, random_replicas
from flatminima.errors import NotConverged
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_number

REPLICATED = MappingProxyType({"rate": 1e-2, "lambda_0": 0.5, "lambda_1": 1e-4, "stop": 1e-7})
"""eLAL for random patterns, shaping-2020, Materials and Methods; its number of replicas is 20."""

CENTRES = ("mean", "projected")


@dataclass(frozen=True)
class Collapsed(Learned):
    """Where a run of replicas ended: `weights`, `errors` and `stopped` (they collapsed) are those of the centre.

    `mistakes` is an average over the replicas, `spread` (epochs,) the sum of their squared distances to the centre
    after each epoch, for units of length 1, and `replicas` (y, K, n) where they are, of length √n a unit.
    """

    spread: np.ndarray
    replicas: np.ndarray


def learn_replicated(
    patterns, machine, *, rate, lambda_0, lambda_1, seed, stop=1e-7, replicas=20, batch=100, max_epochs=10_000,
    normalised=True, centre="projected",
):  # fmt: skip
    r"""Learn with `replicas` = y networks under least action, drawn to their average (entropic LAL, eLAL).

    $$ W^a \to W^a + \lambda \eta\, (\tilde W - W^a), \qquad \tilde W = \frac1y \sum_{a=1}^y W^a $$

    shaping-2020 (eLAL coupling). Each replica sees all patterns in its own random order. After each mini-batch, and
    the updates of `learn` in it, all replicas move to the average as it was before; then the average is computed
    anew. λ starts at `lambda_0` and is multiplied by 1 + `lambda_1` after each epoch, both ≥ 0. The run stops when
    Σ_a |W^a − W̃|² ≤ `stop`. Rate, start, `batch`, `normalised` and `seed` are as for `learn`: units have length 1.
    The paper leaves open whether W̃, too, is brought to that length: `centre` is "projected" (it is) or "mean" (not).
    Returns `Collapsed`. Raises ValueError or TypeError for bad input, NotConverged where a large λη makes the replicas
    run away. Running out of `max_epochs` is no error.

    >>> from flatminima.networks import random_patterns, tree_committee
    >>> patterns, machine = random_patterns(40, 99, seed=1), tree_committee(3, 99)
    >>> run = learn_replicated(patterns, machine, rate=1e-2, lambda_0=5, lambda_1=0.01, seed=2, replicas=5, batch=10)
    >>> run.stopped, run.errors, bool(run.spread[-1] < 1e-7)
    (True, 0, True)
    """
    layout, rate = Lanes(machine), real_number("rate", rate, 0, FASTEST)
    strength = real_number("lambda_0", lambda_0, 0, closed=True)
    growth = 1.0 + real_number("lambda_1", lambda_1, 0, closed=True)
    count, stop = positive_integer("replicas", replicas), real_number("stop", stop, 0)
    if centre not in CENTRES:
        raise ValueError(f"centre is {centre!r}; it must be one of {', '.join(map(repr, CENTRES))}.")
    projected = centre == "projected"

    inputs, generator = layout.inputs(patterns), seeded_generator(seed)
    batch, max_epochs = min(positive_integer("batch", batch), len(patterns)), positive_integer("max_epochs", max_epochs)
    networks = random_replicas(count, layout, generator)
    middle = networks[0].copy()
    kernels.mean(networks, middle)
    if projected:
        kernels.normalise(middle, layout.lanes)
    everything, mistakes, spread = np.tile(np.arange(len(patterns)), (count, 1)), [], []
    while len(spread) < max_epochs and not (spread and spread[-1] <= stop):
        orders = generator.permuted(everything, axis=1)
        mistakes.append(
            kernels.epoch(
                networks, middle, inputs, orders, batch, layout.lanes, rate, strength * rate, normalised, projected
            )
        )
        spread.append(kernels.spread(networks, middle))
        if not math.isfinite(spread[-1]):  # λη > 2 throws a replica further beyond the centre than it was before it
            raise NotConverged(
                f"the replicas have run away from each other: λη = {strength * rate:g} is too large.", residual=spread[-1]
            )
        strength *= growth
    weights = machine.normalised(layout.restored(middle))
    return Collapsed(
        weights, len(spread), machine.errors(weights, patterns), np.array(mistakes), spread[-1] <= stop,
        np.array(spread), np.array([machine.normalised(each) for each in layout.restored(networks)]),
    )  # fmt: skip
