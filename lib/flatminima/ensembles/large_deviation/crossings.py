"""Where the curves of two architectures cross, and where they do so as q₁ → 1."""

import math

import numpy as np

from flatminima import saddle
from flatminima.architectures import RELU, SIGN
from flatminima.ensembles.large_deviation.solutions import equations_at, solve
from flatminima.ensembles.machine import require_machine
from flatminima.ensembles.typical.thresholds import squared_shortfall
from flatminima.errors import NoSolution, NotConverged
from flatminima.validation import real_number
from flatminima.weights import BINARY

_SMALLEST = 0.04  # load, in units of the largest at which both have a saddle point
_SCAN = 24


def crossing(q1, first=SIGN, second=RELU, y=math.inf, weights=BINARY, kappa=0.0):
    r"""The load α* at which the entropies of two architectures at one mutual overlap q₁ change order.

    $$ \mathcal F_{\rm first}(q_1;\, \alpha^*) = \mathcal F_{\rm second}(q_1;\, \alpha^*) $$

    relu-2019, Fig. 2: below α* the second is larger where it is the smoother one. With several
    crossings, that at the largest load. `NoSolution` where one architecture has the larger entropy at all
    loads at which both have a saddle point. Accuracy 1e-10. Raises ValueError or TypeError as `solve`, and
    `NotConverged` so close to q₁ = 1 that the entropies are those without patterns to within 1e-130:
    see `limiting_crossing`.

    >>> round(crossing(0.9), 8)
    0.93801306
    """
    largest = min(
        1.0 / equations.inverse_load(equations.highest)
        for equations in (equations_at(q1, y, kappa, weights, architecture) for architecture in (first, second))
    )

    def preference(alpha):
        ours, theirs = (solve(q1, alpha, y, kappa, weights, architecture).normalised for architecture in (first, second))
        if max(ours, theirs) == 0.0:
            raise NotConverged(f"At q1 = {q1:g}, y = {y:g} and alpha = {alpha:g} patterns change no digit of the entropy")
        return (theirs - ours) / -(theirs + ours)

    loads = largest * (1.0 - 1e-9) * np.geomspace(1.0, _SMALLEST, _SCAN)
    signs = zip(loads[1:].tolist(), loads.tolist())
    bracket = next((pair for pair in signs if preference(pair[0]) * preference(pair[1]) <= 0.0), None)
    if bracket is None:
        return NoSolution(f"at q1 = {q1:g} the entropies of {first.name} and {second.name} keep their order at every load.")
    low, high = bracket
    return saddle.critical(preference, low, high)


def limiting_crossing(architecture=RELU, weights=BINARY, kappa=0.0):
    r"""The limit q₁ → 1 of `crossing` between sign units and units whose overlap map has a finite slope at 1, y = ∞.

    $$ \alpha^* = \frac{c\,\rho'(1)}{M(\kappa^*)}, \qquad 2 (\kappa^* - \kappa)^2 = M(\kappa^*), \qquad
       M(x) = \int Dz\, (x - z)_+^2 $$

    with κ in units of the output field, c = 1 for spherical and 2/π for binary weights. As q₁ → 1 the loss is
    exp(−(κ_m − κ)²/2(1 − ρ)), κ_m being the largest margin of the group's centre: α M(κ_m) = c ρ′(q₁).
    Accuracy 1e-13. Raises ValueError for an architecture with ρ′(1) = ∞.

    >>> print(f"{limiting_crossing():.9f}")
    0.509020127
    """
    require_machine(weights, architecture)
    slope = architecture.slope(0.0)
    if math.isinf(slope):
        raise ValueError(f"architecture is {architecture!r}; its overlap map must have a finite slope at 1.")
    kappa = real_number("kappa", kappa) / architecture.field_scale
    excess = lambda x: 2.0 * (x - kappa) ** 2 - squared_shortfall(x)
    margin = saddle.critical(excess, max(kappa, 0.0), 3.0 + kappa + 2.0 * abs(kappa))
    complement, q1_hat = 0.5, 1e-40  # so small that δq₀ → √(c q₁/q̂₁)
    constant = weights.densest(complement, q1_hat)[0] ** 2 * q1_hat / (1.0 - complement)
    return float(constant * slope / squared_shortfall(margin))
