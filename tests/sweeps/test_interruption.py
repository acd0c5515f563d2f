"""A run that is killed at any moment loses nothing that it had, and changes nothing that it will have."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from flatminima.sweeps.scripts import run_script
from flatminima.sweeps.store import read

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills and interrupts processes by POSIX signals")


def files(folder):
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("*.npz")}


def start(script):
    return subprocess.Popen(
        [sys.executable, script, "--workers", "2"], stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores interrupts
    )


def test_killed_runs_resume(script):
    path = script(pause=0.15)
    study = run_script(path)
    moments = np.random.default_rng()
    for count in (1, 3, 5):
        run = start(path)
        while len(files(study.folder)) < count and run.poll() is None:
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.15))
        os.kill(run.pid, signal.SIGKILL)
        run.communicate()
        kept = files(study.folder)
        for name in kept:
            read(study.folder / name)  # whole, each of them
        assert len(kept) >= count
        earlier = kept if count == 1 else earlier
        assert kept.items() >= earlier.items()
        earlier = kept
    final = start(path)
    assert (final.communicate()[1], final.returncode) == ("", 0)
    assert files(study.folder).items() >= earlier.items()
    for unit, outcome in study.outcomes():
        expected = study.function(**unit)
        assert outcome.keys() == expected.keys()
        for name, value in expected.items():
            assert value == outcome[name] if isinstance(value, str) else np.allclose(value, outcome[name], rtol=1e-12, atol=0)


def test_workers_end_with_the_process_that_started_them(script):
    run = start(script(pause=0.2))
    folder = run_script(script(pause=0.2)).folder
    while not files(folder):
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    for _ in range(100):
        members = subprocess.run(["ps", "-o", "pid=", "-s", str(run.pid)], capture_output=True, text=True).stdout.split()
        if set(members) <= {str(run.pid)}:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("workers outlive the run that was killed")
    run.communicate()


def test_what_a_killed_run_was_writing_is_removed(script):
    study = run_script(script())
    unit = study.units[0]
    study.folder.mkdir()
    old, new = (study.folder / f".{study.path(unit).name}.{end}" for end in ("old", "new"))
    for temporary in (old, new):
        temporary.write_bytes(b"torn")
    os.utime(old, (time.time() - 3600,) * 2)
    study.run(workers=1, shard=(1, 8))
    assert not old.exists() and new.exists()  # the new one may be another run's, at this moment


def test_a_unit_that_fails_does_not_stop_the_others(script):
    path = script()
    path.write_text(path.read_text().replace("time.sleep(PAUSE)", "assert sample != 2, 'not this one'"))
    run = start(path)
    message = run.communicate()[1]
    study = run_script(path)
    assert run.returncode == 1
    assert "2 of 8 units failed; {'kind': 'a', 'sample': 2} did with" in message and "not this one" in message
    assert len(files(study.folder)) == 6


def test_an_interrupt_ends_the_workers_at_once(script):
    path = script(pause=20.0)
    run = start(path)
    time.sleep(3)
    began = time.time()
    os.kill(run.pid, signal.SIGINT)
    run.communicate()
    assert run.returncode != 0 and time.time() - began < 10
