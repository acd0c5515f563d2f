"""The ledger has everything that the papers state, and the papers state everything it has."""

import re
from collections import Counter

import pytest

from flatminima.files import project_root
from flatminima.ledger import registry
from flatminima.ledger.records import load

RECORDS = load(project_root() / "tests" / "reference" / "ledger")


def test_nothing_that_the_papers_state_is_missing():
    assert sorted(registry.required() - registry.recorded(RECORDS)) == []


def test_nothing_is_recorded_that_the_papers_do_not_state():
    assert sorted(registry.recorded(RECORDS) - registry.required()) == []


def test_nothing_is_both_required_and_postponed():
    assert registry.required() & registry.postponed() == set()


@pytest.mark.parametrize("name", registry.papers())
def test_the_registry_counts_equations_and_figures_without_gaps(name):
    paper = registry.papers()[name]
    equations = paper["equations"] + paper["open"]["equations"]
    assert [label for label, count in Counter(equations).items() if count > 1] == []
    for letter, numbers in _numbers_by_letter(equations).items():
        assert numbers == set(range(1, max(numbers) + 1)), f"a gap among {letter}1, {letter}2, …"
    letters = Counter(re.match(r"\d+", label)[0] for label in equations if re.fullmatch(r"\d+[a-z]", label))
    for number, count in letters.items():
        assert {f"{number}{letter}" for letter in "abcdefgh"[:count]} <= set(equations)
    figures: dict[str, set[int]] = {}  # under "fig", and under "figS" where the supplement's are counted
    for fig in (*paper["figures"], *paper["open"]["figures"]):
        series, number = re.fullmatch(r"(figS?)(\d+)", fig).groups()
        figures.setdefault(series, set()).add(int(number))
    assert all(numbers == set(range(1, max(numbers) + 1)) for numbers in figures.values())


def test_the_appendices_follow_one_another():
    letters = set(_numbers_by_letter(registry.papers()["relu-2019"]["equations"]))
    assert letters == {"", *"ABCDE"}


def _numbers_by_letter(equations: list[str]) -> dict[str, set[int]]:
    """The numbers of 3, 14b and A7 under the letter of their appendix, "" in the main text."""
    numbers: dict[str, set[int]] = {}
    for label in equations:
        if match := re.fullmatch(r"([A-Z]?)(\d+)[a-z]?", label):
            numbers.setdefault(match[1], set()).add(int(match[2]))
    return numbers
