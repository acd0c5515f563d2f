"""The protocol of replicated annealing: its schedule, its feedback, where it ends, and that it repeats itself."""

import numpy as np
import pytest

from flatminima.algorithms import annealing
from flatminima.algorithms.annealing import protocol
from flatminima.networks import RELU_UNIT, full_committee, random_patterns, tree_committee

MACHINES = [tree_committee(9, 81), tree_committee(8, 64, RELU_UNIT), full_committee(3, 35)]


@pytest.mark.parametrize("machine", MACHINES, ids=["sign", "ReLU", "full"])
def test_replicas_end_as_solutions_at_the_overlap(machine):
    patterns = random_patterns(machine.size // 5, machine.size, seed=3)
    run = annealing.anneal(patterns, machine, replicas=6, sweeps=500, seed=4)
    assert not run.errors.any() and abs(run.overlap - 0.85) <= protocol.TOLERANCE
    assert 500 <= run.sweeps[-1] <= 550 and run.overlaps[-1] == run.overlap
    for weights in run.weights:
        assert machine.errors(weights, patterns) <= 1  # an output of zero may be rounded to either side
    sums = run.weights.sum(axis=0)
    assert np.array_equal(run.reference[sums != 0], np.sign(sums)[sums != 0]) and (np.abs(run.reference) == 1).all()
    assert np.array_equal(run.error_path[-1], run.errors) and run.error_path[0].any()


def test_the_same_seed_gives_the_same_bits():
    machine = MACHINES[0]
    patterns = random_patterns(30, 81, seed=5)
    first, again, other = (annealing.anneal(patterns, machine, replicas=4, sweeps=40, seed=seed) for seed in (1, 1, 2))
    for name in ("weights", "reference", "errors", "overlaps", "betas", "gammas", "error_path"):
        assert np.array_equal(getattr(first, name), getattr(again, name)), name
    assert not np.array_equal(first.weights, other.weights)


def test_the_overlap_follows_what_is_asked_for():
    machine = MACHINES[0]
    run = annealing.anneal(random_patterns(8, 81, seed=6), machine, replicas=8, sweeps=1000, seed=7)
    wanted, betas = protocol.schedule(1000, 0.85)
    during = run.sweeps <= 1000
    assert np.abs(run.overlaps[during] - wanted[run.sweeps[during] - 1]).mean() < 0.04
    assert np.array_equal(run.betas[during], betas[run.sweeps[during] - 1])
    assert (run.gammas <= np.arctanh(np.sqrt(protocol.STRONGEST))).all()


def test_the_schedule_rises_and_then_jumps():
    wanted, betas = protocol.schedule(20, 0.7)
    assert (np.diff(wanted) >= 0).all() and wanted[-1] == pytest.approx(0.7) and wanted[0] > protocol.FIRST_OVERLAP
    assert (np.diff(betas) >= 0).all() and betas[16] == pytest.approx(5) and (betas[17:] == 20).all()


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"replicas": 1}, ValueError, "replicas is 1; it must be an integer from 2 on"),
        ({"sweeps": 0}, ValueError, "sweeps is 0"),
        ({"sweeps": 2.5}, TypeError, "sweeps is 2.5"),
        ({"overlap": np.nan}, ValueError, "overlap is nan"),
        ({"overlap": 0.95}, ValueError, "overlap is 0.95"),
        ({"seed": None}, TypeError, "seed is None"),
    ],
)
def test_bad_input_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        annealing.anneal(random_patterns(4, 81, seed=0), MACHINES[0], **({"sweeps": 3, "seed": 0} | change))
