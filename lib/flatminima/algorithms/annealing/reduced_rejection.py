r"""Metropolis–Hastings with moves that the coupling never rejects: the method of reduced rejection, relu-2019 [21].

The law is that of two_stage.py. There a flip s → s′ is proposed uniformly and passes the coupling with probability
a(s → s′) = min(1, r_C); when replicas are close, few pass. Here a flip that passes is drawn at once
(C. Baldassi, J. Stat. Mech. (2017) 033301),

    proposal  a(s → s′)/z(s),   z(s) = Σ_{s″} a(s → s″),   acceptance  min(1, e^{−βΔE} z(s)/z(s′)).

z depends on a site only through the number u of its weights that are +1, M = 2u − y. So sites are kept in y + 1 lists by
u, and a site whose weight is flipped moves from its list to a neighbouring one: the cost of a move does not grow with the
number of weights.
"""

import math

import numpy as np
from numba import njit
from scipy.special import comb

from flatminima.algorithms.annealing.energy import energy_after, flip
from flatminima.algorithms.annealing.two_stage import coupling_ratios
from flatminima.networks.patterns import positive_integer
from flatminima.validation import real_number

STRONGEST = 100.0
"""The largest γ: there the rarest flips have the chance e⁻²⁰⁰."""


def passing(gamma, replicas):
    r"""Probabilities that the coupling lets a weight flip at a site with u weights +1, and their sum over the site.

    $$ a_\pm(u) = \min\Big(1, \frac{\cosh\gamma(\pm M - 2)}{\cosh\gamma M}\Big), \qquad M = 2u - y, \qquad
       f(u) = u\, a_+(u) + (y - u)\, a_-(u) $$

    `gamma` ≥ 0 a real number, `replicas` = y an integer; returns a₊, a₋ and f for u = 0 … y, each of shape (y + 1,).

    >>> up, down, site = passing(0.0, 3)
    >>> up.tolist(), site.tolist()
    ([1.0, 1.0, 1.0, 1.0], [3.0, 3.0, 3.0, 3.0])
    """
    a = np.minimum(1.0, coupling_ratios(gamma, replicas))
    u = np.arange(replicas + 1)
    up, down = a[2 * u], a[2 * (replicas - u)]
    return up, down, u * up + (replicas - u) * down


def moves_of_a_unit(gamma, replicas, size):
    r"""How many of y·n uniform proposals pass the coupling on average where patterns do not count; at least 1.

    $$ n \sum_{u=0}^y f(u) P(u), \qquad P(u) \propto \binom yu \cosh \gamma (2u - y) $$

    Rounded to an integer. It depends on γ and not on the state: a number of moves that did would spoil the stationary law.

    >>> moves_of_a_unit(0.0, 20, 32), moves_of_a_unit(50.0, 20, 32)
    (640, 1)
    """
    u = np.arange(replicas + 1)
    M = np.abs(2 * u - replicas)
    share = comb(replicas, u) * np.exp(gamma * (M - replicas)) * (1 + np.exp(-2 * gamma * M))
    return max(1, round(float(size * (share @ passing(gamma, replicas)[2]) / share.sum())))


def sweep(state, beta, gamma, generator, proposals=None):
    """Propose `proposals` ≥ 1 flips in each unit in turn, by default `moves_of_a_unit`; return how many were made.

    Changes `state`, as `energy.replicas` makes it. Inverse temperature `beta` ≥ 0 and coupling `gamma` in
    [0, 100], else ValueError or TypeError; `generator` of NumPy. P is stationary under the visit of each unit.

    >>> from flatminima.algorithms.annealing.energy import replicas
    >>> from flatminima.networks import perceptron, random_patterns
    >>> state = replicas(random_patterns(5, 21, seed=1), perceptron(21), np.ones((3, 1, 21), np.int8))
    >>> sweep(state, 0.0, 0.0, np.random.default_rng(0), 50)  # without energy and coupling all proposals are accepted
    50
    >>> bool((state.errors == state.energies).all())
    True
    """
    beta = real_number("beta", beta, 0, np.finfo(float).max, closed=True)
    gamma = real_number("gamma", gamma, 0, STRONGEST, closed=True)
    count, _, size = state.weights.shape
    moves = moves_of_a_unit(gamma, count, size) if proposals is None else positive_integer("proposals", proposals)
    return int(_sweep(*state.arrays, *passing(gamma, count), beta * state.step, generator, moves))


