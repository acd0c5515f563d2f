"""Students around a student: without a teacher it is the Franz–Parisi entropy, and Bayes' rule fixes the rest."""

import math
from dataclasses import replace

import numpy as np
import pytest

from flatminima.ensembles import teacher_student, typical
from flatminima.ensembles.teacher_student import averages, margins
from flatminima.errors import NoSolution
from flatminima.reference import franz_parisi, planted
from flatminima.reference.arithmetic import Doubles


def test_without_a_teacher_the_averages_are_those_of_franz_parisi():
    known = typical.saddle_point(0.5, 0.3)
    student = teacher_student.solve(0.5, 0.3)
    alone = replace(student, overlap=0.0, overlap_hat=0.0, q=known.q, q_hat=known.q_hat)
    reference = franz_parisi.Reference(0.5, 0.3, 0.0, known.q, known.q_hat)
    p, t0, t1 = 0.6, 0.45, 0.7
    value, square, product, at_teacher, contact = averages.pattern_averages(alone, p, t0, t1, 0.0, 0.1)
    assert value == pytest.approx(float(planted.energetic_term(Doubles, reference, p, t0, t1)), abs=1e-11)
    tails = planted.tail_averages(Doubles, reference, p, t0, t1)
    assert square == pytest.approx(float(tails[0]) / (1 - p), rel=1e-10)
    assert product == pytest.approx(float(tails[1]) / math.sqrt((1 - known.q) * (1 - p)), rel=1e-10)
    assert contact == pytest.approx(float(planted.contact_average(Doubles, reference, p, t0, t1)), rel=1e-10)
    term, *overlaps = averages.weight_averages(alone, 0.8, 0.5, 0.0, 0.4, 0.1)
    assert term == pytest.approx(float(planted.entropic_term(Doubles, reference, 0.8, 0.5, 0.4)), abs=1e-11)
    assert overlaps[:3] == pytest.approx([float(t) for t in planted.overlaps(Doubles, reference, 0.8, 0.5, 0.4)], abs=1e-11)


def test_derivatives_of_the_pattern_average():
    reference, at = teacher_student.solve(0.7, 0.2), np.array([0.7, 0.5, 0.75, 0.45])
    value, square, product, at_teacher, contact = averages.pattern_averages(reference, *at, 0.1)
    expected = [-square / 2, -product, contact, at_teacher]
    for k, derivative in enumerate(expected):
        up, down = (averages.pattern_averages(reference, *(at + sign * 1e-5 * np.eye(4)[k]), 0.1)[0] for sign in (1, -1))
        assert (up - down) / 2e-5 == pytest.approx(derivative, rel=1e-6)


def test_bayes_rule_at_the_maximum():
    """Unconstrained students are to the reference what the teacher is."""
    everybody, reference = teacher_student.solve(0.75), teacher_student.solve(0.75, 0.2)
    (state,) = teacher_student.around([reference.distance], 0.75, 0.2)
    assert [state.p, state.r, state.t0] == pytest.approx([everybody.q, everybody.q, reference.overlap], abs=1e-9)
    assert state.entropy == pytest.approx(everybody.entropy, abs=1e-10) and abs(state.slope) < 1e-8


def test_a_random_student_sees_what_the_teacher_sees():
    reference = teacher_student.solve(0.8)
    for teacher in teacher_student.trace([0.1, 0.15], 0.8):
        guess = np.array([math.log1p(-teacher.q), 0.95 * reference.overlap, 0.95 * reference.overlap, teacher.overlap_hat])
        x = margins._solved(reference, teacher.distance, guess)
        state = margins._state(reference, teacher.distance, x)
        assert state.entropy == pytest.approx(teacher.entropy, abs=1e-9)
        assert [state.p, state.r, state.slope] == pytest.approx([teacher.q, state.t0, teacher.slope], abs=1e-7)


def test_slope_and_largest_margin():
    before, state, after = teacher_student.around([0.0999, 0.1, 0.1001], 0.75, 0.2)
    assert (after.entropy - before.entropy) / 2e-4 == pytest.approx(state.slope, rel=1e-5)
    margin = teacher_student.max_margin(1.0)
    assert abs(teacher_student.solve(1.0, margin).entropy) < 1e-11
    assert margin > 0 and teacher_student.max_margin(0.5) > margin


def test_bad_input_is_refused():
    for call in (lambda: teacher_student.max_margin(1.3), lambda: teacher_student.around([0.1], 0.5, -0.1),
                 lambda: teacher_student.around([1.1], 0.5, 0.1)):
        with pytest.raises(ValueError, match="it must be"):
            call()
    assert isinstance(teacher_student.around([0.1], 1.2, 0.9)[0], NoSolution)
