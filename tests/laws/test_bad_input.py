"""Bad input gets one sentence with the parameter, its value and the range; no solution is a typed outcome."""

import dataclasses
import math
import re
from functools import partial

import numpy as np
import pytest

from flatminima import BINARY, RELU, SPHERICAL, NoSolution
from flatminima.ensembles import (
    cross_entropy, finite_committee, franz_parisi, large_deviation, one_step, one_step_franz_parisi, parity, typical,
)

NOT_A_NUMBER = ["0.5", None, True, [0.5], np.array([0.5]), 1j]
NOT_FINITE = [math.nan, math.inf, -math.inf]

solve_profile = partial(franz_parisi.solve, distance=0.1, alpha=0.5, kappa_reference=0.3, kappa=0.0)
trace_profile = partial(franz_parisi.trace, distances=[0.1], alpha=0.5, kappa_reference=0.3, kappa=0.0)
free_entropy = partial(typical.free_entropy, q=0.3, q_hat=0.5, alpha=0.5, kappa=0.0)
broken_entropy = partial(one_step.free_entropy, q0=0.3, q1=0.6, m=0.5, alpha=1.0, kappa=0.0)
replicas = partial(large_deviation.solve, q1=0.9, alpha=0.4, y=20.0, kappa=0.0)
three_units = partial(finite_committee.typical.free_entropy, q=0.3, alpha=1.0)
broken_units = partial(finite_committee.one_step.free_entropy, q0=0.3, q1=0.6, m=0.5, alpha=1.0)
dense_units = partial(finite_committee.large_deviation.solve, q1=0.9, alpha=1.0)
product = partial(parity.solve, q1=0.9, alpha=1.0)
gibbs = partial(cross_entropy.solve, alpha=0.4, gamma=1.0, beta=1.0)
# every verb, the parameters it takes, and the range it must name for each
VERBS = [
    (partial(typical.solve, alpha=0.5), "alpha", "(0, ∞)"),
    (partial(typical.solve, alpha=0.5), "kappa", "(−∞, ∞)"),
    (partial(typical.saddle_point, alpha=0.5), "alpha", "(0, ∞)"),
    (partial(typical.saddle_point, alpha=0.5), "kappa", "(−∞, ∞)"),
    (free_entropy, "q", "[0, 0.999999999999999]"),
    (free_entropy, "q_hat", "[0, ∞)"),
    (free_entropy, "alpha", "(0, ∞)"),
    (free_entropy, "kappa", "(−∞, ∞)"),
    (typical.critical_capacity, "kappa", "(−∞, ∞)"),
    (typical.max_margin, "alpha", "(0, ∞)"),
    (solve_profile, "distance", "(0, 1)"),
    (solve_profile, "alpha", "(0, ∞)"),
    (solve_profile, "kappa_reference", "[0, ∞)"),
    (solve_profile, "kappa", "(−∞, ∞)"),
    (trace_profile, "alpha", "(0, ∞)"),
    (trace_profile, "kappa_reference", "[0, ∞)"),
    (trace_profile, "kappa", "(−∞, ∞)"),
    (partial(franz_parisi.maximum_distance, alpha=0.5, kappa_reference=0.3), "alpha", "(0, ∞)"),
    (partial(franz_parisi.maximum_distance, alpha=0.5, kappa_reference=0.3), "kappa_reference", "[0, ∞)"),
    (franz_parisi.margin_thresholds, "alpha", "(0, ∞)"),
    (partial(franz_parisi.margin_thresholds, alpha=0.5), "kappa", "(−∞, ∞)"),
    (franz_parisi.fracture, "kappa", "(−∞, ∞)"),
    (typical.instability, "kappa", "[-5, ∞)"),
    (one_step.critical_capacity, "kappa", "[-5, ∞)"),
    (one_step.capacity_state, "kappa", "[-5, ∞)"),
    (partial(one_step.solve, alpha=2.5), "alpha", "(0, ∞)"),
    (partial(one_step.solve, alpha=2.5), "kappa", "(−∞, ∞)"),
    (broken_entropy, "q1", "[0, 0.999999999999999]"),
    (broken_entropy, "q0", "[0, 0.6]"),
    (broken_entropy, "m", "(0, ∞)"),
    (broken_entropy, "alpha", "[0, ∞)"),
    (broken_entropy, "kappa", "(−∞, ∞)"),
    (replicas, "q1", "(1e-06, 1)"),
    (replicas, "alpha", "(0, ∞)"),
    (replicas, "kappa", "(−∞, ∞)"),
    (large_deviation.marginal_load, "q1", "(1e-06, 1)"),
    (partial(large_deviation.marginal_load, q1=0.9), "kappa", "(−∞, ∞)"),
    (large_deviation.fracture, "kappa", "(−∞, ∞)"),
    (large_deviation.crossing, "q1", "(1e-06, 1)"),
    (large_deviation.limiting_crossing, "kappa", "(−∞, ∞)"),
    (finite_committee.typical.solve, "alpha", "(0, ∞)"),
    (finite_committee.typical.saddle_points, "alpha", "(0, 1000)"),
    (three_units, "q", "[0, 0.999999999]"),
    (three_units, "alpha", "(0, ∞)"),
    (finite_committee.one_step.solve, "alpha", "(0, ∞)"),
    (broken_units, "q0", "[0, 0.6]"),
    (broken_units, "q1", "[0, 0.999999999]"),
    (broken_units, "m", "(0, ∞)"),
    (broken_units, "alpha", "[0, ∞)"),
    (dense_units, "q1", "[0.0001, 0.99999]"),
    (dense_units, "alpha", "(0, ∞)"),
    (dense_units, "accuracy", "[1e-10, 0.01]"),
    (product, "q1", "(0, 1)"),
    (product, "alpha", "(0, ∞)"),
    (partial(parity.annealed, y=2), "q1", "(0, 1)"),
    (gibbs, "alpha", "(0, ∞)"),
]
TAKES = [pytest.param(*verb, id=f"{getattr(verb[0], 'func', verb[0]).__name__}-{verb[1]}") for verb in VERBS]


