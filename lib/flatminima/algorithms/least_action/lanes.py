"""How weights and patterns lie in memory, so that many products are added at a time in one fixed order.

A sum of floating-point numbers depends on its order, and least action is chaotic: one rounding error can
change where it ends. The compiler may therefore not reorder a sum. It need not, if the sum is written as
`lanes` sums side by side: lane c adds the entries c, c + lanes, c + 2 lanes, ... of a unit.

Weights have the shape (groups, rows, columns), patterns (P, rows, columns). In a tree all units stand
side by side in one group, columns = K · lanes. In a fully connected committee each unit is a group of its
own and meets the same pattern. Entries that fill up the last row are zero and stay zero.
"""

from dataclasses import dataclass

import numpy as np

from flatminima.networks import SIGN_UNIT, Committee
from flatminima.networks.committee import require_committee

COLUMNS = 64  # at least that many sums side by side fill the registers of a processor


@dataclass(frozen=True)
class Lanes:
    """The arrangement for one committee; raises ValueError for one whose units are no signs, TypeError for none."""

    machine: Committee

    def __post_init__(self):
        if require_committee(self.machine).unit is not SIGN_UNIT:
            raise ValueError(f"machine has {self.machine.unit} units; least action is defined for sign units.")

    @property
    def together(self):
        """The number of units in a group."""
        return 1 if self.machine.full else self.machine.units

    @property
    def lanes(self):
        """The number of partial sums of a unit, a multiple of 8."""
        return 8 * -(-COLUMNS // (8 * self.together))

    def arranged(self, vectors):
        """Vectors (..., units side by side, n) as (..., rows, columns)."""
        *others, units, size = vectors.shape
        rows = -(-size // self.lanes)
        padded = np.zeros((*others, units, rows * self.lanes), dtype=vectors.dtype)
        padded[..., :size] = vectors
        split = padded.reshape(*others, units, rows, self.lanes)
        return np.ascontiguousarray(np.moveaxis(split, -3, -2)).reshape(*others, rows, units * self.lanes)

    def inputs(self, patterns):
        """The gauged patterns σξ in single bytes, shape (P, rows, columns): their target is +1."""
        gauged = self.machine.require_patterns(patterns).inputs * patterns.labels[:, None]
        return self.arranged(gauged.reshape(len(patterns), self.together, self.machine.fan_in))

    def weights(self, weights):
        """Weights (..., K, n) as (..., groups, rows, columns)."""
        *others, units, size = weights.shape
        return self.arranged(weights.reshape(*others, units // self.together, self.together, size))

    def restored(self, arranged):
        """The inverse of `weights`."""
        *others, groups, rows, _ = arranged.shape
        split = np.moveaxis(arranged.reshape(*others, groups, rows, self.together, self.lanes), -2, -3)
        flat = split.reshape(*others, self.machine.units, rows * self.lanes)
        return flat[..., : self.machine.fan_in]
