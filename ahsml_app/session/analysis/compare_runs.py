"""Compares two trainings: probabilities, suggestions, and the quality of the embeddings.

The project keeps the arrays of all trainings, so any two can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import (
    BoolArray,
    Embeddings,
    FloatArray,
    IndexArray,
    IntArray,
    RealArray,
    Scores,
)
from ahsml_app.core.analysis.errors_remaining import Shift
from ahsml_app.session.analysis.run_diff import LEAST_RISE, RunDiff, diff_runs
from ahsml_app.session.pipeline.run_arrays import embeddings_of, scores_of
from ahsml_app.session.project.project import Project

MOST_MOVED = 24
CELLS = 100
"""Bins per axis of the histogram of old against new probabilities."""

LEAST_VERIFIED = 50
"""Smallest number of verified images for measuring the embeddings."""

MOST_VERIFIED = 3000
"""Largest number of verified images to measure, which takes a second; more are sampled."""

_CONFIRMED = (int(DecisionKind.KEEP), int(DecisionKind.RELABEL))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two trainings; suggestions are indices of the current classes."""

    number: int
    scores: Scores
    embeddings: Embeddings
    scored: BoolArray


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """A snapshot of a project for the thread that compares.

    Attributes:
        before: The earlier training.
        after: The later one.
        kinds: (N,) kinds of the decisions.
        labels: (N,) labels after the decisions.
        shift: What the verdicts teach about the probabilities.
    """

    before: Side
    after: Side
    kinds: IntArray
    labels: IntArray
    shift: Shift


