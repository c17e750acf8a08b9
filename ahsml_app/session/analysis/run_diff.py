"""The difference between two trainings in counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray, Scores
from ahsml_app.core.analysis.errors_remaining import Shift, errors_among

MOST_RISEN = 12
LEAST_RISE = 0.05
"""Least rise of the error probability of an image that counts as having moved up."""


@dataclass(frozen=True, slots=True)
class RunDiff:
    """The changes between two trainings, over the undecided images.

    Attributes:
        suggestions: Number of images with another suggestion.
        newly_flagged: Number of images flagged only by the later training.
        no_longer_flagged: Number of images flagged only by the earlier training.
        errors_before: Estimated wrong labels by the earlier scores, corrected by the decisions:
            low end, best guess, high end.
        errors_after: The same by the later scores.
        risen: Rows that moved up most, the largest rise first.
        rises: Rise of the error probability of each of these rows.
    """

    suggestions: int
    newly_flagged: int
    no_longer_flagged: int
    errors_before: tuple[float, float, float]
    errors_after: tuple[float, float, float]
    risen: tuple[int, ...]
    rises: tuple[float, ...]


def diff_runs(
    before: Scores, after: Scores, kinds: IntArray, shift: Shift, *, most: int = MOST_RISEN
) -> RunDiff:
    """Compares two trainings of the same samples.

    Args:
        before: Scores of the earlier training.
        after: Scores of the later training.
        kinds: (N,) kinds of the decisions; decided images are left out.
        shift: What the verdicts teach about the probabilities (`Timeline.shift`).
        most: Largest number of rows in `risen`.
    """
    waiting = kinds == DecisionKind.UNDECIDED
    old, new = before.error_probability, after.error_probability
    # An image that had no probability before has not moved up.
    rise = np.where(waiting & ~np.isnan(old) & ~np.isnan(new), new - old, -np.inf)
    order = np.argsort(-rise, kind="stable")[:most]
    order = order[rise[order] >= LEAST_RISE]
    return RunDiff(
        suggestions=int((waiting & (before.suggested != after.suggested)).sum()),
        newly_flagged=int((waiting & after.flagged & ~before.flagged).sum()),
        no_longer_flagged=int((waiting & before.flagged & ~after.flagged).sum()),
        errors_before=errors_among(old[waiting], shift),
        errors_after=errors_among(new[waiting], shift),
        risen=tuple(int(row) for row in order),
        rises=tuple(float(value) for value in rise[order]),
    )
