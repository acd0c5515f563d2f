r"""Perceptrons and committees of finite size.

One convention throughout: a hidden unit with n inputs has weights of squared length n, and

$$ x_\ell = \frac{1}{\sqrt n} \sum_{i=1}^{n} w_{\ell i}\, \xi_{\ell i}, \qquad
   \sigma_\text{out} = \operatorname{sign}\Big(\frac{1}{\sqrt K} \sum_{\ell=1}^{K} c_\ell\, g(x_\ell)\Big) $$

unveiling-2021 (output), (32) and (33), relu-2019 (1), (hidden field) and (A1), shaping-2020 (perceptron output), (14) and
(hidden field); n = N/K for a tree, n = N for a fully connected committee. Binary weights have that length by themselves.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.networks.activations import SIGN_UNIT, Unit
from flatminima.networks.patterns import Patterns, positive_integer
from flatminima.validation import real_array

_LARGEST = 1e150  # of a weight whose square is a number


@dataclass(frozen=True)
class Committee:
    """K = `units` hidden units over patterns of `size` = N entries; made by the three functions below."""

    units: int
    size: int
    unit: Unit = SIGN_UNIT
    full: bool = False

    def __post_init__(self):
        units, size = positive_integer("units", self.units), positive_integer("size", self.size)
        if not isinstance(self.unit, Unit):
            raise TypeError(f"unit is {self.unit!r}; it must be a Unit, such as SIGN_UNIT, RELU_UNIT or tanh_unit(beta).")
        if self.unit.balanced and units % 2:
            raise ValueError(f"units is {units}; half of {self.unit} units are subtracted, so that it must be even.")
        if not self.unit.balanced and units % 2 == 0:
            raise ValueError(f"units is {units}; it must be odd for a majority of {self.unit} units.")
        if not self.full and size % units:
            raise ValueError(f"size is {size}; it must be a multiple of units, {units}, in a tree.")

    @property
    def fan_in(self):
        """The number n of inputs of a hidden unit."""
        return self.size if self.full else self.size // self.units

    @property
    def shape(self):
        """The shape (K, n) of the weights."""
        return self.units, self.fan_in

    @property
    def readout(self):
        """The weights c_ℓ of the output: ones, or half of them −1 for units that are balanced."""
        signs = np.ones(self.units)
        if self.unit.balanced:
            signs[self.units // 2 :] = -1.0
        return signs

    def random_weights(self, generator, binary=False):
        """Weights of length √n a unit, in uniformly random directions, or uniformly random ±1."""
        if binary:
            return 2.0 * generator.integers(0, 2, self.shape) - 1.0
        return self.normalised(generator.standard_normal(self.shape))

    def normalised(self, weights):
        """The weights scaled to the length √n, unit by unit; raises ValueError for a wrong shape or no length."""
        weights = self.require_weights(weights)
        largest = np.abs(weights).max()
        if largest > _LARGEST:
            raise ValueError(f"weights has an entry of size {largest:g}; all must be at most {_LARGEST:g} to have a length.")
        lengths = np.linalg.norm(weights, axis=1, keepdims=True)
        if not lengths.all():
            raise ValueError("the weights of a unit are all zero; they have no direction to keep.")
        return weights * (np.sqrt(self.fan_in) / lengths)

    def preactivations(self, weights, patterns):
        """The fields x_ℓ^μ, shape (P, K)."""
        weights, inputs = self.require_weights(weights), self.require_patterns(patterns).inputs
        if self.full:
            return inputs @ weights.T / np.sqrt(self.fan_in)
        split = inputs.reshape(len(inputs), *self.shape).astype(np.float64)
        return np.einsum("pkn,kn->pk", split, weights) / np.sqrt(self.fan_in)

    def stabilities(self, weights, patterns):
        """σ^μ Σ_ℓ c_ℓ g(x_ℓ^μ)/√K, shape (P,): positive where a pattern is classified correctly.

        unveiling-2021 (stability), there less κ; relu-2019 (stability) and (E1).
        """
        hidden = self.unit.function(self.preactivations(weights, patterns))
        return patterns.labels * (hidden @ self.readout) / np.sqrt(self.units)

    def errors(self, weights, patterns):
        """The number of patterns with a wrong output, L_NE of shaping-2020 (1); a stability of zero is an error.

        It is zero where the product over patterns 𝕏 is one: unveiling-2021 (indicator) at κ = 0, relu-2019 (indicator) and
        (A2), shaping-2020 (indicator).

        >>> from flatminima.networks import perceptron, random_patterns
        >>> machine, patterns = perceptron(5), random_patterns(1, 5, seed=0)
        >>> machine.errors(patterns.gauged, patterns), machine.errors(-patterns.gauged, patterns)
        (0, 1)
        """
        return int(np.count_nonzero(self.stabilities(weights, patterns) <= 0))

    def require_weights(self, weights):
        """Return the weights as an array of floats, shape (K, n), or raise ValueError or TypeError."""
        weights = real_array("weights", weights)
        if weights.shape != self.shape:
            raise ValueError(f"weights has shape {weights.shape}; it must be (K, n) = {self.shape}.")
        if not np.isfinite(weights).all():
            raise ValueError("weights has an entry that is not finite; all must be real numbers.")
        return weights

    def require_patterns(self, patterns):
        """Return the patterns if they have N entries each, or raise ValueError or TypeError."""
        if not isinstance(patterns, Patterns):
            raise TypeError(f"patterns is of type {type(patterns).__name__}; it must be Patterns, made by random_patterns.")
        if patterns.size != self.size:
            raise ValueError(f"the patterns have {patterns.size} entries; the network takes {self.size}.")
        return patterns


def require_committee(machine):
    """Return the machine if it is one; raises TypeError for anything else.

    >>> require_committee("tree")
    Traceback (most recent call last):
    TypeError: machine is of type str; it must be a Committee, as tree_committee makes it.
    """
    if not isinstance(machine, Committee):
        raise TypeError(f"machine is of type {type(machine).__name__}; it must be a Committee, as tree_committee makes it.")
    return machine


def perceptron(size):
    """One unit over `size` inputs.

    >>> perceptron(7).shape
    (1, 7)
    """
    return Committee(1, size)


def tree_committee(units, size, unit=SIGN_UNIT):
    """K units over separate groups of N/K inputs; raises ValueError for a wrong K or N.

    >>> tree_committee(3, 10)
    Traceback (most recent call last):
    ValueError: size is 10; it must be a multiple of units, 3, in a tree.
    >>> tree_committee(4, 8)
    Traceback (most recent call last):
    ValueError: units is 4; it must be odd for a majority of sign units.
    """
    return Committee(units, size, unit)


def full_committee(units, size, unit=SIGN_UNIT):
    """K units over the same N inputs; raises ValueError for a wrong K.

    >>> full_committee(9, 784).fan_in
    784
    """
    return Committee(units, size, unit, full=True)
