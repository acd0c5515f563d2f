"""Replicas with spherical weights around a centre: their algebra, exact limits, and the sphere itself by Monte Carlo."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import vonmises_fisher

from flatminima import SPHERICAL
from flatminima.algorithms import belief_propagation, focusing
from flatminima.algorithms.focusing.spherical import replica_modes, self_interaction
from flatminima.networks import Patterns, random_patterns, tree_committee

decades = st.floats(-12, 12).map(lambda x: 10.0**x)
groups = st.one_of(st.integers(1, 10**6), st.floats(1, 100))


@given(square=st.one_of(st.just(0.0), decades), strength=decades, replicas=groups)
def test_replicas_and_centre_have_the_length_of_the_sphere(square, strength, replicas):
    (s,), (c,) = replica_modes([square], strength, replicas)
    assert 0 < s <= c * (1 + 1e-14)
    assert square / s**2 + ((replicas - 1) / c + 1 / s) / replicas == pytest.approx(1, rel=1e-11)
    if c > s * 1.001:  # else the difference below loses digits
        centre = (c - s) ** 2 * square / s**2 + (c - s) * c / (replicas * s)
        assert centre == pytest.approx(strength**2, rel=1e-9)


@given(square=st.floats(0, 50), strength=st.floats(0.01, 50), replicas=st.integers(1, 12))
def test_modes_are_those_of_the_joint_gaussian(square, strength, replicas):
    """The precision matrix of y replicas and the centre in one weight, inverted."""
    (s,), (c,) = replica_modes([square], strength, replicas)
    centre = replicas * strength**2 / (c - s)  # the centre's own precision, as s = c − y λ²/centre
    matrix = np.diag([c] * replicas + [centre])
    matrix[:-1, -1] = matrix[-1, :-1] = -strength
    field = math.sqrt(square)
    covariance = np.linalg.inv(matrix)
    mean = covariance @ np.append(np.full(replicas, field), 0.0)
    lengths = mean**2 + np.diag(covariance)
    assert np.allclose(lengths, 1, rtol=0, atol=1e-7)
    if replicas > 1:
        assert mean[0] * mean[1] + covariance[0, 1] == pytest.approx(1 - 1 / c, abs=1e-7)
    extra, precision = self_interaction(strength, replicas)(np.array([[field, -field]]), np.ones(1), np.zeros((1, 2)))
    assert (field + extra[0, 0]) * covariance[0, 0] == pytest.approx(mean[0], abs=1e-7)
    assert c + precision[0] == pytest.approx(1 / covariance[0, 0], rel=1e-7)


@given(overlap=st.floats(1e-6, 1 - 1e-9), replicas=st.integers(1, 1000))
def test_without_patterns_the_group_is_a_star_on_the_sphere(overlap, replicas):
    strength = overlap / (1 - overlap**2)
    _, (c,) = replica_modes([0.0], strength, replicas)
    assert 1 / c == pytest.approx(1 - overlap**2, rel=1e-9)


def test_the_sphere_itself():
    """Gibbs sampling of four replicas and a centre on spheres in 120 dimensions, under a fixed field of the patterns."""
    n, replicas, strength = 120, 4, 1.7
    draw = np.random.default_rng(5)
    field = draw.standard_normal(n)
    towards = lambda vector: math.sqrt(n) * vonmises_fisher(
        vector / np.linalg.norm(vector), math.sqrt(n) * np.linalg.norm(vector), seed=draw
    ).rvs(1)[0]
    group, pairs, along = [towards(field) for _ in range(replicas)], [], []
    for sweep in range(460):
        centre = towards(strength * np.sum(group, axis=0))
        group = [towards(field + strength * centre) for _ in range(replicas)]
        if sweep >= 60:
            pairs.append((np.sum(np.sum(group, axis=0) ** 2) / n - replicas) / (replicas * (replicas - 1)))
            along.append(np.sum(group, axis=0) @ field / (n * replicas))
    square = np.mean(field**2)
    (s,), (c,) = replica_modes([square], strength, replicas)
    for measured, theory in ((pairs, 1 - 1 / c), (along, square / s)):
        blocks = np.mean(np.reshape(measured, (20, 20)), axis=1)
        error = np.std(blocks, ddof=1) / math.sqrt(20)
        assert error < 0.01 and abs(np.mean(blocks) - theory) < 4 * error + 1 / n


def test_one_replica_or_no_coupling_is_plain_belief_propagation():
    machine, patterns = tree_committee(3, 99), random_patterns(50, 99, seed=1)
    plain = belief_propagation.solve(patterns, machine, SPHERICAL, tolerance=1e-9)
    for strength, replicas in ((3.0, 1), (0.0, 10)):
        focused = belief_propagation.solve(
            patterns, machine, SPHERICAL, coupling=self_interaction(strength, replicas), tolerance=1e-9
        )
        assert np.allclose(focused.mean, plain.mean, rtol=0, atol=1e-8)


def test_an_infinite_coupling_repeats_every_pattern():
    """Replicas that agree are one machine that sees each pattern y times."""
    machine, once = tree_committee(3, 99), random_patterns(20, 99, seed=2)
    thrice = Patterns(np.repeat(once.inputs, 3, axis=0), np.repeat(once.labels, 3))
    settings = dict(damping=0.6, tolerance=1e-9)
    repeated = belief_propagation.solve(thrice, machine, SPHERICAL, **settings)
    merged = belief_propagation.solve(once, machine, SPHERICAL, coupling=self_interaction(1e9, 3), **settings)
    assert np.allclose(merged.mean, repeated.mean, rtol=0, atol=1e-7)


def test_units_and_inputs_can_be_renamed():
    machine, patterns = tree_committee(3, 33), random_patterns(15, 33, seed=3)
    order = np.random.default_rng(0).permuted(np.arange(33).reshape(3, 11), axis=1)[[2, 0, 1]].reshape(-1)
    renamed = Patterns(patterns.inputs[:, order], patterns.labels)
    one, other = (
        focusing.solve(these, machine, SPHERICAL, replicas=5, schedule=[0.5, 2.0], tolerance=1e-9, max_sweeps=500)
        for these in (patterns, renamed)
    )
    assert np.allclose(one.beliefs.mean.reshape(-1)[order].reshape(3, 11), other.beliefs.mean, rtol=0, atol=1e-7)


def test_the_protocol_ends_on_a_solution_that_plain_means_are_not():
    machine, patterns = tree_committee(3, 333), random_patterns(333, 333, seed=4)
    plain = belief_propagation.iterate(patterns, machine, SPHERICAL, max_sweeps=200)
    focused = focusing.solve(patterns, machine, SPHERICAL, replicas=10, damping=0.3, max_sweeps=200)
    assert machine.errors(machine.normalised(plain.mean), patterns) > 0
    assert focused.errors == 0 == machine.errors(focused.weights, patterns)
    assert np.allclose(np.mean(focused.weights**2, axis=1), 1)
    assert focused.strengths[[0, -1]] == pytest.approx([0.5, 30]) and len(focused.strengths) == 30


def test_bad_input():
    for strength, replicas, named in ((-1.0, 10, "strength"), (math.nan, 10, "strength"), (1.0, 0, "replicas")):
        with pytest.raises(ValueError, match=f"^{named} is .*must be a real number in"):
            self_interaction(strength, replicas)
    with pytest.raises(TypeError, match="^replicas is 'many'"):
        self_interaction(1.0, "many")
    with pytest.raises(ValueError, match="^square is .*row of numbers"):
        replica_modes([-1.0], 1.0, 10)
    with pytest.raises(ValueError, match="^strength is 0"):
        replica_modes([1.0], 0, 10)
