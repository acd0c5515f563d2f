"""The comparison with what is committed tells every difference, and ends in an error if there is one."""

import json

import pytest

from flatminima.book import reproduce
from flatminima.book.chapters import Chapter, Edition
from flatminima.book.claims import Claim

CHECK = {"kind": "equation", "label": "(1)", "verdict": "verified", "line": "✓ (1)   12 digits"}


@pytest.fixture
def made(tmp_path, monkeypatch):
    """One chapter that has run twice, and its references; the editions, quick and full."""
    monkeypatch.setattr("flatminima.book.references.folder", lambda: tmp_path / "reference")
    monkeypatch.setattr("flatminima.book.reproduce.claims", lambda: {"paper/fig1": Claim([], {"x": 6})})
    chapter = Chapter(tmp_path / "notebooks/part/01-demo.md")
    editions = [Edition(name, tmp_path / name, figures=tmp_path / name) for name in ("quick", "full")]
    content = json.dumps({"chapter": chapter.name, "records": [CHECK]})
    files = {chapter.source: 'plotting.save(fig, "paper/fig1", data)', tmp_path / "full/paper/fig1.csv": "x\n0.5\n"}
    for ledger in (tmp_path / "reference/ledger", *(edition.ledger for edition in editions)):
        files[ledger / "part/01-demo.json"] = content
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    reproduce.write_data([chapter], editions[1])
    return [chapter], *editions


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_came_out_the_same_is_listed(made, capsys):
    reproduce.compare(*made)
    assert capsys.readouterr().out == "✓ figure paper/fig1\n✓ ledger part/01-demo\nAll 2 came out as committed.\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("full/paper/fig1.csv", "0.5", "0.6", "✗ figure paper/fig1\n    x in row 1 is 0.6, not 0.5 to 6 digits"),
        ("quick/ledger/part/01-demo.json", "12 digits", "11 digits", "✗ ledger part/01-demo\n    ✓ (1)   11 digits\n"),
        ("full/ledger/part/01-demo.json", '"verified"', '"misprint"', "✗ ledger part/01-demo\n    equation (1) misprint\n"),
        ("full/ledger/part/01-demo.json", json.dumps(CHECK), "", "✗ ledger part/01-demo\n    0 records, not 1\n"),
    ],
)
def test_a_difference_is_told_and_ends_in_an_error(made, tmp_path, capsys, file, old, new, told):
    change(tmp_path / file, old, new)
    with pytest.raises(reproduce.NotReproduced, match="^1 of 2 came out differently from what is committed.$"):
        reproduce.compare(*made)
    assert told in capsys.readouterr().out


def test_at_full_accuracy_other_digits_are_no_difference(made, tmp_path):
    change(tmp_path / "full/ledger/part/01-demo.json", "12 digits", "13 digits")
    reproduce.compare(*made)
