"""(B7) and (B8) as printed, sign apart: against the float capacity, and in its limit."""

import pytest
from mpmath import mpf

from flatminima import ERF, RELU
from flatminima.ensembles import one_step
from flatminima.ensembles.one_step.capacity import cornered
from flatminima.reference import effective_overlaps as printed
from flatminima.reference import one_step_typical as twin

PAIRS = [(RELU, printed.RELU), (ERF, printed.ERF)]


@pytest.mark.parametrize("architecture, overlaps", PAIRS)
@pytest.mark.parametrize("q0, m_tilde", [(0.757, 16.6), (0.05, 40.0), (0.98, 300.0), (0.5, 0.01)])
def test_both_evaluate_the_same_integral(architecture, overlaps, q0, m_tilde):
    complement = architecture.complement(1.0 - q0)
    value = cornered(architecture.overlap(q0), complement, architecture.slope(0.0), 0.0, m_tilde, 0.125)[0]
    assert value == pytest.approx(float(twin.log_probability(q0, m_tilde, overlaps, 15)), rel=1e-13)


def test_the_twin_finds_the_same_minimum():
    state = one_step.capacity_state(architecture=RELU)
    alpha, q0, m_tilde = twin.critical_capacity(printed.RELU, digits=13)
    assert abs(state.alpha - alpha) <= state.error
    assert [state.q0, state.m_tilde] == pytest.approx([float(q0), float(m_tilde)], rel=1e-8)


def test_the_error_bound_holds():
    """With q₀ and m̃ of the float state, α of the twin lies within its error."""
    for architecture, overlaps in PAIRS:
        state = one_step.capacity_state(architecture=architecture)
        assert abs(twin.load(state.q0, state.m_tilde, overlaps, 20) - mpf(state.alpha)) <= state.error


def test_the_perceptron_has_no_minimum_inside():
    with pytest.raises(ArithmeticError, match="not enclosed"):
        twin.critical_capacity(printed.PERCEPTRON, digits=8)
