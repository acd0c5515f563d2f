r"""How the number of errors grows when weights are flipped: local energy profiles, unveiling-2021, supplement IV, Fig. 8."""

from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from flatminima.networks.multilayer import fields, require_inputs, require_labels, require_network
from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_array


@dataclass(frozen=True, eq=False)
class EnergyProfile:
    """What `profile` measured, one entry a flip probability.

    `distances` are the fractions of weights that were flipped and `errors` the numbers of errors, both means over the
    repetitions; `standard_error` is the uncertainty of that mean of errors, from their spread.
    """

    distances: np.ndarray
    errors: np.ndarray
    standard_error: np.ndarray


def profile(weights, inputs, labels, probabilities, *, repetitions=20, seed):
    r"""Mean number of training errors after each weight of a network has been flipped with probability p.

    $$ E(p) = \Big\langle \sum_\mu \Theta\big(-\sigma^\mu z(s \odot W;\, x^\mu)\big) \Big\rangle_s, \qquad
       s = -1 \text{ with probability } p, \text{ else } 1, \text{ for each weight} $$

    with Θ(0) = 1; unveiling-2021, supplement IV, insets of Fig. 8. `weights`, `inputs` and `labels` are as in
    `networks.multilayer`, and so is the accuracy of z; `probabilities` is a sequence in [0, 1]. In each of the
    `repetitions` ≥ 2 a weight has one random number u and is flipped where u < p: the values at different p share them,
    so that their difference is more certain than each of them. Returns an `EnergyProfile`.

    Three values are known. E(0) is the network's own number of errors. At p = 1/2 the weights are uniformly random: each
    output is as often right as wrong, E = P/2, and more by half the chance of z = 0. And at p = 1, as units are odd, layer l
    gets the inputs (−1)^{l−1} x_{l−1} and gives (−1)^l x_l, so that z is multiplied by (−1)^{L+1}: with an odd number L of
    hidden layers the network is again as good as it was. The law of z at 1 − p is, likewise, that of (−1)^{L+1} z at p.
    Raises ValueError or TypeError for input out of range.

    >>> found = profile([[[1, 1, 1]]], [[1, 1, 1]], [1], [0, 0.5, 1], repetitions=1000, seed=0)
    >>> found.errors[[0, 2]], round(float(found.errors[1]), 1)
    (array([0., 1.]), 0.5)
    """
    weights = require_network(weights)
    inputs = require_inputs(inputs, weights)
    labels = require_labels(labels, len(inputs))
    probabilities = _require_probabilities(probabilities)
    if positive_integer("repetitions", repetitions) < 2:
        raise ValueError(f"repetitions is {repetitions}; it must be at least 2 for a standard error.")
    draw = seeded_generator(seed)
    flipped, wrong = np.empty((2, repetitions, len(probabilities)))
    for r in tqdm(range(repetitions), desc="local energy", unit="repetition", delay=5, disable=None):
        numbers = [draw.random(layer.shape, dtype=np.float32) for layer in weights]
        for k, p in enumerate(probabilities):
            flips = [u < p for u in numbers]
            perturbed = [np.where(flip, -layer, layer) for flip, layer in zip(flips, weights)]
            flipped[r, k] = sum(map(np.count_nonzero, flips))
            wrong[r, k] = np.count_nonzero(labels * fields(perturbed, inputs) <= 0)
    size = sum(layer.size for layer in weights)
    uncertainty = wrong.std(axis=0, ddof=1) / np.sqrt(repetitions)
    return EnergyProfile(flipped.mean(axis=0) / size, wrong.mean(axis=0), uncertainty)


def _require_probabilities(probabilities):
    probabilities = real_array("probabilities", probabilities)
    if probabilities.ndim != 1 or probabilities.size == 0:
        raise ValueError(f"probabilities has shape {probabilities.shape}; it must be a sequence of numbers in [0, 1].")
    outside = probabilities[~((probabilities >= 0.0) & (probabilities <= 1.0))]
    if outside.size:
        raise ValueError(f"probabilities has an entry {outside[0]:g}; all must be in [0, 1].")
    return probabilities
