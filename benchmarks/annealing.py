"""Coupled replicas at the published size, y = 20, K = 32 ReLU units, N = 1024, α = 0.4: two-stage Metropolis, reduced
rejection, and Metropolis with single flips in NumPy.

At β = 0.5. A decorrelated sample takes the integrated autocorrelation time of the energy or of the overlap, whichever is
longer; it is given for the γ at which runs of this length are in equilibrium. Times are processor time, the least of some runs.
"""

import math

import numpy as np
from _timing import best

from flatminima.algorithms.annealing import energy, reduced_rejection, two_stage
from flatminima.networks import RELU_UNIT, random_patterns, tree_committee

MACHINE = tree_committee(32, 1024, RELU_UNIT)
PATTERNS = random_patterns(410, 1024, seed=[2019, 0])
REPLICAS, BETA = 20, 0.5
GAMMAS, IN_EQUILIBRIUM = (0.3, 0.6, 1.0, 1.5), (0.3, 0.6)


def random_replicas():
    return 2 * np.random.default_rng(1).integers(0, 2, (REPLICAS, *MACHINE.shape), dtype=np.int8) - 1


def autocorrelation(values):
    """1 + 2 Σ_t c(t), the sum cut at five times itself."""
    centred = values - values.mean()
    length = len(values)
    power = np.abs(np.fft.rfft(centred, 2 * length)) ** 2
    c = np.fft.irfft(power)[:length]
    sums = 2 * np.cumsum(c / c[0]) - 1
    return sums[np.argmax(np.arange(length) > 5 * sums)]


def compiled(sampler, gamma):
    """Seconds a sweep, flips a sweep, and sweeps for a decorrelated sample."""
    state, generator = energy.replicas(PATTERNS, MACHINE, random_replicas()), np.random.default_rng(2)
    for _ in range(200):
        sampler.sweep(state, BETA, gamma, generator)
    path = []
    for _ in range(600):
        made = sampler.sweep(state, BETA, gamma, generator)
        path.append((made, state.energies.mean(), state.overlap))
    made, energies, overlaps = np.array(path).T
    seconds = best(lambda: [sampler.sweep(state, BETA, gamma, generator) for _ in range(20)], 5)[0] / 20
    return seconds, made.mean(), max(autocorrelation(energies), autocorrelation(overlaps))


def numpy_sweep(gamma, proposals=20000):
    """Seconds and flips of y·N proposals, from `proposals` of them, in NumPy."""
    units, size = MACHINE.shape
    rows, labels, readout = PATTERNS.inputs.T.reshape(units, size, -1).astype(np.int64), PATTERNS.labels, MACHINE.readout
    state, generator = energy.replicas(PATTERNS, MACHINE, random_replicas()), np.random.default_rng(2)
    for _ in range(200):
        two_stage.sweep(state, BETA, gamma, generator)
    weights, M = state.weights.astype(np.int64), state.sums.astype(np.int64)
    fields = np.einsum("akn,knp->akp", weights, rows)
    outputs = labels * np.einsum("k,akp->ap", readout, np.maximum(fields, 0))
    errors = (outputs <= 0).sum(axis=1)

    def run():
        made = 0
        for _ in range(proposals):
            a, unit, i = generator.integers(REPLICAS), generator.integers(units), generator.integers(size)
            weight = weights[a, unit, i]
            after = fields[a, unit] - 2 * weight * rows[unit, i]
            moved = outputs[a] + labels * readout[unit] * (np.maximum(after, 0) - np.maximum(fields[a, unit], 0))
            wrong = np.count_nonzero(moved <= 0)
            ratio = math.exp(-BETA * (wrong - errors[a])) * math.cosh(gamma * (M[unit, i] - 2 * weight))
            if generator.random() * math.cosh(gamma * M[unit, i]) < ratio:
                weights[a, unit, i], fields[a, unit], outputs[a], errors[a] = -weight, after, moved, wrong
                M[unit, i] -= 2 * weight
                made += 1
        return made

    seconds, made = best(run, 2)
    return seconds * weights.size / proposals, made * weights.size / proposals


def main():
    print(f"{'':<24}{'ms a sweep':>12}{'flips a sweep':>15}{'µs a flip':>12}{'sweeps apart':>14}{'ms a sample':>13}")
    for gamma in GAMMAS:
        for name, sampler in (("two-stage", two_stage), ("reduced rejection", reduced_rejection)):
            seconds, made, apart = compiled(sampler, gamma)
            sample = f"{apart:>14.1f}{1e3 * seconds * apart:>13.1f}" if gamma in IN_EQUILIBRIUM else ""
            print(f"γ = {gamma:.1f} {name:<17}{1e3 * seconds:>12.2f}{made:>15.0f}{1e6 * seconds / made:>12.2f}{sample}")
        seconds, made = numpy_sweep(gamma)
        print(f"γ = {gamma:.1f} {'NumPy':<17}{1e3 * seconds:>12.0f}{made:>15.0f}{1e6 * seconds / made:>12.1f}")


if __name__ == "__main__":
    main()
