"""All saddle points with p₀ < p₁ at fixed m: `solutions`, and the nearest to replica symmetry: `solve`."""

import math

import numpy as np
from scipy.interpolate import CubicSpline

from flatminima import saddle
from flatminima.architectures import PERCEPTRON
from flatminima.ensembles import franz_parisi
from flatminima.ensembles.one_step_franz_parisi.equations import STEP, Equations, block_size
from flatminima.errors import NoSolution, NotConverged
from flatminima.weights import BINARY, require_binary

_TOLERANCE = 1e-10  # of the residual, which is relative
_ACCURACY = 2e-11  # of the entropy: beyond it the quadrature is refined
_SCAN_STEP, _SCAN_TOLERANCE = 0.35, 1e-5  # of the quadrature and of the residual while scanning
_GAP_SCALE = 0.3  # p̂₁ − p̂₀ from which on the scan is logarithmic
_FROZEN = 80.0  # m²(p̂₁ − p̂₀) there: 1 − p₁ is then some 1e-17
_STRIDE = 0.4


def solutions(distance, alpha, kappa_reference, kappa=0.0, m=1.0, weights=BINARY, architecture=PERCEPTRON):
    r"""All saddle points with p₀ < p₁ < 1 at one distance and fixed m, by increasing p₁ − p₀.

    $$ \phi_{FP}(t_1) = \operatorname*{extr}_{p_0, p_1, t_0, \hat p_0, \hat p_1, \hat t_0, \hat t_1}
       \Big[-t_1\hat t_1 + t_0\hat t_0 - \tfrac m2(p_1\hat p_1 - p_0\hat p_0) - \tfrac{\hat p_1}2(1-p_1)
       + \mathcal G_S + \alpha\,\mathcal G_E\Big], \qquad t_1 = 1 - 2d $$

    unveiling-2021 (30)–(31b). For each p̂₁ − p̂₀ the other parameters are solved for, and the sign
    changes of the last equation are refined by Newton's method on all four. `distance` in (0, 1),
    `m` in (0, 1]; the rest as for `franz_parisi.solve`. Returns a tuple of `OneStepState`, empty if
    there is no such saddle point, or `NoSolution` if there is no replica-symmetric one to start
    from. Entropies come with an error estimate, about 1e-12. A pair about to merge, its residual
    below 1e-3 in between, may be missed. Raises ValueError or TypeError for input out of range, and
    `NotConverged` where the scan breaks off.

    >>> [state] = solutions(0.1, alpha=0.5, kappa_reference=0.3, m=0.5)
    >>> print(f"{state.entropy:.8f} {state.p0:.6f} {state.p1:.6f}")
    0.42236055 0.660457 0.999490
    """
    equations, symmetric = _start(distance, alpha, kappa_reference, kappa, m, weights, architecture)
    if not symmetric:
        return symmetric
    starts, obstacle = _sign_changes(equations, symmetric)
    if obstacle:
        raise obstacle
    return tuple(_certified(equations, x, symmetric.distance) for x in starts)


def solve(distance, alpha, kappa_reference, kappa=0.0, m=1.0, weights=BINARY, architecture=PERCEPTRON):
    r"""The saddle point with p₀ < p₁ nearest to the replica-symmetric one, at fixed m.

    unveiling-2021 (30). The first of `solutions`, and `NoSolution` where there is none: then every
    saddle point but the frozen one, p₁ = 1, has p₁ = p₀. Input, accuracy and errors as there.

    >>> round(solve(0.0018, alpha=0.5, kappa_reference=0.0, m=0.5).entropy, 8)
    -0.0083079
    >>> solve(0.001, alpha=0.5, kappa_reference=0.0, m=0.5).reason
    'at distance 0.001 and m = 0.5 there is no saddle point with p0 < p1 < 1.'
    """
    equations, symmetric = _start(distance, alpha, kappa_reference, kappa, m, weights, architecture)
    if not symmetric:
        return symmetric
    starts, obstacle = _sign_changes(equations, symmetric)
    if starts:
        return _certified(equations, starts[0], symmetric.distance)
    if obstacle:
        raise obstacle
    return NoSolution(f"at distance {distance:g} and m = {equations.m:g} there is no saddle point with p0 < p1 < 1.")


def _start(distance, alpha, kappa_reference, kappa, m, weights, architecture):
    """The equations and the replica-symmetric state to start from."""
    require_binary(weights)
    m = block_size(m)
    symmetric = franz_parisi.solve(distance, alpha, kappa_reference, kappa, weights, architecture)
    return (Equations(symmetric.reference, symmetric.kappa, m, architecture) if symmetric else None), symmetric


