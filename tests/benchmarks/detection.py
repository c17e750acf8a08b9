"""Detection of wrong labels against the peers: the table of RESULTS.md.

    python tests/benchmarks/detection.py [--stage cifar|small|ablation|all] [--data DIR]

Finished rows are kept in a file of JSON lines and not computed again; `--report` prints the table.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from peers import ceiling_scores, cleanlab_scores, knn_scores
from report import print_report
from sets import LabelledSet, folder_labels, planted_sets, real_sets

from ahsml_app.base.events import Event
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import SampleTable
from ahsml_app.core import metrics
from ahsml_app.core.backbones import load_backbone
from ahsml_app.core.config import DEFAULT_VIEWS, TrainConfig
from ahsml_app.core.device import limit_training_threads
from ahsml_app.core.features import extract_features
from ahsml_app.core.fingerprint import fingerprint
from ahsml_app.core.folds import assign_folds, fold_count
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.trainer import train
from ahsml_app.core.training_data import TrainData, TrainResult

HERE = Path(__file__).resolve().parent
DEFAULT = TrainConfig()
PLAIN = replace(
    DEFAULT,
    pair_weight=float("inf"),
    margins="constant",
    view_pairs=False,
    consistency_weight=0.0,
    soft_similarity=False,
    weights="none",
    linear_expert=False,
    noise_model=False,
    passes=1,
)
CORE = replace(PLAIN, margins=DEFAULT.margins, view_pairs=True)
CEILING = replace(PLAIN, pair_weight=0.0, view_pairs=True, consistency_weight=1.0)
OPTIONS: dict[str, list[object]] = {
    "loss": sorted(LOSSES),
    "margins": ["constant", "paper", "distance"],
    "view_pairs": [False],
    "consistency_weight": [0.0],
    "soft_similarity": [False],
    "weights": ["none", "mixture"],
    "linear_expert": [False],
    "noise_model": [False],
    "passes": [1, 3],
    "pair_weight": [0.0, 0.3, 1.0],
    "dimension": [16, 128],
    "curvature": [0.01, 1.0],
    "temperature": [0.25, 1.0],
}

Features = npt.NDArray[np.float16]


def finish(events: Generator[Event, None, Any]) -> Any:
    """Run a generator of events to its end and take its result."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def features_of(data: Path, folder: str, paths: tuple[str, ...]) -> Features:
    """(V + 1, N, D) features by the product's own extraction, with its default settings."""
    table = SampleTable(data / folder, paths, np.zeros(len(paths), dtype=np.int64), ("any",))
    index = cache_folder() / "fingerprints.sqlite"
    table, _ = finish(fingerprint(table, index_path=index))
    found = finish(
        extract_features(table, load_backbone(), views=DEFAULT_VIEWS, cache_folder=cache_folder())
    )
    return np.asarray(found.features)


def trained(config: TrainConfig, features: Features, labels: Any, classes: int) -> TrainResult:
    every = np.ones(len(labels), dtype=bool)
    return finish(train(config, TrainData(features, labels, every, classes)))


def detection(scores: npt.NDArray[np.floating], wrong: npt.NDArray[np.bool_]) -> dict[str, float]:
    """The measures of a ranking; empty where nothing is wrong."""
    if not wrong.any():
        return {}
    return {
        "average_precision": metrics.average_precision(scores, wrong),
        "auroc": metrics.auroc(scores, wrong),
        "precision_1": metrics.precision_at(scores, wrong, 0.01),
        "precision_5": metrics.precision_at(scores, wrong, 0.05),
        "precision_10": metrics.precision_at(scores, wrong, 0.10),
        "review_80": metrics.review_share_to_find(scores, wrong, 0.8),
    }


def measured(scores: npt.NDArray[np.floating], each: LabelledSet) -> dict[str, Any]:
    """Measures over all images, and over both halves where options were chosen on the first."""
    wrong, half = each.given != each.truth, len(each.given) // 2
    facts: dict[str, Any] = detection(scores, wrong)
    if each.folder == "cifar10n" and wrong.any():
        facts["first_half"] = metrics.average_precision(scores[:half], wrong[:half])
        facts["second_half"] = metrics.average_precision(scores[half:], wrong[half:])
    return facts


def ours(config: TrainConfig, features: Features, each: LabelledSet) -> dict[str, Any]:
    """Train with the options on the given labels, and measure."""
    result = trained(config, features, each.given, each.classes)
    rows = np.arange(len(each.given))
    probability = 1 - result.corrected[rows, each.given]
    wrong = each.given != each.truth
    suggested = result.corrected.argmax(1)
    facts = measured(probability, each)
    facts["calibration_error"] = metrics.expected_calibration_error(probability, wrong)
    facts["flagged"] = float((probability > 0.5).mean())
    facts["estimated_errors"] = float(probability.sum())
    facts["errors"] = int(wrong.sum())
    if wrong.any():
        facts["suggestion_accuracy"] = float((suggested == each.truth)[wrong].mean())
    return facts


