"""Writes the report: one self-contained HTML file, which needs no network."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ahsml_app.base.message import shown_lines
from ahsml_app.base.paths import atomic_write, resources_folder
from ahsml_app.base.self_test import BUDGETS, KIND_NAMES, SelfTest
from ahsml_app.base.types import (
    QUADRANTS,
    UNLABELLED,
    IndexArray,
    IntArray,
    Quarantined,
    SampleTable,
    Scores,
)
from ahsml_app.store.output.annotator_shares import annotator_shares
from ahsml_app.store.result_files import RunRecord

Thumbnail = Callable[[str], bytes | None]

SUSPECTS_SHOWN = 60
CLASSES_IN_CONFUSION = 20
GROUPS_SHOWN = 24
GROUP_MEMBERS_SHOWN = 6
QUARANTINED_SHOWN = 100
ANNOTATORS_SHOWN = 50
_MOST_HEAT = 45  # percent of colour in a cell; more would make its number hard to read

_Values = dict[str, Any]


def write_report(
    path: Path,
    table: SampleTable,
    scores: Scores,
    quarantined: Sequence[Quarantined],
    record: RunRecord,
    thumbnail: Thumbnail,
) -> None:
    """Writes `report.html`.

    Args:
        path: The file to write.
        table: The samples.
        scores: Scores of the samples.
        quarantined: Files that were set aside.
        record: Provenance of the run.
        thumbnail: Returns a small JPEG of a sample by its path, or None.
    """
    page = render_report(table, scores, quarantined, record, thumbnail)
    # An invalid UTF-8 byte of a file name is shown like \udcff.
    with atomic_write(
        path, "w", encoding="utf-8", newline="\n", errors="backslashreplace"
    ) as stream:
        stream.write(page)


def render_report(
    table: SampleTable,
    scores: Scores,
    quarantined: Sequence[Quarantined],
    record: RunRecord,
    thumbnail: Thumbnail,
) -> str:
    """Renders the report as HTML; the arguments are those of `write_report`."""
    import jinja2  # here, because `--help` must not wait for it

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources_folder() / "report"),
        autoescape=True,  # names of files and classes are untrusted text
        finalize=lambda value: shown_lines(value) if type(value) is str else value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    suspects, counts = _suspects(table, scores, thumbnail), record.counts
    return environment.get_template("report.html.j2").render(
        source="/".join(table.root.parts[-2:]),
        finished=_readable_time(record.finished),
        record=record,
        images=_grouped(counts["images"]),
        classes=counts["classes"],
        flagged=_grouped(counts["flagged"]),
        outliers=_grouped(counts["outliers"]),
        changes=_changes(counts),
        reviewed=counts["decided_undecided"] + counts["applied"] < counts["images"],
        estimate=_estimate(record.expected_errors),
        suspects=suspects,
        badges_shown=any(item["badges"] for item in suspects),
        confusion=_confusion(table, scores),
        class_table=_class_table(table, scores),
        annotators=_annotators(table, scores),
        duplicates=_duplicates(table, scores, thumbnail),
        self_test=_self_test(record.self_test),
        quarantine={"files": quarantined[:QUARANTINED_SHOWN], "total": counts["quarantined"]},
        settings=_settings(record),
    )


def _changes(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Changes in labels.csv, as names and numbers; empty if there are none."""
    changes = [("labels changed", counts["relabelled"]), ("images dropped", counts["decided_drop"])]
    return [(name, _grouped(number)) for name, number in changes if number]


def _estimate(expected_errors: tuple[float, float, float]) -> _Values | None:
    if not all(math.isfinite(value) for value in expected_errors):
        return None
    low, best, high = expected_errors
    return {
        "low": _grouped(math.floor(low)),
        "best": _grouped(round(best)),
        "high": _grouped(math.ceil(high)),
    }


def _suspects(table: SampleTable, scores: Scores, thumbnail: Thumbnail) -> list[_Values]:
    ranked = np.flatnonzero(~np.isnan(scores.error_probability))
    order = np.argsort(-scores.error_probability[ranked], kind="stable")[:SUSPECTS_SHOWN]
    return [_suspect_entry(table, scores, int(row), thumbnail) for row in ranked[order]]


def _suspect_entry(table: SampleTable, scores: Scores, row: int, thumbnail: Thumbnail) -> _Values:
    changed = scores.suggested[row] not in (table.labels[row], UNLABELLED)
    changed &= not scores.outlier[row]
    return _thumbnail_entry(table, row, thumbnail) | {
        "suggested": table.class_names[scores.suggested[row]] if changed else "",
        "percent": _percent(scores.error_probability[row]),
        "weight": _degree(scores.adaptive_weight[row]),
        "consistency": _degree(scores.consistency[row]),
        "badges": _badges(scores, row),
    }


def _badges(scores: Scores, row: int) -> list[dict[str, str]]:
    meanings = {
        "~": ("ambiguous image", QUADRANTS[scores.quadrant[row]] == "ambiguous"),
        "=": ("a duplicate carries another label", scores.duplicate_conflict[row]),
        "∅": ("does not belong to any class", scores.outlier[row]),
    }
    return [{"sign": sign, "meaning": text} for sign, (text, on) in meanings.items() if on]


def _thumbnail_entry(table: SampleTable, row: int, thumbnail: Thumbnail) -> _Values:
    path = table.paths[row]
    jpeg = thumbnail(path)
    encoded = base64.b64encode(jpeg).decode("ascii") if jpeg else ""
    return {
        "path": path,
        "name": path.rpartition("/")[2],
        "given": table.label_name(row) or "unlabelled",
        "picture": f"data:image/jpeg;base64,{encoded}" if encoded else "",
    }


