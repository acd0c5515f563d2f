"""Studies by their name: the scripts in `results`."""

from types import ModuleType

from flatminima.files import project_root
from flatminima.sweeps.study import Study


def names():
    """The names paper/study of all scripts in `results` that define a study."""
    root = project_root() / "results"
    scripts = [path for path in sorted(root.glob("*/*.py")) if "sweeps.Study(" in path.read_text(encoding="utf-8")]
    return [path.relative_to(root).with_suffix("").as_posix() for path in scripts]


def load(name):
    """The study of results/<name>.py; raises ValueError where no such script is, or it has another name.

    >>> load("shaping-2020/nothing")
    Traceback (most recent call last):
    ValueError: name is 'shaping-2020/nothing'; there is no study results/shaping-2020/nothing.py.
    """
    path = project_root() / "results" / f"{name}.py"
    if not path.is_file():
        raise ValueError(f"name is {name!r}; there is no study results/{name}.py.")
    study = run_script(path)
    if study.name != name:
        raise ValueError(f"results/{name}.py calls its study {study.name!r}; it must be {name!r}.")
    return study


def run_script(path):
    """The object STUDY that the script at `path` defines.

    The script does not become a module that can be imported by name. Its functions therefore travel
    to workers by value, who know nothing of the script. It is compiled from its text each time:
    Python's cache would not notice an edit that leaves size and second of a file as they were.
    """
    module = ModuleType(f"study_{path.stem}")
    module.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    study = getattr(module, "STUDY", None)
    if not isinstance(study, Study):
        raise ValueError(f"{path.name} defines no study STUDY.")
    return study
