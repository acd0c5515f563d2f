"""y real replicas: limits with a known answer, the slope, independent twins, counting at small N, bad input."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from flatminima import BINARY, ERF, PERCEPTRON, RELU, SIGN, SPHERICAL, NotConverged
from flatminima.ensembles import large_deviation, typical
from flatminima.reference import effective_overlaps, replicas
from flatminima.reference import large_deviation as twin

KINDS = [BINARY, SPHERICAL]
MACHINES = [PERCEPTRON, SIGN, RELU, ERF]
anything = dict(weights=st.sampled_from(KINDS), architecture=st.sampled_from(MACHINES))


@settings(deadline=None, max_examples=25)
@given(alpha=st.floats(1e-3, 1.2), q1=st.floats(1e-4, 0.99999), kappa=st.floats(-1.0, 1.0), **anything)
def test_over_the_whole_domain_an_answer_is_certified_or_refused(alpha, q1, kappa, weights, architecture):
    state = large_deviation.solve(q1, alpha, kappa=kappa, weights=weights, architecture=architecture)
    reference = typical.saddle_point(alpha, kappa, weights, architecture)
    if state:
        assert state.residual < 1e-9 and state.error < 1e-10
        assert state.normalised <= 0.0 < state.delta_q0
        assert not reference or reference.q <= q1 + 1e-9
    else:
        assert "overlap by more than" in state.reason
        assert not reference or reference.q >= q1 - 1e-9


@settings(deadline=None, max_examples=8)
@given(alpha=st.floats(0.01, 1.0), q1=st.floats(0.01, 0.999), y=st.floats(1.0, 50.0), **anything)
def test_so_it_is_for_finite_numbers_of_replicas(alpha, q1, y, weights, architecture):
    state = large_deviation.solve(q1, alpha, y, weights=weights, architecture=architecture)
    if state:
        assert state.residual < 1e-9 and state.error < 1e-10
        assert state.normalised <= 0.0 <= state.delta_q0 and state.q0 <= q1
        # the replicas are some of all y-tuples of solutions
        assert state.entropy <= typical.saddle_point(alpha, weights=weights, architecture=architecture).entropy + 1e-12
    else:
        assert "overlap by more than" in state.reason


@pytest.mark.parametrize("weights", KINDS)
@pytest.mark.parametrize("architecture", MACHINES)
def test_one_replica_is_a_typical_solution_whatever_the_overlap(weights, architecture):
    reference = typical.saddle_point(0.4, 0.1, weights, architecture)
    for q1 in (0.7, 0.95):
        state = large_deviation.solve(q1, 0.4, 1.0, 0.1, weights, architecture)
        assert state.entropy == pytest.approx(reference.entropy, abs=1e-12)
        assert state.q0 == pytest.approx(reference.q, abs=1e-10) and state.slope == 0.0


@pytest.mark.parametrize(("weights", "architecture"), [(SPHERICAL, RELU), (SPHERICAL, PERCEPTRON), (BINARY, SIGN)])
def test_many_replicas_approach_infinitely_many_like_one_over_y(weights, architecture):
    """The terms of order 1/y and 1/y² cancel in extrapolations."""
    limit = large_deviation.solve(0.8, 0.7, math.inf, 0.0, weights, architecture).entropy
    f = [large_deviation.solve(0.8, 0.7, y, 0.0, weights, architecture).entropy for y in (100.0, 200.0, 400.0)]
    once = 2 * np.array(f[1:]) - f[:-1]
    assert abs(f[2] - limit) > 1e-4
    assert (4 * once[1] - once[0]) / 3 == pytest.approx(limit, abs=3e-6)


@pytest.mark.parametrize("y", [1.5, 7.0, 40.0])
@pytest.mark.parametrize(("weights", "architecture"), [(SPHERICAL, SIGN), (BINARY, PERCEPTRON)])
def test_derivatives_with_respect_to_overlap_and_number(y, weights, architecture):
    solve = lambda q1, y: large_deviation.solve(q1, 0.5, y, 0.0, weights, architecture)
    state, h, k = solve(0.9, y), 1e-4, 1e-3 * y
    by_overlap = (solve(0.9 + h, y).entropy - solve(0.9 - h, y).entropy) / (2 * h)
    by_number = (solve(0.9, y + k).entropy - solve(0.9, y - k).entropy) / (2 * k)
    assert state.slope == pytest.approx(-2 * by_overlap, rel=1e-4)
    assert state.external_entropy == pytest.approx(-y * y * by_number, rel=1e-4)


@pytest.mark.parametrize(("alpha", "weights", "architecture"), [
    (0.2, BINARY, PERCEPTRON), (0.8, BINARY, RELU), (1.5, SPHERICAL, SIGN),
])
@pytest.mark.parametrize("y", [3.0, math.inf])
def test_at_the_overlap_of_typical_solutions_the_replicas_are_typical(alpha, y, weights, architecture):
    """There δq₀ = 0 = δq̂₀ and F is the typical entropy, at its maximum over the distance."""
    reference = typical.solve(alpha, 0.0, weights, architecture)
    state = large_deviation.solve(reference.q + 1e-9, alpha, y, 0.0, weights, architecture)
    assert state.entropy == pytest.approx(reference.entropy, abs=1e-9)
    assert state.delta_q0 < 1e-5 and abs(state.slope) < 1e-5


@pytest.mark.parametrize("weights", KINDS)
@pytest.mark.parametrize("architecture", MACHINES)
@pytest.mark.parametrize(("q1", "alpha"), [(0.9, 0.5), (0.7, 0.3), (0.99, 1.0)])
def test_slope_is_the_derivative_of_the_entropy(q1, alpha, weights, architecture):
    h = 1e-3 * (1 - q1)
    at = lambda q1: large_deviation.solve(q1, alpha, weights=weights, architecture=architecture)
    side = lambda k: at(q1 + k * h).entropy
    difference = (8 * (side(1) - side(-1)) - side(2) + side(-2)) / (12 * h)
    assert at(q1).slope == pytest.approx(-2 * difference, rel=1e-7)


def test_entropy_falls_with_the_load_and_the_margin():
    by_load = [large_deviation.solve(0.9, alpha).entropy for alpha in (0.05, 0.2, 0.5, 0.8)]
    by_margin = [large_deviation.solve(0.9, 0.5, kappa=kappa).entropy for kappa in (-0.5, 0.0, 0.3)]
    assert np.all(np.diff(by_load) < 0) and np.all(np.diff(by_margin) < 0)


def test_close_replicas_do_not_feel_the_patterns():
    """F is then the entropy of a magnetisation √q₁ and its slope the field atanh(√q₁)/√q₁."""
    q1, m = 0.9999, math.sqrt(0.9999)
    state = large_deviation.solve(q1, 0.2)
    up, down = (1 + m) / 2, (1 - m) / 2
    assert state.delta_q0 == math.inf and state.normalised == 0.0
    assert state.entropy == pytest.approx(-up * math.log(up) - down * math.log(down), rel=1e-10)
    assert state.slope == pytest.approx(math.atanh(m) / m, rel=1e-10)


@pytest.mark.parametrize("weights", KINDS)
def test_the_normalised_entropy_keeps_its_digits_however_small(weights):
    """dF/dα = 𝒢_E < 0, and ln |F| ≃ −c/(1 − q₁): the logarithm of the curve is smooth far below rounding."""
    overlaps = 1 - 1 / np.linspace(100, 700, 31)
    states = large_deviation.trace(overlaps, 0.8, weights=weights, architecture=RELU)
    logarithms = [math.log(-state.normalised) for state in states]
    assert logarithms[-1] < math.log(1e-36)
    assert np.all(np.diff(logarithms) < 0) and np.all(np.abs(np.diff(logarithms, 3)) < 0.02)


@pytest.mark.parametrize("weights", KINDS)
def test_close_to_one_overlaps_are_no_exception(weights):
    state = large_deviation.solve(1 - 1e-8, 0.7, weights=weights)
    m = math.sqrt(state.q1)
    assert state.entropy == pytest.approx(weights.sphere((1 - state.q1) / (2 * (1 + m))), rel=1e-14)
    free = math.atanh(m) / m if weights is BINARY else 1 / (1 - state.q1)
    assert state.slope == pytest.approx(free, rel=1e-8)


@pytest.mark.parametrize(("q1", "alpha", "kappa"), [(0.9, 0.5, 0.0), (0.9, 0.4, 0.2)])
def test_twin_that_maximises_explicitly_agrees(q1, alpha, kappa):
    ours = large_deviation.solve(q1, alpha, kappa=kappa)
    theirs = twin.solve(q1, alpha, kappa, start=(ours.q1_hat, ours.delta_q0, ours.delta_q0_hat), digits=11)
    for name in ("entropy", "slope", "q1_hat", "delta_q0", "delta_q0_hat"):
        assert getattr(ours, name) == pytest.approx(float(getattr(theirs, name)), rel=1e-10, abs=1e-11), name


def printed(state):
    """(9) as it is printed, as a function of q₁ and of the order parameters, and those of a state."""
    overlaps = {machine: getattr(effective_overlaps, machine.name.upper()) for machine in MACHINES}[state.architecture]
    fixed, spherical = dict(kappa=state.kappa, overlaps=overlaps), state.weights is SPHERICAL
    if state.y == math.inf:
        parameters = [state.delta_q0] if spherical else [state.delta_q0, state.q1_hat, state.delta_q0_hat]
        return lambda *x: float(replicas.densest_entropy(state.q1, state.alpha, *x, **fixed, digits=13)), parameters
    parameters = [state.q0, state.q1_hat, state.q1_hat - state.delta_q0_hat / state.y]
    parameters += [1 / (1 - state.q1) - state.q1_hat] if spherical else []
    return lambda *x: float(replicas.entropy(state.q1, state.alpha, state.y, *x, **fixed, digits=13)), parameters


@pytest.mark.parametrize(("weights", "architecture", "y"), [
    (SPHERICAL, PERCEPTRON, math.inf), (SPHERICAL, SIGN, math.inf), (BINARY, RELU, math.inf), (SPHERICAL, ERF, math.inf),
])
def test_entropy_and_stationarity_against_the_printed_formulas(weights, architecture, y):
    state = large_deviation.solve(0.85, 0.6, y, 0.1, weights, architecture)
    formula, parameters = printed(state)
    assert formula(*parameters) == pytest.approx(state.entropy, abs=1e-12)
    for i, value in enumerate(parameters):
        h = 1e-4 * value
        moved = [formula(*parameters[:i], value + sign * h, *parameters[i + 1 :]) for sign in (1, -1)]
        bend = abs(sum(moved) - 2 * state.entropy)
        assert abs(moved[0] - moved[1]) < 1e-3 * bend + 2e-12, i


@pytest.mark.parametrize(("weights", "architecture", "y"), [(BINARY, SIGN, 3.0), (SPHERICAL, RELU, 2.5)])
def test_finite_numbers_of_replicas_against_the_printed_formulas(weights, architecture, y):
    state = large_deviation.solve(0.85, 0.6, y, 0.1, weights, architecture)
    formula, parameters = printed(state)
    assert formula(*parameters) == pytest.approx(state.entropy, abs=1e-12)


def test_pairs_of_replicas_counted_at_small_size():
    """Z of two replicas of the binary perceptron, averaged over patterns, is annealed at small load: there
    ⟨Z⟩ = 2^N C(N, Nd) Pr(both right)^P, and F → ½ [ln 2 + h(d) + α ln(½ − arccos(q₁)/2π)] as α → 0.
    The probability is counted over all patterns of eleven inputs."""
    n, d = 11, 2
    q1 = 1 - 2 * d / n
    patterns = np.array(list(itertools.product([1, -1], repeat=n)))
    first, second = np.ones(n), np.where(np.arange(n) < d, -1, 1)
    counted = np.mean((patterns @ first > 0) & (patterns @ second > 0))
    expected = 0.5 - math.acos(q1) / (2 * math.pi)
    assert counted == pytest.approx(expected, abs=0.02)  # 1/N from the discrete field
    alpha = 1e-5
    free = 0.5 * (math.log(2) - (1 - d / n) * math.log(1 - d / n) - d / n * math.log(d / n))
    state = large_deviation.solve(q1, alpha, 2.0)
    assert state.entropy - state.normalised == pytest.approx(free, abs=1e-13)
    assert state.normalised / alpha == pytest.approx(0.5 * math.log(expected), rel=1e-4)


def test_fracture_is_where_the_slope_first_vanishes():
    alpha = large_deviation.fracture()
    slopes = lambda load: [s.slope for s in large_deviation.trace(1 - 2 * np.linspace(0.03, 0.05, 41), load)]
    assert min(slopes(alpha - 1e-4)) > 0 > min(slopes(alpha + 1e-4))


def test_fracture_against_the_twin():
    """The load of vanishing slope is smallest there, so q₁ needs few digits."""
    theirs = twin.marginal_load(0.9196218, start=(0.503, 1.02, 1.594, 0.7553), digits=11).alpha
    assert large_deviation.fracture() == pytest.approx(float(theirs), abs=1e-11)


@pytest.mark.parametrize("architecture", [SIGN, RELU])
def test_spherical_fracture_comes_before_the_instability(architecture):
    """At δq₀ → 0 the slope changes sign with the replicon, so α_U ≤ α_AT; the perceptron has neither at κ = 0."""
    alpha = large_deviation.fracture(weights=SPHERICAL, architecture=architecture)
    assert alpha <= typical.instability(weights=SPHERICAL, architecture=architecture)
    assert not large_deviation.fracture(weights=SPHERICAL)


def test_where_existing_regions_break_slope_and_external_entropy_vanish():
    alpha, q1, y = large_deviation.existing_fracture()
    state = large_deviation.solve(q1, alpha, y)
    assert abs(state.slope) < 1e-8 and abs(state.external_entropy) < 1e-8
    # y is where F_y is smallest, and nearby distances need a larger load
    assert min(large_deviation.solve(q1, alpha, factor * y).entropy for factor in (0.9, 1.1)) > state.entropy
    for factor in (0.8, 1.25):
        near = 1 - factor * (1 - q1)
        number = brentq(lambda n: large_deviation.solve(near, alpha, n).external_entropy, 0.5 * y, 2 * y, xtol=1e-6)
        assert large_deviation.solve(near, alpha, number).slope > 0


@settings(deadline=None, max_examples=20)
@given(alpha=st.floats(0.3, 3.0), q1=st.floats(0.3, 0.99), **anything)
def test_normalised_curves_fall_with_the_distance(alpha, q1, weights, architecture):
    """Their slope is δq̂₀ − δq̂₀(α = 0) − α δq₀ (ρ′² ⟨…⟩ + ρ″ ⟨…⟩): a sum of negative terms where ρ is convex."""
    state = large_deviation.solve(q1, alpha, weights=weights, architecture=architecture)
    free = large_deviation.solve(q1, 1e-3, weights=weights, architecture=architecture)
    assert not state or state.slope <= free.slope + 1e-12


def test_crossing_changes_the_order_of_the_curves():
    for weights in KINDS:
        load = large_deviation.crossing(0.9, weights=weights)
        for alpha, sign in ((0.98 * load, 1), (1.02 * load, -1)):
            sign_unit, relu = (large_deviation.solve(0.9, alpha, weights=weights, architecture=g) for g in (SIGN, RELU))
            assert sign * (relu.entropy - sign_unit.entropy) > 0
    assert "keep their order" in large_deviation.crossing(0.1).reason
    with pytest.raises(NotConverged, match="no digit"):
        large_deviation.crossing(0.9999, weights=SPHERICAL)


@pytest.mark.parametrize("weights", KINDS)
def test_crossings_tend_to_their_limit(weights):
    """Corrections run in powers of √(1 − q₁), with logarithms."""
    small = np.array([0.02, 0.01, 0.007, 0.005, 0.0035])
    loads = [large_deviation.crossing(1 - e, weights=weights) for e in small]
    basis = np.stack([np.ones(5), np.sqrt(small), small * np.log(small), small], axis=1)
    limit = np.linalg.lstsq(basis, np.array(loads), rcond=None)[0][0]
    assert limit == pytest.approx(large_deviation.limiting_crossing(weights=weights), rel=0.05)


def test_limiting_crossing_from_integrals():
    """2 κ² = M(κ), with M integrated and ρ′(1) = π/(π − 1)."""
    density = lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    missed = lambda x: quad(lambda z: (x - z) ** 2 * density(z), -12, x, epsabs=1e-14)[0]
    margin = brentq(lambda x: 2 * x * x - missed(x), 0.5, 2, xtol=1e-14)
    slope = math.pi / (math.pi - 1)
    assert large_deviation.limiting_crossing(weights=SPHERICAL) == pytest.approx(slope / missed(margin), abs=1e-11)
    assert large_deviation.limiting_crossing() == pytest.approx(2 / math.pi * slope / missed(margin), abs=1e-11)
    with pytest.raises(ValueError, match="finite slope"):
        large_deviation.limiting_crossing(SIGN)


@pytest.mark.parametrize("q1", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_overlap_out_of_range(q1):
    with pytest.raises(ValueError, match="q1 is"):
        large_deviation.solve(q1, 0.5)


@pytest.mark.parametrize("alpha", [0.0, -1.0, math.nan, math.inf])
def test_load_out_of_range(alpha):
    with pytest.raises(ValueError, match="alpha is"):
        large_deviation.solve(0.9, alpha)


def test_what_is_no_number():
    with pytest.raises(TypeError, match="alpha is"):
        large_deviation.solve(0.9, "0.5")
    with pytest.raises(TypeError, match="q1 is"):
        large_deviation.trace(["0.9"], 0.5)


@pytest.mark.parametrize("y", [0.5, 0.0, -1.0, math.nan, -math.inf])
def test_too_few_replicas(y):
    with pytest.raises(ValueError, match="y is"):
        large_deviation.solve(0.9, 0.5, y)
    with pytest.raises(TypeError, match="y is"):
        large_deviation.solve(0.9, 0.5, "many")


@pytest.mark.parametrize("y, own, other", [
    (1, lambda q1: 1.0, lambda t: t),                                # a replica is its own centre
    (2, lambda q1: (1 + q1) / 2, lambda t: t),                       # two that differ cast lots
    (3, lambda q1: (1 + q1) / 2, lambda t: (3 * t - t**3) / 2),      # a single one is overruled
])
def test_majority_of_few_replicas(y, own, other):
    state = large_deviation.solve(0.85, 0.4, y, architecture=SIGN)
    found = large_deviation.centre_overlaps(state)
    split, z = state.delta_q0_hat / y, np.linspace(-12, 12, 1201)
    h = math.sqrt(state.q1_hat - split) * z[:, None] + math.sqrt(split) * z
    weight = np.cosh(h) ** y * np.exp(-(z**2) / 2)
    weight /= weight.sum(axis=1, keepdims=True)
    mean = lambda f: np.sum(weight * f(np.tanh(h)), axis=1)
    expected = np.sum(np.exp(-(z**2) / 2) * mean(other) * mean(lambda t: t)) / np.sum(np.exp(-(z**2) / 2))
    assert found == pytest.approx((own(0.85), expected), abs=1e-9)


def test_majority_needs_binary_weights_and_a_number_of_replicas():
    for state, problem in (
        (large_deviation.solve(0.85, 0.4, 2.5), "y = 2.5"), (large_deviation.solve(0.85, 0.4), "y = inf"),
        (large_deviation.solve(0.85, 0.4, 2, weights=SPHERICAL), "only for binary"),
    ):
        with pytest.raises(ValueError, match=problem):
            large_deviation.centre_overlaps(state)
    with pytest.raises(TypeError, match="type float"):
        large_deviation.centre_overlaps(0.85)
