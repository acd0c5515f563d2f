"""The pages say what the records say."""

import json
import re
from collections import Counter

import pytest

from flatminima.book.chapters import chapters
from flatminima.ledger import anchors, places, registry
from flatminima.ledger.pages import Book, write_pages
from flatminima.ledger.pages.misprints import marked, plain, texts
from flatminima.ledger.tallies import tallies

CHAPTER = "unveiling-2021/02-entropy"


def record(kind, label, **fields):
    return {"chapter": CHAPTER, "kind": kind, "label": label, **fields}


RECORDS = [
    record("equation", "unveiling-2021 (11)", check="9 digits", verdict="verified"),
    record("equation", "unveiling-2021 (11)", check="7 digits", verdict="misprint", explanation="as printed |x|"),
    record("equation", "unveiling-2021 (H)", check="14 digits", verdict="definition"),
    record("equation", "unveiling-2021 (10a)", check="8 digits", verdict="verified"),
    record("equation", "foundations: own <1>", check="symbolic", verdict="verified"),
    record(
        "number", "alpha_c(0)", paper="< 0.9", value="0.8331", second="0.8332", verdict="reproduced", evidence="two routes."
    ),
    record(
        "figure",
        "unveiling-2021 fig3",
        panels=["main", "inset"],
        command="make figures/unveiling-2021/fig3.png",
        data=["figures/unveiling-2021/fig3.csv"],
    ),
]
BOOK = Book(
    RECORDS,
    titles={CHAPTER: "The entropy"},
    displays={CHAPTER: places.displays(r"$$\phi = x \tag{11}$$ $$\ln Z \tag{10a}$$")},
    seconds={CHAPTER: 90.0},
    profiles={CHAPTER: "laptop"},
    code={"unveiling-2021 (11)": [("typical.solve", "api/typical", "solve"), ("reference.solve", "api/reference", "solve")]},
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    return folder, write_pages(BOOK, folder)


def test_tallies_count_each_entry_once_with_its_most_telling_verdict():
    sentences = tallies(RECORDS)
    stated = Counter(kind for kind, _ in registry.required())
    assert sentences["equations"].startswith(f"Equations: 3 of {stated['equation']}, ")
    for count in ("1 misprint", "1 definition", "1 verified"):
        assert f", {count}" in sentences["equations"]
    assert sentences["equations"].endswith("Checks of the foundations: 1.")
    assert sentences["numbers"].startswith(f"Numbers: 1 of {stated['number']}, 1 reproduced")
    assert sentences["figures"].startswith(f"Figure panels: 2 of {stated['panel']}")


def test_the_tallies_and_all_records_are_kept_as_json(written):
    folder, printed = written
    assert printed.splitlines() == list(tallies(RECORDS).values())
    assert json.loads((folder / "ledger.json").read_text())["records"] == RECORDS


def test_a_misprinted_equation_is_displayed_as_corrected_and_leads_to_its_place_its_checks_and_its_code(written):
    row = entry(written, "equations", "equation", "unveiling-2021 (11)")
    assert f"$$\n{plain(texts()['unveiling-2021 (11)']['corrected'])}\n$$" in row
    assert links(row) == {
        "(11)": f"../{CHAPTER}.html#eq-11",
        "as printed": "../ledger/misprints.html#misprint-unveiling-2021-11",
        "The entropy": f"../{CHAPTER}.html",
        "✓ 9 digits": f"../{CHAPTER}.html#check-0",
        "✗→ 7 digits": f"../{CHAPTER}.html#check-1",
        "typical.solve": "../api/typical.html#solve",
        "reference.solve": "../api/reference.html#solve",
    }


def test_an_equation_is_shown_as_the_chapter_displays_it(written):
    row = entry(written, "equations", "equation", "unveiling-2021 (10a)")
    assert "$$\n\\ln Z\n$$" in row
    assert links(row)["(10a)"] == f"../{CHAPTER}.html#eq-10a"


def test_an_equation_that_no_tag_names_leads_to_its_first_check(written):
    row = entry(written, "equations", "equation", "unveiling-2021 (H)")
    assert links(row)["(H)"] == f"../{CHAPTER}.html#check-2"
    assert f"$$\n{places.formulas()['unveiling-2021 (H)']}\n$$" in row


def test_a_number_stands_beside_both_routes(written):
    row = entry(written, "numbers", "number", "alpha_c(0)")
    assert re.findall(r"<span><b>.*?</b> (.*?)</span>", row) == ["&lt; 0.9", "0.8331", "0.8332"]
    assert links(row)["the line"] == f"../{CHAPTER}.html#check-5"


def test_a_figure_has_its_panels_command_data_and_time(written):
    row = entry(written, "figures", "figure", "unveiling-2021 fig3")
    for panel in ("main", "inset"):
        assert f'id="{anchors.row("panel", f"unveiling-2021 fig3 {panel}")}"' in row
    assert "<code>make figures/unveiling-2021/fig3.png</code>" in row
    assert links(row)["fig3.csv"] == "../figures/unveiling-2021/fig3.csv"
    assert "1.5 minutes in the profile “laptop”" in row


def test_what_waits_is_named_where_it_belongs(written):
    for page, kind in (("equations", "equation"), ("numbers", "number"), ("figures", "panel")):
        waits = "Waiting for later chapters" in (written[0] / f"{page}.md").read_text()
        assert waits == any(of == kind for of, _ in registry.postponed())


def test_a_misprint_is_printed_beside_corrected(written):
    row, text = entry(written, "misprints", "misprint", "unveiling-2021 (11)"), texts()["unveiling-2021 (11)"]
    assert row.index(marked(text["printed"])) < row.index(marked(text["corrected"])) < row.index("**Proof.**")
    assert links(row)["7 digits"] == f"../{CHAPTER}.html#check-1"


def test_every_equation_can_be_shown():
    """By a chapter of its paper that displays it, else by one formula of its own; a misprint by its text."""
    labels = {label for kind, label in registry.required() if kind == "equation"}
    displayed = {
        f"{chapter.source.parent.name} ({name})"
        for chapter in chapters()
        for name in places.displays(chapter.source.read_text(encoding="utf-8"))
    }
    assert set(places.formulas()) == labels - displayed - set(texts())


def test_every_misprint_of_the_chapters_has_a_text_and_no_other():
    sources = "".join(chapter.source.read_text(encoding="utf-8") for chapter in chapters())
    assert set(texts()) == set(re.findall(r"ledger\.misprint\(\s*\"([^\"]+)\"", sources))


@pytest.mark.parametrize("label", texts())
def test_the_text_of_a_misprint_tells_both_readings_apart(label):
    text = texts()[label]
    assert set(text) == {"printed", "corrected", "proof"}
    assert plain(text["printed"]).split() != plain(text["corrected"]).split()
    assert r"\changed{" in text["printed"] + text["corrected"]
    for latex in (text["printed"], text["corrected"]):
        assert latex.count("{") == latex.count("}") and latex.count(r"\left") == latex.count(r"\right")
        assert "$" not in latex and "\n\n" not in latex
    assert text["proof"].count("$") % 2 == 0


def entry(written, page, kind, label):
    """The text of one entry of a page."""
    text = (written[0] / f"{page}.md").read_text()
    return re.search(rf'<div class="[^"]*" id="{anchors.row(kind, label)}">(.*?)\n</div>', text, re.DOTALL)[1]


def links(row):
    return {text: address for address, text in re.findall(r'<a href="([^"]*)">([^<]*)</a>', row)}
