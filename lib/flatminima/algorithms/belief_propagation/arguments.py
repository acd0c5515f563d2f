"""What a caller may ask of belief propagation, by either kind of messages."""

import numpy as np

from flatminima.validation import real_array, real_number

STRONGEST = 1e12  # field: the entropy is a difference of terms of this size


def external_field(field, shape):
    """The external field, zero where none is given; raises ValueError or TypeError for a wrong one."""
    if field is None:
        return np.zeros(shape)
    field = real_array("field", field)
    if field.shape != shape:
        raise ValueError(f"field has shape {field.shape}; it must be (K, n) = {shape}.")
    beyond = field[~(np.abs(field) <= STRONGEST)]
    if beyond.size:
        raise ValueError(f"field has an entry {beyond[0]:g}; it must be an array of finite numbers of at most {STRONGEST:g}.")
    return field


def road(damping, tolerance):
    """The damping in [0, 1) and the tolerance > 0, as numbers; raises ValueError or TypeError for others."""
    return real_number("damping", damping, 0, 1 - 1e-9, closed=True), real_number("tolerance", tolerance, low=0)
