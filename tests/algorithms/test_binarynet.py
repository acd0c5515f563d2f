"""Training by BinaryNet in NumPy: as described, the same whatever runs beside it, and on tasks whose outcome is known."""

import re

import numpy as np
import pytest

from flatminima.algorithms import binarynet
from flatminima.algorithms.binarynet import training
from flatminima.algorithms.binarynet.steps import binarised
from flatminima.networks import multilayer, random_patterns


@pytest.fixture(autouse=True, scope="module")
def without_jax():
    """Also where it is installed: tests/deep is about that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_jax", lambda: None)
        yield


def written_out(inputs, labels, hidden, rate, seed, epochs, batch):
    """Training as it is described, in double precision and with mini-batches that may be small."""
    draw = np.random.default_rng(seed)
    widths = (inputs.shape[1], *hidden, 1)
    latent = [draw.uniform(-(fan_in**-0.5), fan_in**-0.5, (units, fan_in)) for units, fan_in in zip(widths[1:], widths)]
    for _ in range(epochs):
        order = draw.permutation(len(inputs))
        for chosen in (order[first : first + batch] for first in range(0, len(order), batch)):
            shares = np.full(len(chosen), 1 / len(chosen))
            latent = binarynet.step(latent, inputs[chosen].astype(float), labels[chosen].astype(float), shares, rate)
    return binarised(latent)


@pytest.mark.parametrize("batch", [5, 13, 100])
def test_training_is_as_described(batch):
    """In single precision; here no weight is so near to zero that rounding turns it."""
    patterns = random_patterns(13, 21, seed=3)
    learned = binarynet.learn(patterns.inputs, patterns.labels, (7, 5), rate=1, seeds=[[4, 5]], epochs=4, batch=batch)
    again = written_out(patterns.inputs, patterns.labels, (7, 5), 1, [4, 5], epochs=4, batch=batch)
    assert all(np.array_equal(layer[0], other) for layer, other in zip(learned.weights, again))
    assert {layer.dtype for layer in learned.weights} == {np.dtype(np.int8)}


def test_a_network_depends_on_its_seed_alone():
    patterns = random_patterns(30, 21, seed=6)

    def trained(seeds, **how):
        learned = binarynet.learn(patterns.inputs, patterns.labels, (7,), rate=1, seeds=seeds, epochs=3, batch=8, **how)
        return learned.errors, *learned.weights

    several = trained([1, [2, 3], 4])
    assert not np.array_equal(several[1][0], several[1][2])
    for together in (1, 2, 3, 10**25):
        assert all(map(np.array_equal, trained([1, [2, 3], 4], together=together), several))
    assert all(np.array_equal(alone, among[[2, 1, 1]]) for alone, among in zip(trained(([4]) + [[2, 3]] * 2), several))


def count_errors(network, inputs, labels):
    """In integers, unit by unit."""
    wrong = 0
    for x, label in zip(inputs.tolist(), labels):
        for layer in network:
            x = [int(np.sign(sum(int(w) * value for w, value in zip(unit, x)))) for unit in layer]
        wrong += label * x[0] <= 0
    return wrong


def test_easy_tasks_are_learned_and_errors_are_counted():
    patterns = random_patterns(15, 51, seed=7)
    teacher = multilayer.random_weights((51, 1), seed=8)
    labels = np.where(multilayer.outputs(teacher, patterns.inputs) > 0, 1, -1)
    for widths in ((), (11,), (11, 11)):
        learned = binarynet.learn(patterns.inputs, labels, widths, rate=1, seeds=range(3), epochs=40, batch=10)
        assert np.array_equal(learned.errors, [0, 0, 0])
        fresh = random_patterns(15, 51, seed=9)
        for run in range(3):
            network = [layer[run] for layer in learned.weights]
            assert count_errors(network, patterns.inputs, labels) == 0
            assert count_errors(network, fresh.inputs, fresh.labels) == multilayer.errors(network, fresh.inputs, fresh.labels)


def test_of_two_labels_of_one_input_one_is_an_error():
    patterns = random_patterns(15, 21, seed=10)
    inputs, labels = np.tile(patterns.inputs, (2, 1)), np.append(patterns.labels, -patterns.labels)
    learned = binarynet.learn(inputs, labels, (9,), rate=1, seeds=[0, 1], epochs=5, batch=6)
    assert (learned.errors >= 15).all()


PATTERNS = random_patterns(6, 5, seed=11)
GIVEN = {"inputs": PATTERNS.inputs, "labels": PATTERNS.labels, "widths": (3,), "rate": 1, "seeds": [0], "epochs": 1}


@pytest.mark.parametrize(("error", "begins", "wrong"), [
    (TypeError, "inputs is 'x'; ", {"inputs": "x"}),
    (TypeError, "inputs is [[1], [1, 1]]; ", {"inputs": [[1], [1, 1]]}),
    (ValueError, "inputs has shape (); ", {"inputs": 3}),
    (ValueError, "inputs has shape (0,); ", {"inputs": []}),
    (ValueError, "inputs has shape (5,); ", {"inputs": PATTERNS.inputs[0]}),
    (ValueError, "inputs has an entry of size nan; ", {"inputs": np.full((6, 5), np.nan)}),
    (ValueError, "labels has an entry 0; ", {"labels": np.zeros(6)}),
    (ValueError, "there are 1 labels for 6 inputs; ", {"labels": [1]}),
    (TypeError, "widths is 3; it must be a sequence of positive integers, one for", {"widths": 3}),
    (TypeError, "widths is None; ", {"widths": None}),
    (TypeError, "widths is '3'; ", {"widths": "3"}),
    (TypeError, "widths is (3.0,); ", {"widths": (3.0,)}),
    (ValueError, "widths is (0,); ", {"widths": (0,)}),
    (ValueError, "rate is 0; it must be a real number in (0, 1000000).", {"rate": 0}),
    (ValueError, "rate is 1e+300; ", {"rate": 1e300}),
    (TypeError, "rate is 'fast'; ", {"rate": "fast"}),
    (ValueError, "spread is 2; it must be a real number in [0, 1].", {"spread": 2}),
    (ValueError, "spread is nan; ", {"spread": np.nan}),
    (ValueError, "scaling is -1; it must be a real number in [0, 1].", {"scaling": -1}),
    (TypeError, "scaling is None; ", {"scaling": None}),
    (ValueError, "epochs is 0; ", {"epochs": 0}),
    (TypeError, "epochs is 1.5; ", {"epochs": 1.5}),
    (ValueError, "batch is 0; ", {"batch": 0}),
    (ValueError, "together is 0; ", {"together": 0}),
    (TypeError, "together is False; ", {"together": False}),
    (TypeError, "seeds is 3; it must be a list of one seed or more.", {"seeds": 3}),
    (TypeError, "seeds is 'ab'; ", {"seeds": "ab"}),
    (ValueError, "seeds is empty; ", {"seeds": []}),
    (TypeError, "seed is None; ", {"seeds": [0, None]}),
    (ValueError, "seed is -1; ", {"seeds": [0, -1]}),
])  # fmt: skip
def test_bad_input_gets_one_sentence(error, begins, wrong):
    with pytest.raises(error) as caught:
        binarynet.learn(**GIVEN | wrong)
    message = str(caught.value)
    assert message.startswith(begins) and message.endswith(".") and not re.search(r"[.!?]\s|\n", message)
