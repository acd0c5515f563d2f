"""Students of a teacher: twins, limits, stationarity, Bayes' rule, and bounds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from flatminima.ensembles import teacher_student, typical
from flatminima.errors import NoSolution
from flatminima.reference import franz_parisi as franz_parisi_twin
from flatminima.reference import teacher_student as twin
from flatminima.weights import BINARY


def free_entropy(state, digits=12, **changed):
    """The planted entropy in mpmath at the order parameters of a state, some of them changed."""
    names = {"q": state.q, "R": state.overlap, "q_hat": state.q_hat, "R_hat": state.overlap_hat}
    return float(twin.entropy(**{**names, **changed}, alpha=state.alpha, kappa=state.kappa, digits=digits))


def test_thresholds_agree_with_their_twins():
    assert teacher_student.recovery() == pytest.approx(float(twin.recovery(11).alpha), rel=1e-11)
    assert teacher_student.spinodal() == pytest.approx(float(twin.spinodal(4).alpha), rel=1e-8)


@settings(max_examples=6)
@given(st.floats(0.05, 0.9), st.floats(-1.0, 0.3))
def test_typical_students_are_stationary_and_agree_with_the_twin(alpha, kappa):
    state = teacher_student.solve(alpha, kappa)
    assert state.residual < 1e-9 and abs(state.slope) < 1e-8
    assert state.entropy == pytest.approx(free_entropy(state), abs=1e-11 + state.error)
    for name, value in {"q": state.q, "R": state.overlap, "q_hat": state.q_hat, "R_hat": state.overlap_hat}.items():
        step = 1e-3 * min(value, 1 - value if name in "qR" else value, state.q - state.overlap**2)
        up, down = (free_entropy(state, **{name: value + sign * step}) for sign in (1, -1))
        assert abs(up - down) / (2 * step) < 1e-4 * (1 + state.q_hat)


@settings(max_examples=6)
@given(st.floats(0.02, 0.45), st.floats(0.1, 1.4), st.floats(-0.5, 0.5))
def test_profile_agrees_with_the_franz_parisi_entropy_of_a_reference_without_replicas(distance, alpha, kappa):
    (state,) = teacher_student.trace([distance], alpha, kappa)
    if not state:
        return
    reference = franz_parisi_twin.Reference(alpha, 0, kappa, "1e-30", "1e-30")
    value = franz_parisi_twin.entropy(
        distance, state.q, 0, state.q_hat, 0, state.overlap_hat, reference, digits=10
    )
    assert state.entropy == pytest.approx(float(value), abs=1e-9)


def test_slope_is_the_derivative_of_the_entropy():
    for d in (0.05, 0.1, 0.35):
        before, state, after = teacher_student.trace([d - 1e-4, d, d + 1e-4], 0.8, 0.1)
        assert (after.entropy - before.entropy) / 2e-4 == pytest.approx(state.slope, rel=1e-4, abs=1e-5)


def test_the_maximum_of_the_profile_is_the_typical_student():
    for alpha, kappa in ((0.5, 0.0), (1.2, 0.0), (0.7, 0.3)):
        students = teacher_student.solve(alpha, kappa)
        d = students.distance
        profile = teacher_student.trace([0.9 * d, d, 1.1 * d], alpha, kappa)
        assert profile[1].entropy == pytest.approx(students.entropy, abs=1e-11)
        assert max(profile[0].entropy, profile[2].entropy) < students.entropy


def test_no_patterns_leave_all_weights():
    students = teacher_student.solve(1e-6)
    assert students.entropy == pytest.approx((1 - 1e-6) * math.log(2), abs=1e-9)
    assert abs(students.overlap) < 1e-5
    # all weights at d = 0.2 have the field 0.6 v + 0.8 y at a pattern where the teacher has v > 0
    lost, _ = quad(lambda v: 2 * norm.pdf(v) * norm.logcdf(0.75 * v), 0, 12)
    assert teacher_student.trace([0.2], 1e-6)[0].normalised == pytest.approx(1e-6 * lost, rel=1e-5)


def test_profile_lies_below_the_first_moment():
    for alpha in (0.3, 1.0, 1.4):
        for state in filter(None, teacher_student.trace(np.geomspace(0.005, 0.49, 12), alpha)):
            bound = BINARY.sphere(state.distance) + alpha * math.log(1 - math.acos(state.overlap) / math.pi)
            assert state.entropy < bound


def test_a_teacher_leaves_more_solutions_than_random_labels():
    for alpha in (0.2, 0.5, 0.8):
        assert teacher_student.solve(alpha).entropy > typical.solve(alpha).entropy


def test_margins_that_exclude_little_act_pattern_by_pattern():
    students = teacher_student.solve(0.5, -3.0)
    assert students.entropy == pytest.approx(math.log(2) + 0.5 * norm.logcdf(3.0), abs=1e-5)


def test_the_ends_of_the_domain():
    assert teacher_student.typical_students(20.0).overlap > 0.9999
    for alpha, kappa in ((1.01e-12, 0.0), (1e-6, -5.99), (1.4, -5.99)):
        assert teacher_student.solve(alpha, kappa).entropy == pytest.approx(math.log(2), abs=1e-6)


def test_beyond_the_spinodal_and_close_to_the_teacher_there_is_no_saddle_point():
    assert isinstance(teacher_student.solve(1.5), NoSolution)
    assert all(isinstance(state, NoSolution) for state in teacher_student.trace([0.1, 0.2], 1.5))
    near, far = teacher_student.trace([1e-4, 0.1], 1.0)
    assert isinstance(near, NoSolution) and far.entropy > 0


@pytest.mark.parametrize("call", [lambda: teacher_student.solve(0.0), lambda: teacher_student.solve(math.nan),
                                  lambda: teacher_student.trace([0.6], 0.5), lambda: teacher_student.typical_students(30.0),
                                  lambda: teacher_student.typical_students(1e-15), lambda: teacher_student.solve(1e-13),
                                  lambda: teacher_student.solve(0.5, -7.0)])
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="it must be"):
        call()
