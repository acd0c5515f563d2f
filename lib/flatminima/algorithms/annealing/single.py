"""Simulated annealing of one binary network."""

from dataclasses import dataclass

import numpy as np

from flatminima.algorithms.annealing import flips
from flatminima.networks.committee import require_committee
from flatminima.networks.patterns import seeded_generator
from flatminima.validation import real_array


@dataclass(frozen=True, eq=False)
class Minimised:
    """Where a run ended: `weights` (K, n) of ±1, the `errors` they make, and their `energy`, the sum of losses.

    The other four have an entry for each sweep that was made: the inverse temperatures `betas`, and after the sweep the
    number of errors, `error_path`, the energy, `energy_path`, and the share of proposals that were accepted, `accepted`.
    """

    weights: np.ndarray
    errors: int
    energy: float
    betas: np.ndarray
    error_path: np.ndarray
    energy_path: np.ndarray
    accepted: np.ndarray

    @property
    def sweeps(self):
        """The number of sweeps made."""
        return len(self.betas)


def minimise(patterns, machine, *, schedule, seed, loss=None, until_solved=True):
    r"""Anneal one network on a loss of the stabilities, by Metropolis's rule with ever lower temperature.

    $$ P_\beta(w) \propto e^{-\beta E(w)}, \qquad E(w) = \sum_\mu f(\Xi^\mu), \qquad
       \text{accept } w \to w' \text{ with probability } \min\big(1, e^{-\beta [E(w') - E(w)]}\big) $$

    shaping-2020, "The Connection between Local Entropy and CE", last paragraph. `schedule`: the inverse temperatures β ≥ 0,
    one for each sweep of Kn proposed flips. `loss` is f, a function of an array of stabilities such as
    `cross_entropy_loss(gamma).value`; without one, the number of errors. `machine` has sign or ReLU units. Weights start
    at random; `seed` is as for `random_patterns`. With `until_solved` the run ends after the first sweep that leaves no
    error, whatever the loss. Returns `Minimised`, energies exact but for the rounding of losses, see `flips.network`; the same
    seed gives the same weights on every machine. Raises ValueError or TypeError for bad input; errors left over are no failure.

    >>> from flatminima.losses import cross_entropy_loss
    >>> from flatminima.networks import perceptron, random_patterns
    >>> patterns, machine = random_patterns(101, 251, seed=1), perceptron(251)
    >>> run = minimise(patterns, machine, schedule=np.linspace(1, 60, 200), seed=2, loss=cross_entropy_loss(2.0).value)
    >>> run.errors, machine.errors(run.weights, patterns)
    (0, 0)
    """
    require_committee(machine).require_patterns(patterns)
    betas, generator = _schedule(schedule), seeded_generator(seed)
    net = flips.network(patterns, machine, machine.random_weights(generator, binary=True), loss)
    path = []
    for beta in betas:
        made = flips.sweep(net, beta, generator)
        path.append((net.errors, net.energy * net.step, made / net.weights.size))
        if until_solved and path[-1][0] == 0:
            break
    errors, energies, accepted = np.array(path).T
    return Minimised(
        net.weights, net.errors, net.energy * net.step, betas[: len(path)], errors.astype(int), energies, accepted
    )


def _schedule(schedule):
    betas = np.atleast_1d(real_array("schedule", schedule))
    if betas.ndim != 1 or betas.size == 0 or not np.all((betas >= 0) & np.isfinite(betas)):
        raise ValueError(f"schedule is {schedule!r:.80}; it must be a list of inverse temperatures in [0, ∞).")
    return betas
