"""Converts the results of a training to named arrays and back.

A training keeps its arrays as they were. Samples that came later, or whose content has changed, are
judged by its models meanwhile; those rows lie beside the arrays (`added_arrays`), and `RunArrays`
reads both as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.types import (
    UNLABELLED,
    AnyArray,
    Embeddings,
    FloatArray,
    IndexArray,
    IntArray,
    SampleTable,
    Scores,
)
from ahsml_app.core.mapped_arrays import empty_array

if TYPE_CHECKING:
    from ahsml_app.core.own_files.own_features import Standard
    from ahsml_app.core.training_data import TrainResult


SCORE, _HEAD, _BACKBONE = "score-", "head-", "backbone"
_CENTRE, _SPREAD = "own-centre", "own-spread"
OF_TRAINING = ("noise_matrix", "class_distances", "expected_errors")
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

POSTERIOR = "posterior"
"""Name of the array of the out-of-fold probabilities of all classes."""

HISTORIES = ("weight_history", "consistency_history")
_FILLS: Mapping[str, Any] = {
    "points": 0,
    "vectors": 0,
    "judged": UNLABELLED,
    "scored": False,
    "kinds": 0,
    "map": np.nan,
    POSTERIOR: np.nan,
    **dict.fromkeys(HISTORIES, np.nan),
}
"""Values of a sample that a training did not know, in the arrays beside the scores."""

ROWS = "rows"
"""Name of the array of the rows that `added_arrays` holds."""


class RunArrays(Mapping[str, AnyArray]):
    """The arrays of a training, with a row for each sample that the project has now.

    Args:
        arrays: The arrays as the training wrote them.
        count: Number of samples in the project, at least that of the training.
        added: What the models of the training say of samples that came later or have changed since;
            None for none.
    """

    def __init__(
        self, arrays: Mapping[str, AnyArray], count: int, added: Mapping[str, AnyArray] | None
    ) -> None:
        self._arrays, self._count = arrays, count
        self._added = {} if added is None else added
        self._extended: dict[str, AnyArray] = {}

    def __len__(self) -> int:
        return len(self._arrays)

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __getitem__(self, name: str) -> AnyArray:
        if name not in self._extended:  # on demand, because some are large
            self._extended[name] = self._extend(name, self._arrays[name])
        return self._extended[name]

    def _extend(self, name: str, array: AnyArray) -> AnyArray:
        field = name.removeprefix(SCORE)
        if name not in _FILLS and (field == name or field in OF_TRAINING):
            return array
        axis, size = int(name in HISTORIES), array.shape[int(name in HISTORIES)]
        if size == self._count and not self._added:
            return array
        shape = list(array.shape)
        shape[axis] = self._count
        extended = empty_array(tuple(shape), array.dtype)
        rows = extended.swapaxes(0, axis)  # a view
        rows[:size] = array.swapaxes(0, axis)[: self._count]
        rows[size:] = _FILLS[name] if name in _FILLS else _NOT_SCORED.get(field, np.nan)
        if name in self._added:
            added = self._added[ROWS]
            inside = added < self._count  # others are of an update that was never recorded
            rows[added[inside]] = self._added[name][inside]
        elif self._added and name == POSTERIOR:  # of content that has changed since
            added = self._added[ROWS]
            rows[added[added < self._count]] = np.nan
        return extended


def added_arrays(scores: Scores, embeddings: Embeddings) -> dict[str, AnyArray]:
    """What the models of a training say of samples that it did not know, as arrays.

    The arrays "rows", of their rows in the project, and "judged", of their given labels among the
    classes of the training, are to be added.

    Args:
        scores: Scores of M samples.
        embeddings: Their embeddings.
    """
    count = len(scores.error_probability)
    names = (field.name for field in fields(Scores) if field.name not in OF_TRAINING)
    arrays: dict[str, AnyArray] = {SCORE + n: np.asarray(getattr(scores, n)) for n in names}
    if embeddings.vectors is not None:
        arrays["vectors"] = embeddings.vectors.astype(np.float16)
    arrays |= {name: np.full((count, 1), np.nan, np.float16) for name in HISTORIES}
    return arrays | {
        "points": embeddings.points,
        "scored": np.zeros(count, dtype=bool),
        "kinds": np.zeros(count, dtype=np.int64),
        "map": np.full(count, np.nan),
    }


def merged_added(
    earlier: Mapping[str, AnyArray] | None, later: Mapping[str, AnyArray]
) -> dict[str, AnyArray]:
    """Joins two results of `added_arrays`; the later one wins where both have a row."""
    if earlier is None:
        return dict(later)
    kept = ~np.isin(earlier[ROWS], later[ROWS])
    return {
        name: np.concatenate([earlier[name][kept], array])
        for name, array in later.items()
        if name in earlier
    }


def expanded(scores: Scores, rows: IndexArray, count: int) -> Scores:
    """Expands the scores of some rows to all `count` rows of the table."""
    if len(rows) == count:
        return scores
    values: dict[str, Any] = {}
    for field in fields(Scores):
        value = getattr(scores, field.name)
        if field.name in OF_TRAINING:
            values[field.name] = value
            continue
        whole = np.full((count, *value.shape[1:]), _NOT_SCORED.get(field.name, np.nan), value.dtype)
        whole[rows] = value
        values[field.name] = whole
    return Scores(**values)


def expanded_rows(array: FloatArray, rows: IndexArray, count: int) -> FloatArray:
    """Expands the values of some rows to all `count` rows; the others are zero."""
    whole = np.zeros((count, *array.shape[1:]), dtype=np.float32)
    whole[rows] = array
    return whole


def unscored(scores: Scores, rows: IntArray) -> Scores:
    """The scores with some rows as if their images could not be read."""
    if not len(rows):
        return scores
    values: dict[str, Any] = {field.name: getattr(scores, field.name) for field in fields(Scores)}
    for name in values.keys() - set(OF_TRAINING):
        values[name] = np.array(values[name])
        values[name][rows] = _NOT_SCORED.get(name, np.nan)
    return Scores(**values)


def scores_of_rows(scores: Scores, rows: IndexArray) -> Scores:
    """The scores of some rows alone."""
    values = {field.name: getattr(scores, field.name) for field in fields(Scores)}
    return Scores(**{n: v if n in OF_TRAINING else v[rows] for n, v in values.items()})


def embeddings_of_rows(embeddings: Embeddings, rows: IndexArray) -> Embeddings:
    """The embeddings of some rows alone."""
    vectors = embeddings.vectors
    vectors = None if vectors is None else vectors[rows]
    return Embeddings(embeddings.points[rows], embeddings.curvature, vectors)


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
    posterior = empty_array((count, result.posterior.shape[1]), np.float16)
    posterior[:] = np.nan
    posterior[rows] = result.posterior
    arrays[POSTERIOR] = posterior
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
    missing = {
        "fold_group": np.full(count, -1, dtype=np.int64),
        "image_findings": np.zeros(count, dtype=np.int64),
        "outlier_probability": np.full(count, np.nan, dtype=np.float32),
    }
    names = [field.name for field in fields(Scores)]
    values: dict[str, Any] = {
        name: arrays[SCORE + name] if SCORE + name in arrays else missing[name] for name in names
    }
    low, best, high = (float(number) for number in values["expected_errors"])
    return Scores(**(values | {"expected_errors": (low, best, high)}))


def embeddings_of(arrays: Mapping[str, AnyArray]) -> Embeddings:
    """The embeddings among the arrays of a run."""
    curvature = float(arrays["curvature"].ravel()[0])
    return Embeddings(arrays["points"], curvature, arrays.get("vectors"))


def head_of(arrays: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Parameters of the final head among the arrays of a run."""
    return {name[len(_HEAD) :]: arrays[name] for name in arrays if name.startswith(_HEAD)}


def backbone_of(arrays: Mapping[str, AnyArray]) -> AnyArray | None:
    """Packed weights of the tuned backbone among the arrays of a run, or None."""
    return arrays.get(_BACKBONE)


def standard_arrays(standard: Standard | None) -> dict[str, AnyArray]:
    """How features from a file were standardised, as arrays; none for those of a network."""
    return {} if standard is None else {_CENTRE: standard.centre, _SPREAD: standard.spread}


def standard_of(arrays: Mapping[str, AnyArray]) -> Standard | None:
    """How features from a file were standardised, by the arrays of a run, or None."""
    from ahsml_app.core.own_files.own_features import Standard

    if _CENTRE not in arrays or _SPREAD not in arrays:
        return None
    return Standard(np.asarray(arrays[_CENTRE]), np.asarray(arrays[_SPREAD]))


def judged_of(arrays: Mapping[str, AnyArray]) -> IntArray:
    """(N,) index of the label that each score judges, -1 for none."""
    return arrays["judged"]
