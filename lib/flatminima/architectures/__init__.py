"""Architecture → overlap map ρ: how the overlap of two weight vectors becomes the overlap of two outputs."""

from flatminima.architectures.architecture import Architecture
from flatminima.architectures.closed_forms import ERF, PERCEPTRON, RELU, SIGN
from flatminima.architectures.committee import committee
from flatminima.architectures.decision import MAJORITY, PARITY, Decision

__all__ = [
    "ERF", "MAJORITY", "PARITY", "PERCEPTRON", "RELU", "SIGMOID", "SIGN", "TANH", "Architecture", "Decision", "committee",
]


def __getattr__(name):
    """TANH and SIGMOID are computed when first asked for."""
    if name not in ("SIGMOID", "TANH"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flatminima.architectures import smooth

    globals().update(SIGMOID=smooth.SIGMOID, TANH=smooth.TANH)
    return globals()[name]
