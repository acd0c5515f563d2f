"""The one-step broken Franz–Parisi entropy (30): its two replica-symmetric limits and its quadrature."""

import pytest
from mpmath import mp, mpf

from flatminima.reference import franz_parisi, one_step
from flatminima.reference.arithmetic import Doubles

REFERENCE = franz_parisi.Reference(0.5, 0.3, 0.0, 0.52, 2.0)
BROKEN = {"p1": 0.6, "p1_hat": 0.7}
COMMON = {"distance": 0.2, "t0": 0.45, "t0_hat": 0.9, "delta_hat": 0.4}
UNBROKEN = franz_parisi.entropy_in(Doubles, REFERENCE, p=0.44, p_hat=0.5, **COMMON)


@pytest.mark.parametrize("m", [0.1, 0.5, 1.0])
def test_equal_overlaps_leave_the_replica_symmetric_entropy(m):
    value = one_step.entropy_in(
        Doubles, REFERENCE, p0=0.44, p1=0.44, p0_hat=0.5, p1_hat=0.5, m=m, **COMMON
    )
    assert value == pytest.approx(UNBROKEN, abs=1e-13)


@pytest.mark.parametrize("broken", [BROKEN, {"p1": 0.95, "p1_hat": 3.0}])
def test_at_m_one_the_clusters_drop_out(broken):
    value = one_step.entropy_in(Doubles, REFERENCE, p0=0.44, p0_hat=0.5, m=1.0, **broken, **COMMON)
    assert value == pytest.approx(UNBROKEN, abs=1e-13)


@pytest.mark.parametrize("m", [0.25, 0.7])
def test_between_the_limits_doubles_and_digits_agree(m):
    """Other precision, other steps, other arithmetic; and the value differs from both limits."""
    doubles = one_step.entropy_in(Doubles, REFERENCE, p0=0.44, p0_hat=0.5, m=m, **BROKEN, **COMMON)
    with mp.workdps(25):
        digits = one_step.entropy(
            p0=0.44, p0_hat=0.5, m=mpf(m), reference=REFERENCE, digits=10, **BROKEN, **COMMON
        )
    assert doubles == pytest.approx(float(digits), abs=1e-10)
    assert abs(doubles - UNBROKEN) > 1e-4
