"""The loops of gradient descent, in arithmetic that gives the same bits on every machine.

Descent through a landscape with many minima is chaotic: a rounding error made early decides where a run
ends. So every sum here has a fixed order, no operation may be reordered or contracted, and exp is our own
polynomial instead of a library's. The loops still run several numbers at a time, because they run over
entries that do not depend on one another.

Inputs have the shape (P, G, n): G = K groups in a tree, or one group that all units share. Rows are padded
with zeros to a multiple of 16 entries. A zero input leaves a zero weight zero.
"""

import math

import numpy as np
from numba import njit

from flatminima.gaussian.tails import _exponential

_loop = njit(error_model="numpy", cache=True)
# The library's exponential, compiled once more without its freedom to contract a·b + c into one rounding.
_decay = njit(error_model="numpy", forceinline=True)(_exponential.py_func)


def padded_inputs(patterns, machine):
    """The gauged inputs σξ, shape (P, G, n padded), in single bytes: the fewer there are to read, the better."""
    groups = 1 if machine.full else machine.units
    rows = (patterns.inputs * patterns.labels[:, None]).reshape(len(patterns), groups, machine.fan_in)
    return np.pad(rows, ((0, 0), (0, 0), (0, -machine.fan_in % 16)))


@_loop
def fields(inputs, rows, weights):
    """x = w_ℓ · σξ_ℓ of the patterns in `rows`, shape (len(rows), K)."""
    units, width = weights.shape
    groups, quarter = inputs.shape[1], width // 4
    folded, second, third = np.empty(quarter), np.empty(quarter), np.empty(quarter)
    out = np.empty((len(rows), units))
    threes = units - units % 3 if groups == 1 else 0  # units that share their inputs: three for each byte that is read
    for m in range(len(rows)):
        for k in range(0, threes, 3):
            x0, x1, x2, x3 = _quarters(inputs[rows[m], 0])
            u0, u1, u2, u3 = _quarters(weights[k])
            v0, v1, v2, v3 = _quarters(weights[k + 1])
            w0, w1, w2, w3 = _quarters(weights[k + 2])
            for i in range(quarter):
                a, b, c, d = x0[i], x1[i], x2[i], x3[i]
                folded[i] = (u0[i] * a + u1[i] * b) + (u2[i] * c + u3[i] * d)
                second[i] = (v0[i] * a + v1[i] * b) + (v2[i] * c + v3[i] * d)
                third[i] = (w0[i] * a + w1[i] * b) + (w2[i] * c + w3[i] * d)
            out[m, k], out[m, k + 1], out[m, k + 2] = _sum(folded), _sum(second), _sum(third)
        for k in range(threes, units):
            x0, x1, x2, x3 = _quarters(inputs[rows[m], k % groups])
            w0, w1, w2, w3 = _quarters(weights[k])
            for i in range(quarter):
                folded[i] = (w0[i] * x0[i] + w1[i] * x1[i]) + (w2[i] * x2[i] + w3[i] * x3[i])
            out[m, k] = _sum(folded)
    return out


@njit(error_model="numpy", forceinline=True)
def _quarters(row):
    quarter = len(row) // 4
    return row[:quarter], row[quarter : 2 * quarter], row[2 * quarter : 3 * quarter], row[3 * quarter :]


@_loop
def _sum(values):
    """The sum of 4, 8, 12 ... numbers in four partial sums."""
    a = b = c = d = 0.0
    for i in range(0, len(values), 4):
        a += values[i]
        b += values[i + 1]
        c += values[i + 2]
        d += values[i + 3]
    return (a + b) + (c + d)


@_loop
def hidden(x, beta):
    """tanh(βx) and 1 − tanh²(βx), both from e = exp(−2β|x|): (1 − e)/(1 + e) and 4e/(1 + e)².

    The second form is not a difference: it keeps all digits where tanh is 1 to double precision.
    """
    flat = x.reshape(x.size)
    value, slope = np.empty(x.size), np.empty(x.size)
    for i in range(x.size):
        e = _decay(-2.0 * beta * abs(flat[i]), 0.0)
        value[i] = math.copysign((1.0 - e) / (1.0 + e), flat[i])
        slope[i] = 4.0 * e / ((1.0 + e) * (1.0 + e))
    return value.reshape(x.shape), slope.reshape(x.shape)


@_loop
def outputs(value):
    """s = Σ_ℓ tanh(βx_ℓ)/√K of every pattern."""
    count, units = value.shape
    out = np.empty(count)
    for m in range(count):
        total = 0.0
        for k in range(units):
            total += value[m, k]
        out[m] = total / math.sqrt(units)
    return out


@_loop
def pulls(x, gamma, beta):
    """−∂f_γ(s)/∂x_ℓ = β (1 − tanh²(βx_ℓ)) / √K / (1 + exp(2γs)), shape of x: how hard a pattern pulls a unit."""
    value, pull = hidden(x, beta)
    s = outputs(value)
    count, units = x.shape
    for m in range(count):
        e = _decay(-2.0 * gamma * abs(s[m]), 0.0)
        share = (e if s[m] > 0.0 else 1.0) / (1.0 + e) * beta / math.sqrt(units)
        for k in range(units):
            pull[m, k] *= share
    return pull


@_loop
def descent(inputs, rows, pull, width):
    """Σ_μ pull_ℓ^μ σξ_ℓ^μ over the patterns in `rows`, shape (K, width): minus the gradient of their summed loss."""
    count, units = pull.shape
    groups = inputs.shape[1]
    out = np.zeros((units, width))
    fours = count - count % 4
    for k in range(units):
        total = out[k]
        for m in range(0, fours, 4):
            p0, p1, p2, p3 = pull[m, k], pull[m + 1, k], pull[m + 2, k], pull[m + 3, k]
            x0, x1 = inputs[rows[m], k % groups], inputs[rows[m + 1], k % groups]
            x2, x3 = inputs[rows[m + 2], k % groups], inputs[rows[m + 3], k % groups]
            for i in range(width):
                total[i] += (p0 * x0[i] + p1 * x1[i]) + (p2 * x2[i] + p3 * x3[i])
        for m in range(fours, count):
            p, x = pull[m, k], inputs[rows[m], k % groups]
            for i in range(width):
                total[i] += p * x[i]
    return out


@_loop
def normalise(weights):
    """Bring the weights of every unit back to length 1, in place."""
    for k in range(len(weights)):
        weights[k] /= math.sqrt(_sum(weights[k] * weights[k]))


@_loop
def epoch(inputs, order, batch, weights, rate, gamma, beta):
    """One pass through the patterns in the given order: for each mini-batch a step, and the norms restored."""
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        pull = pulls(fields(inputs, rows, weights), gamma, beta)
        step = descent(inputs, rows, pull, weights.shape[1])
        for k in range(len(weights)):
            for i in range(weights.shape[1]):
                weights[k, i] += rate * step[k, i]
        normalise(weights)
