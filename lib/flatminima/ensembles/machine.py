"""The machine that every ensemble is about: weights and an architecture."""

from flatminima.architectures import Architecture
from flatminima.weights import Weights


def require_machine(weights, architecture):
    """Refuse what is not weights or not an architecture, such as the name of one; raises TypeError.

    >>> from flatminima import BINARY
    >>> require_machine(BINARY, "relu")
    Traceback (most recent call last):
    TypeError: architecture is 'relu'; it must be an Architecture, such as PERCEPTRON, RELU or committee(g).
    """
    require_weights(weights)
    if not isinstance(architecture, Architecture):
        raise TypeError(f"architecture is {architecture!r}; it must be an Architecture, such as PERCEPTRON, RELU or committee(g).")


def require_weights(weights):
    """Refuse what is not weights, such as the name of some; raises TypeError.

    >>> require_weights("binary")
    Traceback (most recent call last):
    TypeError: weights is 'binary'; it must be Weights, such as BINARY or SPHERICAL.
    """
    if not isinstance(weights, Weights):
        raise TypeError(f"weights is {weights!r}; it must be Weights, such as BINARY or SPHERICAL.")