def one_sentence(message):
    return message.endswith(".") and not re.search(r"[.!?]\s", message) and "\n" not in message


def names(message, parameter, value, interval):
    return message.startswith(f"{parameter} is {value!r}; ") and interval in message and one_sentence(message)


@pytest.mark.parametrize("verb, parameter, interval", TAKES)
@pytest.mark.parametrize("value", NOT_A_NUMBER, ids=repr)
def test_what_is_no_number_is_named(verb, parameter, interval, value):
    with pytest.raises(TypeError) as caught:
        verb(**{parameter: value})
    assert names(str(caught.value), parameter, value, interval)


@pytest.mark.parametrize("verb, parameter, interval", TAKES)
@pytest.mark.parametrize("value", NOT_FINITE)
def test_what_is_not_finite_is_named(verb, parameter, interval, value):
    with pytest.raises(ValueError) as caught:
        verb(**{parameter: value})
    assert names(str(caught.value), parameter, value, interval)


@pytest.mark.parametrize("verb, parameter, value, interval", [
    (typical.solve, "alpha", 0, "(0, ∞)"),
    (typical.saddle_point, "alpha", -0.5, "(0, ∞)"),
    (typical.max_margin, "alpha", 0.0, "(0, ∞)"),
    (free_entropy, "q", 1.2, "[0, 0.999999999999999]"),
    (free_entropy, "q", -0.1, "[0, 0.999999999999999]"),
    (free_entropy, "q", 1.0, "[0, 0.999999999999999]"),
    (free_entropy, "q_hat", -1, "[0, ∞)"),
    (free_entropy, "alpha", -1, "(0, ∞)"),
    (solve_profile, "distance", 0, "(0, 1)"),
    (solve_profile, "distance", 1, "(0, 1)"),
    (solve_profile, "distance", -0.1, "(0, 1)"),
    (solve_profile, "distance", 1.5, "(0, 1)"),
    (solve_profile, "alpha", 0, "(0, ∞)"),
    (solve_profile, "kappa_reference", -0.1, "[0, ∞)"),
    (trace_profile, "alpha", -2, "(0, ∞)"),
    (franz_parisi.margin_thresholds, "alpha", 0, "(0, ∞)"),
    (one_step.solve, "alpha", -1, "(0, ∞)"),
    (broken_entropy, "q0", 0.7, "[0, 0.6]"),
    (broken_entropy, "m", 0.0, "(0, ∞)"),
    (replicas, "q1", 1.0, "(1e-06, 1)"),
    (replicas, "q1", -0.2, "(1e-06, 1)"),
    (replicas, "alpha", 0, "(0, ∞)"),
    (large_deviation.crossing, "q1", 1, "(1e-06, 1)"),
    (gibbs, "gamma", 0, "(0, ∞)"),
    (gibbs, "gamma", -1.0, "(0, ∞)"),
    (gibbs, "beta", -0.5, "[0, ∞)"),
    (dense_units, "q1", 0.0, "[0.0001, 0.99999]"),
    (product, "q1", 1.0, "(0, 1)"),
])
def test_what_is_out_of_range_is_named(verb, parameter, value, interval):
    with pytest.raises(ValueError) as caught:
        verb(**{parameter: value})
    assert names(str(caught.value), parameter, value, interval)


