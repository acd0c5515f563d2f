"""H, log H and the inverse Mills ratio against the recipes in use: time on one core and error.

Times are the best of many rounds in which all recipes take turns, in nanoseconds an element, on
10 000 arguments uniform in [−8, 8]. Errors are the largest relative ones against 60-digit mpmath on
[−37, 37], and on [37, 1e6] for what does not underflow there.
"""

import time

import numpy as np
from mpmath import mpf
from scipy.special import erfc, erfcx, log_ndtr, ndtr

from flatminima.gaussian import H, inverse_mills, log_H, tails
from flatminima.reference import gaussian as twin

ROUNDS = 300
ROOT_2 = np.sqrt(2.0)


def scipy_mills(x):
    return np.sqrt(2.0 / np.pi) / erfcx(x / ROOT_2)


def scipy_all_three(x):
    return ndtr(-x), log_ndtr(-x), scipy_mills(x)


# Group: (name, recipe, the exact functions it approximates). The first of a group is the unit of time.
GROUPS = {
    "H": [
        ("flatminima H", H, [twin.H]),
        ("scipy ndtr(−x)", lambda x: ndtr(-x), [twin.H]),
        ("scipy erfc(x/√2)/2", lambda x: 0.5 * erfc(x / ROOT_2), [twin.H]),
    ],
    "log H": [
        ("flatminima log_H", log_H, [twin.log_H]),
        ("scipy log_ndtr(−x)", lambda x: log_ndtr(-x), [twin.log_H]),
        ("log(erfc(x/√2)/2)", lambda x: np.log(0.5 * erfc(x / ROOT_2)), [twin.log_H]),
    ],
    "A": [
        ("flatminima inverse_mills", inverse_mills, [twin.inverse_mills]),
        ("√(2/π)/erfcx(x/√2)", scipy_mills, [twin.inverse_mills]),
        (
            "exp(−x²/2)/√2π/ndtr(−x)",
            lambda x: np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi) / ndtr(-x),
            [twin.inverse_mills],
        ),
    ],
    "all three": [
        ("flatminima tails", tails, [twin.H, twin.log_H, twin.inverse_mills]),
        ("scipy ndtr, log_ndtr, erfcx", scipy_all_three, [twin.H, twin.log_H, twin.inverse_mills]),
    ],
}


def best_times(recipes, x):
    """Nanoseconds an element for each recipe; taking turns, they meet the same disturbances."""
    best = dict.fromkeys(recipes, float("inf"))
    for _ in range(ROUNDS):
        for name, recipe in recipes.items():
            start = time.perf_counter()
            recipe(x)
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: seconds / x.size * 1e9 for name, seconds in best.items()}


def largest_error(recipe, exact_functions, x):
    """The largest relative error over x and over the functions of the recipe; infinite where it over- or underflows."""
    results = recipe(x)
    results = results if isinstance(results, tuple) else (results,)
    errors = [
        abs((mpf(float(g)) - e) / e) if np.isfinite(g) else float("inf")
        for got, exact in zip(results, exact_functions, strict=True)
        for g, e in zip(got, map(exact, x.tolist()), strict=True)
    ]
    return float(max(errors))


def main():
    random = np.random.default_rng(0)
    arguments = random.uniform(-8.0, 8.0, 10_000)
    near = np.concatenate([np.linspace(-37.0, 37.0, 371), random.uniform(-3.0, 3.0, 400)])
    far = np.concatenate([[37.0], 10.0 ** random.uniform(np.log10(37.0), 6.0, 100), [1e6]])
    rows = [row for group in GROUPS.values() for row in group]
    with np.errstate(all="ignore"):
        times = best_times({name: recipe for name, recipe, _ in rows}, arguments)
        print(f"{'recipe':<30}{'ns':>7}{'ratio':>8}{'error to 37':>14}{'error to 1e6':>14}")
        for group in GROUPS.values():
            for name, recipe, exact in group:
                ratio = times[name] / times[group[0][0]]
                close = largest_error(recipe, exact, near)
                distant = "" if twin.H in exact else f"{largest_error(recipe, exact, far):.1e}"
                print(f"{name:<30}{times[name]:>7.1f}{ratio:>8.1f}{close:>14.1e}{distant:>14}")


if __name__ == "__main__":
    main()
