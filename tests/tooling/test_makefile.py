"""The Makefile runs the environment's programs from where the system keeps them."""

import os
import shutil
import subprocess

import pytest

from flatminima.files import project_root


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize(("system", "programs", "other"), [("Windows_NT", "Scripts", "bin"), ("", "bin", "Scripts")])
def test_programs_are_taken_from_the_system_s_folder(system, programs, other):
    command = ["make", "--dry-run", "--always-make", f"OS={system}", "figures", "test", "lab"]
    without = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    shown = subprocess.run(command, cwd=project_root(), env=without, capture_output=True, text=True, check=True).stdout
    suffix = ".exe" if system else ""
    for environment, program in (("boot", "uv"), ("boot", f"python{suffix}"), ("venv", f"python{suffix}"), ("venv", "jupyter")):
        assert f"build/{environment}/{programs}/{program} " in shown
    assert f"/{other}/" not in shown
