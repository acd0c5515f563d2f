r"""Overlaps of two networks of several layers, whose hidden units have no names: unveiling-2021, supplement IV.

A network stays the same function when the units of a hidden layer are relabelled, and when all weights into and out of
a unit change sign. Before two networks are compared, the second one takes the labels and signs of the first, layer by
layer from the bottom: in layer l, with its inputs already matched, the overlaps of the units are

$$ o_{ij} = \frac{1}{N_{l-1}} \sum_k \tilde W^l_{ik} W^l_{jk}, \qquad
   \pi = \operatorname*{argmax}_\pi \sum_i |o_{i\pi(i)}|, \qquad s_i = \operatorname{sign} o_{i\pi(i)}, $$

with s = 1 where the overlap is zero; unit π(i), with sign s_i, becomes unit i, in this layer and as an input of the next.
The output is left as it is: with its sign the network would be another function.

What this does not do. It makes each layer as similar as it can, given those below, and not the whole network. Overlaps
are multiples of 2/N, so that several π may be equally good; then one is taken, and the layers above depend on it: they
may change a little when the two networks change places, or are relabelled first. And where two units of a layer have the
same weights up to a sign, nothing below tells them apart: two labellings of one network may then have overlap less than 1.
Where all units differ, the overlap of a network with itself, relabelled, is exactly 1: no other π reaches it.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment
from tqdm import tqdm

from flatminima.networks.multilayer import require_network
from flatminima.networks.patterns import seeded_generator


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Overlaps after matching: of each layer, shape (…, L + 1), and the `total`, the mean over all weights, shape (…)."""

    layers: np.ndarray
    total: np.ndarray


def match(reference, weights):
    """The network `weights`, with hidden units relabelled and signs changed so that they match those of `reference`.

    The procedure of this module; the network stays the same function, exactly where its fields are exact. Both are lists of
    weights ±1 of the same shapes, as in `networks.multilayer`. Raises ValueError or TypeError for others.

    >>> reference = [[[1, 1, 1], [1, 1, -1], [-1, 1, 1]], [[1, 1, -1]]]
    >>> match(reference, [[[-1, -1, 1], [1, 1, 1], [1, -1, -1]], [[-1, 1, 1]]])
    [array([[ 1,  1,  1],
           [ 1,  1, -1],
           [-1,  1,  1]], dtype=int8), array([[ 1,  1, -1]], dtype=int8)]
    """
    return _match(*_require_pair(reference, weights))


def overlaps(reference, weights):
    r"""The overlaps of two networks after `match`, per layer and in total, unveiling-2021, supplement IV, Fig. 8.

    $$ q_l = \frac{1}{N_l N_{l-1}} \sum_{ij} \tilde W^l_{ij} W^l_{ij}, \qquad
       q = \frac{\sum_l N_l N_{l-1}\, q_l}{\sum_l N_l N_{l-1}} $$

    with the matched W. Every q_l below the output is ≥ 0; that of the output, of either sign. Exact. Errors as in `match`.

    >>> from flatminima.networks.multilayer import random_weights
    >>> network = random_weights((21, 15, 15, 1), seed=0)
    >>> print(overlaps(network, scramble(network, seed=1)).layers)
    [1. 1. 1.]
    >>> chance = overlaps(network, random_weights((21, 15, 15, 1), seed=2)).layers
    >>> bool(chance[0] > 0.3)               # two random networks, after matching, are not at overlap zero
    True
    """
    return _overlaps(*_require_pair(reference, weights))


def pairwise(weights):
    """The `overlaps` of all pairs a < b of n ≥ 2 networks, the later matched to the earlier, a bar on a long way.

    `weights` has arrays of shape (n, N_l, N_{l−1}). The pairs are in the order (0, 1), (0, 2), …, (n − 2, n − 1), the first
    axis of the arrays in the `Overlaps`. Errors as in `match`, and ValueError for n < 2.

    >>> from flatminima.networks.multilayer import random_weights
    >>> pairwise(random_weights((21, 15, 1), seed=0, count=4)).layers.shape
    (6, 2)
    """
    weights = require_network(weights, many=True)
    count = len(weights[0])
    if count < 2:
        raise ValueError("weights holds 1 network; there must be at least 2 to make a pair.")
    pairs = tqdm(list(combinations(range(count), 2)), desc="matching", unit="pair", delay=5, disable=None)
    found = [_overlaps([layer[a] for layer in weights], [layer[b] for layer in weights]) for a, b in pairs]
    return Overlaps(np.array([pair.layers for pair in found]), np.array([pair.total for pair in found]))


def scramble(weights, seed):
    """The same network under other labels: every hidden layer in random order, every hidden unit with a random sign.

    `match` undoes it. Errors as in `match`, and for a bad seed.

    >>> from flatminima.networks.multilayer import errors
    >>> network, inputs = [[[1, 1, 1], [1, 1, -1], [-1, 1, 1]], [[1, 1, -1]]], [[1, -1, 1], [1, 1, 1]]
    >>> errors(network, inputs, [1, 1]) == errors(scramble(network, seed=0), inputs, [1, 1])
    True
    """
    weights, draw = require_network(weights), seeded_generator(seed)
    for l in range(len(weights) - 1):
        units = len(weights[l])
        _relabel(weights, l, draw.permutation(units), 2 * draw.integers(0, 2, units, dtype=np.int8) - 1)
    return weights


def _match(reference, weights):
    weights = list(weights)
    for l in range(len(weights) - 1):
        # times N: integers, without rounding
        overlap = reference[l].astype(np.float32) @ weights[l].T.astype(np.float32)
        unit, partner = linear_sum_assignment(np.abs(overlap), maximize=True)
        _relabel(weights, l, partner, np.where(overlap[unit, partner] < 0, -1, 1).astype(np.int8))
    return weights


def _relabel(weights, l, order, signs):
    """Give the list new arrays in which unit order[i] of layer l, times signs[i], is unit i."""
    weights[l] = signs[:, None] * weights[l][order]
    weights[l + 1] = weights[l + 1][:, order] * signs


def _overlaps(reference, weights):
    matched = _match(reference, weights)
    sums = np.array([np.sum(one * other, dtype=np.int64) for one, other in zip(reference, matched)])
    sizes = np.array([layer.size for layer in reference])
    return Overlaps(sums / sizes, sums.sum() / sizes.sum())


def _require_pair(reference, weights):
    reference, weights = require_network(reference), require_network(weights)
    shapes = [[layer.shape for layer in network] for network in (reference, weights)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the networks have layers of shapes {shapes[0]} and {shapes[1]}; they must be the same.")
    return reference, weights
