"""How far the review has come, in the numbers that the whole window and the exports share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.decisions import DecisionKind

if TYPE_CHECKING:
    from ahsml_app.session.project.project import Project


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """How far the review has come.

    Attributes:
        decided: Images with a decision.
        errors_found: Of them, those relabelled or dropped.
        hit_rate: Share of errors among the decided images; NaN for none.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end.
    """

    decided: int
    errors_found: int
    hit_rate: float
    errors_left: tuple[float, float, float]


def review_progress(project: Project) -> ReviewProgress:
    """How far the review has come; reads the journal where no timeline has been made yet."""
    decided = int((project.kinds != DecisionKind.UNDECIDED).sum())
    found = int(np.isin(project.kinds, (DecisionKind.RELABEL, DecisionKind.DROP)).sum())
    left = (math.nan, math.nan, math.nan)
    if project.scores is not None:
        from ahsml_app.session.review.timeline import Timeline, read_timeline

        source = read_timeline(project) if project.timeline is None else None
        if source is not None:
            project.timeline = Timeline(source)
        if project.timeline is not None:
            project.timeline.follow(project)
            left = project.timeline.left
    return ReviewProgress(decided, found, found / decided if decided else math.nan, left)
