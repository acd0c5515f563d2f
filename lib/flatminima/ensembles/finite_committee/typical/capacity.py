"""Replica-symmetric capacity of few hidden units, where the overlap q of typical solutions reaches 1."""

import math

from flatminima.architectures.decision import MAJORITY
from flatminima.ensembles.finite_committee.typical.equations import Machine

_SMALLEST_OF_TWO = 1.0 - 2.0 / math.pi  # E min x²
_SMALLEST_OF_THREE = 1.0 - (6.0 - 2.0 * math.sqrt(3.0)) / math.pi
_LARGEST_OF_THREE = 1.0 + 2.0 * math.sqrt(3.0) / math.pi


def critical_capacity(units=3, decision=MAJORITY):
    r"""The load at which q → 1 in the replica-symmetric equations, in closed form.

    $$ \frac1{\alpha_c} = \mathbb E \min_{\text{right patterns}} \sum_{\ell \text{ to turn}} x_\ell^2, \qquad
       \alpha_c^\text{majority} = \frac1{\frac58 - \frac{3+\sqrt3}{4\pi}}, \qquad
       \alpha_c^\text{parity} = \frac2{1 - \frac{6-2\sqrt3}\pi} \quad (K = 3) $$

    with x_ℓ ~ N(0, 1): as q → 1 a pattern moves the field of a unit by |x_ℓ| where it must turn it round. 2 for K = 1. For
    K = 3 an upper bound on the capacity, as replica symmetry breaks before. Raises ValueError or TypeError.

    >>> round(critical_capacity(), 4), critical_capacity(1)
    (4.0252, 2.0)
    """
    machine = Machine(units, decision)
    if machine.units == 1:
        return 2.0
    if machine.decision == MAJORITY:  # one unit right: turn the easier of two; none: the two easiest of three
        return 1.0 / (0.375 * _SMALLEST_OF_TWO + 0.125 * (3.0 - _LARGEST_OF_THREE))
    return 2.0 / _SMALLEST_OF_THREE
