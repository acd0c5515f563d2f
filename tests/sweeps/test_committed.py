"""The outcomes in results/ are complete, and what the code of today computes."""

import pytest

from flatminima import sweeps
from flatminima.datasets import DatasetMissing
from flatminima.sweeps import scripts

STUDIES = {name: sweeps.load(name) for name in scripts.names()}


@pytest.mark.parametrize("name", STUDIES)
def test_complete(name):
    study = STUDIES[name]
    assert len(study.outcomes()) == len(study.units)
    assert not study.strays()
    assert all(study.path(unit).stat().st_size < 35_000 for unit in study.units)


@pytest.mark.parametrize("name, unit", [(name, unit) for name, study in STUDIES.items() for unit in study.recompute])
def test_recomputed(name, unit):
    try:
        deviation = STUDIES[name].deviation(unit)
    except DatasetMissing as missing:
        pytest.skip(str(missing))
    assert deviation <= STUDIES[name].tolerance


def test_every_study_names_a_unit_to_recompute():
    assert all(study.recompute for study in STUDIES.values())
