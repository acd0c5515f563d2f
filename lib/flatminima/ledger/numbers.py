"""Numbers that a paper quotes, each against two routes of our own."""

import mpmath

from flatminima.ledger.records import enter

VERDICTS = ("reproduced", "corrected", "not reproduced")


def number(
    name: str, *, paper: str, value, digits: int | None = None, second=None, verdict: str, evidence: str
) -> None:
    """Put our value of a quoted number beside the paper's, to the digits that are certain.

    `value` and `second` come from two independent routes (`evidence` names both in a sentence)
    and must agree to half a unit of the last of `digits` significant digits; the record keeps these
    digits of both. Both may be sequences, for a window. A statement without a number is a `value`
    in words, without `digits` and `second`; the checks before it in its chapter carry the proof.

    >>> number("alpha_c(0)", paper="≃ 0.833", value=0.83307861, second=mpmath.mpf("0.833078599"),
    ...        digits=7, verdict="reproduced", evidence="float saddle point; mpmath.")
    ✓ alpha_c(0) = 0.8330786   paper: ≃ 0.833   reproduced
    """
    if verdict not in VERDICTS:
        raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}, got {verdict!r}")
    if isinstance(value, str):
        if digits is not None or second is not None:
            raise ValueError("a value in words has no digits and no second value")
        kept, joined = {"value": value}, f"{name}: {value}"
    else:
        if digits is None or second is None:
            raise ValueError("digits and second must be given with a number")
        ours, other = _certain(name, value, second, digits)
        # The slower route is the one whose last bits do not depend on the machine.
        kept, joined = {"value": ours, "second": other}, f"{name} = {other}"
    mark = "✓" if verdict == "reproduced" else "✗→"
    enter(
        "number",
        name,
        f"{mark} {joined}   paper: {paper}   {verdict}",
        paper=paper,
        **kept,
        digits=digits,
        verdict=verdict,
        evidence=evidence,
    )


def _certain(name: str, value, second, digits: int) -> tuple[str, str]:
    """Each route's `digits` significant digits, once they have been found to agree, entry by entry."""
    values, seconds = _entries(value), _entries(second)
    if len(values) != len(seconds):
        raise ValueError(f"{name}: value has {len(values)} entries, but second has {len(seconds)}")
    with mpmath.workdps(digits + 15):
        for ours, other in zip(values, seconds):
            ours, other = mpmath.mpf(ours), mpmath.mpf(other)
            exponent = int(mpmath.floor(mpmath.log10(abs(other)))) if other else 0
            half_unit = mpmath.mpf(10) ** (exponent + 1 - digits) / 2
            if not abs(ours - other) <= half_unit:
                raise AssertionError(f"{name}: {ours} and {other} differ within {digits} digits")
        return _shown(values, digits), _shown(seconds, digits)


def _shown(values: list, digits: int) -> str:
    rounded = [mpmath.nstr(mpmath.mpf(value), digits, strip_zeros=False) for value in values]
    return rounded[0] if len(rounded) == 1 else f"[{', '.join(rounded)}]"


def _entries(value) -> list:
    return list(value) if hasattr(value, "__len__") else [value]
