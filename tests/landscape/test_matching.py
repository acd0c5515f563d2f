"""Matching against scrambled copies, against all relabellings, and between random networks."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.landscape.matching import match, overlaps, pairwise, scramble
from flatminima.landscape.random_matching import largest_overlap, matched_overlap
from flatminima.networks.multilayer import outputs, random_weights

SEEDS = st.integers(0, 10**6)
ODD = st.integers(0, 7).map(lambda half: 2 * half + 1)


@st.composite
def networks_of_different_units(draw):
    """One to four hidden layers of odd widths up to 15; no two units of a layer agree up to a sign."""
    widths = [draw(ODD)]
    for _ in range(draw(st.integers(1, 4))):
        most = min(15, 2 ** (widths[-1] - 1))  # there are no more vectors of ±1, up to a sign
        widths.append(draw(ODD.filter(lambda width: width <= most)))
    generator = np.random.default_rng(draw(SEEDS))
    network = []
    for below, units in zip(widths, widths[1:]):
        names = generator.choice(2 ** (below - 1), units, replace=False)
        layer = 2 * (names[:, None] >> np.arange(below) & 1) - 1  # the last weight is −1 in each
        network.append((layer * generator.choice([-1, 1], (units, 1))).astype(np.int8))
    return [*network, generator.choice([-1, 1], (1, widths[-1])).astype(np.int8)]


def some_inputs(network, seed):
    return np.random.default_rng(seed).integers(-255, 256, (20, network[0].shape[1]))


@settings(max_examples=60)
@given(networks_of_different_units(), SEEDS)
def test_scrambling_is_undone_at_every_depth(network, seed):
    other = scramble(network, seed)
    inputs = some_inputs(network, seed)
    assert np.array_equal(outputs(network, inputs), outputs(other, inputs))
    for reference, weights in ((network, other), (other, network), (other, scramble(network, [seed, 1]))):
        assert all(map(np.array_equal, reference, match(reference, weights)))
        found = overlaps(reference, weights)
        assert found.layers.tolist() == [1.0] * len(network) and found.total == 1.0


def test_scrambling_moves_every_hidden_layer_and_leaves_the_network_that_it_is_given():
    network = random_weights((21, 15, 15, 15, 1), seed=1)
    before = [layer.copy() for layer in network]
    other = scramble(network, seed=2)
    assert all(map(np.array_equal, network, before))
    raw = [np.mean(one * two.astype(float)) for one, two in zip(network, other)]
    assert max(raw[:-1]) < 0.5  # so that matching had something to undo


@settings(max_examples=40)
@given(st.lists(ODD, min_size=2, max_size=5), SEEDS)
def test_matching_never_changes_what_a_network_computes(widths, seed):
    reference, weights = random_weights((*widths, 1), [seed, 1]), random_weights((*widths, 1), [seed, 2])
    matched, inputs = match(reference, weights), some_inputs(weights, seed)
    assert np.array_equal(outputs(matched, inputs), outputs(weights, inputs))
    found = overlaps(reference, weights)
    assert np.array_equal(found.layers, [np.mean(one * two, dtype=float) for one, two in zip(reference, matched)])
    every = [np.concatenate([layer.ravel() for layer in network]) for network in (reference, matched)]
    assert found.total == np.mean(every[0] * every[1], dtype=float)
    assert (found.layers[:-1] >= 0).all()


@settings(max_examples=40)
@given(st.integers(1, 4), st.integers(1, 12), SEEDS)
def test_the_first_layer_is_the_best_of_all_relabellings_and_signs(units, inputs, seed):
    one, other = (random_weights((inputs, units, 1), [seed, k]) for k in range(2))
    layers = overlaps(one, other).layers
    agreement = one[0].astype(int) @ other[0].T
    totals = [
        signs @ agreement[range(units), order]
        for order in itertools.permutations(range(units)) for signs in itertools.product([1, -1], repeat=units)
    ]  # fmt: skip
    assert layers[0] == max(totals) / (units * inputs)
    back = overlaps(other, one).layers
    assert back[0] == layers[0]
    if totals.count(max(totals)) == 1:  # then there is nothing to choose, in either direction
        assert back[1] == layers[1]


def test_what_matching_from_the_bottom_does_not_do():
    # two units alike: the first layer cannot tell them apart, and the next one no longer can
    twins = [np.ones((2, 3), np.int8), np.array([[1, 1], [1, -1], [1, -1]], np.int8), np.array([[1, 1, 1]], np.int8)]
    exchanged = [twins[0], twins[1][:, ::-1], twins[2]]
    inputs = some_inputs(twins, 3)
    assert np.array_equal(outputs(twins, inputs), outputs(exchanged, inputs))
    assert overlaps(twins, exchanged).layers[0] == 1.0
    assert {overlaps(twins, twins).total, overlaps(twins, exchanged).total} != {1.0}
    # overlap zero: the sign stays
    assert all(map(np.array_equal, match([[[1, 1]], [[1]]], [[[1, -1]], [[1]]]), [[[1, -1]], [[1]]]))
    # the output keeps its sign
    assert overlaps([[[1, 1, 1]]], [[[-1, -1, -1]]]).total == -1.0


def test_ties_are_common_and_matter_above_the_first_layer_only():
    one, other = random_weights((101, 31, 31, 1), seed=4, count=40), random_weights((101, 31, 31, 1), seed=5, count=40)
    pairs = [([layer[k] for layer in one], [layer[k] for layer in other]) for k in range(40)]
    there = np.array([overlaps(a, b).layers for a, b in pairs])
    back = np.array([overlaps(b, a).layers for a, b in pairs])
    assert np.array_equal(there[:, 0], back[:, 0])
    assert 0 < np.count_nonzero(there[:, 1] != back[:, 1]) < 40
    assert np.abs(there[:, 1] - back[:, 1]).max() < 0.05


def test_pairs_come_in_order():
    many = random_weights((9, 5, 1), seed=6, count=4)
    found = pairwise(many)
    for k, (a, b) in enumerate(itertools.combinations(range(4), 2)):
        one = overlaps([layer[a] for layer in many], [layer[b] for layer in many])
        assert np.array_equal(found.layers[k], one.layers) and found.total[k] == one.total


@pytest.mark.parametrize("widths, count", [((784, 101, 101, 1), 24), ((201, 201, 1), 10)])
def test_random_layers_match_as_the_cavity_method_says(widths, count):
    one, other = (random_weights(widths, [7, k], count) for k in range(2))
    found = np.array([overlaps(*([layer[k] for layer in many] for many in (one, other))).layers for k in range(count)])
    for layer, (inputs, units) in enumerate(zip(widths[:-2], widths[1:-1])):
        assert found[:, layer].mean() == pytest.approx(matched_overlap(units, inputs), rel=0.01)
        assert found[:, layer].max() < largest_overlap(units, inputs)
    assert abs(found[:, -1].mean()) < 4 / np.sqrt(widths[-2] * count)


@pytest.mark.parametrize("units, inputs", [(1, 1), (1, 8), (6, 2), (3, 7), (5, 10), (101, 9)])
def test_the_largest_overlap_is_that_of_all_vectors(units, inputs):
    vectors = np.array(list(itertools.product([1, -1], repeat=inputs)))
    size, count = np.unique(np.abs(vectors.sum(axis=1)), return_counts=True)
    below = (np.cumsum(count) / len(vectors)) ** units
    assert largest_overlap(units, inputs) == pytest.approx(size @ np.diff(below, prepend=0) / inputs, rel=1e-12)


def test_bad_input_gets_one_sentence():
    network = random_weights((3, 3, 1), seed=8)
    with pytest.raises(ValueError, match=r"shapes \[\(3, 3\), \(1, 3\)\] and \[\(1, 3\)\]; they must be the same"):
        overlaps(network, network[1:])
    with pytest.raises(TypeError, match="weights is of type str"):
        match(network, "network")
    with pytest.raises(ValueError, match="weights holds 1 network; there must be at least 2"):
        pairwise(random_weights((3, 3, 1), seed=8, count=1))
    with pytest.raises(ValueError, match=r"weights\[0\] has shape \(3, 3\); it must have 3 sides"):
        pairwise(network)
    with pytest.raises(TypeError, match="seed is None"):
        scramble(network, seed=None)
    with pytest.raises(ValueError, match="units is 0"):
        matched_overlap(0, 5)
