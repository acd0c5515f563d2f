"""The Makefile runs the environment's programs from where the system keeps them."""

import os
import shutil
import subprocess
import sys

import pytest

from flatminima.files import project_root

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
OUTSIDE = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}


@pytest.mark.parametrize(("system", "programs", "other"), [("Windows_NT", "Scripts", "bin"), ("", "bin", "Scripts")])
def test_programs_are_taken_from_the_system_s_folder(system, programs, other):
    command = ["make", "--dry-run", "--always-make", f"OS={system}", "figures", "test", "lab", "deep"]
    shown = subprocess.run(command, cwd=project_root(), env=OUTSIDE, capture_output=True, text=True, check=True).stdout
    suffix = ".exe" if system else ""
    for environment, program in (("boot", "uv"), ("boot", f"python{suffix}"), ("venv", f"python{suffix}"), ("venv", "jupyter")):
        assert f"build/{environment}/{programs}/{program} " in shown
    assert f"/{other}/" not in shown


def test_studies_go_on_after_one_that_cannot_be_computed(tmp_path):
    """Their scripts are stand-ins, and the environment is the one that runs this test."""
    shutil.copy(project_root() / "Makefile", tmp_path)
    (tmp_path / "lib").mkdir()
    (tmp_path / "results/paper").mkdir(parents=True)
    sentence = "paper/a: training needs JAX; `make deep` adds it."
    (tmp_path / "results/paper/a.py").write_text(f"import sys; sys.exit({sentence!r})")
    (tmp_path / "results/paper/b.py").write_text("print('computed')")
    command = ["make", "results", "--assume-old=ready", "READY=ready", f"RUN={sys.executable}"]
    ran = subprocess.run(command, cwd=tmp_path, env=OUTSIDE, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "computed" and ran.returncode != 0
    assert ran.stderr.splitlines()[:2] == [sentence, "Not all could be computed, each says above why: results/paper/a.py"]
    (tmp_path / "results/paper/a.py").write_text("")
    assert subprocess.run(command, cwd=tmp_path, env=OUTSIDE).returncode == 0
