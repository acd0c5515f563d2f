"""The RS capacity α_c(κ) against the recipes in use: time and error.

`critical_capacity`; the same root by `scipy.integrate.quad` and nested `brentq` (q̂ at given α, then α at zero
entropy), as one writes it from the saddle-point equations; and mpmath to 15 and 50 digits. Errors are relative,
against 50 digits. Times are processor time: the least of many runs, or of a single one for the slow recipes.
"""

import math

from mpmath import mp
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx, log_ndtr
from tqdm import tqdm

from _timing import best
from flatminima.ensembles import typical
from flatminima.reference import typical as twin

MARGINS = (0.0, 0.5, -0.5)
REPEATS = 50


def average(f):
    normal = lambda z: f(z) * math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return quad(normal, -10, 10, epsabs=1e-13, epsrel=1e-12, limit=200)[0]


def mills_squared(x):
    return 2 / math.pi / erfcx(x / math.sqrt(2)) ** 2


def adaptive_capacity(kappa):
    """Zero-entropy load by adaptive quadrature, with the saddle point as a nested root."""

    def overlap(q_hat):
        return average(lambda z: math.tanh(math.sqrt(q_hat) * z) ** 2)

    def field(q, z):
        return (kappa - math.sqrt(q) * z) / math.sqrt(1 - q)

    def mismatch(q_hat, alpha):
        q = overlap(q_hat)
        return q_hat - alpha / (1 - q) * average(lambda z: mills_squared(field(q, z)))

    def entropy(alpha):
        q_hat = brentq(mismatch, 1e-6, 1e3, args=(alpha,), xtol=1e-12)
        q = overlap(q_hat)
        entropic = average(lambda z: math.log(2 * math.cosh(math.sqrt(q_hat) * z)))
        return -0.5 * q_hat * (1 - q) + entropic + alpha * average(lambda z: log_ndtr(-field(q, z)))

    annealed = -math.log(2) / log_ndtr(-kappa)  # an upper bound
    return brentq(entropy, 0.5 * annealed, annealed, xtol=1e-12)


def main():
    runs = {
        "critical_capacity": (typical.critical_capacity, REPEATS),
        "quad and brentq": (adaptive_capacity, 1),
        "mpmath, 15 digits": (lambda kappa: twin.critical_capacity(kappa, digits=15), 1),
        "mpmath, 50 digits": (lambda kappa: twin.critical_capacity(kappa, digits=50), 1),
    }
    with tqdm(total=len(MARGINS) * len(runs), desc="capacities", leave=False) as progress:
        for kappa in MARGINS:
            outcomes = {}
            for name, (recipe, repeats) in runs.items():
                outcomes[name] = best(lambda: recipe(kappa), repeats)
                progress.update()
            unit, truth = outcomes["critical_capacity"][0], outcomes["mpmath, 50 digits"][1]
            tqdm.write(f"\n{f'κ = {kappa:g}':<22}{'ms':>10}{'ratio':>9}{'error':>10}")
            for name, (seconds, alpha) in outcomes.items():
                with mp.workdps(60):
                    error = max(float(abs(alpha / truth - 1)), 1e-16)
                shown = f"{error:>10.0e}" if alpha is not truth else f"{'unit':>10}"
                tqdm.write(f"{name:<22}{seconds * 1e3:>10.2f}{seconds / unit:>9.0f}{shown}")


if __name__ == "__main__":
    main()
