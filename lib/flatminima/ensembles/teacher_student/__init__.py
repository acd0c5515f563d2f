"""Students of a teacher, the planted binary perceptron: how many, how far from the teacher, and how many around one of them.

unveiling-2021, "teacher-student scenario". notebooks/unveiling-2021/12-teacher-student derives all of it.
"""

from flatminima.ensembles.teacher_student.margins import NeighbourState, around, max_margin
from flatminima.ensembles.teacher_student.students import StudentState, recovery, solve, spinodal, trace, typical_students

__all__ = [
    "NeighbourState",
    "StudentState",
    "around",
    "max_margin",
    "recovery",
    "solve",
    "spinodal",
    "trace",
    "typical_students",
]
