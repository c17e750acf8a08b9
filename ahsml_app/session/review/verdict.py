"""The verdict of the scores on a label, as one of a few findings."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import OUT_OF_SET

UNSURE_BELOW = 0.5
"""Probability of the best class below which the model counts as unsure."""

AMBIGUOUS_QUADRANT = 2


class Finding(enum.Enum):
    """The finding about an image: the first that applies, in this order."""

    UNTRAINED = enum.auto()
    UNREAD = enum.auto()
    WRONG = enum.auto()
    NO_CLASS = enum.auto()
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
        no_class: Whether it fits no class, regardless of the finding.
        duplicates: Number of other images that look the same.
        conflict: Whether one of those has another label.
    """

    finding: Finding
    wrong: float
    given: str
    suggested: str
    label: str
    kind: DecisionKind
    no_class: bool
    duplicates: int
    conflict: bool


def judge(project: Project, row: int) -> Judgement:
    """Derives the judgement of an image from its scores."""
    scores = project.scores
    wrong = math.nan if scores is None else float(scores.error_probability[row])
    alike = 0
    if scores is not None and scores.duplicate_group[row] >= 0:
        alike = int((scores.duplicate_group == scores.duplicate_group[row]).sum()) - 1
    return Judgement(
        finding=_finding(project, row, wrong),
        wrong=wrong,
        given=project.table.label_name(row),
        suggested="" if scores is None else project.label_name(int(scores.suggested[row])),
        label=project.label_name(int(project.labels[row])),
        kind=DecisionKind(int(project.kinds[row])),
        no_class=scores is not None and float(scores.out_of_set[row]) >= OUT_OF_SET,
        duplicates=alike,
        conflict=scores is not None and bool(scores.duplicate_conflict[row]),
    )


def _finding(project: Project, row: int, wrong: float) -> Finding:
    scores = project.scores
    if scores is None:
        return Finding.UNTRAINED
    best = float(scores.top_confidences[row, 0])
    tests = (
        (int(scores.top_labels[row, 0]) < 0, Finding.UNREAD),
        (bool(scores.flagged[row]), Finding.WRONG),
        (float(scores.out_of_set[row]) >= OUT_OF_SET, Finding.NO_CLASS),
        (math.isnan(wrong), Finding.UNLABELLED),
        (best < UNSURE_BELOW, Finding.UNSURE),
        (int(scores.quadrant[row]) == AMBIGUOUS_QUADRANT, Finding.UNSURE),
    )
    return next((finding for holds, finding in tests if holds), Finding.RIGHT)
