"""What a retraining changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray, Scores

MOST_RISEN = 12
LEAST_RISE = 0.05
"""Rise of the error probability from which an image counts as having moved up."""


@dataclass(frozen=True, slots=True)
class RunChange:
    """Before and after, over the images without a decision.

    Attributes:
        suggestions: How many suggestions are others than before.
        newly_flagged: How many images are flagged now and were not before.
        no_longer_flagged: The other way round.
        errors_before: Best guess at the wrong labels among them by the earlier scores.
        errors_after: By the later ones.
        risen: Rows that moved up most, the farthest first.
        rises: By how much the probability of an error rose for each.
    """

    suggestions: int
    newly_flagged: int
    no_longer_flagged: int
    errors_before: float
    errors_after: float
    risen: tuple[int, ...]
    rises: tuple[float, ...]


def compare_runs(
    before: Scores, after: Scores, kinds: IntArray, *, most: int = MOST_RISEN
) -> RunChange:
    """Compare two trainings of the same samples.

    Args:
        before: Scores of the earlier one.
        after: Scores of the later one.
        kinds: (N,) decisions made between them; decided images are left out.
        most: How many of the images that moved up are named.
    """
    waiting = kinds == DecisionKind.UNDECIDED
    old, new = before.error_probability, after.error_probability
    # An image that had no probability before has not moved up.
    rise = np.where(waiting & ~np.isnan(old) & ~np.isnan(new), new - old, -np.inf)
    order = np.argsort(-rise, kind="stable")[:most]
    order = order[rise[order] >= LEAST_RISE]
    return RunChange(
        suggestions=int((waiting & (before.suggested != after.suggested)).sum()),
        newly_flagged=int((waiting & after.flagged & ~before.flagged).sum()),
        no_longer_flagged=int((waiting & before.flagged & ~after.flagged).sum()),
        errors_before=float(np.nansum(old[waiting])),
        errors_after=float(np.nansum(new[waiting])),
        risen=tuple(int(row) for row in order),
        rises=tuple(float(value) for value in rise[order]),
    )
