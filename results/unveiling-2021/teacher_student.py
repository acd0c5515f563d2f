"""Students of a teacher: how many there are, what algorithms find of them, and how many are near it. 7 minutes on one core.

    python results/unveiling-2021/teacher_student.py

Two tasks. `count`: belief propagation at N = 2001. `learn`: nine ways to a student at N = 1001, and the profile of all
others around it, and around the teacher.
"""

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import annealing, belief_propagation, focusing
from flatminima.landscape import local_entropy
from flatminima.losses import cross_entropy_loss
from flatminima.networks import perceptron, teacher_patterns

COUNTED, LEARNED = 2001, 1001
COUNTED_LOADS = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
COUNTED_SAMPLES = range(5)
LEARNED_SAMPLES = {0.5: range(10), 0.7: range(10), 0.9: range(6)}

# The share of weights that each bias flips where there are no patterns, from one half, no bias, to one in a hundred.
FLIPPED = np.array([0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01])
STRENGTHS = np.arctanh(1 - 2 * FLIPPED)

FOCUSING = {f"fBP, y = {y}": y for y in (3, 5, 20)}
# The loss f_γ, and whether the run goes on after the first student that it meets.
ANNEALING = {
    "annealing, gamma = 2, to the end": (2.0, True),
    **{f"annealing, gamma = {gamma:g}": (gamma, False) for gamma in (1.5, 2.0, 3.0, 5.0, 10.0)},
}
ALGORITHMS = [*FOCUSING, *ANNEALING, "teacher"]


def sample(task, alpha, sample):
    return {"count": count, "learn": learn}[task](alpha, sample)


def data(size, alpha, sample):
    """Patterns and their teacher; those of different loads and sizes are independent."""
    return *teacher_patterns(round(alpha * size), size, seed=[2021, 12, size, round(1000 * alpha), sample]), perceptron(size)


def count(alpha, sample):
    """All students together: their number, the overlap of two of them, and that with the teacher."""
    patterns, teacher, machine = data(COUNTED, alpha, sample)
    beliefs = belief_propagation.iterate(patterns, machine, damping=0.2, tolerance=1e-7)
    best = np.where(beliefs.mean < 0, -1.0, 1.0)
    return {
        "entropy": beliefs.entropy,
        "overlap": beliefs.overlap(teacher),
        "q": np.mean(beliefs.mean**2),
        "clipped_overlap": np.mean(best * teacher),
        "clipped_errors": machine.errors(best, patterns),
        "residual": beliefs.residual,
    }


def learn(alpha, sample):
    """One row an algorithm: its errors, its overlap with the teacher, and the profile around it."""
    patterns, teacher, machine = data(LEARNED, alpha, sample)
    rows = []
    for index, name in enumerate(ALGORITHMS):
        weights = teacher if name == "teacher" else student(name, patterns, machine, [round(1000 * alpha), sample, index])
        profile = local_entropy.trace(weights, patterns, machine, strengths=STRENGTHS, max_sweeps=120)
        rows.append({
            "weights": np.packbits(weights[0] > 0),
            "errors": machine.errors(weights, patterns),
            "overlap": np.mean(weights * teacher),
            "distances": profile.distances,
            "entropy": profile.entropy,
            "sweeps": profile.sweeps,
        })  # fmt: skip
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def student(name, patterns, machine, seed):
    if name in FOCUSING:
        return focusing.solve(patterns, machine, replicas=FOCUSING[name], max_sweeps=100).weights
    gamma, to_the_end = ANNEALING[name]
    run = annealing.minimise(
        patterns, machine, schedule=np.linspace(0.5, 100.0, 1000), seed=seed,
        loss=cross_entropy_loss(gamma).value, until_solved=not to_the_end,
    )  # fmt: skip
    return run.weights.astype(float)


STUDY = sweeps.Study(
    "unveiling-2021/teacher_student",
    sample,
    units=[{"task": "count", "alpha": a, "sample": s} for a in COUNTED_LOADS for s in COUNTED_SAMPLES]
    + [{"task": "learn", "alpha": a, "sample": s} for a, samples in LEARNED_SAMPLES.items() for s in samples],
    version=1,
    recompute={"task": "count", "alpha": 0.5, "sample": 0},
    tolerance=1e-4,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
