"""One clear sentence for a study that cannot be."""

import numpy as np
import pytest

from flatminima import sweeps
from flatminima.sweeps import scripts, store


def sample(kind, rate=1.0):
    return {"rate": rate}


def make(**changes):
    arguments = {"name": "demo/rates", "function": sample, "units": [{"kind": "a"}, {"kind": "b"}], "version": 1,
                 "recompute": {"kind": "a"}, "tolerance": 1e-9} | changes
    return sweeps.Study(**arguments)


@pytest.mark.parametrize("changes, error, sentence", [
    ({"name": "rates"}, ValueError, "name is 'rates'; it must be paper/study"),
    ({"name": "../../rates"}, ValueError, "it must be paper/study"),
    ({"version": 0}, ValueError, "version is 0"),
    ({"version": 1.0}, TypeError, "version is 1.0"),
    ({"tolerance": float("nan")}, ValueError, "tolerance is nan"),
    ({"tolerance": "small"}, TypeError, "tolerance is 'small'"),
    ({"workers": 0}, ValueError, "workers is 0"),
    ({"units": []}, ValueError, "has 0 units"),
    ({"units": [{"kind": "a"}, {"kind": "a"}]}, ValueError, "2 units, 1 of them different"),
    ({"units": [{"kind": "a"}, {"sort": "b"}]}, TypeError, "sample does not take the unit {'sort': 'b'}"),
    ({"units": [{"kind": "a", "rate": float("inf")}]}, ValueError, "rate is inf"),
    ({"units": [{"kind": np.int64(3)}]}, TypeError, "must be a str, int, float or bool"),
    ({"units": [{"kind": [3]}]}, TypeError, "must be a str, int, float or bool"),
    ({"units": [("kind", "a")]}, TypeError, "it must be a dict"),
    ({"recompute": {"kind": "c"}}, ValueError, "recompute names {'kind': 'c'}, which is no unit"),
])
def test_definition(changes, error, sentence):
    with pytest.raises(error, match=sentence):
        make(**changes)


@pytest.mark.parametrize("outcome, error, sentence", [
    (3.0, TypeError, "must return a dict"),
    ({"a b": 1}, ValueError, "must be an identifier"),
    ({"provenance": 1}, ValueError, "and none of"),
    ({"x": None}, TypeError, "x is None"),
    ({"x": [{}]}, TypeError, "must hold numbers"),
])
def test_outcome(outcome, error, sentence):
    with pytest.raises(error, match=sentence):
        store.as_arrays(outcome)


@pytest.mark.parametrize("arguments, sentence", [
    (["--workers", "0"], "workers is 0; it must be an integer from 1 on"),
    (["--shard", "4/3"], "shard is 4/3; it must be i/n"),
    (["--shard", "one"], "shard is one"),
])
def test_command_line(arguments, sentence, tmp_path):
    with pytest.raises(SystemExit, match=sentence):
        sweeps.main(make(folder=tmp_path), arguments)


@pytest.mark.parametrize("workers", ["0", "-1"])
def test_a_mistake_deletes_nothing(workers, tmp_path):
    study = make(folder=tmp_path)
    store.write(study.path({"kind": "a"}), store.as_arrays(sample("a")), study.origin({"kind": "a"}))
    with pytest.raises(SystemExit, match=f"workers is {workers}; "):
        sweeps.main(study, ["--fresh", "--workers", workers])
    assert study.outcome({"kind": "a"}) == {"rate": 1.0}


def missing_data():
    raise RuntimeError("the images are not on this machine.")


def missing_package():
    raise ModuleNotFoundError("training needs JAX.")


@pytest.mark.parametrize("changes, environment, sentence", [
    ({"requires": missing_data}, {}, "demo/rates: the images are not on this machine"),
    ({"requires": missing_package}, {}, "^demo/rates: training needs JAX.$"),
    ({}, {"DASK_SCHEDULER_ADDRESS": "nonsense://here"}, "demo/rates: .* no Dask scheduler answers there"),
    ({}, {"SLURM_ARRAY_TASK_ID": "1"}, "demo/rates: .* give --shard i/n"),
])
def test_what_cannot_be_computed_anew_is_not_deleted(changes, environment, sentence, tmp_path, monkeypatch):
    if "DASK_SCHEDULER_ADDRESS" in environment:
        pytest.importorskip("distributed")
    study = make(folder=tmp_path, **changes)
    for unit in study.units:
        store.write(study.path(unit), store.as_arrays(sample(**unit)), study.origin(unit))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=sentence):
        sweeps.main(study, ["--fresh"])
    assert len(study.outcomes()) == 2
    if "requires" in changes:
        sweeps.main(study, [])  # what needs no computation needs no data


def test_a_unit_is_known_by_its_parameters_in_any_order(tmp_path):
    unit = {"kind": "a", "rate": 2.0}
    study = make(units=[unit], recompute=unit, folder=tmp_path)
    store.write(study.path(unit), store.as_arrays(sample(**unit)), study.origin(unit))
    assert study.outcome({"rate": 2.0, "kind": "a"}) == {"rate": 2.0}
    with pytest.raises(ValueError, match="^{'kind': 'A'} is no unit of demo/rates.$"):
        study.outcome({"kind": "A"})


def test_shard_of_a_call():
    for shard in ("1/2", (1,), (1.0, 2)):
        with pytest.raises(TypeError, match="must be a pair"):
            make().run(shard=shard)


def test_scripts_without_a_study(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("STUDY = 3\n")
    with pytest.raises(ValueError, match="empty.py defines no study STUDY"):
        scripts.run_script(path)