def methods(
    features: Features, each: LabelledSet, *, full: bool
) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    """Name and computation of each row of a set."""
    plain = features[0].astype(np.float32)
    standard = (plain - plain.mean(0)) / (plain.std(0) + 1e-3)
    # Rotated to principal components, all that are not nothing: exact for L2-penalised models.
    _, sizes, directions = np.linalg.svd(standard - standard.mean(0), full_matrices=False)
    standard = (standard - standard.mean(0)) @ directions[sizes > 1e-4 * sizes[0]].T
    every = np.ones(len(each.given), dtype=bool)
    count = fold_count(len(each.given))

    def peer() -> dict[str, Any]:
        folds = assign_folds(each.given, every, count, 0)
        scores, facts = cleanlab_scores(standard, each.given, each.truth, folds)
        return {**measured(scores, each), **facts}

    def ceiling() -> dict[str, Any]:
        folds = assign_folds(each.truth, every, count, 0)
        linear = measured(ceiling_scores(standard, each.given, each.truth, folds), each)
        result = trained(CEILING, features, each.truth, each.classes)
        rows = np.arange(len(each.given))
        head = measured(1 - result.posterior[rows, each.given], each)
        return max((linear, head), key=lambda facts: facts["average_precision"])

    yield "AHSML core + extension", lambda: ours(DEFAULT, features, each)
    if (each.given == each.truth).all():
        return
    yield "kNN", lambda: measured(knn_scores(plain, each.given, each.truth), each)
    yield "cleanlab", peer
    if full:
        yield "plain loss", lambda: ours(PLAIN, features, each)
        yield "AHSML core", lambda: ours(CORE, features, each)
        yield "ceiling", ceiling


def compute(place: Path, each: LabelledSet, features: Features, *, full: bool) -> None:
    """Compute the rows of a set that are not there yet."""
    for name, run in methods(features, each, full=full):
        settle(place, each, name, features, run, asdict(DEFAULT))


def ablate(place: Path, each: LabelledSet, features: Features) -> None:
    """One row for each other value of each option."""
    for option, values in OPTIONS.items():
        for value in values:
            if value == getattr(DEFAULT, option):
                continue
            config = replace(DEFAULT, **{option: value})

            def run(config: TrainConfig = config) -> dict[str, Any]:
                return ours(config, features, each)

            settle(place, each, f"{option} = {value}", features, run, asdict(config))


def settle(
    place: Path,
    each: LabelledSet,
    method: str,
    features: Features,
    run: Callable[[], dict[str, Any]],
    options: dict[str, Any],
) -> None:
    """Compute a row and append it, unless it is there for the same features and options."""
    content = repr((each.name, method, sorted(options.items()), features.shape)).encode()
    content += features[0, ::97].tobytes() + each.given.tobytes()
    digest = hashlib.blake2b(content, digest_size=8).hexdigest()
    if place.is_file():
        lines = place.read_text("utf-8").splitlines()
        if any(json.loads(line)["digest"] == digest for line in lines):
            return
    start = time.perf_counter()
    facts = run()
    row = {"set": each.name, "method": method, "digest": digest, **facts}
    row["seconds"] = round(time.perf_counter() - start, 1)
    with place.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    print(each.name, "|", method, "|", json.dumps(facts)[:150], row["seconds"], flush=True)


def main() -> None:
    """Run the stages that were asked for and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data")
    parser.add_argument("--rows", type=Path, default=HERE / "detection.jsonl")
    parser.add_argument("--stage", choices=("cifar", "small", "ablation", "all"), default="all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--report", action="store_true", help="only print the table")
    asked = parser.parse_args()
    limit_training_threads()
    if not asked.report and asked.stage in ("cifar", "ablation", "all"):
        sets = list(real_sets(asked.data))
        features = features_of(asked.data, "cifar10n", sets[0].paths)
        for each in sets if asked.stage != "ablation" else ():
            compute(asked.rows, each, features, full=True)
        for each in sets[:3] if asked.stage != "cifar" else ():
            ablate(asked.rows, each, features)
    if not asked.report and asked.stage in ("small", "all"):
        for folder, small in (
            ("clothing", False),
            ("clothing", True),
            ("plankton", True),
            ("plankton", False),
        ):
            paths, _, _ = folder_labels(asked.data, folder)
            features = features_of(asked.data, folder, paths)
            place = {path: row for row, path in enumerate(paths)}
            for each in planted_sets(asked.data, folder, features[0], asked.seeds, small):
                rows = np.array([place[path] for path in each.paths])
                compute(asked.rows, each, np.ascontiguousarray(features[:, rows]), full=False)
    versions = {name: metadata.version(name) for name in ("torch", "scikit-learn", "cleanlab")}
    print_report(asked.rows, {"machine": platform.platform(), **versions})


if __name__ == "__main__":
    main()
