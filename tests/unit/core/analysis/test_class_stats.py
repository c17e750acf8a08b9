"""Facts of classes and their tree, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sample_projects import made_up_scores
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.analysis.class_stats import (
    ReviewedLabels,
    class_facts,
    count_classes,
    prototype_distances,
)
from ahsml_app.core.analysis.dendrogram import ORDERED_UP_TO, class_tree
from ahsml_app.core.ensemble.error_count import errors_by_group, expected_errors
from ahsml_app.core.geometry.poincare_numpy import distances_from

LABELS = np.array([0, 0, 0, 1, 1, -1, 2, 0])
USED = np.array([1, 1, 1, 1, 1, 1, 1, 0], dtype=bool)
UNDECIDED = np.array([1, 1, 0, 1, 1, 1, 1, 1], dtype=bool)
WRONG = np.array([0.8, 0.1, 0.9, 0.2, np.nan, np.nan, 0, 1], dtype=np.float32)
DISTANCES = np.array([3, 2, 1, 2, 1, np.nan, np.nan, 0], dtype=np.float32)


def facts():
    scores = replace(
        made_up_scores(LABELS.clip(0), 3),
        error_probability=WRONG,
        flagged=np.nan_to_num(WRONG) > 0.5,
        adaptive_weight=(1 - WRONG),
        class_distances=np.array([[0, 1, 5], [1, 0, 6], [5, 6, 0]], dtype=np.float32),
    )
    return class_facts(ReviewedLabels(LABELS, USED, UNDECIDED, 4), scores, DISTANCES)


def test_dropped_images_do_not_count_and_decided_ones_are_right() -> None:
    found = facts()
    assert found.count.tolist() == [3, 2, 1, 0]
    assert found.undecided.tolist() == [2, 2, 1, 0]
    assert np.allclose(found.wrong[1, :3], [0.9 / 3, 0.2 / 2, 0])
    low, best, high = expected_errors(np.array([0.8, 0.1], dtype=np.float32))
    assert np.allclose(found.wrong[:, 0], np.array([low, best, high]) / 3)
    assert np.isnan(found.wrong[:, 3]).all()
    assert np.allclose(found.weight[:3], [(0.2 + 0.9 + 0.1) / 3, 0.8, 1])
    assert np.allclose(found.spread, [2, 1.5, np.nan, np.nan], equal_nan=True)


def test_telling_images_of_each_class() -> None:
    found = facts()
    assert found.typical[0, :3].tolist() == [2, 1, -1]  # a suspect is not typical, nor a dropped
    assert found.doubtful[0, :3].tolist() == [0, 1, -1]  # a decided one is not in doubt
    assert found.typical[1, :2].tolist() == [4, 3]
    assert found.doubtful[2].tolist() == [-1] * 12
    assert found.nearest.tolist() == [[1, 2], [0, 2], [0, 1], [-1, -1]]
    assert np.allclose(found.divergence[0], [1 / 3, 2 / 3])


def test_before_a_training_there_are_counts_and_first_images() -> None:
    found = count_classes(ReviewedLabels(LABELS, USED, np.ones(len(LABELS), dtype=bool), 3))
    assert found.count.tolist() == [3, 2, 1]
    assert found.typical[0, :4].tolist() == [0, 1, 2, -1]
    assert np.isnan(found.wrong).all()


def test_distances_to_prototypes_are_those_of_the_ball(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ahsml_app.core.analysis.class_stats.ROWS_AT_ONCE", 7)
    random = np.random.default_rng(0)
    points = random.normal(0, 0.5, (30, 4)).astype(np.float32)
    prototypes = random.normal(0, 0.5, (3, 4)).astype(np.float32)
    prototypes[2] = np.nan
    labels = random.integers(-1, 4, 30)
    found = prototype_distances(points, labels, prototypes, 0.1)
    for row, label in enumerate(labels.tolist()):
        if label in (0, 1):
            expected = distances_from(points[row], prototypes[label : label + 1], 0.1)[0]
            assert found[row] == pytest.approx(expected, abs=1e-4)
        else:
            assert np.isnan(found[row])
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        prototype_distances(points, labels, prototypes, 0.1, cancel)


@given(hnp.arrays(np.float32, 30, elements=st.floats(0, 1, width=32)), st.data())
def test_errors_of_groups_are_those_of_each_alone(wrong: np.ndarray, data: st.DataObject) -> None:
    groups = data.draw(hnp.arrays(np.int64, 30, elements=st.integers(-1, 3)))
    found = errors_by_group(wrong, groups, 4)
    for group in range(4):
        assert np.allclose(found[:, group], expected_errors(wrong[groups == group]))


def test_twins_join_first_and_lie_side_by_side() -> None:
    places = np.array([0.0, 10, 0.5, 11, 30])
    tree = class_tree(np.abs(places[:, None] - places).astype(np.float32))
    assert tree.height.tolist() == [0.5, 1, 10.25, pytest.approx(24.625)]
    assert sorted(tree.classes(5).tolist()) == [0, 2]
    assert sorted(tree.classes(7).tolist()) == [0, 1, 2, 3]
    assert sorted(tree.classes(8).tolist()) == [0, 1, 2, 3, 4]
    assert (np.abs(np.diff(places[tree.order])) <= 19).all()


@given(st.integers(2, 40), st.integers(0, 5))
def test_every_branch_holds_the_leaves_of_its_children(classes: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(classes, 3))
    tree = class_tree(np.linalg.norm(points[:, None] - points, axis=2).astype(np.float32))
    assert sorted(tree.order.tolist()) == list(range(classes))
    for joint, pair in enumerate(tree.children):
        together = sorted(np.concatenate([tree.classes(int(node)) for node in pair]).tolist())
        assert sorted(tree.classes(classes + joint).tolist()) == together
        first, second = (int(node) for node in pair)
        assert tree.last[first] + 1 == tree.first[second]


@pytest.mark.parametrize("kinds", [2, 40, 10**6])  # few distances, so that many of them are alike
def test_many_classes_join_as_in_scipy(kinds: int) -> None:
    classes = ORDERED_UP_TO + 60
    places = np.random.default_rng(kinds).integers(0, kinds, (classes, 2))
    distances = np.linalg.norm(places[:, None] - places, axis=2).astype(np.float32)
    tree = class_tree(distances)
    links = linkage(squareform(distances.astype(np.float64)), method="average")
    assert tree.children.tolist() == links[:, :2].astype(int).tolist()
    assert tree.height.tolist() == links[:, 2].tolist()


def test_joining_many_classes_stops_when_asked() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        class_tree(np.zeros((ORDERED_UP_TO + 1, ORDERED_UP_TO + 1), dtype=np.float32), cancel)


def test_classes_of_unknown_distance_join_last() -> None:
    distances = np.array([[0, 1, np.nan], [1, 0, 3], [np.nan, 3, 0]], dtype=np.float32)
    tree = class_tree(distances)
    assert sorted(tree.classes(3).tolist()) == [0, 1]
    assert np.isfinite(tree.height).all()
