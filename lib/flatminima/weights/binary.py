"""Binary weights at a replica-symmetric saddle point, unveiling-2021 (14a)."""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.grading import graded_trapezoid

_CUTOFF = 9.5  # ∫ Dz beyond it is 2e-21, and the integrands grow like |z|
_NORMALISATION = 1.0 / math.sqrt(2.0 * math.pi)


@njit(error_model="numpy", cache=True)
def binary_typical(q_hat, step):
    r"""Entropic term of binary weights, the overlap at its stationary point, and its replicon ∫Dz cosh⁻⁴.

    $$ \mathcal G_S = \int Dz\, \ln 2\cosh(\sqrt{\hat q} z), \qquad 1 - q = \int Dz\, \cosh^{-2}(\sqrt{\hat q} z) $$

    unveiling-2021 (14a), relu-2019 (B2), and its derivative. `q_hat` ≥ 0; `step` is the trapezoid's, in the graded
    variable: the error falls like exp(−const / step).

    >>> round(binary_typical(0.0, 0.125)[1], 14)
    1.0
    """
    scale = math.sqrt(q_hat)
    centres = np.zeros(1)
    widths = np.full(1, 1.0 / max(scale, 1e-3))
    z, weight = graded_trapezoid(centres, widths, -_CUTOFF, _CUTOFF, step)
    entropic, complement, replicon = 0.0, 0.0, 0.0
    for i in range(z.size):
        measure = weight[i] * _NORMALISATION * math.exp(-0.5 * z[i] * z[i])
        field = scale * abs(z[i])
        decay = math.exp(-2.0 * field)
        entropic += measure * (field + math.log1p(decay))
        flat = 4.0 * decay / (1.0 + decay) ** 2
        complement += measure * flat
        replicon += measure * flat * flat
    return entropic, complement, replicon


def binary_field(rapidity):
    """Field δ̂ that alone gives a weight the overlap t₁ = tanh a with its reference, and dδ̂/da."""
    return rapidity, 1.0


def binary_sphere(distance):
    """Entropy per weight of the weights at a distance d from a reference, with no patterns."""
    return -distance * math.log(distance) - (1.0 - distance) * math.log1p(-distance)
