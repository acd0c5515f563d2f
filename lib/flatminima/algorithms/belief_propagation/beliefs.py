"""What belief propagation knows of every weight and every pattern."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Beliefs:
    r"""A state of belief propagation, converged as far as `residual` says; it can be resumed from.

    Weights: `mean` and `variance`, shape (K, n), of each weight under
    prior · exp(−Λ_ℓ w²/2 + h_i w) · (external field and self-interaction), where `field` h, shape
    (K, n), and `precision` Λ, shape (K,), come from the patterns. `self_field` and `self_precision`
    are those of the self-interaction, zero without one.

    Patterns: `omega`, the means of the fields x_ℓ without the pattern itself, and `g`, the derivative
    of the logarithm of its probability with respect to them, shape (P, K), both of the last sweep,
    g with the damping that the fields had.

    `free_entropy` is ln Z/N with the external field as a weight of the configurations, `entropy` that
    of the solutions themselves: free entropy less the mean of the logarithm of that weight. Without a
    field they are the same. Both are per weight, N = Kn. The error of the free entropy is of second
    order in the residual, that of the entropy of first order times the field.

    `residual` is the root mean square change of the means that one more sweep without damping would
    make, to first order in it; `sweeps` counts those done.
    """

    mean: np.ndarray
    variance: np.ndarray
    field: np.ndarray
    precision: np.ndarray
    self_field: np.ndarray
    self_precision: np.ndarray
    omega: np.ndarray
    g: np.ndarray
    free_entropy: float
    entropy: float
    residual: float
    sweeps: int

    def overlap(self, reference):
        """Σ w̃_i m_i/N with a reference w̃ of shape (K, n); raises ValueError for another shape."""
        reference = np.asarray(reference, dtype=np.float64)
        if reference.shape != self.mean.shape:
            raise ValueError(f"reference has shape {reference.shape}; it must be (K, n) = {self.mean.shape}.")
        return float(np.mean(reference * self.mean))
