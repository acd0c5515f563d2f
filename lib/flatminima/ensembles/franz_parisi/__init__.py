"""Solutions around configurations of another ensemble: unveiling-2021 (26)–(27b), shaping-2020 Fig. 3."""

from flatminima.ensembles.franz_parisi.branch import FranzParisiCurve, around, solve, trace
from flatminima.ensembles.franz_parisi.equations import FranzParisiState
from flatminima.ensembles.franz_parisi.thresholds import barrier, fracture, margin_thresholds, maximum_distance

__all__ = [
    "FranzParisiCurve",
    "FranzParisiState",
    "around",
    "barrier",
    "fracture",
    "margin_thresholds",
    "maximum_distance",
    "solve",
    "trace",
]
