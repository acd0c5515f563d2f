"""The check helper of the chapters, and the three ledgers that running the book fills.

A check prints one line that is the same on every machine, raises `AssertionError` where it
fails, and enters what it checked into the ledger:

>>> import math
>>> check("foundations: half a Gaussian", math.erfc(0.0) / 2, 0.5, digits=15)
✓ foundations: half a Gaussian   15 digits

Equations: `check`, `check_symbolic`, `check_statistical`, `definition`, `misprint`.
Numbers that a paper quotes: `number`. Figures: `figure`.
Records are kept in the folder that `$FLATMINIMA_LEDGER` names, and only printed without it.
"""

from flatminima.ledger.equations import (
    check,
    check_statistical,
    check_symbolic,
    definition,
    misprint,
)
from flatminima.ledger.figures import figure
from flatminima.ledger.numbers import number
from flatminima.ledger.records import chapter

__all__ = [
    "chapter",
    "check",
    "check_statistical",
    "check_symbolic",
    "definition",
    "figure",
    "misprint",
    "number",
]
