"""The pages say what the records say."""

import json
from collections import Counter

from flatminima.ledger import pages, registry

RECORDS = [
    {"chapter": "p/01", "kind": "equation", "label": "unveiling-2021 (1)", "check": "9 digits", "verdict": "verified"},
    {
        "chapter": "p/01",
        "kind": "equation",
        "label": "unveiling-2021 (1)",
        "check": "9 digits",
        "verdict": "misprint",
        "explanation": "as printed |x|",
    },
    {"chapter": "p/01", "kind": "equation", "label": "foundations: own", "check": "symbolic", "verdict": "verified"},
    {
        "chapter": "p/02",
        "kind": "number",
        "label": "alpha_c(0)",
        "paper": "≃ 0.833",
        "value": "0.8331",
        "verdict": "reproduced",
        "evidence": "two routes.",
    },
    {
        "chapter": "p/02",
        "kind": "figure",
        "label": "unveiling-2021 fig3",
        "panels": ["main", "inset"],
        "command": "make figures/unveiling-2021/fig3.png",
        "data": ["figures/unveiling-2021/fig3.csv"],
    },
]


def test_tallies_count_each_entry_once_with_its_most_telling_verdict():
    tallies = pages.tallies(RECORDS)
    stated = Counter(kind for kind, _ in registry.required())
    assert tallies["equations"].startswith(f"Equations: 1 of {stated['equation']}, 1 misprint")
    assert tallies["equations"].endswith("Checks of the foundations: 1.")
    assert tallies["numbers"].startswith(f"Numbers: 1 of {stated['number']}, 1 reproduced")
    assert tallies["figures"].startswith(f"Figure panels: 2 of {stated['panel']}")


def test_pages_and_json_are_written(tmp_path):
    printed = pages.write_pages(RECORDS, {"p/01": 1.0, "p/02": 2.4}, tmp_path)
    assert len(printed.splitlines()) == 3
    assert "as printed \\|x\\|" in (tmp_path / "equations.md").read_text()
    assert "| 0.8331 | reproduced | two routes. |" in (tmp_path / "numbers.md").read_text()
    assert "| inset | make figures/unveiling-2021/fig3.png |" in (tmp_path / "figures.md").read_text()
    assert json.loads((tmp_path / "ledger.json").read_text())["records"] == RECORDS
