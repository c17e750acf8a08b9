"""The image folder of a project is told from others by path and content."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from changed_folder import make_folder, write_image
from running import result_of

from ahsml_app.base.errors import InputError
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import SampleTable
from ahsml_app.session.pipeline.check_folder import moved_source
from ahsml_app.session.pipeline.locate_images import locate_images


@pytest.fixture
def table(tmp_path: Path) -> SampleTable:
    """300 images, with the absolute path of another system."""
    folder = make_folder(tmp_path / "images", per_class=75)
    files = sorted(folder.rglob("*.png"))
    paths = tuple(path.relative_to(folder).as_posix() for path in files)
    hashes = tuple(map(content_hash, files))
    return SampleTable(Path("C:\\pics"), paths, np.zeros(300, dtype=np.int64), ("a",), hashes)


@pytest.mark.parametrize("chosen", ["images", ".", "images/cat"])
def test_one_level_off_is_near_enough(table: SampleTable, tmp_path: Path, chosen: str) -> None:
    located = result_of(locate_images(table, tmp_path / chosen))
    assert located.root == tmp_path / "images"
    assert located.checked == located.same >= 200


def test_most_of_the_images_may_be_gone(table: SampleTable, tmp_path: Path) -> None:
    for label in ("cat", "dog", "fox"):
        shutil.rmtree(tmp_path / "images" / label)
    located = result_of(locate_images(table, tmp_path / "images"))
    assert located.root == tmp_path / "images"
    assert 0 < located.same < located.checked


def test_the_same_names_with_other_content_are_another_folder(
    table: SampleTable, tmp_path: Path
) -> None:
    for number, path in enumerate(table.paths):
        write_image(tmp_path / "images" / path, 5000 + number)
    with pytest.raises(InputError, match="0 are there with the same content"):
        result_of(locate_images(table, tmp_path / "images"))


def test_the_folder_with_the_same_files_is_preferred_to_one_with_more_of_the_names(
    table: SampleTable, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "images" / "fox")
    for number, path in enumerate(table.paths):  # a later version of the same data set
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        write_image(target, 5000 + number)
    located = result_of(locate_images(table, tmp_path))
    assert located.root == tmp_path / "images"
    assert located.same >= 0.7 * located.checked


def test_other_names_of_the_same_content_are_the_folder(table: SampleTable, tmp_path: Path) -> None:
    for number, path in enumerate(table.paths):
        (tmp_path / "images" / path).rename(tmp_path / "images" / f"{number}.png")
    assert result_of(locate_images(table, tmp_path / "images")).root == tmp_path / "images"


def test_a_manifest_moves_with_the_images(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "labels.csv").touch()
    windows = Source(Path("D:\\old\\pics"), labels=Path("D:\\old\\labels.csv"))
    assert moved_source(windows, tmp_path / "new").labels == tmp_path / "labels.csv"
    posix = Source(Path("/gone/pics"), labels=Path("/gone/pics/meta/table.csv"))
    (tmp_path / "new" / "meta").mkdir()
    (tmp_path / "new" / "meta" / "table.csv").touch()
    moved = moved_source(posix, tmp_path / "new")
    assert (moved.folder, moved.labels) == (
        tmp_path / "new",
        tmp_path / "new" / "meta" / "table.csv",
    )