def instabilities(alpha, kappa_reference, kappa=0.0, weights=BINARY, architecture=PERCEPTRON):
    r"""Distances at which the replica-symmetric branch becomes unstable towards p₁ > p₀, increasing.

    $$ \lambda = \alpha\, E[\ell''^2]\; E[\omega \cosh^{-4} g] = 1 $$

    There the saddle points of every m with p₁ > p₀ branch off (de Almeida and Thouless). Distances
    from 1e-5 to 0.99 are searched, on the part of them where the branch exists. Accuracy 1e-9. Input
    as for `franz_parisi.trace`; returns `NoSolution` where there is no reference.

    >>> [round(distance, 6) for distance in instabilities(0.5, 0.0)]
    [0.001952, 0.708928]
    """
    profile = dict(alpha=alpha, kappa_reference=kappa_reference, kappa=kappa, weights=weights, architecture=architecture)
    curve = franz_parisi.trace(np.concatenate([np.geomspace(1e-5, 0.4, 40), np.linspace(0.42, 0.99, 58)]), **profile)
    if not curve:
        return curve
    reached = np.isfinite(curve.replicon)
    distances, unstable = curve.distances[reached], curve.replicon[reached] > 1.0
    growth = lambda log_d: math.log(franz_parisi.solve(math.exp(log_d), **profile).replicon)
    brackets = [(math.log(distances[i]), math.log(distances[i + 1])) for i in np.flatnonzero(np.diff(unstable))]
    return tuple(math.exp(saddle.critical(growth, *bracket, tolerance=1e-11)) for bracket in brackets)


def _sign_changes(equations, symmetric):
    """Unknowns near each root of the last residual, as a function of s = ln(1 + (p̂₁−p̂₀)/scale).

    Returns them by increasing s, and what kept the scan from reaching its end, or None.
    """
    if symmetric.p_hat == 0.0:  # the patterns do not bind
        return [], None
    distance, q_hat = symmetric.distance, symmetric.reference.q_hat
    gap = lambda s: _GAP_SCALE * math.expm1(s)
    x = np.array([math.log(symmetric.p_hat - symmetric.t0_hat**2 / q_hat), math.log(symmetric.t0_hat), symmetric.delta_hat])

    def solve_at(s, guess):
        log_gap = math.log(gap(s))
        jacobian = equations.residual(np.append(guess, log_gap), distance, solved=3, step=_SCAN_STEP)[1]

        def residual(three):  # the guess is so close that its Jacobian serves throughout
            return equations.mismatch(np.append(three, log_gap), distance, step=_SCAN_STEP)[:3], jacobian

        return saddle.solve(residual, guess, tolerance=_SCAN_TOLERANCE)[0]

    last = math.log1p(_FROZEN / (equations.m**2 * _GAP_SCALE))
    points = np.linspace(0.0, last, 1 + math.ceil(last / _STRIDE))[1:]
    scan, excess = [(0.0, x)], [math.log(symmetric.replicon)]
    for s, three in saddle.trace(solve_at, points, x, origin=0.0, stride=_STRIDE):
        scan.append((s, three))
        excess.append(equations.mismatch(np.append(three, math.log(gap(s))), distance, step=_SCAN_STEP)[3])
    obstacle = None
    if len(scan) <= len(points):
        end, three = scan[-1]
        reached = f"broke off at p1_hat - p0_hat = {gap(end):g}"
        obstacle = NotConverged(f"The scan at distance {distance:g} {reached}", state=three)
    if len(scan) < 2:
        return [], obstacle
    s, unknowns = (np.array(column) for column in zip(*scan))
    along = CubicSpline(s, unknowns)
    roots = CubicSpline(s, excess).roots(extrapolate=False)
    return [np.append(along(root), math.log(gap(root))) for root in roots], obstacle


def _certified(equations, x, distance):
    """The state at x, its quadrature refined until its error estimate and residual are small."""
    step = STEP
    for _ in range(3):
        x = saddle.solve(lambda x: equations.residual(x, distance, step=step), x, tolerance=_TOLERANCE)[0]
        state = equations.state(x, distance, step)
        if state.error <= _ACCURACY and state.residual <= 10 * _TOLERANCE:
            return state
        step *= 0.5
    raise NotConverged(f"The quadrature at distance {distance:g} stayed above {_ACCURACY:g}", residual=state.error, state=state)
