"""Focusing belief propagation: y replicas around a centre, drawn together until they agree on a wide minimum.

`binary` and `spherical` hold what the replicas do to each other, `protocol` the loop over growing coupling strengths.
notebooks/unveiling-2021/11-focusing and shaping-2020/12-focusing derive both.
"""

from flatminima.algorithms.focusing.protocol import Focused, even_steps, exponential_steps, solve

__all__ = ["Focused", "even_steps", "exponential_steps", "solve"]
