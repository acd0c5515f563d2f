"""Labels of a teacher: they are what it says, and a student drawn at random is to the patterns what the teacher is."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.networks import perceptron, teacher_patterns


@given(st.integers(1, 40), st.integers(0, 20), st.integers(0, 10**6))
def test_the_teacher_makes_no_error_and_its_opposite_nothing_else(count, half, seed):
    size = 2 * half + 1
    patterns, teacher = teacher_patterns(count, size, seed)
    machine = perceptron(size)
    assert (len(patterns), patterns.size, teacher.shape) == (count, size, (1, size))
    assert machine.errors(teacher, patterns) == 0
    assert machine.errors(-teacher, patterns) == count


def test_more_patterns_leave_the_teacher_and_the_first_ones_as_they_are():
    few, teacher = teacher_patterns(5, 31, seed=[4, 2])
    many, same = teacher_patterns(9, 31, seed=[4, 2])
    assert (teacher == same).all() and (many.inputs[:5] == few.inputs).all() and (many.labels[:5] == few.labels).all()


def test_teachers_and_patterns_are_unbiased():
    drawn = [teacher_patterns(3, 11, seed=[5, s]) for s in range(2000)]
    for mean in (np.mean([t for _, t in drawn], axis=0), np.mean([p.inputs for p, _ in drawn], axis=0)):
        assert np.abs(mean).max() < 4.5 / np.sqrt(2000)
    assert abs(np.mean([p.labels for p, _ in drawn])) < 4.5 / np.sqrt(6000)


def test_bayes_rule_on_all_patterns_there_are():
    """Teacher and student may be exchanged: the law of (profile around the teacher) is that of (profile around a student)."""
    size, count = 3, 2
    weights = np.array(list(itertools.product((1, -1), repeat=size)))
    around_teacher, around_student = Counter(), Counter()
    for signs in itertools.product((1, -1), repeat=size * count):
        inputs = np.reshape(signs, (count, size))
        for teacher in weights:
            labels = np.sign(inputs @ teacher)
            students = weights[(labels * (weights @ inputs.T) > 0).all(axis=1)]
            profile = lambda w: tuple(np.bincount(np.count_nonzero(students != w, axis=1), minlength=size + 1).tolist())
            around_teacher[profile(teacher)] += 1
            for student in students:
                around_student[profile(student)] += 1 / len(students)
    assert around_teacher.keys() == around_student.keys() and len(around_teacher) > 3
    for profile, times in around_teacher.items():
        assert around_student[profile] == pytest.approx(times, rel=1e-12)


@pytest.mark.parametrize(
    "arguments, problem",
    [
        ((3, 4, 0), ValueError), ((0, 5, 0), ValueError), ((3, 5, -1), ValueError),
        ((3, 5, None), TypeError), ((3.0, 5, 0), TypeError),
    ],
)
def test_bad_input_is_refused(arguments, problem):
    with pytest.raises(problem, match="it must be"):
        teacher_patterns(*arguments)
