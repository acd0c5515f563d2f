"""Where files are looked for, in which order, and what is said of those that are missing or not what they should be."""

import dataclasses
import gzip

import pytest

from flatminima.datasets import DatasetDamaged, DatasetMissing, fashion_mnist
from flatminima.datasets.routes import GzipFiles

IMAGES = "train-images-idx3-ubyte"


@pytest.fixture
def served(source, server):
    """The same data set, at the address of the server."""
    return dataclasses.replace(source, address=GzipFiles(server.address))


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("place", ["variable", "cache", "system"])
def test_files_are_found(place, compressed, source, contents, put, tmp_path, monkeypatch):
    folder = {"variable": tmp_path / "mine" / "small", "cache": source.cache, "system": tmp_path / "system" / "small"}[place]
    put(folder, compressed=compressed)
    if place == "variable":
        monkeypatch.setenv("FLATMINIMA_DATA", str(tmp_path / "mine"))
    assert source.content() == contents


def test_a_folder_that_is_named_is_the_only_one(source, put, tmp_path, monkeypatch):
    put(source.cache)
    put(tmp_path / "system" / "small")
    monkeypatch.setenv("FLATMINIMA_DATA", str(tmp_path / "mine"))
    put(tmp_path / "mine" / "small", leave_out=[IMAGES])
    with pytest.raises(DatasetMissing, match=f"^small is not in .*mine/small, which lacks {IMAGES}; install it") as caught:
        source.content()
    assert "`apt install dataset-small`" in str(caught.value) and "FLATMINIMA_DATA" in str(caught.value)


def test_the_cache_comes_before_the_system(source, contents, put, tmp_path):
    put(tmp_path / "system" / "small")
    (put(source.cache) / f"{IMAGES}.gz").write_bytes(b"another thing")
    with pytest.raises(DatasetDamaged, match=f"cache/small/{IMAGES}.gz is damaged"):
        source.content()
    (source.cache / f"{IMAGES}.gz").unlink()  # as the sentence says: then the cache is not complete
    assert source.content() == contents


@pytest.mark.parametrize("damage", [
    lambda content: content[: len(content) // 2],
    lambda content: b"",
    lambda content: b"no archive",
    lambda content: content[:-12] + bytes([content[-12] ^ 1]) + content[-11:],
    lambda content: gzip.compress(gzip.decompress(content) + b"\0"),
])
def test_damage_is_told(damage, source, put, tmp_path):
    path = put(tmp_path / "system" / "small") / f"{IMAGES}.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetDamaged, match=rf"^{path} is damaged or of another data set: .* anew\.$"):
        source.content()


def test_a_file_or_folder_that_may_not_be_read_is_told(source, put, tmp_path, monkeypatch):
    path = put(tmp_path / "system" / "small") / f"{IMAGES}.gz"

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.read_bytes", refused)
        with pytest.raises(DatasetDamaged, match=r"cannot be read \(Permission denied\); make it readable, or delete it\.$"):
            source.content()
    monkeypatch.setenv("FLATMINIMA_DATA", str(path))  # a file, not a folder
    with pytest.raises(DatasetMissing, match="^small is not in "):
        source.content()
    monkeypatch.setattr("os.stat", refused)
    with pytest.raises(DatasetMissing, match="^small is not in "):
        source.content()


def test_files_are_fetched_once(served, server, contents, put):
    put(server.folder)
    assert served.content() == contents
    assert sorted(path.name for path in served.cache.iterdir()) == sorted(contents)
    assert served.content() == contents
    assert sorted(server.asked) == sorted(f"/{name}.gz" for name in contents)


@pytest.mark.parametrize("sent", [b"no archive", gzip.compress(b"another thing", mtime=0), None, "truncated"])
def test_what_is_not_whole_is_not_kept(sent, served, server, contents, put):
    path = put(server.folder) / f"{IMAGES}.gz"
    good = path.read_bytes()
    path.write_bytes(good[:-20] if sent == "truncated" else sent or b"")
    if sent is None:
        path.unlink()
    sentence = rf"^small is not on this machine, and could not be fetched into .*: {IMAGES} from {server.address} \("
    with pytest.raises(DatasetMissing, match=sentence):
        served.content()
    assert not served.cache.exists()
    path.write_bytes(good)  # a later run goes on
    assert served.content() == contents


def test_an_interrupted_download_goes_on(served, server, contents, put):
    put(server.folder)
    served.content()
    (served.cache / IMAGES).unlink()
    server.asked.clear()
    assert served.content() == contents
    assert server.asked == [f"/{IMAGES}.gz"]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_sees_how_far_it_is(terminal, served, server, put, monkeypatch, capsys):
    put(server.folder)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    served.content()
    assert ("100%" in capsys.readouterr().err) == terminal


def test_without_files_and_network_it_says_what_to_do(source, capfd):
    with pytest.raises(DatasetMissing) as caught:
        source.content()
    sentence = str(caught.value)
    assert sentence.startswith("small is not on this machine") and "ConnectionError" in sentence
    for remedy in ("`apt install dataset-small`", "set FLATMINIMA_DATA", "connect to a network"):
        assert remedy in sentence
    assert "npm" not in sentence
    assert capfd.readouterr() == ("", "")  # the caller decides what is printed


def test_images_and_labels(source, contents, put):
    put(source.cache)
    images = fashion_mnist(source)
    assert images.train_images.shape == (40, 4, 4) and images.test_images.shape == (12, 4, 4)
    assert images.train_images.tobytes() == contents[IMAGES][16:]
    assert images.test_labels.tobytes() == contents["t10k-labels-idx1-ubyte"][8:]
    with pytest.raises(ValueError, match="read-only"):
        images.train_images[0] = 0


def test_files_that_do_not_fit_together(source, contents, put):
    put(source.cache, compressed=False)
    (source.cache / IMAGES).write_bytes(contents["t10k-images-idx3-ubyte"])
    mixed = dataclasses.replace(source, checksums=source.checksums | {IMAGES: source.checksums["t10k-images-idx3-ubyte"]})
    with pytest.raises(DatasetDamaged, match=r"but images have the shape \(12, 4, 4\) and labels \(40,\)"):
        fashion_mnist(mixed)
