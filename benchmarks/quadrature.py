"""Gaussian averages against the recipes in use: error, evaluations of the integrand, and time.

E log H((κ − √q z)/√(1 − q)) at κ = 1/2, for overlaps q from 0.5 to 1 − 1e-6, by `expectation` at two
tolerances, by Gauss–Hermite with 32, 64 and 128 nodes, and by `scipy.integrate.quad` on the whole line and
with the feature as a break point. Errors are relative, against 20-digit mpmath; times are the best of many.
Last, what it takes to place one node of the graded trapezoid.
"""

import time
import warnings

import mpmath
import numpy as np
from scipy.integrate import quad

from flatminima.gaussian import expectation, graded_trapezoid, log_H
from flatminima.reference import gaussian as twin

KAPPA = 0.5
OVERLAPS = (0.5, 0.9, 0.99, 0.9999, 1 - 1e-6)
ROUNDS = 30


def field(q, z):
    return (KAPPA - np.sqrt(q) * z) / np.sqrt(1 - q)


def feature(q):
    return KAPPA / np.sqrt(q), np.sqrt((1 - q) / q)


def exact(q):
    """The average by mpmath, on pieces that grow geometrically away from the feature."""
    with mpmath.workdps(20):
        centre, width = map(mpmath.mpf, feature(q))
        root, rest = mpmath.sqrt(q), mpmath.sqrt(1 - mpmath.mpf(q))
        reaches = [width * 4**k for k in range(12)]
        ends = {-12, *range(-9, 10, 3), 12, centre, *(centre + r for r in reaches), *(centre - r for r in reaches)}
        return mpmath.quad(
            lambda z: twin.log_H((KAPPA - root * z) / rest, digits=20) * mpmath.npdf(z),
            sorted(end for end in ends if abs(end) <= 12),
            method="gauss-legendre",
        )


def graded(tol):
    def recipe(q):
        result = expectation(lambda z: log_H(field(q, z)), features=[feature(q)], tol=tol)
        return result.value, result.nodes

    return recipe


def hermite(n):
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    weights = weights / np.sqrt(2 * np.pi)
    return lambda q: (weights @ log_H(field(q, nodes)), n)


def adaptive(points):
    def recipe(q):
        def integrand(z):
            return log_H(field(q, z)) * np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)

        options = {"epsabs": 1e-13, "epsrel": 1e-12, "limit": 200, "full_output": 1}
        ends = (-10.0, 10.0) if points else (-np.inf, np.inf)
        value, _, info, *_ = quad(integrand, *ends, points=[feature(q)[0]] if points else None, **options)
        return value, info["neval"]

    return recipe


RECIPES = {
    "graded, tol 1e-6": graded(1e-6),
    "graded, tol 1e-12": graded(1e-12),
    "Gauss–Hermite 32": hermite(32),
    "Gauss–Hermite 64": hermite(64),
    "Gauss–Hermite 128": hermite(128),
    "quad, whole line": adaptive(points=False),
    "quad, break point": adaptive(points=True),
}


def best_time(action):
    best = float("inf")
    for _ in range(10 * ROUNDS):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def main():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for q in OVERLAPS:
            truth, best = exact(q), dict.fromkeys(RECIPES, float("inf"))
            outcomes = {name: recipe(q) for name, recipe in RECIPES.items()}
            for _ in range(ROUNDS):  # taking turns, the recipes meet the same disturbances
                for name, recipe in RECIPES.items():
                    start = time.perf_counter()
                    recipe(q)
                    best[name] = min(best[name], time.perf_counter() - start)
            print(f"1 − q = {1 - q:.0e}{'':<10}{'error':>10}{'evaluations':>14}{'µs':>8}{'ratio':>8}")
            for name, (value, nodes) in outcomes.items():
                error = max(abs(float((value - truth) / truth)), 1e-16)
                ratio = best[name] / best["graded, tol 1e-12"]
                print(f"{name:<22}{error:>10.0e}{nodes:>14}{best[name] * 1e6:>8.0f}{ratio:>8.1f}")
    for count in (1, 2, 4):
        arguments = (np.linspace(-1.0, 1.0, count), np.full(count, 1e-3), -9.0, 9.0, 0.02)
        nodes = graded_trapezoid(*arguments)[0].size
        print(f"placing nodes, {count} features: {best_time(lambda: graded_trapezoid(*arguments)) / nodes * 1e9:.0f} ns a node")


if __name__ == "__main__":
    main()
