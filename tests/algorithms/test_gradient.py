"""Gradient descent on the cross-entropy: the gradient, a step, the limits of the units and of the loss, the schedules."""

import math
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.algorithms import gradient
from flatminima.algorithms.gradient import kernels
from flatminima.networks import RELU_UNIT, full_committee, perceptron, random_patterns, tanh_unit, tree_committee

SEEDS = st.integers(0, 10**6)
MACHINES = st.sampled_from([perceptron(17), tree_committee(3, 51), tree_committee(5, 25), full_committee(3, 21)])
NORMS = st.floats(0.05, 5.0)
SETTING = {"rate": 0.05, "gamma_0": 1.0, "beta_0": 0.7, "gamma_1": 0.1, "beta_1": 0.2}


def drawn(machine, seed, count=11):
    patterns = random_patterns(count, machine.size, seed)
    return patterns, machine.random_weights(np.random.default_rng([seed, 1]))


def exact_losses(weights, patterns, machine, gamma, beta):
    """Formula (16) as it stands, with 40 digits; the weights may be mpmath numbers."""
    values = []
    for inputs, label in zip(patterns.inputs, patterns.labels):
        total = mpmath.mpf(0)
        for unit in range(machine.units):
            start = 0 if machine.full else unit * machine.fan_in
            x = sum(w * int(xi) for w, xi in zip(weights[unit], inputs[start : start + machine.fan_in]))
            total += mpmath.tanh(beta * x / mpmath.sqrt(machine.fan_in))
        s = int(label) * total / mpmath.sqrt(machine.units)
        values.append(-s / 2 + mpmath.log(2 * mpmath.cosh(gamma * s)) / (2 * gamma))
    return values


@settings(max_examples=25)
@given(MACHINES, SEEDS, NORMS, NORMS)
def test_losses_are_the_formula(machine, seed, gamma, beta):
    patterns, weights = drawn(machine, seed, count=1)
    with mpmath.workdps(40):
        expected = [float(value) for value in exact_losses(weights.tolist(), patterns, machine, gamma, beta)]
    assert gradient.losses(weights, patterns, machine, gamma=gamma, beta=beta) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("machine", [tree_committee(3, 9), full_committee(3, 5)], ids=["tree", "full"])
def test_the_gradient_is_the_derivative_of_the_formula(machine):
    patterns, weights = drawn(machine, 4, count=3)
    found = gradient.gradient(weights, patterns, machine, gamma=2.0, beta=1.3)
    with mpmath.workdps(40):
        for unit, entry in np.ndindex(*machine.shape):
            rows = [[mpmath.mpf(w) for w in row] for row in weights]

            def moved(w):
                rows[unit][entry] = w
                return mpmath.fsum(exact_losses(rows, patterns, machine, 2, mpmath.mpf(1.3)))

            assert found[unit, entry] == pytest.approx(float(mpmath.diff(moved, weights[unit, entry])), rel=1e-12)


