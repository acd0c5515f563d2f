"""Wide flat minima, made executable: see the notebooks for the derivations and `ensembles` for the verbs.

>>> from flatminima import typical
>>> round(typical.solve(0.5).entropy, 6)
0.31439
"""

import importlib

from flatminima.errors import NoSolution, NotConverged

__all__ = [
    "BINARY", "ERF", "MAJORITY", "PARITY", "PERCEPTRON", "RELU", "SIGMOID", "SIGN", "SPHERICAL", "TANH",
    "NoSolution", "NotConverged",
]

_ENSEMBLES = (
    "cross_entropy", "finite_committee", "franz_parisi", "large_deviation", "one_step", "one_step_franz_parisi", "parity",
    "stabilities", "typical",
)
_CONSTANTS = {"BINARY": "weights", "SPHERICAL": "weights"} | dict.fromkeys(
    ("ERF", "MAJORITY", "PARITY", "PERCEPTRON", "RELU", "SIGMOID", "SIGN", "TANH"), "architectures"
)


def __getattr__(name):
    """Constants and ensembles are loaded when first asked for: not all that import us need compiled kernels."""
    if name in _ENSEMBLES:
        return importlib.import_module(f"flatminima.ensembles.{name}")
    if name in _CONSTANTS:
        return getattr(importlib.import_module(f"flatminima.{_CONSTANTS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
