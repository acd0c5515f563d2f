"""The ledger's pages are made of what each chapter left in its own edition."""

from flatminima.book.chapters import Chapter, Edition
from flatminima.book.ledger import gather
from flatminima.files import write_atomically
from flatminima.ledger.records import dumps


def test_a_book_is_gathered_from_chapters_that_ran_in_different_profiles(tmp_path):
    editions = {}
    for name, profile, seconds in (("part/01-first", "quick", 3.0), ("part/02-second", "laptop", 70.0)):
        chapter = Chapter(tmp_path / "notebooks" / f"{name}.md")
        edition = editions[chapter] = Edition(profile, tmp_path / profile, figures=tmp_path / profile / "figures")
        write_atomically(chapter.source, f"# {name}: a title\n\n$$x = {seconds} \\tag{{1}}$$\n")
        record = {"kind": "equation", "label": "unveiling-2021 (13)", "check": profile, "verdict": "verified"}
        write_atomically(edition.ledger / f"{name}.json", dumps({"chapter": name, "records": [record]}))
        edition.mark_fresh(chapter, "fingerprint", seconds)
    book = gather(editions)
    assert [(r["chapter"], r["check"]) for r in book.records] == [("part/01-first", "quick"), ("part/02-second", "laptop")]
    assert book.titles == {"part/01-first": "part/01-first", "part/02-second": "part/02-second"}
    assert book.displays["part/02-second"] == {"1": "x = 70.0"}
    assert (book.seconds["part/02-second"], book.profiles["part/02-second"]) == (70.0, "laptop")
    assert "ensembles.typical.solve" in [name for name, _, _ in book.code["unveiling-2021 (13)"]]
