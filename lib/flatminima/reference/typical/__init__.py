"""Typical solutions, unveiling-2021 (13)–(14b) and relu-2019 (3), (5), (6), (B1)–(B3), to any number of digits."""

from ..priors import entropic_term, overlap
from .capacities import critical_capacity, max_margin, spherical_capacity, zero_entropy_saddle
from .equations import (
    ROUGH_DIGITS,
    Saddle,
    conjugate_overlap,
    energetic_term,
    free_entropy,
    mean_inverse_mills,
    saddle_at,
    solve,
    squared_shortfall,
)

__all__ = [
    "ROUGH_DIGITS",
    "Saddle",
    "conjugate_overlap",
    "critical_capacity",
    "energetic_term",
    "entropic_term",
    "free_entropy",
    "max_margin",
    "mean_inverse_mills",
    "overlap",
    "saddle_at",
    "solve",
    "spherical_capacity",
    "squared_shortfall",
    "zero_entropy_saddle",
]
