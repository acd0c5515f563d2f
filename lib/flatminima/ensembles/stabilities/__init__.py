r"""How far solutions stand from the threshold: the distribution of stabilities. relu-2019 (stability), (E1)–(E6) and (G).

The stability of a pattern is the output field in the direction of its label, before the sign. In a
solution drawn at random it is the sum of a local mean h, which varies from pattern to pattern and from
cluster to cluster, and of a Gaussian of the remaining variance 1 − Q, cut off at the margin. So

    P(Ξ) = ∫ dh p(h)  G((Ξ − h)/√(1−Q)) / (√(1−Q) H((κ − h)/√(1−Q))),      Ξ > κ,

in units of the architecture's `field_scale`, and the ensembles differ in p(h) alone:

    typical (E3)             h = √Q z,                    z Gaussian,
    y replicas (E4)          h = √Q₀ z₀ + √(Q₁−Q₀) z₁,    z₀ Gaussian, z₁ with density ∝ G(z₁) H^y given z₀,
    y → ∞ replicas (E5)      h = √Q₁ z₀ + √δQ₀ z₁*(z₀),   z₁* the place of the maximum (E6).
"""

from flatminima.ensembles.stabilities.distribution import density, mode, moments

__all__ = ["density", "mode", "moments"]
