r"""Relaxed belief propagation: one mean and one variance a weight, one answer a pattern.

$$ \begin{aligned}
   V_\ell &= \frac1n \sum_i v_{\ell i}, &
   \omega_\ell^\mu &= \frac1{\sqrt n} \sum_i \xi_{\ell i}^\mu m_{\ell i} - V_\ell\, g_\ell^\mu, &
   g_\ell^\mu &= \partial_{\omega_\ell} \ln P(\omega^\mu, V), \\
   \Lambda_\ell &= -\frac1n \sum_\mu \partial^2_{\omega_\ell} \ln P(\omega^\mu, V), &
   h_{\ell i} &= \frac1{\sqrt n} \sum_\mu \xi_{\ell i}^\mu g_\ell^\mu + \Lambda_\ell\, m_{\ell i}, &
   m, v &= \text{prior}(\Lambda, h + \text{external field}) .
   \end{aligned} $$

In the first line g is that of the sweep before. It takes out of ω^μ what pattern μ itself has put on
the weights; Λ m takes out of h_i what weight i has put on the patterns (Onsager terms).
"""

import numpy as np

from flatminima.algorithms.belief_propagation.arguments import external_field, road
from flatminima.algorithms.belief_propagation.beliefs import Beliefs
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.algorithms.belief_propagation.priors import PRIORS
from flatminima.algorithms.belief_propagation.products import Products
from flatminima.errors import NotConverged
from flatminima.networks.patterns import positive_integer
from flatminima.weights import BINARY

# No field is known better than this. The fields of binary weights are multiples of 1/√n, and for any
# weights a variance this small has long decided every pattern; but a variance of exactly zero has no ω/√V.
_LEAST_VARIANCE = 1e-12


def solve(
    patterns, machine, weights=BINARY, *, field=None, coupling=None, start=None, damping=0.0, tolerance=1e-8, max_sweeps=1000
):
    """The same as :func:`iterate`, but raises NotConverged, with the last beliefs as its `state`, if it must stop before.

    `entropy` of the beliefs is ln Z/N of unveiling-2021 (1), relu-2019 (2), shaping-2020 (4), for these patterns.

    >>> from flatminima.networks import perceptron, random_patterns
    >>> beliefs = solve(random_patterns(500, 1001, seed=0), perceptron(1001))
    >>> print(f"{beliefs.entropy:.2f}")            # in the limit of large N it is 0.31439 at α = 0.5
    0.31
    """
    beliefs = iterate(
        patterns, machine, weights,
        field=field, coupling=coupling, start=start, damping=damping, tolerance=tolerance, max_sweeps=max_sweeps,
    )
    if not beliefs.residual <= tolerance:
        raise NotConverged(
            f"belief propagation has not converged in {beliefs.sweeps} sweeps to {tolerance:g};"
            " more damping or more sweeps may help, unless the load is beyond where it converges.",
            residual=beliefs.residual, state=beliefs,
        )
    return beliefs


