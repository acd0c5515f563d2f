"""More patterns or wider margins leave fewer solutions; more robust references have more solutions around them."""

import numpy as np
import pytest

from flatminima.ensembles import franz_parisi, typical


@pytest.mark.parametrize("kappa", [-1.0, 0.0, 0.4])
def test_typical_entropy_and_distance_decrease_with_the_load(kappa):
    states = [typical.solve(alpha, kappa) for alpha in np.geomspace(0.01, 0.99, 12) * typical.critical_capacity(kappa)]
    assert np.all(np.diff([state.entropy for state in states]) < 0)
    assert np.all(np.diff([state.distance for state in states]) < 0)


@pytest.mark.parametrize("alpha", [0.05, 0.5, 1.1])
def test_typical_entropy_and_distance_decrease_with_the_margin(alpha):
    states = [typical.solve(alpha, kappa) for kappa in np.linspace(-2.0, typical.max_margin(alpha) - 1e-3, 12)]
    assert np.all(np.diff([state.entropy for state in states]) < 0)
    assert np.all(np.diff([state.distance for state in states]) < 0)


def test_capacity_decreases_with_the_margin():
    assert np.all(np.diff([typical.critical_capacity(kappa) for kappa in np.linspace(-2.0, 2.0, 9)]) < 0)


@pytest.mark.parametrize("alpha, kappa", [(0.5, 0.0), (0.7, 0.0), (1.2, -0.5)])
def test_local_entropy_grows_with_the_reference_s_margin_up_to_the_typical_distance(alpha, kappa):
    """Larger κ̃ lies deeper inside the solution space. All profiles share the height of their maximum."""
    largest = typical.max_margin(alpha)
    distances = np.linspace(0.01, 0.9 * franz_parisi.maximum_distance(alpha, largest, kappa), 8)
    curves = [
        franz_parisi.trace(distances, alpha, kappa_reference, kappa).entropy
        for kappa_reference in np.linspace(kappa + 0.05, largest, 5)
    ]
    assert np.all(np.diff(curves, axis=0) > 0)


@pytest.mark.parametrize("alpha, kappa_reference", [(0.5, 0.3), (1.2, -0.4)])
def test_local_entropy_decreases_with_the_neighbours_margin(alpha, kappa_reference):
    distances = np.linspace(0.05, 0.4, 6)
    curves = [
        franz_parisi.trace(distances, alpha, kappa_reference, kappa).entropy
        for kappa in kappa_reference - np.array([2.0, 1.0, 0.5, 0.2, 0.05])
    ]
    assert np.all(np.diff(curves, axis=0) < 0)


def test_the_distance_of_the_maximum_decreases_with_the_reference_s_margin():
    margins = [0.05, 0.2, 0.35, typical.max_margin(0.5)]
    assert np.all(np.diff([franz_parisi.maximum_distance(0.5, margin) for margin in margins]) < 0)
