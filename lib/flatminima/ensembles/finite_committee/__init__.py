"""Tree committees with three sign units and spherical weights: the same ensembles, with a three-dimensional pattern.

Where K → ∞ a pattern sees one Gaussian field, and an overlap map says everything. With few hidden units it sees
K of them, and the energetic term is an average over K fields of ln P, the logarithm of the probability
that a decision (`MAJORITY` or `PARITY`) of K noisy signs is right. The entropic terms do not change: K
units with N/K weights each, at the same overlap, have together the entropic term of N weights.

>>> from flatminima import finite_committee
>>> finite_committee.typical.__name__
'flatminima.ensembles.finite_committee.typical'
"""

import importlib

_ENSEMBLES = ("large_deviation", "one_step", "typical")

__all__ = list(_ENSEMBLES)


def __getattr__(name):
    """An ensemble is loaded when first asked for."""
    if name in _ENSEMBLES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
