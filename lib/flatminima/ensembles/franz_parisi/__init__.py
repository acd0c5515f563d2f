"""Solutions around typical solutions: the Franz–Parisi entropy, unveiling-2021 (15)–(27b)."""

from flatminima.ensembles.franz_parisi.branch import FranzParisiCurve, solve, trace
from flatminima.ensembles.franz_parisi.equations import FranzParisiState

__all__ = ["FranzParisiCurve", "FranzParisiState", "solve", "trace"]
