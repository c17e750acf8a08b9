"""The order of the queue after decisions, without a training: what resembles an error moves up."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import (
    UNLABELLED,
    BoolArray,
    FloatArray,
    IndexArray,
    IntArray,
    RealArray,
)
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.label_verdicts import NO_VERDICT, label_verdicts
from ahsml_app.session.review.queue import QueueFilter

STRENGTH = 8.0
"""How far neighbours whose verdicts were all unforeseen move the log odds of an image."""

REACH = 0.3
"""Difference of the cosine from one at which a verdict counts for an e-th. Of thirty choices, this
and `STRENGTH` needed the fewest looks on two seeds of clothes that the benchmark does not report.
Many nearby are as good, and a rate for each pair of given and suggested class added nothing."""

MOST_AT_ONCE = 50
"""Images of a step from which it is not followed: nobody has looked at each of them."""

MOST_CANDIDATES = 5000
"""Images of a class that are moved, the most suspect ones; it bounds the time of a decision."""

MOST_COUNTED = 200_000
"""Images from the top of the queue among which those that moved up are counted."""

LEAST_RISE = 0.1
"""Rise of the log odds from which an image counts as moved up."""

_SURE = 1e-4  # probabilities beyond have the same log odds


class Reranking:
    """Moves the log odds of images that resemble judged ones with the same given label.

    A verdict that the probability foresaw moves nothing; others move the neighbours by the mean
    surprise around them.

    Args:
        stated: (N,) probability that the given label is wrong; NaN for none.
        given: (N,) given labels.
        vectors: (N, E) unit vectors to be compared by their cosine; may be memory-mapped.
    """

    def __init__(self, stated: FloatArray, given: IntArray, vectors: RealArray) -> None:
        self._stated = np.clip(stated, _SURE, 1 - _SURE)
        self._given, self._vectors = given, vectors
        self._odds: FloatArray = np.log(self._stated / (1 - self._stated))
        self._surprise, self._weight = np.zeros((2, len(stated)), dtype=np.float32)
        self._judged: dict[int, float] = {}
        self._members: dict[int, IndexArray] = {}

    def judge(self, row: int, verdict: int) -> None:
        """Takes in the newest verdict on an image; `NO_VERDICT` takes an earlier one back."""
        before, after = self._judged.pop(row, None), None
        if verdict != NO_VERDICT and np.isfinite(self._stated[row]):
            after = self._judged[row] = float(verdict - self._stated[row])
        if before == after:
            return
        members = self._of_class(int(self._given[row]))
        own = self._vectors[row].astype(np.float32)
        near = np.exp((self._vectors[members].astype(np.float32) @ own - 1) / REACH)
        self._surprise[members] += near * ((after or 0.0) - (before or 0.0))
        self._weight[members] += near * ((after is not None) - (before is not None))

    def odds(self) -> FloatArray:
        """(N,) log odds that the given label is wrong; NaN where there is no label."""
        moved: FloatArray = self._odds + STRENGTH * self._surprise / (1 + self._weight)
        return moved

    def moved_up(self, rows: IntArray) -> int:
        """How many images have risen, and would stand nearer to the top of these rows."""
        rows = rows[:MOST_COUNTED]
        before, after = self._odds[rows], self.odds()[rows]
        changed = (before != after) & ~np.isnan(before)
        others, moved = -before[~changed], np.flatnonzero(changed)
        if (others[1:] < others[:-1]).any():  # an honest sample is blended in
            others.sort()
        moved = moved[np.argsort(-after[moved], kind="stable")]
        places = np.searchsorted(others, -after[moved], side="right") + np.arange(len(moved))
        risen = after[moved] - before[moved] > LEAST_RISE
        return int((risen & (places < moved)).sum())

    def ordered(self, rows: IntArray) -> IntArray:
        """These rows in the new order."""
        return rows[np.argsort(-self.odds()[rows], kind="stable")]

    def _of_class(self, label: int) -> IndexArray:
        """Rows with a given label, or the most suspect of them."""
        if label not in self._members:
            rows = np.flatnonzero((self._given == label) & np.isfinite(self._odds))
            if len(rows) > MOST_CANDIDATES:
                top = np.argpartition(-self._odds[rows], MOST_CANDIDATES)[:MOST_CANDIDATES]
                rows = np.sort(rows[top])
            self._members[label] = rows
        return self._members[label]


class ReviewReranking:
    """Follows the decisions of a project.

    Drops are no verdicts here. It begins anew with each training, which has learned from what was
    decided before, and with each opening.

    Args:
        project: A project for which `can_rerank` holds; only its thread may call the methods.
    """

    def __init__(self, project: Project) -> None:
        scores, vectors = project.scores, _vectors(project)
        if scores is None or vectors is None:
            raise ValueError("nothing to compare")
        self._project, self._scores = project, scores
        self._reranking = Reranking(scores.error_probability, project.table.labels, vectors)

    def is_of(self, project: Project) -> bool:
        """Whether it belongs to the present scores of a project."""
        return project is self._project and project.scores is self._scores

    def follow(self, rows: IntArray) -> None:
        """Takes in that the decisions about some images have changed."""
        verdicts = _verdicts(self._project, rows)
        if len(rows) > MOST_AT_ONCE:
            verdicts[:] = NO_VERDICT
        for row, verdict in zip(rows.tolist(), verdicts.tolist(), strict=True):
            self._reranking.judge(row, verdict)

    def odds(self) -> FloatArray:
        """(N,) log odds that the given label is wrong; NaN where there is no label."""
        return self._reranking.odds()

    def moved_up(self, queue: IntArray) -> int:
        """How many undecided images of a queue have risen, and would stand nearer to its top."""
        return self._reranking.moved_up(queue[self._open(queue)])

    def reordered(self, queue: IntArray) -> IntArray:
        """A queue in the new order; decided images keep their places."""
        places, result = self._open(queue), queue.copy()
        result[places] = self._reranking.ordered(queue[places])
        return result

    def _open(self, queue: IntArray) -> BoolArray:
        mask: BoolArray = self._project.kinds[queue] == DecisionKind.UNDECIDED
        return mask


def can_rerank(project: Project, queue_filter: QueueFilter) -> bool:
    """Whether the queue is one of suspects, and the images have vectors to compare."""
    suspects = queue_filter.sort == "error_probability" and queue_filter.descending
    return suspects and project.scores is not None and _vectors(project) is not None


def same_mistake_rows(project: Project, row: int) -> IntArray:
    """An image, and the undecided ones that seem to be mislabelled as it is, the most alike first.

    Only the image itself if nothing is like it; none if its label is not doubted.
    """
    scores, vectors = project.scores, _vectors(project)
    if scores is None or vectors is None or row < 0 or scores.outlier[row]:
        return np.empty(0, dtype=np.int64)
    suggested = np.where(scores.outlier, UNLABELLED, scores.suggested)
    found = alike_mistakes(row, project.table.labels, suggested, vectors)
    undecided = project.kinds[found] == DecisionKind.UNDECIDED
    rows: IntArray = found[undecided | (found == row)]
    return rows


def alike_mistakes(row: int, given: IntArray, suggested: IntArray, vectors: RealArray) -> IntArray:
    """An image and those with the same labels, if they are more like it than half of its kind.

    Its kind are the images with the same suggested class. Of those with the same given and
    suggested class, nine in ten are wrong in the same way in this nearer half, and eight in ten
    without it (benchmark).

    Args:
        row: The image.
        given: (N,) given labels.
        suggested: (N,) suggested labels.
        vectors: (N, E) unit vectors.

    Returns:
        The image, then the others, the most alike first; empty if its label is not doubted.
    """
    label, other = int(given[row]), int(suggested[row])
    if UNLABELLED in (label, other) or label == other:
        return np.empty(0, dtype=np.int64)
    kin = np.flatnonzero((suggested == other) & (np.arange(len(given)) != row))
    likeness = vectors[kin].astype(np.float32) @ vectors[row].astype(np.float32)
    least = float(np.median(likeness)) if len(kin) else 0.0
    chosen = np.flatnonzero((likeness >= least) & (given[kin] == label))
    order = np.argsort(-likeness[chosen], kind="stable")
    found: IntArray = np.append(row, kin[chosen[order]]).astype(np.int64)
    return found


def _vectors(project: Project) -> RealArray | None:
    return None if project.embeddings is None else project.embeddings.vectors


def _verdicts(project: Project, rows: IntArray) -> IntArray:
    """(M,) verdict of the decision about each row; none for a drop, which may be of a copy."""
    classes = project.classes
    added = np.isin(project.labels[rows], [classes.index(each) for each in classes.added_ids])
    unknown = np.full(len(rows), np.nan, dtype=np.float32)
    return label_verdicts(project.kinds[rows], added, unknown).astype(np.int64)
