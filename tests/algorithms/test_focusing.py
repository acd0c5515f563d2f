"""Focusing with binary weights: the replicated system exactly, its limits and symmetries, and whether it finds solutions."""

import itertools

import numpy as np
import pytest
from hypothesis import given, strategies

from flatminima import BINARY
from flatminima.algorithms import belief_propagation, focusing
from flatminima.algorithms.focusing.binary import relayed, self_interaction
from flatminima.networks import Patterns, perceptron, random_patterns

fields = strategies.floats(-4, 4)
couplings = strategies.floats(0, 4)


def added(field, strength, replicas):
    """What the other replicas add to one field."""
    return self_interaction(strength, replicas)(np.array([[field]]), np.zeros(1), np.zeros((1, 1)))[0][0, 0]


class TestOneWeight:
    """One weight, y replicas and their centre are a tree: what the replicas do to each other must be exact."""

    @given(fields, couplings, strategies.integers(1, 6))
    def test_mean_of_a_replica_by_enumeration(self, field, strength, replicas):
        signs = np.array(list(itertools.product([-1.0, 1.0], repeat=replicas + 1)))
        centre, others = signs[:, 0], signs[:, 1:]
        weight = np.exp(field * others.sum(axis=1) + strength * centre * others.sum(axis=1) - replicas * (abs(field) + strength))
        mean = weight @ others[:, 0] / weight.sum()
        assert np.tanh(field + added(field, strength, replicas)) == pytest.approx(mean, abs=1e-12)

    @given(fields, couplings)
    def test_relayed_field(self, field, strength):
        assert relayed(field, strength) == pytest.approx(np.arctanh(np.tanh(field) * np.tanh(strength)), rel=1e-9, abs=1e-15)
        assert relayed(-field, strength) == -relayed(field, strength)

    @given(strategies.floats(-1e300, 1e300), strategies.floats(0, 1e300))
    def test_relayed_is_never_more_than_either(self, field, strength):
        passed = relayed(field, strength)
        assert abs(passed) <= min(abs(field), strength)
        assert np.sign(passed) * np.sign(field) >= 0

    @given(fields, strategies.integers(1, 30))
    def test_limits_of_the_coupling(self, field, replicas):
        assert added(field, 0.0, replicas) == 0
        assert added(field, 1e6, replicas) == pytest.approx((replicas - 1) * field, rel=1e-12)
        assert added(field, 1.0, 1) == 0


@pytest.fixture(scope="module")
def every_weight():
    size = 13
    return 1.0 - 2 * (np.arange(2**size)[:, None] >> np.arange(size) & 1)


class TestReplicatedSystem:
    """y machines of 13 weights and their centre, all 2^13 centres and all solutions of each replica listed."""

    @staticmethod
    def exact(solutions, centres, strength, replicas):
        """Mean weights of a replica under Σ over the centre of (Σ over solutions exp(γ w·w̃))^y."""
        tie = strength * solutions @ centres.T
        weight = np.exp(tie - tie.max(axis=0))
        log_centre = replicas * (tie.max(axis=0) + np.log(weight.sum(axis=0)))
        centre = np.exp(log_centre - log_centre.max())
        return (weight / weight.sum(axis=0)) @ (centre / centre.sum()) @ solutions

    def test_means_of_the_weights(self, every_weight):
        machine, shifts, misses, plain_misses = perceptron(13), [], [], []
        for seed in range(4):
            patterns = random_patterns(4, 13, seed=[1, seed])
            solutions = every_weight[(every_weight @ patterns.gauged.T > 0).all(axis=1)]
            free = self.exact(solutions, every_weight, 0.0, 1)
            plain = belief_propagation.solve(patterns, machine, damping=0.3).mean[0]
            plain_misses.append(plain - free)
            for strength, replicas in ((0.3, 3), (0.6, 10)):
                coupling = self_interaction(strength, replicas)
                beliefs = belief_propagation.solve(patterns, machine, coupling=coupling, damping=0.5)
                exact = self.exact(solutions, every_weight, strength, replicas)
                shifts.append(exact - free)
                misses.append(beliefs.mean[0] - exact)
        # Replicas move the means by 0.1; belief propagation misses this by no more than it misses the means themselves
        # at so small a size.
        assert np.std(shifts) > 0.1
        assert np.std(misses) < 1.2 * np.std(plain_misses) < 0.06


