"""Wide flat minima, made executable: see the notebooks for the derivations and `ensembles` for the verbs."""

from flatminima import architectures
from flatminima.architectures import ERF, PERCEPTRON, RELU, SIGN
from flatminima.errors import NoSolution, NotConverged
from flatminima.weights import BINARY, SPHERICAL

__all__ = ["BINARY", "ERF", "PERCEPTRON", "RELU", "SIGMOID", "SIGN", "SPHERICAL", "TANH", "NoSolution", "NotConverged"]


def __getattr__(name):
    """TANH and SIGMOID are computed when first asked for."""
    if name not in ("SIGMOID", "TANH"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(architectures, name)
