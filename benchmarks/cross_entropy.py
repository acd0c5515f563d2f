"""The ground state of the cross-entropy against the recipes in use: time and error.

`cross_entropy.solve`; nested `scipy.integrate.quad` with nested `brentq` for q̂ and β, as one writes it from the equations; and a
damped fixed point on a Gauss–Hermite grid of 64 × 64 nodes inside a root finder for β; both are told β to a factor of two. Errors are those of the error rate, relative,
against `cross_entropy.solve`, whose saddle points the mpmath twin confirms to twelve digits. Times are processor time.
"""

import math

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from tqdm import tqdm

from _timing import best
from flatminima import cross_entropy

POINTS = ((0.8, 1.0), (0.6, 2.0))
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
WEIGHTS = WEIGHTS / math.sqrt(2 * math.pi)
DAMPING = 0.5


def f(x, gamma):
    return max(-x, 0.0) + math.log1p(math.exp(-2 * gamma * abs(x))) / (2 * gamma)


def average(function):
    normal = lambda z: function(z) * math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return quad(normal, -8, 8, epsabs=1e-9, epsrel=1e-6, limit=100)[0]


def adaptive(alpha, gamma, near):
    """Adaptive quadrature inside adaptive quadrature, root finding inside root finding."""

    def pattern(mu, sigma, beta, g):
        return average(lambda y: g(mu + sigma * y, y) * math.exp(beta * (f(mu, gamma) - f(mu + sigma * y, gamma))))

    def overlap(q_hat):
        return average(lambda z: math.tanh(math.sqrt(q_hat) * z) ** 2)

    def over_patterns(q, beta, g, transform):
        sigma = math.sqrt(1 - q)

        def at(z):
            mu = math.sqrt(q) * z
            return transform(pattern(mu, sigma, beta, g), pattern(mu, sigma, beta, lambda x, y: 1.0), beta * f(mu, gamma))

        return average(at)

    def saddle(beta):
        def mismatch(log_q_hat):
            q_hat = math.exp(log_q_hat)
            q = overlap(q_hat)
            slopes = over_patterns(q, beta, lambda x, y: y, lambda first, weight, taken: (first / weight) ** 2)
            return math.log(alpha * slopes / (1 - q)) - log_q_hat

        q_hat = math.exp(brentq(mismatch, 0.0, 6.0, xtol=1e-5))
        return overlap(q_hat), q_hat

    def entropy(log_beta):
        beta = math.exp(log_beta)
        q, q_hat = saddle(beta)
        entropic = average(lambda z: math.log(2 * math.cosh(math.sqrt(q_hat) * z))) - 0.5 * q_hat * (1 - q)
        log_weight = over_patterns(q, beta, lambda x, y: 1.0, lambda one, weight, taken: math.log(weight) - taken)
        loss = over_patterns(q, beta, lambda x, y: f(x, gamma), lambda first, weight, taken: first / weight)
        return entropic + alpha * (log_weight + beta * loss)

    beta = math.exp(brentq(entropy, math.log(0.5 * near), math.log(1.2 * near), xtol=1e-4))
    return over_patterns(saddle(beta)[0], beta, lambda x, y: float(x < 0), lambda first, weight, taken: first / weight)


def hermite(alpha, gamma, near):
    """Fixed grids, and a damped iteration of the two equations."""

    def tilted(q, beta):
        x = math.sqrt(q) * NODES[:, None] + math.sqrt(1 - q) * NODES
        loss = np.maximum(-x, 0) + np.log1p(np.exp(-2 * gamma * np.abs(x))) / (2 * gamma)
        least = loss.min(axis=1)
        weight = WEIGHTS * np.exp(-beta * (loss - least[:, None]))
        return x, loss, weight, weight.sum(axis=1), least

    def saddle(beta):
        q = 0.5
        for _ in range(2000):
            _, _, weight, total, _ = tilted(q, beta)
            q_hat = alpha / (1 - q) * (WEIGHTS @ ((weight @ NODES) / total) ** 2)
            image = WEIGHTS @ np.tanh(math.sqrt(q_hat) * NODES) ** 2
            if abs(image - q) < 1e-10:
                break
            q += DAMPING * (image - q)
        return q, q_hat

    def entropy(log_beta):
        beta = math.exp(log_beta)
        q, q_hat = saddle(beta)
        _, loss, weight, total, least = tilted(q, beta)
        field = math.sqrt(q_hat) * NODES
        entropic = WEIGHTS @ np.logaddexp(field, -field) - 0.5 * q_hat * (1 - q)
        return entropic + alpha * (WEIGHTS @ (np.log(total) - beta * least + beta * (weight * loss).sum(axis=1) / total))

    beta = math.exp(brentq(entropy, math.log(0.5 * near), math.log(1.2 * near), xtol=1e-9))
    x, _, weight, total, _ = tilted(saddle(beta)[0], beta)
    return float(WEIGHTS @ ((weight * (x < 0)).sum(axis=1) / total))


def main():
    runs = {
        "cross_entropy.solve": (lambda alpha, gamma, _: cross_entropy.solve(alpha, gamma).error_rate, 5),
        "Gauss–Hermite, damped": (hermite, 1),
        "quad and brentq": (adaptive, 1),
    }
    with tqdm(total=len(POINTS) * len(runs), desc="ground states", leave=False) as progress:
        for alpha, gamma in POINTS:
            tqdm.write(f"\n{f'α = {alpha:g}, γ = {gamma:g}':<24}{'s':>10}{'error':>10}")
            ground = cross_entropy.solve(alpha, gamma)
            for name, (recipe, repeats) in runs.items():
                try:
                    seconds, rate = best(lambda: recipe(alpha, gamma, ground.beta), repeats)
                    shown = f"{abs(rate / ground.error_rate - 1):>10.0e}"
                except (ValueError, ZeroDivisionError) as error:  # no sign change of a wrong entropy, or a weight that was missed
                    seconds, shown = math.nan, f"   failed: {error}"
                progress.update()
                tqdm.write(f"{name:<24}{seconds:>10.2f}{shown}")


if __name__ == "__main__":
    main()
