"""The number of wrong labels: whether its interval holds, and the calibration of probabilities.

    python tests/benchmarks counts [--out FOLDER]

People's errors on parts of the second half of the images of CIFAR-10N and on all of them; no error
and errors planted at random, to the nearest class and from one class to another on clothes,
photographs and plankton. What the count depends on was chosen on the first half and on seeds from
100. Every finished row is appended to counts.jsonl and not computed again for the same features.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.options.run_options import DEFAULT_VIEWS
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.ensemble.error_count import expected_errors
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult
from benchmarks.common.bench_command import BENCHMARKS, DATA, RESULTS, parse
from benchmarks.common.ledger import CODE, Row, read_rows, settle
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import LabelledSet, folder_labels, move_to_one_class, plant, real_sets
from benchmarks.detection.detection import features_of
from benchmarks.detection.measures import measure_result
from benchmarks.detection.methods import finish

PARTS = ((500, 3), (1000, 2), (3000, 1), (5000, 1))
"""Images of a part of CIFAR-10N, and how many parts."""

SIZES = {"clothing": 600, "caltech101": 600, "plankton": 1000}
RATES, KINDS = (0.05, 0.1, 0.2, 0.3), ("random", "nearest", "one class to another")
PER_CLASS = 30
"""Images of each class, where a set has more classes than ten."""

METHOD = "counted"
Features = npt.NDArray[np.float16]
Rows = npt.NDArray[np.intp]


def main() -> None:
    """Compute the rows and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=BENCHMARKS, help="folder of the rows")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--report", action="store_true", help="compute nothing")
    parser.add_argument("--parts", type=int, default=1000, help=argparse.SUPPRESS)
    asked = parse(parser, parts=2)
    place = asked.out / "counts.jsonl"
    if not asked.report:
        for number, (each, features) in enumerate(_parts(asked.data)):
            if number >= asked.parts:
                break
            settle(place, each, METHOD, features, {}, lambda e=each, x=features: _row(x, e), CODE)
    rows = [row for row in read_rows(place) if row["code"] == CODE]
    if rows:
        write_section(asked.results, "counts", _text(rows))


def _row(features: Features, each: LabelledSet) -> dict[str, Any]:
    every = np.ones(len(each.given), dtype=bool)
    data = TrainData(features, each.given, every, each.classes)
    result: TrainResult = finish(train(TrainConfig(), data))
    wrong = 1 - result.corrected[np.arange(len(each.given)), each.given]
    low, best, high = expected_errors(wrong)
    interval = {"images": len(wrong), "low": low, "estimate": best, "high": high}
    return measure_result(result, replace(each, real=False)) | interval


def _parts(data: Path) -> Iterator[tuple[LabelledSet, Features]]:
    """All parts, the small ones of both kinds first."""
    people = _people(data)
    for planted in _planted(data):
        yield planted
        if (part := next(people, None)) is not None:
            yield part
    yield from people


def _people(data: Path) -> Iterator[tuple[LabelledSet, Features]]:
    labelled = [each for each in real_sets(data) if (each.given != each.truth).any()]
    features = features_of(data, "cifar10n", labelled[0].paths, DEFAULT_VIEWS)
    half = len(labelled[0].paths) // 2
    for images, count in (*PARTS, (2 * half, 1)):
        for seed in range(count):
            first = 0 if images > half else half
            random = np.random.default_rng([seed, images])
            rows = np.sort(first + random.permutation(2 * half - first)[:images])
            for each in labelled:
                yield _part(each, rows, f"{each.name} {len(rows):,} seed {seed}", features)


def _planted(data: Path) -> Iterator[tuple[LabelledSet, Features]]:
    for rate in (0.0, *RATES):
        for kind in KINDS if rate else KINDS[:1]:
            for folder in SIZES:
                yield _planted_part(data, folder, kind, rate)


def _planted_part(data: Path, folder: str, kind: str, rate: float) -> tuple[LabelledSet, Features]:
    paths, truth, classes = folder_labels(data, folder)
    seed = round(100 * rate) % 3
    rows = _some(truth, classes, SIZES[folder], seed)
    features = features_of(data, folder, paths, DEFAULT_VIEWS)[:, rows]
    _, labels = np.unique(truth[rows], return_inverse=True)
    count = int(labels.max()) + 1
    given = labels.copy()
    if rate and kind == KINDS[2]:
        given = move_to_one_class(labels, count, rate, seed)
    elif rate:
        given = plant(labels, count, kind, rate, features[0], seed)
    title = f"{folder} {kind} {rate:.0%}" if rate else f"{folder} no errors"
    chosen = tuple(paths[row] for row in rows)
    return LabelledSet(title, folder, chosen, given, labels, count), np.ascontiguousarray(features)


def _some(truth: npt.NDArray[np.int64], classes: int, images: int, seed: int) -> Rows:
    random = np.random.default_rng([seed, images])
    if classes <= 10:
        return np.sort(random.permutation(len(truth))[:images])
    chosen = random.permutation(classes)
    rows = [random.permutation(np.flatnonzero(truth == k))[:PER_CLASS] for k in chosen]
    return np.sort(np.concatenate(rows)[:images])


def _part(
    each: LabelledSet, rows: Rows, name: str, features: Features
) -> tuple[LabelledSet, Features]:
    part = replace(
        each,
        name=name,
        paths=tuple(each.paths[row] for row in rows),
        given=each.given[rows],
        truth=each.truth[rows],
    )
    return part, np.ascontiguousarray(features[:, rows])


def _text(rows: list[Row]) -> str:
    holds = [row["low"] <= row["errors"] <= row["high"] for row in rows]
    by_size = []
    for images in sorted({_size(row) for row in rows}):
        of_size = [row for row in rows if _size(row) == images]
        ratios = [row["estimate"] / row["errors"] for row in of_size if row["errors"]]
        calibration = [row["calibration_error"] for row in of_size]
        inside = sum(row["low"] <= row["errors"] <= row["high"] for row in of_size)
        by_size.append(
            [
                f"{images:,}",
                len(of_size),
                inside,
                float(np.median(ratios)) if ratios else None,
                float(np.median(calibration)),
                float(np.max(calibration)),
            ]
        )
    columns = ("images", "parts", "interval holds", "median of estimate / truth")
    columns += ("calibration error, median", "largest")
    each = [
        [
            row["set"],
            row["errors"],
            f"{row['estimate']:.0f} [{row['low']:.0f}, {row['high']:.0f}]",
            "yes" if inside else "no",
            row["calibration_error"],
            row["flagged"],
            row.get("average_precision"),
        ]
        for row, inside in zip(rows, holds, strict=True)
    ]
    headings = ("part", "wrong labels", "estimate", "holds", "calibration error", "flagged", "AP")
    return (
        "## The number of wrong labels\n\nThe 95 % interval holds in "
        f"{sum(holds)} of {len(holds)} parts. {circumstances()}\n\n"
        f"{table(columns, by_size)}\n\n{table(headings, each)}"
    )


def _size(row: Row) -> int:
    """The images of a row, where parts of about one size count together."""
    return 500 if row["images"] <= 600 else int(row["images"])
