"""What a retraining changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sample_projects import made_up_scores

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import Scores
from ahsml_app.core.analysis.errors_remaining import CELLS, fit_shift
from ahsml_app.session.analysis.run_diff import MOST_RISEN, diff_runs

LABELS = np.repeat(np.arange(4), 25)
NOTHING = np.zeros(100, dtype=np.int64)
NO_VERDICTS = fit_shift(np.zeros(CELLS), np.zeros(CELLS), np.zeros(CELLS))


def scores(**columns: Any) -> Scores:
    """Calm scores: every label looks right."""
    calm = {
        "error_probability": np.full(100, 0.02, np.float32),
        "suggested": LABELS,
        "flagged": np.zeros(100, dtype=bool),
    }
    return replace(made_up_scores(LABELS, 4), **(calm | columns))


def with_values(rows: list[int], values: list[float]) -> np.ndarray:
    probabilities = np.full(100, 0.02, np.float32)
    probabilities[rows] = values
    return probabilities


def test_the_same_scores_change_nothing() -> None:
    change = diff_runs(scores(), scores(), NOTHING, NO_VERDICTS)
    assert (change.suggestions, change.newly_flagged, change.no_longer_flagged) == (0, 0, 0)
    assert change.risen == ()
    assert change.rises == ()
    assert change.errors_before == change.errors_after
    assert change.errors_before[1] == pytest.approx(2.0)


def test_suggestions_and_flags_are_counted_both_ways() -> None:
    suggested = LABELS.copy()
    suggested[:7] = 3
    before, after = np.zeros(100, dtype=bool), np.zeros(100, dtype=bool)
    before[[1, 2, 3]] = True
    after[[3, 4]] = True
    change = diff_runs(
        scores(flagged=before), scores(flagged=after, suggested=suggested), NOTHING, NO_VERDICTS
    )
    assert change.suggestions == 7
    assert change.newly_flagged == 1
    assert change.no_longer_flagged == 2


def test_images_that_moved_up_come_farthest_first() -> None:
    after = with_values([10, 20, 30, 40], [0.3, 0.9, 0.06, 0.12])
    change = diff_runs(scores(), scores(error_probability=after), NOTHING, NO_VERDICTS)
    assert change.risen == (20, 10, 40)
    assert change.rises == pytest.approx((0.88, 0.28, 0.10))
    assert change.errors_after[1] == pytest.approx(2.0 + 0.88 + 0.28 + 0.04 + 0.10, rel=0.01)


def test_decided_images_do_not_count() -> None:
    kinds = NOTHING.copy()
    kinds[20] = DecisionKind.KEEP
    kinds[21] = DecisionKind.DROP
    suggested = LABELS.copy()
    suggested[20] = 3
    after = with_values([20, 21], [0.9, 0.9])
    flagged = after > 0.5
    change = diff_runs(
        scores(),
        scores(error_probability=after, flagged=flagged, suggested=suggested),
        kinds,
        NO_VERDICTS,
    )
    assert change.risen == ()
    assert change.suggestions == change.newly_flagged == 0
    assert change.errors_before == change.errors_after
    assert change.errors_before[1] == pytest.approx(98 * 0.02)


def test_missing_probabilities_neither_rise_nor_count() -> None:
    before, after = with_values([1], [np.nan]), with_values([1, 2], [0.9, np.nan])
    change = diff_runs(
        scores(error_probability=before), scores(error_probability=after), NOTHING, NO_VERDICTS
    )
    assert change.risen == ()
    assert change.errors_before[1] == pytest.approx(99 * 0.02)
    assert change.errors_after[1] == pytest.approx(98 * 0.02 + 0.9, rel=0.01)


def test_only_the_farthest_are_named() -> None:
    after = np.linspace(0.1, 0.9, 100).astype(np.float32)
    change = diff_runs(scores(), scores(error_probability=after), NOTHING, NO_VERDICTS)
    assert change.risen == tuple(range(99, 99 - MOST_RISEN, -1))
    few = diff_runs(scores(), scores(error_probability=after), NOTHING, NO_VERDICTS, most=3)
    assert few.risen == (99, 98, 97)
