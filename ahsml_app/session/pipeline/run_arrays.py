"""Converts the results of a training to named arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.types import AnyArray, Embeddings, IndexArray, IntArray, SampleTable, Scores

if TYPE_CHECKING:
    from ahsml_app.core.training_data import TrainResult


SCORE, _HEAD, _BACKBONE = "score-", "head-", "backbone"
_BY_CLASS = ("noise_matrix", "class_distances")
_NOT_SCORED: Mapping[str, Any] = {
    "top_labels": -1,
    "suggested": -1,
    "duplicate_group": -1,
    "duplicate_conflict": False,
    "fold_group": -1,
    "image_findings": 0,
    "flagged": False,
    "quadrant": 0,
}
"""Values of an unreadable image; NaN for all other fields."""


def expanded(scores: Scores, rows: IndexArray, count: int) -> Scores:
    """Expands the scores of some rows to all `count` rows of the table."""
    if len(rows) == count:
        return scores
    values: dict[str, Any] = {}
    for field in fields(Scores):
        value = getattr(scores, field.name)
        if field.name in _BY_CLASS or isinstance(value, tuple):
            values[field.name] = value
            continue
        whole = np.full((count, *value.shape[1:]), _NOT_SCORED.get(field.name, np.nan), value.dtype)
        whole[rows] = value
        values[field.name] = whole
    return Scores(**values)


def run_arrays(
    scores: Scores,
    result: TrainResult,
    rows: IndexArray,
    table: SampleTable,
    backbone: AnyArray | None = None,
) -> dict[str, AnyArray]:
    """All arrays of a training that the project keeps.

    Args:
        scores: Scores of all N samples.
        result: Result of the training on the readable samples.
        rows: Rows of the readable samples.
        table: All samples, with the labels that were judged.
        backbone: Packed weights of a tuned backbone; None if it was not tuned.
    """
    count = len(table)
    arrays: dict[str, AnyArray] = {
        SCORE + field.name: np.asarray(getattr(scores, field.name)) for field in fields(Scores)
    }
    points = np.zeros((count, result.points.shape[1]), dtype=np.float32)
    points[rows] = result.points
    vectors = np.zeros((count, result.embedding.shape[1]), dtype=np.float16)
    vectors[rows] = result.embedding
    histories = {
        "weight_history": result.weight_history,
        "consistency_history": result.consistency_history,
    }
    for name, history in histories.items():
        arrays[name] = np.full((len(history), count), np.nan, dtype=np.float16)
        arrays[name][:, rows] = history
    arrays |= {_HEAD + name: np.asarray(value) for name, value in result.head.items()}
    if backbone is not None:
        arrays[_BACKBONE] = backbone
    return arrays | {
        "points": points,
        "vectors": vectors,
        "curvature": np.array(result.curvature),
        "prototypes": result.prototypes,
        "judged": table.labels,
        "scored": np.isin(np.arange(count), rows),
    }


def scores_of(arrays: Mapping[str, AnyArray]) -> Scores:
    """The scores among the arrays of a run; older runs know fewer of them."""
    count = len(arrays["judged"])
    stored = {
        SCORE + "fold_group": np.full(count, -1, dtype=np.int64),
        SCORE + "image_findings": np.zeros(count, dtype=np.int64),
        SCORE + "outlier_probability": np.full(count, np.nan, dtype=np.float32),
    } | dict(arrays)
    values: dict[str, Any] = {f.name: stored[SCORE + f.name] for f in fields(Scores)}
    low, best, high = (float(number) for number in values["expected_errors"])
    return Scores(**(values | {"expected_errors": (low, best, high)}))


def embeddings_of(arrays: Mapping[str, AnyArray]) -> Embeddings:
    """The embeddings among the arrays of a run."""
    curvature = float(arrays["curvature"].ravel()[0])
    return Embeddings(arrays["points"], curvature, arrays.get("vectors"))


def head_of(arrays: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Parameters of the final head among the arrays of a run."""
    return {name[len(_HEAD) :]: value for name, value in arrays.items() if name.startswith(_HEAD)}


def backbone_of(arrays: Mapping[str, AnyArray]) -> AnyArray | None:
    """Packed weights of the tuned backbone among the arrays of a run, or None."""
    return arrays.get(_BACKBONE)


def judged_of(arrays: Mapping[str, AnyArray]) -> IntArray:
    """(N,) index of the label that each score judges, -1 for none."""
    return arrays["judged"]
