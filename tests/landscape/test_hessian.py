"""Second derivatives on the product of spheres: finite differences, gauge symmetries, closed forms, Lanczos."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.landscape import hessian
from flatminima.landscape.output_losses import OutputLoss, cross_entropy, smoothed_errors, square_error
from flatminima.networks import RELU_UNIT, Patterns, full_committee, perceptron, random_patterns, tanh_unit, tree_committee

MACHINES = [tree_committee(3, 15), full_committee(3, 7), perceptron(8), tree_committee(5, 20)]
LOSSES = [smoothed_errors(1.3), square_error(0.6), cross_entropy(0.8)]


def loss_by_networks(weights, patterns, machine, beta, loss):
    """The sum of losses from the network's own stabilities: no line is shared with the Hessian's code."""
    smooth = type(machine)(machine.units, machine.size, tanh_unit(beta), machine.full)
    return float(loss.value(smooth.stabilities(machine.normalised(weights), patterns)).sum())


def along_circles(weights, direction, t):
    """Directions u_ℓ(t) on the great circles that start at the weights with the tangent velocities of `direction`."""
    start = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    step = direction - np.sum(direction * start, axis=1, keepdims=True) * start
    speed = np.linalg.norm(step, axis=1, keepdims=True)
    return start * np.cos(speed * t) + step / speed * np.sin(speed * t)


def second_difference(f, step):
    """f″(0) to order step⁸, by weights on nine points."""
    weights = [-205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560]
    return (weights[0] * f(0.0) + sum(w * (f(k * step) + f(-k * step)) for k, w in enumerate(weights) if k)) / step**2


def first_difference(f, step):
    weights = [4 / 5, -1 / 5, 4 / 105, -1 / 280]
    return sum(w * (f(k * step) - f(-k * step)) for k, w in enumerate(weights, 1)) / step


def draw(machine, seed, count=12):
    generator = np.random.default_rng([seed, machine.units, machine.size])
    return machine.random_weights(generator), random_patterns(count, machine.size, [seed, machine.size]), generator


@pytest.mark.parametrize("machine", MACHINES, ids=str)
@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_derivatives_along_great_circles(machine, loss):
    weights, patterns, generator = draw(machine, 1)
    here = hessian.expand(weights, patterns, machine, 0.7, loss)
    for _ in range(3):
        direction = generator.standard_normal(machine.shape)
        f = lambda t: loss_by_networks(along_circles(weights, direction, t), patterns, machine, 0.7, loss)
        scale = np.abs(here.spectrum()).max() * np.sum(direction**2)
        assert here.value == pytest.approx(f(0.0), rel=1e-13)
        assert abs(np.sum(direction * here.gradient) - first_difference(f, 0.004)) < 1e-8 * scale
        assert abs(np.sum(direction * here.product(direction)) - second_difference(f, 0.004)) < 1e-8 * scale


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_products_matrix_and_spectrum_are_one_operator(machine):
    weights, patterns, generator = draw(machine, 2)
    here = hessian.expand(weights, patterns, machine, 1.1)
    ambient = np.array([here.product(unit.reshape(machine.shape)).reshape(-1) for unit in np.eye(weights.size)])
    scale = np.abs(ambient).max()
    assert np.abs(ambient - ambient.T).max() < 1e-14 * scale
    for unit in range(machine.units):  # no radial direction is seen, and none comes out
        radial = np.zeros(machine.shape)
        radial[unit] = weights[unit]
        assert np.abs(here.product(radial)).max() < 1e-13 * scale
        assert np.abs(ambient @ radial.reshape(-1)).max() < 1e-13 * scale
    direction = generator.standard_normal(machine.shape)
    in_coordinates = here.matrix() @ here.coordinates(direction)
    assert np.allclose(in_coordinates, here.coordinates(here.product(direction)), rtol=0, atol=1e-13 * scale)
    with_radial = np.sort(np.concatenate([here.spectrum(), np.zeros(machine.units)]))
    assert np.allclose(np.linalg.eigvalsh(ambient), with_radial, rtol=0, atol=1e-13 * scale)
    assert here.dimension == machine.units * (machine.fan_in - 1) == len(here.spectrum())


def test_the_matrix_is_the_projected_hessian_less_the_radial_slope():
    # The same from Cartesian blocks, with projectors instead of reflections.
    machine = full_committee(3, 6)
    weights, patterns, _ = draw(machine, 3)
    beta, (K, n) = 0.9, machine.shape
    u = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    xi = patterns.gauged
    x, loss = xi @ u.T, smoothed_errors(0.9)
    delta = np.tanh(beta * x).sum(axis=1) / np.sqrt(K)
    a = beta / np.cosh(beta * x) ** 2 / np.sqrt(K)
    cartesian = np.einsum("p,pk,pi,pl,pj->kilj", loss.curvature(delta), a, xi, a, xi)
    for unit in range(K):
        bend = -2 * beta * np.tanh(beta * x[:, unit]) * a[:, unit]
        cartesian[unit, :, unit] += np.einsum("p,p,pi,pj->ij", loss.slope(delta), bend, xi, xi)
        cartesian[unit, :, unit] -= np.sum(loss.slope(delta) * a[:, unit] * x[:, unit]) * np.eye(n)
    P = np.eye(n) - u[:, :, None] * u[:, None, :]
    projected = np.einsum("kai,kilj,ljb->kalb", P, cartesian, P).reshape(K * n, K * n)
    here = hessian.expand(weights, patterns, machine, beta)
    ambient = np.array([here.product(e.reshape(K, n)).reshape(-1) for e in np.eye(K * n)])
    assert np.allclose(ambient, projected, rtol=0, atol=1e-13 * np.abs(projected).max())


@given(seed=st.integers(0, 1000), beta=st.floats(0.05, 20.0), machine=st.sampled_from(MACHINES))
def test_lanczos_finds_the_largest_eigenvalue(seed, beta, machine):
    weights, patterns, _ = draw(machine, seed)
    here = hessian.expand(weights, patterns, machine, beta)
    spectrum = here.spectrum()
    assert here.largest() == pytest.approx(spectrum[-1], abs=1e-9 * np.abs(spectrum).max())


def test_lanczos_where_all_eigenvalues_are_negative():
    # A wrong pattern at x < 0 under a concave loss: the radial zeros, which are no directions, must not be the answer.
    concave = OutputLoss("-Δ", lambda d: -d, lambda d: -np.ones_like(d), lambda d: 0.0 * d)
    machine = perceptron(9)
    here = hessian.expand([9 * [-1.0]], Patterns([9 * [1]], [1]), machine, 0.01, concave)
    assert here.spectrum()[-1] < -1e-3
    assert here.largest() == pytest.approx(here.spectrum()[-1], rel=1e-9)


def test_one_unit_and_one_pattern():
    # Closed form: tangent to ξ at the rate n − x², and the radial slope elsewhere, n − 2 times.
    machine, beta, gamma = perceptron(11), 0.6, 1.7
    weights, patterns, _ = draw(machine, 4, count=1)
    x = float(patterns.gauged[0] @ weights[0] / np.linalg.norm(weights))
    t = np.tanh(beta * x)
    rise, bend = beta * (1 - t * t), -2 * beta**2 * t * (1 - t * t)
    f1, f2 = -0.5 * (1 - np.tanh(gamma * t)), 0.5 * gamma * (1 - np.tanh(gamma * t) ** 2)
    across = -f1 * rise * x
    along = (f2 * rise**2 + f1 * bend) * (11 - x * x) + across
    spectrum = hessian.expand(weights, patterns, machine, beta, cross_entropy(gamma)).spectrum()
    assert np.allclose(spectrum, np.sort([along, *9 * [across]]), rtol=0, atol=1e-13 * abs(along))


@given(seed=st.integers(0, 1000))
def test_symmetries(seed):
    # Units of a full committee may change places; inputs may change sign and place, with their weights; lengths are nothing.
    machine = full_committee(3, 8)
    weights, patterns, generator = draw(machine, seed)
    spectrum = hessian.expand(weights, patterns, machine, 1.0).spectrum()
    order, places, signs = generator.permutation(3), generator.permutation(8), 2 * generator.integers(0, 2, 8) - 1
    turned = Patterns(patterns.inputs[:, places] * signs, patterns.labels)
    gauged = Patterns(patterns.gauged, np.ones(len(patterns)))
    versions = [
        (weights[order], patterns), (weights[:, places] * signs, turned),
        (-weights, Patterns(-patterns.inputs, patterns.labels)), (weights * generator.uniform(0.1, 9.0, (3, 1)), patterns), (weights, gauged),
    ]
    for other_weights, other_patterns in versions:
        other = hessian.expand(other_weights, other_patterns, machine, 1.0).spectrum()
        assert np.allclose(other, spectrum, rtol=0, atol=1e-12 * np.abs(spectrum).max())


def test_a_tree_is_a_full_committee_with_inputs_of_its_own():
    # Units that see other inputs as zeros: the tree's matrix is a block of the full one's.
    tree = tree_committee(3, 12)
    weights, patterns, _ = draw(tree, 5)
    here = hessian.expand(weights, patterns, tree, 0.8)
    swapped = np.roll(weights, 1, axis=0)
    moved = Patterns(np.roll(patterns.inputs.reshape(-1, 3, 4), 1, axis=1).reshape(-1, 12), patterns.labels)
    assert np.allclose(hessian.expand(swapped, moved, tree, 0.8).spectrum(), here.spectrum(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("loss", [*LOSSES, smoothed_errors(7.0), cross_entropy(9.0)], ids=str)
def test_derivatives_of_the_losses(loss):
    delta = np.linspace(-1.5, 1.5, 41)
    # Differences of order 8: good to nine digits of the largest slope.
    by_value = np.array([first_difference(lambda t: float(loss.value(np.array(d + t))), 2e-3) for d in delta])
    by_slope = np.array([first_difference(lambda t: float(loss.slope(np.array(d + t))), 2e-3) for d in delta])
    assert np.allclose(loss.slope(delta), by_value, rtol=0, atol=1e-9 * np.abs(by_value).max())
    assert np.allclose(loss.curvature(delta), by_slope, rtol=0, atol=1e-9 * np.abs(by_slope).max())


def test_tails_keep_their_relative_accuracy():
    # 1 − tanh z = 2e^(−2z) to sixteen digits at z = 20, where 1 − np.tanh(z) is zero.
    loss, z = smoothed_errors(20.0), 20.0
    wrong = np.exp(-2 * z)
    for got, expected in [
        (loss.value(1.0), wrong**2), (loss.slope(1.0), -80 * wrong**2), (loss.curvature(1.0), 6400 * wrong**2),
        (cross_entropy(20.0).slope(1.0), -wrong), (cross_entropy(20.0).curvature(1.0), 40 * wrong),
    ]:
        assert float(got) == pytest.approx(expected, rel=1e-14)


def test_smoothed_errors_become_errors():
    machine = tree_committee(5, 25)
    weights, patterns, _ = draw(machine, 6, count=200)
    for beta in (1e5, 1e7):
        here = hessian.expand(weights, patterns, machine, beta)
        assert here.value == pytest.approx(machine.errors(weights, patterns), abs=1e-12)
    assert hessian.expand(weights, patterns, machine, 1e7).largest() == 0.0  # flat to the last digit


def test_bad_input():
    machine = tree_committee(3, 15)
    weights, patterns, _ = draw(machine, 7)
    good = dict(weights=weights, patterns=patterns, machine=machine, beta=1.0)
    cases = [
        (dict(beta=0.0), ValueError, "beta is 0.0"), (dict(beta=np.nan), ValueError, "beta is nan"),
        (dict(beta="1"), TypeError, "beta is '1'"), (dict(weights=weights[:2]), ValueError, r"\(2, 5\)"),
        (dict(weights=0 * weights), ValueError, "all zero"), (dict(weights=np.nan * weights), ValueError, "not finite"),
        (dict(patterns=random_patterns(3, 9, 0)), ValueError, "9 entries"), (dict(patterns=None), TypeError, "Patterns"),
        (dict(machine=tree_committee(2, 4, RELU_UNIT)), ValueError, "ReLU"), (dict(loss=np.abs), TypeError, "OutputLoss"),
        (dict(machine=tree_committee(3, 3)), ValueError, "at least 2"),
    ]
    for change, error, words in cases:
        with pytest.raises(error, match=words):
            hessian.expand(**(good | change))
    here = hessian.expand(**good)
    with pytest.raises(ValueError, match="direction has shape"):
        here.product(weights[0])
    for tolerance in (0.0, np.nan):
        with pytest.raises(ValueError, match="tolerance"):
            here.largest(tolerance)
    for make in (smoothed_errors, cross_entropy, square_error):
        with pytest.raises(ValueError, match="-1"):
            make(-1)
