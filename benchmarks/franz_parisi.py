"""A local entropy profile against the recipes in use: time of a curve of 200 distances, and error in φ.

At α = 0.5, from the maximum d* down to d = 0.005, around references of margin 0.1, 0.3 and κ_max:
`franz_parisi.trace`; the same equations by NumPy's tensor Gauss–Hermite rule with 50, 100 and 150 nodes a
field and a fixed-point iteration, warm-started along the curve; and at one point `dblquad` with `fsolve`,
and mpmath. The error of `trace` is the largest of three, against mpmath and at distances where the printed
integrals are feasible in many digits; those of the other curves are the largest of all, against `trace`.
Times are processor time: the least of many runs for `trace`, of a single run for the rest.
"""

import math
import time

import numpy as np
from mpmath import mp, mpf
from scipy.integrate import dblquad
from scipy.optimize import fsolve
from scipy.special import erfcx, log_ndtr, ndtr
from tqdm import tqdm

from flatminima.ensembles import franz_parisi, typical
from flatminima.reference import franz_parisi as twin
from flatminima.reference import typical as typical_twin
from flatminima.reference.arithmetic import Digits

ALPHA = 0.5
SMALLEST, POINTS = 0.005, 200
CHECKED = (0, 100, 170)  # positions on a curve where mpmath evaluates the entropy
NODES = (50, 100, 150)
REPEATS = 20
TOLERANCE = 1e-9  # of the usual recipes, relative
DAMPING = 1.0  # none: it converges, and 0.5 takes 2.6 times as long
ONE_POINT = (0.2, ALPHA, 0.3, 0.0)  # where the slow recipes solve
DIGITS = 14  # of mpmath


def planted_fields(reference, p, t0, t1, x, y):
    """Density of (x, y) relative to Gaussians, and the two arguments of A, as (27b) writes them."""
    q, root = reference.q, math.sqrt(reference.q)
    gamma, covariance = p - t0 * t0 / q, t1 - t0
    xi = (reference.kappa - root * x) / math.sqrt(1 - q)
    shifted = reference.kappa - root * x - covariance / math.sqrt(gamma) * y
    shifted = shifted / math.sqrt(1 - q - covariance**2 / gamma)
    eta = -(t0 / root * x + math.sqrt(gamma) * y) / math.sqrt(1 - p)
    return ndtr(-shifted) / np.maximum(ndtr(-xi), 1e-300), xi, eta


def mills(x):
    return math.sqrt(2 / math.pi) / erfcx(x / math.sqrt(2))


def neighbour_field(reference, hats, x, y):
    p_hat, t0_hat, delta_hat = hats
    spread = math.sqrt(max(p_hat - t0_hat**2 / reference.q_hat, 0.0))
    return delta_hat + t0_hat / math.sqrt(reference.q_hat) * x + spread * y


def prefactor(p, hats, t0, t1):
    p_hat, t0_hat, delta_hat = hats
    return -0.5 * p_hat * (1 - p) + t0 * t0_hat - t1 * (t0_hat + delta_hat)


# --- Gauss–Hermite and a damped fixed point ----------------------------------------------------


def hermite_curve(nodes, reference, distances, hats, progress):
    """Entropies by an n × n Gauss–Hermite rule, each distance starting where the last one ended.

    p̂ and t̂₀ are iterated; δ̂ follows from t₁ by Newton's method, so that overlaps stay in their domain
    as long as the rule is accurate; from where it is not the entropies are NaN.
    """
    z, weight = np.polynomial.hermite_e.hermegauss(nodes)
    x, y = z[:, None], z[None, :]
    measure = np.outer(weight, weight) / (2 * math.pi)
    magnetisation = np.tanh(math.sqrt(reference.q_hat) * x)
    planted = measure * (1 + magnetisation)
    p_hat, t0_hat, delta_hat = hats
    entropies = []
    for d in distances:
        t1 = 1 - 2 * d
        while True:
            miss = 1.0
            while abs(miss) > 0.1 * TOLERANCE * d:
                g = neighbour_field(reference, (p_hat, t0_hat, delta_hat), x, y)
                T = np.tanh(g)
                miss = np.sum(planted * T) - t1
                delta_hat -= miss / np.sum(planted * (1 - T * T))
            p, t0 = np.sum(planted * T * T), np.sum(planted * magnetisation * T)
            gamma = p - t0 * t0 / reference.q
            if gamma * (1 - reference.q) <= (t1 - t0) ** 2 or p >= 1:
                return np.array(entropies + [math.nan] * (len(distances) - len(entropies)))
            density, xi, eta = planted_fields(reference, p, t0, t1, x, y)
            density, A = measure * density, mills(eta)
            p_change = ALPHA * np.sum(density * A * A) / (1 - p) - p_hat
            t0_change = ALPHA * np.sum(density * A * mills(xi)) / math.sqrt((1 - reference.q) * (1 - p)) - t0_hat
            if max(abs(p_change / p_hat), abs(t0_change / t0_hat)) < TOLERANCE:
                break
            p_hat, t0_hat = p_hat + DAMPING * p_change, t0_hat + DAMPING * t0_change
        energetic = np.sum(density * log_ndtr(-eta))
        entropic = np.sum(planted * np.logaddexp(g, -g))
        entropies.append(prefactor(p, (p_hat, t0_hat, delta_hat), t0, t1) + entropic + ALPHA * energetic)
        progress.update()
    return np.array(entropies)


# --- adaptive quadrature and a general solver --------------------------------------------------


