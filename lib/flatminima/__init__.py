"""Wide flat minima, made executable: see the notebooks for the derivations and `ensembles` for the verbs.

>>> from flatminima import typical
>>> round(typical.solve(0.5).entropy, 6)
0.31439
"""

import importlib

from flatminima import architectures
from flatminima.architectures import ERF, MAJORITY, PARITY, PERCEPTRON, RELU, SIGN
from flatminima.errors import NoSolution, NotConverged
from flatminima.weights import BINARY, SPHERICAL

__all__ = [
    "BINARY", "ERF", "MAJORITY", "PARITY", "PERCEPTRON", "RELU", "SIGMOID", "SIGN", "SPHERICAL", "TANH",
    "NoSolution", "NotConverged",
]

_ENSEMBLES = (
    "cross_entropy", "finite_committee", "franz_parisi", "large_deviation", "one_step", "one_step_franz_parisi", "parity",
    "stabilities", "typical",
)


def __getattr__(name):
    """TANH, SIGMOID and the ensembles are loaded when first asked for."""
    if name in _ENSEMBLES:
        return importlib.import_module(f"flatminima.ensembles.{name}")
    if name in ("SIGMOID", "TANH"):
        return getattr(architectures, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
