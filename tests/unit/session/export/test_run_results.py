"""Which suggestions `--apply confident` takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_results import small_scores, small_table

from ahsml_app.base.types import SampleTable, Scores
from ahsml_app.session.export.run_results import APPLIED_PRECISION, take_confident
from ahsml_app.store.result_files import RELABELLED_AUTOMATICALLY, UNDECIDED


def suspects(confidences: list[float]) -> tuple[SampleTable, Scores]:
    """Images of class 0, all flagged, of which each is said to be of class 1."""
    count = len(confidences)
    table = SampleTable(
        small_table().root,
        tuple(f"{row}.png" for row in range(count)),
        np.zeros(count, np.int64),
        ("given", "suggested"),
    )
    fewer = small_scores()
    scores = replace(
        fewer,
        flagged=np.ones(count, bool),
        suggested=np.ones(count, np.int64),
        suggestion_confidence=np.array(confidences, np.float32),
        outlier_probability=np.zeros(count, np.float32),
    )
    return table, scores


def taken(table: SampleTable, scores: Scores) -> list[int]:
    decisions = take_confident(table, scores)
    rows = [row for row, kind in enumerate(decisions.kinds) if kind == RELABELLED_AUTOMATICALLY]
    for row in range(len(table)):
        expected = "suggested" if row in rows else table.label_name(row)
        assert decisions.labels[row] == expected
        assert row in rows or decisions.kinds[row] == UNDECIDED
    return rows


@pytest.mark.parametrize(
    ("confidences", "rows"),
    [
        ([0.6, 0.99, 0.92, 0.8], [1, 2]),  # means .990, .955, .903
        ([0.94, 0.9, 0.6], []),  # even the surest falls short
        ([0.96, 0.97], [0, 1]),
        ([0.99, 0.91, 0.7], [0, 1]),  # exactly at the bound of .95
        ([], []),
    ],
)
def test_the_surest_are_taken_while_their_mean_stays_at_the_bound(
    confidences: list[float], rows: list[int]
) -> None:
    assert taken(*suspects(confidences)) == rows


@given(st.lists(st.floats(0.5, 1, width=32), max_size=40))
def test_no_more_and_no_fewer_than_the_bound_allows(confidences: list[float]) -> None:
    rows = taken(*suspects(confidences))
    chosen = np.array(confidences, np.float32)[rows]
    others = np.delete(np.array(confidences, np.float32), rows)
    if len(rows):
        assert chosen.mean() >= APPLIED_PRECISION - 1e-6
    if len(others):
        assert not len(rows) or others.max() <= chosen.min()
        assert (chosen.sum() + others.max()) / (len(rows) + 1) < APPLIED_PRECISION + 1e-6


def test_only_flagged_labels_of_the_training_part_change() -> None:
    table, scores = suspects([0.99] * 5)
    table = replace(
        table,
        columns={"split": ("train", "test", "train", "train", "train")},
        labels=np.array([0, 0, -1, 0, 0]),
    )
    scores = replace(
        scores,
        flagged=np.array([True, True, True, False, True]),
        suggested=np.array([1, 1, 1, 1, 0]),
    )
    assert taken(table, scores) == [0]


def test_what_belongs_to_no_class_keeps_its_label() -> None:
    table, scores = suspects([0.99, 0.98, 0.97])
    outlier = np.array([0.1, 0.9, np.nan], np.float32)
    assert taken(table, replace(scores, outlier_probability=outlier)) == [0, 2]
