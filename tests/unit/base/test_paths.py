"""Files are written whole or not at all, and are on disk when they have their name."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from ahsml_app.base.paths import APP_NAME, CACHE_VARIABLE, atomic_write, projects_folder


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The order in which files and folders are synced and files are renamed."""
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def recorded_fsync(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("sync the folder" if folder else "sync the file")
        fsync(descriptor)

    def recorded_replace(source: str | Path, target: str | Path, **options: int) -> None:
        steps.append("rename")
        replace(source, target, **options)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(os, "replace", recorded_replace)
    return steps


def test_a_file_is_on_disk_before_it_gets_its_name(tmp_path: Path, steps: list[str]) -> None:
    with atomic_write(tmp_path / "file", "w", encoding="utf-8") as stream:
        stream.write("content")
    names_synced = [] if sys.platform == "win32" else ["sync the folder"]
    assert steps == ["sync the file", "rename", *names_synced]
    assert (tmp_path / "file").read_text("utf-8") == "content"


def test_all_content_has_left_the_buffer_when_the_file_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    fsync = os.fsync

    def recorded(descriptor: int) -> None:
        sizes.append(os.fstat(descriptor).st_size)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    with atomic_write(tmp_path / "file") as stream:
        stream.write(b"content")
    assert sizes[0] == len(b"content")


def test_a_failure_keeps_the_old_file_and_leaves_no_other(tmp_path: Path, steps: list[str]) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with atomic_write(path, "w", encoding="utf-8") as stream:
            stream.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
    assert "rename" not in steps


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_file_gets_the_mode_that_the_process_gives_new_files(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    with atomic_write(tmp_path / "file") as stream:
        stream.write(b"content")
    assert (tmp_path / "file").stat().st_mode == usual.stat().st_mode


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other data folders")
def test_projects_lie_in_the_data_folder_of_the_user_not_in_the_cache(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert projects_folder() == cache / "projects"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv(CACHE_VARIABLE)
    assert projects_folder() == tmp_path / APP_NAME / "projects"
