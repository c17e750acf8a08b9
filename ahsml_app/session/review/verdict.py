"""The verdict of the scores on a label, as one of a few findings."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind
from ahsml_app.base.types import IMAGE_FINDINGS
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import review_states

UNSURE_BELOW = 0.5
"""Probability of the best class below which the model counts as unsure."""

AMBIGUOUS_QUADRANT = 2


class Finding(enum.Enum):
    """The finding about an image: the first that applies, in this order."""

    UNTRAINED = enum.auto()
    UNREAD = enum.auto()
    OUTLIER = enum.auto()
    WRONG = enum.auto()
    UNLABELLED = enum.auto()
    UNSURE = enum.auto()
    RIGHT = enum.auto()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The labels of an image and the evidence against the given one.

    Attributes:
        finding: The finding.
        wrong: Probability that the given label is wrong, NaN for none.
        given: The given label, empty for none.
        suggested: The most probable label, empty before the first training.
        label: The label after decisions, empty for none.
        kind: The decision.
        outlier: Probability that it belongs to none of the classes, NaN for none.
        duplicates: Number of other images that look the same.
        conflict: Whether one of those has another label.
        findings: Names of the findings about the picture itself, of `base.types.IMAGE_FINDINGS`.
        checked: Whether the model has checked it, and nobody decided.
    """

    finding: Finding
    wrong: float
    given: str
    suggested: str
    label: str
    kind: DecisionKind
    outlier: float
    duplicates: int
    conflict: bool
    findings: tuple[str, ...]
    checked: bool = False


def judge(project: Project, row: int) -> Judgement:
    """Derives the judgement of an image from its scores."""
    scores = project.scores
    wrong = math.nan if scores is None else float(scores.error_probability[row])
    duplicates = 0
    if scores is not None and scores.duplicate_group[row] >= 0:
        duplicates = int((scores.duplicate_group == scores.duplicate_group[row]).sum()) - 1
    return Judgement(
        finding=_finding(project, row, wrong),
        wrong=wrong,
        given=project.table.label_name(row),
        suggested="" if scores is None else project.label_name(int(scores.suggested[row])),
        label=project.label_name(int(project.labels[row])),
        kind=DecisionKind(int(project.kinds[row])),
        outlier=math.nan if scores is None else float(scores.outlier_probability[row]),
        duplicates=duplicates,
        conflict=scores is not None and bool(scores.duplicate_conflict[row]),
        findings=() if scores is None else _image_findings(int(scores.image_findings[row])),
        checked=bool(review_states(project, np.array([row]))[0] == CHECKED_BY_MODEL),
    )


def likely_classes(project: Project, row: int, most: int) -> list[tuple[int, float]]:
    """The most likely classes of an image, best first.

    Returns:
        Class index and probability of at most so many. The classes that are nearest to the best
        one follow the top three of the scores; their probability is NaN. Empty before the first
        training, and for row -1.
    """
    scores = project.scores
    if scores is None or row < 0:
        return []
    pairs = zip(scores.top_labels[row], scores.top_confidences[row], strict=True)
    likely = [(int(label), float(share)) for label, share in pairs if label >= 0]
    if not likely:
        return []
    likely_labels = {label for label, _ in likely}
    near = np.argsort(scores.class_distances[likely[0][0]], kind="stable")
    rest = [(int(label), math.nan) for label in near[: most + 3] if label not in likely_labels]
    return [*likely, *rest][:most]


def _image_findings(bits: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(IMAGE_FINDINGS) if bits >> bit & 1)


def _finding(project: Project, row: int, wrong: float) -> Finding:
    scores = project.scores
    if scores is None:
        return Finding.UNTRAINED
    best = float(scores.top_confidences[row, 0])
    tests = (
        (int(scores.top_labels[row, 0]) < 0, Finding.UNREAD),
        (bool(scores.outlier[row]), Finding.OUTLIER),
        (bool(scores.flagged[row]), Finding.WRONG),
        (math.isnan(wrong), Finding.UNLABELLED),
        (best < UNSURE_BELOW, Finding.UNSURE),
        (int(scores.quadrant[row]) == AMBIGUOUS_QUADRANT, Finding.UNSURE),
    )
    return next((finding for applies, finding in tests if applies), Finding.RIGHT)
