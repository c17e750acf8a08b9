"""Two trainings side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.core.analysis.retrieval_metrics import (
    paired_difference,
    retrieval_by_sample,
)
from ahsml_app.session.analysis import compare_runs
from ahsml_app.session.analysis.compare_runs import (
    LEAST_VERIFIED,
    CompareRequest,
    Comparison,
    compare,
    compare_request,
)
from ahsml_app.session.project.class_edits import merge_classes, rename_class
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.review_progress import ReviewTimeline


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Iterator[Project]:
    project = make_project(make_images(tmp_path / "shapes", per_class=20, side=8))
    add_run(project, seed=5)
    yield project
    project.close()


def requested(project: Project, before: int, after: int) -> CompareRequest:
    timeline = ReviewTimeline(project).timeline()
    assert timeline is not None
    return compare_request(project, timeline.shift, before, after)


def compared(project: Project, before: int = 1, after: int = 2) -> Comparison:
    return compare(requested(project, before, after))


def test_what_moved_comes_farthest_first_both_ways(project: Project) -> None:
    found = compared(project)
    moved = found.new - found.old
    assert found.numbers == (1, 2)
    assert found.risen[0] == int(np.argmax(moved))
    assert found.fallen[0] == int(np.argmin(moved))
    assert (np.diff(moved[list(found.risen)]) <= 0).all()
    assert (np.diff(moved[list(found.fallen)]) >= 0).all()
    assert found.counts.sum() == len(project.table)


def test_the_order_of_the_trainings_may_be_turned(project: Project) -> None:
    forth, back = compared(project), compared(project, 2, 1)
    assert forth.risen == back.fallen
    assert forth.diff.newly_flagged == back.diff.no_longer_flagged
    assert forth.counts.tolist() == back.counts.T.tolist()


def test_a_training_beside_itself_changes_nothing(project: Project) -> None:
    found = compared(project, 2, 2)
    assert found.risen == found.fallen == ()
    assert len(found.changed) == found.diff.suggestions == 0


def test_decided_images_have_not_moved(project: Project) -> None:
    first = compared(project)
    project.decide([first.risen[0], int(first.changed[0])], DecisionKind.DROP)
    found = compared(project)
    assert first.risen[0] not in found.risen
    assert first.changed[0] not in found.changed
    assert found.diff.suggestions == len(found.changed)


def test_suggestions_are_told_by_the_names_of_their_time(project: Project) -> None:
    """A class that a decision adds stands behind the others; indices of old runs still fit."""
    before = compared(project)
    names = [project.label_name(int(i)) for i in before.new_suggested]
    project.decide([0], DecisionKind.RELABEL, "ant")
    add_run(project, seed=6)
    found = compared(project, 2, 3)
    assert [project.label_name(int(i)) for i in found.old_suggested] == names


def test_suggestions_follow_classes_that_were_renamed_or_merged(project: Project) -> None:
    before = [project.label_name(int(i)) for i in compared(project).old_suggested]
    first, second, third = project.class_names[:3]
    rename_class(project, third, "other")
    merge_classes(project, [first], second)
    add_run(project, seed=7)
    now = {first: second, third: "other"}
    shown = [project.label_name(int(i)) for i in compared(project, 1, 3).old_suggested]
    assert shown == [now.get(name, name) for name in before]


def test_embeddings_are_measured_on_verified_images_only(project: Project) -> None:
    project.decide(range(LEAST_VERIFIED - 1), DecisionKind.KEEP)
    few = compared(project)
    assert (few.verified, few.measured) == (LEAST_VERIFIED - 1, 0)
    assert few.recall is None
    project.decide([60], DecisionKind.RELABEL, "cross")
    project.decide([61], DecisionKind.DROP)
    project.decide([62], DecisionKind.AMBIGUOUS)
    enough = compared(project)
    assert enough.measured == LEAST_VERIFIED
    assert enough.recall is not None
    assert enough.precision is not None
    rows = np.flatnonzero(np.isin(project.kinds, (1, 2)))
    assert project.embeddings is not None
    points, c = project.embeddings.points[rows], project.embeddings.curvature
    recall, precision = retrieval_by_sample(points, project.labels[rows], c=c)
    assert enough.recall.after == pytest.approx(recall.mean())
    assert enough.precision.after == pytest.approx(precision.mean())
    low, gain, high = enough.recall.gain
    assert gain == pytest.approx(enough.recall.after - enough.recall.before)
    assert low <= gain <= high


def test_vectors_are_measured_where_both_trainings_have_them(project: Project) -> None:
    project.decide(range(LEAST_VERIFIED), DecisionKind.KEEP)
    request = requested(project, 1, 2)
    random, count = np.random.default_rng(0), len(project.labels)
    vectors = [random.normal(size=(count, 4)).astype(np.float16) for _ in range(2)]
    sides = [
        replace(side, embeddings=replace(side.embeddings, vectors=own))
        for side, own in zip((request.before, request.after), vectors, strict=True)
    ]
    found = compare(replace(request, before=sides[0], after=sides[1])).recall
    labels = project.labels[:LEAST_VERIFIED]
    expected = [
        retrieval_by_sample(own[:LEAST_VERIFIED].astype(np.float32), labels)[0].mean()
        for own in vectors
    ]
    assert found is not None
    assert [found.before, found.after] == pytest.approx(expected)
    alone = compare(replace(request, after=sides[1])).recall
    assert alone is not None
    assert alone.after == compare(request).recall.after  # type: ignore[union-attr]


def test_images_of_one_class_measure_nothing(project: Project) -> None:
    add_run(project, seed=8)
    rows = np.flatnonzero(project.table.labels == 0)
    others = np.flatnonzero(project.table.labels != 0)[: LEAST_VERIFIED - len(rows)]
    project.decide(rows, DecisionKind.KEEP)
    project.decide(others, DecisionKind.RELABEL, project.class_names[0])
    found = compared(project)
    assert found.verified == LEAST_VERIFIED
    assert found.recall is None


def test_retrieval_of_each_sample() -> None:
    points = np.array([[0.0], [0.1], [1.0], [1.3], [1.05]], np.float32)
    points = np.concatenate([np.cos(points), np.sin(points)], axis=1)
    labels = np.array([0, 0, 1, 1, 2])
    first, precision = retrieval_by_sample(points, labels)
    assert first.tolist() == [1, 1, 0, 0]  # the fifth is alone in its class
    assert precision.tolist() == [1, 1, 0, 0]


def test_the_paired_interval_holds_about_as_often_as_it_says() -> None:
    random, held, draws = np.random.default_rng(0), 0, 60
    for _ in range(draws):
        before = random.random(200)
        after = before + random.normal(0.05, 0.3, 200)
        low, _, high = paired_difference(before, after)
        held += low <= 0.05 <= high
    assert held / draws >= 0.88
    low, gain, high = paired_difference(before, before)
    assert low == gain == high == 0
    assert np.isnan(paired_difference(np.empty(0), np.empty(0))).all()


def test_of_very_many_verified_images_some_are_drawn(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.decide(list(range(len(project.table))), DecisionKind.KEEP)
    monkeypatch.setattr(compare_runs, "LEAST_VERIFIED", 10)
    monkeypatch.setattr(compare_runs, "MOST_VERIFIED", 20)
    result = compared(project)
    assert (result.verified, result.measured) == (len(project.table), 20)
