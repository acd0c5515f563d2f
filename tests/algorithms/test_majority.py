"""The factor of a pattern in a committee: against sums over all sign patterns, and deep in the tails."""

import itertools
import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.algorithms.belief_propagation.majority import majority
from flatminima.architectures.decision import MAJORITY
from flatminima.ensembles.finite_committee.pattern import pattern
from flatminima.gaussian import inverse_mills, log_H

mp.mp.dps = 50
FIELDS = st.floats(-30.0, 30.0)
UNITS = st.sampled_from([1, 3, 5])


def chance(right, wrong, allowed):
    """The chance that the number of right units is in `allowed`: a sum over all sign patterns."""
    choices = (s for s in itertools.product((0, 1), repeat=len(right)) if sum(s) in allowed)
    return mp.fsum(mp.fprod(p if x else q for x, p, q in zip(s, right, wrong)) for s in choices)


def tails(u):
    """The chances of a right and of a wrong unit; no digit is lost where one is nearly 1."""
    return [mp.erfc(-x / mp.sqrt(2)) / 2 for x in u], [mp.erfc(x / mp.sqrt(2)) / 2 for x in u]


def log_chance(u):
    """ln P, also where P rounds to 1."""
    right, wrong = tails(u)
    half = len(u) // 2
    failure = chance(right, wrong, range(half + 1))
    return mp.log1p(-failure) if failure < 0.5 else mp.log(chance(right, wrong, range(half + 1, len(u) + 1)))


def by_sums(u):
    """ln P, and for each unit ∂ ln P, −∂² ln P and the size of the two terms of the latter."""
    right, wrong = tails(u)
    half, rows = len(u) // 2, []
    probability = chance(right, wrong, range(half + 1, len(u) + 1))
    for unit, x in enumerate(u):
        others = [values[:unit] + values[unit + 1 :] for values in (right, wrong)]
        decides = chance(*others, [half]) * right[unit] / probability
        regardless = chance(*others, range(half + 1, len(u))) / probability
        mills = mp.npdf(x) / right[unit]
        slope = mills * decides
        terms = slope * (mills + x) * decides, slope * x * regardless
        rows.append((slope, sum(terms), abs(terms[0]) + abs(terms[1])))
    return log_chance(u), rows


def agree(u, accuracy=1e-13):
    """All that `majority` returns at unit variances, against the sums."""
    value, rows = by_sums([mp.mpf(float(x)) for x in u])
    log_probability, g, gamma = (array[0] for array in majority(np.array([u]), np.ones(len(u))))
    accuracy += 1e-15 * max(x * x for x in u)
    assert abs(log_probability - value) <= accuracy * abs(value) + 1e-300
    for unit, (slope, curvature, size) in enumerate(rows):
        assert abs(g[unit] - slope) <= accuracy * slope + 1e-300
        assert abs(gamma[unit] - curvature) <= accuracy * size + 1e-300


@given(UNITS.flatmap(lambda units: st.lists(FIELDS, min_size=units, max_size=units)))
@settings(max_examples=30)
def test_against_the_sum_over_all_sign_patterns(u):
    agree(u)


@pytest.mark.parametrize("u", [[-1000.0, -900.0, -1001.0], [-300.0] * 5, [-38.0, 40.0, -41.0, 39.5, -38.5], [1e4, -1e4, 3.0]])
def test_where_every_product_underflows(u):
    with mp.workdps(120):
        agree(u)


def test_nine_units():
    draw = np.random.default_rng(9)
    for scale in (0.5, 3.0, 20.0):
        agree(draw.normal(-scale, scale, 9))


@pytest.mark.parametrize("u", [-40.0, -1.0, 0.0, 2.0])
def test_many_equal_units_are_a_binomial(u):
    units, half = 101, 50
    with mp.workdps(120):  # ln P may be as small as 1e-55
        p, q = tails([mp.mpf(u)])
        total = mp.fsum(mp.binomial(units, c) * p[0] ** c * q[0] ** (units - c) for c in range(half + 1, units + 1))
        log_total, slope = mp.log(total), mp.binomial(units - 1, half) * (p[0] * q[0]) ** half * mp.npdf(u) / total
    log_probability, g, _ = majority(np.full((1, units), u), np.ones(units))
    assert abs(log_probability[0] / log_total - 1) < 1e-12
    assert np.max(np.abs(g[0] / float(slope) - 1)) < 1e-12


