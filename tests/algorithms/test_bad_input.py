"""What no algorithm and no landscape takes: one sentence with the parameter and its value, before anything is computed."""

import math
import re
from functools import partial

import numpy as np
import pytest

from flatminima import SPHERICAL, NotConverged
from flatminima.algorithms import belief_propagation, focusing, gradient, least_action
from flatminima.landscape import hessian, local_entropy
from flatminima.landscape.output_losses import cross_entropy, smoothed_errors, square_error
from flatminima.networks import RELU_UNIT, Patterns, full_committee, random_patterns, tree_committee

MACHINE, PATTERNS = tree_committee(3, 33), random_patterns(12, 33, seed=1)
WEIGHTS = MACHINE.random_weights(np.random.default_rng(0))
GIVEN = {"patterns": PATTERNS, "machine": MACHINE}

draw = partial(random_patterns, count=2, size=3)
act = partial(least_action.learn, **GIVEN, rate=1e-2, seed=1, max_epochs=3)
act_together = partial(
    least_action.learn_replicated, **GIVEN, rate=1e-2, lambda_0=1.0, lambda_1=0.0, seed=1, replicas=3, max_epochs=3
)
descend = partial(gradient.learn, **GIVEN, **gradient.FAST, seed=1, max_epochs=3)
propagate = partial(belief_propagation.iterate, **GIVEN)
edge_by_edge = partial(belief_propagation.edges.solve, **GIVEN)
focus = partial(focusing.solve, **GIVEN)
focus_on_the_sphere = partial(focus, weights=SPHERICAL)
count_around = partial(local_entropy.trace, WEIGHTS, **GIVEN, weights=SPHERICAL)
expand = partial(hessian.expand, WEIGHTS, **GIVEN, beta=1.0)

VERBS = [act, act_together, descend, propagate, edge_by_edge, focus, count_around]
SEEDED = [draw, act, act_together, descend]


def one_sentence(message):
    return message.endswith(".") and not re.search(r"[.!?]\s", message) and "\n" not in message


def refused(error, verb, begins, /, **arguments):
    with pytest.raises(error) as caught:
        verb(**arguments)
    message = str(caught.value)
    assert message.startswith(begins) and one_sentence(message), message


@pytest.mark.parametrize("verb", SEEDED, ids=lambda verb: verb.func.__name__)
@pytest.mark.parametrize("seed, error", [
    (-1, ValueError), ([1, -1], ValueError), ("x", TypeError), (None, TypeError), (1.5, TypeError), (True, TypeError),
    ([], TypeError), ([1, 2.0], TypeError),
], ids=repr)
def test_seeds(verb, seed, error):
    refused(error, verb, f"seed is {seed!r}; it must be an integer from 0 on or a list of them", seed=seed)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.func.__name__)
def test_machines_and_patterns(verb):
    refused(TypeError, verb, "machine is of type str; ", machine="tree")
    refused(TypeError, verb, "machine is of type Patterns; ", machine=PATTERNS)
    refused(TypeError, verb, "patterns is of type ndarray; ", patterns=PATTERNS.inputs)
    refused(ValueError, verb, "the patterns have 30 entries; ", patterns=random_patterns(12, 30, seed=1))


@pytest.mark.parametrize("verb", [propagate, edge_by_edge, focus])
def test_messages_are_for_sign_units(verb):
    refused(ValueError, verb, "machine is Committee", machine=full_committee(4, 33, RELU_UNIT))