# every way in, once
MACHINES = [
    typical.critical_capacity,
    typical.instability,
    large_deviation.existing_fracture,
    large_deviation.fracture,
    large_deviation.limiting_crossing,
    free_entropy,
    broken_entropy,
    replicas,
    solve_profile,
    partial(typical.solve, 0.5),
    partial(typical.max_margin, 0.5),
]
SPHERICAL_ONLY = [partial(one_step.solve, 2.5), partial(one_step.trace, [0.95])]
NAMED = [(verb, "weights", value) for verb in MACHINES for value in ("binary", None)]
NAMED += [(verb, "architecture", "relu") for verb in MACHINES + SPHERICAL_ONLY]


@pytest.mark.parametrize("verb, parameter, value", NAMED)
def test_the_name_of_a_machine_is_no_machine(verb, parameter, value):
    with pytest.raises(TypeError) as caught:
        verb(**{parameter: value})
    message = str(caught.value)
    assert message.startswith(f"{parameter} is {value!r}; it must be ") and one_sentence(message)


@pytest.mark.parametrize("value", [0.5, 0, math.nan])
def test_there_is_at_least_one_replica(value):
    with pytest.raises(ValueError) as caught:
        replicas(y=value)
    assert names(str(caught.value), "y", value, "[1, ∞)")


FEW_UNITS = [finite_committee.typical.instability, partial(finite_committee.one_step.solve, 2.0), dense_units]


@pytest.mark.parametrize("verb", FEW_UNITS)
@pytest.mark.parametrize("units, error", [(2, ValueError), (4, ValueError), (5, ValueError), (3.0, TypeError), (True, TypeError)])
def test_units_are_few_and_odd(verb, units, error):
    with pytest.raises(error) as caught:
        verb(units=units)
    message = str(caught.value)
    assert message.startswith(f"units is {units!r}; it must be an odd number of hidden units from ") and one_sentence(message)


