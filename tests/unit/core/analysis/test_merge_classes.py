"""Scores of merged classes, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sample_projects import made_up_scores

from ahsml_app.core.analysis.merge_classes import merged_scores


def test_looking_like_another_part_of_the_class_is_no_error() -> None:
    judged = np.array([0, 0, 2, -1])
    scores = replace(
        made_up_scores(judged.clip(0), 3),
        error_probability=np.array([0.9, 0.7, 0.6, np.nan], dtype=np.float32),
        top_labels=np.array([[1, 0, 2], [2, 0, 1], [0, 2, 1], [1, 0, 2]]),
        top_confidences=np.array(
            [[0.8, 0.1, 0.1], [0.45, 0.3, 0.25], [0.3, 0.4, 0.3], [0.4, 0.35, 0.25]],
            dtype=np.float32,
        ),
        flagged=np.array([True, True, True, False]),
        quadrant=np.array([1, 1, 2, 0]),
        class_divergence=np.array([0.2, 0.9, 0.7, 0], dtype=np.float32),
        noise_matrix=np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0, 0.1, 0.9]], dtype=np.float32),
        class_distances=np.array([[0, 1, 4], [1, 0, 6], [4, 6, 0]], dtype=np.float32),
    )
    merged = merged_scores(scores, judged, np.array([0, 0, 1]))

    assert np.allclose(merged.error_probability[:3], [0.1, 0.45, 0.6])
    assert np.isnan(merged.error_probability[3])
    assert merged.flagged.tolist() == [False, False, True, False]
    assert merged.top_labels.tolist() == [[0, 1, -1], [0, 1, -1], [0, 1, -1], [0, 1, -1]]
    assert np.allclose(
        merged.top_confidences[:, :2], [[0.9, 0.1], [0.55, 0.45], [0.6, 0.4], [0.75, 0.25]]
    )
    assert merged.suggested.tolist() == [0, 0, 0, 0]
    assert np.allclose(merged.class_divergence, [0, 0, 0.7, 0])
    assert merged.quadrant.tolist() == [0, 0, 2, 0]
    assert np.allclose(merged.class_distances, [[0, 5], [5, 0]])
    assert np.allclose(merged.noise_matrix, [[0.85, 0.15], [0.1, 0.9]])
    assert merged.expected_errors[1] == np.float32(merged.error_probability[:3].sum())


def test_classes_that_stay_apart_keep_their_scores() -> None:
    judged = np.arange(40) % 5
    scores = made_up_scores(judged, 5)
    merged = merged_scores(scores, judged, np.array([0, 1, 2, 3, 0]))
    apart = ~np.isin(scores.top_labels, (0, 4)).any(1)
    assert apart.any()
    for name in ("error_probability", "top_labels", "top_confidences", "suggested", "quadrant"):
        assert (getattr(merged, name)[apart] == getattr(scores, name)[apart]).all()
    assert (merged.error_probability <= scores.error_probability).all()


def test_single_rows_are_those_of_the_whole_matrix() -> None:
    random = np.random.default_rng(0)
    judged = np.arange(70) % 7
    scores = replace(
        made_up_scores(judged, 7),
        class_distances=random.random((7, 7), dtype=np.float32),
        noise_matrix=random.random((7, 7), dtype=np.float32),
    )
    places = np.array([0, 1, 2, 1, 3, 0, 4])
    merged = merged_scores(scores, judged, places)
    for matrix, joined in ((merged.class_distances, np.mean), (merged.noise_matrix, np.sum)):
        whole = np.asarray(matrix)
        assert whole.shape == (len(matrix), len(matrix)) == (5, 5)
        for row in range(5):
            assert np.allclose(matrix[row], whole[row])
        source = scores.class_distances if joined is np.mean else scores.noise_matrix
        parts = [np.flatnonzero(places == place) for place in range(5)]
        by_hand = [[joined(source[a].mean(0)[b]) for b in parts] for a in parts]
        apart = ~np.eye(5, dtype=bool) if joined is np.mean else np.ones((5, 5), dtype=bool)
        assert np.allclose(whole[apart], np.array(by_hand)[apart])
    assert not np.diag(np.asarray(merged.class_distances)).any()
