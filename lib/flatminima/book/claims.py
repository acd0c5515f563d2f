"""The data behind the figures: how many of their digits are claimed, and what is committed of them.

The claims are in claims.toml, by figure and column. What is committed has the claimed digits and no more, so
it changes only where something else has come out.
"""

import csv
import io
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np


@dataclass(frozen=True)
class Claim:
    r"""What is claimed of the columns of one figure's data.

    An entry $x$ in a column of `digits` is claimed within $10^{-n} \max(1, |x|)$. Columns in `same` hold names
    and whole numbers. Those in `below` say how well something was solved; they stay below a bound, and where
    below it differs from machine to machine.
    """

    same: Sequence[str] = ()
    digits: Mapping[str, int] = field(default_factory=dict)
    below: Mapping[str, float] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        return [*self.same, *self.digits, *self.below]

    def sentence(self) -> str:
        """What to compare, in words.

        >>> Claim(["panel"], {"d": 12, "phi": 10}, {"residual": 1e-9}).sentence()
        '`d` to 12 digits, `phi` to 10; `residual` below 1e-9'
        """
        counts = sorted(set(self.digits.values()), reverse=True)
        agreeing = {n: ", ".join(f"`{name}`" for name, digits in self.digits.items() if digits == n) for n in counts}
        phrases = [f"{names} to {n}{' digits' if n == counts[0] else ''}" for n, names in agreeing.items()]
        bounds = [f"`{name}` below {bound:.0e}".replace("e-0", "e-") for name, bound in self.below.items()]
        return "; ".join(", ".join(part) for part in (phrases, bounds) if part) or "every entry, word for word"


def claims() -> dict[str, Claim]:
    """The claims of all figures, by name ("unveiling-2021/fig3")."""
    papers = tomllib.loads(files("flatminima.book").joinpath("claims.toml").read_text(encoding="utf-8"))
    return {
        f"{paper}/{figure}": Claim(
            said.get("same", ()),
            {name: int(digits) for digits, names in said.get("digits", {}).items() for name in names},
            said.get("below", {}),
        )
        for paper, figures in papers.items()
        for figure, said in figures.items()
    }


def kept(table: str, claim: Claim) -> str:
    r"""What is committed of a figure's data: the columns that are compared, with one digit more than claimed.

    >>> print(kept("unit,q1,residual\nsign,0.123456,1e-15\n", Claim(["unit"], {"q1": 3}, {"residual": 1e-9})), end="")
    unit,q1
    sign,0.1235
    """
    columns = _columns(table)
    cells = {
        name: [_rounded(cell, claim.digits[name]) for cell in columns[name]] if name in claim.digits else columns[name]
        for name in columns
        if name not in claim.below
    }
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([list(cells), *zip(*cells.values())])
    return stream.getvalue()


def differences(drawn: str, committed: str, claim: Claim) -> list[str]:
    r"""In what the data of a figure, drawn again, miss the claim: a sentence a column, none if it holds.

    >>> differences("q1,residual\n0.1239,1e-8\n", "q1\n0.1234\n", Claim([], {"q1": 3}, {"residual": 1e-9}))
    ['residual in row 1 is 1e-8, not below 1e-09 (1 of 1 rows)']
    >>> differences("q1\n0.1299\n", "q1\n0.1234\n", Claim([], {"q1": 3}))
    ['q1 in row 1 is 0.1299, not 0.1234 to 3 digits (1 of 1 rows)']
    """
    ours, theirs = _columns(drawn), _columns(committed)
    if sorted(ours) != sorted(claim.columns):
        return [f"the columns are {', '.join(ours)}, not {', '.join(claim.columns)}"]
    lengths = [len(next(iter(columns.values()))) for columns in (ours, theirs)]
    if lengths[0] != lengths[1]:
        return [f"there are {lengths[0]} rows, not {lengths[1]}"]
    told = []
    for name in claim.same:
        wrong = [i for i, (cell, other) in enumerate(zip(ours[name], theirs[name])) if cell != other]
        told += _told(name, ours[name], wrong, lambda i: theirs[name][i])
    for name, digits in claim.digits.items():
        got, expected = _numbers(ours[name]), _numbers(theirs[name])
        with np.errstate(invalid="ignore"):  # the difference of infinities, which are near to nothing
            near = np.isfinite(expected) & (np.abs(got - expected) <= 10.0**-digits * np.maximum(1.0, np.abs(expected)))
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
        told += _told(name, ours[name], np.flatnonzero(~(near | same)), lambda i: f"{theirs[name][i]} to {digits} digits")
    for name, bound in claim.below.items():
        values = np.abs(_numbers(ours[name]))
        told += _told(name, ours[name], np.flatnonzero(~((values < bound) | np.isnan(values))), lambda _: f"below {bound:g}")
    return told


def _told(name: str, cells: Sequence[str], wrong: Sequence[int], expected) -> list[str]:
    if not len(wrong):
        return []
    first = wrong[0]
    return [f"{name} in row {first + 1} is {cells[first]}, not {expected(first)} ({len(wrong)} of {len(cells)} rows)"]


def _columns(table: str) -> dict[str, list[str]]:
    header, *rows = csv.reader(io.StringIO(table))
    return {name: [row[i] for row in rows] for i, name in enumerate(header)}


def _numbers(cells: Sequence[str]) -> np.ndarray:
    return np.array([float(cell or "nan") for cell in cells])


def _rounded(cell: str, digits: int) -> str:
    if not cell or not math.isfinite(float(cell)):
        return cell
    leading = len(str(int(abs(float(cell)))))  # digits before the point
    return f"{round(float(cell), digits + 2 - leading) + 0.0:.15g}"  # adding zero makes -0 a plain 0
