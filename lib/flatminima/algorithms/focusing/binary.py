r"""What y replicas with binary weights do to each other through their centre.

In the replicated system of unveiling-2021 II.C each weight w_i^a of the replicas a = 1 … y is tied to the weight w̃_i of a
centre by the factor exp(γ w_i^a w̃_i). All replicas see the same patterns, which put the same field h_i on each of them.
So the messages between replicas and centre close on themselves: notebooks/unveiling-2021/11-focusing derives them.
"""

import numpy as np

from flatminima.networks.patterns import positive_integer
from flatminima.validation import real_number


def relayed(field, strength):
    r"""Return the field that a weight ±1 under `field` = h passes on through the coupling exp(γ w w̃), γ = `strength` ≥ 0.

    $$ \operatorname{atanh}(\tanh\gamma \tanh h) = \min + \tfrac12 \ln \frac{1 + e^{-2(\max + \min)}}{1 + e^{-2(\max - \min)}} $$

    for h > 0, with min and max of h and γ; it is odd in h. The second form neither overflows nor loses
    digits where tanh is rounded to 1: absolute accuracy 1e-16, relative accuracy 1e-15 for values above it.

    >>> float(relayed(0.7, 0.3)) == float(relayed(0.3, 0.7))
    True
    >>> print(round(float(relayed(50.0, 70.0)), 12), round(float(relayed(-50.0, 1.5)), 12))
    50.0 -1.5
    """
    size = np.abs(field)
    low, high = np.minimum(size, strength), np.maximum(size, strength)
    return np.sign(field) * (low + 0.5 * (np.log1p(np.exp(-2 * (high + low))) - np.log1p(np.exp(-2 * (high - low)))))


def self_interaction(strength, replicas):
    r"""Return the coupling of `belief_propagation.iterate` that stands for y replicas around a centre.

    $$ \varphi(h) = \operatorname{atanh}\big[\tanh\gamma\, \tanh\big((y-1) \operatorname{atanh}(\tanh\gamma \tanh h)\big)\big] $$

    (the replicated system of unveiling-2021 II.C), added to the field h of the patterns. `strength` = γ ≥ 0,
    `replicas` = y an integer ≥ 1; raises ValueError or TypeError otherwise. No replica besides the first, or no
    coupling, adds nothing; a strong coupling makes h the field of y replicas:

    >>> coupling = self_interaction(30.0, replicas=20)
    >>> field, precision = coupling(np.array([[0.1, -0.2]]), np.zeros(1), np.zeros((1, 2)))
    >>> print(np.round(field, 12), precision)
    [[ 1.9 -3.8]] [0.]
    """
    others = positive_integer("replicas", replicas) - 1
    strength = real_number("strength", strength, 0, np.finfo(float).max, closed=True)

    def coupling(field, precision, mean):
        return relayed(others * relayed(field, strength), strength), np.zeros_like(precision)

    return coupling
