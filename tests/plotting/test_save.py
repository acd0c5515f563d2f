"""A figure is saved with its data, whole, and with the same bytes every time."""

import csv

import matplotlib.pyplot as plt
import numpy as np
import pytest

from flatminima import plotting


@pytest.fixture
def fig(monkeypatch, tmp_path):
    monkeypatch.setenv("FLATMINIMA_FIGURES", str(tmp_path))
    with plt.rc_context():
        plotting.use_style()
        fig, axes = plt.subplots()
        axes.plot([0, 1], [0, 1], label=r"$\tilde\kappa = 0.02$")
        axes.legend()
        yield fig
        plt.close(fig)


def table(path):
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_bytes_do_not_depend_on_the_moment(fig, tmp_path):
    files = [tmp_path / f"p/fig1.{kind}" for kind in ("png", "pdf", "csv")]
    contents = []
    for _ in range(2):
        plotting.save(fig, "p/fig1", data={"x": [1.0]})
        contents.append([file.read_bytes() for file in files])
    assert contents[0] == contents[1]
    assert b"Date" not in contents[0][1] and b"Matplotlib" not in contents[0][0] + contents[0][1]
    assert sorted(tmp_path.glob("p/*")) == sorted(files)  # no temporary file stays


def test_three_shapes_of_data(fig, tmp_path):
    plotting.save(fig, "columns", data={"d": np.array([0.1, 0.2]), "phi": [1 / 3, np.nan], "alpha": 0.5})
    assert table(tmp_path / "columns.csv") == [
        {"d": "0.1", "phi": "0.333333333333", "alpha": "0.5"},
        {"d": "0.2", "phi": "", "alpha": "0.5"},
    ]
    plotting.save(fig, "panels", data={"main": {"d": [0.1]}, "inset": {"slope": [2.0]}})
    assert table(tmp_path / "panels.csv") == [
        {"panel": "main", "d": "0.1", "slope": ""},
        {"panel": "inset", "d": "", "slope": "2"},
    ]
    plotting.save(fig, "rows", data=[{"d": 0.1}, {"d": 0.2, "branch": "lower"}])
    assert table(tmp_path / "rows.csv") == [{"d": "0.1", "branch": ""}, {"d": "0.2", "branch": "lower"}]


@pytest.mark.parametrize("data", [{"d": [1, 2], "phi": [1, 2, 3]}, {"d": np.ones((2, 2))}, [], {}])
def test_bad_data_leaves_no_figure_behind(fig, tmp_path, data):
    with pytest.raises(ValueError, match="data must hold"):
        plotting.save(fig, "bad", data=data)
    assert list(tmp_path.iterdir()) == []


def test_without_a_named_folder_figures_go_to_the_project(monkeypatch):
    monkeypatch.delenv("FLATMINIMA_FIGURES", raising=False)
    assert plotting.folder().name == "figures"
    assert (plotting.folder().parent / "pyproject.toml").is_file()
