"""A check passes exactly where both sides agree, and says so in one line."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from flatminima import ledger
from flatminima.ledger.agreement import agree, error_in_scale

X = sympy.Symbol("x", real=True)
LABEL = "unveiling-2021 (14b)"


@given(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6), st.integers(2, 12))
def test_agreement_ends_at_the_stated_digit(expected, digits):
    assert agree(expected * (1 + 0.9 * 10**-digits), expected, digits)
    assert not agree(expected * (1 + 1.1 * 10**-digits), expected, digits)


@pytest.mark.parametrize("digits", [20, 50])
def test_multiple_precision_is_compared_in_multiple_precision(digits):
    with mpmath.workdps(digits + 10):
        root = mpmath.sqrt(2)
        assert agree(root + mpmath.mpf(10) ** (-digits - 1), root, digits)
        assert not agree(root + mpmath.mpf(10) ** (-digits + 1), root, digits)


def test_error_is_measured_on_the_largest_entry():
    assert error_in_scale([1e-3, 1.0], [0.0, 1.0]) == 1e-3
    assert error_in_scale([1e-3, 100.0], [0.0, 100.0]) == 1e-5
    assert error_in_scale([1e-3, 0.0], 0.0) == 1e-3  # nothing to scale by


@pytest.mark.parametrize("got", [math.nan, math.inf, -math.inf, [1.0, math.nan], mpmath.nan])
def test_nothing_agrees_with_nan_or_infinity(got):
    assert not agree(got, 1.0, 3)
    assert not agree(1.0, got if np.ndim(got) == 0 else math.nan, 3)


def test_inputs_that_cannot_be_compared():
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(3,\)"):
        ledger.check(LABEL, [1, 2], [1, 2, 3], digits=3)
    with pytest.raises(ValueError, match="at least one number"):
        ledger.check(LABEL, [], [], digits=3)
    with pytest.raises(TypeError, match="must hold numbers"):
        ledger.check(LABEL, "one", "one", digits=3)
    for digits in (0, 2.5):
        with pytest.raises(ValueError, match="digits must be a whole number"):
            ledger.check(LABEL, 1.0, 1.0, digits=digits)


def test_check_names_the_equation_where_it_fails():
    with pytest.raises(AssertionError, match=r"unveiling-2021 \(14b\).*not 2.0 to 6 digits.*5.00e-01"):
        ledger.check(LABEL, 1.0, 2.0, digits=6)


def test_symbolic_identities():
    ledger.check_symbolic(LABEL, sympy.sin(X) ** 2 + sympy.cos(X) ** 2 - 1)
    ledger.check_symbolic(LABEL, [X - X, sympy.Matrix([[0, (X + 1) ** 2 - X**2 - 2 * X - 1]])])
    for wrong in (X, [0 * X, X], sympy.Matrix([0, X]), sympy.nan):
        with pytest.raises(AssertionError, match="simplifies to"):
            ledger.check_symbolic(LABEL, wrong)
    with pytest.raises(ValueError, match="at least one"):
        ledger.check_symbolic(LABEL, [])


def test_statistical_checks_count_standard_errors():
    ledger.check_statistical(LABEL, [0.1, -0.1], [0.05, 0.05], 0.0)
    with pytest.raises(AssertionError, match="4.20 standard errors"):
        ledger.check_statistical(LABEL, 0.21, 0.05, 0.0)
    with pytest.raises(AssertionError):
        ledger.check_statistical(LABEL, math.nan, 0.05, 0.0)
    for error in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="standard_error must be positive"):
            ledger.check_statistical(LABEL, 0.1, error, 0.0)


def test_a_misprint_needs_a_wrong_print_and_a_right_correction():
    claim = {"digits": 9, "explanation": "as printed a; corrected: b"}
    ledger.misprint(LABEL, printed=2.0, corrected=1.0, truth=1.0, **claim)
    ledger.misprint(LABEL, printed=math.inf, corrected=1.0, truth=1.0, **claim)
    with pytest.raises(AssertionError, match="as printed is right"):
        ledger.misprint(LABEL, printed=1.0, corrected=1.0, truth=1.0, **claim)
    with pytest.raises(AssertionError, match="corrected value"):
        ledger.misprint(LABEL, printed=2.0, corrected=1.1, truth=1.0, **claim)
    with pytest.raises(ValueError, match="printed must be a number"):
        ledger.misprint(LABEL, printed=math.nan, corrected=1.0, truth=1.0, **claim)


def test_numbers_are_printed_to_their_certain_digits(capsys):
    facts = {"paper": "≃ 0.418", "verdict": "reproduced", "evidence": "two routes."}
    ledger.number("kappa_max(0.5)", value=0.41783, second=mpmath.mpf("0.417829"), digits=4, **facts)
    ledger.number("window", value=[0.01, 0.02], second=[0.01, 0.02], digits=2, **facts)
    ledger.number("statement", value="isolated", **facts)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "✓ kappa_max(0.5) = 0.4178   paper: ≃ 0.418   reproduced"
    assert printed[1].startswith("✓ window = [0.010, 0.020] ")
    assert printed[2].startswith("✓ statement: isolated ")


@pytest.mark.parametrize(
    ("value", "second", "error"),
    [
        (0.41783, 0.41789, AssertionError),  # the fourth digit is not certain
        (0.41783, math.nan, Exception),
        ([0.1, 0.2], [0.1], ValueError),
        (0.41783, None, ValueError),
    ],
)
def test_numbers_whose_routes_differ_are_refused(value, second, error):
    with pytest.raises(error):
        ledger.number("n", paper="", value=value, second=second, digits=4, verdict="reproduced", evidence="")


def test_verdicts_are_the_three_of_the_ledger():
    with pytest.raises(ValueError, match="verdict must be one of"):
        ledger.number("n", paper="", value="isolated", verdict="fine", evidence="")
