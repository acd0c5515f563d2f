r"""Local maxima of L(h) − |h − x|²/2D over the fields of three units, and the curve on which only the last is held fixed.

A step of Newton's method is taken where the function is concave, halved until it ascends, and elsewhere

    h → h + (D ∇L + x − h)/(1 + D),

which always ascends: L is the logarithm of a probability smoothed by a Gaussian of unit width, so that its Hessian is a
covariance less 1, at least −1, and the step maximises the bound which this gives. It is doubled while that
ascends, up to a length that leads over no saddle.
"""

import math

import numpy as np
from numba import njit

from flatminima.ensembles.finite_committee.pattern import pattern_terms

_CLOSE = 1e-12  # of the mismatch h − x − D∇L, relative to the fields
_LONG = 0.125
_STEPS = 200


@njit(error_model="numpy", cache=True)
def determinants(terms, depth):
    """The leading minors of I − D ∂²L, and the 2 × 2 ones that its inverse needs."""
    a, b, c = 1.0 - depth * terms[4], 1.0 - depth * terms[5], 1.0 - depth * terms[6]
    e, f, g = -depth * terms[7], -depth * terms[8], -depth * terms[9]
    first, second, third = b * c - g * g, f * g - e * c, e * g - b * f
    return a, a * b - e * e, a * first + e * second + f * third, first, second, third, a * c - f * f, e * f - a * g


@njit(error_model="numpy", cache=True)
def _height(h1, h2, h3, x1, x2, x3, depth, correct):
    away = (h1 - x1) ** 2 + (h2 - x2) ** 2 + (h3 - x3) ** 2
    return pattern_terms(h1, h2, h3, correct)[0] - 0.5 * away / depth


@njit(error_model="numpy", cache=True)
def climb(h1, h2, h3, x1, x2, x3, depth, correct):
    """(h₁, h₂, h₃, height) of the local maximum above a starting point; D > 0."""
    close = _CLOSE * (1.0 + abs(x1) + abs(x2) + abs(x3))
    for _ in range(_STEPS):
        terms = pattern_terms(h1, h2, h3, correct)
        r1, r2, r3 = x1 + depth * terms[1] - h1, x2 + depth * terms[2] - h2, x3 + depth * terms[3] - h3
        if abs(r1) + abs(r2) + abs(r3) < close:
            break
        a, ab, det, m11, m12, m13, m22, m23 = determinants(terms, depth)
        if a > 0.0 and ab > 0.0 and det > 0.0:
            s1 = (m11 * r1 + m12 * r2 + m13 * r3) / det
            s2 = (m12 * r1 + m22 * r2 + m23 * r3) / det
            s3 = (m13 * r1 + m23 * r2 + ab * r3) / det
            here = terms[0] - 0.5 * ((h1 - x1) ** 2 + (h2 - x2) ** 2 + (h3 - x3) ** 2) / depth
            here -= 1e-14 * (1.0 + abs(here))
            for _ in range(20):
                if _height(h1 + s1, h2 + s2, h3 + s3, x1, x2, x3, depth, correct) >= here:
                    break
                s1, s2, s3 = 0.5 * s1, 0.5 * s2, 0.5 * s3
        else:
            s1, s2, s3 = r1 / (1.0 + depth), r2 / (1.0 + depth), r3 / (1.0 + depth)
            best = _height(h1 + s1, h2 + s2, h3 + s3, x1, x2, x3, depth, correct)
            while max(abs(s1), abs(s2), abs(s3)) < _LONG:
                longer = _height(h1 + 2.0 * s1, h2 + 2.0 * s2, h3 + 2.0 * s3, x1, x2, x3, depth, correct)
                if not longer > best:
                    break
                best, s1, s2, s3 = longer, 2.0 * s1, 2.0 * s2, 2.0 * s3
        h1, h2, h3 = h1 + s1, h2 + s2, h3 + s3
    return h1, h2, h3, _height(h1, h2, h3, x1, x2, x3, depth, correct)


@njit(error_model="numpy", cache=True)
def follow(h1, h2, h3, x1, x2, depth, correct):
    """(h₁, h₂) that maximise at given h₃, their derivatives and that of x₃ = h₃ − D ∂₃L with respect to h₃, L, ∇L.

    Newton's method from a point nearby; D ≥ 0.
    """
    close = _CLOSE * (1.0 + abs(x1) + abs(x2))
    for _ in range(_STEPS):
        terms = pattern_terms(h1, h2, h3, correct)
        r1, r2 = x1 + depth * terms[1] - h1, x2 + depth * terms[2] - h2
        a, b, e = 1.0 - depth * terms[4], 1.0 - depth * terms[5], -depth * terms[7]
        det = a * b - e * e
        if abs(r1) + abs(r2) < close:
            break
        if a > 0.0 and det > 0.0:
            s1, s2 = (b * r1 - e * r2) / det, (a * r2 - e * r1) / det
            shorten = min(1.0, 2.0 / max(abs(s1), abs(s2)))
        else:
            s1, s2, shorten = r1 / (1.0 + depth), r2 / (1.0 + depth), 1.0
        h1, h2 = h1 + shorten * s1, h2 + shorten * s2
    d1, d2 = depth * (b * terms[8] - e * terms[9]) / det, depth * (a * terms[9] - e * terms[8]) / det
    steepness = 1.0 - depth * (terms[6] + terms[8] * d1 + terms[9] * d2)
    return h1, h2, d1, d2, steepness, terms[0], terms[1], terms[2], terms[3]
