"""Scores over merged classes, until the next training learns them as one."""

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
from ahsml_app.core.ensemble.error_count import expected_errors

_TRUSTED = np.array(
    [QUADRANTS.index(name) for name in ("right", "right", "hard but right", "hard but right")]
)
"""New quadrant, by the old one, of an image whose label is no longer suspect."""


def merged_scores(scores: Scores, judged: IntArray, targets: IntArray) -> Scores:
    """Computes the scores after some classes are merged (ours).

    The probability of a merged class is the sum over its members, so that an image is not suspect
    for resembling another member. Scores hold only the most probable classes; the rest, at most a
    few per cent, is left out.

    Args:
        scores: Scores of the N samples over the K classes of the training.
        judged: (N,) class of the label that each score judges, -1 for none.
        targets: (K,) index of each class among the merged ones: 0 to J - 1, all of them used.

    Returns:
        Scores over the J classes. The matrices average what is merged; the noise matrix adds up
        its columns. Both are computed on access.
    """
    sizes = np.bincount(targets)
    extended = np.append(targets, -1)
    top, confidence = extended[scores.top_labels], scores.top_confidences.copy()
    wrong, flagged = scores.error_probability.copy(), scores.flagged.copy()
    divergence, quadrant = scores.class_divergence.copy(), scores.quadrant.copy()
    # The rest concerns images for which a merged class is likely; mostly these are few.
    affected = _likely_for(scores.top_labels, np.append(sizes[targets] > 1, False))
    given = extended[judged[affected]]
    own = top[affected] == given[:, None]
    own &= scores.top_labels[affected] != judged[affected, None]
    wrong[affected] = np.maximum(wrong[affected] - (own * confidence[affected]).sum(1), 0)
    top[affected], confidence[affected] = _merge_equal(top[affected], confidence[affected])
    flagged[affected] = np.nan_to_num(wrong[affected]) > 0.5
    cleared = affected[scores.flagged[affected] & ~flagged[affected]]
    quadrant[cleared] = _TRUSTED[quadrant[cleared]]
    divergence[affected[top[affected, 0] == given]] = 0
    first = np.unique(targets, return_index=True)[1]
    members = [np.flatnonzero(targets == target) for target in np.flatnonzero(sizes > 1)]
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
        noise_matrix=_PooledMatrix(scores.noise_matrix, first, members, np.sum),
        class_distances=_PooledMatrix(scores.class_distances, first, members, np.mean, diagonal=0),
    )


def _likely_for(top: IntArray, classes: BoolArray) -> IndexArray:
    """Returns the rows of images for which one of some classes is likely.

    Args:
        top: (N, M) the most probable classes of each image.
        classes: (K + 1,) mask of the classes; the last entry is for index -1.
    """
    mask = np.zeros(len(top), dtype=bool)
    for column in top.T:
        mask |= classes[column]
    return np.flatnonzero(mask)


def _merge_equal(top: IntArray, confidence: FloatArray) -> tuple[IntArray, FloatArray]:
    """Sums the probabilities of equal classes in each row, best first, padded with -1."""
    for earlier in range(top.shape[1]):
        for later in range(earlier + 1, top.shape[1]):
            same = (top[:, later] == top[:, earlier]) & (top[:, later] >= 0)
            confidence[same, earlier] += confidence[same, later]
            top[same, later], confidence[same, later] = -1, 0
    order = np.argsort(-np.nan_to_num(confidence), axis=1, kind="stable")
    return np.take_along_axis(top, order, 1), np.take_along_axis(confidence, order, 1)


class _PooledMatrix:
    """A matrix over merged classes: rows are averaged, columns combined.

    It is computed on access: a merge among thousands of classes must take effect at once, and such
    a matrix has a hundred megabytes.

    Args:
        matrix: (K, K) over the classes of the training.
        first: (J,) first member of each merged class.
        members: All members of each class that has several.
        along: Combines columns, such as `np.sum`.
        diagonal: Value of the diagonal; None keeps the computed one.
    """

    def __init__(
        self,
        matrix: ClassMatrix,
        first: IndexArray,
        members: list[IndexArray],
        along: Callable[..., AnyArray],
        diagonal: float | None = None,
    ) -> None:
        self._matrix, self._first, self._members = matrix, first, members
        self._along, self._diagonal = along, diagonal
        index_of = {int(member): index for index, member in enumerate(first)}
        self._targets = [index_of[int(group[0])] for group in members]

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, row: int) -> FloatArray:
        """Computes one row alone."""
        rows = [int(self._first[row])]
        for target, group in zip(self._targets, self._members, strict=True):
            rows = group.tolist() if target == row else rows
        whole: FloatArray = np.stack([self._matrix[member] for member in rows]).mean(0)
        pooled = whole[self._first]
        for target, group in zip(self._targets, self._members, strict=True):
            pooled[target] = self._along(whole[group])
        if self._diagonal is not None:
            pooled[row] = self._diagonal
        return pooled

    def __array__(
        self,
        dtype: npt.DTypeLike | None = None,
        copy: bool | None = None,
    ) -> AnyArray:
        """Computes the whole matrix."""
        matrix, first = np.asarray(self._matrix), self._first
        pooled = np.empty((len(first), len(first)), dtype=matrix.dtype)
        # Copied in contiguous ranges, which is far faster than one by one.
        for rows, down in _ranges(first):
            for columns, across in _ranges(first):
                pooled[rows, columns] = matrix[down, across]
        for target, group in zip(self._targets, self._members, strict=True):
            joined = self._along(matrix[:, group], axis=1)
            pooled[:, target] = joined[first]
        for target in self._targets:
            pooled[target] = self[target]
        if self._diagonal is not None:
            np.fill_diagonal(pooled, self._diagonal)
        return pooled if dtype is None else pooled.astype(dtype)


def _ranges(first: IndexArray) -> Iterator[tuple[slice, slice]]:
    """Yields ranges of classes that stay neighbours: slices after and before the merge."""
    starts = [0, *(np.flatnonzero(np.diff(first) != 1) + 1).tolist(), len(first)]
    for start, end in pairwise(starts):
        yield slice(start, end), slice(int(first[start]), int(first[end - 1]) + 1)
