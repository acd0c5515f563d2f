"""How far a solution can be smoothed: the smallest β at which its tanh units still make no error."""

import numpy as np
from scipy.special import expit

from flatminima.errors import NotConverged
from flatminima.networks import Committee, Patterns
from flatminima.validation import real_number

_STEPS = 1000
_HALVINGS = 52


def smallest_beta(weights, patterns, machine, tolerance=1e-9):
    r"""The β down to which committees of tanh(βx) with these weights make no error.

    $$ \beta_\text{min} = \inf\Big\{ b:\ g(\beta) = \min_\mu \sigma^\mu \sum_{\ell=1}^K \tanh(\beta x_\ell^\mu) > 0
       \ \text{ for all } \beta > b \Big\}, \qquad x_\ell = u_\ell \cdot \xi_\ell, \quad |u_\ell| = 1 $$

    (shaping-2020, Numerical Studies: β is "as small as possible" while solutions have zero error.) The units of a pattern
    that are right add A(β) = Σ tanh(β|x|), those that are wrong take B(β) away; both are concave. From a β with A > B one
    may go down to β′ with A(β′) = B(β) − (β − β′)B′(β): between them B lies below this line, its tangent, and A above its
    chord, which is above the line at both ends. Repeated, this comes down to the first zero, quadratically in the end, and
    never jumps over one, however many there are. `weights` (K, n) have any lengths but 0; `machine` has sign or tanh
    units. Returns 0 where no β is too small. Relative accuracy `tolerance`. Raises ValueError where the weights are no
    solution with signs, or for other bad input.

    >>> from flatminima.networks import full_committee
    >>> fields_1_1_minus_3 = np.array([[1.0] + 8 * [0.0], [1.0] + 8 * [0.0], 9 * [-1.0]])
    >>> beta = smallest_beta(fields_1_1_minus_3, Patterns([9 * [1]], [1]), full_committee(3, 9))
    >>> golden = (1 + np.sqrt(5)) / 2  # 2 tanh β = tanh 3β at tanh²β = 1/5
    >>> print(round(beta, 8), round(float(np.log(golden)), 8))
    0.48121183 0.48121183
    """
    if not isinstance(machine, Committee) or not isinstance(patterns, Patterns):
        raise TypeError("smallest_beta takes weights, Patterns and a Committee, in this order.")
    if machine.unit.balanced:
        raise ValueError(f"machine has {machine.unit} units; the smoothing is that of sign by tanh units.")
    tolerance = real_number("tolerance", tolerance, 0.0, 1.0)
    x = patterns.labels[:, None] * machine.preactivations(machine.normalised(weights), patterns)
    right, wrong = np.maximum(x, 0.0), np.maximum(-x, 0.0)
    errors = int(np.count_nonzero(np.count_nonzero(right, axis=1) <= np.count_nonzero(wrong, axis=1)))
    if errors:
        raise ValueError(f"the weights are no solution: {errors} of {len(x)} patterns are wrong.")
    # From here on the units that are right miss K at β = ∞ by less than 1/2 together.
    beta = np.arctanh(1.0 - 0.5 / machine.units) / np.abs(x, where=x != 0, out=np.full_like(x, np.inf)).min(axis=1)
    # A coarse look first: where a pattern is wrong, β is too small, and nothing below is of interest.
    looks = np.geomspace(beta.max(), 1e-4 / np.abs(x).max(), 300)
    smallest = next((float(look) for look in looks if (_sum(look, right) <= _sum(look, wrong)).any()), 0.0)
    for _ in range(_STEPS):
        # Below 1e-4 the tanh is straight, and signs do not change any more.
        going = (beta > smallest) & (beta * np.maximum(right, wrong).max(axis=1) > 1e-4)
        beta, right, wrong = beta[going], right[going], wrong[going]
        if not beta.size:
            return smallest
        lower = beta * (1.0 - tolerance)
        turned = _sum(lower, right) <= _sum(lower, wrong)
        smallest = max([smallest, *beta[turned].tolist()])
        beta = _meet(right, _sum(beta, wrong), _sum_of_slopes(beta, wrong), beta)
    raise NotConverged("The smallest beta was not found", residual=float(np.ptp(beta)), state=beta)


def _sum(beta, size):
    """Σ tanh(β|x|) over units, for one β or for one a pattern."""
    return np.tanh(np.reshape(beta, (-1, 1)) * size).sum(axis=1)


def _sum_of_slopes(beta, size):
    z = 2.0 * beta[:, None] * size
    return (4.0 * size * expit(z) * expit(-z)).sum(axis=1)


def _meet(size, level, slope, high):
    """The β below `high` at which each pattern's sum meets the line that has this level and slope at `high`, by halving."""
    low, end = np.zeros_like(high), high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        above = _sum(middle, size) >= level - (end - middle) * slope
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return high