@given(MACHINES, SEEDS, NORMS, NORMS)
def test_the_gradient_against_finite_differences(machine, seed, gamma, beta):
    patterns, weights = drawn(machine, seed)
    direction = np.random.default_rng([seed, 2]).standard_normal(machine.shape)
    total = lambda step: gradient.losses(weights + step * direction, patterns, machine, gamma=gamma, beta=beta).sum()
    slope = (8 * (total(1e-3) - total(-1e-3)) - (total(2e-3) - total(-2e-3))) / 12e-3
    found = np.sum(direction * gradient.gradient(weights, patterns, machine, gamma=gamma, beta=beta))
    assert found == pytest.approx(slope, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("machine", [tree_committee(3, 51), full_committee(5, 21)], ids=["tree", "full"])
def test_epochs_are_those_of_plain_numpy(machine):
    """Eleven patterns in mini-batches of 4, 4 and 3; the schedule moves after each epoch."""
    patterns, _ = drawn(machine, 8)
    run = gradient.learn(patterns, machine, **SETTING, stop=1e-12, seed=5, batch=4, max_epochs=3)

    random = np.random.default_rng(5)
    w = random.uniform(-1, 1, machine.shape)
    w /= np.linalg.norm(w, axis=1, keepdims=True)
    inputs = patterns.gauged.reshape(11, -1, machine.fan_in)
    losses = []
    for step in range(3):
        gamma, beta = 1.1**step, 0.7 * 1.2**step
        order = random.permutation(11)
        for rows in (order[:4], order[4:8], order[8:]):
            xi = np.broadcast_to(inputs[rows], (len(rows), *machine.shape))
            h = np.tanh(beta * np.sum(w * xi, axis=2))
            slope = -1 / (1 + np.exp(2 * gamma * h.sum(axis=1) / math.sqrt(machine.units)))
            chain = slope[:, None] * beta * (1 - h * h) / math.sqrt(machine.units)
            w = w - 0.05 * np.sum(chain[:, :, None] * xi, axis=0)
            w /= np.linalg.norm(w, axis=1, keepdims=True)
        losses.append(gradient.losses(w * math.sqrt(machine.fan_in), patterns, machine, gamma=gamma, beta=beta).mean())
    assert run.weights == pytest.approx(w * math.sqrt(machine.fan_in), abs=1e-12)
    assert run.losses == pytest.approx(losses, rel=1e-12)
    assert (run.epochs, run.stopped, run.errors) == (3, False, machine.errors(run.weights, patterns))
    assert (run.gamma, run.beta) == pytest.approx((gamma, beta), rel=1e-15)


@given(MACHINES, SEEDS)
def test_norms_are_kept(machine, seed):
    patterns, _ = drawn(machine, seed)
    run = gradient.learn(patterns, machine, **SETTING, stop=1e-12, seed=seed, batch=5, max_epochs=4)
    assert np.sum(run.weights**2, axis=1) == pytest.approx(np.full(machine.units, machine.fan_in), rel=1e-14)


@given(MACHINES, SEEDS, NORMS)
def test_steep_units_are_signs(machine, seed, gamma):
    patterns, weights = drawn(machine, seed)
    s = machine.stabilities(weights, patterns)
    expected = np.log1p(np.exp(-2 * gamma * s)) / (2 * gamma)
    assert gradient.losses(weights, patterns, machine, gamma=gamma, beta=1e9) == pytest.approx(expected, rel=1e-12)
    # and signs do not answer: away from x = 0 the gradient vanishes faster than any power
    assert np.abs(gradient.gradient(weights, patterns, machine, gamma=gamma, beta=1e9)).max() < 1e-100


@given(MACHINES, SEEDS, NORMS)
def test_a_steep_loss_is_a_hinge(machine, seed, beta):
    patterns, weights = drawn(machine, seed)
    machine_s = np.sum(np.tanh(beta * machine.preactivations(weights, patterns)), axis=1) / math.sqrt(machine.units)
    hinge = np.maximum(-patterns.labels * machine_s, 0)
    for gamma in (1e2, 1e6, 1e12):
        above = gradient.losses(weights, patterns, machine, gamma=gamma, beta=beta) - hinge
        assert np.all(above > -1e-14) and np.all(above < math.log(2) / (2 * gamma) + 1e-14)


@pytest.mark.parametrize("field", [1e-9, 0.3, 4.0, 19.0, 40.0, 150.0])
def test_tails_keep_their_digits(field):
    """1 − tanh² and the loss where tanh is 1 in double precision and the loss far below it."""
    value, slope = kernels.hidden(np.array([[field, -field]]), 2.0)
    with mpmath.workdps(300):
        expected = mpmath.sech(2 * mpmath.mpf(field)) ** 2
        assert value[0] == pytest.approx([math.tanh(2 * field), -math.tanh(2 * field)], rel=1e-14, abs=2e-16)
        assert slope[0] == pytest.approx([float(expected)] * 2, rel=3e-15)
        # a stability of 1 at γ = field: the pull of a pattern that is right by far
        pull = kernels.pulls(np.array([[30.0]]), field, 1.0)[0, 0]
        exact = mpmath.sech(30) ** 2 / (1 + mpmath.exp(2 * mpmath.mpf(field) * mpmath.tanh(30)))
        assert pull == pytest.approx(float(exact), rel=1e-12)


def test_a_small_step_of_all_patterns_decreases_the_loss():
    machine = tree_committee(3, 51)
    patterns, _ = drawn(machine, 2, count=60)
    constant = {"rate": 1e-3, "gamma_0": 1.5, "beta_0": 1.0, "gamma_1": 0.0, "beta_1": 0.0}
    run = gradient.learn(patterns, machine, **constant, stop=1e-9, seed=3, batch=60, max_epochs=200)
    assert np.all(np.diff(run.losses) < 0)
    assert run.losses[-1] < 0.8 * run.losses[0]


def test_conditions_for_stopping():
    machine = tree_committee(3, 51)
    patterns, _ = drawn(machine, 2, count=40)
    first = gradient.learn(patterns, machine, **gradient.FAST, seed=6, batch=10)
    assert first.stopped and first.errors == machine.errors(first.weights, patterns) == 0
    assert first.wrong[-1] == 0 < first.wrong[:-1].min() and len(first.wrong) == len(first.losses) == first.epochs
    before = gradient.learn(patterns, machine, **gradient.FAST, seed=6, batch=10, max_epochs=first.epochs - 1)
    assert not before.stopped and before.errors == machine.errors(before.weights, patterns) > 0
    low = gradient.learn(patterns, machine, **{**gradient.FAST, "stop": 0.05}, seed=6, batch=10)
    assert low.losses[-1] <= 0.05 < low.losses[:-1].min()


def test_the_same_seed_gives_the_same_run():
    machine = tree_committee(3, 51)
    patterns, _ = drawn(machine, 2, count=40)
    runs = [gradient.learn(patterns, machine, **SETTING, stop=1e-12, seed=seed, max_epochs=5) for seed in (1, 1, [1, 2])]
    assert np.array_equal(runs[0].weights, runs[1].weights)
    assert np.abs(runs[0].weights - runs[2].weights).max() > 0.1


def test_compiled_loops_are_the_interpreted_ones_bit_for_bit(monkeypatch):
    """Whatever the compiler made of the loops, it reordered and contracted nothing."""
    kernels._decay(-1.0, 0.0)  # compiled now: the loops may come from the cache, and not have compiled it
    tails = sys.modules["flatminima.gaussian.tails"]  # its shifts of bits wrap around, as those of NumPy's integers do
    monkeypatch.setattr(tails, "_bits", lambda x: np.float64(x).view(np.int64))
    monkeypatch.setattr(tails, "_from_bits", lambda bits: np.int64(bits).view(np.float64))
    random, machine = np.random.default_rng(7), tree_committee(3, 57)
    inputs = kernels.padded_inputs(random_patterns(7, 57, seed=1), machine)
    weights = np.pad(random.standard_normal(machine.shape), ((0, 0), (0, inputs.shape[2] - machine.fan_in)))
    rows = random.permutation(7)
    x = kernels.fields(inputs, rows, weights)
    value, slope = kernels.hidden(x, 1.7)
    pull = kernels.pulls(x, 2.0, 1.7)
    same = np.array_equal
    assert same(x, kernels.fields.py_func(inputs, rows, weights))
    assert kernels._sum(weights[0]) == kernels._sum.py_func(weights[0])
    for a in np.concatenate([-random.exponential(10.0, 200), [0.0, -1e-300, -800.0]]):
        assert kernels._decay(a, 0.0) == kernels._decay.py_func(float(a), 0.0)
    assert all(map(same, (value, slope), kernels.hidden.py_func(x, 1.7)))
    assert same(kernels.outputs(value), kernels.outputs.py_func(value))
    assert same(pull, kernels.pulls.py_func(x, 2.0, 1.7))
    step = kernels.descent(inputs, rows, pull, weights.shape[1])
    assert same(step, kernels.descent.py_func(inputs, rows, pull, weights.shape[1]))
    compiled, interpreted = weights.copy(), weights.copy()
    kernels.epoch(inputs, rows, 3, compiled, 0.1, 2.0, 1.7)
    kernels.epoch.py_func(inputs, rows, 3, interpreted, 0.1, 2.0, 1.7)
    assert same(compiled, interpreted)


GOOD = {**SETTING, "stop": "solution", "seed": 1}


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"rate": 0.0}, ValueError, "rate is 0.0"),
        ({"rate": math.nan}, ValueError, "rate is nan"),
        ({"gamma_0": -1.0}, ValueError, "gamma_0 is -1.0"),
        ({"beta_0": math.inf}, ValueError, "beta_0 is inf"),
        ({"gamma_1": -0.1}, ValueError, "gamma_1 is -0.1"),
        ({"beta_1": "slow"}, TypeError, "beta_1 is 'slow'"),
        ({"stop": 0.0}, ValueError, "stop is 0.0"),
        ({"stop": "zero"}, TypeError, "stop is 'zero'"),
        ({"batch": 0}, ValueError, "batch is 0"),
        ({"batch": 2.5}, TypeError, "batch is 2.5"),
        ({"max_epochs": 0}, ValueError, "max_epochs is 0"),
    ],
)
def test_bad_settings_are_named(wrong, error, says):
    machine = tree_committee(3, 51)
    with pytest.raises(error, match=f"^{says}; it must be"):
        gradient.learn(drawn(machine, 1)[0], machine, **{**GOOD, **wrong})


def test_bad_networks_are_named():
    patterns = random_patterns(4, 12, seed=1)
    for machine in (tree_committee(4, 12, RELU_UNIT), tree_committee(3, 12, tanh_unit(2.0))):
        with pytest.raises(ValueError, match=r"^machine has .* units; it must have sign units"):
            gradient.learn(patterns, machine, **GOOD)
    with pytest.raises(ValueError, match="^the patterns have 12 entries; the network takes 15"):
        gradient.learn(patterns, tree_committee(3, 15), **GOOD)
    with pytest.raises(ValueError, match="^weights has shape"):
        gradient.losses(np.ones((2, 6)), patterns, tree_committee(3, 12), gamma=1.0, beta=1.0)
    with pytest.raises(ValueError, match="^gamma is 0"):
        gradient.gradient(np.ones((3, 4)), patterns, tree_committee(3, 12), gamma=0, beta=1.0)
    with pytest.raises(ValueError, match="^beta is nan"):
        gradient.losses(np.ones((3, 4)), patterns, tree_committee(3, 12), gamma=1.0, beta=math.nan)
