"""Wide flat minima, made executable: see the notebooks for the derivations and `ensembles` for the verbs."""

from flatminima.architectures import PERCEPTRON
from flatminima.errors import NoSolution, NotConverged
from flatminima.weights import BINARY

__all__ = ["BINARY", "PERCEPTRON", "NoSolution", "NotConverged"]
