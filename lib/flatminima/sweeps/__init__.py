"""Long computations as independent units, whose outcomes are kept in `results`."""

from flatminima.sweeps.command import main
from flatminima.sweeps.scripts import load
from flatminima.sweeps.store import UnusableOutcome, read
from flatminima.sweeps.study import Study

__all__ = ["Study", "UnusableOutcome", "load", "main", "read"]
