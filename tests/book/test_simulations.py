"""The table of what the simulations cost: every study, with what it says of itself."""

import re

from flatminima.book import simulations
from flatminima.sweeps import scripts


def test_every_study_has_a_row(monkeypatch):
    names = ["relu-2019/finite_width", "unveiling-2021/focusing"]
    monkeypatch.setattr(scripts, "names", lambda: names)
    lines = simulations.table().splitlines()
    assert lines[1] == "| --- | --- | --: | --: | --: |" and len(lines) == 4
    for name, line in zip(names, lines[2:]):
        study = scripts.load(name)
        row = re.fullmatch(rf"\| `results/{name}\.py` \| [A-Z][^|]+ \| (\d+) \| (\d+\.\d\d) \| (\d+) \|", line)
        assert int(row[1]) == len(study.units)
        assert int(row[3]) == round(sum(path.stat().st_size for path in study.folder.glob("*.npz")) / 1000)


def test_every_script_says_what_it_is_for():
    for name in scripts.names():
        purpose = simulations.purpose(f"results/{name}.py")
        assert 20 < len(purpose) < 250 and purpose[0].isupper() and not purpose.endswith(".")
