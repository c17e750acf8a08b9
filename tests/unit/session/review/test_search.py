"""A search by words: path, class, decision, note, and what holds of an image."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.desk.image_marks import toggle_star, write_note
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter, queue_rows
from ahsml_app.session.review.search import search_problem


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """16 images of circle, cross, square and triangle, four each."""
    folder: Path = tmp_path_factory.mktemp("search")
    project = make_project(make_images(folder / "pictures", per_class=4))
    project.decide([0, 1], DecisionKind.KEEP)
    project.decide([2], DecisionKind.RELABEL, "square")
    project.decide([3], DecisionKind.DROP)
    project.decide([4], DecisionKind.AMBIGUOUS)
    write_note(project, np.array([5]), "very Blurred, ask")
    write_note(project, np.array([6]), "fine")
    toggle_star(project, np.array([6, 7]))
    return project


def found(project: Project, text: str) -> list[int]:
    assert search_problem(project, text) is None, text
    return sorted(queue_rows(project, QueueFilter(text=text)).tolist())


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", range(16)),
        ("  ", range(16)),
        ("circle", range(4)),
        ("CIRCLE-01", [1]),
        ("path:circle 01", [1]),
        ("circle/*", range(4)),
        ("*-01.png", [1, 5, 9, 13]),
        ("circle-0?.png", range(4)),
        ("*-01", []),
        ("-circle -cross -square", range(12, 16)),
        ('"circle/circle-01"', [1]),
        ("class:circle", [0, 1, 3]),
        ("class:c", [0, 1, 3, 4, 5, 6, 7]),
        ("class:squ*", [2, 8, 9, 10, 11]),
        ("given:circle", range(4)),
        ("given:circle -class:circle", [2]),
        ("decision:kept", [0, 1]),
        ("decision:keep", [0, 1]),
        ("decision:un", [*range(4, 16)]),  # undecided and unsure, as long as it is being typed
        ("decision:unsure", [4]),
        ("decision:ambiguous", [4]),
        ("decision:any", range(5)),
        ("-decision:any class:cross", [5, 6, 7]),
        ("note:", [5, 6]),
        ("note:blurred", [5]),
        ('note:"blurred, ask"', [5]),
        ("note:fin?", [6]),
        ("-note: is:starred", [7]),
        ("is:starred", [6, 7]),
        ("is:noted", [5, 6]),
        ("is:missing", []),
        ("class:", range(16)),
        ("note:fine decision:kept", []),
    ],
)
def test_words_find_what_they_say(project: Project, text: str, rows: list[int]) -> None:
    assert found(project, text) == list(rows)


def test_scores_are_found(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    assert found(project, "is:suspect") == np.flatnonzero(scores.flagged).tolist()
    assert found(project, "is:duplicate") == np.flatnonzero(scores.duplicate_group >= 0).tolist()
    cross = project.class_names.index("cross")
    assert found(project, "suggested:cross") == np.flatnonzero(scores.suggested == cross).tolist()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("clas:circle", "class:, given:, suggested:, decision:, note:, path:, is:"),
        ("class:elephant", "circle, cross, square, triangle"),
        ("decision:good", "undecided, kept, relabelled, dropped, unsure, checked, any"),
        ("is:pretty", "starred, noted, suspect, duplicate, outlier, missing, changed"),
    ],
)
def test_an_unknown_word_says_what_is_known(project: Project, text: str, told: str) -> None:
    problem = search_problem(project, text)
    assert told in str(problem)
    assert not len(queue_rows(project, QueueFilter(text=text)))
    assert not len(queue_rows(project, QueueFilter(text=f"-{text}"))), "nor the other way round"


def test_every_order_has_each_image_once_and_can_be_reversed(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    for sort in ("decision", "duplicate_conflict", "image_findings"):
        down = queue_rows(project, QueueFilter(sort=sort, descending=True)).tolist()
        up = queue_rows(project, QueueFilter(sort=sort, descending=False)).tolist()
        assert sorted(down) == sorted(up) == list(range(16))
    kinds = project.kinds[queue_rows(project, QueueFilter(sort="decision", descending=False))]
    assert kinds.tolist() == sorted(kinds.tolist())


def test_letters_and_accents_are_found_however_they_are_stored(tmp_path: Path) -> None:
    composed, apart = "caf\u00e9", "cafe\u0301"
    images = make_images(tmp_path / "pictures", per_class=4)
    for number, name in enumerate((composed, apart)):
        old = images / "circle" / f"circle-{number:02}.png"
        old.rename(images / "circle" / f"{name.upper()} {number}.png")
    project = make_project(images)
    write_note(project, np.array([5]), apart)
    names = [Path(path).name for path in project.table.paths]
    rows = [row for row, name in enumerate(names) if name.startswith("CAF")]
    assert len(rows) == 2
    for word in (composed, apart):
        assert found(project, word) == rows
        assert found(project, f"{word}*") == rows
        assert found(project, f"note:{word}") == [5]


def test_brackets_stand_for_themselves(tmp_path: Path) -> None:
    images = make_images(tmp_path / "pictures", per_class=4)
    (images / "circle" / "circle-00.png").rename(images / "circle" / "a[1].png")
    (images / "circle" / "circle-01.png").rename(images / "circle" / "a1.png")
    project = make_project(images)
    names = [Path(path).name for path in project.table.paths]
    assert [names[row] for row in found(project, "a[1]*")] == ["a[1].png"]
    assert [names[row] for row in found(project, "?[!0]*")] == []
