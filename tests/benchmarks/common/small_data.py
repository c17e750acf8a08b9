"""A few pictures of each image folder, for quick runs."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

CLASSES, PICTURES, ROWS = 12, 12, 160
"""Classes of a set, pictures of each, and pictures of a set without class folders."""


def small_data(data: Path) -> Path:
    """A folder like that of the image folders, with links to a few pictures of each.

    It is removed when the process ends.

    Args:
        data: Folder of the image folders.
    """
    target = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    for folder in data.iterdir():
        if (folder / "images").is_dir():
            _take_some(folder, target / folder.name)
    return target


def _take_some(folder: Path, target: Path) -> None:
    classes = sorted(path for path in (folder / "images").iterdir() if path.is_dir())
    (target / "images").mkdir(parents=True)
    for table in folder.glob("*.csv"):
        lines = table.read_text("utf-8").splitlines(keepends=True)
        kept = lines if classes else lines[: ROWS + 1]
        (target / table.name).write_text("".join(kept), encoding="utf-8")
    if not classes:
        _link(sorted((folder / "images").iterdir())[:ROWS], target / "images")
    for path in classes[:CLASSES]:
        files = sorted(path.iterdir())
        some = files[:: max(len(files) // PICTURES, 1)][:PICTURES]
        (target / "images" / path.name).mkdir()
        _link(some, target / "images" / path.name)


def _link(files: list[Path], target: Path) -> None:
    for file in files:
        (target / file.name).symlink_to(file)
