"""Networks of finite size: patterns, perceptrons, committees and deep binary networks, their stabilities and energies."""

from flatminima.networks.activations import SIGN_UNIT, RELU_UNIT, Unit, tanh_unit
from flatminima.networks.committee import Committee, full_committee, perceptron, tree_committee
from flatminima.networks.patterns import Patterns, random_patterns, teacher_patterns

__all__ = [
    "Committee", "Patterns", "RELU_UNIT", "SIGN_UNIT", "Unit",
    "full_committee", "perceptron", "random_patterns", "tanh_unit", "teacher_patterns",
    "tree_committee",
]
