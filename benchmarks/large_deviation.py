"""Densest regions against the recipes in use: time of one saddle point or one entropy, and error.

At q₁ = 0.9, α = 0.5, for the binary perceptron. y → ∞: `large_deviation.solve`, which solves for the order
parameters as well; and the entropy (9) at those order parameters, with the maxima of (D1) and (D3) searched for by
`scipy.optimize.minimize_scalar` inside `scipy.integrate.quad`. y = 20: `large_deviation.solve`; (B5) and (B6) at its
order parameters by nested `quad`, and by a Gauss–Hermite rule of 64 × 64 nodes. Errors are those of the
entropy against mpmath. Times are processor time: the least of many runs for `solve`, of a single one for the rest.
"""

import math
import time

import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import log_ndtr, logsumexp

from flatminima.ensembles import large_deviation
from flatminima.reference import replicas

Q1, ALPHA, NUMBER = 0.9, 0.5, 20.0
REPEATS = 20
DIGITS = 13


def gaussian(f, reach=8.5, **options):
    """∫Dz f(z) by adaptive quadrature."""
    normal = lambda z: f(z) * math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return quad(normal, -reach, reach, limit=200, **options)[0]


def log_2cosh(x):
    return np.logaddexp(x, -x)


def searched(state):
    """(9) with (D1) and (D3) as printed: a maximum at every node of an adaptive rule."""

    def largest(f):
        return -minimize_scalar(lambda v: -f(v), bracket=(0.0, 1.0), options={"xtol": 1e-10}).fun

    push, pull = math.sqrt(state.delta_q0), math.sqrt(state.delta_q0_hat)
    field = lambda u, v: math.sqrt(state.q1_hat) * u + pull * v
    cut = lambda z, w: (math.sqrt(Q1) * z + push * w) / math.sqrt(1 - Q1)
    entropic = gaussian(lambda u: largest(lambda v: -0.5 * v * v + log_2cosh(field(abs(u), v))), points=[0.0])
    energetic = gaussian(lambda z: largest(lambda w: -0.5 * w * w + log_ndtr(cut(z, w))))
    legendre = -0.5 * (state.q1_hat * (1 - Q1 + state.delta_q0) + Q1 * state.delta_q0_hat)
    return legendre + entropic + ALPHA * energetic


def legendre_of(state):
    q0_hat = state.q1_hat - state.delta_q0_hat / NUMBER
    return -0.5 * state.q1_hat * (1 - Q1) + 0.5 * NUMBER * (state.q0 * q0_hat - Q1 * state.q1_hat)


def fields_of(state):
    """The fields of (B5) and (B6), whose exponents of y are ln 2cosh and ln H."""
    q0_hat, split = state.q1_hat - state.delta_q0_hat / NUMBER, Q1 - state.q0
    weights = lambda u, v: math.sqrt(q0_hat) * u + math.sqrt(state.q1_hat - q0_hat) * v
    patterns = lambda z, w: (math.sqrt(state.q0) * z + math.sqrt(split) * w) / math.sqrt(1 - Q1)
    return weights, patterns


def nested(state):
    weights, patterns = fields_of(state)

    def power(exponent):
        top = max(exponent(v) for v in np.linspace(-12, 12, 49))
        inner = lambda v: math.exp(NUMBER * (exponent(v) - top))
        return top + math.log(gaussian(inner, 12, epsabs=0)) / NUMBER

    entropic = gaussian(lambda u: power(lambda v: log_2cosh(weights(u, v))))
    energetic = gaussian(lambda z: power(lambda w: log_ndtr(patterns(z, w))))
    return legendre_of(state) + entropic + ALPHA * energetic


def hermite(state, count=64):
    weights, patterns = fields_of(state)
    z, weight = np.polynomial.hermite_e.hermegauss(count)
    weight = weight / math.sqrt(2 * math.pi)
    power = lambda exponent: logsumexp(NUMBER * exponent, b=weight, axis=1) / NUMBER
    entropic = weight @ power(log_2cosh(weights(z[:, None], z)))
    energetic = weight @ power(log_ndtr(patterns(z[:, None], z)))
    return legendre_of(state) + entropic + ALPHA * energetic


def timed(action):
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def compare(title, y, exact, recipes):
    own, state = min((timed(lambda: large_deviation.solve(Q1, ALPHA, y)) for _ in range(REPEATS)), key=lambda run: run[0])
    truth = float(exact(state))
    print(f"\n{title:<36}{'seconds':>10}{'ratio':>9}{'error':>10}")
    rows = [("large_deviation.solve", own, state.entropy)]
    rows += [(name, *timed(lambda: recipe(state))) for name, recipe in recipes]
    for name, seconds, entropy in rows:
        print(f"{name:<36}{seconds:>10.4f}{seconds / own:>9.1f}{max(abs(entropy - truth), 1e-16):>10.0e}")


def main():
    infinite = lambda s: replicas.densest_entropy(Q1, ALPHA, s.delta_q0, s.q1_hat, s.delta_q0_hat, digits=DIGITS)
    finite = lambda s: replicas.entropy(Q1, ALPHA, NUMBER, s.q0, s.q1_hat, s.q1_hat - s.delta_q0_hat / NUMBER, digits=DIGITS)
    compare("y = ∞, binary perceptron", math.inf, infinite, [("entropy: minimize_scalar in quad", searched)])
    recipes = [("entropy: nested quad", nested), ("entropy: Gauss–Hermite 64 × 64", hermite)]
    compare("y = 20, binary perceptron", NUMBER, finite, recipes)


if __name__ == "__main__":
    main()
