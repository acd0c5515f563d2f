"""What a chapter checks is kept, line by line, and nothing else."""

import json

import pytest

from flatminima import ledger, plotting


def test_records_hold_the_printed_lines_in_order(kept, capsys):
    ledger.chapter("part/01-first")
    ledger.check("unveiling-2021 (1)", 1.0, 1.0, digits=3)
    ledger.definition("unveiling-2021 (8)", 1.0, 1.0, digits=3)
    ledger.misprint("unveiling-2021 (11)", printed=2.0, corrected=1.0, truth=1.0, digits=3, explanation="why")
    records = kept()
    assert [r["line"] for r in records] == capsys.readouterr().out.splitlines()
    assert [r["verdict"] for r in records] == ["verified", "definition", "misprint"]
    assert {r["chapter"] for r in records} == {"part/01-first"}


def test_a_failed_check_leaves_no_record(kept):
    ledger.chapter("part/01-first")
    with pytest.raises(AssertionError):
        ledger.check("unveiling-2021 (1)", 1.0, 2.0, digits=3)
    assert kept() == []


def test_a_number_keeps_the_certain_digits_of_both_routes(kept):
    facts = {"paper": "≃ 0.418", "verdict": "reproduced", "evidence": "two routes."}
    ledger.chapter("part/01-first")
    ledger.number("two routes", value=0.417829, second=0.4178321, digits=4, **facts)
    ledger.number("a rounding apart", value=[0.41784, 1.0], second=[0.41786, 1.0], digits=4, **facts)
    ledger.number("in words", value="isolated", **facts)
    assert [(r["value"], r.get("second")) for r in kept()] == [
        ("0.4178", "0.4178"),
        ("[0.4178, 1.000]", "[0.4179, 1.000]"),
        ("isolated", None),
    ]


def test_running_a_chapter_again_replaces_its_records(kept):
    for _ in range(2):
        ledger.chapter("part/01-first")
        ledger.check("unveiling-2021 (1)", 1.0, 1.0, digits=3)
    assert len(kept()) == 1


def test_the_same_run_gives_the_same_bytes(kept, tmp_path):
    texts = []
    for _ in range(2):
        ledger.chapter("part/01-first")
        ledger.check("unveiling-2021 (1)", 1.0, 1.0, digits=3)
        texts.append((tmp_path / "ledger/part/01-first.json").read_bytes())
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["chapter"] == "part/01-first"


def test_a_check_outside_any_chapter_is_not_lost_in_silence(kept):
    with pytest.raises(RuntimeError, match="must come before"):
        ledger.check("unveiling-2021 (1)", 1.0, 1.0, digits=3)


@pytest.mark.parametrize("name", ["01-first", "part/", "/01-first", "a/b/c"])
def test_chapter_names(name):
    with pytest.raises(ValueError, match="part/NN-name"):
        ledger.chapter(name)


def test_a_figure_enters_only_with_its_data(kept):
    import matplotlib.pyplot as plt

    entry = {"panels": ["main"], "command": "make figures/p/fig1.png", "data": "figures/p/fig1.csv"}
    ledger.chapter("part/01-first")
    with pytest.raises(FileNotFoundError, match="plotting.save before"):
        ledger.figure("p fig1", **entry)
    fig = plt.figure()
    plotting.save(fig, "p/fig1", data={"x": [1.0]})
    plt.close(fig)
    ledger.figure("p fig1", **entry)
    assert [r["panels"] for r in kept()] == [["main"]]
