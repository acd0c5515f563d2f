"""The IDX format, in which MNIST and data sets of its kind come: the shape of an array, then its bytes."""

import math
import struct

import numpy as np

UNSIGNED_BYTE = 0x08


def parse(content, name):
    """Return the array of unsigned bytes that `content` is the IDX text of; `name` is what errors call it.

    Two bytes 0, the type 8 of unsigned bytes, the number of sides, each side as four bytes with the
    most significant first, and then the entries, row by row. The array (uint8) cannot be written to.
    Raises ValueError for what is not that, and for more or fewer entries than the shape says.

    >>> parse(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]), "labels").tolist()
    [7, 8, 9]
    >>> parse(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7]), "labels")
    Traceback (most recent call last):
    ValueError: labels has 1 bytes of entries; its shape (3,) asks for 3.
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, UNSIGNED_BYTE]) or content[3] == 0:
        raise ValueError(f"{name} begins with {content[:4].hex(' ') or 'nothing'}; "
                         "an IDX file of bytes begins with 00 00 08 and the number of sides, which is 1 or more.")
    sides = content[3]
    start = 4 + 4 * sides
    if len(content) < start:
        raise ValueError(f"{name} ends after {len(content)} bytes, inside the shape that an IDX file begins with.")
    shape = struct.unpack(f">{sides}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise ValueError(f"{name} has {len(content) - start} bytes of entries; its shape {shape} asks for {math.prod(shape)}.")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def arrays(content):
    """The arrays of all files of `content`, their bytes by name; raises as `parse`."""
    return [parse(text, name) for name, text in content.items()]
