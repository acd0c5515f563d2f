r"""Networks of several layers with binary weights and no biases: unveiling-2021, supplement IV, Fig. 8.

One convention throughout: N_0 inputs, hidden layers of N_1, …, N_L sign units, and one output,

$$ h_l = \frac{W_l\, x_{l-1}}{\sqrt{N_{l-1}}}, \qquad x_l = \operatorname{sign} h_l \quad (l \le L), \qquad z = h_{L+1}, $$

with x_0 the input. A network is the list [W_1, …, W_{L+1}] of its weights, int8 arrays of ±1 with shapes (N_l, N_{l−1}).
A unit whose field is exactly zero is silent, sign 0 = 0: only so are units odd there, too, and flipping the signs of all
weights into and out of a unit changes nothing.
"""

import numpy as np

from flatminima.networks.patterns import positive_integer, seeded_generator
from flatminima.validation import real_array

_LARGEST = 1e30  # of an input, whose sums must be numbers in single precision, too


def random_weights(widths, seed, count=None):
    """Draw a network with `widths` = (N_0, …, N_L, 1) with uniformly random weights ±1, or `count` of them at once.

    With `count` = n every array of the list has shape (n, N_l, N_{l−1}). Raises ValueError or TypeError for widths that
    are no sequence of at least two positive integers ending with 1, and for bad counts and seeds.

    >>> [layer.shape for layer in random_weights((5, 3, 1), seed=0)]
    [(3, 5), (1, 3)]
    >>> random_weights((5, 3), seed=0)
    Traceback (most recent call last):
    ValueError: widths is (5, 3); it must be a sequence of at least two positive integers, the last of them 1.
    """
    widths = require_widths(widths)
    many = () if count is None else (positive_integer("count", count),)
    draw = seeded_generator(seed)
    return [2 * draw.integers(0, 2, (*many, *shape), dtype=np.int8) - 1 for shape in _shapes(widths)]


def outputs(weights, inputs):
    """The output fields z of one network, shape (P,), for `inputs` of shape (P, N_0).

    Fields of hidden units are exact above the first layer. In the first they are exact, on every machine, where inputs
    have eight binary digits, as 2p − 255 of a pixel p has, times any power of two, and N_0 ≤ 65536. Other inputs are summed
    in double precision, which decides the sign of a field only if it is larger than about 1e-16 N_0 max|x|: fields that
    should be zero, as some are for p/127.5 − 1, may come out with either sign. Raises ValueError or TypeError for arrays of
    other shapes, weights that are not ±1 and inputs above 1e30.

    >>> outputs([[[1, 1, 1], [1, -1, -1], [1, 1, -1]], [[1, 1, 1]]], [[3, 1, 1]])     # fields 5, 1, 3
    array([1.73205081])
    >>> outputs([[[1, -1], [1, 1], [1, 1]], [[1, 1, 1]]], [[1, 1]])     # the first unit is silent
    array([1.15470054])
    """
    weights = require_network(weights)
    return fields(weights, require_inputs(inputs, weights))


def errors(weights, inputs, labels):
    """The number of inputs with a wrong output of one network, σz ≤ 0, for `labels` σ = ±1 of shape (P,).

    Accuracy and errors raised are those of `outputs`; ValueError for labels of another shape or other values, too.

    >>> errors([[[1, 1, 1]]], [[1, 1, -1], [1, -1, -1]], [1, 1])
    1
    """
    z = outputs(weights, inputs)
    return int(np.count_nonzero(require_labels(labels, len(z)) * z <= 0))


def pack(weights):
    """Eight weights in a byte: `bits` and `widths`, from which `unpack` makes the same network or networks again.

    `bits` has shape (bytes,), or (n, bytes) for n networks. Raises ValueError or TypeError for what is no network.

    >>> bits, widths = pack(random_weights((784, 101, 101, 1), seed=0))
    >>> bits.shape, widths
    ((11186,), (784, 101, 101, 1))
    """
    several = isinstance(weights, (list, tuple)) and len(weights) > 0 and np.ndim(weights[0]) == 3
    weights = require_network(weights, many=several)
    flat = np.concatenate([layer.reshape(*layer.shape[:-2], -1) for layer in weights], axis=-1)
    return np.packbits(flat > 0, axis=-1), (weights[0].shape[-1], *(layer.shape[-2] for layer in weights))


