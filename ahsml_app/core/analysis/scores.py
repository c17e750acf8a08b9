"""Computes the scores shown for each sample from the training result (method.md, section 4)."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import (
    UNLABELLED,
    BoolArray,
    Float64Array,
    FloatArray,
    IntArray,
    SampleTable,
    Scores,
)
from ahsml_app.core.ensemble.error_count import expected_errors
from ahsml_app.core.training_data import TrainResult

ALTERNATIVES = 3
"""Number of most probable classes listed for a sample."""

ROWS_AT_ONCE = 8192
"""Samples ranked at a time."""

CONSISTENT = 0.75
"""Least consistency at which the augmentations of an image count as agreeing."""

RIGHT, LIKELY_WRONG, AMBIGUOUS, HARD = range(4)
"""Indices in `base.types.QUADRANTS`."""


def compute_scores(
    table: SampleTable,
    result: TrainResult,
    *,
    duplicate_group: IntArray,
    duplicate_conflict: BoolArray,
    fold_group: IntArray,
    trusted: BoolArray | None = None,
) -> Scores:
    """Computes all scores of all samples.

    Args:
        table: The N samples.
        result: Result of the training on them.
        duplicate_group: (N,) group of duplicates, -1 for none.
        duplicate_conflict: (N,) whether a duplicate carries another label.
        fold_group: (N,) number of the group that shared a fold, -1 for none.
        trusted: (N,) mask of labels that a person confirmed; they count as right.

    Returns:
        The scores, in the order of the table; `image_findings` are none.
    """
    labelled = table.labels != UNLABELLED
    own = np.where(labelled, table.labels, 0)
    rows = np.arange(len(table))
    corrected, outlier = result.corrected, result.outlier_probability
    if trusted is not None and trusted.any():
        outlier = np.where(trusted, np.float32(0), outlier)
        corrected = corrected.copy()
        corrected[trusted] = 0
        corrected[trusted, own[trusted]] = 1
    wrong = np.clip(1 - corrected[rows, own], 0, 1).astype(np.float32)
    wrong = np.where(labelled, wrong, np.nan).astype(np.float32)
    top, confidence = _top(corrected, table.labels)
    suggested = top[:, 0]
    divergence = _class_divergence(result.class_distances)[own, suggested]
    return Scores(
        error_probability=wrong,
        adaptive_weight=result.adaptive_weight,
        consistency=result.consistency,
        top_labels=top,
        top_confidences=confidence,
        suggested=suggested,
        suggestion_confidence=confidence[:, 0],
        class_divergence=np.where(labelled, divergence, 0).astype(np.float32),
        outlier_probability=outlier,
        duplicate_group=duplicate_group,
        duplicate_conflict=duplicate_conflict,
        fold_group=fold_group,
        image_findings=np.zeros(len(table), dtype=np.int64),
        quadrant=_quadrants(result.adaptive_weight, result.consistency, wrong),
        flagged=np.nan_to_num(wrong) > 0.5,
        expected_errors=expected_errors(wrong),
        noise_matrix=result.noise_matrix,
        class_distances=result.class_distances,
    )


def _top(corrected: FloatArray, labels: IntArray) -> tuple[IntArray, FloatArray]:
    """Returns the most probable classes, best first; ties: the given label, then class order."""
    count = min(ALTERNATIVES, corrected.shape[1])
    top = np.empty((len(corrected), count), dtype=np.int64)
    confidence = np.empty((len(corrected), count), dtype=np.float32)
    for start in range(0, len(corrected), ROWS_AT_ONCE):
        block = slice(start, start + ROWS_AT_ONCE)
        ranked = corrected[block].copy()
        given = np.flatnonzero(labels[block] != UNLABELLED)
        own = labels[block][given]
        ranked[given, own] = np.nextafter(ranked[given, own], np.float32(np.inf))
        for place in range(count):  # a sort would order all classes for the sake of three
            best = top[block, place] = ranked.argmax(1)
            ranked[np.arange(len(ranked)), best] = -1
        confidence[block] = np.take_along_axis(corrected[block], top[block], axis=1)
    return top, confidence


def _class_divergence(distances: FloatArray) -> FloatArray:
    """Ranks each class pair's distance among all pairs, near 0 to 1; 0 on the diagonal."""
    classes = len(distances)
    divergence = np.zeros((classes, classes), dtype=np.float32)
    upper = np.triu_indices(classes, 1)
    if len(upper[0]):
        values = distances[upper]
        order = np.argsort(values)
        ranks = np.empty(len(values), dtype=np.float32)
        # Looked up in order: random access to millions of values takes ten times as long.
        ranks[order] = pairs_within(values[order], values[order])
        divergence[upper] = ranks
        divergence += divergence.T
    return divergence


def pairs_within(ordered: FloatArray, distances: FloatArray) -> Float64Array:
    """Returns the class divergence of distances: the share of class pairs that are no farther.

    Args:
        ordered: Distances of all pairs of classes, the smallest first.
        distances: Any distances among them.
    """
    share: Float64Array = np.searchsorted(ordered, distances, side="right") / len(ordered)
    return share


def _quadrants(weight: FloatArray, consistency: FloatArray, wrong: FloatArray) -> IntArray:
    """Assigns the quadrants: label trusted or not, augmentations consistent or not.

    An unlabelled sample has no label to trust; it counts as right or as ambiguous.
    """
    trusted = np.nan_to_num(weight, nan=1.0) >= 0.5
    trusted |= np.nan_to_num(wrong) < 0.5
    steady = ~(consistency < CONSISTENT)  # unknown where the plain image settles the class
    quadrant = np.where(steady, RIGHT, HARD)
    quadrant = np.where(trusted, quadrant, np.where(steady, LIKELY_WRONG, AMBIGUOUS))
    return quadrant.astype(np.int64)
