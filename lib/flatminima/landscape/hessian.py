r"""Second derivatives of a smooth loss on the product of spheres on which normalised weights live.

Each hidden unit has a direction u_ℓ = w_ℓ/√n, a point of the unit sphere in n dimensions. A step v_ℓ ⟂ u_ℓ moves it
along a great circle,

$$ u_\ell(t) = u_\ell \cos(|v_\ell| t) + \frac{v_\ell}{|v_\ell|} \sin(|v_\ell| t), \qquad
   \ddot u_\ell(0) = -|v_\ell|^2 u_\ell , $$

and the second derivative of the loss along it is the Hessian of the sphere: the ordinary one between tangent vectors,
less a term of the radial slope, because the circle bends towards the centre:

$$ \frac{d^2 L}{dt^2}\Big|_0 = v^T (\nabla\nabla L)\, v - \sum_\ell |v_\ell|^2\, u_\ell \cdot \nabla_\ell L . $$
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import eigvalsh
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from scipy.special import expit

from flatminima.errors import NotConverged
from flatminima.landscape.output_losses import STEEPEST, OutputLoss, smoothed_errors
from flatminima.networks import Committee, Patterns
from flatminima.validation import real_array, real_number


def expand(weights, patterns, machine, beta, loss=None):
    r"""The loss around normalised weights, to second order: value, gradient and Hessian on the product of spheres.

    $$ L(W) = \sum_\mu f(\Delta^\mu), \qquad
       \Delta^\mu = \frac{\sigma^\mu}{\sqrt K} \sum_{\ell=1}^K \tanh(\beta x_\ell^\mu), \qquad x_\ell = u_\ell \cdot \xi_\ell $$

    (shaping-2020, Numerical Studies: "tanh activations".) `weights` has shape (K, n), of any lengths but 0; only the
    directions count. `machine` is a tree or fully connected committee of sign or tanh units; `beta` in (0, 1e50) takes
    the place of its own. `loss` is an `OutputLoss`, f; `smoothed_errors(beta)` unless given. Returns an `Expansion`. Raises
    ValueError or TypeError for other input. Relative accuracy 1e-13 of the sums' largest terms.

    >>> from flatminima.networks import Patterns, perceptron
    >>> only = Patterns([[1, 1, 1, 1]], [1])
    >>> at = expand([[1.0, -1.0, 1.0, -1.0]], only, perceptron(4), beta=0.5)  # x = 0: on the border of one pattern
    >>> print(at.value, abs(at.spectrum()).round(12))  # f″(0) β² |ξ|² = (β²/2) β² 4 along ξ, zero across
    0.25 [0.    0.    0.125]
    """
    if not isinstance(machine, Committee) or not isinstance(patterns, Patterns):
        raise TypeError("expand takes weights, Patterns and a Committee, in this order.")
    if machine.unit.balanced:
        raise ValueError(f"machine has {machine.unit} units; the smooth loss is that of sign or tanh units.")
    if machine.fan_in < 2:
        raise ValueError(f"the hidden units have {machine.fan_in} input; a direction takes at least 2.")
    beta = real_number("beta", beta, 0, STEEPEST)
    loss = smoothed_errors(beta) if loss is None else loss
    if not isinstance(loss, OutputLoss):
        raise TypeError(f"loss is {loss!r}; it must be an OutputLoss, such as smoothed_errors(beta).")
    directions = machine.normalised(weights) / np.sqrt(machine.fan_in)
    inputs = machine.require_patterns(patterns).gauged
    split = np.broadcast_to(inputs, (machine.units, *inputs.shape)) if machine.full else (
        np.moveaxis(inputs.reshape(len(inputs), *machine.shape), 1, 0)
    )
    x = np.matmul(split, directions[:, :, None])[:, :, 0]
    z = 2.0 * beta * x
    up, down = expit(z), expit(-z)
    root = np.sqrt(machine.units)
    delta = np.tanh(beta * x).sum(axis=0) / root
    slopes = 4.0 * beta * up * down / root
    bends = -2.0 * beta * (up - down) * slopes
    outer, first = loss.curvature(delta), loss.slope(delta)
    reflections = _reflections(directions)
    tangent_inputs = _reflect(reflections, split)[:, :, 1:]
    return Expansion(
        value=float(np.sum(loss.value(delta))), delta=delta, reflections=reflections, inputs=tangent_inputs,
        pulls=first * slopes, radial=np.sum(first * slopes * x, axis=1), slopes=slopes, outer=outer, inner=first * bends,
    )


@dataclass(frozen=True, eq=False)
class Expansion:
    r"""A loss to second order around directions u_ℓ; made by `expand`.

    `value` is L and `delta` (P,) the smooth stabilities. With a_ℓ = ∂Δ/∂x_ℓ (`slopes`) and f the loss of a pattern,

    $$ \frac{\partial^2 L}{\partial u_\ell\, \partial u_m} = \sum_\mu \big[ f'' a_\ell a_m
       + \delta_{\ell m} f' \partial_\ell a_\ell \big] \xi_\ell \xi_m^T, \qquad
       u_\ell \cdot \nabla_\ell L = \sum_\mu f' a_\ell x_\ell , $$

    where `outer` is f″, `inner` f′∂a, `pulls` f′a and `radial` the last sum. Only tangent vectors matter. A reflection
    that takes u_ℓ to the first axis makes the other n − 1 axes tangent coordinates; `inputs` (K, P, n − 1) are the
    patterns in them, so that no projection is left to do.
    """

    value: float
    delta: np.ndarray
    reflections: np.ndarray
    inputs: np.ndarray
    pulls: np.ndarray
    radial: np.ndarray
    slopes: np.ndarray
    outer: np.ndarray
    inner: np.ndarray

    @property
    def dimension(self):
        """K(n − 1), the dimension of the product of spheres."""
        return self.inputs.shape[0] * self.inputs.shape[2]

    @cached_property
    def gradient(self):
        """The tangent gradient, shape (K, n)."""
        return self.lifted(np.matmul(self.pulls[:, None, :], self.inputs))

    def lifted(self, coordinates):
        """Tangent vectors (K, n) from their K(n − 1) coordinates."""
        units, _, size = self.inputs.shape
        padded = np.zeros((units, 1, size + 1))
        padded[:, 0, 1:] = np.reshape(coordinates, (units, size))
        return _reflect(self.reflections, padded)[:, 0]

    def coordinates(self, direction):
        """The K(n − 1) tangent coordinates of a direction (K, n), of finite numbers; its radial parts are dropped."""
        direction = real_array("direction", direction)
        if direction.shape != self.reflections.shape:
            raise ValueError(f"direction has shape {direction.shape}; it must be (K, n) = {self.reflections.shape}.")
        if not np.isfinite(direction).all():
            raise ValueError("direction has an entry that is not finite; all must be real numbers.")
        return _reflect(self.reflections, direction[:, None])[:, 0, 1:].reshape(-1)

    def product(self, direction):
        """The Hessian times a direction (K, n): a tangent vector (K, n), in a time linear in patterns × weights."""
        return self.lifted(self._product(self.coordinates(direction)))

    def matrix(self):
        """The Hessian in tangent coordinates, K(n − 1) × K(n − 1)."""
        units, count, size = self.inputs.shape
        jacobian = (self.slopes[:, :, None] * self.inputs).transpose(1, 0, 2).reshape(count, units * size)
        matrix = (jacobian * self.outer[:, None]).T @ jacobian
        for unit, inputs in enumerate(self.inputs):
            block = slice(unit * size, (unit + 1) * size)
            matrix[block, block] += (inputs * self.inner[unit][:, None]).T @ inputs - self.radial[unit] * np.eye(size)
        return 0.5 * (matrix + matrix.T)

    def spectrum(self):
        """All K(n − 1) eigenvalues, ascending. Directions along the weights have none: the length is fixed."""
        return eigvalsh(self.matrix())

    def largest(self, tolerance=1e-10):
        """The largest eigenvalue by Lanczos on products, to the relative `tolerance`; raises NotConverged otherwise."""
        tolerance = real_number("tolerance", tolerance, 0.0, 1.0)
        if self.dimension < 3:  # too small for Lanczos
            return float(self.spectrum()[-1])
        operator = LinearOperator((self.dimension,) * 2, matvec=self._product, dtype=float)
        start = np.random.default_rng(0).standard_normal(self.dimension)  # fixed, so that the result is
        scale = np.linalg.norm(self._product(start))
        if scale == 0.0:  # flat to the last digit
            return 0.0
        try:
            return float(eigsh(operator, k=1, which="LA", v0=start, tol=tolerance, return_eigenvectors=False)[0])
        except ArpackNoConvergence as failure:
            raise NotConverged("Lanczos did not find the largest eigenvalue", state=failure.eigenvalues) from None

    def _product(self, coordinates):
        units, _, size = self.inputs.shape
        steps = np.reshape(coordinates, (units, size, 1))
        fields = np.matmul(self.inputs, steps)[:, :, 0]  # by how much x_ℓ changes
        shared = self.outer * np.sum(self.slopes * fields, axis=0)
        forces = self.slopes * shared + self.inner * fields
        return (np.matmul(forces[:, None, :], self.inputs)[:, 0] - self.radial[:, None] * steps[:, :, 0]).reshape(-1)


def _reflections(directions):
    """Unit vectors h_ℓ such that v − 2h(h·v) takes u_ℓ to the first axis, up to the sign that avoids cancellation."""
    mirrors = directions.copy()
    mirrors[:, 0] += np.where(directions[:, 0] < 0, -1.0, 1.0)
    return mirrors / np.linalg.norm(mirrors, axis=1, keepdims=True)


def _reflect(mirrors, vectors):
    """Reflect vectors, shape (K, anything, n), unit by unit."""
    along = np.matmul(vectors, mirrors[:, :, None])
    return vectors - 2.0 * along * mirrors[:, None, :]
