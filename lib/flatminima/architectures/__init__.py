"""Architecture → overlap map ρ: how the overlap of two weight vectors becomes the overlap of two outputs."""

from flatminima.architectures.architecture import Architecture
from flatminima.architectures.closed_forms import ERF, PERCEPTRON, RELU, SIGN

__all__ = ["ERF", "PERCEPTRON", "RELU", "SIGN", "Architecture"]
