"""Class folders on file systems that know no links."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ahsml_app.store.class_folders import TreeEntry, write_tree


@pytest.mark.parametrize(
    ("mode", "call"), [("hardlink", "os.link"), ("symlink", "pathlib.Path.symlink_to")]
)
def test_an_image_is_copied_where_the_file_system_knows_no_links(
    mode: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    source = tmp_path / "a.jpg"
    source.write_bytes(b"image")
    monkeypatch.setattr(call, refuse)
    entries = [TreeEntry(str(source), "cats/a.jpg")]
    assert list(write_tree(tmp_path / "out", entries, mode)) == [False]
    copied = tmp_path / "out" / "cats" / "a.jpg"
    assert copied.read_bytes() == b"image"
    assert not copied.is_symlink()


def test_another_failure_of_a_link_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.link", fail)
    with pytest.raises(OSError, match="No space left"):
        list(write_tree(tmp_path, [TreeEntry(str(tmp_path / "a.jpg"), "cats/a.jpg")], "hardlink"))
    assert not list(tmp_path.rglob("*.jpg"))
