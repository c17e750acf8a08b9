"""A world: images, a project, results and a cache in one folder, put back for each round."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ahsml_app.base.paths import CACHE_VARIABLE


class World:
    """The folders of a scenario, always at the same path, because projects hold paths.

    Args:
        top: A folder of its own.
    """

    def __init__(self, top: Path) -> None:
        self.top = top.resolve()
        self.folder = self.top / "world"
        self.images = self.folder / "images"
        self.project = self.folder / "project"
        self.results = self.folder / "results"
        self.cache = self.folder / "cache"
        self.log = self.top / "output.log"
        self.network = self.top / "network.pth"

    def save(self, name: str) -> None:
        """Keeps the present state for `restore`."""
        shutil.copytree(self.folder, self._saved(name), symlinks=True)

    def restore(self, name: str) -> None:
        """Puts a kept state back."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._saved(name), self.folder, symlinks=True)
        self.log.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Whether a state of this name was kept."""
        return self._saved(name).is_dir()

    def image_hashes(self) -> dict[str, str]:
        """Hash and time of change of each file in the image folder."""
        return {
            path.relative_to(self.images).as_posix(): (
                f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
            )
            for path in self.images.rglob("*")
            if path.is_file()
        }

    def _saved(self, name: str) -> Path:
        return self.top / "saved" / name

    def output(self) -> str:
        """What the processes of this round have printed."""
        return self.log.read_text("utf-8", "replace") if self.log.is_file() else ""


@contextmanager
def world_in(top: Path) -> Iterator[World]:
    """A world in a new folder, whose cache is that of this process while the block runs."""
    world = World(top)
    world.images.mkdir(parents=True)
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(world.cache)
    try:
        yield world
    finally:
        if before is None:
            del os.environ[CACHE_VARIABLE]
        else:
            os.environ[CACHE_VARIABLE] = before
        shutil.rmtree(top, ignore_errors=True)
