r"""What one pattern sees of a broken symmetry through three sign units: relu-2019 (B6) with three fields.

    G_E = (1/m) ∫Dz₀ ln I(√q₀ z₀),    I(a) = ∫Dz₁ P(h)^m,    h = (a + σz₁)/w,    σ² = q₁ − q₀,  w² = 1 − q₁,

where z₀ and z₁ have three components and P is the probability of `pattern`. P^m couples the units, but the average
over z₁ is a product of three: on one lattice of fields x = a + σz₁, the same for all a,

    I(a₁, a₂, a₃) = Σ_{jkl} W(a₁, x_j) W(a₂, x_k) W(a₃, x_l) P^m(x_j, x_k, x_l)/…,

three matrix products, for every triple (a₁, a₂, a₃) at once. The average of anything with the weight of all
triples is the same product backwards. The lattice is dense around x = 0, where signs are decided, on
the scale w of the noise. Where the cluster is narrower than the noise, σ < w/5, such a lattice would
have to be finer than P^m needs, and every triple of fields gets its own few Gauss–Hermite nodes.
"""

import math

import numpy as np
from numba import njit

from flatminima.ensembles.finite_committee.pattern import pattern_terms
from flatminima.errors import NotConverged
from flatminima.gaussian.grading import graded_trapezoid

_TAIL = 8.7  # standard deviations kept of every Gaussian factor
_LIGHTEST = 1e-19  # triples of less weight are left out
_NARROW = 0.2  # σ/w below which a cluster has nodes of its own
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@njit(error_model="numpy", cache=True)
def outer_nodes(overlap_0, complement_0, step):
    """Fields a = √q₀ z₀ of one unit and their Gaussian weights."""
    if overlap_0 == 0.0:
        return np.zeros(1), np.ones(1)
    root = math.sqrt(overlap_0)
    width = max(math.sqrt(complement_0) / root, 1e-3)
    z, weight = graded_trapezoid(np.zeros(1), np.full(1, width), -_TAIL, _TAIL, step)
    return root * z, weight * np.exp(-0.5 * z * z) / _ROOT_2_PI


@njit(error_model="numpy", cache=True)
def lattice(overlap_0, spread, width, m, step):
    """Fields x and weights dx, graded around x = 0.

    A unit that P^m presses towards the right sign has the width σ/λ, λ² = 1 + mσ²/w², around a/λ²; the others have σ.
    """
    narrowing = math.sqrt(1.0 + m * (spread / width) ** 2)
    reach = _TAIL * math.sqrt(overlap_0)
    scale = spread if reach < 2.0 * narrowing * spread else spread / narrowing  # pressed fields are near 0, or anywhere
    end = (reach + _TAIL * spread) / scale
    widths = np.array([width / scale, 4.0 * spread / (narrowing * scale)])
    x, weight = graded_trapezoid(np.zeros(2), widths, -end, end, step)
    return scale * x, scale * weight


@njit(error_model="numpy", cache=True)
def tabulate(x, width, m, correct):
    """P^m, P^m ∂₁L, L and Σ(∂_ℓL)² at all triples of fields, shape (n, n, n), derivatives with respect to fields."""
    n = x.size
    power, slope, log, square = np.empty((n, n, n)), np.empty((n, n, n)), np.empty((n, n, n)), np.empty((n, n, n))
    for i in range(n):
        for j in range(i, n):
            for k in range(j, n):
                terms = pattern_terms(x[i] / width, x[j] / width, x[k] / width, correct)
                p = math.exp(m * terms[0])
                g1, g2, g3 = terms[1] / width, terms[2] / width, terms[3] / width
                total = g1 * g1 + g2 * g2 + g3 * g3
                for a, b, c, g in ((i, j, k, g1), (i, k, j, g1), (j, i, k, g2), (j, k, i, g2), (k, i, j, g3), (k, j, i, g3)):
                    power[a, b, c], slope[a, b, c], log[a, b, c], square[a, b, c] = p, p * g, terms[0], total
    return power, slope, log, square


def _transform(matrix, table):
    """Σ_jkl M[a, j] M[b, k] M[c, l] table[j, k, l]."""
    for _ in range(3):  # each round moves the first axis, transformed, to the end
        table = np.tensordot(table, matrix, axes=(0, 1))
    return table


