"""LMDB databases of images, of which some hold something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_images import class_folders, jpeg
from scanning import labels_in, refusal, unpacked

from ahsml_app.session.pipeline.unpack import archives_of


def write_lmdb(path: Path, values: dict[str, bytes]) -> Path:
    lmdb = pytest.importorskip("lmdb")
    with lmdb.open(str(path), map_size=1 << 24) as database, database.begin(write=True) as write:
        for key, value in values.items():
            write.put(key.encode(), value)
    return path


def test_a_database_of_class_folders(tmp_path: Path) -> None:
    values = {name.removesuffix(".jpg"): data for name, data in class_folders().items()}
    path = write_lmdb(tmp_path / "photos", values)
    assert archives_of(path) == (path,)
    source, _ = unpacked(path)
    assert source.folder == tmp_path / "out" / "photos-unpacked"
    assert labels_in(source) == {f"{key}.jpg": key[:3] for key in values}


def test_a_database_of_numbered_words(tmp_path: Path) -> None:
    values = {"num-samples": b"6"}
    for n in range(6):
        values |= {f"image-{n:09}": jpeg(n), f"label-{n:09}": b"ab"[n % 2 : n % 2 + 1]}
    source, _ = unpacked(write_lmdb(tmp_path / "words", values))
    assert labels_in(source) == {f"{n:09}.jpg": "ab"[n % 2] for n in range(6)}


def test_a_database_of_something_else_says_what_to_do(tmp_path: Path) -> None:
    path = write_lmdb(tmp_path / "x", {str(n): b"\x80\x04pickled" for n in range(3)})
    assert "is an image file" in str(refusal(path))


def test_a_database_that_is_cut_off(tmp_path: Path) -> None:
    path = write_lmdb(tmp_path / "x", {str(n): jpeg(n) * 9 for n in range(50)})
    data = path / "data.mdb"
    data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])
    assert "cut off" in str(refusal(path))


def test_a_database_that_would_end_the_process(tmp_path: Path) -> None:
    path = write_lmdb(tmp_path / "x", {f"{n:090}": jpeg(0)[:500] for n in range(300)})
    data, page = path / "data.mdb", 4096
    content = bytearray(data.read_bytes())
    leaves = [at for at in range(2 * page, len(content), page) if content[at + 10] == 2]
    assert len(leaves) > 2
    for at in leaves[1:]:
        content[at + 10] = 0  # the kind of a page
    data.write_bytes(bytes(content))
    assert "it is damaged" in str(refusal(path))


def test_a_database_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "data.mdb").write_bytes(b"x")
    monkeypatch.setitem(__import__("sys").modules, "lmdb", None)
    assert "ahsml-app[lmdb]" in str(refusal(tmp_path / "x").hint)
