"""The loops of least action, over weights and patterns arranged in `Lanes`, with every sum in a fixed order."""

import math

import numpy as np
from numba import njit

_loop = njit(error_model="numpy", cache=True)


@_loop
def rounded(weights, single):
    """Write the weights to `single`, in single precision."""
    wide, narrow = weights.reshape(weights.size), single.reshape(weights.size)
    for i in range(len(wide)):
        narrow[i] = wide[i]


@_loop
def fields(inputs, rows, weights, lanes, sums, out):
    """Write x = w_ℓ · σξ_ℓ of the patterns in `rows` to `out` (≥ len(rows), K); `sums` (2, columns) is room to work in.

    Two patterns at a time: each weight is loaded once for both, and their sums do not wait for one another.
    """
    groups, length, columns = weights.shape
    together = columns // lanes
    one, two = sums[0], sums[1]
    for m in range(0, len(rows), 2):
        other = min(m + 1, len(rows) - 1)  # the last of an odd number is computed twice
        x, z = inputs[rows[m]], inputs[rows[other]]
        for g in range(groups):
            w = weights[g]
            for c in range(columns):
                one[c] = x[0, c] * w[0, c]
                two[c] = z[0, c] * w[0, c]
            for j in range(1, length):
                xj, zj, wj = x[j], z[j], w[j]
                for c in range(columns):
                    one[c] += xj[c] * wj[c]
                    two[c] += zj[c] * wj[c]
            for k in range(together):
                first = k * lanes
                total, second = one[first], two[first]
                for c in range(first + 1, first + lanes):
                    total += one[c]
                    second += two[c]
                out[m, g * together + k] = total
                out[other, g * together + k] = second


@_loop
def easiest(x):
    """The unit that least action changes, for the K fields of one pattern: −1 where the output is right.

    Otherwise the one among the wrong units (x ≤ 0) that is closest to the threshold, the first of equals.
    """
    wrong, best, chosen = 0, -np.inf, -1
    for k in range(len(x)):
        if x[k] <= 0.0:
            wrong += 1
            if x[k] > best:
                best, chosen = x[k], k
    return chosen if 2 * wrong > len(x) else -1


@_loop
def least_action(inputs, rows, x, weights, lanes, rate):
    """Apply the rule to the patterns in `rows`, whose fields are x, in turn; return how many had a wrong output."""
    together = weights.shape[2] // lanes
    mistakes = 0
    for m in range(len(rows)):
        unit = easiest(x[m])
        if unit >= 0:
            mistakes += 1
            first = unit % together * lanes
            pattern, w = inputs[rows[m]], weights[unit // together]
            for j in range(len(w)):
                for c in range(first, first + lanes):
                    w[j, c] += rate * pattern[j, c]
    return mistakes


@_loop
def normalise(weights, lanes):
    """Bring the weights of every unit to length 1, in place."""
    groups, length, columns = weights.shape
    lengths = np.empty(columns)
    for g in range(groups):
        w = weights[g]
        for c in range(columns):
            lengths[c] = 0.0
        for j in range(length):
            for c in range(columns):
                lengths[c] += w[j, c] * w[j, c]
        for first in range(0, columns, lanes):
            total = 0.0
            for c in range(first, first + lanes):
                total += lengths[c]
            for c in range(first, first + lanes):
                lengths[c] = math.sqrt(total)
        for j in range(length):
            for c in range(columns):
                w[j, c] /= lengths[c]


@_loop
def mean(replicas, centre):
    """Write the average of the replicas to `centre`."""
    flat = replicas.reshape(len(replicas), centre.size)
    out = centre.reshape(centre.size)
    for i in range(len(out)):
        out[i] = flat[0, i]
    for a in range(1, len(flat)):
        for i in range(len(out)):
            out[i] += flat[a, i]
    for i in range(len(out)):
        out[i] /= len(flat)


@_loop
def pull(replicas, centre, strength):
    """Move every replica towards the centre: W → W + strength (centre − W)."""
    flat, target = replicas.reshape(len(replicas), centre.size), centre.reshape(centre.size)
    for a in range(len(flat)):
        for i in range(len(target)):
            flat[a, i] += strength * (target[i] - flat[a, i])


@_loop
def spread(replicas, centre):
    """Σ_a |W^a − centre|²."""
    flat, target = replicas.reshape(len(replicas), centre.size), centre.reshape(centre.size)
    total = 0.0
    for a in range(len(flat)):
        for i in range(len(target)):
            total += (flat[a, i] - target[i]) ** 2
    return total


@_loop
def epoch(replicas, centre, inputs, orders, batch, lanes, rate, strength, normalised, projected):
    """Show each replica all patterns once, in its own order (y, P); return the mean number of wrong outputs met.

    After each mini-batch the replicas are pulled to the centre, which is then computed anew: it is the average
    of the replicas, brought to length 1 if it is `projected`. Replicas are brought to length 1 if `normalised`.
    Fields are computed in single precision, twice as many at a time; weights are kept in double precision.
    """
    units = replicas.shape[1] * (replicas.shape[3] // lanes)
    weights, sums = np.empty(centre.shape, np.float32), np.empty((2, centre.shape[2]), np.float32)
    x = np.empty((batch, units), np.float32)
    mistakes = 0
    for start in range(0, orders.shape[1], batch):
        for a in range(len(replicas)):
            rows = orders[a, start : start + batch]
            rounded(replicas[a], weights)
            fields(inputs, rows, weights, lanes, sums, x)
            mistakes += least_action(inputs, rows, x, replicas[a], lanes, rate)
        pull(replicas, centre, strength)
        if normalised:
            for a in range(len(replicas)):
                normalise(replicas[a], lanes)
        mean(replicas, centre)
        if projected:
            normalise(centre, lanes)
    return mistakes / len(replicas)
