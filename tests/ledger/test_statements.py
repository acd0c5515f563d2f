"""papers.toml has what the papers' texts state, and nothing else: compared with the lists in statements/."""

import re
from pathlib import Path

import pytest

from flatminima.ledger import registry

STATEMENTS = Path(__file__).parent / "statements"
LEADS_NOWHERE = re.compile(r"cited \[\d+\](, \[\d+\])*")


def rows(name):
    """The rows (place, statement, ledger) of a paper's list, a vertical bar within `$…$` left whole."""
    lines = (STATEMENTS / f"{name}.md").read_text(encoding="utf-8").splitlines()
    table = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("|")]
    return [row for row in table if row != ["place", "statement", "ledger"] and row != ["---"] * 3]


def named(name, kind):
    """The names that a list gives for one kind, in the order of their rows: the numbered one, or else the first."""
    order = {}
    for position, (place, _, ledger) in enumerate(rows(name)):
        of, _, label = ledger.partition(" ")
        if of == kind and (label not in order or place == f"({label})"):
            order[label] = position
    return sorted(order, key=order.get)


@pytest.fixture(params=sorted(registry.papers()))
def name(request):
    return request.param


@pytest.mark.parametrize("kind", ["equation", "number"])
def test_the_registry_names_what_the_paper_states_in_its_order(name, kind):
    paper = registry.papers()[name]
    required, postponed = paper[f"{kind}s"], paper["open"][f"{kind}s"]
    stated = named(name, kind)
    assert [label for label in stated if label not in postponed] == required
    assert [label for label in stated if label in postponed] == postponed


def test_the_registry_names_the_panels_of_the_paper(name):
    paper = registry.papers()[name]
    panels = [f"{fig} {panel}" for of in (paper, paper["open"]) for fig, shown in of["figures"].items() for panel in shown]
    assert sorted(named(name, "panel")) == sorted(panels)


def test_every_row_says_what_and_where_and_leads_into_the_ledger(name):
    for row in rows(name):
        assert len(row) == 3 and all(row), row
        assert re.match(r"(equation|number|panel) \S", row[2]) or LEADS_NOWHERE.fullmatch(row[2]), row


def test_the_row_of_a_number_in_brackets_is_that_equation(name):
    for place, _, ledger in rows(name):
        if number := re.fullmatch(r"\((\w+)\)", place):
            assert ledger == f"equation {number[1]}"


def test_every_numbered_equation_has_one_row_of_its_number(name):
    places = [place for place, _, _ in rows(name)]
    numbered = [label for label in named(name, "equation") if re.fullmatch(r"[A-Z]?\d+[a-z]?", label)]
    assert [label for label in numbered if places.count(f"({label})") != 1] == []
