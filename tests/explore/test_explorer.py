"""The sliders, driven as a hand would."""

from functools import cache
from html import unescape

import pytest

from flatminima.architectures import committee
from flatminima.explore import ACTIVATIONS, WEIGHTS, Explorer, largest_load, largest_margin, profile
from flatminima.explore.picture import Picture, reading


@pytest.fixture(scope="module")
def explorer():
    return Explorer()


@pytest.fixture(autouse=True)
def at_the_start(explorer):
    explorer.weights.value, explorer.activation.value = WEIGHTS["binary"], ACTIVATIONS["none: perceptron"]
    explorer.alpha.value, explorer.kappa.value = 0.5, 0.1


@cache
def picture(weights):
    return Picture(weights)


def shows(explorer):
    """What the sliders are set to, compared with what is shown."""
    choice = explorer.alpha.value, explorer.kappa.value, explorer.weights.value, explorer.activation.value
    expected = profile(*choice)
    return reading(expected).partition(" Maximum")[0] in unescape(explorer.reading.value) and (
        explorer.image.value == picture(explorer.weights.value).draw(expected)
    )


def test_each_slider_redraws(explorer):
    seen = {explorer.image.value}
    for slider, value in [
        (explorer.kappa, 0.02),
        (explorer.alpha, 0.6),
        (explorer.activation, ACTIVATIONS["sign"]),
        (explorer.weights, WEIGHTS["spherical"]),
    ]:
        slider.value = value
        assert shows(explorer)
        seen.add(explorer.image.value)
    assert len(seen) == 5


def test_margin_stays_within_its_range_when_the_load_moves(explorer):
    explorer.kappa.value = explorer.kappa.max
    explorer.alpha.value = 0.7
    machine = explorer.weights.value, explorer.activation.value
    assert explorer.kappa.max == largest_margin(0.7, *machine) == explorer.kappa.value
    assert shows(explorer)


def test_load_stays_within_its_range_when_the_weights_change(explorer):
    explorer.weights.value = WEIGHTS["spherical"]
    explorer.alpha.value = 1.7
    explorer.weights.value = WEIGHTS["binary"]
    machine = explorer.weights.value, explorer.activation.value
    assert explorer.alpha.value == explorer.alpha.max <= largest_load(*machine)
    assert shows(explorer)


def test_one_picture_a_move(explorer):
    drawn = []
    explorer.image.observe(drawn.append, "value")
    explorer.kappa.value = explorer.kappa.max
    explorer.alpha.value = 0.7  # which cuts the margin's range
    assert len(drawn) == 2


def test_an_activation_of_ones_own():
    leaky = committee(lambda x: x * (0.55 + 0.45 * (x > 0)), "leaky", breakpoints=[0])
    explorer = Explorer(ACTIVATIONS | {"leaky": leaky})
    explorer.activation.value = leaky
    assert shows(explorer)
    assert "leaky" in repr(explorer)
