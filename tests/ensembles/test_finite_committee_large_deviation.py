"""Dense regions of three units: brute force, typical solutions at the start, derivatives, limits, stored values."""

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima import MAJORITY, PARITY, SPHERICAL, NotConverged, finite_committee, large_deviation
from flatminima.ensembles.finite_committee.large_deviation import equations, solve, trace
from flatminima.ensembles.finite_committee.large_deviation.ascent import climb
from flatminima.ensembles.finite_committee.large_deviation.equations import RULES, Densest
from flatminima.ensembles.finite_committee.large_deviation.section import highest
from flatminima.reference import finite_committee_densest as twin

STORED = Path(__file__).parents[2] / "results/shaping-2020/three_units.csv"
DECISIONS = [MAJORITY, PARITY]
decisions = st.sampled_from(DECISIONS)
COARSE, FINE, FINER = (RULES.index(rule) for rule in ((16, 1), (24, 1), (32, 2)))


def at_depth(machine, depth):
    """The x = ln q̂₁ at which δq₀ = D (1 − q₁)."""
    return machine.highest - 2.0 * math.log1p(depth)


def averages(q1, depth, decision, rule=FINE):
    machine = Densest(q1, 3, decision)
    return machine.averages(at_depth(machine, depth), rule)


def stored():
    with STORED.open() as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


@settings(deadline=None, max_examples=12)
@given(q1=st.floats(0.05, 0.98), log_depth=st.floats(-4.0, 8.0), decision=decisions)
def test_the_domain_is_covered_once(q1, log_depth, decision):
    """Maxwell's rule and the faces leave no gap and no overlap in x."""
    assert averages(q1, math.exp(log_depth), decision).mass == pytest.approx(1.0, abs=2e-6)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-8.0, 8.0), min_size=3, max_size=3),
    st.floats(-3.0, 6.0),
    decisions,
    st.booleans(),
)
def test_on_the_faces_no_other_maximum_is_higher(fields, log_depth, decision, ends):
    """A face is where x₂ = x₃, or x₃ is far down (majority) or −x₂ (parity): climb from every octant and from x."""
    depth = math.exp(log_depth)
    correct = np.array(decision.correct(3), dtype=np.int64)
    if decision is PARITY:
        correct, (x1, x2, _) = correct[::-1].copy(), sorted(map(abs, fields), reverse=True)
    else:
        x1, x2, _ = sorted(fields, reverse=True)
    x3 = x2 if not ends else (-x2 if decision is PARITY else -20.0)
    found = highest(x1, x2, x3, depth, correct)
    height = climb(*found, x1, x2, x3, depth, correct)[3]
    starts = [(x1, x2, x3), *itertools.product((-1.0, 1.0), repeat=3), *itertools.product((-3.0, 3.0), repeat=3)]
    for start in starts:
        assert climb(*start, x1, x2, x3, depth, correct)[3] <= height + 1e-9


@pytest.mark.parametrize(("q1", "depth", "decision", "nodes"), [(0.6, 2.0, MAJORITY, 14), (0.6, 2.0, PARITY, 10)])
def test_brute_force_agrees(q1, depth, decision, nodes):
    """The twin climbs from every octant at every node of a product rule; its error dominates."""
    theirs = twin.densest(q1, depth * (1 - q1), 1 - q1, decision.correct(3), nodes=nodes)
    ours = averages(q1, depth, decision)
    assert ours.value == pytest.approx(theirs.value, abs=2 * theirs.error)
    assert theirs.error < 1e-2
    assert ours.square == pytest.approx(theirs.square / depth, rel=2e-2)


