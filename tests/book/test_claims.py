"""Claimed digits: every figure has them, what is committed is within them, and what is beyond them is told."""

import csv
import io
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.book import reproduce
from flatminima.book.chapters import chapters
from flatminima.book.claims import Claim, claims, differences, kept

FIGURES = sorted(name for chapter in chapters() for name in chapter.figures())
CLAIM = Claim(["unit"], {"phi": 6}, {"residual": 1e-9})
TABLE = "unit,phi,residual\nsign,0.25,1e-12\nsign,,\nReLU,-1234.5678901,2e-13\nReLU,inf,0\n"


def test_every_figure_has_a_claim_and_committed_data():
    assert sorted(claims()) == FIGURES
    committed = reproduce.folder().glob("*/*.csv")
    assert sorted(path.relative_to(reproduce.folder()).with_suffix("").as_posix() for path in committed) == FIGURES


@pytest.mark.parametrize("name", FIGURES)
def test_committed_data_are_what_is_claimed(name):
    claim = claims()[name]
    table = (reproduce.folder() / f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows and sorted(rows[0]) == sorted({*claim.same, *claim.digits})
    assert kept(table, claim) == table  # no more digits than claimed, and one


@settings(max_examples=30)
@given(st.lists(st.floats(-1e300, 1e300) | st.sampled_from([math.inf, -math.inf, math.nan]), min_size=1), st.integers(1, 12))
def test_what_is_kept_is_within_the_claim(values, digits):
    claim = Claim(["unit"], {"x": digits})
    table = "unit,x\n" + "".join(f"sign,{'' if math.isnan(value) else repr(value)}\n" for value in values)
    assert differences(table, kept(table, claim), claim) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("0.25,", "0.2500009,"), None),
        (("0.25,", "0.2500012,"), "phi in row 1 is 0.2500012, not 0.25 to 6 digits (1 of 4 rows)"),
        (("-1234.5678901", "-1234.5690"), None),
        (("-1234.5678901", "-1234.5692"), "phi in row 3 is -1234.5692, not -1234.5679 to 6 digits (1 of 4 rows)"),
        (("sign,,", "sign,0,"), "phi in row 2 is 0, not  to 6 digits (1 of 4 rows)"),
        (("inf", "-inf"), "phi in row 4 is -inf, not inf to 6 digits (1 of 4 rows)"),
        (("ReLU", "relu"), "unit in row 3 is relu, not ReLU (2 of 4 rows)"),
        (("2e-13", "2e-9"), "residual in row 3 is 2e-9, not below 1e-09 (1 of 4 rows)"),
        (("ReLU,inf,0\n", ""), "there are 3 rows, not 4"),
        (("phi", "psi"), "the columns are unit, psi, residual, not unit, phi, residual"),
    ],
)
def test_what_misses_the_claim_is_told(change, told):
    drawn = TABLE.replace(*change)
    assert drawn != TABLE
    assert differences(drawn, kept(TABLE, CLAIM), CLAIM) == ([told] if told else [])
