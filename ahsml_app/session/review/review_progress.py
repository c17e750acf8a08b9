"""Progress of the review, in the numbers that window and exports share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import SampleTable
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.timeline import Timeline, TimelineSource, read_timeline


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """Progress of the review.

    Attributes:
        decided: Number of images with a decision.
        errors_found: Number of relabelled or dropped images.
        hit_rate: Share of errors among the decided images; NaN without decisions.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end.
    """

    decided: int
    errors_found: int
    hit_rate: float
    errors_left: tuple[float, float, float]


class ReviewTimeline:
    """Keeps the timeline of a project for its current scores.

    A training or a class edit replaces the table of the project; a timeline of the old table is
    then dropped.

    Args:
        project: The project; only its thread may call the methods.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._timeline: Timeline | None = None
        self._table: SampleTable | None = None  # the table that the timeline belongs to

    @property
    def current(self) -> Timeline | None:
        """The timeline for the current scores, or None if it has not been computed."""
        return self._timeline if self._table is self._project.table else None

    def source(self) -> TimelineSource | None:
        """The inputs of the timeline, for another thread; None before the first training."""
        return read_timeline(self._project)

    def keep(self, timeline: Timeline) -> None:
        """Keeps a timeline computed from `source` and adds the decisions made since."""
        self._timeline, self._table = timeline, self._project.table
        timeline.follow(self._project)

    def follow(self) -> None:
        """Adds the decisions made since the last call; does nothing without a timeline."""
        if self.current is not None:
            self.current.follow(self._project)

    def progress(self) -> ReviewProgress:
        """Progress of the review; computes the timeline from the journal if there is none."""
        source = self.source() if self.current is None else None
        if source is not None:
            self.keep(Timeline(source))
        self.follow()
        kinds = self._project.kinds
        decided = int((kinds != DecisionKind.UNDECIDED).sum())
        errors = int(np.isin(kinds, (DecisionKind.RELABEL, DecisionKind.DROP)).sum())
        left = (math.nan, math.nan, math.nan) if self.current is None else self.current.left
        return ReviewProgress(decided, errors, errors / decided if decided else math.nan, left)
