"""The front page shows the tallies that the ledger has."""

from flatminima.book.references import folder
from flatminima.files import project_root
from flatminima.ledger.records import load
from flatminima.ledger.tallies import tallies


def test_the_readme_shows_the_tallies_of_the_ledger():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    for sentence in tallies(load(folder() / "ledger")).values():
        assert sentence in readme, "copy the sentences that `make ledger` prints"
