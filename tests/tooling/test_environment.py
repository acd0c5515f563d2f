"""One set of dependencies, told three ways: pyproject.toml, its two locks, environment.yml."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from flatminima.files import project_root

ROOT = project_root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = {name: (ROOT / name).read_text() for name in ("requirements.lock", "requirements-deep.lock")}
DEEP = {"deep"}  # the extra with a lock of its own, which the book does without
BOOK = set(PROJECT["optional-dependencies"]) - DEEP
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
PLATFORMS = ("linux", "darwin", "win32")


def declared(extras):
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return {Requirement(line).name: Requirement(line).specifier for lines in lists for line in lines}


def locked(name):
    """Requirements of a lock, without their hashes; a name can come twice, with markers."""
    return [Requirement(line.rstrip(" \\")) for line in LOCKS[name].splitlines() if re.match(r"[a-z0-9]", line)]


def chosen(name, python, platform):
    """The versions that a lock chooses for one machine, as lists that should have one entry each."""
    machine = {"python_full_version": python, "python_version": python[:4], "sys_platform": platform}
    versions = {}
    for line in locked(name):
        if line.marker is None or line.marker.evaluate(machine):
            versions.setdefault(line.name, []).append(str(line.specifier).removeprefix("=="))
    return versions


def test_conda_asks_for_what_the_book_asks_for():
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = [Requirement(line) for line in lines if isinstance(line, str)]
    versions = {line.name: line.specifier for line in conda if line.name not in ("python", "pip")}
    assert versions == declared(BOOK)
    assert next(line.specifier for line in conda if line.name == "python") == SpecifierSet(PROJECT["requires-python"])


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("name", "extras"), [("requirements.lock", BOOK), ("requirements-deep.lock", DEEP)], ids=LOCKS)
def test_a_lock_has_one_fitting_version_of_each(name, extras, python, platform):
    versions = chosen(name, python, platform)
    for package, wanted in declared(extras).items():
        assert len(versions[package]) == 1, package
        assert wanted.contains(versions[package][0]), package


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_jax_changes_no_version_and_the_book_does_without_it(python, platform):
    book, deep = (chosen(name, python, platform) for name in LOCKS)
    assert [name for name in deep.keys() & book.keys() if deep[name] != book[name]] == []
    assert {"jax", "jaxlib"} <= deep.keys() - book.keys()


def test_the_makefile_names_the_extras_of_the_book():
    [line] = re.findall(r"^EXTRAS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(line.split()) == BOOK


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_file_is_known_by_its_hash(name):
    entries = re.split(r"\n(?=[a-z0-9])", LOCKS[name].strip())
    assert len(entries) == len(locked(name))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    assert not re.search(r"://|--(?:extra-)?index|--find-links|\s/", LOCKS[name])


def test_supported_pythons_are_those_of_the_makefile():
    supported = SpecifierSet(PROJECT["requires-python"])
    assert all(supported.contains(python) for python in PYTHONS)
    assert not supported.contains("3.10.9") and not supported.contains("3.14.0")
    assert "(3, 11) <= sys.version_info < (3, 14)" in (ROOT / "Makefile").read_text()