@pytest.mark.parametrize(("q1", "depth", "decision"), [(0.9, 10.0, MAJORITY), (0.9, 60.0, MAJORITY), (0.6, 0.5, PARITY)])
def test_random_fields_agree(q1, depth, decision):
    """f at fields from all of space, not from a chamber, climbing from nine points around each."""
    rng, count = np.random.default_rng(7), 3000
    v = rng.standard_normal((count, 3))
    correct = np.array(decision.correct(3), dtype=np.int64)
    starts = [(0.0, 0.0, 0.0), *itertools.product((-1.0, 2.0), repeat=3)]
    search = lambda x: max(climb(*(x + np.array(start)), *x, depth, correct)[3] for start in starts)
    value = np.array([search(math.sqrt(q1 / (1 - q1)) * fields) for fields in np.concatenate([v, -v])])
    pairs = 0.5 * (value[:count] + value[count:])
    error = pairs.std() / math.sqrt(count)
    assert error < 0.03
    assert abs(averages(q1, depth, decision).value - pairs.mean()) < 4 * error


@pytest.mark.parametrize("alpha", [1.0, 1.7])
def test_the_curve_starts_at_typical_solutions(alpha):
    """δq₀ = 0 = δq̂₀, where V is the replica-symmetric entropy and at its maximum over the distance."""
    reference = finite_committee.typical.solve(alpha)
    state = solve(reference.q + 1e-7, alpha, accuracy=1e-7)
    assert state.entropy == pytest.approx(reference.entropy, abs=1e-7)
    assert state.delta_q0 < 1e-5 and abs(state.slope) < 1e-4
    before = solve(reference.q - 1e-4, alpha)
    assert not before and "overlap by more than" in before.reason


def test_a_parity_starts_at_typical_solutions_too():
    """Those of the branch q > 0: at α = 7 the middle one of three saddle points is unstable, the last one starts the curve."""
    reference = finite_committee.typical.solve(7.0, 3, PARITY)
    machine = Densest(reference.q, 3, PARITY)
    ours = machine.averages(machine.highest, FINER)
    assert 1.0 / machine.inverse_load(machine.highest, ours) == pytest.approx(7.0, rel=1e-6)
    entropy = machine.normalised(machine.highest, 7.0, ours) + machine.unconstrained_entropy()
    assert entropy == pytest.approx(reference.entropy, abs=1e-6)


@pytest.mark.parametrize(("q1", "depth", "decision"), [(0.9, 10.0, MAJORITY), (0.7, 1.0, MAJORITY), (0.8, 3.0, PARITY)])
def test_derivatives_by_the_envelope(q1, depth, decision):
    """∂𝒢_E/∂D = E|∇L|²/2 and σ ∂𝒢_E/∂σ = E x·∇L: a highest maximum moves to second order only, kinks or not."""
    h, k = 0.02 * depth, 0.01
    middle = averages(q1, depth, decision)
    by_depth = (averages(q1, depth + h, decision).value - averages(q1, depth - h, decision).value) / (2 * h)
    assert by_depth == pytest.approx(0.5 * middle.square, rel=1e-3)
    odds = q1 / (1 - q1)
    wider, narrower = (averages(s * odds / (1 + s * odds), depth, decision).value for s in (math.exp(2 * k), math.exp(-2 * k)))
    assert (wider - narrower) / (2 * k) == pytest.approx(middle.tilt, rel=1e-3, abs=3e-5)


@pytest.mark.parametrize(("q1", "alpha", "decision"), [(0.8, 1.5, MAJORITY), (0.7, 0.5, PARITY)])
def test_slope_is_the_derivative_of_the_entropy(q1, alpha, decision):
    h = 0.05 * (1 - q1)
    at = lambda q1: solve(q1, alpha, decision=decision, accuracy=1e-6)
    difference = (at(q1 + h).entropy - at(q1 - h).entropy) / (2 * h)
    assert at(q1).slope == pytest.approx(-2 * difference, abs=2e-3 / (1 - q1))


