"""The arbitrary-precision Franz–Parisi entropy (26): limits, stationarity of the printed form."""

from mpmath import mp, mpf
import pytest

from flatminima.reference import franz_parisi, typical
from flatminima.reference.arithmetic import Doubles
from flatminima.reference.franz_parisi import Reference


@pytest.mark.parametrize("distance", ["0.02", "0.2", "0.45"])
def test_without_patterns_the_local_entropy_counts_the_configurations(distance):
    """At α = 0 every hat but t̂₁ vanishes, and tanh t̂₁ = t₁ makes (26) stationary."""
    with mp.workdps(30):
        d = mpf(distance)
        tilt = mp.atanh(1 - 2 * d)
        binary_entropy = -d * mp.log(d) - (1 - d) * mp.log(1 - d)
        empty = Reference(0, "0.2", 0, "0.5", "1")

        def value(delta_hat):
            return franz_parisi.entropy(d, "0.5", 0, "1e-30", 0, delta_hat, empty, digits=20)

        assert abs(value(tilt) - binary_entropy) < mpf("1e-20")
        assert value(tilt + mpf("0.01")) > value(tilt) < value(tilt - mpf("0.01"))


@pytest.mark.parametrize("kappa", ["-0.5", "0", "0.3"])
def test_at_the_typical_distance_the_reference_drops_out(kappa):
    """t₁ = t₀ and t̂₁ = t̂₀ leave the free entropy (13) of margin κ, whatever t₀, t̂₀, q and q̂."""
    with mp.workdps(30):
        t0 = mpf("0.25")
        value = franz_parisi.entropy(
            (1 - t0) / 2, "0.4", t0, "0.8", "0.5", 0, Reference("0.5", "0.3", kappa, "0.5", "1.2"), 14
        )
        assert abs(value - typical.free_entropy("0.4", "0.8", "0.5", kappa, 14)) < mpf("1e-14")


def test_solved_state_makes_the_printed_entropy_stationary_and_gives_its_slope():
    """Finite differences of (26)–(27b) as printed, in doubles, at the point that solves them."""
    state = franz_parisi.solve("0.2", "0.5", "0.3", 0, start=(0.44, 0.45, 0.37), digits=10)
    reference = Reference(*map(float, state[1:6]))
    names = ("distance", "p", "t0", "p_hat", "t0_hat", "delta_hat")
    at = {name: float(getattr(state, name)) for name in names}
    expected = dict.fromkeys(names, 0.0) | {"distance": float(state.slope)}
    for name in names:
        sides = [
            franz_parisi.entropy_in(Doubles, reference, **(at | {name: at[name] + sign * 1e-4}))
            for sign in (1, -1)
        ]
        assert (sides[0] - sides[1]) / 2e-4 == pytest.approx(expected[name], abs=2e-7), name
