"""Entropy of infinitely many replicas of three units at one mutual overlap or many."""

import numpy as np

from flatminima import saddle
from flatminima.architectures.decision import MAJORITY
from flatminima.ensembles.finite_committee.large_deviation.equations import ROUGH, START, UNITS, Densest
from flatminima.errors import NoSolution
from flatminima.validation import real_number

_ROUGHLY = 2e-3  # of ln q̂₁, before it is refined


def solve(q1, alpha, units=UNITS, decision=MAJORITY, accuracy=1e-6):
    r"""Entropy, per replica and per weight, of y → ∞ solutions at mutual overlap q₁, for three sign units and spherical weights.

    $$ \mathcal V(q_1) = \operatorname*{extr}_{\delta q_0} \left[ \tfrac12 \ln 2\pi e (1-q_1)
       + \frac12 \frac{q_1}{1-q_1+\delta q_0}
       + \alpha \int \prod_{\ell=1}^3 Dv_\ell \max_u \Big( -\frac{u^2}2 + \ln P(h) \Big) \right], \qquad
       h = \frac{\sqrt{\delta q_0}\,u + \sqrt{q_1}\,v}{\sqrt{1-q_1}} $$

    shaping-2020 (local entropy, K=3), (G_S, K=3), (G_E, K=3) and (d0), with the second term, which the paper drops. `q1` in
    [1e-4, 1 − 1e-5], `alpha` > 0, `units` = 3, `decision` MAJORITY or PARITY, `accuracy` in [1e-10, 1e-2] that of the
    entropy. Returns a `DenseRegionState`, or `NoSolution` where typical solutions are already closer than q₁. Raises
    ValueError or TypeError for input out of range, `NotConverged` where the finest rule misses `accuracy`: 1e-8 is within
    reach up to q₁ = 0.99, less not always.

    >>> round(solve(0.9, 1.0).normalised, 5)
    -0.02683
    >>> bool(solve(0.3, 1.0))
    False
    """
    alpha = real_number("alpha", alpha, 0.0)
    accuracy = real_number("accuracy", accuracy, 1e-10, 1e-2, closed=True)
    equations = Densest(q1, units, decision)
    high, stride = equations.highest, 1.0
    if equations.mismatch(high, alpha, START) >= 0.0:
        return NoSolution(
            f"at alpha = {alpha:g} typical solutions overlap by more than q1 = {equations.q1:g}: "
            "replicas held further apart do not share a dense region (delta_q0 would be negative)."
        )
    rough = lambda x: equations.mismatch(x, alpha, ROUGH)
    while rough(low := max(high - stride, equations.lowest)) < 0.0:
        if low == equations.lowest:
            return equations.unconstrained(alpha)
        high, stride = low, 2.0 * stride
    x = saddle.critical(rough, low, high, tolerance=_ROUGHLY) if rough(high) < 0.0 else high
    return equations.refined(x, alpha, accuracy)


def trace(q1, alpha, units=UNITS, decision=MAJORITY, accuracy=1e-6):
    """Entropy of y → ∞ solutions at many mutual overlaps: see `solve`. shaping-2020, Fig. 1.

    `q1` is a sequence in [1e-4, 1 − 1e-5], in any order. Returns a list of `DenseRegionState`, or `NoSolution`
    where there is none.

    >>> [round(state.normalised, 4) for state in trace([0.95, 0.9], 1.0, accuracy=1e-5)]
    [-0.0022, -0.0268]
    """
    return [solve(overlap, alpha, units, decision, accuracy) for overlap in np.atleast_1d(q1).tolist()]
