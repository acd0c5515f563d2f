"""Decisions of a committee with few hidden units: how many of them must be right for the output to be."""

from dataclasses import dataclass
from typing import Callable

from flatminima.validation import odd_units


@dataclass(frozen=True)
class Decision:
    r"""What the output makes of K signs τ_ℓ, as far as it depends on how many of them are right.

    `rule(right, units)` says whether the output is right when `right` of the K = `units` hidden
    units agree with the label. shaping-2020 (14), (majority) and (parity output):

    $$ \sigma_\text{out} = \operatorname{sign} \sum_\ell \tau_\ell \;(\text{majority}), \qquad
       \sigma_\text{out} = \prod_\ell \tau_\ell \;(\text{parity}) $$

    >>> MAJORITY.correct(3), PARITY.correct(3)
    ((False, False, True, True), (False, True, False, True))
    """

    name: str
    rule: Callable

    def __repr__(self):
        return self.name.upper()

    def correct(self, units, most=3):
        """For 0, 1, …, K right units, whether the output is right.

        K odd, from 1 to `most`, the largest number that the caller's integrals can do; raises ValueError or TypeError.
        """
        units = odd_units(units, most)
        return tuple(bool(self.rule(right, units)) for right in range(units + 1))


MAJORITY = Decision("majority", lambda right, units: 2 * right > units)
"""More than half of the units must be right, shaping-2020 (majority)."""

PARITY = Decision("parity", lambda right, units: (units - right) % 2 == 0)
"""An even number of units must be wrong, shaping-2020 (parity output)."""
