"""Smooth activations without a closed form, tabulated when this module is imported."""

import numpy as np

from flatminima.architectures.committee import committee

TANH = committee(np.tanh, name="tanh")
"""g(x) = tanh x."""

SIGMOID = committee(lambda x: 1.0 / (1.0 + np.exp(-x)), name="sigmoid")
"""g(x) = 1/(1 + e^(−x)); as ½ + ½ tanh(x/2) it has the overlap map of tanh(x/2)."""
