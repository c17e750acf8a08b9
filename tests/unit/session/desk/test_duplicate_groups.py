"""Which duplicates form groups, and which image of each is worth keeping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import Cancelled, CancelToken
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.session.desk.duplicate_groups import (
    CopyFacts,
    best_of,
    copy_facts,
    duplicate_groups,
    rows_to_drop,
)
from ahsml_app.session.project.project import Project


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Iterator[Project]:
    """Rows 0 to 4 are circles, 5 to 9 crosses; three groups."""
    project = make_project(make_images(tmp_path / "pictures", per_class=5))
    assert project.scores is not None
    group = np.full(20, -1)
    group[[0, 1]], group[[2, 3, 4]], group[[5, 10]] = 0, 1, 2
    project.scores = replace(project.scores, duplicate_group=group)
    yield project
    project.close()


def found(project: Project) -> list[tuple[tuple[int, ...], bool]]:
    return [(group.rows, group.conflict) for group in duplicate_groups(project)]


def test_groups_whose_labels_differ_come_first_then_the_larger_ones(project: Project) -> None:
    assert found(project) == [((5, 10), True), ((2, 3, 4), False), ((0, 1), False)]


def test_labels_are_those_after_the_decisions(project: Project) -> None:
    project.decide([10], DecisionKind.RELABEL, "cross")
    project.decide([0], DecisionKind.RELABEL, "triangle")
    assert found(project) == [((0, 1), True), ((2, 3, 4), False), ((5, 10), False)]


def test_what_is_dropped_or_missing_is_in_no_group(project: Project) -> None:
    project.decide([0, 2], DecisionKind.DROP)
    project.states[5] = SampleState.MISSING
    assert found(project) == [((3, 4), False)]


def test_before_the_first_training_there_are_none(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path, per_class=2), trained=False)
    assert duplicate_groups(project) == []
    project.close()


def test_the_rest_of_each_group_is_dropped(project: Project) -> None:
    groups = duplicate_groups(project)
    assert rows_to_drop(groups, {0: 1, 1: 2, 2: 5}).tolist() == [10, 3, 4, 0]


def photograph(side: int = 400) -> Image.Image:
    """Something with detail of every size, as a photograph has."""
    random = np.random.default_rng(1)
    image = Image.new("RGB", (side, side))
    for size in (4, 16, 64, 200, side):
        noise = Image.fromarray(random.integers(0, 256, (size, size, 3), dtype=np.uint8))
        image = Image.blend(image, noise.resize((side, side), Image.Resampling.BICUBIC), 0.4)
    return image.filter(ImageFilter.GaussianBlur(0.8))


def written(folder: Path, images: dict[str, tuple[Image.Image, int]]) -> list[Path]:
    paths = []
    for name, (image, quality) in images.items():
        paths.append(folder / f"{name}.jpg")
        image.save(paths[-1], quality=quality)
    return paths


def best_name(paths: list[Path]) -> str:
    hashes = [path.name for path in paths]
    return paths[best_of(copy_facts(paths, hashes))].stem


def test_the_largest_stays_even_if_it_is_compressed_more(tmp_path: Path) -> None:
    image = photograph()
    paths = written(tmp_path, {"half": (image.resize((200, 200)), 99), "whole": (image, 40)})
    assert best_name(paths) == "whole"


def test_of_equal_size_the_sharpest_stays(tmp_path: Path) -> None:
    image = photograph()
    blurred = image.filter(ImageFilter.GaussianBlur(2))
    paths = written(tmp_path, {"blurred": (blurred, 100), "sharp": (image, 60)})
    assert copy_facts(paths, "ab")[0].density > 0
    assert best_name(paths) == "sharp"


@pytest.mark.parametrize("quality", [30, 60, 75])
def test_of_equally_sharp_ones_the_least_compressed_stays(tmp_path: Path, quality: int) -> None:
    image = photograph()
    paths = written(tmp_path, {"again": (image, quality), "first": (image, 95)})
    assert best_name(paths) == "first"


def test_of_equal_files_the_first_stays_without_being_decoded(tmp_path: Path) -> None:
    paths = written(tmp_path, {"a": (photograph(), 90), "b": (photograph(), 90)})
    facts = copy_facts(paths, ["same", "same"])
    assert best_of(facts) == 0
    assert facts[0].sharpness == 0


def test_a_file_that_cannot_be_read_never_stays(tmp_path: Path) -> None:
    (good,) = written(tmp_path, {"good": (photograph(64), 90)})
    broken, gone = tmp_path / "broken.jpg", tmp_path / "gone.jpg"
    broken.write_bytes(b"no picture")
    facts = copy_facts([broken, gone, good], "abc")
    assert facts[0] == facts[1] == CopyFacts()
    assert best_of(facts) == 2
    assert best_of([CopyFacts(), CopyFacts()]) == 0


def test_tiny_images_are_compared(tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path, value in zip(paths, (10, 20), strict=True):
        Image.new("RGB", (2, 1), (value, value, value)).save(path)
    assert best_of(copy_facts(paths, "ab")) in (0, 1)


def test_the_reading_stops_when_asked(tmp_path: Path) -> None:
    paths = written(tmp_path, {"a": (photograph(64), 90), "b": (photograph(64), 80)})
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        copy_facts(paths, "ab", cancel)
