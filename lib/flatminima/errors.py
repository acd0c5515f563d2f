"""Two ways a computation can end without a number: nothing exists there, or nothing was found."""

import math
from dataclasses import dataclass


class NotConverged(RuntimeError):
    """The solver gave up: the message says why, `residual` how far it was (NaN if nobody knows), `state` where it stood.

    >>> NotConverged("no minimum", residual=0.02)
    NotConverged('no minimum (residual 2.00e-02)')
    >>> NotConverged("no minimum")
    NotConverged('no minimum')
    """

    def __init__(self, message, *, residual=float("nan"), state=None):
        super().__init__(message if math.isnan(residual) else f"{message} (residual {residual:.2e})")
        self.residual = residual
        self.state = state


@dataclass(frozen=True)
class NoSolution:
    """The outcome "no solution exists here": a result, not a failure; false in a condition.

    >>> outcome = NoSolution("alpha is 0.9, beyond the capacity 0.833.")
    >>> bool(outcome)
    False
    >>> outcome.entropy
    Traceback (most recent call last):
    AttributeError: no solution, hence no 'entropy': alpha is 0.9, beyond the capacity 0.833.
    """

    reason: str

    def __bool__(self):
        return False

    def __getattr__(self, name):
        raise AttributeError(f"no solution, hence no {name!r}: {self.reason}" if not name.startswith("_") else name)
