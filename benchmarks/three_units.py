"""Dense regions of three units against the recipe in use: time and error of one energetic average, and of one solved point.

The average of maxima over three fields at q₁ = 0.9 and D = 1, 10 and 60, by `finite_committee.large_deviation` at some of its
rules, and by product rules in the ordered chamber with Newton's method from five starts at every node: nodes crowded
at the faces (`reference.finite_committee_densest`), and Gauss–Legendre on a simplex, x₂ = x₁ − s and x₃ = x₂ − t.
Then `solve` at loads 1 and 2. Truth is the finest rule. Times are processor time, the least of some runs.
"""

import math

import numpy as np
from _timing import best

from flatminima import finite_committee
from flatminima.ensembles.finite_committee.large_deviation.equations import RULES, Densest
from flatminima.reference import finite_committee_densest as twin

Q1 = 0.9
REACH = 7.0


def simplex(depth, count):
    """Gauss–Legendre in all three directions, no grading: kinks are on the border."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    v1, w1 = REACH * nodes, REACH * weights
    gap, gap_weight = REACH * (1 + nodes), REACH * weights
    a, b, c = np.meshgrid(v1, gap, gap, indexing="ij")
    v = np.stack([a, a - b, a - b - c], axis=-1).reshape(-1, 3)
    measure = np.einsum("i,j,k->ijk", w1, gap_weight, gap_weight).ravel()
    measure *= 6 * np.exp(-0.5 * np.sum(v * v, axis=1)) / (2 * math.pi) ** 1.5
    kept = measure > 1e-14
    return float(measure[kept] @ twin.highest(math.sqrt(Q1 / (1 - Q1)) * v[kept], depth, twin.MAJORITY)[0])


def averages(depth):
    machine = Densest(Q1)
    x = machine.highest - 2 * math.log1p(depth)
    truth = machine.averages(x, len(RULES) - 1).value
    print(f"\n{f'average at D = {depth:g}':<44}{'seconds':>10}{'error':>10}")
    rows = [(f"rule of {RULES[k]}", lambda k=k: machine.averages(x, k).value, 3) for k in (1, 2, 3, 4, 5)]
    rows.append(("twin, 24 nodes a direction", lambda: twin.densest(Q1, depth * (1 - Q1), 1 - Q1, twin.MAJORITY, 24).value, 1))
    rows += [(f"simplex, {n} nodes a direction", lambda n=n: simplex(depth, n), 1) for n in (24, 48)]
    for name, action, repeats in rows:
        seconds, value = best(action, repeats)
        print(f"{name:<44}{seconds:>10.3f}{abs(value - truth):>10.0e}")


def points():
    print(f"\n{'solve at q1 = 0.9':<44}{'seconds':>10}{'error':>10}{'estimate':>10}")
    for alpha in (1.0, 2.0):
        truth = finite_committee.large_deviation.solve(Q1, alpha, accuracy=5e-9).normalised
        for accuracy in (1e-4, 1e-5, 1e-6, 1e-8):
            seconds, state = best(lambda: finite_committee.large_deviation.solve(Q1, alpha, accuracy=accuracy), 2)
            name = f"alpha = {alpha:g}, accuracy {accuracy:.0e}"
            print(f"{name:<44}{seconds:>10.3f}{abs(state.normalised - truth):>10.0e}{state.error:>10.0e}")


if __name__ == "__main__":
    Densest(Q1).averages(0.0, 0)  # compile
    for size in (1.0, 10.0, 60.0):
        averages(size)
    points()
