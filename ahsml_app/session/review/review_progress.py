"""Progress of the review, in the numbers that window and exports share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind
from ahsml_app.base.types import FloatArray, Int8Array, IntArray, SampleTable
from ahsml_app.core.analysis.errors_remaining import errors_among
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.honest_sample import HonestSample, include_sample, stored_sample
from ahsml_app.session.review.label_verdicts import NO_VERDICT, WRONG, label_verdicts
from ahsml_app.session.review.queue import review_states
from ahsml_app.session.review.timeline import Timeline, TimelineSource, read_timeline

Estimate = tuple[float, float, float]
UNKNOWN: Estimate = (math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """Progress of the review.

    Attributes:
        decided: Number of images with a decision.
        errors_found: Number of wrong labels among the decided images, by `label_verdicts`.
        hit_rate: Share of errors among the labels that a decision judges; NaN for none.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end.
        checked: Number of undecided images that the model has checked.
    """

    decided: int
    errors_found: int
    hit_rate: float
    errors_left: Estimate
    checked: int = 0


class ReviewTimeline:
    """Keeps the timeline of a project for its current scores.

    A training or a class edit replaces the table of the project; a timeline of the old table is
    then dropped.

    Args:
        project: The project; only its thread may call the methods.

    Attributes:
        sample: The honest sample; None if none was drawn.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._timeline: Timeline | None = None
        self.sample: HonestSample | None = stored_sample(project)
        self._table: SampleTable | None = None  # the table that the timeline belongs to

    @property
    def blind(self) -> bool:
        """Whether the gallery hides the scores of undecided images, as the sample is open."""
        return self.sample is not None and self.sample.is_open(self._project)

    def include_sample(self, included: bool) -> None:
        """Blends an honest sample into the queue, or leaves it out.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        self.sample = include_sample(self._project, included=included)

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

    def timeline(self) -> Timeline | None:
        """The timeline up to the newest decision, computed from the journal if need be.

        None before the first training.
        """
        source = self.source() if self.current is None else None
        if source is not None:
            self.keep(Timeline(source))
        self.follow()
        return self.current

    def errors_among(self, probabilities: FloatArray) -> Estimate:
        """Estimated wrong labels among undecided images: low end, best guess, high end (95 %).

        Every number of errors that the window shows is this one, so that all of them agree.

        Args:
            probabilities: (M,) stated error probabilities of the images; NaN is left out.
        """
        timeline = self.timeline()
        if timeline is None:
            return UNKNOWN
        return errors_among(probabilities, timeline.shift)

    def errors_found(self, rows: IntArray) -> int:
        """Number of wrong labels among some images, by the decisions about them."""
        return int((self._verdicts()[rows] == WRONG).sum())

    def progress(self) -> ReviewProgress:
        """Progress of the review; computes the timeline from the journal if there is none."""
        timeline, verdicts = self.timeline(), self._verdicts()
        judged, errors = int((verdicts != NO_VERDICT).sum()), int((verdicts == WRONG).sum())
        return ReviewProgress(
            decided=int((self._project.kinds != DecisionKind.UNDECIDED).sum()),
            errors_found=errors,
            hit_rate=errors / judged if judged else math.nan,
            errors_left=UNKNOWN if timeline is None else timeline.left,
            checked=int((review_states(self._project) == CHECKED_BY_MODEL).sum()),
        )

    def _verdicts(self) -> Int8Array:
        timeline = self.timeline()
        if timeline is not None:
            return timeline.verdicts
        labels, classes = self._project.labels, self._project.classes
        added = np.isin(labels, [classes.index(class_id) for class_id in classes.added_ids])
        nothing = np.full(len(labels), np.nan, dtype=np.float32)
        return label_verdicts(self._project.kinds, added, nothing)
