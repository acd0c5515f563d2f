"""The cross-entropy of a committee of tanh units, and its gradient."""

import math

import numpy as np

from flatminima.algorithms.gradient import kernels
from flatminima.losses import cross_entropy_loss
from flatminima.networks.activations import SIGN_UNIT
from flatminima.networks.committee import require_committee
from flatminima.validation import real_number


def losses(weights, patterns, machine, *, gamma, beta):
    r"""The cross-entropy of each pattern, for a committee whose units are tanh(βx).

    $$ f_\gamma(s^\mu), \qquad s^\mu = \frac{\sigma^\mu}{\sqrt K} \sum_{\ell=1}^K \tanh(\beta x_\ell^\mu), \qquad
       x_\ell^\mu = \frac1{\sqrt n} \sum_i w_{\ell i}\, \xi_{\ell i}^\mu $$

    shaping-2020 (16), with the stability s of a network with two layers. `weights` has shape (K, n) and lengths √n,
    `machine` is a committee of sign units, the limit β → ∞. `gamma` > 0 and `beta` > 0. Returns shape (P,), with a
    relative accuracy of 1e-13 also where the loss is tiny. Raises ValueError or TypeError for anything else.

    >>> from flatminima.networks import Patterns, tree_committee
    >>> one, machine = Patterns([[1, 1, 1]], [1]), tree_committee(3, 3)
    >>> value = losses([[1], [1], [-1]], one, machine, gamma=2.0, beta=0.5)[0]
    >>> s = math.tanh(0.5) / math.sqrt(3)
    >>> bool(abs(value - (-s / 2 + math.log(2 * math.cosh(2 * s)) / 4)) < 1e-15)
    True
    """
    gamma, beta = real_number("gamma", gamma, 0), real_number("beta", beta, 0)
    patterns = require_sign_units(machine, patterns)
    x = machine.preactivations(weights, patterns) * patterns.labels[:, None]
    return cross_entropy_loss(gamma).value(kernels.outputs(kernels.hidden(x, beta)[0]))


def gradient(weights, patterns, machine, *, gamma, beta):
    r"""The gradient of the summed cross-entropy in the weights, shape (K, n).

    $$ \frac{\partial}{\partial w_{\ell i}} \sum_\mu f_\gamma(s^\mu) = -\frac{\beta}{\sqrt{n K}} \sum_\mu
       \frac{1 - \tanh^2(\beta x_\ell^\mu)}{1 + e^{2 \gamma s^\mu}}\; \sigma^\mu \xi_{\ell i}^\mu $$

    shaping-2020 (16), differentiated; arguments and errors as `losses`. It is the gradient in space: its part along the
    sphere is what is left after subtracting its projection on w_ℓ.

    >>> from flatminima.networks import Patterns, tree_committee
    >>> one, machine = Patterns([[1, 1, 1]], [1]), tree_committee(3, 3)
    >>> found = gradient([[1], [1], [-1]], one, machine, gamma=2.0, beta=0.5)[0, 0]
    >>> s = math.tanh(0.5) / math.sqrt(3)
    >>> bool(abs(found + 0.5 / math.sqrt(3) / math.cosh(0.5) ** 2 / (1 + math.exp(4 * s))) < 1e-15)
    True
    """
    gamma, beta = real_number("gamma", gamma, 0), real_number("beta", beta, 0)
    patterns = require_sign_units(machine, patterns)
    x = machine.preactivations(weights, patterns) * patterns.labels[:, None]
    inputs = kernels.padded_inputs(patterns, machine)
    descent = kernels.descent(inputs, np.arange(len(patterns)), kernels.pulls(x, gamma, beta), inputs.shape[2])
    return -descent[:, : machine.fan_in] / math.sqrt(machine.fan_in)


def require_sign_units(machine, patterns):
    """Return the patterns if they fit a committee whose units are signs, the limit of the smooth ones."""
    if require_committee(machine).unit is not SIGN_UNIT:
        raise ValueError(f"machine has {machine.unit} units; it must have sign units, which the algorithm makes smooth.")
    return machine.require_patterns(patterns)
