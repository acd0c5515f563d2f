"""The law of one pattern in a group of y replicas at a finite number of hidden units, drawn directly: no weights, no training.

The chapter on robustness derives it: fields of the hidden units are Gaussian, with the overlaps of the saddle point at
K → ∞, and every replica must classify the pattern correctly. Two minutes on one core.

    python results/relu-2019/finite_width.py
"""

import numpy as np
from scipy.special import ndtr

from flatminima import RELU, SIGN, large_deviation, sweeps
from flatminima.ensembles.large_deviation import centre_overlaps

LOAD, OVERLAP, REPLICAS = 0.4, 0.85, 20
FRACTIONS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
ARCHITECTURES = {"sign": SIGN, "ReLU": RELU}
CHAINS, SETTLE, MEASUREMENTS, BETWEEN = 2000, 30, 4, 5  # independent patterns; the rest in sweeps over the units


def hidden(unit, x):
    return np.sign(x) if unit == "sign" else np.maximum(x, 0)


def edges(unit, units):
    """Of the histogram of stabilities: around the odd values of the output for sign units, else equal steps."""
    return np.arange(-units - 1, units + 2, 2) / np.sqrt(units) if unit == "sign" else np.arange(-0.05, 4, 0.05)


def pattern(unit, units, block):
    """Chains for `CHAINS` values of what all groups share; averages and their standard errors."""
    architecture = ARCHITECTURES[unit]
    state = large_deviation.solve(OVERLAP, LOAD, REPLICAS, architecture=architecture)
    overlaps = *centre_overlaps(state), state.q0
    rng = np.random.default_rng([2019, 33, list(ARCHITECTURES).index(unit), units, block])
    readout = np.where((np.arange(units) < units // 2) | (unit == "sign"), 1.0, -1.0)
    spread, width = np.sqrt(OVERLAP - state.q0), np.sqrt(1 - OVERLAP)

    shared = np.sqrt(state.q0) * rng.standard_normal((units, CHAINS))
    group = spread * rng.standard_normal((units, CHAINS))
    private = width * rng.standard_normal((units, REPLICAS, CHAINS))
    outputs = np.tensordot(readout, hidden(unit, (shared + group)[:, None] + private), 1)
    found = []
    for sweep in range(SETTLE + MEASUREMENTS * BETWEEN):
        for u in range(units):
            new_group = spread * rng.standard_normal(CHAINS)
            new_private = width * rng.standard_normal((REPLICAS, CHAINS))
            change = hidden(unit, shared[u] + new_group + new_private) - hidden(unit, shared[u] + group[u] + private[u])
            proposed = outputs + readout[u] * change
            # at first, outputs may be wrong but not become worse; from then on all stay right
            taken = wrong(proposed) <= wrong(outputs)
            group[u, taken], private[u][:, taken] = new_group[taken], new_private[:, taken]
            outputs[:, taken] = proposed[:, taken]
        if sweep >= SETTLE and (sweep - SETTLE) % BETWEEN == BETWEEN - 1:
            outputs = np.tensordot(readout, hidden(unit, (shared + group)[:, None] + private), 1)  # without rounding errors
            found.append(measure(unit, readout, shared, group, private, outputs, overlaps, rng))
    values = {name: np.mean([one[name] for one in found], axis=0) for name in found[0]}  # first axis: chains

    # What is shared is drawn freely: the output it would give has mean 0 and a known variance, and most of the noise is its.
    free = readout @ (mean_output(unit, shared, np.sqrt(1 - state.q0))) / np.sqrt(units)
    variance = architecture.field_scale**2 * architecture.overlap(state.q0)
    controls = np.stack([np.ones(CHAINS), free, free**2 - variance], axis=1)
    outcome = {"edges": edges(unit, units), "never_right": np.count_nonzero((outputs <= 0).any(axis=0))}
    for name, value in values.items():
        value = value.reshape(CHAINS, -1)
        fitted = np.linalg.lstsq(controls, value, rcond=None)[0]
        residual = value - controls @ fitted
        outcome[name], outcome[f"{name}_error"] = fitted[0], residual.std(axis=0, ddof=3) / np.sqrt(CHAINS)
    return outcome


def wrong(outputs):
    """How wrong the outputs of the replicas are together: zero if all are right."""
    return np.count_nonzero(outputs <= 0, axis=0) - np.minimum(outputs, 0).sum(axis=0)


def mean_output(unit, field, width):
    """E g(field + width z), z Gaussian."""
    if unit == "sign":
        return 1 - 2 * ndtr(-field / width)
    return field * ndtr(field / width) + width * np.exp(-((field / width) ** 2) / 2) / np.sqrt(2 * np.pi)


def measure(unit, readout, shared, group, private, outputs, overlaps, rng):
    """Of every chain: stability, its square, its histogram over replicas; errors of replica and reference after flips."""
    own, other, q0 = overlaps
    stabilities, bins = outputs / np.sqrt(len(readout)), edges(unit, len(readout))
    replica = (shared + group)[:, None] + private
    # the reference's field: its regression on the replicas' fields, and an independent rest
    pull = (own - other) / (REPLICAS * (OVERLAP - q0) + 1 - OVERLAP)
    rest = 1 - other**2 / q0 - pull * REPLICAS * (own - other)
    reference = other / q0 * shared + pull * (replica - shared[:, None]).sum(axis=1)
    reference += np.sqrt(rest) * rng.standard_normal(reference.shape)
    lost = {"replica": [], "reference": []}
    for eta in FRACTIONS:
        noise = 2 * np.sqrt(eta * (1 - eta)) * rng.standard_normal(shared.shape)
        for name, field in (("replica", replica[:, 0]), ("reference", reference)):
            lost[name].append(readout @ hidden(unit, (1 - 2 * eta) * field + noise) <= 0)
    place = np.digitize(stabilities, bins) - 1
    return {
        "mean": stabilities.mean(axis=0), "square": np.mean(stabilities**2, axis=0),
        "histogram": np.stack([np.mean(place == k, axis=0) for k in range(len(bins) - 1)], axis=1),
        **{f"lost_{name}": np.stack(values, axis=1).astype(float) for name, values in lost.items()},
    }


STUDY = sweeps.Study(
    "relu-2019/finite_width",
    pattern,
    units=[
        {"unit": unit, "units": units, "block": block}
        for unit, widths in {"sign": (9, 17, 33, 65), "ReLU": (8, 16, 32, 64)}.items()
        for units in widths
        for block in range(3)
    ],
    version=1,
    recompute={"unit": "sign", "units": 9, "block": 0},
    tolerance=1e-9,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
