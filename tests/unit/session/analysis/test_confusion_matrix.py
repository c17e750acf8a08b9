"""Given against suggested class: what is counted, and what decisions change."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_projects import CLASSES, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import OutputError
from ahsml_app.session.analysis.confusion_matrix import (
    MEASURES,
    Confusion,
    confusion_request,
    count_confusion,
    matrix_of,
    write_matrix,
)
from ahsml_app.session.project.project import Project

Cells = dict[tuple[int, int], tuple[int, float]]
"""Images and errors by given and suggested class."""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = make_project(make_images(tmp_path / "pictures", per_class=6, side=24))
    yield project
    project.close()


def counted(project: Project) -> Confusion:
    request = confusion_request(project)
    assert request is not None
    return count_confusion(request)


def by_class(confusion: Confusion) -> Cells:
    """Images and errors by given and suggested class, whatever the order is."""
    order = confusion.order
    return {
        (int(order[row]), int(order[column])): (int(images), float(errors))
        for row, column, images, errors in zip(
            confusion.rows, confusion.columns, confusion.images, confusion.errors, strict=True
        )
        if images
    }


def expected(project: Project) -> Cells:
    """The same, image by image."""
    scores = project.scores
    assert scores is not None
    found: dict[tuple[int, int], list[float]] = {}
    for row in range(len(project.table)):
        if project.kinds[row] == DecisionKind.DROP or project.labels[row] < 0:
            continue
        undecided = project.kinds[row] == DecisionKind.UNDECIDED
        wrong = float(scores.error_probability[row]) if undecided else 0.0
        cell = int(project.labels[row]), int(scores.suggested[row])
        found.setdefault(cell, []).append(wrong)
    return {cell: (len(each), sum(each)) for cell, each in found.items()}


def same(found: Cells, wanted: Cells) -> None:
    assert found.keys() == wanted.keys()
    for cell, facts in wanted.items():
        assert found[cell] == pytest.approx(facts, abs=1e-5)


def found_by_class(confusion: Confusion) -> Counter[tuple[int, int]]:
    """Wrong labels found, by the class that was given and the right one."""
    order, found = confusion.order, confusion.values("found").astype(int).tolist()
    pairs = zip(order[confusion.rows].tolist(), order[confusion.columns].tolist(), strict=True)
    return Counter({pair: count for pair, count in zip(pairs, found, strict=True) if count})


def expected_found(project: Project) -> Counter[tuple[int, int]]:
    """The same, image by image."""
    rows = np.flatnonzero(project.kinds == DecisionKind.RELABEL).tolist()
    given = project.classes.given
    return Counter((int(given[row]), int(project.labels[row])) for row in rows)


def test_cells_hold_what_there_is(project: Project) -> None:
    confusion = counted(project)
    same(by_class(confusion), expected(project))
    assert sorted(confusion.order) == list(range(len(CLASSES)))
    assert confusion.totals().sum() == len(project.table)
    shares = np.bincount(confusion.rows, confusion.values("share"))
    assert shares == pytest.approx(np.ones(len(CLASSES)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True),
            st.sampled_from(DecisionKind),
            st.sampled_from([*CLASSES, "a new one", "another one"]),
        ),
        max_size=6,
    )
)
def test_decisions_are_followed_as_if_all_was_counted_anew(
    project: Project, steps: list[tuple[list[int], DecisionKind, str]]
) -> None:
    confusion = counted(project)
    for rows, kind, label in steps:
        names = project.class_names
        changed = project.decide(rows, kind, label if kind == DecisionKind.RELABEL else "")
        if project.class_names[: len(names)] == names:
            confusion.update(project, changed)
        else:  # a class that no image has any more is gone, and the others have moved
            confusion = counted(project)
    same(by_class(confusion), expected(project))
    assert found_by_class(confusion) == expected_found(project)
    assert (np.diff(confusion.rows) >= 0).all()
    assert (confusion.position[confusion.order] == np.arange(len(project.class_names))).all()


def test_the_worst_cells_come_first(project: Project) -> None:
    confusion = counted(project)
    for measure in MEASURES:
        cells = confusion.worst(measure, 100)
        values = confusion.values(measure)[cells]
        assert (np.diff(values) <= 0).all()
        assert (confusion.rows[cells] != confusion.columns[cells]).all()
        assert confusion.worst(measure, 1).tolist() == cells[:1].tolist()


def test_a_block_tells_its_images_and_facts(project: Project) -> None:
    confusion, scores = counted(project), project.scores
    assert scores is not None
    block = (1, 3, 0, 2)
    rows = confusion.members(block, 100)
    given_classes, suggested = confusion.order[1:3], confusion.order[:2]
    inside = np.isin(project.labels, given_classes) & np.isin(scores.suggested, suggested)
    assert sorted(rows) == np.flatnonzero(inside).tolist()
    assert (np.diff(scores.error_probability[rows]) <= 0).all()
    assert confusion.members(block, 2).tolist() == rows[:2].tolist()
    facts = confusion.facts(block)
    assert facts.images == len(rows)
    assert facts.errors == pytest.approx(float(scores.error_probability[rows].sum()), abs=1e-4)
    assert facts.share == pytest.approx(len(rows) / 12)
    assert confusion.facts((0, 4, 0, 4)).images == len(project.table)


def test_before_the_first_training_there_is_nothing_to_count(tmp_path: Path) -> None:
    image_folder = make_images(tmp_path / "few", per_class=2, side=24)
    project = make_project(image_folder, trained=False)
    assert confusion_request(project) is None
    project.close()


def test_the_matrix_is_written(project: Project, tmp_path: Path) -> None:
    confusion = counted(project)
    names = tuple(project.class_names[index] for index in confusion.order)
    path = write_matrix(tmp_path / "matrix.csv", matrix_of(confusion, names, "images"))
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    assert lines[0][1:] == list(names) == [line[0] for line in lines[1:]]
    written = np.array([line[1:] for line in lines[1:]], dtype=int)
    assert written.sum() == len(project.table)
    assert written[confusion.rows, confusion.columns].tolist() == confusion.images.tolist()


def test_beyond_chance_only_what_even_carelessness_does_not_explain(project: Project) -> None:
    assert project.scores is not None
    wrong = np.zeros(len(project.table), dtype=np.float32)
    suggested = project.labels.copy()
    for row, label in enumerate(project.labels):  # one error in each cell, and three more in one
        place = row % 6
        if place < 3:
            suggested[row], wrong[row] = (label + 1 + place) % 4, 1
        elif label == 2:
            suggested[row], wrong[row] = 3, 1
    project.scores = replace(project.scores, suggested=suggested, error_probability=wrong)
    confusion = counted(project)
    beyond = confusion.values("excess")
    most = int(np.argmax(beyond))
    pair = confusion.order[confusion.rows[most]], confusion.order[confusion.columns[most]]
    assert pair == (2, 3)
    assert beyond[most] == pytest.approx(4 - 6 * 6 / (15 - 54 / 15))
    assert np.delete(beyond, most).max() < 0.5


def test_a_matrix_that_cannot_be_written_says_so(project: Project, tmp_path: Path) -> None:
    matrix = matrix_of(counted(project), project.class_names, "errors")
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(OutputError, match="could not be written"):
        write_matrix(tmp_path / "file" / "matrix.csv", matrix)


def test_without_expected_errors_nothing_exceeds_chance(project: Project) -> None:
    confusion = counted(project)
    confusion.errors[:] = 0
    assert not confusion.values("excess").any()
