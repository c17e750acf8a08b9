"""A project keeps what it reads of several pages or channels."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from running import finish
from sample_images import make_stacks

import ahsml_app
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.options.run_options import Source
from ahsml_app.core.data.decode import decode
from ahsml_app.session.desk.duplicate_groups import copy_facts
from ahsml_app.session.export.write_results import thumbnails_for
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.project import library
from ahsml_app.session.project.find_project import projects_of
from ahsml_app.session.project.recent import recent_projects
from ahsml_app.session.review.image_metadata import facts, image_size
from ahsml_app.session.review.load_image import load_image


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return make_stacks(tmp_path / "images", 4)


@pytest.fixture
def folder(tmp_path: Path, images: Path, cache: Path) -> Path:
    """A project that reads the brightest of all pages."""
    ahsml_app.open_project(tmp_path / "project", images, planes="max").close()
    return tmp_path / "project"


def stored_source(folder: Path) -> dict[str, str | None]:
    connection = sqlite3.connect(folder / "project.sqlite")
    row = connection.execute("SELECT value FROM fact WHERE name = 'source'").fetchone()
    connection.close()
    source: dict[str, str | None] = json.loads(row[0])
    return source


def store_source(folder: Path, source: dict[str, str | None]) -> None:
    connection = sqlite3.connect(folder / "project.sqlite")
    connection.execute("UPDATE fact SET value = ? WHERE name = 'source'", (json.dumps(source),))
    connection.commit()
    connection.close()


def test_the_rule_is_kept_and_reopened(folder: Path, images: Path) -> None:
    project = library.open_project(folder)
    assert project.table.planes == project.source.planes == "max"
    assert project.table.select(np.array([1, 0])).planes == "max"
    project.close()
    (recent,) = recent_projects()
    assert recent.planes == "max"
    same, other = (projects_of(Source(images, planes=rule)) for rule in ("max", 2))
    assert [found.same_labels for found in (*same, *other)] == [True, False]


def test_an_update_reads_new_images_by_the_rule(folder: Path, images: Path) -> None:
    (images / "bars" / "new.tif").write_bytes((images / "bars" / "00.tif").read_bytes() + b"\0")
    project = library.open_project(folder)
    request = library.update_request(project)
    assert request.source.planes == request.table.planes == "max"
    project.close()


def test_a_project_of_an_earlier_version_reads_the_first(folder: Path) -> None:
    source = stored_source(folder)
    assert source.pop("planes") == "max"
    store_source(folder, source)
    project = library.open_project(folder)
    assert project.table.planes == project.source.planes == "first"
    project.close()


@pytest.mark.parametrize("rule", ["0", "last", "", "-3", "9" * 30])
def test_another_word_is_damage(folder: Path, rule: str) -> None:
    store_source(folder, stored_source(folder) | {"planes": rule})
    with pytest.raises(ProjectError, match="source"):
        library.open_project(folder)


def test_a_wrong_rule_makes_no_project(tmp_path: Path, images: Path) -> None:
    with pytest.raises(ValueError, match="no rule of planes"):
        ahsml_app.open_project(tmp_path / "other", images, planes="all")  # type: ignore[arg-type]
    assert not (tmp_path / "other").exists()


def test_the_scan_says_that_there_are_stacks(images: Path, tmp_path: Path) -> None:
    found = finish(scan_source(Source(images, planes=2)))[1]
    assert found.has_planes
    assert "page 2 is read" in str(found.notices[-1])
    for path in images.rglob("*.tif"):
        tifffile.imwrite(path, tifffile.imread(path)[0], photometric="minisblack")
    assert not finish(scan_source(Source(images, planes=2)))[1].has_planes


@pytest.mark.parametrize("rule", ["first", "max", 3])
def test_screen_and_report_show_what_is_scored(folder: Path, images: Path, rule: object) -> None:
    path = images / "bars" / "00.tif"
    scored = np.asarray(decode(path, planes=rule))  # type: ignore[arg-type]
    np.testing.assert_array_equal(load_image(path, None, rule), scored)  # type: ignore[arg-type]
    project = library.open_project(folder)
    table = replace(project.original, planes=rule)  # type: ignore[arg-type]
    project.close()
    made = thumbnails_for(table, CancelToken())("bars/00.tif")
    other = thumbnails_for(replace(table, planes=2), CancelToken())("bars/00.tif")
    assert made is not None
    assert made != other


def test_facts_say_which_page_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(np.zeros((20, 30), np.uint8), photometric="minisblack")
        writer.write(np.zeros((40, 50), np.uint8), photometric="minisblack")
    for rule, words, size in (
        ("first", "the first is used", (30, 20)),
        ("max", "the brightest samples are used", (30, 20)),
        (2, "number 2 is used", (50, 40)),
    ):
        values = {str(name): str(value) for name, value in facts(path, rule)}  # type: ignore[arg-type]
        assert words in values["Frames"]
        assert values["Size"].startswith(f"{size[0]} × {size[1]}")
        assert image_size(path, rule) == size  # type: ignore[arg-type]


def test_the_size_is_that_of_the_page_that_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        for page in (np.zeros((40, 60), np.uint8), np.zeros((48, 64), np.uint8)):
            writer.write(page, photometric="minisblack", metadata=None)
            writer.write(page[::2, ::2], photometric="minisblack", subfiletype=1, metadata=None)
    assert image_size(path, 2) == decode(path, planes=2).size == (64, 48)
    assert image_size(path, 3) == (60, 40)  # there is none


def test_the_sharpest_copy_is_that_of_the_planes_that_are_read(tmp_path: Path) -> None:
    sharp, flat = np.zeros((64, 64), np.uint8), np.full((64, 64), 9, np.uint8)
    sharp[::2] = 255
    paths = [tmp_path / "a.tif", tmp_path / "b.tif"]
    for path, pages in zip(paths, ([sharp, flat], [flat, sharp]), strict=True):
        tifffile.imwrite(path, np.stack(pages), photometric="minisblack")
    first, second = (
        [fact.sharpness for fact in copy_facts(paths, ("1", "2"), planes=rule)] for rule in (1, 2)
    )
    assert first[0] > first[1]
    assert second[0] < second[1]
