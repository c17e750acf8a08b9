"""Folders that cannot be walked to the end: each fault is told, and the rest is listed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from running import result_of

from ahsml_app.core.data import walk
from ahsml_app.core.data.walk import Listing, list_images

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and long paths differ there")


def listed(root: Path) -> Listing:
    return result_of(list_images(root))


def reasons(listing: Listing) -> dict[str, str]:
    return {item.path: str(item.reason) for item in listing.quarantined}


def test_a_link_to_itself_is_told_and_the_others_are_listed(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "loop.png").symlink_to("loop.png")
    listing = listed(tmp_path)
    assert listing.paths == ["a.png"]
    assert list(reasons(listing)) == ["loop.png"]
    assert "links" in reasons(listing)["loop.png"]


def test_a_folder_whose_path_is_too_long_is_told(tmp_path: Path) -> None:
    """The folder above it can still be read, but the path to it cannot be opened any more."""
    (tmp_path / "a.png").touch()
    name, folder = "d" * 250, os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(4096 // 251 + 1):
            os.mkdir(name, dir_fd=folder)
            inner = os.open(name, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
    finally:
        os.close(folder)
    listing = listed(tmp_path)
    assert listing.paths == ["a.png"]
    ((path, reason),) = reasons(listing).items()
    assert path.endswith(name)
    assert "long" in reason


def test_folders_with_results_of_this_program_are_skipped(tmp_path: Path) -> None:
    """Their class folders hold the images once more, and the next run saw twice as many."""
    (tmp_path / "a.png").touch()
    for folder in ("cats/out/images/cat", "notes", "pipe"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "1.png").touch()
    (tmp_path / "cats" / "out" / "run.json").write_text('{\n  "application": "ahsml-app",', "utf-8")
    (tmp_path / "notes" / "run.json").write_text('{"application": "another"}', "utf-8")
    os.mkfifo(tmp_path / "pipe" / "run.json")
    listing = listed(tmp_path)
    assert listing.paths == ["a.png", "notes/1.png", "pipe/1.png"]
    assert listing.skipped_results == ["cats/out"]
    assert listed(tmp_path / "cats" / "out").paths == ["images/cat/1.png"]  # asked for by name


def test_a_long_walk_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_PROGRESS_SECONDS", 0.0)
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.png").touch()
    assert [event.done for event in list_images(tmp_path)] == [0, 1, 2]
