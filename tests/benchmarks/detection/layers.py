"""Inner layers beside the last one: what they add to the detection, by the same code.

    python tests/benchmarks layers [--seeds 3]

The second half of CIFAR-10N (the layers were chosen on the first half), and clothing and plankton
with planted errors, of seeds that nobody chose on. The same training has the whole features, and
the numbers of the last layer alone.
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
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.ranking_metrics import average_precision
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import LabelledSet, folder_labels, planted_sets, real_sets
from benchmarks.detection.detection import features_of
from benchmarks.detection.methods import finish

Features = npt.NDArray[np.float16]


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, default=3, help="seeds of the planted noise")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, seeds=1)
    last = load_backbone().dimension - load_backbone().inner
    rows: list[list[Any]] = []
    for each, features in _sets(asked.data, asked.seeds, quick=asked.quick):
        alone, whole = (_precision(part, each) for part in (features[:, :, :last], features))
        rows.append([each.name, int((each.given != each.truth).sum()), alone, whole, whole - alone])
        print(rows[-1], flush=True)
    gains = [row[-1] for row in rows]
    text = (
        "## Inner layers\n\nAverage precision with the last layer alone and with the inner layers "
        f"beside it, by the same code. Mean gain of the {len(rows)} rows: "
        f"{np.mean(gains):+.4f}, least {min(gains):+.4f}; {sum(gain > 0 for gain in gains)} gain."
        f"\n\n{circumstances()}\n\n"
        + table(("set", "errors", "last layer", "with inner layers", "difference"), rows)
    )
    write_section(asked.results, "layers", text)


def _sets(data: Path, seeds: int, *, quick: bool) -> Iterator[tuple[LabelledSet, Features]]:
    if not quick:
        for each in real_sets(data):
            if (each.given != each.truth).any():
                features = features_of(data, each.folder, each.paths, DEFAULT_VIEWS)
                half = slice(len(each.paths) // 2, None)
                yield _part(each, half, f"{each.name}, second half"), features[:, half]
    for folder in ("clothing",) if quick else ("clothing", "plankton"):
        paths, _, _ = folder_labels(data, folder)
        features = features_of(data, folder, paths, DEFAULT_VIEWS)
        row_of = {path: row for row, path in enumerate(paths)}
        for small in (True, False)[: 1 if quick else 2]:
            for each in planted_sets(data, folder, features[0], seeds, small):
                yield each, features[:, [row_of[path] for path in each.paths]]


def _part(each: LabelledSet, rows: slice, name: str) -> LabelledSet:
    arrays = {key: getattr(each, key)[rows] for key in ("paths", "given", "truth")}
    return replace(each, name=name, **arrays)


def _precision(features: Features, each: LabelledSet) -> float:
    every = np.ones(len(each.given), dtype=bool)
    data = TrainData(np.ascontiguousarray(features), each.given, every, each.classes)
    result = finish(train(TrainConfig(), data))
    wrong = 1 - result.corrected[np.arange(len(each.given)), each.given]
    return average_precision(wrong, each.given != each.truth)
