"""y real replicas are one step of symmetry breaking at m = y: direct computations against the one-step formulas."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from scipy.stats import multivariate_normal

from flatminima import BINARY, PERCEPTRON, RELU, SIGN, SPHERICAL
from flatminima.ensembles import large_deviation, typical
from flatminima.ensembles.one_step.energetic import energetic
from flatminima.reference import effective_overlaps, real_replicas, replicas
from flatminima.reference.arithmetic import Digits, Doubles

MAPS = {PERCEPTRON: effective_overlaps.PERCEPTRON, SIGN: effective_overlaps.SIGN, RELU: effective_overlaps.RELU}
STEP = 0.125

numbers = st.sampled_from([2, 3])
architectures = st.sampled_from(list(MAPS))
overlaps = st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98)).map(lambda pair: (max(pair) + 0.01, min(pair)))


def by_powers(y, q1, q0, architecture):
    """G_E and E[(y⟨L′⟩)²] with a second field inside the group, averaged over its y-th powers."""
    rho = architecture
    step, rest = rho.difference(1 - q0, q1 - q0), rho.complement(1 - q1)
    value, mean_square, *_ = energetic(rho.overlap(q0), step, rest, 0.0, float(y), STEP)
    return value, y * y * mean_square


@pytest.mark.parametrize("y, points", [(2, [-1.3, 0.4, 2.1]), (3, [0.4])])
def test_orthants_are_those_of_scipy(y, points):
    for correlation in (0.2, 0.8):
        covariance = np.full((y, y), correlation) + (1 - correlation) * np.eye(y)
        found, _ = real_replicas.log_orthant(y, np.array(points), correlation, Doubles)
        accuracy = dict(abseps=1e-6, releps=1e-6, maxpts=200_000)
        scipy = [multivariate_normal.cdf(np.full(y, x), cov=covariance, **accuracy) for x in points]
        assert np.exp(found) == pytest.approx(scipy, rel=1e-4)


@given(numbers, st.floats(-20, 8), st.floats(0, 0.999))
@settings(max_examples=12)
def test_an_orthant_and_its_slope(y, a, r):
    """Between independent and identical replicas, increasing in a, and the slope is that of the values."""
    (value,), (slope,) = real_replicas.log_orthant(y, np.array([a]), r, Doubles)
    single = float(Doubles.log_H(-a))
    assert y * single - 1e-12 * (1 + abs(single)) <= value <= single + 1e-12 * (1 + abs(single))
    h = 1e-3 * max(1.0, abs(a))
    near = [real_replicas.log_orthant(y, np.array([a + k * h]), r, Doubles)[0][0] for k in (-2, -1, 1, 2)]
    assert slope == pytest.approx((8 * (near[2] - near[1]) - near[3] + near[0]) / (12 * h), rel=1e-6, abs=1e-9)


@given(numbers, overlaps, architectures)
@settings(max_examples=6)
def test_the_energetic_term(y, pair, architecture):
    q1, q0 = pair
    printed = MAPS[architecture]
    value, square = (float(x) for x in real_replicas.energetic_term(y, q1, q0, printed))
    variance = float(printed.highest(mp) - printed.lowest(mp))  # in the library the field's unit
    assert (value, variance * square) == pytest.approx(by_powers(y, q1, q0, architecture), rel=1e-11)


@given(st.sampled_from([2, 3, 4, 7]), st.floats(0.05, 0.99), st.floats(0.01, 30.0))
@settings(max_examples=12)
def test_the_spherical_volume(y, q1, q0_hat):
    gap, _, entropic = SPHERICAL.clustered(q1, q0_hat, float(y), STEP)
    if gap < 0:  # typical solutions are already closer than q₁
        return
    assert float(real_replicas.spherical_term(y, q1, q1 - gap)) == pytest.approx(entropic, abs=1e-12)


@given(st.sampled_from([2, 3, 4]), st.floats(0.05, 0.95), st.floats(0.01, 3.0))
@settings(max_examples=6)
def test_the_sum_over_binary_states(y, q1, q0_hat):
    """At the saddle point of its conjugates the sum over 2^y states gives their equations and the entropic term."""
    gap, split, entropic = BINARY.clustered(q1, q0_hat, float(y), STEP)
    if split == 0.0:
        return
    direct = real_replicas.binary_term(y, q1, q1 - gap, q0_hat + split, q0_hat, Doubles)
    assert [float(x) for x in direct] == pytest.approx([entropic, q1, q1 - gap], abs=1e-11)


@pytest.mark.parametrize(
    "y, q1, alpha, prior, architecture",
    [
        (2, 0.7, 0.4, BINARY, PERCEPTRON),
        (2, 0.9, 1.5, SPHERICAL, RELU),
        (3, 0.85, 0.6, BINARY, SIGN),
        (3, 0.8, 1.2, SPHERICAL, SIGN),
    ],
)
def test_the_whole_entropy_at_its_own_saddle_point(y, q1, alpha, prior, architecture):
    direct = real_replicas.solve(q1, alpha, y, prior.name, MAPS[architecture])
    library = large_deviation.solve(q1, alpha, y, 0.0, prior, architecture)
    assert direct.entropy == pytest.approx(library.entropy, abs=1e-13)
    assert direct.q0 == pytest.approx(library.q0, abs=1e-11)
    if prior is BINARY:
        hats = [library.q1_hat, library.q1_hat - library.delta_q0_hat / y]
        assert [direct.q1_hat, direct.q0_hat] == pytest.approx(hats, abs=1e-10)


@pytest.mark.parametrize("prior", [BINARY, SPHERICAL])
def test_one_replica_is_typical(prior):
    for q1 in (0.6, 0.9):  # of which nothing depends
        direct = real_replicas.solve(q1, 0.5, 1, prior.name)
        assert direct.entropy == pytest.approx(typical.solve(0.5, 0.0, prior).entropy, abs=1e-13)


def test_off_the_saddle_point_and_in_many_digits():
    """The two functionals agree at any order parameters, not where they are stationary alone."""
    point = dict(q0="0.3", q1_hat="2", q0_hat="0.6", digits=15)
    assert abs(real_replicas.entropy("0.8", "0.5", 2, **point) - replicas.entropy("0.8", "0.5", 2, **point)) < mp.mpf("1e-15")


def test_digits_and_doubles_agree():
    (double,), _ = real_replicas.log_orthant(3, np.array([-6.5]), 0.7, Doubles)
    with mp.workdps(28):
        (exact,), _ = real_replicas.log_orthant(3, Digits(22).array([-6.5]), mp.mpf(0.7), Digits(22))
    assert double == pytest.approx(float(exact), rel=1e-13)


@given(st.integers(2, 4), st.integers(2, 4), st.floats(0.1, 0.9), st.floats(0.0, 1.0))
@settings(max_examples=20)
def test_the_determinant_of_n_groups(n, y, q1, share):
    """What n → 0 is taken of: ln det = n ln det C + ln(1 + n q₀ 1ᵀC⁻¹1)."""
    q0 = share * q1
    group = np.full((y, y), q1 - q0) + (1 - q1) * np.eye(y)
    whole = np.kron(np.eye(n), group) + q0
    stiffness = np.linalg.inv(group).sum()
    expected = n * np.linalg.slogdet(group)[1] + math.log1p(n * q0 * stiffness)
    assert np.linalg.slogdet(whole)[1] == pytest.approx(expected, abs=1e-10)
    per_replica = (np.linalg.slogdet(group)[1] + q0 * stiffness) / y
    term = 2 * float(real_replicas.spherical_term(y, q1, q0)) - math.log(2 * math.pi * math.e)
    assert term == pytest.approx(per_replica, abs=1e-12)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((0.5, 0.5, 4, "binary"), "y is 4; it must be 1, 2 or 3 replicas."),
        ((0.5, 0.5, 2, "ising"), "weights is 'ising'; it must be 'binary' or 'spherical'."),
        ((1.5, 0.5, 2, "binary"), "q1 is 1.5; it must be a finite number in (0, 1.0)."),
        ((0.5, -1.0, 2, "binary"), "alpha is -1.0; it must be a finite number in (0, ∞)."),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError) as caught:
        real_replicas.solve(*arguments)
    assert str(caught.value) == message


def test_groups_are_further_apart_than_replicas():
    with pytest.raises(ValueError, match="q0 is 0.7; it must be at most q1 = 0.5."):
        real_replicas.energetic_term(2, 0.5, 0.7)


def test_pairs_of_a_small_machine_by_enumeration():
    """⟨Z^n⟩ of n = 2 groups of y = 2: counted over all patterns, and one pattern at a time to the power P."""
    size, flips = 5, 2
    cube = np.array(list(itertools.product([1, -1], repeat=size)))
    right = (cube @ cube.T > 0).astype(float)
    pairs = np.argwhere(cube @ cube.T == size - 2 * flips)
    both = right[pairs[:, 0]] * right[pairs[:, 1]]
    counted = np.mean([np.sum(both[:, a] * both[:, b]) ** 2 for a in range(2**size) for b in range(2**size)])
    assert counted == pytest.approx(np.sum((both @ both.T / 2**size) ** 2), rel=1e-13)
