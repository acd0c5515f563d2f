"""The IDX format: what was written is read, and every other text is refused with a sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from flatminima.datasets import idx


def text(array):
    return bytes([0, 0, 8, array.ndim]) + b"".join(side.to_bytes(4, "big") for side in array.shape) + array.tobytes()


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)))
def test_what_was_written_is_read(array):
    read = idx.parse(text(array), "file")
    assert read.dtype == np.uint8 and not read.flags.writeable
    np.testing.assert_array_equal(read, array)


@given(arrays(np.uint8, (3, 2)), st.integers(0, 17))
def test_every_part_is_refused(array, length):
    with pytest.raises(ValueError, match="^file "):
        idx.parse(text(array)[:length], "file")


@pytest.mark.parametrize("content, sentence", [
    (b"", "file begins with nothing"),
    (b"\x1f\x8b\x08\x00rest", "file begins with 1f 8b 08 00"),
    (bytes([0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0]), "begins with 00 00 0d 01"),  # floats
    (bytes([0, 0, 8, 0, 7]), "the number of sides, which is 1 or more"),
    (bytes([0, 0, 8, 2, 0, 0, 0, 1]), "ends after 8 bytes, inside the shape"),
    (text(np.zeros((2, 3), np.uint8)) + b"\0", r"has 7 bytes of entries; its shape \(2, 3\) asks for 6"),
    (bytes([0, 0, 8, 2]) + b"\xff" * 8, "asks for 18446744065119617025"),
])
def test_refused(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        idx.parse(content, "file")
