from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.analysis.retrieval_metrics import retrieval_by_sample
from ahsml_app.core.embedding.space import (
    COMPONENTS,
    LEAST_WEIGHT,
    MOST_COLUMNS,
    fit_space,
    held_out_likeness,
    roots,
    space_vectors,
    unit,
)

CLASSES, EACH, WIDTH = 6, 30, 20


def pictures(seed: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Classes that differ in quiet features, and a nuisance in loud ones that all share."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(CLASSES), EACH)
    centres = np.random.default_rng(99).normal(0, 1, (first + CLASSES, WIDTH))[first:]
    nuisance = random.normal(0, 4, (len(labels), 3)) @ np.eye(3, WIDTH)
    noise = random.normal(0, 0.3, (len(labels), WIDTH))
    signed = centres[labels] + nuisance + noise
    return (np.sign(signed) * signed**2).astype(np.float16), labels


def inside(space: dict[str, np.ndarray], features: np.ndarray) -> np.ndarray:
    return space_vectors(space, features, np.arange(len(features)), CancelToken())


def fitted(
    features: np.ndarray,
    labels: np.ndarray,
    rows: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    chosen = np.arange(len(labels)) if rows is None else rows
    counted = np.ones(len(labels), dtype=np.float32) if weights is None else weights
    return fit_space(features, chosen, labels[chosen], counted[chosen], CancelToken())


def test_classes_never_seen_are_found_better_in_the_space() -> None:
    space = fitted(*pictures(0))
    others, labels = pictures(1, first=CLASSES)
    plain, _ = retrieval_by_sample(others.astype(np.float32), labels)
    recall, _ = retrieval_by_sample(inside(space, others), labels)
    assert recall.mean() > plain.mean() + 0.1


def test_directions_in_which_classes_differ_count_more_and_part_them() -> None:
    space = fitted(*pictures(0))
    weights = space["feature_weights"]
    assert weights.min() >= np.sqrt(LEAST_WEIGHT) - 1e-6
    assert weights.max() <= 1
    assert (weights > np.sqrt(LEAST_WEIGHT) + 1e-3).sum() == CLASSES - 1
    others, labels = pictures(2)
    gaps = []
    for each in (inside(space, others), unit(inside(space, others) * weights)):
        alike, same = each @ each.T, labels[:, None] == labels[None, :]
        gaps.append(alike[same].mean() - alike[~same].mean())
    assert gaps[1] > gaps[0]


def test_the_less_a_wrong_label_counts_the_less_harm_it_does() -> None:
    features, labels = pictures(0)
    wrong = np.arange(len(labels)) % 5 < 2
    given = np.where(wrong, (labels + 1) % CLASSES, labels)
    others, truth = pictures(2)
    right = {}
    for weight in (1.0, 0.1):
        weights = np.where(wrong, weight, 1.0).astype(np.float32)
        space = fitted(features, given, weights=weights)
        likeness = inside(space, others) @ space["class_directions"].T
        right[weight] = (likeness.argmax(1) == truth).mean()
    assert right[0.1] > right[1.0]


def test_a_sample_of_weight_five_counts_as_five() -> None:
    features, labels = pictures(0)
    weights = np.ones(len(labels), dtype=np.float32)
    weights[::3] = 5
    rows = np.repeat(np.arange(len(labels)), weights.astype(int))
    others, _ = pictures(2)
    near = [
        inside(space, others) @ space["class_directions"].T
        for space in (fitted(features, labels, weights=weights), fitted(features, labels, rows))
    ]
    np.testing.assert_allclose(near[0], near[1], atol=1e-4)


def test_the_nearest_direction_is_the_class() -> None:
    space = fitted(*pictures(0))
    others, labels = pictures(2)
    likeness = inside(space, others) @ space["class_directions"].T
    assert (likeness.argmax(1) == labels).mean() > 0.9
    assert abs(np.median(likeness.max(1)) - space["usual_likeness"][0]) < 0.1


def test_roots_keep_the_sign() -> None:
    np.testing.assert_allclose(roots(np.array([[-4.0, 0.0, 9.0]])), [[-2.0, 0.0, 3.0]])


def test_rows_without_a_class_move_no_direction() -> None:
    features, labels = pictures(0)
    last = CLASSES - 1
    rows = np.flatnonzero(labels != last)
    space = fitted(features, labels, rows)
    assert len(space["class_directions"]) == last
    wrong = np.where(labels == last, 0, labels)
    again = fitted(features, wrong, rows)
    assert all((space[name] == again[name]).all() for name in space)


@pytest.mark.parametrize("each", [1, 2])
def test_few_images_give_a_space_too(each) -> None:
    features, labels = pictures(0)
    rows = np.flatnonzero(np.arange(len(labels)) % EACH < each)
    space = fitted(features[rows], labels[rows])
    assert all(np.isfinite(array).all() for array in space.values())
    assert space["feature_rotation"].shape == (WIDTH, min(COMPONENTS, WIDTH))
    assert space["usual_likeness"][0] > 0


def test_images_that_are_all_alike_give_a_space_too() -> None:
    space = fitted(np.ones((5, WIDTH), dtype=np.float16), np.zeros(5, dtype=np.int64))
    assert all(np.isfinite(array).all() for array in space.values())


def test_many_classes_share_columns_that_keep_them_apart() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(3 * MOST_COLUMNS)
    features = random.normal(0, 1, (len(labels), WIDTH)).astype(np.float16)
    columns = fitted(features, labels)["class_columns"]
    assert columns.shape == (len(labels), MOST_COLUMNS)
    likeness = columns @ columns.T
    np.testing.assert_allclose(np.diag(likeness), 1, atol=1e-5)
    assert np.abs(likeness - np.eye(len(labels))).max() < 0.4


def test_fitting_stops_when_asked() -> None:
    cancel = CancelToken()
    cancel.cancel()
    features, labels = pictures(0)
    with pytest.raises(Cancelled):
        fit_space(
            features, np.arange(len(labels)), labels, np.ones(len(labels), np.float32), cancel
        )


def usual(features: np.ndarray, labels: np.ndarray, groups: np.ndarray | None, weight: float):
    rows, weights = np.arange(len(labels)), np.full(len(labels), weight, dtype=np.float32)
    space = fit_space(features, rows, labels, weights, CancelToken(), groups)
    return space["usual_likeness"][0]


def test_copies_do_not_make_images_look_more_like_their_class() -> None:
    features, labels = pictures(0)
    features, labels = features[::6], labels[::6]  # few, so that a copy is much of its class
    alone = usual(features, labels, None, 1.0)
    # Half the weight for each copy leaves the space and the classes as they are.
    twice, groups = np.concatenate([features, features]), np.tile(np.arange(len(labels)), 2)
    copied = np.concatenate([labels, labels])
    assert usual(twice, copied, None, 0.5) > alone + 0.02
    np.testing.assert_allclose(usual(twice, copied, groups, 0.5), alone, atol=1e-4)


@pytest.mark.parametrize("row", [0, 50, 179])
def test_the_class_of_a_sample_says_nothing_of_how_like_a_class_it_is(row: int) -> None:
    features, labels = pictures(0)
    vectors = inside(fitted(features, labels), features)

    def likeness(classes: np.ndarray) -> np.ndarray:
        sums = np.zeros((CLASSES, vectors.shape[1]))
        np.add.at(sums, classes, vectors)
        return held_out_likeness(vectors, classes, vectors, sums)

    other = labels.copy()
    other[row] = (labels[row] + 1) % CLASSES
    before, after = likeness(labels), likeness(other)
    np.testing.assert_allclose(after[row], before[row], atol=1e-6)
    assert np.abs(after - before).max() > 1e-4
