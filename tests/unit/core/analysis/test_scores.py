from __future__ import annotations

from pathlib import Path

import numpy as np

from ahsml_app.base.types import QUADRANTS, SampleTable, Scores
from ahsml_app.core.analysis.scores import _top, compute_scores
from ahsml_app.core.training_data import TrainResult

CORRECTED = np.array(
    [[0.9, 0.08, 0.02], [0.1, 0.85, 0.05], [0.4, 0.3, 0.3], [0.05, 0.05, 0.9]], dtype=np.float32
)


def scored(
    labels: list[int],
    weight: list[float],
    consistency: list[float],
    *,
    corrected: np.ndarray = CORRECTED,
    outlier: list[float] | None = None,
    trusted: np.ndarray | None = None,
) -> Scores:
    table = SampleTable(Path(), ("a", "b", "c", "d"), np.array(labels), ("cat", "dog", "truck"))
    distances = np.array([[0, 1, 3], [1, 0, 2], [3, 2, 0]], dtype=np.float32)
    result = TrainResult(
        posterior=corrected,
        corrected=corrected,
        adaptive_weight=np.array(weight, dtype=np.float32),
        consistency=np.array(consistency, dtype=np.float32),
        points=np.zeros((4, 2), dtype=np.float32),
        embedding=np.ones((4, 1), dtype=np.float32),
        curvature=0.1,
        prototypes=np.zeros((3, 2), dtype=np.float32),
        class_distances=distances,
        outlier_probability=np.array(outlier or [0.1, 0.2, 0.9, 0.3], dtype=np.float32),
        noise_matrix=np.eye(3, dtype=np.float32),
        head={},
        weight_history=np.zeros((1, 4), dtype=np.float16),
        consistency_history=np.zeros((1, 4), dtype=np.float16),
    )
    none = np.full(4, -1, dtype=np.int64)
    return compute_scores(
        table,
        result,
        duplicate_group=none,
        duplicate_conflict=np.zeros(4, dtype=bool),
        fold_group=none,
        trusted=trusted,
    )


def test_each_score_says_what_it_promises() -> None:
    scores = scored([0, 0, 0, -1], [1, 0.1, 0.4, np.nan], [0.9, 0.95, 0.3, 0.9])
    np.testing.assert_allclose(scores.error_probability[:3], [0.1, 0.9, 0.6], atol=1e-6)
    assert np.isnan(scores.error_probability[3])
    assert scores.flagged.tolist() == [False, True, True, False]
    assert scores.suggested.tolist() == [0, 1, 0, 2]
    assert scores.top_labels[0].tolist() == [0, 1, 2]
    assert [QUADRANTS[i] for i in scores.quadrant] == [
        "right",
        "likely wrong label",
        "ambiguous",
        "right",
    ]
    assert scores.expected_errors[1] == np.float32(1.6)


def test_divergence_is_nothing_for_the_same_class_and_grows_with_distance() -> None:
    near = scored([0, 0, 0, 0], [1] * 4, [1] * 4).class_divergence
    assert near[0] == 0
    assert 0 < near[1] < near[3] == 1


def test_divergence_does_not_depend_on_which_class_was_given() -> None:
    given_first = scored([0, 0, 0, 0], [1] * 4, [1] * 4).class_divergence[3]
    given_last = scored([2, 0, 0, 2], [1] * 4, [1] * 4).class_divergence[0]
    assert given_first == given_last == 1


def test_a_confirmed_label_says_that_the_image_belongs() -> None:
    doubted = scored([0, 0, 0, 2], [1] * 4, [1] * 4, outlier=[0.1, 0.8, 0.9, 0.5])
    np.testing.assert_allclose(doubted.outlier_probability, [0.1, 0.8, 0.9, 0.5])
    assert doubted.outlier.tolist() == [False, True, True, False]
    confirmed = np.array([False, True, False, False])
    scores = scored([0, 0, 0, 2], [1] * 4, [1] * 4, outlier=[0.1, 0.8, 0.9, 0.5], trusted=confirmed)
    assert scores.outlier.tolist() == [False, False, True, False]


def test_a_right_label_with_disagreeing_views_is_hard() -> None:
    scores = scored([0, 1, 0, 2], [0.9] * 4, [0.2] * 4)
    assert QUADRANTS[scores.quadrant[0]] == "hard but right"


def test_the_given_label_is_kept_where_another_is_only_as_probable() -> None:
    tie = np.tile(np.array([0.45, 0.45, 0.1], dtype=np.float32), (4, 1))
    scores = scored([0, 1, 1, -1], [1] * 4, [1] * 4, corrected=tie)
    assert scores.suggested.tolist() == [0, 1, 1, 0]
    assert scores.top_labels[1].tolist() == [1, 0, 2]
    np.testing.assert_allclose(scores.top_confidences[1], [0.45, 0.45, 0.1])


def test_two_classes_have_two_alternatives() -> None:
    scores = scored([0, 1, 1, -1], [1] * 4, [1] * 4, corrected=CORRECTED[:, :2])
    assert scores.top_labels.shape == (4, 2)


def test_only_the_error_probability_of_the_unlabelled_is_not_a_number() -> None:
    scores = scored([-1] * 4, [np.nan] * 4, [0.9] * 4)
    assert np.isnan(scores.error_probability).all()
    assert not scores.flagged.any()
    assert scores.suggested.tolist() == [0, 1, 0, 2]
    for values in (
        scores.suggestion_confidence,
        scores.class_divergence,
        scores.outlier_probability,
    ):
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert scores.expected_errors == (0, 0, 0)


def test_the_best_classes_are_those_of_a_stable_sort_with_the_given_label_first() -> None:
    random = np.random.default_rng(0)
    corrected = random.integers(0, 3, (200, 7)).astype(np.float32) / 8  # many ties
    labels = random.integers(-1, 7, 200)
    top, confidence = _top(corrected, labels)
    own = np.arange(7) == labels[:, None]
    order = np.lexsort((np.broadcast_to(np.arange(7), own.shape), ~own, -corrected), axis=1)
    np.testing.assert_array_equal(top, order[:, :3])
    np.testing.assert_array_equal(confidence, np.take_along_axis(corrected, order[:, :3], 1))


def test_an_image_of_unknown_consistency_counts_as_clear() -> None:
    scores = scored([0, 0, 0, 0], [1, 0.1, 0.4, 1], [np.nan] * 4)
    assert [QUADRANTS[i] for i in scores.quadrant[:2]] == ["right", "likely wrong label"]
