"""The order of the queue after decisions, and groups of images with the same mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.core.geometry.knn import unit_rows
from ahsml_app.session.desk.rerank import ReviewReranking, can_rerank, same_mistake_rows
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter, queue_rows

KEEP, RELABEL, DROP = DecisionKind.KEEP, DecisionKind.RELABEL, DecisionKind.DROP
TWINS = (1, 2, 3)
"""Circles that lie at the place of image 0; the others of the class lie elsewhere."""


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Iterator[Project]:
    """Circles are rows 0 to 14, crosses 15 to 29; every label has an even chance to be wrong."""
    project = make_project(make_images(tmp_path / "pictures"))
    assert project.scores is not None
    assert project.embeddings is not None
    random = np.random.default_rng(0)
    vectors = unit_rows(random.normal(size=(60, 8)).astype(np.float32))
    vectors[[*TWINS, 15]] = vectors[0]
    vectors[4] = -vectors[0]
    stated = np.linspace(0.5, 0.4, 60).astype(np.float32)
    project.embeddings = replace(project.embeddings, vectors=vectors.astype(np.float16))
    project.scores = replace(project.scores, error_probability=stated)
    yield project
    project.close()


def decided(
    project: Project, rows: list[int], kind: DecisionKind, label: str = ""
) -> ReviewReranking:
    reranking = ReviewReranking(project)
    reranking.follow(project.decide(rows, kind, label))
    return reranking


def test_what_resembles_an_error_moves_up_in_its_class_only(project: Project) -> None:
    before = ReviewReranking(project).odds()
    risen = decided(project, [0], RELABEL, "square").odds() - before
    assert (risen[list(TWINS)] > 1).all()
    assert 0 <= risen[4] < 0.2, "what is unlike it stays"
    assert (risen[15:] == 0).all(), "an image at the same place, but with another label"


def test_what_resembles_a_right_label_moves_down(project: Project) -> None:
    before = ReviewReranking(project).odds()
    assert (decided(project, [0], KEEP).odds()[list(TWINS)] < before[list(TWINS)] - 1).all()


def test_a_verdict_that_was_foreseen_moves_little(project: Project) -> None:
    assert project.scores is not None
    stated = project.scores.error_probability.copy()
    stated[0] = 0.99
    project.scores = replace(project.scores, error_probability=stated)
    before = ReviewReranking(project).odds()
    risen = decided(project, [0], RELABEL, "square").odds() - before
    assert 0 < risen[1] < 0.1


def test_undo_takes_it_back_and_a_second_verdict_replaces_the_first(project: Project) -> None:
    before = ReviewReranking(project).odds()
    reranking = decided(project, [0], RELABEL, "square")
    reranking.follow(project.decide([0], KEEP))
    anew = ReviewReranking(project)
    anew.follow(np.array([0]))
    assert reranking.odds() == pytest.approx(anew.odds(), abs=1e-4)
    for _ in range(2):
        undone = project.undo()
        assert undone is not None
        reranking.follow(undone)
    assert reranking.odds() == pytest.approx(before, abs=1e-4)


@pytest.mark.parametrize("kind", [DROP, DecisionKind.AMBIGUOUS])
def test_what_is_no_verdict_moves_nothing(project: Project, kind: DecisionKind) -> None:
    before = ReviewReranking(project).odds()
    assert decided(project, [0], kind).odds() == pytest.approx(before)


def test_a_decision_about_many_moves_nothing(project: Project) -> None:
    before = ReviewReranking(project).odds()
    assert decided(project, list(range(60)), KEEP).odds() == pytest.approx(before)


def test_an_image_without_a_probability_moves_nothing_and_is_not_moved(project: Project) -> None:
    assert project.scores is not None
    stated = project.scores.error_probability.copy()
    stated[[0, 1]] = np.nan
    project.scores = replace(project.scores, error_probability=stated)
    odds = decided(project, [0], RELABEL, "square").odds()
    assert np.isnan(odds[[0, 1]]).all()
    assert odds[2] == pytest.approx(ReviewReranking(project).odds()[2])


def test_the_moved_images_are_counted_and_take_their_new_places(project: Project) -> None:
    queue = queue_rows(project, QueueFilter())
    assert queue.tolist() == list(range(60))
    reranking = decided(project, [0, 59], RELABEL, "square")
    project.decide([10], DecisionKind.AMBIGUOUS)
    queue = np.concatenate([queue[4:15], queue[:4], queue[15:]])
    assert reranking.moved_up(queue) >= 3
    moved = reranking.reordered(queue)
    assert moved[:3].tolist() == list(TWINS)
    assert sorted(moved) == list(range(60))
    assert np.flatnonzero(moved == 10) == np.flatnonzero(queue == 10), "decided ones stay"
    assert reranking.moved_up(moved) == 0


def test_it_belongs_to_the_scores_that_it_began_with(project: Project) -> None:
    reranking = ReviewReranking(project)
    assert reranking.is_of(project)
    assert project.scores is not None
    project.scores = replace(project.scores)
    assert not reranking.is_of(project)


def test_it_needs_suspects_and_vectors(project: Project) -> None:
    assert can_rerank(project, QueueFilter())
    assert not can_rerank(project, QueueFilter(sort="path", descending=False))
    assert project.embeddings is not None
    project.embeddings = replace(project.embeddings, vectors=None)
    assert not can_rerank(project, QueueFilter())


def test_the_same_mistake_is_alike_with_the_same_labels_and_undecided(project: Project) -> None:
    assert project.scores is not None
    suggested = project.table.labels.copy()
    suggested[[*range(10), 15, 16]] = 2
    project.scores = replace(
        project.scores, suggested=suggested, outlier_probability=np.zeros(60, np.float32)
    )
    project.decide([3], KEEP)
    found = same_mistake_rows(project, 0).tolist()
    assert found[0] == 0
    assert set(found[1:3]) == {1, 2}, "the most alike first"
    assert not {3, 4, 15, 16} & set(found), "decided, unlike, or with another label"
    assert same_mistake_rows(project, 11).tolist() == [], "its label is not doubted"
    assert same_mistake_rows(project, -1).tolist() == []
    project.embeddings = None
    assert same_mistake_rows(project, 0).tolist() == []
