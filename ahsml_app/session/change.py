"""What a retraining changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray, Scores

MOST_RISEN = 12


@dataclass(frozen=True, slots=True)
class RunChange:
    """Before and after, over the images without a decision.

    Attributes:
        suggestions: How many suggestions are others than before.
        newly_flagged: How many images are flagged now and were not before.
        no_longer_flagged: The other way round.
        errors_before: Estimated wrong labels before: low end, best guess, high end.
        errors_after: After.
        risen: Rows that moved up most, the farthest first.
    """

    suggestions: int
    newly_flagged: int
    no_longer_flagged: int
    errors_before: tuple[float, float, float]
    errors_after: tuple[float, float, float]
    risen: tuple[int, ...]


def compare_runs(before: Scores, after: Scores, kinds: IntArray) -> RunChange:
    """Compare two trainings of the same samples.

    Args:
        before: Scores of the earlier one.
        after: Scores of the later one.
        kinds: (N,) decisions made between them; decided images are left out.
    """
    waiting = kinds == DecisionKind.UNDECIDED
    old = np.nan_to_num(before.error_probability)
    new = np.nan_to_num(after.error_probability)
    rise = np.where(waiting, new - old, -1.0)
    order = np.argsort(-rise, kind="stable")[:MOST_RISEN]
    risen = tuple(int(row) for row in order if rise[row] > 0.05)
    return RunChange(
        suggestions=int((waiting & (before.suggested != after.suggested)).sum()),
        newly_flagged=int((waiting & after.flagged & ~before.flagged).sum()),
        no_longer_flagged=int((waiting & before.flagged & ~after.flagged).sum()),
        errors_before=before.expected_errors,
        errors_after=after.expected_errors,
        risen=risen,
    )
