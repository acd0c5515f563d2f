"""Training sets: binary inputs and their labels."""

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral

import numpy as np

from flatminima.validation import real_array


@dataclass(frozen=True, eq=False)
class Patterns:
    """P patterns with N entries each and their labels, all ±1.

    `inputs` has shape (P, N) and `labels` shape (P,); both are kept as int8 and cannot be written to.
    Raises ValueError for other shapes or entries, TypeError for what is no array of numbers.

    >>> Patterns([[1, -1, 1]], [1]).load
    0.3333333333333333
    >>> Patterns([[1, 0, 1]], [1])
    Traceback (most recent call last):
    ValueError: inputs has an entry 0; every entry must be -1 or 1.
    """

    inputs: np.ndarray
    labels: np.ndarray

    def __post_init__(self):
        for name, dimensions in (("inputs", 2), ("labels", 1)):
            entries = real_array(name, getattr(self, name))
            if entries.ndim != dimensions or entries.size == 0:
                shape = "(P, N)" if dimensions == 2 else "(P,)"
                raise ValueError(f"{name} has shape {entries.shape}; it must be {shape} with no side empty.")
            wrong = entries[np.abs(entries) != 1]
            if wrong.size:
                raise ValueError(f"{name} has an entry {wrong[0]:g}; every entry must be -1 or 1.")
            entries = entries.astype(np.int8)
            entries.flags.writeable = False
            object.__setattr__(self, name, entries)
        if len(self.inputs) != len(self.labels):
            raise ValueError(f"there are {len(self.labels)} labels for {len(self.inputs)} inputs; there must be one each.")

    def __len__(self):
        return len(self.labels)

    @property
    def size(self):
        """The number N of entries of a pattern."""
        return self.inputs.shape[1]

    @property
    def load(self):
        """α = P/N for a machine with one weight an input, as perceptrons and tree committees are."""
        return len(self) / self.size

    @cached_property
    def gauged(self):
        """The inputs times their label, σ^μ ξ^μ, as floats: for odd units every label is then +1."""
        gauged = self.inputs * self.labels[:, None].astype(np.float64)
        gauged.flags.writeable = False
        return gauged


def random_patterns(count, size, seed):
    """Draw `count` = P patterns of `size` = N entries and their labels, all independent and unbiased.

    The labels may as well be absorbed, σξ → ξ: unveiling-2021 (gauge). `seed` is an integer ≥ 0, or a list of them, for the
    generator of NumPy; the same seed gives the same patterns on every machine. Raises ValueError or TypeError for other
    seeds and for counts below 1.

    >>> patterns = random_patterns(4, 5, seed=1)
    >>> patterns.inputs.shape, patterns.load
    ((4, 5), 0.8)
    """
    for name, value in (("count", count), ("size", size)):
        positive_integer(name, value)
    draw = seeded_generator(seed)
    inputs = 2 * draw.integers(0, 2, (count, size), dtype=np.int8) - 1
    return Patterns(inputs, 2 * draw.integers(0, 2, count, dtype=np.int8) - 1)


def teacher_patterns(count, size, seed):
    r"""Draw `count` = P unbiased inputs of odd `size` = N, and label them by a random binary perceptron, the teacher.

    $$ \sigma^\mu = \operatorname{sign}(\tilde w \cdot \xi^\mu), \qquad \tilde w \in \{-1, 1\}^N \text{ uniformly random} $$

    (the teacher-student scenario of unveiling-2021). Returns the patterns and the teacher, shape (1, N). `seed` as in
    `random_patterns`. Raises ValueError for an even size, where w̃ · ξ may vanish, and as `random_patterns`.

    >>> patterns, teacher = teacher_patterns(4, 5, seed=1)
    >>> bool((patterns.gauged @ teacher[0] > 0).all()), teacher.shape
    (True, (1, 5))
    """
    count, size = positive_integer("count", count), positive_integer("size", size)
    if size % 2 == 0:
        raise ValueError(f"size is {size}; it must be odd, so that the teacher's output is never zero.")
    draw = seeded_generator(seed)
    teacher = 2 * draw.integers(0, 2, size) - 1
    inputs = 2 * draw.integers(0, 2, (count, size), dtype=np.int8) - 1
    return Patterns(inputs, np.sign(inputs @ teacher)), teacher[None].astype(np.float64)


def seeded_generator(seed):
    """NumPy's generator for a seed: an integer ≥ 0 or a list of them; raises TypeError or ValueError for another.

    NumPy fills lists of less than four entries up with zeros: 5, [5] and [5, 0] are the same seed.

    >>> seeded_generator(None)
    Traceback (most recent call last):
    TypeError: seed is None; it must be an integer from 0 on or a list of them.
    """
    entries = seed if isinstance(seed, (list, tuple)) else [seed]
    # NumPy takes None, too, and then every run is another one.
    if not entries or not all(isinstance(entry, Integral) and not isinstance(entry, bool) for entry in entries):
        raise TypeError(f"seed is {seed!r}; it must be an integer from 0 on or a list of them.")
    if min(entries) < 0:
        raise ValueError(f"seed is {seed!r}; it must be an integer from 0 on or a list of them.")
    return np.random.default_rng(seed)


def positive_integer(name, value):
    """Return `value` if it is an integer ≥ 1, else say what is wrong; raises TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; it must be an integer from 1 on.")
    if value < 1:
        raise ValueError(f"{name} is {value}; it must be an integer from 1 on.")
    return int(value)