def adaptive_point(reference, distance, start):
    """Entropy by `dblquad` and `fsolve` in p, t₀ and δ̂."""
    t1 = 1 - 2 * distance
    scale = math.sqrt(reference.q_hat)

    def average(f):
        """E f(x, y) over two Gaussians."""
        normal = lambda y, x: f(x, y) * math.exp(-0.5 * (x * x + y * y)) / (2 * math.pi)
        return dblquad(normal, -8, 8, -8, 8, epsabs=1e-8, epsrel=1e-8)[0]

    def over_weights(f, hats):
        return average(lambda x, y: (1 + math.tanh(scale * x)) * f(x, neighbour_field(reference, hats, x, y)))

    def over_patterns(f, p, t0):
        def integrand(x, y):
            density, xi, eta = planted_fields(reference, p, t0, t1, x, y)
            return density * f(xi, eta)

        return average(integrand)

    def hats_of(p, t0, delta_hat):
        p_hat = ALPHA * over_patterns(lambda xi, eta: mills(eta) ** 2, p, t0) / (1 - p)
        t0_hat = ALPHA * over_patterns(lambda xi, eta: mills(xi) * mills(eta), p, t0)
        return p_hat, t0_hat / math.sqrt((1 - reference.q) * (1 - p)), delta_hat

    def residual(unknowns):
        p, t0, _ = unknowns
        hats = hats_of(*unknowns)
        return (
            over_weights(lambda x, g: math.tanh(g) ** 2, hats) - p,
            over_weights(lambda x, g: math.tanh(scale * x) * math.tanh(g), hats) - t0,
            over_weights(lambda x, g: math.tanh(g), hats) - t1,
        )

    p, t0, delta_hat = fsolve(residual, start, xtol=1e-8)
    hats = hats_of(p, t0, delta_hat)
    entropic = over_weights(lambda x, g: abs(g) + math.log1p(math.exp(-2 * abs(g))), hats)
    energetic = over_patterns(lambda xi, eta: log_ndtr(-eta), p, t0)
    return prefactor(p, hats, t0, t1) + entropic + ALPHA * energetic


# --- mpmath and the table ----------------------------------------------------------------------


def certified(curve, positions, progress):
    """φ at some positions of a curve by mpmath: with its own reference; stationary in all else."""
    values = []
    with mp.workdps(DIGITS + 10):
        own = typical_twin.solve(curve.reference.alpha, curve.reference.kappa, DIGITS)
        reference = twin.Reference(own.alpha, own.kappa, mpf(curve.kappa), own.q, own.q_hat)
        for i in positions:
            columns = curve.distances, curve.p, curve.t0, curve.p_hat, curve.t0_hat, curve.delta_hat
            values.append(twin.entropy_in(Digits(DIGITS), reference, *(mpf(float(column[i])) for column in columns)))
            progress.update()
    return np.array(values, dtype=float)


def timed(action):
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def row(name, seconds, unit, error):
    tqdm.write(f"{name:<28}{seconds:>10.3f}{seconds / unit:>9.0f}{error:>10.0e}")


def compare_curves(name, kappa_reference, progress):
    distances = np.linspace(franz_parisi.maximum_distance(ALPHA, kappa_reference), SMALLEST, POINTS)
    own, curve = min(
        (timed(lambda: franz_parisi.trace(distances, ALPHA, kappa_reference)) for _ in range(REPEATS)),
        key=lambda run: run[0],
    )
    error = np.max(np.abs(curve.entropy[list(CHECKED)] - certified(curve, CHECKED, progress)))
    start = curve.p_hat[0], curve.t0_hat[0], curve.delta_hat[0]
    recipes = [(n, *timed(lambda: hermite_curve(n, curve.reference, distances, start, progress))) for n in NODES]
    tqdm.write(f"\n{'κ̃ = ' + name:<28}{'seconds':>10}{'ratio':>9}{'error':>10}")
    row("franz_parisi.trace", own, own, max(error, 1e-16))
    for n, seconds, entropy in recipes:
        lost = np.count_nonzero(np.isnan(entropy))
        row(f"Gauss–Hermite {n}" + (f", {lost} lost" if lost else ""), seconds, own, np.nanmax(np.abs(entropy - curve.entropy)))


def compare_points():
    own, state = min((timed(lambda: franz_parisi.solve(*ONE_POINT)) for _ in range(REPEATS)), key=lambda run: run[0])
    start = [round(value, 2) for value in (state.p, state.t0, state.delta_hat)]
    digits, exact = timed(lambda: twin.solve(*map(str, ONE_POINT), start=start, digits=DIGITS))
    adaptive, entropy = timed(lambda: adaptive_point(state.reference, ONE_POINT[0], start))
    tqdm.write(f"\n{'one point, d = 0.2, κ̃ = 0.3':<28}{'seconds':>10}{'ratio':>9}{'error':>10}")
    row("franz_parisi.solve", own, own, max(abs(state.entropy - float(exact.entropy)), 1e-16))
    row("dblquad and fsolve", adaptive, own, abs(entropy - float(exact.entropy)))
    row(f"mpmath, {DIGITS} digits", digits, own, 10.0**-DIGITS)


def main():
    margins = {"0.1": 0.1, "0.3": 0.3, "κ_max": typical.max_margin(ALPHA)}
    with tqdm(total=len(margins) * (len(NODES) * POINTS + len(CHECKED)), desc="profiles", leave=False) as progress:
        for name, kappa_reference in margins.items():
            compare_curves(name, kappa_reference, progress)
    compare_points()


if __name__ == "__main__":
    main()
