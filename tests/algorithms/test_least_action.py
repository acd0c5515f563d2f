"""Least action: each update against plain NumPy, what an update may change, norms, the coupling alone, symmetries, bad input."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.algorithms import least_action
from flatminima.algorithms.least_action import kernels
from flatminima.algorithms.least_action.lanes import Lanes
from flatminima.networks import (
    RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tanh_unit, tree_committee,
)  # fmt: skip

SEEDS = st.integers(0, 10**6)
MACHINES = st.sampled_from([perceptron(17), tree_committee(3, 51), tree_committee(9, 99), full_committee(3, 70)])
SETTING = {"rate": 1e-2, "lambda_0": 2.0, "lambda_1": 0.01}
PATTERNS, TREE = random_patterns(30, 51, seed=1), tree_committee(3, 51)


class Drawn:
    """A small problem in the arrangement of the kernels, and the same arrays as the formulas have them."""

    def __init__(self, machine, seed, replicas=3, count=23):
        self.machine, self.layout = machine, Lanes(machine)
        self.patterns, generator = random_patterns(count, machine.size, seed), np.random.default_rng([seed, 1])
        weights = generator.standard_normal((replicas, *machine.shape))
        self.weights = weights / np.linalg.norm(weights, axis=2, keepdims=True)
        self.orders = np.array([generator.permutation(count) for _ in range(replicas)])
        self.inputs, self.arranged = self.layout.inputs(self.patterns), self.layout.weights(self.weights)

    def epoch(self, batch, rate, strength, normalised, projected, replicas=None, orders=None):
        """One epoch of the kernel from the centre of the replicas; returns them, the centre and the mistakes."""
        replicas = (self.arranged if replicas is None else replicas).copy()
        centre = self.centre(replicas, projected)
        mistakes = kernels.epoch(
            replicas, centre, self.inputs, self.orders if orders is None else orders, batch, self.layout.lanes,
            rate, strength, normalised, projected,
        )  # fmt: skip
        return replicas, centre, mistakes

    def centre(self, replicas, projected):
        """The average of the replicas as the kernels compute it."""
        centre = np.empty_like(replicas[0])
        kernels.mean(replicas, centre)
        if projected:
            kernels.normalise(centre, self.layout.lanes)
        return centre


def rows(patterns, machine, index):
    """σξ of one pattern as every unit sees it, shape (K, n)."""
    seen = patterns.inputs[index].astype(float) * patterns.labels[index]
    return np.tile(seen, (machine.units, 1)) if machine.full else seen.reshape(machine.shape)


def plain_epoch(drawn, batch, rate, strength, normalised, projected):
    """The algorithm as the paper describes it, a pattern at a time."""
    replicas, machine, mistakes = drawn.weights.copy(), drawn.machine, 0

    def unit_length(weights):
        return weights / np.linalg.norm(weights, axis=-1, keepdims=True)

    def average():
        return unit_length(replicas.mean(axis=0)) if projected else replicas.mean(axis=0)

    centre = average()
    for start in range(0, len(drawn.patterns), batch):
        for weights, order in zip(replicas, drawn.orders):
            chosen = order[start : start + batch]
            before = weights.copy()
            for index in chosen:
                seen = rows(drawn.patterns, machine, index)
                x = np.sum(before * seen, axis=1)
                if np.sum(np.sign(x)) < 0:
                    mistakes += 1
                    unit = max((unit for unit in range(machine.units) if x[unit] < 0), key=lambda unit: x[unit])
                    weights[unit] += rate * seen[unit]
        replicas += strength * (centre - replicas)
        if normalised:
            replicas = unit_length(replicas)
        centre = average()
    return replicas, centre, mistakes / len(replicas)


@settings(max_examples=40)
@given(MACHINES, SEEDS, st.integers(1, 25), st.sampled_from([0.0, 0.1]), st.booleans(), st.booleans())
def test_an_epoch_is_the_algorithm_of_the_paper(machine, seed, batch, strength, normalised, projected):
    drawn = Drawn(machine, seed)
    replicas, centre, mistakes = drawn.epoch(batch, 0.05, strength, normalised, projected)
    expected = plain_epoch(drawn, batch, 0.05, strength, normalised, projected)
    assert np.allclose(drawn.layout.restored(replicas), expected[0], rtol=0, atol=1e-13)
    assert np.allclose(drawn.layout.restored(centre), expected[1], rtol=0, atol=1e-13)
    assert mistakes == pytest.approx(expected[2], rel=1e-15)


@given(MACHINES, SEEDS)
def test_a_pattern_changes_at_most_one_unit_the_easiest_of_the_wrong_ones(machine, seed):
    drawn = Drawn(machine, seed, replicas=1)
    for index in range(len(drawn.patterns)):
        x = np.sum(drawn.layout.restored(drawn.arranged)[0] * rows(drawn.patterns, machine, index), axis=1)
        wrong_output = np.sum(np.sign(x)) < 0
        before = drawn.arranged[0].copy()
        one = np.array([index])
        mistakes = kernels.least_action(drawn.inputs, one, x[None], drawn.arranged[0], drawn.layout.lanes, 0.05)
        changed = np.flatnonzero(np.any(drawn.layout.restored(drawn.arranged[0] - before), axis=1))
        assert mistakes == wrong_output == len(changed)
        if wrong_output:
            assert x[changed[0]] < 0 and not np.any((x < 0) & (x > x[changed[0]]))
            moved = drawn.layout.restored(drawn.arranged)[0][changed[0]] @ rows(drawn.patterns, machine, index)[changed[0]]
            assert moved == pytest.approx(x[changed[0]] + 0.05 * machine.fan_in, rel=1e-12)


@pytest.mark.parametrize("x, chosen", [
    ([1.0, -1.0, 2.0], -1), ([-3.0, 1.0, -2.0], 2), ([-1.0, -1.0, -1.0], 0), ([0.0, -1.0, 1.0], 0), ([-0.5], 0), ([0.5], -1),
])  # fmt: skip
def test_the_choice_of_the_unit(x, chosen):
    assert kernels.easiest(np.array(x)) == chosen


@given(MACHINES, SEEDS)
def test_fields_are_those_of_the_network_to_single_precision(machine, seed):
    drawn = Drawn(machine, seed, replicas=1)
    single = drawn.arranged[0].astype(np.float32)
    sums, x = np.empty((2, single.shape[2]), np.float32), np.empty((len(drawn.patterns), machine.units), np.float32)
    kernels.fields(drawn.inputs, drawn.orders[0], single, drawn.layout.lanes, sums, x)
    network = machine.preactivations(machine.normalised(drawn.weights[0]), drawn.patterns)
    expected = (network * drawn.patterns.labels[:, None])[drawn.orders[0]]
    assert np.allclose(x, expected, rtol=0, atol=2e-6)


@pytest.mark.parametrize("machine", [tree_committee(3, 51), full_committee(3, 70)], ids=["tree", "full"])
def test_compiled_sums_have_the_bits_of_the_written_order(machine):
    drawn = Drawn(machine, 5, replicas=1, count=7)
    single = drawn.arranged[0].astype(np.float32)
    compiled, written = np.empty((2, 7, 3), np.float32)
    for function, out in ((kernels.fields, compiled), (kernels.fields.py_func, written)):
        function(drawn.inputs, drawn.orders[0], single, drawn.layout.lanes, np.empty((2, single.shape[2]), np.float32), out)
    assert np.array_equal(compiled, written)


@given(MACHINES, SEEDS)
def test_the_arrangement_can_be_undone_and_its_filling_stays_zero(machine, seed):
    drawn = Drawn(machine, seed)
    assert np.array_equal(drawn.layout.restored(drawn.arranged), drawn.weights)
    replicas, _, _ = drawn.epoch(5, 0.05, 0.1, True, True)
    assert np.array_equal(drawn.layout.weights(drawn.layout.restored(replicas)), replicas)


@given(MACHINES, SEEDS, st.booleans())
def test_norms_are_kept_where_they_are_restored(machine, seed, projected):
    drawn = Drawn(machine, seed)
    replicas, centre, _ = drawn.epoch(5, 0.05, 0.1, True, projected)
    assert np.allclose(np.linalg.norm(drawn.layout.restored(replicas), axis=2), 1.0, rtol=0, atol=1e-14)
    lengths = np.linalg.norm(drawn.layout.restored(centre), axis=1)
    assert np.allclose(lengths, 1.0, rtol=0, atol=1e-14) if projected else np.all(lengths < 1.0)


def test_a_free_norm_grows_or_shrinks():
    drawn = Drawn(TREE, 3)
    lengths = np.linalg.norm(drawn.layout.restored(drawn.epoch(5, 0.05, 0.0, False, False)[0]), axis=2)
    assert np.abs(lengths - 1).max() > 0.01


@given(MACHINES, SEEDS, st.booleans())
def test_one_replica_without_coupling_is_least_action(machine, seed, normalised):
    """For one epoch: a replica alone has always collapsed."""
    patterns, common = random_patterns(23, machine.size, seed), {"rate": 0.05, "seed": seed, "batch": 4, "max_epochs": 1}
    single = least_action.learn(patterns, machine, **common, normalised=normalised)
    alone = least_action.learn_replicated(
        patterns, machine, **common, lambda_0=0, lambda_1=0, replicas=1, normalised=normalised, centre="mean"
    )
    assert np.array_equal(alone.replicas[0], single.weights) and alone.spread.tolist() == [0.0]
    assert alone.mistakes.tolist() == single.mistakes.tolist()


@pytest.mark.parametrize("machine", [TREE, full_committee(3, 51), perceptron(51)], ids=["tree", "full", "perceptron"])
def test_a_run_ends_on_a_solution(machine):
    run = least_action.learn(PATTERNS, machine, rate=1e-2, seed=4, batch=7)
    assert run.stopped and run.errors == 0 == machine.errors(run.weights, PATTERNS) and run.epochs == len(run.mistakes)
    if run.epochs > 1:
        before = least_action.learn(PATTERNS, machine, rate=1e-2, seed=4, batch=7, max_epochs=run.epochs - 1)
        assert not before.stopped and before.errors > 0 and np.array_equal(before.mistakes, run.mistakes[:-1])


@given(SEEDS, st.floats(0.01, 0.9), st.integers(1, 23))
def test_the_coupling_alone_contracts_replicas_at_its_rate(seed, strength, batch):
    """Where no output is wrong, W̃ rests and W^a − W̃ shrinks by 1 − strength at each mini-batch."""
    drawn = Drawn(TREE, seed, count=5)
    solution = least_action.learn(drawn.patterns, TREE, rate=0.1, seed=seed, batch=1)
    around = drawn.layout.weights(solution.weights / math.sqrt(TREE.fan_in) + 1e-4 * drawn.weights)
    replicas, centre, mistakes = drawn.epoch(batch, 0.05, strength, False, False, replicas=around)
    steps, start = math.ceil(5 / batch), drawn.centre(around, False)
    if mistakes == 0:  # a pattern may lie within 1e-4 of a threshold
        assert np.allclose(centre, start, rtol=0, atol=1e-15)
        assert np.allclose(replicas - start, (1 - strength) ** steps * (around - start), rtol=0, atol=1e-14)
        shrunk = (1 - strength) ** (2 * steps) * kernels.spread(around, start)
        assert kernels.spread(replicas, centre) == pytest.approx(shrunk, rel=1e-6, abs=1e-20)


@settings(max_examples=30)
@given(MACHINES, SEEDS, st.booleans())
def test_replicas_may_be_exchanged(machine, seed, projected):
    drawn, exchange = Drawn(machine, seed, replicas=4), [2, 0, 3, 1]
    first = drawn.epoch(5, 0.05, 0.1, True, projected)
    second = drawn.epoch(5, 0.05, 0.1, True, projected, drawn.arranged[exchange], drawn.orders[exchange])
    assert np.allclose(first[0][exchange], second[0], rtol=0, atol=1e-13) and first[2] == second[2]


def test_only_the_product_of_input_and_label_counts():
    turned = Patterns(-PATTERNS.inputs, -PATTERNS.labels)
    first, second = (least_action.learn(each, TREE, rate=1e-2, seed=4).weights for each in (PATTERNS, turned))
    assert np.array_equal(first, second)


def test_inputs_may_change_sign_with_their_weights():
    drawn, signs = Drawn(TREE, 6), np.where(np.arange(51) % 3 == 0, -1, 1)
    first, centre, _ = drawn.epoch(5, 0.05, 0.1, True, True)
    drawn.inputs = drawn.layout.inputs(Patterns(drawn.patterns.inputs * signs, drawn.patterns.labels))
    flips = drawn.layout.weights(signs.reshape(TREE.shape).astype(float))
    second, turned, _ = drawn.epoch(5, 0.05, 0.1, True, True, replicas=drawn.arranged * flips)
    assert np.array_equal(first * flips, second) and np.array_equal(centre * flips, turned)


def test_one_unit_is_the_rule_of_the_perceptron():
    machine, patterns = perceptron(21), random_patterns(10, 21, seed=8)
    run = least_action.learn(patterns, machine, rate=0.1, seed=9, batch=1, max_epochs=3, normalised=False)
    generator = np.random.default_rng(9)
    weights = generator.uniform(-1, 1, 21)
    weights /= np.linalg.norm(weights)
    for _ in range(run.epochs):
        for index in generator.permutation(10):
            if patterns.gauged[index] @ weights <= 0:
                weights += 0.1 * patterns.gauged[index]
    assert np.allclose(run.weights[0], weights / np.linalg.norm(weights) * math.sqrt(21), rtol=0, atol=1e-12)


@pytest.mark.parametrize("machine", [TREE, full_committee(3, 51)], ids=["tree", "full"])
@pytest.mark.parametrize("centre", ["mean", "projected"])
def test_replicas_collapse_on_a_solution(machine, centre):
    run = least_action.learn_replicated(PATTERNS, machine, **SETTING, replicas=5, batch=10, seed=3, centre=centre)
    assert run.stopped and run.errors == 0 == machine.errors(run.weights, PATTERNS)
    assert len(run.spread) == len(run.mistakes) == run.epochs and run.mistakes[-1] == 0
    assert run.spread[-1] <= 1e-7 < run.spread[-2]
    average = run.replicas.mean(axis=0) / math.sqrt(machine.fan_in)
    recomputed = np.sum((run.replicas / math.sqrt(machine.fan_in) - average) ** 2)
    assert recomputed == pytest.approx(run.spread[-1], rel=1e-4)


def test_the_same_seed_gives_the_same_weights_and_another_other_ones():
    first, again, other = (
        least_action.learn_replicated(PATTERNS, TREE, **SETTING, replicas=3, batch=10, seed=seed).weights for seed in (3, 3, [3, 1])
    )
    assert np.array_equal(first, again) and not np.allclose(first, other)


def test_running_out_of_epochs_is_said():
    crowded = random_patterns(400, 51, seed=2)  # eight patterns a weight have no solution
    single = least_action.learn(crowded, TREE, rate=1e-2, seed=4, max_epochs=3)
    several = least_action.learn_replicated(crowded, TREE, **SETTING, replicas=3, seed=4, max_epochs=3)
    for run in (single, several):
        assert not run.stopped and run.epochs == 3 == len(run.mistakes)
        assert run.errors == TREE.errors(run.weights, crowded) > 0


@pytest.mark.parametrize("name, value, problem", [
    ("rate", 0.0, ValueError), ("rate", math.nan, ValueError), ("rate", "fast", TypeError), ("batch", 0, ValueError),
    ("batch", 2.5, TypeError), ("max_epochs", 0, ValueError), ("lambda_0", -1.0, ValueError), ("lambda_1", math.inf, ValueError),
    ("stop", 0.0, ValueError), ("replicas", 0, ValueError), ("replicas", True, TypeError), ("centre", "median", ValueError),
])  # fmt: skip
def test_bad_settings_are_named(name, value, problem):
    setting = SETTING | {"seed": 1, name: value}
    with pytest.raises(problem, match=f"^{name} is "):
        least_action.learn_replicated(PATTERNS, TREE, **setting)
    if name in ("rate", "batch", "max_epochs"):
        with pytest.raises(problem, match=f"^{name} is "):
            least_action.learn(PATTERNS, TREE, **({"rate": 1e-2, "seed": 1} | {name: value}))


@pytest.mark.parametrize("unit", [tanh_unit(2.0), RELU_UNIT], ids=str)
def test_units_must_be_signs(unit):
    machine = tree_committee(3, 51, unit) if unit is not RELU_UNIT else tree_committee(2, 52, unit)
    with pytest.raises(ValueError, match="least action is defined for sign units"):
        least_action.learn(random_patterns(5, machine.size, seed=1), machine, rate=1e-2, seed=1)


def test_patterns_of_another_size_are_refused():
    with pytest.raises(ValueError, match="the patterns have 51 entries; the network takes 99"):
        least_action.learn(PATTERNS, tree_committee(3, 99), rate=1e-2, seed=1)
