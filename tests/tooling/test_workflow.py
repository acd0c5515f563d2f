"""What public continuous integration runs exists, on the systems and versions that are supported."""

import re
import tomllib

import yaml
from packaging.specifiers import SpecifierSet

from flatminima.files import project_root

ROOT = project_root()
JOBS = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]


def commands(job):
    return [step["run"] for step in job["steps"] if step.get("run", "").startswith("make ")]


def test_the_two_commands_run_on_all_systems_with_the_oldest_and_the_newest_python():
    matrix = JOBS["commands"]["strategy"]["matrix"]
    assert [command.split()[1] for command in commands(JOBS["commands"])] == ["figures", "test"]
    assert [system.partition("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]
    supported = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    versions = [f"3.{minor}" for minor in range(30) if supported.contains(f"3.{minor}.5")]
    assert matrix["python"] == [versions[0], versions[-1]]


def test_every_command_is_a_target():
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = [command.split()[1] for job in JOBS.values() for command in commands(job)]
    assert {"reproduce", "test-deep"} <= set(named) and set(named) <= set(targets)
