import pytest

from flatminima.ledger import records


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Run as a chapter does, with records kept below a folder; call it to read them back."""
    monkeypatch.setattr(records, "_current", None)
    monkeypatch.setattr(records, "_records", [])
    monkeypatch.setenv("FLATMINIMA_LEDGER", str(tmp_path / "ledger"))
    monkeypatch.setenv("FLATMINIMA_FIGURES", str(tmp_path / "figures"))
    return lambda: records.load(tmp_path / "ledger")
