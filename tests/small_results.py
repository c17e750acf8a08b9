"""A small, complete set of results with awkward names, for the tests of result files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ahsml_app.base.self_test import CalibrationBin, PlantedResult, SelfTest
from ahsml_app.base.types import Embeddings, Quarantined, SampleTable, Scores
from ahsml_app.session.export.result_counts import count_results
from ahsml_app.store.result_files import Decisions, RunRecord, undecided

CLASSES = ("=cat|dog", 'Größe, "L"', "<script>alert(1)</script>")
PATHS = ("a/1.png", "a/with,comma.png", "b/new\nline.png", 'b/quote".png', "=SUM(A1).png")
NAN = float("nan")


def small_table() -> SampleTable:
    return SampleTable(
        root=Path("photos"),
        paths=PATHS,
        labels=np.array([0, 1, 2, 0, -1]),
        class_names=CLASSES,
        columns={
            "split": ("train", "train", "test", "", "train"),
            "annotator": ("@ann", "-bob", "", "+eve", "carriage\rreturn"),
            "label": ("old 0", "old 1", "old 2", "old 3", ""),
        },
        source_columns=("annotator", "path", "worse_label", "label", "split"),
        label_column="worse_label",
    )


def small_scores() -> Scores:
    floats = np.float32
    return Scores(
        error_probability=np.array([0.03125, 0.9375, 0.5, 0.25, NAN], floats),
        adaptive_weight=np.array([1, 0.125, 0.5, 0.75, NAN], floats),
        consistency=np.array([0.875, 0.75, 0.25, 1, 0.5], floats),
        top_labels=np.array([[0, 1, 2], [2, 1, 0], [2, 0, 1], [0, 2, -1], [1, 0, 2]]),
        top_confidences=np.array(
            [
                [0.9375, 0.05, 0.0125],
                [0.75, 0.25, 0],
                [0.5, 0.3, 0.2],
                [1, 0, 0],
                [0.5, 0.25, 0.25],
            ],
            floats,
        ),
        suggested=np.array([0, 2, 2, 0, 1]),
        suggestion_confidence=np.array([0.9375, 0.75, 0.5, 1, 0.5], floats),
        class_divergence=np.array([0, 0.625, 0, 0, NAN], floats),
        outlier_probability=np.array([0.125, 0.25, 0.995, 0.5, 0.75], floats),
        duplicate_group=np.array([0, 0, -1, -1, -1]),
        duplicate_conflict=np.array([True, True, False, False, False]),
        fold_group=np.array([1, 1, -1, 0, 0]),
        image_findings=np.array([0, 0, 1, 72, 0]),
        quadrant=np.array([0, 1, 2, 3, 0]),
        flagged=np.array([False, True, False, False, False]),
        expected_errors=(0.8, 1.71875, 2.5),
        noise_matrix=np.eye(3, dtype=floats),
        class_distances=np.zeros((3, 3), floats),
    )


def small_embeddings() -> Embeddings:
    points = np.linspace(-0.5, 0.5, 10, dtype=np.float32).reshape(5, 2)
    vectors = np.float32([[1, 0, 0], [0, -1, 0], [0.6, 0.8, 0], [0, 0, 1], [0, 0.6, -0.8]])
    return Embeddings(points, 0.1, vectors)


def small_quarantine() -> list[Quarantined]:
    return [Quarantined("b/<b>broken</b>.jpg", "truncated, 12 bytes are missing")]


def small_record() -> RunRecord:
    return RunRecord(
        version="1.2.3",
        started="2026-01-02T03:04:05+00:00",
        finished="2026-01-02T03:05:00+00:00",
        seed=7,
        options={"backbone": "efficientnet-lite0", "epochs": None, "labels": Path("labels.csv")},
        versions={"python": "3.11", "machine": "<i>box</i>"},
        timings={"scan": 0.12345, "extract features": 8.0},
        counts={"images": 5, "flagged": 1},
        expected_errors=(0.8, 1.71875, NAN),
    )


def small_self_test() -> SelfTest:
    found = (0.125, 0.25, 0.5, 0.875, 1.0)
    bins = (CalibrationBin(900, 0.03, 0.02), CalibrationBin(50, 0.81, 0.77))
    results = (
        PlantedResult("random", 40, found, bins, 0.0112, (12.4, 43.6, 71.2)),
        PlantedResult("nearest", 41, (0.1, 0.2, 0.3, 0.4, 0.6), bins, 0.0533, (45.2, 61.0, 80.1)),
        PlantedResult("branch", 39, (0.1, 0.2, 0.3, 0.5, 0.7), bins, 0.0221, (5.0, 30.4, 60.0)),
    )
    return SelfTest("2026-01-02T03:09:00+00:00", 7, 950, 30.0, 61.5, results)


def record_of(
    table: SampleTable,
    scores: Scores,
    quarantined: Sequence[Quarantined] = (),
    decisions: Decisions | None = None,
) -> RunRecord:
    """The record of a run with these results."""
    counts = count_results(
        table, decisions or undecided(table), scores, quarantined, len(table.class_names)
    )
    return replace(
        small_record(), counts=counts.as_record(), expected_errors=scores.expected_errors
    )