@pytest.mark.parametrize("y, units, words", [(0, 3, "y is 0; "), (2.5, 3, "y is 2.5; "), (2, 4, "units is 4; "), (2, 5, "units is 5; ")])
def test_replicas_and_units_of_parity_are_whole_numbers(y, units, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        product(y=y, units=units)
    assert str(caught.value).startswith(words) and one_sentence(str(caught.value))


def test_a_reference_is_a_state():
    for reference in ("gibbs", None, typical.solve(0.9)):
        with pytest.raises(TypeError, match="reference is .* must be a state of typical.solve or of cross_entropy.solve"):
            franz_parisi.around(reference, [0.1])


def test_a_bound_next_to_one_does_not_read_one():
    with pytest.raises(ValueError, match=re.escape("q1 is 1.0; it must be a real number in [0, 0.99999999].")):
        one_step.trace([1.0])


def test_a_barrier_is_one_of_the_entropy_or_of_the_slope():
    with pytest.raises(ValueError, match='quantity is .* must be "entropy" or "slope"'):
        franz_parisi.barrier("p", 0.5, 0.02)


def test_the_reference_s_margin_is_at_least_the_neighbour_s():
    with pytest.raises(ValueError, match=re.escape("kappa_reference is 0.1; it must be a real number in [0.2, ∞).")):
        franz_parisi.solve(0.1, 0.5, kappa_reference=0.1, kappa=0.2)


@pytest.mark.parametrize("distances, error, value", [
    ([0.1, 1.0], ValueError, "distance is 1.0"),
    ([0.1, math.nan], ValueError, "distance is nan"),
    ([0.1, -0.2], ValueError, "distance is -0.2"),
    ([], TypeError, "distances is []"),
    ([[0.1, 0.2]], TypeError, "distances is [[0.1, 0.2]]"),
    ([[0.1], [0.2, 0.3]], TypeError, "distances is [[0.1], [0.2, 0.3]]"),
    (["0.1"], TypeError, "distances is ['0.1']"),
    ([True], TypeError, "distances is [True]"),
    (None, TypeError, "distances is None"),
])
def test_bad_distances_of_a_curve_are_named(distances, error, value):
    with pytest.raises(error) as caught:
        trace_profile(distances=distances)
    message = str(caught.value)
    assert message.startswith(f"{value}; it must be a ") and "(0, 1)" in message and one_sentence(message)


def test_numpy_scalars_and_integers_are_numbers():
    assert typical.solve(np.float64(0.5)) == typical.solve(0.5)
    assert typical.critical_capacity(0) == typical.critical_capacity(0.0)
    assert solve_profile(distance=np.float32(0.5)) == solve_profile(distance=0.5)
    assert np.array_equal(trace_profile(distances=(0.25,)).entropy, trace_profile(distances=np.float32([0.25])).entropy)


@pytest.mark.parametrize("outcome, words", [
    (lambda: typical.solve(0.9), ("alpha = 0.9", "kappa = 0", "negative", "beyond the capacity")),
    (lambda: typical.solve(0.5, 0.5), ("alpha = 0.5", "kappa = 0.5", "beyond the capacity")),
    (lambda: typical.solve(5.0), ("alpha = 5", "kappa = 0")),
    (lambda: typical.saddle_point(5.0), ("alpha = 5", "kappa = 0", "no saddle point")),
    (lambda: typical.solve(1e6, 3.0), ("alpha = 1e+06", "kappa = 3")),
    (lambda: franz_parisi.solve(0.1, 0.5, 0.5), ("alpha = 0.5", "no reference", "kappa_reference = 0.5")),
    (lambda: franz_parisi.trace([0.1, 0.2], 0.9, 0.0), ("alpha = 0.9", "no reference", "kappa_reference = 0")),
    (lambda: franz_parisi.solve(0.1, 5.0, 0.0), ("alpha = 5",)),
    (lambda: franz_parisi.maximum_distance(0.5, 0.6), ("alpha = 0.5", "no reference", "kappa_reference = 0.6")),
    (lambda: franz_parisi.barrier("entropy", 0.5, 0.6), ("alpha = 0.5", "no reference", "kappa_reference = 0.6")),
    (lambda: franz_parisi.margin_thresholds(0.84)[0], ("alpha = 0.84", "no reference")),
    (lambda: franz_parisi.margin_thresholds(0.8)[1], ("alpha = 0.8", "kappa_max")),
    (lambda: large_deviation.solve(0.3, 0.5), ("alpha = 0.5", "q1 = 0.3")),
    (lambda: large_deviation.solve(0.1, 0.5, y=20.0, architecture=RELU), ("alpha = 0.5", "q1 = 0.1")),
    (lambda: typical.solve(3.0, weights=SPHERICAL, architecture=RELU), ("alpha = 3",)),
    (lambda: finite_committee.large_deviation.solve(0.1, 1.0), ("alpha = 1", "q1 = 0.1")),
    (lambda: finite_committee.typical.solve(4.1), ("alpha = 4.1",)),
    (lambda: gibbs(beta=1e3), ("alpha = 0.4", "beta = 1000", "ground state")),
    (lambda: franz_parisi.solve(0.95, 0.5, 0.3), ("distance 0.95", "alpha = 0.5", "margin 0.3", "kappa = 0", "ended")),
])
def test_no_solution_is_an_outcome_with_a_reason(outcome, words):
    result = outcome()
    assert isinstance(result, NoSolution) and not result
    assert all(word in result.reason for word in words) and one_sentence(result.reason)
    with pytest.raises(AttributeError, match="no solution, hence no 'entropy'"):
        result.entropy


@pytest.mark.parametrize("verb", [
    lambda weights: one_step_franz_parisi.solve(0.1, 0.5, 0.3, weights=weights),
])
def test_weights_without_an_entropic_term_are_refused(verb):
    with pytest.raises(ValueError, match=r"weights is OTHER; .* must be BINARY"):
        verb(dataclasses.replace(BINARY, name="other"))
