"""The two products with the patterns: all that a sweep needs of the layout of the network."""

import numpy as np

from flatminima.networks.activations import SIGN_UNIT
from flatminima.networks.committee import require_committee


class Products:
    """Products of gauged patterns and weights: in a tree unit ℓ sees its own n inputs, in a full committee all of them.

    `weights` = (K, n) and `answers` = (P, K) are the shapes on the two sides. `inputs` are the gauged patterns as they
    lie in memory: unit by unit in a perceptron or a tree, shape (K, P, n), and once for all units, shape (P, n), in a
    fully connected committee. Raises ValueError for patterns of another size or units other than sign units,
    TypeError for what is no machine or no patterns.
    """

    def __init__(self, patterns, machine):
        require_committee(machine).require_patterns(patterns)
        if machine.unit != SIGN_UNIT:
            raise ValueError(f"machine is {machine}; it must be a perceptron or a committee of sign units.")
        self.weights, self.answers, self.fan_in = machine.shape, (len(patterns), machine.units), machine.fan_in
        self.shared = machine.full
        # Unit after unit in memory, so that each product is one call of BLAS on a whole matrix; shared inputs need one in all.
        split = lambda inputs: np.ascontiguousarray(inputs.reshape(len(patterns), *machine.shape).transpose(1, 0, 2))
        self.inputs = patterns.gauged if self.shared else split(patterns.gauged)

    def fields(self, mean):
        """Σ_i ξ_ℓi m_ℓi/√n of each pattern, shape (P, K)."""
        if self.shared:
            return self.inputs @ mean.T / np.sqrt(self.fan_in)
        return np.stack([inputs @ unit for inputs, unit in zip(self.inputs, mean)], axis=1) / np.sqrt(self.fan_in)

    def pull(self, g):
        """Σ_μ ξ_ℓi^μ g_ℓ^μ/√n on each weight, shape (K, n)."""
        if self.shared:
            return g.T @ self.inputs / np.sqrt(self.fan_in)
        return np.stack([unit @ inputs for inputs, unit in zip(self.inputs, g.T)]) / np.sqrt(self.fan_in)

    def seen(self):
        """What each unit sees of each gauged pattern, shape (P, K, n)."""
        if self.shared:
            return np.broadcast_to(self.inputs[:, None, :], (*self.answers, self.fan_in))
        return self.inputs.transpose(1, 0, 2)
