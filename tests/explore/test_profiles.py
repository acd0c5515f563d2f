"""The curve under the sliders is the certified one, within the digits it claims, and shows the phases of the paper."""

import math

import numpy as np
import pytest

from flatminima.ensembles import franz_parisi, typical
from flatminima.explore import ACTIVATIONS, WEIGHTS, largest_load, largest_margin, profile
from flatminima.explore.picture import Picture, reading
from flatminima.weights import BINARY, SPHERICAL

PERCEPTRON, SIGN, RELU = (ACTIVATIONS[name] for name in ("none: perceptron", "sign", "ReLU"))
CASES = {
    "binary perceptron": (0.5, 0.2, BINARY, PERCEPTRON),
    "equal margins": (0.5, 0.0, BINARY, PERCEPTRON),
    "binary ReLU": (0.6, 0.05, BINARY, RELU),
    "spherical sign": (1.2, 0.3, SPHERICAL, SIGN),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@each_case
def test_points_and_slopes_are_those_of_the_certified_branch(case):
    found = profile(*case)
    exact = franz_parisi.trace(found.distances[2::6], case[0], case[1], 0.0, *case[2:])
    np.testing.assert_allclose(found.entropy[2::6], exact.entropy, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.slope[2::6], exact.slope, rtol=1e-6)
    np.testing.assert_allclose(found.replicon[2::6], exact.replicon, rtol=1e-6)


@each_case
def test_maximum_is_where_the_certified_slope_vanishes(case):
    distance, entropy = profile(*case).maximum()
    assert distance == pytest.approx(franz_parisi.maximum_distance(case[0], case[1], 0.0, *case[2:]), abs=2e-3)
    assert entropy == typical.saddle_point(case[0], 0.0, *case[2:]).entropy


def test_sentences_change_at_the_thresholds_of_the_margin():
    least, untouched = 0.02911749, 0.036430159  # kappa_min(0.5) and kappa_u(0.5) of the ledger
    beginnings = [
        reading(profile(0.5, margin, BINARY, PERCEPTRON)).partition(" ")[0]
        for margin in (0.0, 0.97 * least, 1.03 * least, 0.97 * untouched, 1.03 * untouched)
    ]
    assert beginnings == ["No", "Dense", "A", "A", "The"]


def test_zeros_are_where_the_certified_entropy_vanishes():
    zeros = profile(0.5, 0.02, BINARY, PERCEPTRON).zeros()
    exact = franz_parisi.trace(zeros, 0.5, 0.02)
    assert zeros.size == 2
    assert np.all(np.abs(exact.entropy / exact.slope) < 2e-3 * zeros)  # a Newton step from there is short


@pytest.mark.parametrize("architecture", [PERCEPTRON, SIGN], ids=["perceptron", "sign"])
@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_references_on_offer_exist_and_are_stable(weights, architecture):
    load = largest_load(weights, architecture)
    for alpha in (0.1, load):
        state = typical.saddle_point(alpha, largest_margin(alpha, weights, architecture), weights, architecture)
        assert state.exists and state.replicon < 1.0


def test_beyond_what_is_on_offer():
    with pytest.raises(ValueError, match=r"alpha is 0.9; it must be a real number in \[0, 0.7"):
        largest_margin(0.9, BINARY, PERCEPTRON)
    with pytest.raises(ValueError, match=r"kappa_reference is 0.5; it must be a real number in \[0, 0.418"):
        profile(0.5, 0.5, BINARY, PERCEPTRON)


def test_picture_shows_the_profile_and_nothing_of_the_last_one():
    picture, other = Picture(BINARY), Picture(BINARY)
    first, second = (profile(0.5, margin, BINARY, PERCEPTRON) for margin in (0.0, 0.2))
    assert picture.draw(first) != picture.draw(second)
    assert picture.draw(second) == other.draw(second)


def test_bound_is_above_the_curve():
    found = profile(0.5, 0.1, BINARY, PERCEPTRON)
    log_d = np.linspace(math.log(found.distances[0]), math.log(found.distances[-1]), 500)
    bound = np.array([BINARY.sphere(d) for d in np.exp(log_d)])
    assert np.all(found.curve(log_d) <= bound + 1e-5)