@settings(deadline=None, max_examples=6)
@given(q1=st.floats(0.2, 0.97), alpha=st.floats(0.2, 3.0), decision=decisions)
def test_an_answer_is_certified_or_refused_and_the_error_does_not_understate(q1, alpha, decision):
    state = solve(q1, alpha, decision=decision, accuracy=1e-4)
    if not state:
        assert "overlap by more than" in state.reason
        return
    assert state.error < 1e-4 and state.residual < 1e-2
    assert state.normalised < 1e-9 and state.delta_q0 >= 0.0
    finer = solve(q1, alpha, decision=decision, accuracy=1e-6)
    assert abs(finer.normalised - state.normalised) <= state.error + finer.error


def test_entropy_falls_with_the_load_and_a_majority_of_three_is_easier_than_one_unit():
    """A right majority needs two of three fields of a third of the weights; one unit's patterns press all of them."""
    by_load = [solve(0.9, alpha, accuracy=1e-5).normalised for alpha in (0.5, 1.0, 1.5, 2.0)]
    assert np.all(np.diff(by_load) < 0)
    perceptron = large_deviation.solve(0.9, 1.0, weights=SPHERICAL)
    assert by_load[1] > perceptron.normalised


def test_close_replicas_of_a_light_load_do_not_feel_the_patterns():
    state = solve(0.999, 0.1)
    assert state.delta_q0 == math.inf and state.normalised == 0.0 and 0.0 < state.error < 1e-6
    assert state.slope == pytest.approx(1000.0)


def test_curves_approach_zero_as_replicas_come_closer():
    states = trace([0.97, 0.985, 0.99], 2.0, accuracy=1e-4)
    assert states[0].normalised < states[1].normalised < states[2].normalised < 0.0
    assert states[2].normalised > -2e-3


def test_stored_values_satisfy_their_equations():
    """One evaluation a row at the stored order parameters, no solving."""
    rows = stored()
    assert len(rows) > 20 and {row["alpha"] for row in rows} >= {0.5, 1.0, 2.0, 3.0}
    for row in rows:
        machine, x = Densest(row["q1"]), math.log(row["q1_hat"])
        ours = machine.averages(x, COARSE)
        assert machine.normalised(x, row["alpha"], ours) == pytest.approx(row["normalised"], abs=5e-5)
        assert machine.inverse_load(x, ours) * row["alpha"] == pytest.approx(1.0, abs=1e-3)
        assert SPHERICAL.densest(1 - row["q1"], row["q1_hat"])[0] == pytest.approx(row["delta_q0"], rel=1e-9)
        assert row["error"] <= 1e-8 and row["residual"] < 1e-4


def test_a_stored_value_is_found_again():
    row = next(row for row in stored() if (row["q1"], row["alpha"]) == (0.9, 2.0))
    state = solve(row["q1"], row["alpha"], accuracy=1e-8)
    assert state.normalised == pytest.approx(row["normalised"], abs=row["error"] + state.error)
    assert state.slope == pytest.approx(row["slope"], abs=1e-3)


@pytest.mark.parametrize("q1", [0.0, 1.0, -0.2, math.nan])
def test_overlap_out_of_range(q1):
    with pytest.raises(ValueError, match="q1 is"):
        solve(q1, 1.0)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (dict(alpha=0.0), ValueError, "alpha is"),
        (dict(alpha=True), TypeError, "alpha is"),
        (dict(units=2), ValueError, "units is 2"),
        (dict(units=1), ValueError, "units is 1"),
        (dict(units=5), ValueError, "units is 5"),
        (dict(decision="majority"), TypeError, "decision is"),
        (dict(accuracy=0.0), ValueError, "accuracy is"),
    ],
)
def test_bad_input(arguments, error, words):
    with pytest.raises(error, match=words):
        solve(**dict(q1=0.9, alpha=1.0) | arguments)


def test_an_accuracy_out_of_reach_is_refused_with_the_state(monkeypatch):
    monkeypatch.setattr(equations, "RULES", RULES[:4])
    with pytest.raises(NotConverged, match="error of the entropy") as refusal:
        solve(0.8, 1.0, accuracy=1e-10)
    assert refusal.value.state.q1 == 0.8
