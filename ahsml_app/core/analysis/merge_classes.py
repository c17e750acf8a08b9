"""Scores of classes that a person merged, until the next training knows them as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import (
    QUADRANTS,
    AnyArray,
    BoolArray,
    ClassMatrix,
    FloatArray,
    IndexArray,
    IntArray,
    Scores,
)
from ahsml_app.core.ensemble.noise_model import expected_errors

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
        its columns. Both are made when somebody looks at them.
    """
    sizes = np.bincount(places)
    extended = np.append(places, -1)
    top, confidence = extended[scores.top_labels], scores.top_confidences.copy()
    wrong, flagged = scores.error_probability.copy(), scores.flagged.copy()
    divergence, quadrant = scores.class_divergence.copy(), scores.quadrant.copy()
    # All else happens to images that a merged class is likely for, which mostly are few.
    touched = _likely_for(scores.top_labels, np.append(sizes[places] > 1, False))
    given = extended[judged[touched]]
    own = top[touched] == given[:, None]
    own &= scores.top_labels[touched] != judged[touched, None]
    wrong[touched] = np.maximum(wrong[touched] - (own * confidence[touched]).sum(1), 0)
    top[touched], confidence[touched] = _joined(top[touched], confidence[touched])
    flagged[touched] = np.nan_to_num(wrong[touched]) > 0.5
    cleared = touched[scores.flagged[touched] & ~flagged[touched]]
    quadrant[cleared] = _TRUSTED[quadrant[cleared]]
    divergence[touched[top[touched, 0] == given]] = 0
    first = np.unique(places, return_index=True)[1]
    parts = [np.flatnonzero(places == place) for place in np.flatnonzero(sizes > 1)]
    return replace(
        scores,
        error_probability=wrong,
        top_labels=top,
        top_confidences=confidence,
        suggested=top[:, 0],
        suggestion_confidence=confidence[:, 0],
        class_divergence=divergence,
        quadrant=quadrant,
        flagged=flagged,
        expected_errors=expected_errors(wrong),
        noise_matrix=_PooledMatrix(scores.noise_matrix, first, parts, np.sum),
        class_distances=_PooledMatrix(scores.class_distances, first, parts, np.mean, diagonal=0),
    )


def _likely_for(top: IntArray, classes: BoolArray) -> IndexArray:
    """Rows of images that some classes are likely for.

    Args:
        top: (N, M) the most probable classes of each.
        classes: (K + 1,) which classes; the last entry is for index -1.
    """
    found = np.zeros(len(top), dtype=bool)
    for column in top.T:
        found |= classes[column]
    return np.flatnonzero(found)


def _joined(top: IntArray, confidence: FloatArray) -> tuple[IntArray, FloatArray]:
    """Add up the probabilities of the same class in each row, best first; -1 fills the end."""
    for earlier in range(top.shape[1]):
        for later in range(earlier + 1, top.shape[1]):
            same = (top[:, later] == top[:, earlier]) & (top[:, later] >= 0)
            confidence[same, earlier] += confidence[same, later]
            top[same, later], confidence[same, later] = -1, 0
    order = np.argsort(-np.nan_to_num(confidence), axis=1, kind="stable")
    return np.take_along_axis(top, order, 1), np.take_along_axis(confidence, order, 1)


class _PooledMatrix:
    """A matrix over classes with the rows of merged ones averaged and their columns joined.

    It is made when somebody looks at it: a merge among thousands of classes is to be felt at once,
    and such a matrix has a hundred megabytes.

    Args:
        matrix: (K, K) over the classes of the training.
        first: (J,) first part of each merged class.
        parts: All parts of each class that has several.
        along: Joins columns.
        diagonal: What stands on the diagonal; by default what comes of it.
    """

    def __init__(
        self,
        matrix: ClassMatrix,
        first: IndexArray,
        parts: list[IndexArray],
        along: Callable[..., AnyArray],
        diagonal: float | None = None,
    ) -> None:
        self._matrix, self._first, self._parts = matrix, first, parts
        self._along, self._diagonal = along, diagonal
        place_of = {int(part): at for at, part in enumerate(first)}
        self._places = [place_of[int(part[0])] for part in parts]

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, row: int) -> FloatArray:
        """One row, of which the rest need not be made."""
        rows = [int(self._first[row])]
        for place, part in zip(self._places, self._parts, strict=True):
            rows = part.tolist() if place == row else rows
        whole: FloatArray = np.stack([self._matrix[at] for at in rows]).mean(0)
        pooled = whole[self._first]
        for place, part in zip(self._places, self._parts, strict=True):
            pooled[place] = self._along(whole[part])
        if self._diagonal is not None:
            pooled[row] = self._diagonal
        return pooled

    def __array__(
        self,
        dtype: npt.DTypeLike | None = None,
        copy: bool | None = None,
    ) -> AnyArray:
        """The whole of it."""
        matrix, first = np.asarray(self._matrix), self._first
        pooled = np.empty((len(first), len(first)), dtype=matrix.dtype)
        # Copied run by run, which is far quicker than one by one.
        for rows, down in _runs(first):
            for columns, across in _runs(first):
                pooled[rows, columns] = matrix[down, across]
        for place, part in zip(self._places, self._parts, strict=True):
            joined = self._along(matrix[:, part], axis=1)
            pooled[:, place] = joined[first]
        for place in self._places:
            pooled[place] = self[place]
        if self._diagonal is not None:
            np.fill_diagonal(pooled, self._diagonal)
        return pooled if dtype is None else pooled.astype(dtype)


def _runs(first: IndexArray) -> Iterator[tuple[slice, slice]]:
    """Where neighbours stay neighbours: their places after and before."""
    starts = [0, *(np.flatnonzero(np.diff(first) != 1) + 1).tolist(), len(first)]
    for start, end in pairwise(starts):
        yield slice(start, end), slice(int(first[start]), int(first[end - 1]) + 1)
