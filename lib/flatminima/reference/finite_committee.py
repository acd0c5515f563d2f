r"""Three hidden units, replica-symmetric, by brute force.

shaping-2020 (14), (15), (majority), (typical volume) and (H tilde).

Unit ℓ agrees with the label with probability p_ℓ = H(−u_ℓ), at a field u_ℓ = z_ℓ √(q/(1−q)) in units of the noise.
The output is right in some of the eight patterns,

    P = Σ_{s allowed} Π_ℓ (p_ℓ if s_ℓ else 1 − p_ℓ),    L = ln P.

P is of first degree in each p_ℓ, and ∂p_ℓ/∂u_ℓ = G(u_ℓ). So ∂_ℓP is G(u_ℓ) times the change of P when unit ℓ goes from
wrong to right, and ∂²_ℓP = −u_ℓ ∂_ℓP. Averages over z are sums over the points of a cubic lattice, with P unchanged under
permutations: i ≤ j ≤ k are enough. A uniform lattice resolves an edge of width (1 − q)/(q|z|), far out where the measure is
small: so errors fall more slowly than geometrically, and the spacing must be chosen by trying a finer one.

H and G are computed by mpmath, the sums with the machine's longest floats: on most, 18 digits.
"""

import itertools
from collections import namedtuple

import numpy as np
from mpmath import mp, mpf

MAJORITY = (False, False, True, True)
PARITY = (False, True, False, True)

Averages = namedtuple("Averages", "value gradient diagonal mixed")
Point = namedtuple("Point", "alpha entropy replicon")

_REAL = np.longdouble
_REACH = 9.25  # beyond, the measure is 1e-19


def _exact(x):
    """An mpf as a long float, from its leading and its trailing half."""
    high = float(x)
    return _REAL(high) + _REAL(float(x - mpf(high)))


def _tables(q, spacing):
    """Measure, u, G(u), and (1 − p, p) at the lattice points z = k · spacing."""
    with mp.workdps(30):
        q, spacing = mpf(q), mpf(spacing)
        scale, last = mp.sqrt(q / (1 - q)), int(_REACH / spacing)
        zs = [k * spacing for k in range(-last, last + 1)]
        measure = [spacing * mp.npdf(z) for z in zs]
        columns = [measure, [scale * z for z in zs], [mp.npdf(scale * z) for z in zs]]
        columns += [[mp.erfc(sign * scale * z / mp.sqrt(2)) / 2 for z in zs] for sign in (1, -1)]
        return [np.array([_exact(x) for x in column], dtype=_REAL) for column in columns]


def _probability(choices, allowed):
    """Σ over allowed patterns of the products of choices[unit][right?], each an array or a number."""
    total = _REAL(0)
    for pattern in itertools.product((0, 1), repeat=3):
        if allowed[sum(pattern)]:
            total = total + choices[0][pattern[0]] * choices[1][pattern[1]] * choices[2][pattern[2]]
    return total


def averages(q, allowed=MAJORITY, spacing="0.125"):
    """E of L, |∇L|², Σ_ℓ L_ℓℓ² and Σ_{ℓ≠ℓ'} L_ℓℓ'², with respect to the fields u.

    >>> [round(float(x), 6) for x in averages("0.5", spacing="0.2")]
    [-0.8964, 0.733131, 0.244377, 0.244785]
    """
    measure, u, density, wrong, right = _tables(q, spacing)
    j, k = np.triu_indices(u.size)
    totals = [_REAL(0)] * 4
    certain = ((_REAL(1), _REAL(0)), (_REAL(0), _REAL(1)))  # (1 − p, p) of a unit that is wrong, or right
    for i in range(u.size):
        chosen = slice(np.searchsorted(j, i), None)
        points = (np.full(j[chosen].size, i), j[chosen], k[chosen])
        some = (points[0] == points[1]).astype(int) + (points[1] == points[2])
        weight = measure[points[0]] * measure[points[1]] * measure[points[2]] * np.array([6, 3, 1])[some]
        units = [(wrong[n], right[n]) for n in points]
        p = _probability(units, allowed)
        first = []
        for a in range(3):
            with_a = [_probability([certain[x] if b == a else units[b] for b in range(3)], allowed) for x in (0, 1)]
            first.append(density[points[a]] * (with_a[1] - with_a[0]) / p)
        gradient = diagonal = mixed = _REAL(0)
        for a, g in enumerate(first):
            gradient = gradient + g * g
            diagonal = diagonal + (g * (u[points[a]] + g)) ** 2
        for a, b in ((0, 1), (0, 2), (1, 2)):
            both = _REAL(0)
            for x, y in itertools.product((0, 1), repeat=2):
                fixed = {a: certain[x], b: certain[y]}
                both = both + (2 * x - 1) * (2 * y - 1) * _probability([fixed.get(c, units[c]) for c in range(3)], allowed)
            cross = density[points[a]] * density[points[b]] * both / p - first[a] * first[b]
            mixed = mixed + 2 * cross * cross
        for n, each in enumerate((np.log(p), gradient, diagonal, mixed)):
            totals[n] = totals[n] + np.sum(weight * each)
    return Averages(*totals)


def on_saddle_line(q, allowed=MAJORITY, spacing="0.125"):
    r"""α, the entropy and the replicon of the saddle point of overlap q.

    φ = ½ ln 2πe + ½ [ln(1−q) + q/(1−q)] + α E L is stationary at q/(1−q) = α E|∇L|², and the replicon is α E‖∇²L‖².

    >>> [round(float(x), 6) for x in on_saddle_line("0.5", spacing="0.2")]
    [1.364012, 0.349664, 0.667223]
    """
    value, gradient, diagonal, mixed = averages(q, allowed, spacing)
    with mp.workdps(30):
        odds = _exact(mpf(q) / (1 - mpf(q)))
        sphere = _exact((mp.log(2 * mp.pi) + 1 + mp.log(1 - mpf(q)) + mpf(q) / (1 - mpf(q))) / 2)
    alpha = odds / gradient
    return Point(alpha, sphere + alpha * value, alpha * (diagonal + mixed))