def unpack(bits, widths):
    """The network or networks that `pack` has packed; raises ValueError or TypeError for bits of another length and no bytes.

    >>> unpack([0b10100000], (3, 1))
    [array([[ 1, -1,  1]], dtype=int8)]
    """
    shapes = _shapes(require_widths(widths))
    sizes = [rows * columns for rows, columns in shapes]
    bits = real_array("bits", bits)
    if not np.isin(bits, np.arange(256)).all():
        raise ValueError("bits has an entry that is no byte; all must be integers from 0 to 255.")
    if bits.ndim not in (1, 2) or bits.shape[-1] != -(-sum(sizes) // 8):
        raise ValueError(f"bits has shape {bits.shape}; widths {tuple(widths)} need {-(-sum(sizes) // 8)} bytes a network.")
    flat = 2 * np.unpackbits(bits.astype(np.uint8), axis=-1, count=sum(sizes)).astype(np.int8) - 1
    pieces = np.split(flat, np.cumsum(sizes)[:-1], axis=-1)
    return [piece.reshape(*flat.shape[:-1], *shape) for piece, shape in zip(pieces, shapes)]


def fields(weights, inputs):
    """The output fields of a network and inputs that `require_network` and `require_inputs` have seen, without checks."""
    x = inputs
    for layer in weights[:-1]:
        x = np.sign(x @ layer.T.astype(inputs.dtype))
    return (x @ weights[-1][0].astype(inputs.dtype)) / np.sqrt(weights[-1].shape[1], dtype=np.float64)


def require_widths(widths, hidden=False):
    """Return all widths of a network, or with `hidden` those of its hidden layers only, as a tuple if they can be.

    >>> require_widths((3, 0), hidden=True)
    Traceback (most recent call last):
    ValueError: widths is (3, 0); it must be a sequence of positive integers, one for each hidden layer.
    """
    wanted = "positive integers, one for each hidden layer" if hidden else "at least two positive integers, the last of them 1"
    wrong = f"widths is {widths!r}; it must be a sequence of {wanted}."
    if not isinstance(widths, (list, tuple, np.ndarray)):
        raise TypeError(wrong)
    try:
        widths = tuple(positive_integer("width", width) for width in widths)
    except (TypeError, ValueError) as problem:
        raise type(problem)(wrong) from None
    if not hidden and (len(widths) < 2 or widths[-1] != 1):
        raise ValueError(wrong)
    return widths


def require_network(weights, many=False):
    """Return the weights as a list of int8 arrays if they are those of a network, or with `many` of several.

    >>> require_network([[[1, 1]], [[1, 1]]])
    Traceback (most recent call last):
    ValueError: weights[1] has shape (1, 2); it must be (1, 1), as the width below is 1 and this is the output.
    """
    if not isinstance(weights, (list, tuple)) or not weights:
        raise TypeError(f"weights is of type {type(weights).__name__}; it must be a list of arrays, one for each layer.")
    layers = [_signs(f"weights[{l}]", layer, 2 + many) for l, layer in enumerate(weights)]
    for l in range(len(layers)):
        *count, units, below = layers[l].shape
        last = l == len(layers) - 1
        fits = (*layers[0].shape[: len(count)], 1 if last else units, layers[l - 1].shape[-2] if l else below)
        if layers[l].shape != fits:
            reason = f"the width below is {fits[-1]}" + " and this is the output" * last
            raise ValueError(f"weights[{l}] has shape {layers[l].shape}; it must be {fits}, as {reason}.")
    return layers


def require_inputs(inputs, weights=None):
    """Return the inputs of a network, or of any, in single precision where no sum of them is rounded, else in double precision.

    The sums of N_0 integers up to 256 in size are integers up to 2²⁴ if N_0 ≤ 65536, and those are floats of 24 binary
    digits. A power of two changes no digit.

    >>> [require_inputs(inputs, [[[1, 1]]]).dtype.name for inputs in ([[-255, 3]], [[-255 / 256, 3 / 256]], [[-1, 3 / 255]])]
    ['float32', 'float32', 'float64']
    """
    if not isinstance(inputs, np.ndarray) or inputs.dtype.kind not in "iuf":
        inputs = real_array("inputs", inputs)
    if inputs.ndim != 2 or not inputs.size:
        raise ValueError(f"inputs has shape {inputs.shape}; it must be (P, N_0) with P ≥ 1 and N_0 ≥ 1.")
    size = inputs.shape[1]
    if weights is not None and size != np.shape(weights[0])[-1]:
        taken = np.shape(weights[0])[-1]
        raise ValueError(f"inputs has shape {inputs.shape}; it must be (P, {taken}), as the network takes {taken}.")
    largest = max(abs(float(inputs.max())), abs(float(inputs.min())))
    if not largest <= _LARGEST:
        raise ValueError(f"inputs has an entry of size {largest:g}; all must be real numbers up to {_LARGEST:g} in size.")
    exponent = np.frexp(largest)[1]
    exact = size <= 2**16 and exponent > -100 and all(_whole(np.ldexp(row, 8 - exponent)) for row in inputs)
    return inputs.astype(np.float32 if exact else np.float64, copy=False)


def require_labels(labels, count):
    """Return the labels as an int8 array of ±1 if there are `count` of them, or raise ValueError or TypeError.

    >>> require_labels([1.0, -1.0], count=2)
    array([ 1, -1], dtype=int8)
    """
    labels = _signs("labels", labels, 1)
    if len(labels) != count:
        raise ValueError(f"there are {len(labels)} labels for {count} inputs; there must be one each.")
    return labels


def _whole(numbers):
    return np.array_equal(numbers, np.rint(numbers))


def _signs(name, value, dimensions):
    array = np.asarray(value)
    if array.dtype != np.int8:  # a tenth of the time for what is int8 already
        array = real_array(name, array)
    if array.ndim != dimensions or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; it must have {dimensions} sides, none of them empty.")
    if not (np.abs(array) == 1).all():
        raise ValueError(f"{name} has an entry {array[np.abs(array) != 1][0]:g}; every entry must be -1 or 1.")
    return array.astype(np.int8, copy=False)


def _shapes(widths):
    return list(zip(widths[1:], widths[:-1]))