@njit(error_model="numpy", cache=True)
def classes(weights, sums):
    """The lists of one unit, for `weights` (y, n) and their `sums` (n,).

    `lists` (y + 1, n) holds in the first `counts[u]` entries of row u the sites with u weights +1, and `place` (n,) where
    a site stands; `order` (n, y) the replicas of a site, those with weight +1 first.
    """
    count, size = weights.shape
    lists, counts = np.empty((count + 1, size), np.int64), np.zeros(count + 1, np.int64)
    place, order = np.empty(size, np.int64), np.empty((size, count), np.int64)
    for i in range(size):
        u = (count + sums[i]) // 2
        lists[u, counts[u]] = i
        place[i] = counts[u]
        counts[u] += 1
        first, last = 0, u
        for a in range(count):
            if weights[a, i] > 0:
                order[i, first] = a
                first += 1
            else:
                order[i, last] = a
                last += 1
    return lists, counts, place, order


@njit(error_model="numpy", cache=True)
def total(counts, site):
    """z = Σ_u counts[u] f(u), added afresh: no rounding errors pile up, and strong couplings keep all digits."""
    z = 0.0
    for u in range(counts.size):
        z += counts[u] * site[u]
    return z


@njit(error_model="numpy", cache=True)
def draw(x, lists, counts, order, up, down, site):
    """The flip at `x` in [0, z), where all flips lie side by side, each as long as its a: site i, position k in `order`, u."""
    count = counts.size - 1
    u = 0
    while u < count and x >= counts[u] * site[u]:
        x -= counts[u] * site[u]
        u += 1
    while counts[u] == 0:  # x = z by rounding: the last flip there is
        u -= 1
        x = counts[u] * site[u]
    j = min(int(x / site[u]), counts[u] - 1)
    x = max(x - j * site[u], 0.0)  # a quotient just below an integer may have been rounded up to it
    if x < u * up[u] or u == count:
        k = min(int(x / up[u]), u - 1)
    else:
        k = min(u + int((x - u * up[u]) / down[u]), count - 1)
    return lists[u, j], k, u


@njit(error_model="numpy", cache=True)
def move(i, k, u, lists, counts, place, order):
    """Enter the flip into the lists: the replica at position k of site i, which had u weights +1; return the new u."""
    last = counts[u] - 1  # the last site of the list takes the free place
    lists[u, place[i]] = lists[u, last]
    place[lists[u, last]] = place[i]
    counts[u] = last
    border = u - 1 if k < u else u  # the position that changes sides
    order[i, k], order[i, border] = order[i, border], order[i, k]
    u += -1 if k < u else 1
    lists[u, counts[u]] = i
    place[i] = counts[u]
    counts[u] += 1
    return u


@njit(error_model="numpy", cache=True)
def _sweep(
    weights, fields, outputs, energies, sums, inputs, labels, readout, stride, clip, table,
    up, down, site, cooling, generator, moves,
):
    made = 0
    for unit in range(weights.shape[1]):
        lists, counts, place, order = classes(weights[:, unit], sums[unit])
        z = total(counts, site)
        for _ in range(moves):
            i, k, u = draw(generator.random() * z, lists, counts, order, up, down, site)
            a = order[i, k]
            weight = weights[a, unit, i]
            row = inputs[unit * stride + i]
            energy = energy_after(fields[a, unit], outputs[a], row, labels, weight, readout[unit], clip, table)
            counts[u] -= 1
            counts[u - weight] += 1
            after = total(counts, site)  # not from z: the difference would lose what is small in it
            counts[u] += 1
            counts[u - weight] -= 1
            ratio = math.exp(-cooling * (energy - energies[a])) * z / after
            if ratio < 1.0 and generator.random() >= ratio:
                continue
            flip(fields[a, unit], outputs[a], row, labels, weight, readout[unit], clip)
            weights[a, unit, i] = -weight
            sums[unit, i] -= 2 * weight
            energies[a] = energy
            move(i, k, u, lists, counts, place, order)
            z = after
            made += 1
    return made
