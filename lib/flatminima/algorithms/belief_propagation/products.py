"""The two products with the patterns: all that a sweep needs of the layout of the network."""

import numpy as np

from flatminima.networks.activations import SIGN_UNIT
from flatminima.networks.committee import require_committee


class Products:
    """Products of gauged patterns and weights in a perceptron or a tree: unit ℓ sees its own n inputs.

    `weights` = (K, n) and `answers` = (P, K) are the shapes on the two sides, `inputs` are the gauged
    patterns unit by unit, shape (K, P, n). Raises ValueError for patterns of another size, a fully connected
    machine, or units other than sign units, TypeError for what is no machine or no patterns.
    """

    def __init__(self, patterns, machine):
        require_committee(machine).require_patterns(patterns)
        if machine.full or machine.unit != SIGN_UNIT:
            raise ValueError(f"machine is {machine}; it must be a perceptron or a tree committee of sign units.")
        self.weights, self.answers, self.fan_in = machine.shape, (len(patterns), machine.units), machine.fan_in
        # Unit after unit in memory, so that each product is one call of BLAS on a whole matrix.
        self.inputs = np.ascontiguousarray(patterns.gauged.reshape(len(patterns), *machine.shape).transpose(1, 0, 2))

    def fields(self, mean):
        """Σ_i ξ_ℓi m_ℓi/√n of each pattern, shape (P, K)."""
        return np.stack([inputs @ unit for inputs, unit in zip(self.inputs, mean)], axis=1) / np.sqrt(self.fan_in)

    def pull(self, g):
        """Σ_μ ξ_ℓi^μ g_ℓ^μ/√n on each weight, shape (K, n)."""
        return np.stack([unit @ inputs for inputs, unit in zip(self.inputs, g.T)]) / np.sqrt(self.fan_in)