def _on_lattice(a, weight, overlap_0, spread, width, correct, m, step):
    x, dx = lattice(overlap_0, spread, width, m, step)
    kernel = np.exp(-0.5 * ((x - a[:, None]) / spread) ** 2) * dx / (_ROOT_2_PI * spread)
    power, slope, log, square = tabulate(x, width, m, correct)
    whole, leaning = _transform(kernel, power), _transform(kernel, slope)
    if np.any((whole <= 0.0) & (weight > 0.0)):
        raise NotConverged("Clusters are too narrow for double precision: the probability of a pattern underflows")
    counted = weight > 0.0
    whole = np.where(counted, whole, 1.0)
    value = float(np.sum(weight * np.log(whole))) / m
    mean_square = 3.0 * float(np.sum(weight * np.where(counted, leaning / whole, 0.0) ** 2))
    measure = _transform(kernel.T, weight / whole) * power  # of x, averaged over a
    return value, mean_square, float(np.sum(measure * square)), float(np.sum(measure * log))


@njit(error_model="numpy", cache=True)
def _locally(a, weight, spread, width, correct, m, z, dz):
    """The same averages by a product rule z, dz around every triple a."""
    value, mean_square, square, mean_log = 0.0, 0.0, 0.0, 0.0
    for i in range(a.size):
        for j in range(i, a.size):
            for k in range(j, a.size):
                permutations = 6.0 if i < j and j < k else (1.0 if i == k else 3.0)
                w = permutations * weight[i, j, k]
                if w == 0.0:
                    continue
                highest = -np.inf
                total, s1, s2, s3, squares, logs = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                for p in range(z.size):
                    for q in range(z.size):
                        for r in range(z.size):
                            terms = pattern_terms(
                                (a[i] + spread * z[p]) / width,
                                (a[j] + spread * z[q]) / width,
                                (a[k] + spread * z[r]) / width,
                                correct,
                            )
                            exponent = m * terms[0]
                            if exponent > highest:  # the largest power so far is the unit
                                shrink = math.exp(highest - exponent)
                                total, s1, s2, s3 = total * shrink, s1 * shrink, s2 * shrink, s3 * shrink
                                squares, logs, highest = squares * shrink, logs * shrink, exponent
                            tilted = dz[p] * dz[q] * dz[r] * math.exp(exponent - highest)
                            total += tilted
                            s1 += tilted * terms[1]
                            s2 += tilted * terms[2]
                            s3 += tilted * terms[3]
                            squares += tilted * (terms[1] * terms[1] + terms[2] * terms[2] + terms[3] * terms[3])
                            logs += tilted * terms[0]
                value += w * (highest + math.log(total)) / m
                mean_square += w * (s1 * s1 + s2 * s2 + s3 * s3) / (total * width) ** 2
                square += w * squares / (total * width * width)
                mean_log += w * logs / total
    return value, mean_square, square, mean_log


def energetic(overlap_0, step, complement, correct, m, quadrature_step):
    r"""G_E of three sign units and three averages, at q₀ = `overlap_0`, q₁ − q₀ = `step`, 1 − q₁ = `complement`.

    Returns (G_E, E Σ⟨∂_ℓL⟩², E Σ⟨(∂_ℓL)²⟩, E⟨L⟩), where L = ln P as a function of the three fields, ⟨·⟩ is the average
    over z₁ that P^m defines and E the one over z₀. They are the derivatives of G_E:

        ∂G_E/∂q₀ = −(m/2) E Σ⟨∂_ℓL⟩²,   ∂G_E/∂q₁ = ((m−1)/2) E Σ⟨(∂_ℓL)²⟩,   ∂G_E/∂m = (E⟨L⟩ − G_E)/m.

    `correct` is that of a decision: for 0 … 3 right units, whether the output is right. 0 ≤ q₀, 0 ≤ q₁ − q₀, 0 < 1 − q₁,
    m > 0. `quadrature_step` 0.25 gives about 9 digits. Fewer for small m and q₁ → 1, where P^m turns sharply from one
    most wrong unit to another: 6 at 1 − q₁ = 0.01, 4 at 0.001. Raises `NotConverged` where P^m underflows.

    >>> value, *_ = energetic(0.0, 0.5, 0.5, np.array([0, 0, 1, 1]), 1.0, 0.25)  # m = 1, q₀ = 0: half of all patterns
    >>> round(value, 10) == round(math.log(0.5), 10)
    True
    """
    correct = np.asarray(correct, dtype=np.int64)
    spread, width = math.sqrt(step), math.sqrt(complement)
    a, weight = outer_nodes(overlap_0, step + complement, quadrature_step)
    weight = weight[:, None, None] * weight[:, None] * weight
    weight[weight < _LIGHTEST] = 0.0
    if spread >= _NARROW * width:
        return _on_lattice(a, weight, overlap_0, spread, width, correct, m, quadrature_step)
    order = 1 if step == 0.0 else math.ceil((3.0 + 5.0 * spread / width) * 0.25 / quadrature_step) * 2
    z, dz = np.polynomial.hermite_e.hermegauss(order)
    return _locally(a, weight, spread, width, correct, m, z, dz / _ROOT_2_PI)