class TestProtocol:
    machine, patterns = perceptron(201), random_patterns(90, 201, seed=3)

    def test_finds_solutions(self):
        for seed in range(3):
            patterns = random_patterns(200, 401, seed=seed)
            focused = focusing.solve(patterns, perceptron(401))
            outputs = np.sign(patterns.inputs.astype(int) @ focused.weights[0].astype(int))
            assert (outputs == patterns.labels).all() and focused.errors == 0
            assert np.isin(focused.weights, (-1, 1)).all()

    def test_no_coupling_is_plain_belief_propagation(self):
        plain = belief_propagation.solve(self.patterns, self.machine, damping=0.5, tolerance=1e-9)
        for options in ({"schedule": [0.0]}, {"schedule": [0.7], "replicas": 1}):
            focused = focusing.solve(self.patterns, self.machine, tolerance=1e-9, **options)
            np.testing.assert_array_equal(focused.beliefs.mean, plain.mean)

    def test_one_step_after_the_other(self):
        schedule, options = [0.1, 0.3], {"damping": 0.5, "tolerance": 1e-6, "max_sweeps": 300}
        focused = focusing.solve(self.patterns, self.machine, replicas=5, schedule=schedule, **options)
        beliefs = None
        for step, strength in enumerate(schedule):
            beliefs = belief_propagation.iterate(
                self.patterns, self.machine, coupling=self_interaction(strength, 5), start=beliefs, **options
            )
            assert focused.residuals[step] == beliefs.residual and focused.sweeps[step] == beliefs.sweeps
            assert focused.error_path[step] == self.machine.errors(np.sign(beliefs.mean), self.patterns)
        np.testing.assert_array_equal(focused.beliefs.mean, beliefs.mean)

    def test_replicas_agree_more_and_more(self):
        overlaps = []
        for last in (0, 10, 20, 29):
            schedule = focusing.even_steps()[: last + 1]
            beliefs = focusing.solve(self.patterns, self.machine, schedule=schedule).beliefs
            overlaps.append(np.mean(beliefs.mean**2))
        assert (np.diff(overlaps) > 0).all()

    def test_beyond_capacity_the_best_seen_is_kept(self):
        patterns = random_patterns(250, 201, seed=1)
        focused = focusing.solve(patterns, self.machine, max_sweeps=30)
        assert focused.errors == focused.error_path.min() > 0
        assert self.machine.errors(focused.weights, patterns) == focused.errors

    def test_signs_of_inputs_are_a_convention(self):
        flips = 2 * np.random.default_rng(4).integers(0, 2, 201, dtype=np.int8) - 1
        flipped = Patterns(self.patterns.inputs * flips, self.patterns.labels)
        focused = focusing.solve(self.patterns, self.machine)
        np.testing.assert_array_equal(focusing.solve(flipped, self.machine).weights, focused.weights * flips)

    def test_labels_are_a_convention(self):
        relabelled = Patterns(-self.patterns.inputs, -self.patterns.labels)
        focused = focusing.solve(self.patterns, self.machine)
        np.testing.assert_array_equal(focusing.solve(relabelled, self.machine).weights, focused.weights)


class TestSchedules:
    @given(strategies.integers(2, 60))
    def test_even_steps(self, steps):
        strengths = focusing.even_steps(steps)
        assert len(strengths) == steps and strengths[-1] == 10
        np.testing.assert_allclose(np.tanh(strengths[:-1]) * (steps - 1), np.arange(steps - 1), atol=1e-12)

    @given(strategies.integers(2, 60), strategies.floats(1e-3, 1e3), strategies.floats(1e-3, 1e3))
    def test_exponential_steps(self, steps, first, last):
        strengths = focusing.exponential_steps(first, last, steps)
        assert strengths[0] == first and strengths[-1] == last
        np.testing.assert_allclose(strengths[1:] / strengths[:-1], (last / first) ** (1 / (steps - 1)), rtol=1e-9)


class TestBadInput:
    @pytest.mark.parametrize(
        "options, error, words",
        [
            ({"replicas": 0}, ValueError, "replicas is 0; it must be an integer from 1 on."),
            ({"replicas": 2.5}, TypeError, "replicas is 2.5"),
            ({"schedule": []}, ValueError, "schedule is"),
            ({"schedule": [0.1, -0.2]}, ValueError, "schedule is"),
            ({"schedule": [np.nan]}, ValueError, "schedule is"),
            ({"weights": "binary"}, ValueError, "weights is 'binary'; it must be BINARY or SPHERICAL."),
            ({"weights": BINARY, "damping": 1.0}, ValueError, "damping is 1.0"),
        ],
    )
    def test_one_sentence(self, options, error, words):
        with pytest.raises(error, match=words):
            focusing.solve(random_patterns(3, 5, seed=0), perceptron(5), **options)

    def test_strength(self):
        for strength in (-0.1, np.nan, np.inf):
            with pytest.raises(ValueError, match="strength is"):
                self_interaction(strength, 3)

    def test_schedules(self):
        for make in (focusing.even_steps, focusing.exponential_steps):
            with pytest.raises(ValueError, match="steps is 1; it must be an integer from 2 on."):
                make(steps=1)
            with pytest.raises(ValueError, match="last is"):
                make(last=0.0)
