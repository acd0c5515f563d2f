"""Belief propagation with spherical weights: the prior against integrals over the sphere, committees against draws and theory."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima import SPHERICAL, finite_committee
from flatminima.algorithms import belief_propagation
from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.algorithms.belief_propagation.priors import spherical
from flatminima.networks import Patterns, perceptron, random_patterns, tree_committee

WHOLE = 0.5 * math.log(2 * math.pi * math.e)


@given(st.integers(1, 5), st.integers(1, 40), st.floats(-12, 12), st.integers(0, 1000))
def test_the_norm_of_each_unit_is_exact(units, inputs, decade, seed):
    draw = np.random.default_rng(seed)
    field = 10.0**decade * draw.standard_normal((units, inputs))
    precision = draw.uniform(-1.0, 3.0, units)
    _, mean, variance = spherical(precision, field)
    assert np.allclose(np.mean(mean**2 + variance, axis=1), 1.0, rtol=1e-14, atol=0)
    assert np.allclose(mean / variance, field, rtol=1e-14, atol=0)


@given(st.floats(0.0, 30.0), st.integers(0, 1000))
def test_the_mean_is_the_slope_of_the_logarithm(strength, seed):
    draw = np.random.default_rng(seed)
    field, direction, precision = strength * draw.standard_normal((2, 9)), draw.standard_normal((2, 9)), draw.uniform(0, 2, 2)
    value = lambda t: spherical(precision, field + t * direction)[0]
    slope = (value(-2e-3) - 8 * value(-1e-3) + 8 * value(1e-3) - value(2e-3)) / 12e-3
    assert np.allclose(slope, np.sum(direction * spherical(precision, field)[1], axis=1), rtol=0, atol=1e-8 * (1 + strength))
    assert np.allclose(spherical(precision + 1.0, field)[0], value(0.0) - 4.5, rtol=1e-14)  # n/2: a constant on the sphere


def on_the_sphere(inputs, square):
    """ln ∫ δ(Σw² − n) e^{h·w} per weight, the mean along h in units of h, the variance across h; |h|² = n · square.

    The angle to h has the density sin^{n−2}; its integral with e^{κ cos} is a Bessel function of order n/2 − 1.
    """
    n, size = mp.mpf(inputs), mp.sqrt(inputs * mp.mpf(square))
    kappa, order = mp.sqrt(n) * size, n / 2 - 1
    value = n / 2 * mp.log(2 * mp.pi) - order * mp.log(kappa) + mp.log(mp.besseli(order, kappa)) + order * mp.log(n) - mp.log(2)
    along = mp.sqrt(n) * mp.besseli(order + 1, kappa) / mp.besseli(order, kappa)
    second = n * (1 - (n - 1) / kappa * mp.besseli(order + 1, kappa) / mp.besseli(order, kappa))  # of w along h
    return float(value / n), float(along / size), float((n - second) / (n - 1))


@pytest.mark.parametrize("square", [0.01, 1.0, 30.0])
def test_the_limit_of_integrals_over_the_sphere(square):
    errors = []
    for inputs in (100, 200, 400):
        log_normalisation, mean, variance = spherical(np.zeros(1), np.full((1, inputs), math.sqrt(square)))
        value, slope, across = on_the_sphere(inputs, square)
        errors.append((log_normalisation[0] / inputs - value - 0.5 * math.log(inputs) / inputs,
                       mean[0, 0] / math.sqrt(square) / slope - 1, variance[0, 0] / across - 1))
    errors = np.abs(errors) * np.array([[100], [200], [400]])  # all are of order 1/n, the logarithm after its ln n / 2n
    assert np.all(errors < 2.5)
    assert np.allclose(errors[1:], errors[:-1], rtol=0.02, atol=0.01)


@pytest.mark.parametrize("machine", [perceptron(15), tree_committee(3, 15), tree_committee(3, 33)], ids=str)
def test_small_machines_against_draws_from_the_sphere(machine):
    # The messages are those of large N: a pattern may cost a tenth of a unit of ln V, as with binary weights.
    draw, misses = np.random.default_rng([41, machine.size]), []
    weights = draw.standard_normal((200_000, *machine.shape))
    weights *= math.sqrt(machine.fan_in) / np.linalg.norm(weights, axis=2, keepdims=True)
    for seed in range(3):
        patterns = random_patterns(4, machine.size, [42, seed])
        inputs = patterns.gauged.reshape(4, *machine.shape)
        solved = np.all(np.sign(np.einsum("skn,pkn->spk", weights, inputs)).sum(axis=2) > 0, axis=1)
        beliefs = belief_propagation.solve(patterns, machine, SPHERICAL)
        assert abs(machine.size * (beliefs.entropy - WHOLE) - math.log(solved.mean())) < 0.4
        mean = weights[solved].mean(axis=0)
        misses.append(np.mean((beliefs.mean - mean) ** 2) / np.mean(mean**2))
    assert np.mean(misses) < 0.04


@pytest.mark.parametrize("count", [300, 900, 1300])
def test_three_units_and_the_replica_theory(count):
    states = [
        belief_propagation.solve(random_patterns(count, 999, [43, count, seed]), tree_committee(3, 999), SPHERICAL, damping=0.2)
        for seed in range(5)
    ]
    theory = finite_committee.typical.solve(count / 999)
    for got, expected in (
        ([state.entropy for state in states], theory.entropy),
        ([np.mean(state.mean**2) for state in states], theory.q),
    ):
        assert abs(np.mean(got) - expected) < 4 * np.std(got, ddof=1) / math.sqrt(5) < 0.05


@given(st.integers(0, 1000), st.sampled_from([1, 3, 9]), st.floats(0.0, 2.0))
@settings(max_examples=10)
def test_the_overlap_is_the_slope_of_the_free_entropy(seed, units, rho):
    machine, patterns = tree_committee(units, 99), random_patterns(30, 99, [44, seed])
    reference = machine.random_weights(np.random.default_rng([45, seed]))
    at = lambda rho: belief_propagation.solve(patterns, machine, SPHERICAL, field=rho * reference, damping=0.3, tolerance=1e-11)
    slope = (at(rho + 1e-3).free_entropy - at(rho - 1e-3).free_entropy) / 2e-3
    here = at(rho)
    assert slope == pytest.approx(here.overlap(reference), abs=1e-6)
    assert here.entropy == pytest.approx(here.free_entropy - rho * here.overlap(reference), abs=1e-13)


def functional(mean, field, omega, products, V):
    """ln Z per weight of any messages at all, for spherical weights."""
    weights = np.sum(spherical(np.zeros(len(mean)), field)[0]) - np.sum(field * mean)
    patterns = np.sum(majority(omega, V)[0]) + np.sum((omega - products(mean)) ** 2 / (2 * V))
    return (weights + patterns) / mean.size


def test_the_bethe_entropy_is_stationary():
    # The precision has no place in it: it only moves a constant. V, minus the mean of m² from 1, is varied with m.
    machine, patterns = tree_committee(3, 63), random_patterns(25, 63, [46])
    beliefs = belief_propagation.solve(patterns, machine, SPHERICAL, damping=0.3, tolerance=1e-12)
    products = lambda weights: machine.preactivations(weights, Patterns(patterns.gauged, np.ones(25)))
    V = beliefs.variance.mean(axis=1)
    draw = np.random.default_rng(47)
    fixed = [beliefs.mean, beliefs.field, beliefs.omega]
    assert functional(*fixed, products, V) == pytest.approx(beliefs.entropy, abs=1e-10)
    direction = draw.standard_normal(beliefs.omega.shape)
    at = lambda t: functional(beliefs.mean, beliefs.field, beliefs.omega + t * direction, products, V)
    assert abs(at(1e-4) - at(-1e-4)) / 2e-4 < 1e-7 < 1e-3 < abs(at(0.2) - at(0.0))
    # along the mean, V = 1 − q follows
    direction = draw.standard_normal(machine.shape)

    def along(t):
        mean = beliefs.mean + t * direction
        return functional(mean, beliefs.field, beliefs.omega, products, 1 - np.mean(mean**2, axis=1))

    assert abs(along(1e-4) - along(-1e-4)) / 2e-4 < 1e-7 < 1e-3 < abs(along(0.1) - along(0.0))


@pytest.mark.parametrize("damping", [0.0, 0.2, 0.5])
def test_damping_keeps_the_road_short_and_the_end_the_same(damping):
    patterns, machine = random_patterns(1200, 999, [48]), tree_committee(3, 999)
    beliefs = belief_propagation.iterate(patterns, machine, SPHERICAL, damping=damping, tolerance=1e-8, max_sweeps=150)
    assert beliefs.residual <= 1e-8
    undamped = belief_propagation.solve(patterns, machine, SPHERICAL, tolerance=1e-10)
    assert np.max(np.abs(beliefs.mean - undamped.mean)) < 1e-6
    assert beliefs.entropy == pytest.approx(undamped.entropy, abs=1e-12)