def _confusion(table: SampleTable, scores: Scores) -> _Values:
    """Counts of given against suggested label, as rows of cells with their heat in percent."""
    counts = _confusion_counts(table, scores)
    changes = counts.copy()
    np.fill_diagonal(changes, 0)
    involved = changes.sum(axis=0) + changes.sum(axis=1)
    truncated = len(table.class_names) > CLASSES_IN_CONFUSION
    if not involved.any():
        return {"names": [], "rows": [], "cut": truncated}
    shown = np.arange(len(table.class_names))
    if truncated:
        shown = np.sort(np.argsort(-involved, kind="stable")[:CLASSES_IN_CONFUSION])
    peak = int(changes[np.ix_(shown, shown)].max()) or 1
    rows = [
        {
            "name": table.class_names[given],
            "cells": [
                {
                    "count": int(counts[given, suggested]),
                    "heat": math.ceil(_MOST_HEAT * changes[given, suggested] / peak),
                    "same": given == suggested,
                }
                for suggested in shown
            ],
        }
        for given in shown
    ]
    return {"names": [table.class_names[k] for k in shown], "rows": rows, "cut": truncated}


def _confusion_counts(table: SampleTable, scores: Scores) -> IntArray:
    classes = len(table.class_names)
    judged = (table.labels != UNLABELLED) & (scores.suggested != UNLABELLED)
    pairs = table.labels[judged] * classes + scores.suggested[judged]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes).astype(np.int64)


def _class_table(table: SampleTable, scores: Scores) -> list[_Values]:
    """One row per class, the largest estimated share of wrong labels first."""
    labelled = table.labels != UNLABELLED
    labels = table.labels[labelled]
    count = len(table.class_names)
    images = np.bincount(labels, minlength=count)
    flagged = np.bincount(labels, weights=scores.flagged[labelled], minlength=count)
    probability = np.nan_to_num(scores.error_probability[labelled])
    share = np.bincount(labels, weights=probability, minlength=count) / np.maximum(images, 1)
    return [
        {
            "name": table.class_names[k],
            "images": _grouped(int(images[k])),
            "flagged": _grouped(int(flagged[k])),
            "percent": _percent(share[k]),
        }
        for k in np.argsort(-share, kind="stable")
    ]


def _annotators(table: SampleTable, scores: Scores) -> _Values | None:
    shares = annotator_shares(table, scores)
    if shares is None:
        return None
    rows = [
        {
            "name": row.name,
            "labels": _grouped(row.labels),
            "wrong": "–" if math.isnan(row.wrong) else f"{_percent(row.wrong)} %",
            "agrees": f"{_percent(row.agrees / row.shared)} %" if row.shared else "–",
        }
        for row in shares.rows
    ]
    return {
        "rows": rows[:ANNOTATORS_SHOWN],
        "more": max(0, len(rows) - ANNOTATORS_SHOWN),
        "several": _grouped(shares.several),
        "unanimous": _grouped(shares.unanimous),
    }


def _duplicates(table: SampleTable, scores: Scores, thumbnail: Thumbnail) -> _Values:
    in_conflict = scores.duplicate_conflict & (scores.duplicate_group >= 0)
    groups = np.unique(scores.duplicate_group[in_conflict])
    shown = [
        [
            _thumbnail_entry(table, int(row), thumbnail)
            for row in _members(table, scores, int(group))[:GROUP_MEMBERS_SHOWN]
        ]
        for group in groups[:GROUPS_SHOWN]
    ]
    return {"groups": shown, "more": max(0, len(groups) - GROUPS_SHOWN)}


def _members(table: SampleTable, scores: Scores, group: int) -> IndexArray:
    """Rows of a duplicate group, first one of each label, so that these show the conflict."""
    rows = np.flatnonzero(scores.duplicate_group == group)
    first = np.unique(table.labels[rows], return_index=True)[1]
    return np.concatenate([rows[np.sort(first)], np.delete(rows, first)])


def _self_test(test: SelfTest | None) -> _Values | None:
    if test is None:
        return None
    rows = [
        {
            "name": KIND_NAMES[result.kind],
            "planted": _grouped(result.planted),
            "found": [_percent(share) for share in result.found],
            "count": _estimate(result.estimate),
            "holds": result.interval_holds,
            "calibration_error": f"{100 * result.calibration_error:.1f} %",
            "calibration": [
                {
                    "images": _grouped(each.images),
                    "stated": _percent(each.stated),
                    "observed": _percent(each.observed),
                }
                for each in result.calibration
            ],
        }
        for result in test.results
    ]
    return {"budgets": [f"{budget:.0%}" for budget in BUDGETS], "rows": rows}


def _settings(record: RunRecord) -> list[tuple[str, list[tuple[str, str]]]]:
    timings = [(stage, f"{seconds:.1f} s") for stage, seconds in record.timings.items()]
    options = [(name, "default" if v is None else str(v)) for name, v in record.options.items()]
    blocks = [
        ("Settings", [("seed", str(record.seed)), *(o for o in options if o[0] != "seed")]),
        ("Time", timings),
        ("Versions", [(name, str(value)) for name, value in record.versions.items()]),
    ]
    return [(title, facts) for title, facts in blocks if facts]


def _readable_time(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")  # a narrow space that does not break


def _percent(share: float) -> int:
    if math.isnan(share):
        return 0
    return 100 if share >= 1 else min(99, round(100 * float(share)))  # an estimate is never certain


def _degree(score: float) -> str:
    return "–" if math.isnan(score) else f"{100 * score:.0f} %"
