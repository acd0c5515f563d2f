"""Checks that enter the ledger of equations.

An equation is named by its paper and, in brackets, its number there; statements of our own are named
"foundations: <short name>".
"""

import numpy as np

from flatminima.ledger.agreement import agree, error_in_scale
from flatminima.ledger.records import enter


def check(equation: str, got, expected, *, digits: int) -> None:
    """Verify numbers or arrays: `got` must be `expected` to `digits` digits of its largest entry.

    >>> check("unveiling-2021 (14b)", [2 / 3, 1 / 3], [0.6666666, 0.3333333], digits=6)
    ✓ unveiling-2021 (14b)   6 digits
    """
    _numerical(equation, got, expected, digits, verdict="verified")


def definition(equation: str, got, expected, *, digits: int) -> None:
    """Illustrate a definition, which cannot be right or wrong, by a check of its use."""
    _numerical(equation, got, expected, digits, verdict="definition")


def check_symbolic(equation: str, expression) -> None:
    """Verify an identity: a SymPy expression, or each of a list of them, must simplify to 0.

    >>> import sympy
    >>> x = sympy.Symbol("x")
    >>> check_symbolic("unveiling-2021 (7)", (x + 1) ** 2 - x**2 - 2 * x - 1)
    ✓ unveiling-2021 (7)   symbolic
    """
    import sympy  # most chapters do without it, and it takes a second to import

    expressions = expression if isinstance(expression, (list, tuple)) else [expression]
    if not expressions:
        raise ValueError("expression must hold at least one SymPy expression, got none")
    for term in expressions:
        remainder = sympy.simplify(term)
        zeros = remainder if isinstance(remainder, sympy.MatrixBase) else [remainder]
        if any(entry != 0 for entry in zeros):
            raise AssertionError(f"{equation}: {term} simplifies to {remainder}, not to 0")
    _enter(equation, "symbolic", "verified")


def check_statistical(equation: str, estimate, standard_error, expected, *, sigmas: float = 4) -> None:
    """Verify a Monte Carlo `estimate`: every entry within `sigmas` standard errors of `expected`.

    >>> check_statistical("unveiling-2021 (1)", 0.502, 0.001, 0.5)
    ✓ unveiling-2021 (1)   Monte Carlo, within 4 standard errors
    """
    estimate, error, expected = (np.asarray(x, dtype=float) for x in (estimate, standard_error, expected))
    if not (estimate.size and np.all(error > 0) and np.all(np.isfinite(error))):
        raise ValueError(f"standard_error must be positive and finite, got {standard_error!r}")
    distance = np.abs(estimate - expected) / error
    if not np.all(distance <= sigmas):
        raise AssertionError(
            f"{equation}: {estimate} is {distance.max():.2f} standard errors from {expected}, more than {sigmas:g}"
        )
    _enter(equation, f"Monte Carlo, within {sigmas:g} standard errors", "verified")


def misprint(equation: str, *, printed, corrected, truth, digits: int, explanation: str) -> None:
    """Show a misprint: `truth`, found on another road, agrees with `corrected` and not with `printed`.

    `explanation` says what is printed and what is right. A NaN proves nothing and is refused;
    `printed` may be infinite, where the formula as printed diverges.

    >>> misprint("unveiling-2021 (11)", printed=0.4, corrected=0.5, truth=0.5, digits=12,
    ...          explanation="as printed a maximum; corrected: an extremum")
    ✗→ unveiling-2021 (11)   misprint: as printed a maximum; corrected: an extremum (12 digits)
    """
    if not agree(corrected, truth, digits):
        raise AssertionError(f"{equation}: corrected value {corrected} is not {truth} to {digits} digits")
    error = error_in_scale(printed, truth)
    if error != error:
        raise ValueError(f"printed must be a number, got {printed!r}")
    if agree(printed, truth, digits):
        raise AssertionError(f"{equation}: the formula as printed is right to {digits} digits, no misprint")
    _enter(equation, f"{digits} digits", "misprint", explanation=explanation)


def _numerical(equation: str, got, expected, digits: int, *, verdict: str) -> None:
    if not agree(got, expected, digits):
        error = float(error_in_scale(got, expected))
        raise AssertionError(
            f"{equation}: {got} is not {expected} to {digits} digits (relative error {error:.2e})"
        )
    _enter(equation, f"{digits} digits", verdict)


def _enter(equation: str, how: str, verdict: str, **fields) -> None:
    line = {
        "verified": f"✓ {equation}   {how}",
        "definition": f"✓ {equation}   definition, {how}",
        "misprint": f"✗→ {equation}   misprint: {fields.get('explanation')} ({how})",
    }[verdict]
    enter("equation", equation, line, check=how, verdict=verdict, **fields)
