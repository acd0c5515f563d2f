"""The double integrals of (B5) and (B6): their derivatives, their limits, and their accuracy at every m."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import log_ndtr

from flatminima import BINARY, SPHERICAL
from flatminima.ensembles.one_step.energetic import energetic
from flatminima.ensembles.typical.equations import energetic as symmetric_energetic
from flatminima.weights.binary_clustered import averages

STEP = 0.1875
shares = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-5.0, 0.0)).map(
    lambda x: (x[0], x[1], 10.0 ** x[2])
)
margins = st.floats(-2.0, 2.0)
powers = st.floats(-3.0, 3.0).map(lambda x: 10.0**x)


def partition(share):
    """(Q₀, Q₁ − Q₀, 1 − Q₁) from three numbers that need not add up to one."""
    total = sum(share)
    return tuple(part / total for part in share)


def nested(overlap_0, step, complement, kappa, m):
    """(B6) as it stands, by adaptive quadrature."""
    gaussian = lambda z: math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)

    def cluster(z0):
        gap = kappa - math.sqrt(overlap_0) * z0
        inner = lambda z: gaussian(z) * math.exp(m * log_ndtr((math.sqrt(step) * z - gap) / math.sqrt(complement)))
        return math.log(quad(inner, -10, 10, epsabs=0, epsrel=1e-11, limit=200)[0]) / m

    return quad(lambda z: gaussian(z) * cluster(z), -9, 9, epsabs=1e-11, epsrel=1e-11, limit=200)[0]


@pytest.mark.parametrize("point", [(0.3, 0.2, 0.5, 0.0, 0.5), (0.3, 0.6, 0.1, 0.4, 0.2), (0.2, 0.3, 0.5, 0.2, 20.0)])
def test_adaptive_quadrature_agrees(point):
    assert energetic(*point, STEP)[0] == pytest.approx(nested(*point), rel=1e-12)


@settings(max_examples=60)
@given(shares, margins, powers)
def test_halving_the_step_changes_nothing(share, kappa, m):
    coarse, fine = (np.array(energetic(*partition(share), kappa, m, step)) for step in (STEP, 0.5 * STEP))
    assert np.isfinite(fine).all()
    assert np.abs(coarse / fine - 1.0).max() < 1e-9


@settings(max_examples=40)
@given(shares, margins, powers)
def test_the_averages_are_the_derivatives(share, kappa, m):
    """Central differences with one Richardson step in ln Q₀, ln(1−Q₁) and ln m, each moving Q₁ − Q₀ along."""
    overlap, step, complement = partition(tuple(part + 0.05 for part in share[:2]) + (share[2] + 1e-3,))
    value = lambda a, b, c: energetic(
        overlap * math.exp(a), step + overlap - overlap * math.exp(a) + complement - complement * math.exp(b),
        complement * math.exp(b), kappa, m * math.exp(c), STEP,
    )[0]  # fmt: skip

    def slope(direction, h=2e-3):
        central = lambda h: (value(*(h * direction)) - value(*(-h * direction))) / (2.0 * h)
        return (4.0 * central(0.5 * h) - central(h)) / 3.0

    here, mean_square, square, mean_log = energetic(overlap, step, complement, kappa, m, STEP)
    along = np.eye(3)
    expected = [-0.5 * m * overlap * mean_square, -0.5 * (m - 1.0) * complement * square, mean_log - here]
    for direction, derivative in zip(along, expected):
        assert slope(direction) == pytest.approx(derivative, abs=1e-7 * (1.0 + abs(here) + abs(derivative)))


@settings(max_examples=40)
@given(shares, margins, powers)
def test_one_level_of_overlaps_is_replica_symmetry(share, kappa, m):
    overlap, _, complement = partition((share[0] + 0.01, 0.0, share[2]))
    value, mean_square, square, mean_log = energetic(overlap, 0.0, complement, kappa, m, STEP)
    expected, mills_squared = symmetric_energetic(complement, kappa, STEP)[:2]
    assert [value, mean_log] == pytest.approx([expected] * 2, rel=1e-10)
    assert [mean_square, square] == pytest.approx([mills_squared / complement] * 2, rel=1e-9)


@settings(max_examples=40)
@given(shares, margins)
def test_at_m_one_the_clusters_drop_out(share, kappa):
    overlap, step, complement = partition(share)
    value, mean_square, _, _ = energetic(overlap, step, complement, kappa, 1.0, STEP)
    expected, mills_squared = symmetric_energetic(step + complement, kappa, STEP)[:2]
    assert value == pytest.approx(expected, rel=1e-9)
    assert mean_square * (step + complement) == pytest.approx(mills_squared, rel=1e-8)


@settings(max_examples=30)
@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), powers)
def test_binary_clusters_converge_and_have_overlaps(q0_hat, reach, m):
    step_hat = reach / max(m, 1.0)
    coarse, fine = (np.array(averages(q0_hat, step_hat, m, step)) for step in (0.125, 0.0625))  # at 0.1875 up to 1.3e-10
    assert np.abs(coarse - fine).max() < 1e-11 / min(m, 1.0)
    assert 0.0 < fine[2] <= 1.0 + 1e-14 and 0.0 <= fine[3] <= 1.0 - fine[2] + 1e-14


@pytest.mark.parametrize("weights", [BINARY, SPHERICAL])
@pytest.mark.parametrize("q1, q0_hat, m", [(0.6, 0.3, 0.5), (0.9, 1.0, 0.05), (0.6, 0.3, 20.0), (0.9, 1.0, 1000.0)])
def test_the_entropic_term_is_stationary(weights, q1, q0_hat, m):
    """At fixed q₁ and m, dG_S = (m/2) q̂₀ dq₀; at fixed overlaps the m-derivative is `clustered_slope`."""
    at = lambda q0_hat, m: weights.clustered(q1, q0_hat, m, STEP)
    h = 1e-4 * q0_hat
    (gap_up, _, up), (gap_down, _, down) = at(q0_hat + h, m), at(q0_hat - h, m)
    assert up - down == pytest.approx(-0.5 * m * q0_hat * (gap_up - gap_down), rel=1e-6, abs=1e-13)
    gap, step_hat, _ = at(q0_hat, m)
    h = 1e-4 * m
    (gap_up, _, up), (gap_down, _, down) = at(q0_hat, m + h), at(q0_hat, m - h)
    total = (up - down + 0.5 * m * q0_hat * (gap_up - gap_down)) / (2.0 * h)
    assert weights.clustered_slope(q1, q0_hat, gap, step_hat, m, STEP) == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize("weights", [BINARY, SPHERICAL])
@pytest.mark.parametrize("m", [0.1, 1.0, 50.0])
def test_clusters_that_share_the_whole_field_are_replica_symmetric(weights, m):
    entropic, complement, _ = weights.typical(1.3, STEP)
    gap, step_hat, value = weights.clustered(1.0 - complement, 1.3, m, STEP)
    assert gap == pytest.approx(0.0, abs=1e-12) and step_hat == pytest.approx(0.0, abs=1e-12)
    assert value == pytest.approx(entropic - 0.5 * 1.3 * complement, abs=1e-12)
