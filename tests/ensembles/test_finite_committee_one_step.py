"""One step of replica-symmetry breaking with three sign units: definitions, derivatives, limits, stationarity."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima import NoSolution
from flatminima.architectures.decision import MAJORITY, PARITY, Decision
from flatminima.ensembles.finite_committee import one_step, typical
from flatminima.ensembles.finite_committee.one_step import corner as corner_module
from flatminima.ensembles.finite_committee.one_step.capacity import load
from flatminima.ensembles.finite_committee.one_step.corner import corner
from flatminima.ensembles.finite_committee.one_step.energetic import energetic
from flatminima.ensembles.finite_committee.one_step.onset import third_order
from flatminima.ensembles.finite_committee.pattern import pattern
from flatminima.reference import finite_committee_one_step as twin

DECISIONS = [MAJORITY, PARITY]
CORRECT = {decision.name: np.array(decision.correct(3), dtype=np.int64) for decision in DECISIONS}
LATTICE, OWN_NODES = (0.3, 0.4, 0.3), (0.5, 0.012, 0.488)  # q₀, q₁ − q₀, 1 − q₁: one for each rule of the quadrature


@pytest.fixture(scope="module")
def capacity():
    return one_step.capacity_state()


def slope(f, h):
    return (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)


# Definitions


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
@pytest.mark.parametrize("fields", [(-0.5, -0.2, 0.3), (-1.5, -1.0, -0.8), (-0.7, 0.2, 1.0)])
def test_the_line_integral_is_the_average_over_a_cluster(fields, decision):
    q0, m_tilde = 0.64, 21.2
    sigma = math.sqrt(1.0 - q0)
    t, weights = corner_module.half_line(2.4 * sigma / math.sqrt(1.0 + m_tilde * sigma**2), 12.0, 0.125)
    if decision is PARITY:
        tables, edges = corner_module.parity_tables(np.array(fields), t, sigma, m_tilde)
        got = corner_module.parity_weight(weights, *tables.swapaxes(0, 1), edges, 0, 1, 2)[0]
    else:
        tables, edges = corner_module.majority_tables(np.array(fields), t, sigma, m_tilde)
        got = corner_module.majority_weight(weights, *tables.swapaxes(0, 1), edges, 0, 1, 2)[0]
    assert got == pytest.approx(twin.cluster_weight(fields, q0, m_tilde, decision.correct(3)), rel=1e-11)


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
@pytest.mark.parametrize("m", [1, 2, 3])
def test_integer_powers_factorise(m, decision):
    correct = decision.correct(3)
    got = energetic(0.3, 0.4, 0.3, correct, float(m), 0.25)[0]
    assert got == pytest.approx(twin.energetic_term(0.3, 0.7, m, correct), abs=1e-11)
    got = energetic(0.0, 0.7, 0.3, correct, float(m), 0.25)[0]
    assert got == pytest.approx(float(twin.energetic_term_without_shared_field("0.7", m, correct)), abs=1e-13)


def test_narrow_clusters_have_nodes_of_their_own():
    """Both rules, on either side of the width at which they change places."""
    for step in (0.02, 0.03):
        got = energetic(0.4, step, 0.6 - step, (0, 0, 1, 1), 2.0, 0.25)[0]
        assert got == pytest.approx(twin.energetic_term(0.4, 0.4 + step, 2, (False, False, True, True)), abs=1e-9)


# Derivatives


@pytest.mark.parametrize("parity", [False, True])
def test_gradient_of_the_capacity_functional(parity):
    for a, b in ((0.6, 2.0), (-1.0, 3.0)):
        log_load = lambda da, db: math.log(load(a + da, b + db, parity, 0.25)[0])
        numerical = [slope(lambda h: log_load(h, 0.0), 1e-3), slope(lambda h: log_load(0.0, h), 1e-3)]
        assert load(a, b, parity, 0.25)[1] == pytest.approx(numerical, abs=2e-6)  # by parts: equal up to the quadrature


@pytest.mark.parametrize("shares, m, decision", [(LATTICE, 0.35, MAJORITY), (LATTICE, 0.7, PARITY), (OWN_NODES, 0.7, MAJORITY)])
def test_gradient_of_the_energetic_term(shares, m, decision):
    q0, step, complement = shares
    correct = CORRECT[decision.name]
    value = lambda dq0=0.0, dq1=0.0, dm=0.0: energetic(q0 + dq0, step + dq1 - dq0, complement - dq1, correct, m + dm, 0.3)[0]
    term, mean_square, square, mean_log = energetic(q0, step, complement, correct, m, 0.3)
    assert slope(lambda h: value(dq0=h), 1e-3) == pytest.approx(-0.5 * m * mean_square, abs=2e-7)
    assert slope(lambda h: value(dq1=h), 1e-3) == pytest.approx(0.5 * (m - 1.0) * square, abs=1e-6)
    assert slope(lambda h: value(dm=h), 1e-3) == pytest.approx((mean_log - term) / m, abs=2e-7)


def test_third_order_of_the_onset():
    """E ΣL_ij² is the replicon's; E ΣL_ijk² and E tr 𝓗³ against differences of `pattern`'s second derivatives by sampling."""
    state = typical.solve(1.5)
    second, third, cube = third_order(state.q, CORRECT["majority"], 0.1875)
    assert 1.5 * (1.0 - state.q) ** 2 * second == pytest.approx(state.replicon, abs=2e-5)
    width, h = math.sqrt(1.0 - state.q), 1e-4
    rng = np.random.default_rng(5)
    thirds, cubes = [], []
    for fields in math.sqrt(state.q) / width * rng.standard_normal((4000, 3)):
        hessian = lambda shift: pattern(*(fields + shift), CORRECT["majority"])[2]
        thirds.append(sum(((hessian(d) - hessian(-d)) ** 2).sum() for d in h * np.eye(3)) / (4.0 * h * h) / width**6)
        cubes.append(np.trace(np.linalg.matrix_power(hessian(np.zeros(3)), 3)) / width**6)
    for samples, value in ((thirds, third), (cubes, cube)):
        assert abs(np.mean(samples) - value) < 4.0 * np.std(samples) / math.sqrt(len(samples))


# Limits


@settings(max_examples=5)
@given(q0=st.floats(0.05, 0.6), share=st.floats(0.3, 0.9), alpha=st.floats(0.1, 3.0), decision=st.sampled_from(DECISIONS))
def test_symmetry_returns_at_equal_overlaps_and_at_m_1(q0, share, alpha, decision):
    q1 = q0 + share * (0.95 - q0)
    merged = one_step.free_entropy(q0, q0, 0.4, alpha, decision=decision)
    assert one_step.free_entropy(q0, q1, 1.0, alpha, decision=decision) == pytest.approx(merged, abs=1e-8)
    assert merged == pytest.approx(typical.free_entropy(q0, alpha, 3, decision), abs=1e-9)


@pytest.mark.parametrize("decision", DECISIONS, ids=repr)
def test_loose_clusters_give_the_symmetric_capacity(decision):
    """m̃ → 0 at any q₀: α = −S/2f tends to the symmetric value linearly."""
    symmetric = typical.critical_capacity(3, decision)
    loads = [load(0.0, math.log(x), decision is PARITY, 0.25)[0] for x in (4e-4, 2e-4)]
    assert 2.0 * loads[1] - loads[0] == pytest.approx(symmetric, rel=3e-6)


def test_finite_clusters_tend_to_the_corner():
    """m G_E(q₀, q₁, m = m̃(1−q₁)) → f, about as fast as 1 − q₁."""
    q0, m_tilde = 0.5, 6.0
    limit = corner(q0, 0.5, m_tilde, False, 0.125)[0]
    gaps = []
    for complement in (0.02, 0.01):
        m = m_tilde * complement
        gaps.append(m * energetic(q0, 0.5 - complement, complement, CORRECT["majority"], m, 0.25)[0] - limit)
    # ε ln ε and ε from the prefactors of H, ε³ᐟ² from small fields: between the powers 0.7 and 1.1 of ε here
    assert gaps[1] < 0.0 and 2.0**0.7 < gaps[0] / gaps[1] < 2.0**1.1
    assert abs(2.0 * gaps[1] - gaps[0]) < 0.1 * abs(limit)


# Saddle points


def test_capacity_is_a_minimum_below_the_symmetric_one(capacity):
    assert capacity.alpha < capacity.symmetric
    assert capacity.residual < 1e-9
    a, b = math.log(capacity.q0 / (1.0 - capacity.q0)), math.log(capacity.m_tilde * (1.0 - capacity.q0))
    for da, db in ((0.1, 0.0), (-0.1, 0.0), (0.0, 0.1), (0.0, -0.1), (0.1, -0.1), (0.1, 0.1)):
        assert load(a + da, b + db, False, 0.1875)[0] > capacity.alpha + 1e-5
    assert abs(load(a, b, False, 0.09)[0] - capacity.alpha) <= capacity.error


def test_capacity_of_parity_is_that_of_clusters_without_common_field():
    state = one_step.capacity_state(decision=PARITY)
    assert state.q0 == 0.0
    for factor in (1.0, 0.9, 1.1):
        m_tilde = factor * state.m_tilde
        alpha = -0.5 * math.log1p(m_tilde) / corner(0.0, 1.0, m_tilde, True, 0.125)[0]
        assert alpha == pytest.approx(state.alpha, rel=1e-12) if factor == 1.0 else alpha > state.alpha


def test_a_solved_state_is_stationary():
    state = one_step.solve(2.3)
    value = lambda dq0=0.0, dq1=0.0, dm=0.0: one_step.free_entropy(state.q0 + dq0, state.q1 + dq1, state.m + dm, 2.3)
    assert value() == pytest.approx(state.entropy, abs=1e-9)
    for name in ("dq0", "dq1", "dm"):
        assert (value(**{name: 2e-3}) - value(**{name: -2e-3})) / 4e-3 == pytest.approx(0.0, abs=2e-4)
    assert 0.0 < state.q0 < state.q1 < 1.0 and 0.0 < state.m < 1.0
    assert state.error < 1e-6
    assert state.entropy < typical.solve(2.3).entropy


def test_the_branch_begins_at_the_onset():
    """Near the instability q₁ − q₀ grows from zero in proportion to the load, and m starts at the break point."""
    begin = one_step.onset()
    state = one_step.solve(begin.alpha + 0.05)
    assert state.m == pytest.approx(begin.m, abs=0.03) and state.m < begin.m
    assert state.q0 == pytest.approx(begin.q0, abs=0.005)
    assert 0.02 < state.q1 - state.q0 < 0.06
    assert begin.continuous and begin.alpha == pytest.approx(typical.instability(), rel=1e-12)


def test_clusters_of_parity_appear_with_a_jump():
    begin = one_step.onset(decision=PARITY)
    assert not begin.continuous and begin.dynamical < begin.alpha < one_step.critical_capacity(decision=PARITY)
    beyond = one_step.solve(begin.alpha + 0.01, decision=PARITY)
    assert beyond.m == pytest.approx(1.0, abs=0.02) and beyond.q1 == pytest.approx(begin.q1, abs=0.003)
    # α_0 from the free entropy itself: ∂ℱ/∂m = 0 = ∂ℱ/∂q₁ at m = 1
    value = lambda dq1=0.0, dm=0.0: one_step.free_entropy(0.0, begin.q1 + dq1, 1.0 + dm, begin.alpha, decision=PARITY)
    assert slope(lambda h: value(dm=h), 1e-3) == pytest.approx(0.0, abs=1e-8)
    mixed = slope(lambda h: slope(lambda k: value(dq1=k, dm=h), 1e-3), 1e-3)
    assert mixed == pytest.approx(0.0, abs=1e-5)


# Outcomes and bad input


def test_no_broken_symmetry_outside_the_branch():
    assert isinstance(one_step.solve(1.5), NoSolution)
    assert isinstance(one_step.solve(3.5), NoSolution)


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda: one_step.capacity_state(5), "units"),
        (lambda: one_step.capacity_state(1), "units"),
        (lambda: one_step.onset(3, Decision("any", lambda right, units: right > 0)), "decision"),
        (lambda: one_step.free_entropy(0.5, 0.4, 0.5, 1.0), "q0"),
        (lambda: one_step.free_entropy(0.2, 0.4, math.nan, 1.0), "m"),
        (lambda: one_step.free_entropy(0.2, 0.4, 0.5, -1.0), "alpha"),
        (lambda: one_step.solve(-1.0), "alpha"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=rf"^{name} is "):
        call()
