r"""Belief propagation edge by edge, for binary weights: the reference for `relaxed`, made to be read.

There is a message for each weight and each pattern, in both directions. From a weight to a pattern:
its field h_{i→μ} from all other patterns and the external field b. From a pattern to a weight: how
much better the pattern is off with w_i = +1 than with w_i = −1, the fields of the other weights being
Gaussian with the means and variances that their messages say,

$$ u_{\mu\to i} = \frac12 \ln \frac{P\big(\omega^{\mu\setminus i} + \xi_i^\mu/\sqrt n,\; V^{\mu\setminus i}\big)}
                                   {P\big(\omega^{\mu\setminus i} - \xi_i^\mu/\sqrt n,\; V^{\mu\setminus i}\big)},
   \qquad h_{i\to\mu} = b_i + \sum_{\nu\ne\mu} u_{\nu\to i} . $$

A sweep costs 2PN evaluations of P; `relaxed` needs P of them.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.algorithms.belief_propagation.arguments import external_field, road
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.algorithms.belief_propagation.products import Products
from flatminima.errors import NotConverged
from flatminima.networks.patterns import positive_integer


@dataclass(frozen=True, eq=False)
class EdgeBeliefs:
    """Means of the weights, shape (K, n), free entropy and entropy per weight as in `Beliefs`, residual and sweeps."""

    mean: np.ndarray
    free_entropy: float
    entropy: float
    residual: float
    sweeps: int


def solve(patterns, machine, *, field=None, damping=0.0, tolerance=1e-8, max_sweeps=1000):
    """Sweep over all edges until the means move by less than `tolerance` in root mean square.

    Arguments and errors are those of :func:`flatminima.algorithms.belief_propagation.solve`, for
    binary weights; the state of NotConverged are the means, shape (K, n).

    >>> from flatminima.networks import Patterns, perceptron
    >>> beliefs = solve(Patterns([[1, 1, 1, -1, -1]], [1]), perceptron(5))
    >>> print(beliefs.mean.round(1))       # exactly ± 6/16: 11 of 16 solutions have the majority's sign
    [[ 0.4  0.4  0.4 -0.4 -0.4]]
    """
    signs = Products(patterns, machine).seen()  # gauged patterns, (P, K, n)
    external, (damping, tolerance) = external_field(field, machine.shape), road(damping, tolerance)
    max_sweeps = positive_integer("max_sweeps", max_sweeps)
    to_patterns = np.broadcast_to(external, signs.shape)
    mean, residual, sweeps = np.tanh(external), np.inf, 0
    while not residual <= tolerance:
        if sweeps == max_sweeps:
            raise NotConverged(f"edge by edge, {sweeps} sweeps were not enough.", residual=residual, state=mean)
        to_weights = _answers(signs, np.tanh(to_patterns))
        fields = external + to_weights.sum(axis=0)
        before, mean = mean, np.tanh(fields)
        residual, sweeps = float(np.sqrt(np.mean((mean - before) ** 2))) / (1 - damping), sweeps + 1
        to_patterns = damping * to_patterns + (1 - damping) * (fields - to_weights)
    free_entropy = _free_entropy(signs, to_patterns, fields)
    return EdgeBeliefs(mean, free_entropy, free_entropy - float(np.mean(external * mean)), residual, sweeps)


def _gaussian(signs, means):
    """Mean and variance of the fields, one weight's shares of them, given the means of the weights as each pattern is told."""
    n = signs.shape[2]
    shares, spreads = signs * means / np.sqrt(n), (1 - means**2) / n
    return shares.sum(axis=2), spreads.sum(axis=2), shares, spreads


def _answers(signs, means):
    """u of all edges, shape (P, K, n)."""
    omega, V, shares, spreads = _gaussian(signs, means)
    count, units, n = signs.shape
    answers = np.empty(signs.shape)
    for unit in range(units):
        # One row an edge. The other units are known as they are, this one without weight i.
        rows = [np.repeat(array[:, None, :], n, axis=1) for array in (omega, V)]
        rows[0][:, :, unit] -= shares[:, unit]
        rows[1][:, :, unit] -= spreads[:, unit]
        without, variance = (array.reshape(-1, units) for array in rows)
        step = np.zeros((count, n, units))
        step[:, :, unit] = signs[:, unit] / np.sqrt(n)
        step = step.reshape(-1, units)
        up, down = majority(without + step, variance)[0], majority(without - step, variance)[0]
        answers[:, unit] = 0.5 * (up - down).reshape(count, n)
    return answers


def _free_entropy(signs, to_patterns, fields):
    r"""Weights and patterns, less what both have counted.

    $$ \ln Z = \sum_i \ln 2 \cosh h_i + \sum_\mu \ln P(\omega^\mu, V^\mu)
               - \sum_{i\mu} \left[ \ln \cosh h_i - \ln \cosh h_{i\to\mu} \right] $$
    """
    omega, V, _, _ = _gaussian(signs, np.tanh(to_patterns))
    log_cosh = lambda h: np.logaddexp(h, -h)  # and ln 2, which cancels where it is too many
    edges = np.sum(log_cosh(fields) - log_cosh(to_patterns))
    return float(np.sum(log_cosh(fields)) + np.sum(majority(omega, V)[0]) - edges) / fields.size
