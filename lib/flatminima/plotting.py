"""One look for every figure, and one way to save it with the data behind it."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from cycler import cycler

from flatminima.files import project_root, write_atomically

# Okabe and Ito's palette: told apart with every kind of colour vision. Yellow is left out, too pale for lines.
COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
}
COLUMN = 3.4  # inches: one column of Physical Review
PAGE = 7.0  # inches: both columns

_STYLE = {
    "figure.figsize": (1.5 * COLUMN, 1.5 * COLUMN / 1.4),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 200,
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 11,
    "axes.labelsize": 12,
    "axes.titlesize": 11,
    "legend.fontsize": 9.5,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "axes.prop_cycle": cycler(color=list(COLOURS.values())),
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.5,
    "lines.markersize": 4,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "legend.frameon": False,
    "pdf.fonttype": 42,  # letters stay letters, searchable and editable
}


def use_style() -> None:
    """Draw from here on as the papers' journal does, in colours that everybody can tell apart."""
    mpl.rcParams.update(_STYLE)


def folder() -> Path:
    """Where figures go: `$FLATMINIMA_FIGURES`, or the project's `figures`."""
    return Path(os.environ.get("FLATMINIMA_FIGURES") or project_root() / "figures")


def save(fig, name: str, data: Mapping | Sequence[Mapping]) -> None:
    """Write `name`.png, .pdf and .csv ("unveiling-2021/fig3"), each whole or not at all.

    `data` is what the figure shows, in one of three shapes:
    columns `{"d": array, "phi": array}` of one length (a number stands for a constant column),
    panels `{"main": columns, "inset": columns}`, or a list of rows `[{"d": 0.1, "phi": 0.2}, …]`.
    The same figure gives the same bytes: no dates and no versions are written. A NaN becomes an
    empty cell. Raises `ValueError` where columns differ in length.
    """
    table = _table(_rows(data))  # before drawing: bad data must not leave a figure behind
    target = folder() / name
    metadata = {"png": {"Software": None}, "pdf": {"Creator": None, "Producer": None, "CreationDate": None}}
    for kind, without in metadata.items():
        stream = io.BytesIO()
        fig.savefig(stream, format=kind, metadata=without)
        write_atomically(target.with_name(f"{target.name}.{kind}"), stream.getvalue())
    write_atomically(target.with_name(f"{target.name}.csv"), table)


def _rows(data: Mapping | Sequence[Mapping]) -> list[dict]:
    if not isinstance(data, Mapping):
        return [dict(row) for row in data]
    if data and all(isinstance(columns, Mapping) for columns in data.values()):
        return [{"panel": panel, **row} for panel, columns in data.items() for row in _rows(columns)]
    columns = {name: np.asarray(values) for name, values in data.items()}
    lengths = {name: len(column) for name, column in columns.items() if column.ndim == 1}
    if len(set(lengths.values())) > 1 or any(column.ndim > 1 for column in columns.values()):
        shapes = ", ".join(f"{name} {column.shape}" for name, column in columns.items())
        raise ValueError(f"data must hold columns of one length, got shapes {shapes}")
    length = next(iter(lengths.values()), 1)
    full = {name: np.broadcast_to(column, length).tolist() for name, column in columns.items()}
    return [dict(zip(full, values)) for values in zip(*full.values())]


def _table(rows: list[dict]) -> str:
    if not rows:
        raise ValueError("data must hold at least one row, got none")
    header = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(row.get(name)) for name in header] for row in rows)
    return stream.getvalue()


def _cell(value) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