@pytest.mark.parametrize("verb, parameter, value, error", [
    (act, "rate", 1e200, ValueError), (act_together, "rate", 1e10, ValueError),
    (act, "rate", -math.inf, ValueError),
    (propagate, "start", "beliefs", TypeError), (propagate, "coupling", 3, TypeError),
    (propagate, "field", "strong", TypeError),
    (propagate, "field", [[1.0], [1.0, 2.0]], TypeError), (propagate, "field", 1j * WEIGHTS, TypeError),
    (propagate, "weights", "binary", ValueError), (propagate, "max_sweeps", 2.5, TypeError),
    (edge_by_edge, "damping", 1.0, ValueError), (edge_by_edge, "damping", math.nan, ValueError),
    (edge_by_edge, "tolerance", -1.0, ValueError), (edge_by_edge, "max_sweeps", -1, ValueError),
    (edge_by_edge, "max_sweeps", 2.5, TypeError), (edge_by_edge, "field", "strong", TypeError),
    (focus, "schedule", "slow", TypeError), (focus, "schedule", [[0.1]], ValueError),
    (focus, "weights", None, ValueError), (focus, "replicas", 0, ValueError), (focus, "damping", -0.1, ValueError),
    (focus_on_the_sphere, "replicas", 0.5, ValueError), (focus_on_the_sphere, "schedule", [-1.0], ValueError),
    (count_around, "strengths", "strong", TypeError), (count_around, "strengths", [1e20], ValueError),
    (count_around, "strengths", [math.nan], ValueError), (count_around, "weights", "binary", ValueError),
    (local_entropy.usual_strengths, "weights", "binary", ValueError), (local_entropy.usual_strengths, "last", 1e3, ValueError),
    (local_entropy.usual_strengths, "steps", 1, ValueError),
    (expand, "beta", 1e200, ValueError), (smoothed_errors, "beta", 1e200, ValueError),
    (cross_entropy, "gamma", 1e50, ValueError),
    (square_error, "scale", math.inf, ValueError),
])
def test_settings(verb, parameter, value, error):
    refused(error, verb, f"{parameter} is ", **{parameter: value})


def test_fields_of_messages():
    for verb in (propagate, edge_by_edge):
        refused(ValueError, verb, "field has shape (33,); ", field=np.zeros(33))
        refused(ValueError, verb, "field has an entry nan; ", field=np.full((3, 11), math.nan))
        refused(ValueError, verb, "field has an entry -1e+200; ", field=np.full((3, 11), -1e200))


def test_a_coupling_of_spherical_replicas_is_zero_or_a_number_whose_square_is_one():
    refused(ValueError, focus_on_the_sphere, "strength is 1e-300; ", schedule=[1e-300])
    refused(ValueError, focus_on_the_sphere, "strength is 1e+60; ", schedule=[1e60])
    assert focus_on_the_sphere(schedule=[0.0, 1.0]).errors == 0


def test_weights():
    for verb in (MACHINE.normalised, partial(MACHINE.errors, patterns=PATTERNS)):
        refused(TypeError, verb, "weights is 'x'; ", weights="x")
        refused(TypeError, verb, "weights is ", weights=WEIGHTS + 1j)
        refused(ValueError, verb, "weights has shape (11, 3); ", weights=WEIGHTS.T)
        refused(ValueError, verb, "weights has an entry that is not finite; ", weights=np.full((3, 11), math.nan))
    refused(ValueError, MACHINE.normalised, "weights has an entry of size 1e+200; ", weights=np.full((3, 11), 1e200))
    refused(TypeError, partial(local_entropy.trace, **GIVEN), "reference is 'x'; ", reference="x")
    refused(ValueError, partial(local_entropy.trace, **GIVEN), "reference has an entry ", reference=WEIGHTS)
    refused(ValueError, expand().product, "direction has an entry ", direction=np.full((3, 11), math.nan))


def test_what_patterns_and_machines_are_made_of():
    refused(TypeError, partial(tree_committee, 3, 9), "unit is 'sign'; ", unit="sign")
    refused(TypeError, partial(Patterns, labels=[1, 1]), "inputs is [[1], [1, 1]]; ", inputs=[[1], [1, 1]])
    refused(TypeError, partial(Patterns, labels=[1]), "inputs is [['a']]; ", inputs=[["a"]])
    refused(ValueError, partial(Patterns, [[1, -1]]), "labels has an entry nan; ", labels=[math.nan])


def test_numbers_that_overflow_are_no_solution():
    """Weights that are NaN misclassify nothing, if one counts the patterns that are wrong."""
    for wrong in ({"rate": 1e200}, {"beta_1": 1e300, "stop": 1e-300}):
        with pytest.raises(NotConverged, match="the weights are no numbers any more"):
            gradient.learn(**GIVEN, **{**gradient.FAST, "seed": 1, "max_epochs": 20, **wrong})
    with pytest.raises(NotConverged, match="the replicas have run away"):
        act_together(lambda_0=1e5, normalised=False, batch=3, max_epochs=50)


def test_a_mini_batch_is_all_patterns_at_most():
    for verb in (act, act_together, descend):
        few, many = (verb(batch=batch).weights for batch in (len(PATTERNS), 10**25))
        assert np.array_equal(few, many)

