"""Accepts what looks right to the model: apart from what a person says.

A check by the model is a mark, no decision. So the images stay undecided for everything that
learns from decisions or counts them: training, trusted images, the estimate of errors left, the
honest sample, and how far reviewers agree. Only the queue takes them for done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ahsml_app.base.decisions import BY_MODEL, DecisionKind, Mark
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.honest_sample import stored_sample
from ahsml_app.session.review.queue import QueueFilter, queue_rows

SHARE = 0.01
"""Largest share of wrong labels that is expected below the proposed cut."""

LARGEST_CUT = 0.5
"""From here on a label is more probably wrong than right."""

_STEPS = 1000
"""A cut is proposed in tenths of a per cent."""


def acceptable_rows(project: Project, queue_filter: QueueFilter) -> IntArray:
    """The images that the model may check: those nearest to `LARGEST_CUT` first.

    They are undecided, there, labelled, below the largest cut, pass the gallery's other filters,
    belong to a class, have no duplicate of another label, and are in no honest sample that is open.
    """
    scores = project.scores
    if scores is None:
        return np.empty(0, dtype=np.int64)
    narrowed = replace(
        queue_filter,
        low=0.0,
        high=LARGEST_CUT,
        kinds=frozenset({int(DecisionKind.UNDECIDED)}),
        sort="error_probability",
        descending=True,
    )
    rows = queue_rows(project, narrowed)
    doubtful = scores.outlier | scores.duplicate_conflict | scores.flagged
    doubtful |= project.states == SampleState.MISSING
    doubtful[list(project.marks[Mark.CHECKED])] = True
    sample = stored_sample(project)
    if sample is not None and sample.included:
        doubtful[sample.rows] = True
    return rows[~doubtful[rows]]


def proposed_cut(probabilities: FloatArray, errors_among: Callable[[FloatArray], float]) -> float:
    """The largest cut below which at most `SHARE` of the labels are expected to be wrong.

    Args:
        probabilities: (M,) stated error probabilities of the images.
        errors_among: Expected wrong labels among images of stated probabilities.

    Returns:
        The cut, in tenths of a per cent; the smallest one if none has so few.
    """
    low, high = 1, round(LARGEST_CUT * _STEPS)
    while low < high:
        middle = (low + high + 1) // 2
        among = probabilities[probabilities <= middle / _STEPS]
        if errors_among(among) <= SHARE * len(among):
            low = middle
        else:
            high = middle - 1
    return low / _STEPS


def check_by_model(project: Project, rows: IntArray) -> IntArray:
    """Marks images as checked by the model, as one step.

    Returns:
        The rows whose decision changed, which are none.

    Raises:
        ProjectError: If it could not be written; then nothing has changed.
    """
    name = Message.plural(
        "Mark {count:,} image as checked by the model",
        "Mark {count:,} images as checked by the model",
        count=len(rows),
    )
    return project.mark(rows, Mark.CHECKED, BY_MODEL, name)


def take_back_checks(project: Project, rows: IntArray) -> IntArray:
    """Takes back that the model has checked images, as one step; returns and raises likewise."""
    checked = [int(row) for row in rows if int(row) in project.marks[Mark.CHECKED]]
    name = Message.plural(
        "Take back the model's check of {count:,} image",
        "Take back the model's check of {count:,} images",
        count=len(checked),
    )
    return project.mark(checked, Mark.CHECKED, "", name)
