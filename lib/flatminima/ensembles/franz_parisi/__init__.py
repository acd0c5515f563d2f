"""Solutions around typical solutions: the Franz–Parisi entropy, unveiling-2021 (15)–(27b)."""

from flatminima.ensembles.franz_parisi.branch import FranzParisiCurve, solve, trace
from flatminima.ensembles.franz_parisi.equations import FranzParisiState
from flatminima.ensembles.franz_parisi.thresholds import barrier, fracture, margin_thresholds, maximum_distance

__all__ = [
    "FranzParisiCurve",
    "FranzParisiState",
    "barrier",
    "fracture",
    "margin_thresholds",
    "maximum_distance",
    "solve",
    "trace",
]