@given(UNITS.flatmap(lambda units: st.tuples(*[st.tuples(st.floats(-6, 6), st.floats(0.05, 4.0))] * units)))
@settings(max_examples=15)
def test_derivatives_are_those_of_the_logarithm(pairs):
    omega, variance = (np.array(column) for column in zip(*pairs))
    value = lambda *fields: log_chance([mp.mpf(x) / mp.sqrt(mp.mpf(float(v))) for x, v in zip(fields, variance)])
    _, g, gamma = majority(omega[None], variance)
    at, step = [mp.mpf(float(x)) for x in omega], mp.mpf("1e-12")  # with 50 digits: 24 of a slope, and of a curvature
    for unit in range(len(omega)):
        shifted = lambda k: value(*at[:unit], at[unit] + k * step, *at[unit + 1 :])
        up, centre, down = shifted(1), shifted(0), shifted(-1)
        slope, curvature = (up - down) / (2 * step), -(up - 2 * centre + down) / step**2
        assert abs(g[0, unit] - slope) < 1e-12 * slope + 1e-20
        assert abs(gamma[0, unit] - curvature) < 1e-12 * (slope**2 + slope * abs(omega[unit]) / variance[unit]) + 1e-20


def test_one_unit_is_the_gaussian_tail():
    u = np.concatenate([-np.geomspace(1e12, 1e-3, 60), [0.0], np.geomspace(1e-3, 30, 40)])[:, None]
    log_probability, g, gamma = majority(2.0 * u, [4.0])  # exactly u
    assert np.allclose(log_probability, log_H(-u[:, 0]), rtol=1e-13, atol=0)
    assert np.allclose(g, inverse_mills(-u) / 2.0, rtol=1e-14, atol=0)
    deep = u < -1e4  # A(x)(A(x) − x) = 1 − 1/x² + …
    assert np.allclose(4.0 * gamma[deep], 1 - 1 / u[deep] ** 2, rtol=1e-15, atol=0)


@given(st.tuples(FIELDS, FIELDS, FIELDS))
def test_three_units_are_the_kernel_of_the_replica_theory(u):
    value, gradient, hessian = pattern(*u, np.array(MAJORITY.correct(3), dtype=np.int64))
    log_probability, g, gamma = majority([u], np.ones(3))
    scale = 1e-14 * (1 + max(x * x for x in u))
    assert abs(log_probability[0] - value) < scale
    assert np.max(np.abs(g[0] - gradient)) < scale
    assert np.max(np.abs(gamma[0] + np.diag(hessian))) < 10 * scale


@given(st.lists(st.floats(-30, 8), min_size=7, max_size=7), st.permutations(range(7)))
def test_units_are_exchangeable_and_one_of_two_signs_has_the_majority(u, order):
    u = np.array(u)
    log_probability, g, gamma = majority([u, u[order], -u], np.ones(7))
    size = 1e-15 * (100 + np.max(u * u))
    assert abs(log_probability[1] / log_probability[0] - 1) < size
    assert np.allclose(g[1], g[0][order], rtol=size, atol=1e-300)
    assert np.allclose(gamma[1], gamma[0][order], rtol=0, atol=size * (1 + np.max(g[0] * np.abs(u) + g[0] ** 2)))
    assert abs(math.exp(log_probability[0]) + math.exp(log_probability[2]) - 1) < 1e-12


def test_a_variance_for_each_pattern_is_that_of_its_own_rows():
    draw = np.random.default_rng(3)
    omega, variance = draw.normal(size=(6, 5)), draw.uniform(0.1, 2.0, (6, 5))
    together = majority(omega, variance)
    for row in range(6):
        alone = majority(omega[row : row + 1], variance[row])
        assert all(np.array_equal(a[row], b[0]) for a, b in zip(together, alone))


@pytest.mark.parametrize(
    ("omega", "variance", "words"),
    [
        (np.zeros((2, 4)), np.ones(4), "odd number K"),
        (np.zeros(3), np.ones(3), "odd number K"),
        (np.zeros((2, 3)), np.ones(2), "variance has shape"),
        (np.zeros((2, 3)), np.zeros(3), "not a positive real number"),
        (np.zeros((2, 3)), [1.0, math.nan, 1.0], "not a positive real number"),
        ([[0.0, math.nan, 1.0]], np.ones(3), "not a real number"),
        ([[0.0, math.inf, 1.0]], np.ones(3), "not a real number"),
    ],
)
def test_bad_input_is_named(omega, variance, words):
    with pytest.raises(ValueError, match=words):
        majority(omega, variance)
