"""Scores of classes that a person merged, until the next training knows them as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import QUADRANTS, FloatArray, IntArray, Scores
from ahsml_app.core.noise import expected_errors

Array = npt.NDArray[Any]

_TRUSTED = np.array(
    [QUADRANTS.index(name) for name in ("right", "right", "hard but right", "hard but right")]
)
"""Quadrant of an image whose label is no longer suspect, by the one that it was in."""


def merged_scores(scores: Scores, judged: IntArray, places: IntArray) -> Scores:
    """What the scores say once some classes are one (ours).

    The probability of a class is the sum over those that it was made of, so that an image is not
    suspect for looking like another part of its class. The scores hold the most probable classes
    only; what the others had is at most a few per cent and stays out.

    Args:
        scores: Of the N samples over the K classes of the training.
        judged: (N,) class of the label that each score judges, -1 for none.
        places: (K,) place of each class among the merged ones: 0 to J - 1, all of them used.

    Returns:
        Scores over the J classes. The matrices average what is merged; the noise matrix adds up
        its columns.
    """
    sizes = np.bincount(places)
    extended = np.append(places, -1)
    given = extended[judged]
    top, confidence = extended[scores.top_labels], scores.top_confidences.copy()
    wrong = scores.error_probability.copy()
    # All else happens to images that a merged class is likely for, which mostly are few.
    touched = np.flatnonzero((np.append(sizes, 0)[top] > 1).any(1))
    own = top[touched] == given[touched, None]
    own &= scores.top_labels[touched] != judged[touched, None]
    wrong[touched] = np.maximum(wrong[touched] - (own * confidence[touched]).sum(1), 0)
    top[touched], confidence[touched] = _joined(top[touched], confidence[touched])
    flagged = np.nan_to_num(wrong) > 0.5
    cleared = scores.flagged & ~flagged
    best, alike = top[:, 0], top[:, 0] == given
    first = np.unique(places, return_index=True)[1]
    parts = [np.flatnonzero(places == place) for place in np.flatnonzero(sizes > 1)]
    distances = _pooled(scores.class_distances, first, parts, np.mean)
    np.fill_diagonal(distances, 0)
    return replace(
        scores,
        error_probability=wrong,
        top_labels=top,
        top_confidences=confidence,
        suggested=best,
        suggestion_confidence=confidence[:, 0],
        class_divergence=np.where(alike, 0, scores.class_divergence).astype(np.float32),
        quadrant=np.where(cleared, _TRUSTED[scores.quadrant], scores.quadrant),
        flagged=flagged,
        expected_errors=expected_errors(wrong),
        noise_matrix=_pooled(scores.noise_matrix, first, parts, np.sum),
        class_distances=distances,
    )


def _joined(top: IntArray, confidence: FloatArray) -> tuple[IntArray, FloatArray]:
    """Add up the probabilities of the same class in each row, best first; -1 fills the end."""
    for earlier in range(top.shape[1]):
        for later in range(earlier + 1, top.shape[1]):
            same = (top[:, later] == top[:, earlier]) & (top[:, later] >= 0)
            confidence[same, earlier] += confidence[same, later]
            top[same, later], confidence[same, later] = -1, 0
    order = np.argsort(-np.nan_to_num(confidence), axis=1, kind="stable")
    return np.take_along_axis(top, order, 1), np.take_along_axis(confidence, order, 1)


def _kept(matrix: FloatArray, first: npt.NDArray[np.intp], axis: int) -> FloatArray:
    """Some rows or columns, copied run by run, which is far quicker than one by one."""
    runs = np.split(first, np.flatnonzero(np.diff(first) != 1) + 1)
    parts = [slice(int(run[0]), int(run[-1]) + 1) for run in runs]
    whole = slice(None)
    return np.concatenate([matrix[(whole, part) if axis else part] for part in parts], axis=axis)


def _pooled(
    matrix: FloatArray,
    first: npt.NDArray[np.intp],
    parts: list[npt.NDArray[np.intp]],
    along: Callable[..., Array],
) -> FloatArray:
    """A matrix over classes with the rows of merged ones averaged and their columns joined."""
    rows = _kept(np.asarray(matrix), first, 0)
    kept = {int(part[0]): place for place, part in enumerate(parts)}
    places = [(at, parts[kept[int(k)]]) for at, k in enumerate(first) if int(k) in kept]
    for at, part in places:
        rows[at] = matrix[part].mean(0)
    pooled = _kept(rows, first, 1)
    for at, part in places:
        pooled[:, at] = along(rows[:, part], axis=1)
    return pooled
