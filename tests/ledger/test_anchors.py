"""No two places of the book share a name."""

from flatminima.ledger import anchors, registry


def test_every_row_of_the_ledger_has_a_name_of_its_own():
    entries = registry.required() | registry.postponed()
    assert len({anchors.row(*entry) for entry in entries}) == len(entries)
