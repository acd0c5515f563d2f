"""One set of dependencies, told three ways: pyproject.toml, requirements.lock, environment.yml."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from flatminima.files import project_root

ROOT = project_root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")


def declared():
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return {Requirement(line).name: Requirement(line).specifier for lines in lists for line in lines}


def locked():
    """Requirements of the lock, without their hashes; a name can come twice, with markers."""
    return [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line)]


def test_conda_asks_for_what_the_project_asks_for():
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = [Requirement(line) for line in lines if isinstance(line, str)]
    versions = {line.name: line.specifier for line in conda if line.name not in ("python", "pip")}
    assert versions == declared()
    assert next(line.specifier for line in conda if line.name == "python") == SpecifierSet(PROJECT["requires-python"])


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_lock_has_one_fitting_version_of_each(python, platform):
    machine = {"python_full_version": python, "python_version": python[:4], "sys_platform": platform}
    chosen = [line for line in locked() if line.marker is None or line.marker.evaluate(machine)]
    for name, wanted in declared().items():
        versions = [str(line.specifier).removeprefix("==") for line in chosen if line.name == name]
        assert len(versions) == 1, name
        assert wanted.contains(versions[0]), name


def test_every_locked_file_is_known_by_its_hash():
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert len(entries) == len(locked())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_address():
    assert not re.search(r"://|--(?:extra-)?index|--find-links|\s/", LOCK)


def test_supported_pythons_are_those_of_the_makefile():
    supported = SpecifierSet(PROJECT["requires-python"])
    assert all(supported.contains(python) for python in PYTHONS)
    assert not supported.contains("3.10.9") and not supported.contains("3.14.0")
    assert "(3, 11) <= sys.version_info < (3, 14)" in (ROOT / "Makefile").read_text()
