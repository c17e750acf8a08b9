"""Writers of the result files, as functions of the table, its scores and its decisions.

Text is written unchanged unless `csv_safe` asks otherwise: a path or a class name that begins with
=, +, - or @ is data, and changing it breaks its use as a key.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.decisions import Mark
from ahsml_app.base.paths import APP_NAME, atomic_write
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.table_files import utf8_text, write_parquet, write_table
from ahsml_app.base.types import (
    IMAGE_FINDINGS,
    QUADRANTS,
    Embeddings,
    Quarantined,
    RealArray,
    SampleTable,
    Scores,
)

if TYPE_CHECKING:
    import pyarrow as pa

SCORE_COLUMNS = (
    *("path", "given_label", "suggested_label", "suggestion_confidence", "error_probability"),
    *("adaptive_weight", "consistency", "class_divergence", "outlier_probability"),
    *("duplicate_group", "flagged", "alternatives", "quadrant", "duplicate_conflict"),
    *("fold_group", *IMAGE_FINDINGS),
)
LABEL_COLUMNS = ("path", "label", "given_label", "decision")
MARK_COLUMNS = {
    Mark.STAR: "review_star",
    Mark.NOTE: "review_note",
    Mark.CHECKED: "review_checked",
}
"""Columns of `labels.csv` behind the others, in exports of a project that has any mark."""

UNDECIDED, DROPPED = "undecided", "drop"
RELABELLED_AUTOMATICALLY = "relabel-auto"
_MANIFEST_LABEL = "manifest_label"


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions in `labels.csv` (N rows in the order of the table).

    Attributes:
        labels: The label after the decision; empty for none.
        kinds: The decision: undecided, relabel-auto, keep, relabel, drop or ambiguous.
        marks: The text of each mark of the images that have it, by their paths.
    """

    labels: Sequence[str]
    kinds: Sequence[str]
    marks: Mapping[Mark, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The provenance of a run, for `run.json` and the report.

    Attributes:
        version: Version of the application.
        started: Start time in ISO 8601 with the offset from UTC.
        finished: End time in the same format.
        seed: Random seed.
        options: Name and value of each effective option.
        versions: Versions of the libraries, and a description of the machine.
        timings: Seconds per stage.
        counts: Counts of images, classes, flagged, quarantined, applied, ...
        expected_errors: Estimated number of wrong labels: low end, best guess, high end (95 %).
        self_test: Result of the self-test, which has a file of its own; None if none was made.
        log: What vouches for the decision log (see `LogSeal`); empty if none was written.
        notes: How the images and labels were read, a sentence each.
    """

    version: str
    started: str
    finished: str
    seed: int
    options: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    expected_errors: tuple[float, float, float] = (math.nan, math.nan, math.nan)
    self_test: SelfTest | None = None
    log: Mapping[str, object] = field(default_factory=dict)
    notes: Sequence[str] = ()


def undecided(table: SampleTable) -> Decisions:
    """The decisions of an unreviewed table: every given label, all undecided."""
    labels = [table.label_name(row) for row in range(len(table))]
    return Decisions(labels, [UNDECIDED] * len(table))


def write_labels(
    path: Path, table: SampleTable, decisions: Decisions, *, csv_safe: bool = False
) -> None:
    """Writes `labels.csv`: path, label, given_label, decision, then the manifest's own columns.

    The manifest's columns keep their names and order. Columns `given_label` and `decision`, which
    an earlier export added, are replaced, as are the `MARK_COLUMNS`, which stand before them where
    any image is marked. If the labels came from another column, the manifest's
    `label` becomes `manifest_label`, because `label` holds the result.
    """
    names, columns = _label_columns(table, decisions)
    write_table(path, names, zip(*columns, strict=True), csv_safe=csv_safe)


def write_labels_parquet(path: Path, table: SampleTable, decisions: Decisions) -> None:
    """Writes `labels.parquet`: the true texts beside a `labels.csv` for spreadsheets."""
    write_parquet(path, label_table(table, decisions))


def label_table(table: SampleTable, decisions: Decisions) -> pa.Table:
    """Returns `labels.csv` as a table of texts."""
    import pyarrow as pa

    names, columns = _label_columns(table, decisions)
    texts = [pa.array([utf8_text(value) for value in column], pa.string()) for column in columns]
    return pa.table(texts, names=[utf8_text(name) for name in names])


def _label_columns(
    table: SampleTable, decisions: Decisions
) -> tuple[list[str], list[Sequence[str]]]:
    given = [table.label_name(row) for row in range(len(table))]
    marks: dict[str, Sequence[str]] = {}
    if any(decisions.marks.values()):
        for mark, name in MARK_COLUMNS.items():
            texts = decisions.marks.get(mark, {})
            marks[name] = [texts.get(path, "") for path in table.paths]
    own = marks | {name: v for name, v in _manifest_columns(table) if name not in marks}
    names = [*LABEL_COLUMNS, *own]
    return names, [table.paths, decisions.labels, given, decisions.kinds, *own.values()]


def _manifest_columns(table: SampleTable) -> Iterator[tuple[str, Sequence[str]]]:
    given = [table.label_name(row) for row in range(len(table))]
    names = table.source_columns or tuple(table.columns)
    for name in names:
        if name == table.label_column:
            values: Sequence[str] | None = given
        else:
            values = table.columns.get(name)
        if values is None or (name == "label" == table.label_column):
            continue
        if name == "label" and _MANIFEST_LABEL not in names:
            yield _MANIFEST_LABEL, values
        elif name not in LABEL_COLUMNS:
            yield name, values


def write_scores_csv(
    path: Path, table: SampleTable, scores: Scores, *, csv_safe: bool = False
) -> None:
    """Writes `scores.csv`: one row per sample in the order of the table.

    Numbers have six decimals; a missing number is empty. `alternatives` has the form
    `dog:0.81|cat:0.12`, with `|` and backslash in class names escaped by a backslash.
    """
    columns = _score_columns(table, scores)
    columns["alternatives"] = [
        "|".join(f"{_escape(name)}:{confidence:.2f}" for name, confidence in choices)
        for choices in columns["alternatives"]
    ]
    cells = [[_cell(value) for value in columns[name]] for name in SCORE_COLUMNS]
    write_table(path, SCORE_COLUMNS, zip(*cells, strict=True), csv_safe=csv_safe)


def write_scores_parquet(path: Path, table: SampleTable, scores: Scores) -> None:
    """Writes `scores.parquet`, see `score_table`."""
    write_parquet(path, score_table(table, scores))


def score_table(table: SampleTable, scores: Scores) -> pa.Table:
    """Returns the scores as in `scores.csv`, with native types, and nulls for missing values."""
    import pyarrow as pa

    columns = _score_columns(table, scores)
    columns["alternatives"] = [
        [{"label": utf8_text(name), "probability": value} for name, value in choices]
        for choices in columns["alternatives"]
    ]
    choice = pa.struct([("label", pa.string()), ("probability", pa.float32())])
    types: dict[str, Any] = dict.fromkeys(SCORE_COLUMNS, pa.float32())
    types |= dict.fromkeys(("path", "given_label", "suggested_label", "quadrant"), pa.string())
    types |= dict.fromkeys(("duplicate_group", "fold_group"), pa.int64())
    types |= dict.fromkeys(("flagged", "duplicate_conflict", *IMAGE_FINDINGS), pa.bool_())
    types["alternatives"] = pa.list_(choice)
    arrays = {
        name: pa.array(
            [utf8_text(v) if isinstance(v, str) else v for v in columns[name]],
            type=types[name],
            from_pandas=True,  # converts NaN to null
        )
        for name in SCORE_COLUMNS
    }
    return pa.table(arrays)


def _score_columns(table: SampleTable, scores: Scores) -> dict[str, list[Any]]:
    names = np.array([*table.class_names, ""], dtype=object)  # index -1 reads the empty name
    alternatives = [
        [(str(names[k]), float(p)) for k, p in zip(labels, confidences, strict=True) if k >= 0]
        for labels, confidences in zip(scores.top_labels, scores.top_confidences, strict=True)
    ]
    return {
        "path": list(table.paths),
        "given_label": names[table.labels].tolist(),
        "suggested_label": names[scores.suggested].tolist(),
        "suggestion_confidence": scores.suggestion_confidence.tolist(),
        "error_probability": scores.error_probability.tolist(),
        "adaptive_weight": scores.adaptive_weight.tolist(),
        "consistency": scores.consistency.tolist(),
        "class_divergence": scores.class_divergence.tolist(),
        "outlier_probability": scores.outlier_probability.tolist(),
        "duplicate_group": [g if g >= 0 else None for g in scores.duplicate_group.tolist()],
        "flagged": scores.flagged.tolist(),
        "alternatives": alternatives,
        "quadrant": [QUADRANTS[index] for index in scores.quadrant],
        "duplicate_conflict": scores.duplicate_conflict.tolist(),
        "fold_group": [g if g >= 0 else None for g in scores.fold_group.tolist()],
        **{
            name: (scores.image_findings >> bit & 1).astype(bool).tolist()
            for bit, name in enumerate(IMAGE_FINDINGS)
        },
    }


def write_embeddings_npz(path: Path, table: SampleTable, embeddings: Embeddings) -> None:
    """Writes `embeddings.npz`, without pickle.

    It holds paths (N,) as strings, embeddings (N, E) and points (N, D) in float32, and the
    curvature.
    """
    arrays: dict[str, Any] = {"points": embeddings.points.astype(np.float32, copy=False)}
    if embeddings.vectors is not None:
        arrays["embeddings"] = embeddings.vectors.astype(np.float32, copy=False)
    with atomic_write(path) as stream:
        np.savez(
            stream,
            paths=np.array([utf8_text(name) for name in table.paths], dtype=np.str_),
            curvature=np.float64(embeddings.curvature),
            **arrays,
        )


def write_embeddings_parquet(path: Path, table: SampleTable, embeddings: Embeddings) -> None:
    """Writes `embeddings.parquet`: path, given label, embedding and point.

    The metadata holds the curvature of the ball that the points lie in.
    """
    import pyarrow as pa

    def vectors(values: RealArray) -> Any:
        flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).reshape(-1))
        return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])

    columns = {
        "path": pa.array([utf8_text(name) for name in table.paths], type=pa.string()),
        "label": pa.array(
            [utf8_text(table.label_name(row)) for row in range(len(table))], type=pa.string()
        ),
    }
    if embeddings.vectors is not None:
        columns["embedding"] = vectors(embeddings.vectors)
    columns["point"] = vectors(embeddings.points)
    metadata = {"curvature": repr(float(embeddings.curvature)), "point": "poincare ball"}
    write_parquet(path, pa.table(columns).replace_schema_metadata(metadata))


def write_manifest(
    path: Path,
    table: SampleTable,
    decisions: Decisions,
    *,
    left_out: frozenset[str] = frozenset({DROPPED}),
    delimiter: str = ",",
    csv_safe: bool = False,
) -> None:
    """Writes the manifest in its own format with the new labels: CSV, or Parquet by its suffix.

    Rows with a decision of `left_out` are left out. For class folders the columns are path and
    label.
    """
    own = table.source_columns or (table.path_column,)
    names = list(dict.fromkeys((*own, table.label_column)))
    kept = [row for row, kind in enumerate(decisions.kinds) if kind not in left_out]
    columns: dict[str, list[str]] = {}
    for name in names:
        blank = table.paths if name == table.path_column else ("",) * len(table)
        values = decisions.labels if name == table.label_column else table.columns.get(name, blank)
        columns[name] = [utf8_text(values[row]) for row in kept]
    if path.suffix.lower() in (".parquet", ".pq"):
        import pyarrow as pa

        write_parquet(path, pa.table({n: pa.array(v, pa.string()) for n, v in columns.items()}))
        return
    rows = zip(*columns.values(), strict=True)
    write_table(path, names, rows, delimiter, csv_safe=csv_safe)


def write_quarantine(
    path: Path, quarantined: Iterable[Quarantined], *, csv_safe: bool = False
) -> None:
    """Writes `quarantine.csv`: path and reason of each quarantined file."""
    rows = ([item.path, str(item.reason)] for item in quarantined)
    write_table(path, ("path", "reason"), rows, csv_safe=csv_safe)


def write_run_file(path: Path, record: RunRecord, files: Mapping[str, str]) -> None:
    """Writes `run.json`. Numbers that are not finite become null.

    Args:
        path: The file to write, after all others.
        record: The provenance of the run.
        files: The record of every other file by its relative name (see `staged_records`).
    """
    low, estimate, high = (round(value, 2) for value in record.expected_errors)
    content = {
        "application": APP_NAME,
        "version": record.version,
        "started": record.started,
        "finished": record.finished,
        "seed": record.seed,
        "options": dict(record.options),
        "counts": dict(record.counts),
        "expected_errors": {"low": low, "estimate": estimate, "high": high, "level": 0.95},
        "timings": {stage: round(seconds, 3) for stage, seconds in record.timings.items()},
        "versions": dict(record.versions),
        "files": dict(files),
    }
    content |= {"decision_log": dict(record.log)} if record.log else {}
    content |= {"notes": list(record.notes)} if record.notes else {}
    text = json.dumps(_jsonable(content), indent=2, ensure_ascii=False, allow_nan=False)
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(utf8_text(text) + "\n")


def _jsonable(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _escape(name: str) -> str:
    return name.replace("\\", "\\\\").replace("|", "\\|")
