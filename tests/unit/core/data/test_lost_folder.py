"""An image folder that goes while it is read stops the work; single damaged files do not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from running import finish

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import SampleTable
from ahsml_app.core.data.content_hash import fingerprint
from ahsml_app.core.data.lost_folder import check_not_lost
from ahsml_app.core.data.walk import list_images


class RemovesAFolder(CancelToken):
    """Removes a folder when it is asked for the n-th time whether to stop."""

    def __init__(self, folder: Path, at: int) -> None:
        super().__init__()
        self._folder, self._left = folder, at

    def check(self) -> None:
        self._left -= 1
        if not self._left:
            shutil.rmtree(self._folder)
        super().check()


def emptied(root: Path) -> None:
    """What is left of the place where a drive was."""
    shutil.rmtree(root)
    root.mkdir()


def table_in(root: Path, count: int) -> SampleTable:
    root.mkdir()
    paths = tuple(f"{number:04d}.png" for number in range(count))
    for path in paths:
        (root / path).write_text(path, "utf-8")
    return SampleTable(root, paths, np.zeros(count, dtype=np.int64), ("a",))


@pytest.mark.parametrize("lose", [shutil.rmtree, emptied])
def test_a_folder_that_goes_while_it_is_read_is_one_error(
    lose: Callable[[Path], None], tmp_path: Path
) -> None:
    table = table_in(tmp_path / "images", 600)
    job = fingerprint(table, index_path=tmp_path / "index.sqlite")
    next(job)
    lose(table.root)
    with pytest.raises(InputError, match=r"images can no longer be read: it .*Bring the folder"):
        finish(job)


def test_a_folder_that_goes_while_it_is_listed_is_one_error(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "images" / f"{number}").mkdir(parents=True)
    job = list_images(tmp_path / "images", cancel=RemovesAFolder(tmp_path / "images", at=2))
    with pytest.raises(InputError, match="images can no longer be read: it has vanished"):
        finish(job)


def test_single_files_that_are_gone_are_set_aside(tmp_path: Path) -> None:
    table = table_in(tmp_path / "images", 3)
    (table.root / table.paths[0]).unlink()
    _, (kept, aside) = finish(fingerprint(table, index_path=tmp_path / "index.sqlite"))
    assert (kept.paths, [item.path for item in aside]) == (table.paths[1:], [table.paths[0]])
    check_not_lost(table.root)
