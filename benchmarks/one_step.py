"""The 1RSB double integral (B6) and the one-step capacity against the recipes in use: time and error.

(B6) by `energetic`, which returns its three derivatives with it; by nested `scipy.integrate.quad`, for the
value alone; and by a tensor of Gauss and Hermite nodes in NumPy. The capacity by `critical_capacity` and by
`scipy.optimize.minimize` with (B8) from `quad`. Errors are relative, against mpmath. Times are processor time:
the least of many runs, or of a single one for the slow recipes.
"""

import math

from mpmath import mp, mpf
from numpy.polynomial.hermite_e import hermegauss
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import log_ndtr, logsumexp, ndtr
from tqdm import tqdm

from _timing import best
from flatminima import RELU
from flatminima.ensembles import one_step
from flatminima.ensembles.one_step.energetic import energetic
from flatminima.reference import one_step_typical as twin
from flatminima.reference.effective_overlaps import PERCEPTRON
from flatminima.reference.replicas import entropy

# Q₀, Q₁ and m: early and late on the branch of broken symmetry, and y = 20 replicas
POINTS = ((0.7, 0.8, 0.35), (0.7, 0.999, 0.01), (0.3, 0.9, 20.0))
STEP = 0.1875
HERMITE = 64
REPEATS = 50


def normal(z):
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def nested(q0, q1, m):
    def cluster(z0):
        inner = lambda z: normal(z) * math.exp(m * log_ndtr((math.sqrt(q0) * z0 + math.sqrt(q1 - q0) * z) / math.sqrt(1 - q1)))
        return math.log(quad(inner, -10, 10, epsabs=0, epsrel=1e-8, limit=200)[0]) / m

    return quad(lambda z0: normal(z0) * cluster(z0), -9, 9, epsabs=1e-10, epsrel=1e-8, limit=200)[0]


def tensor(q0, q1, m):
    z, weight = hermegauss(HERMITE)
    weight = weight / math.sqrt(2 * math.pi)
    field = (math.sqrt(q0) * z[:, None] + math.sqrt(q1 - q0) * z) / math.sqrt(1 - q1)
    return weight @ logsumexp(m * log_ndtr(field), b=weight, axis=1) / m


def digits(q0, q1, m):
    """(B6) from the twin: the difference of two free entropies, whose entropic terms drop out."""
    arguments = dict(y=mpf(m), q0=mpf(q0), q1_hat=1, q0_hat=mpf("0.5"), Q_hat=40, overlaps=PERCEPTRON, digits=14)
    return float(entropy(mpf(q1), 2, **arguments) - entropy(mpf(q1), 1, **arguments))


def adaptive_capacity():
    """(B7), (B8) for ReLU units, minimised over q₀ and m̃ as they stand."""

    def load(x):
        q0, m = 1 / (1 + math.exp(-x[0])), math.exp(x[1])
        below, above, delta = RELU.overlap(q0), RELU.complement(1 - q0), RELU.slope(0.0)
        whole, ratio = delta + m * above, math.sqrt(below / above)

        def integrand(z):
            r = math.sqrt(delta / whole)
            violated = r * math.exp(-below * m / whole * z * z / 2) * ndtr(r * ratio * z)
            return normal(z) * math.log(violated + ndtr(-ratio * z))

        f = quad(integrand, -9, 9, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
        return -(math.log1p(m * (1 - q0)) + m * q0 / (1 + m * (1 - q0))) / (2 * f)

    return minimize(load, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-13}).fun


def report(title, runs, truth, progress):
    outcomes = {}
    for name, (recipe, repeats) in runs.items():
        outcomes[name] = best(recipe, repeats)
        progress.update()
    unit = next(iter(outcomes.values()))[0]
    tqdm.write(f"\n{title:<26}{'ms':>10}{'ratio':>9}{'error':>10}")
    for name, (seconds, value) in outcomes.items():
        error = max(abs(value / truth - 1), 1e-16)
        tqdm.write(f"{name:<26}{seconds * 1e3:>10.2f}{seconds / unit:>9.0f}{error:>10.0e}")


def main():
    with tqdm(total=3 * len(POINTS) + 2, desc="one step", leave=False) as progress:
        for q0, q1, m in POINTS:
            runs = {
                "energetic, with slopes": (lambda: energetic(q0, q1 - q0, 1 - q1, 0.0, m, STEP)[0], REPEATS),
                "nested quad": (lambda: nested(q0, q1, m), 1),
                f"Gauss-Hermite, {HERMITE} x {HERMITE}": (lambda: tensor(q0, q1, m), REPEATS),
            }
            report(f"(B6) at {q0:g}, {q1:g}, m = {m:g}", runs, digits(q0, q1, m), progress)
        runs = {
            "critical_capacity": (lambda: one_step.critical_capacity(architecture=RELU), REPEATS),
            "quad and Nelder-Mead": (adaptive_capacity, 1),
        }
        report("capacity of ReLU units", runs, float(twin.critical_capacity(digits=14)[0]), progress)


if __name__ == "__main__":
    mp.dps = 30
    main()
