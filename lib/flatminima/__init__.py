"""Wide flat minima, made executable: see the notebooks for the derivations and `ensembles` for the verbs."""

from flatminima.architectures import ERF, PERCEPTRON, RELU, SIGN
from flatminima.errors import NoSolution, NotConverged
from flatminima.weights import BINARY, SPHERICAL

__all__ = ["BINARY", "ERF", "PERCEPTRON", "RELU", "SIGN", "SPHERICAL", "NoSolution", "NotConverged"]
