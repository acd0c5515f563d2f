"""Training in JAX is training in NumPy, one network at a time or several; and what the study of deep networks has found."""

import importlib.util

import numpy as np
import pytest

from flatminima.algorithms import binarynet
from flatminima.algorithms.binarynet import training
from flatminima.datasets import DatasetMissing
from flatminima.files import project_root
from flatminima.landscape import matching
from flatminima.networks import multilayer

pytest.importorskip("jax", reason="JAX is not installed (make deep)")


def weights_of(learned, run):
    return np.concatenate([layer[run].ravel() for layer in learned.weights])


def test_a_few_epochs_are_the_same_but_for_a_handful_of_weights(monkeypatch):
    """Rounding may turn a weight whose latent one is very near to zero, and that one a few others in these few steps."""
    draw = np.random.default_rng(1)
    inputs, labels = ((draw.integers(0, 256, (130, 784)) - 33) / 64).astype(np.float32), draw.choice([-1, 1], 130)

    def trained(epochs=3, **how):
        return binarynet.learn(inputs, labels, (41, 41), rate=5, seeds=[1, 2, 3, 4], epochs=epochs, batch=50, **how)

    alone, together = trained(), trained(together=3)
    monkeypatch.setattr(training, "_jax", lambda: None)
    in_numpy, less = trained(), trained(epochs=1)
    for run in range(4):
        ours = weights_of(in_numpy, run)
        for other in (alone, together):
            assert np.count_nonzero(weights_of(other, run) != ours) <= 20
            assert abs(other.errors[run] - in_numpy.errors[run]) <= 2
        assert np.count_nonzero(weights_of(less, run) != ours) > 100


@pytest.fixture(scope="module")
def deep():
    """The script of the study."""
    spec = importlib.util.spec_from_file_location("deep", project_root() / "results/unveiling-2021/deep.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def with_images(action):
    try:
        return action()
    except DatasetMissing as missing:
        pytest.skip(str(missing))


def test_three_epochs_of_the_study_are_repeated_weight_by_weight(deep):
    [unit] = deep.STUDY.recompute
    kept = deep.STUDY.outcome(unit)["kept"]
    group = {name: unit[name] for name in ("dataset", "reading", "size")} | {"first": 0, "last": len(kept) - 1}
    again = with_images(lambda: deep.train(**group))["weights"]
    assert np.unpackbits(kept ^ again, axis=1).mean() <= 0.001


def test_fresh_runs_are_like_those_of_the_study(deep):
    """Means of four runs lie within five standard errors of those of the study; n runs count as n/2 independent pairs."""
    unit = next(unit for unit in deep.UNITS if unit["dataset"] == "MNIST" and unit["reading"] == "ours" and unit["size"] == 100)
    stored = deep.STUDY.outcome(unit)
    inputs, labels = with_images(lambda: deep.task("MNIST", "ours", 100))
    seeds = [[2021, 8, 1000 + run] for run in range(4)]
    learned = binarynet.learn(inputs, labels, deep.HIDDEN["MNIST"], rate=deep.RATE["MNIST"], seeds=seeds)
    pairs = matching.pairwise(learned.weights)
    independent = unit["runs"] // 2, len(seeds) // 2
    for fresh, old, counts in (
        (learned.errors, stored["errors"], (unit["runs"], len(seeds))),
        (pairs.layers, stored["layers"], independent),
        (pairs.total, stored["total"], independent),
    ):
        error = np.std(old, axis=0, ddof=1) * np.sqrt(sum(1 / count for count in counts))
        assert (np.abs(np.mean(fresh, axis=0) - np.mean(old, axis=0)) <= 5 * error).all()
    assert all(multilayer.errors([layer[run] for layer in learned.weights], inputs, labels) == 0 for run in range(4))
