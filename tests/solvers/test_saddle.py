"""Newton, continuation, bracketing: known roots are found, and what is not found is said, with its residual."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima import NotConverged, saddle


def parabola(level):
    return lambda x: (x**2 - level, np.diag(2 * x))


@given(level=st.floats(1e-4, 1e2), start=st.floats(1e-2, 50))
def test_newton_finds_the_square_root_from_anywhere(level, start):
    x, residual = saddle.solve(parabola(level), [start], tolerance=1e-13 * level)
    assert x[0] == pytest.approx(math.sqrt(level), rel=1e-12)
    assert residual == abs(x[0] ** 2 - level)


def test_newton_solves_a_coupled_system():
    def equations(x):
        a, b = x
        return np.array([a + b - 3, a * b - 2]), np.array([[1, 1], [b, a]])

    x, residual = saddle.solve(equations, [0.5, 4.0])
    assert sorted(x) == pytest.approx([1.0, 2.0], abs=1e-12) and residual <= 1e-12


def test_a_domain_is_respected_by_halving_the_step():
    """√x = 0.1 from x = 9: a full step leaves x > 0, where the residual is infinite."""

    def equations(x):
        if x[0] <= 0:
            return np.array([np.inf]), np.eye(1)
        return np.sqrt(x) - 0.1, np.diag(0.5 / np.sqrt(x))

    assert saddle.solve(equations, [9.0], longest_step=20.0)[0][0] == pytest.approx(0.01, rel=1e-9)


@pytest.mark.parametrize("equations", [
    lambda x: (x**2 + 1, np.diag(2 * x)),  # no root
    lambda x: (x**2 + 1, np.zeros((1, 1))),  # singular Jacobian
    lambda x: (x * np.nan, np.eye(1)),  # no residual
], ids=["no root", "singular", "nan"])
def test_what_has_no_root_raises_with_the_residual_and_the_last_state(equations):
    with pytest.raises(NotConverged) as caught:
        saddle.solve(equations, [0.7])
    assert caught.value.residual > 0.9 and np.isfinite(caught.value.state).all()
    assert "1e-12" in str(caught.value)


def test_convergence_is_judged_by_the_residual_and_not_by_the_step():
    """1000(x − 1): a step of 1e-9 still leaves 1e-6."""
    with pytest.raises(NotConverged):
        saddle.solve(lambda x: (1e3 * (x - 1), np.full((1, 1), 1e12)), [1.001])


def trace_parabola(points, **options):
    root = lambda point, guess: saddle.solve(parabola(point), guess)[0]
    return [(point, x[0]) for point, x in saddle.trace(root, points, [1.0], origin=1.0, **options)]


@pytest.mark.parametrize("points", [[1.3, 2.0, 9.0], [0.9, 0.5, 1e-3], [1.0, 1.0]])
def test_a_branch_is_followed_either_way(points):
    branch = trace_parabola(points, stride=0.25)
    assert [point for point, _ in branch] == points
    assert [x for _, x in branch] == pytest.approx(np.sqrt(points), rel=1e-9)


def test_no_step_is_longer_than_the_stride():
    visited = [0.0]

    def record(point, guess):
        visited.append(point)
        return np.array([point])

    assert len(list(saddle.trace(record, [0.05, 3.0], [0.0], origin=0.0, stride=0.5))) == 2
    assert np.max(np.diff(visited)) <= 0.5


def test_a_branch_that_ends_yields_the_points_before_its_end():
    """x² = 1 − point ends at point 1, where the two roots meet."""
    root = lambda point, guess: saddle.solve(parabola(1 - point), guess)[0]
    branch = list(saddle.trace(root, [0.5, 0.9, 1.1, 1.2], [1.0], origin=0.0, stride=0.1))
    assert [point for point, _ in branch] == [0.5, 0.9]


@given(root=st.floats(-5, 5))
def test_a_bracketed_root_is_found_from_either_side(root):
    function = lambda x: math.expm1(x - root)
    assert saddle.critical(function, -6.0, 6.0) == pytest.approx(root, abs=1e-13)
    assert saddle.critical(function, 6.0, -6.0) == pytest.approx(root, abs=1e-13)


def test_a_root_at_the_end_of_the_bracket_is_a_root():
    assert saddle.critical(lambda x: x - 1, 1.0, 2.0) == 1.0
    assert saddle.critical(lambda x: x - 2, 1.0, 2.0) == 2.0


@pytest.mark.parametrize("function", [lambda x: x**2 + 1, lambda x: math.nan])
def test_without_a_change_of_sign_there_is_no_root(function):
    with pytest.raises(ValueError, match="it must change sign"):
        saddle.critical(function, -1.0, 1.0)


def test_the_first_change_of_sign_is_the_first():
    assert saddle.first_sign_change(math.sin, [1, 2, 4, 5, 7]) == (2, 4)
    with pytest.raises(NotConverged, match="No sign change"):
        saddle.first_sign_change(math.exp, [0, 1, 2])
