"""Belief propagation: the mean of every weight over all solutions, and how many solutions there are.

`relaxed` is the fast one, a few products with the patterns a sweep; `edges` keeps one message an edge
of the factor graph and is there to be read and compared with. notebooks/unveiling-2021/10-belief-propagation
derives both.
"""

from flatminima.algorithms.belief_propagation import edges
from flatminima.algorithms.belief_propagation.beliefs import Beliefs
from flatminima.algorithms.belief_propagation.relaxed import iterate, solve

__all__ = ["Beliefs", "edges", "iterate", "solve"]
