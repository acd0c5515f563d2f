"""The outcomes do not depend on who computes them, and where."""

import os
import sys
from contextlib import contextmanager
from dataclasses import replace

import joblib
import numpy as np
import pytest

from flatminima import sweeps
from flatminima.sweeps import runners, shards
from flatminima.sweeps.scripts import run_script


def same(left, right):
    for (unit, outcome), (other, fresh) in zip(left.outcomes(), right.outcomes(), strict=True):
        assert unit == other and outcome.keys() == fresh.keys()
        assert all(np.array_equal(outcome[name], fresh[name]) for name in outcome)
        assert all(type(outcome[name]) is type(fresh[name]) for name in outcome)
    return True


def test_one_worker_two_workers_and_shards_agree_to_the_last_bit(script):
    one, two, parts = (run_script(script(folder=name)) for name in ("one", "two", "parts"))
    assert (one.run(workers=1), two.run(workers=2)) == (8, 8)
    assert [parts.run(workers=1, shard=(i, 3)) for i in (1, 2, 3)] == [3, 3, 2]
    assert same(one, two) and same(one, parts)
    assert one.run(workers=1) == 0  # nothing is computed twice


def test_a_study_has_its_own_number_of_workers(script, monkeypatch):
    started = []

    @contextmanager
    def refuse(workers):
        started.append(workers)
        raise RuntimeError("no more is needed")
        yield

    monkeypatch.setattr(runners, "processes", refuse)
    study = run_script(script())
    for usual, workers in ((None, None), (3, None), (3, 2)):
        with pytest.raises(RuntimeError, match="no more is needed"):
            replace(study, workers=usual).run(workers)
    assert started == [joblib.cpu_count(), 3, 2]


def test_a_dask_cluster_gives_the_same(script, monkeypatch):
    distributed = pytest.importorskip("distributed")
    here, there = run_script(script(folder="here")), run_script(script(folder="there"))
    here.run(workers=1)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", cluster.scheduler_address)
        assert replace(there, workers=1).run() == 8  # a study's own number is no order
        there.forget(there.units[:1])
        with pytest.raises(ValueError, match="workers is 2, but DASK_SCHEDULER_ADDRESS is set"):
            there.run(workers=2)
        assert there.run() == 1
    assert same(here, there)


def test_a_cluster_that_is_not_there(script, monkeypatch):
    study = run_script(script())
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "nonsense://here")
    with pytest.raises(ConnectionError, match="DASK_SCHEDULER_ADDRESS is nonsense://here, and no Dask scheduler answers"):
        study.run()
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match="the package distributed is not installed"):
        study.run()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 11])
def test_shards_partition_the_units(count):
    units = list(range(8))
    parts = [shards.part(units, (i, count)) for i in range(1, count + 1)]
    assert sorted(sum(parts, [])) == units
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_tasks_of_an_array_are_its_shards(script, monkeypatch, capsys):
    study = run_script(script())
    for task in (3, 5, 7):
        for name, value in {"ID": task, "COUNT": 3, "MIN": 3, "STEP": 2}.items():
            monkeypatch.setenv(f"SLURM_ARRAY_TASK_{name}", str(value))
        sweeps.main(study, ["--workers", "1"])
    assert [line.split(":")[1].split(",")[0] for line in capsys.readouterr().out.splitlines()] == [
        " 3 units computed", " 3 units computed", " 2 units computed",
    ]
    assert len(study.outcomes()) == 8


@pytest.mark.parametrize("environment", [
    {"SLURM_ARRAY_TASK_ID": "2"},
    {"SLURM_ARRAY_TASK_ID": "two", "SLURM_ARRAY_TASK_COUNT": "3"},
    {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1"},
    {"SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_STEP": "2"},
    {"SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_STEP": "0"},
    {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_STEP": "-1"},
])
def test_an_array_that_cannot_be_is_refused(environment):
    with pytest.raises(ValueError, match="give --shard i/n"):
        shards.from_environment(environment)


def test_a_bar_shows_progress_on_a_terminal(script, monkeypatch):
    pty = pytest.importorskip("pty")
    monkeypatch.setenv("TQDM_NCOLS", "80")  # the terminal of a test has no width
    monkeypatch.setenv("TQDM_NROWS", "24")
    path, shown = script(), []

    def keep(terminal):
        content = os.read(terminal, 4096)
        shown.append(content)
        return content

    assert pty.spawn([sys.executable, str(path), "--workers", "1"], keep) == 0
    text = b"".join(shown).decode()
    assert "demo/products: 100%" in text and "8/8" in text and "unit" in text
    assert "8 units computed" in text