def iterate(
    patterns, machine, weights=BINARY, *, field=None, coupling=None, start=None, damping=0.0, tolerance=1e-8, max_sweeps=1000
):
    r"""Sweep until the means move by less than `tolerance`, or `max_sweeps` times; returns the :class:`Beliefs`.

    `machine` is a perceptron, or a tree or full committee of sign units, `weights` BINARY or SPHERICAL.

    - `field`, shape (K, n): an external field b, that is the measure gets a factor exp(Σ b w); |b| ≤ 1e12,
      and the rounding errors of the entropies grow like 1e-16 |b|.
    - `coupling(field, precision, mean)`: a self-interaction. It is called in every sweep with what acts
      on the weights without it, shape (K, n) and (K,), and their means, and returns a field (K, n) and a
      precision (K,) that act in addition.
    - `start`: beliefs to begin with, of the same machine; default: all weights under the field alone.
    - `damping` in [0, 1): the share of the old fields and precisions that is kept in a sweep. Inputs that resemble
      one another need more of it; 0.95 for images that share most of their pixels.

    Raises ValueError or TypeError for what is not of this form. It does not raise where it does not
    converge: look at `residual`, or call :func:`solve`.
    """
    products = Products(patterns, machine)
    prior = _prior(weights)
    damping, tolerance = road(damping, tolerance)
    external = external_field(field, machine.shape)
    if coupling is not None and not callable(coupling):
        raise TypeError(f"coupling is {coupling!r}; it must be a function of field, precision and mean.")
    state = _unbiased(external, prior, products) if start is None else _resumed(start, products)
    mean, variance, h, precision, self_field, self_precision, omega, g = state

    for sweeps in range(1, positive_integer("max_sweeps", max_sweeps) + 1):
        V = np.maximum(variance.mean(axis=1), _LEAST_VARIANCE)
        omega = products.fields(mean) - V * g
        _, answer, gamma = majority(omega, V)
        stiffness = gamma.sum(axis=0) / products.fan_in
        h = damping * h + (1 - damping) * (products.pull(answer) + stiffness[:, None] * mean)
        precision = damping * precision + (1 - damping) * stiffness
        # The next sweep takes out of ω what h holds of the pattern: g with the same damping.
        g = damping * g + (1 - damping) * answer
        if coupling is not None:
            own = coupling(h + external, precision, mean)
            self_field = damping * self_field + (1 - damping) * own[0]
            self_precision = damping * self_precision + (1 - damping) * own[1]
        before = mean
        _, mean, variance = prior(precision + self_precision, h + external + self_field)
        residual = float(np.sqrt(np.mean((mean - before) ** 2))) / (1 - damping)
        if residual <= tolerance:
            break

    state = mean, variance, h, precision, self_field, self_precision, omega, g
    return Beliefs(*state, *_entropies(state, external, prior, products), residual, sweeps)


def _entropies(state, external, prior, products):
    r"""Bethe free entropy, and entropy, per weight.

    $$ \ln Z = \sum_\ell \Big[ \ln Z_\ell(\Lambda, h + b) - \sum_i h_{\ell i} m_{\ell i}
       + \frac{\Lambda_\ell}2 \sum_i (m_{\ell i}^2 + v_{\ell i}) \Big]
       + \sum_\mu \Big[ \ln P(\omega^\mu, V) + \sum_\ell \frac{V_\ell (g_\ell^\mu)^2}2 \Big] $$

    It is stationary with respect to m, v, h, Λ and ω at the fixed point, and the last term is
    (ω − Σ ξ m/√n)²/(2V): so its error is of second order in the residual.
    """
    mean, variance, h, precision, self_field, self_precision, _, g = state
    V = np.maximum(variance.mean(axis=1), _LEAST_VARIANCE)
    log_probability = majority(products.fields(mean) - V * g, V)[0]
    log_normalisation = prior(precision + self_precision, h + external + self_field)[0]
    squares = np.sum(mean**2 + variance, axis=1)
    free = (
        np.sum(log_normalisation) - np.sum(h * mean) + 0.5 * np.sum(precision * squares)
        + np.sum(log_probability) + 0.5 * np.sum(V * g**2)
    )
    weight = np.sum((external + self_field) * mean) - 0.5 * np.sum(self_precision * squares)
    return float(free) / mean.size, float(free - weight) / mean.size


def _unbiased(external, prior, products):
    """The weights under the external field alone; the patterns have not answered yet."""
    none, answers = np.zeros(len(external)), np.zeros(products.answers)
    _, mean, variance = prior(none, external)
    return mean, variance, np.zeros_like(external), none, np.zeros_like(external), none, answers, answers


def _resumed(start, products):
    if not isinstance(start, Beliefs):
        raise TypeError(f"start is of type {type(start).__name__}; it must be Beliefs, as iterate returns them.")
    if start.mean.shape != products.weights or start.g.shape != products.answers:
        raise ValueError(
            f"start has beliefs of shape {start.mean.shape} from {len(start.g)} patterns;"
            f" here they must be {products.weights} from {products.answers[0]}."
        )
    names = ("mean", "variance", "field", "precision", "self_field", "self_precision", "omega", "g")
    return tuple(getattr(start, name) for name in names)


def _prior(weights):
    try:
        return PRIORS[weights.name]
    except (AttributeError, KeyError):
        raise ValueError(f"weights is {weights!r}; it must be BINARY or SPHERICAL.") from None
