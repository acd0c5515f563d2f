"""An outcome is believed only if it is whole and of this unit; what is not, is named and computed again."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from flatminima import sweeps
from flatminima.sweeps import store, unit
from flatminima.sweeps.agreement import largest_deviation


def roots(x, power=2):
    return {"root": np.array([x ** (1 / power)]), "name": f"root of {x}"}


def study(folder, version=1, name="demo/roots", units=({"x": 4.0}, {"x": 9.0})):
    return sweeps.Study(name, roots, units, version, recompute=units[0], tolerance=1e-12, folder=folder)


@pytest.fixture
def stored(tmp_path):
    """A study whose outcomes were written without running processes."""
    demo = study(tmp_path)
    for unit in demo.units:
        store.write(demo.path(unit), store.as_arrays(roots(**unit)), demo.origin(unit))
    return demo


def spoil(path, kind):
    content = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("no archive")
    elif kind == "flipped":
        middle = content.find(b"root.npy") + 60  # inside the compressed array
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :])
    elif kind == "without provenance":
        np.savez(path, root=np.ones(1))


@pytest.mark.parametrize("kind", ["truncated", "empty", "text", "flipped", "without provenance"])
def test_damage_is_refused_and_repaired(stored, kind, capfd):
    unit = stored.units[1]
    good = stored.outcome(unit)
    spoil(stored.path(unit), kind)
    with pytest.raises(sweeps.UnusableOutcome, match=r"_[0-9a-f]{8}\.npz is damaged: .*\. Run `make results`") as caught:
        stored.outcomes()
    assert "\n" not in str(caught.value)
    assert stored.run(workers=1) == 1
    line = capfd.readouterr().err
    assert line.count("\n") == 1 and "is damaged" in line and line.endswith("It is computed again.\n")
    assert largest_deviation(store.as_arrays(good), store.as_arrays(stored.outcome(unit))) == 0


def test_no_flipped_byte_changes_an_outcome(stored):
    """Each byte in turn: the file is refused, or holds what it held."""
    unit = stored.units[0]
    path, good = stored.path(unit), stored.outcome(unit)
    content, refused = path.read_bytes(), 0
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            assert largest_deviation(store.as_arrays(good), store.as_arrays(stored.outcome(unit))) == 0
        except sweeps.UnusableOutcome:
            refused += 1
    assert refused > len(content) / 2


def test_a_missing_unit_is_named(stored):
    stored.path(stored.units[0]).unlink()
    with pytest.raises(sweeps.UnusableOutcome, match=r"x-4\.0_[0-9a-f]{8}\.npz is missing\. Run `make results` for demo/roots\."):
        stored.outcomes()


def test_another_version_is_refused_and_replaced(stored, capfd):
    newer = study(stored.folder, version=2)
    with pytest.raises(sweeps.UnusableOutcome, match="is from other code: its version is 1, not 2"):
        newer.outcomes()
    assert newer.run(workers=1) == 2
    assert "from other code" in capfd.readouterr().err
    assert len(newer.outcomes()) == 2 and not newer.strays()


@pytest.mark.parametrize("entry, value", [("study", "demo/other"), ("parameters", {"x": 5.0}), ("key", "0" * 64)])
def test_the_file_of_another_unit_is_refused(stored, entry, value):
    unit = stored.units[0]
    arrays = store.as_arrays(stored.outcome(unit))
    store.write(stored.path(unit), arrays, stored.origin(unit) | {entry: value})
    with pytest.raises(sweeps.UnusableOutcome, match=f"is from other code: its {entry} is"):
        stored.outcomes()


def test_a_file_renamed_by_hand_is_refused(stored):
    first, second = map(stored.path, stored.units)
    first.replace(second)
    with pytest.raises(sweeps.UnusableOutcome, match="from other code: its parameters is {'x': 4.0}, not {'x': 9.0}"):
        stored.outcome(stored.units[1])


def test_units_that_were_given_up_are_named(stored, capfd):
    fewer = study(stored.folder, units=({"x": 4.0},))
    assert fewer.strays() == [stored.path({"x": 9.0})]
    assert fewer.run(workers=1) == 0
    assert "belongs to no unit of demo/roots; delete it." in capfd.readouterr().err


def test_provenance(tmp_path):
    demo = study(tmp_path)
    demo.run(workers=1)
    _, provenance = sweeps.read(demo.path({"x": 4.0}))
    assert provenance["study"] == "demo/roots" and provenance["parameters"] == {"x": 4.0} and provenance["version"] == 1
    assert provenance["packages"]["numpy"] == np.__version__ and provenance["seconds"] >= 0
    assert set(provenance["machine"]) == {"system", "architecture", "processors"}  # nobody's name
    assert provenance["date"].endswith("+00:00")
    assert json.dumps(provenance).isascii()


def test_provenance_names_jax_and_its_device_if_the_function_used_it(monkeypatch):
    device = SimpleNamespace(device_kind="abacus")
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(__version__="0.0", devices=lambda: [device]))
    _, circumstances, _ = unit.compute(roots, {"x": 4.0})
    assert circumstances["packages"]["jax"] == "0.0" and circumstances["machine"]["device"] == "abacus"


def test_fresh_starts_again_and_check_deviates_where_the_code_did(stored, capsys):
    before = {path: path.stat().st_mtime_ns for path in map(stored.path, stored.units)}
    sweeps.main(stored, ["--fresh", "--workers", "1"])
    assert "2 units computed, 2 asked for" in capsys.readouterr().out
    assert all(path.stat().st_mtime_ns > before[path] for path in before)
    assert stored.deviation({"x": 4.0}) == 0
    other = sweeps.Study("demo/roots", lambda x: roots(x, 3), stored.units, recompute=(), tolerance=0, folder=stored.folder)
    assert other.deviation({"x": 9.0}) == np.inf or other.deviation({"x": 9.0}) > 0.3


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(st.integers(-9, 9), st.floats(), st.text("xyz"), st.booleans())))
def test_what_is_written_is_read(tmp_path_factory, outcome):
    path = tmp_path_factory.mktemp("store") / "one.npz"
    store.write(path, store.as_arrays(outcome), {"key": "k"})
    back, provenance = store.read(path)
    assert provenance["key"] == "k" and back.keys() == outcome.keys()
    for name, value in outcome.items():
        assert type(back[name]) is type(value) and (back[name] == value or value != value)
