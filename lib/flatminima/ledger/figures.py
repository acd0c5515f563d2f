"""Figures of the papers, redrawn."""

from collections.abc import Sequence

from flatminima import plotting
from flatminima.ledger.records import enter


def figure(label: str, *, panels: Sequence[str], command: str, data: str | Sequence[str]) -> None:
    """Enter a figure that this chapter has just saved: its panels, its command, the data behind it.

    `data` names files "figures/<paper>/figN.csv"; a missing one raises `FileNotFoundError`.
    """
    files = [data] if isinstance(data, str) else list(data)
    for file in files:
        folder, _, name = file.partition("/")
        if folder != "figures":
            raise ValueError(f"data must name files under figures/, got {file!r}")
        if not (plotting.folder() / name).is_file():
            raise FileNotFoundError(f"{file} has not been saved: call plotting.save before ledger.figure")
    if not panels:
        raise ValueError("panels must name at least one panel, got none")
    line = f"✓ {label}   {', '.join(panels)}   {command}"
    enter("figure", label, line, panels=list(panels), command=command, data=files)