@dataclass(frozen=True, slots=True)
class Quality:
    """A measure of both trainings on the same images, and the gain with its 95 % interval."""

    before: float
    after: float
    gain: tuple[float, float, float]

    @property
    def certain(self) -> bool:
        """Whether the interval excludes 0."""
        low, _, high = self.gain
        return low > 0 or high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of two trainings, over the undecided images.

    Attributes:
        numbers: Numbers of the earlier and the later training.
        diff: What the later training changed.
        old: (N,) error probability by the earlier training.
        new: (N,) error probability by the later training.
        risen: Rows whose probability rose most, the largest rise first.
        fallen: Rows whose probability fell most.
        changed: Rows with another suggestion, the most probable new one first.
        old_suggested: (N,) suggested class by the earlier training.
        new_suggested: (N,) suggested class by the later training.
        counts: (`CELLS`, `CELLS`) images by old (first) and new probability.
        verified: Number of kept or relabelled images that both trainings scored.
        measured: Number of measured images among them; 0 if there were too few.
        recall: Recall@1 among them, None if not measured.
        precision: MAP@R among them, None if not measured.
    """

    numbers: tuple[int, int]
    diff: RunDiff
    old: FloatArray
    new: FloatArray
    risen: tuple[int, ...]
    fallen: tuple[int, ...]
    changed: IntArray
    old_suggested: IntArray
    new_suggested: IntArray
    counts: IntArray
    verified: int
    measured: int
    recall: Quality | None
    precision: Quality | None


def compare_request(project: Project, shift: Shift, before: int, after: int) -> CompareRequest:
    """Reads two trainings in the project's thread; large arrays stay on disk until used.

    Args:
        project: The project.
        shift: What the verdicts teach about the probabilities (`Timeline.shift`).
        before: Number of the earlier training.
        after: Number of the later one.

    Raises:
        ProjectError: If an array is damaged.
    """
    facts = {run["number"]: run for run in project.runs()}
    earlier, later = (_side(project, facts[number]) for number in (before, after))
    return CompareRequest(earlier, later, project.kinds.copy(), project.labels.copy(), shift)


def compare(request: CompareRequest) -> Comparison:
    """Compares two trainings; callable from any thread."""
    before, after, kinds = request.before, request.after, request.kinds
    old, new = before.scores.error_probability, after.scores.error_probability
    waiting = (kinds == DecisionKind.UNDECIDED) & before.scored & after.scored
    both = waiting & ~np.isnan(old) & ~np.isnan(new)
    moved = np.where(both, new - old, 0.0)
    suggested = before.scores.suggested, after.scores.suggested
    changed = np.flatnonzero(waiting & (suggested[0] != suggested[1])).astype(np.int64)
    surest = np.argsort(-after.scores.suggestion_confidence[changed], kind="stable")
    verified = np.flatnonzero(np.isin(kinds, _CONFIRMED) & before.scored & after.scored)
    verified = verified[request.labels[verified] >= 0]
    measured = _drawn(verified) if _enough(request.labels[verified]) else verified[:0]
    recall, precision = _qualities(request, measured)
    return Comparison(
        numbers=(before.number, after.number),
        diff=diff_runs(before.scores, after.scores, kinds, request.shift),
        old=old,
        new=new,
        risen=_farthest(moved),
        fallen=_farthest(-moved),
        changed=changed[surest],
        old_suggested=suggested[0],
        new_suggested=suggested[1],
        counts=_histogram(old[both], new[both]),
        verified=len(verified),
        measured=len(measured),
        recall=recall,
        precision=precision,
    )


def _side(project: Project, facts: Mapping[str, Any]) -> Side:
    arrays = project.arrays(facts["number"])
    scores, embeddings = scores_of(arrays), embeddings_of(arrays)
    if project.scores is not None and facts["number"] == project.runs()[-1]["number"]:
        # Classes merged since then can no longer be confused with each other.
        return Side(facts["number"], project.scores, embeddings, np.asarray(arrays["scored"]))
    # Classes may have been renamed, merged or moved since; index -1 reads the last entry.
    class_ids = facts.get("class_keys", facts["class_names"])
    own = np.array([*map(project.classes.index, class_ids), -1], dtype=np.int64)
    scores = replace(scores, suggested=own[scores.suggested])
    return Side(facts["number"], scores, embeddings, np.asarray(arrays["scored"]))


def _farthest(moved: RealArray) -> tuple[int, ...]:
    """Rows that rose most, the largest rise first."""
    rows = np.flatnonzero(moved >= LEAST_RISE)
    order = np.argsort(-moved[rows], kind="stable")[:MOST_MOVED]
    return tuple(int(row) for row in rows[order])


def _histogram(old: FloatArray, new: FloatArray) -> IntArray:
    bins = [
        np.minimum((probability * CELLS).astype(np.int64), CELLS - 1) for probability in (old, new)
    ]
    counts = np.bincount(bins[0] * CELLS + bins[1], minlength=CELLS * CELLS)
    return counts.reshape(CELLS, CELLS).astype(np.int64)


def _enough(labels: IntArray) -> bool:
    """Whether there are enough images of at least two classes."""
    return len(labels) >= LEAST_VERIFIED and len(np.unique(labels)) > 1


def _drawn(rows: IndexArray) -> IndexArray:
    if len(rows) <= MOST_VERIFIED:
        return rows
    chosen = np.random.default_rng(0).choice(len(rows), MOST_VERIFIED, replace=False)
    return rows[np.sort(chosen)]


def _qualities(request: CompareRequest, rows: IndexArray) -> tuple[Quality | None, Quality | None]:
    """Recall@1 and MAP@R of the verified images among themselves.

    Measured on the exported embeddings, or on the points if one training has only those.
    """
    if not len(rows):
        return None, None
    from ahsml_app.core.analysis.retrieval_metrics import paired_difference, retrieval_by_sample

    labels = request.labels[rows]
    pair = [side.embeddings for side in (request.before, request.after)]
    if all(embeddings.vectors is not None for embeddings in pair):
        measured = [
            retrieval_by_sample(np.asarray(embeddings.vectors)[rows].astype(np.float32), labels)
            for embeddings in pair
        ]
    else:
        measured = [
            retrieval_by_sample(embeddings.points[rows], labels, c=embeddings.curvature)
            for embeddings in pair
        ]
    recall, precision = (
        Quality(float(old.mean()), float(new.mean()), paired_difference(old, new))
        if len(old)
        else None
        for old, new in zip(*measured, strict=True)
    )
    return recall, precision
