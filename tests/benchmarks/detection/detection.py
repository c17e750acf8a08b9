"""Detection of wrong labels against the peers: the tables of RESULTS.md.

    python tests/benchmarks detection [--stage cifar|clean|small|ablation|all] [--quick]

Every finished row is appended to detection.jsonl in the folder --out and not computed again for the
same features and settings; `--report` writes the tables into RESULTS.md. See README.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.options.run_options import DEFAULT_VIEWS
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.data.content_hash import fingerprint
from ahsml_app.core.device import limit_threads, limit_training_threads
from ahsml_app.core.features.extract import extract_features
from benchmarks.common.bench_command import BENCHMARKS, DATA, RESULTS, parse
from benchmarks.common.ledger import CODE, read_rows, settle
from benchmarks.common.sets import LabelledSet, first_images, folder_labels, planted_sets, real_sets
from benchmarks.detection.detection_report import ABLATED, write_report
from benchmarks.detection.detection_tuned import CACHED, tuned
from benchmarks.detection.detection_tuned import CODE as TUNED_CODE
from benchmarks.detection.methods import (
    TUNED,
    VIEWS,
    Method,
    ablations,
    compared,
    finish,
    views_ablation,
)

STAGES = ("cifar", "clean", "small", "ablation", "tuned")
QUICK_IMAGES = 1000

Features = npt.NDArray[np.float16]


def main() -> None:
    """Compute the stages that were asked for, and write the report."""
    asked = _arguments()
    place = asked.out / "detection.jsonl"
    if not asked.report:
        stages = STAGES if asked.stage == "all" else (asked.stage,)
        for each, features, methods in _work(asked, stages):
            for method in methods:
                code = current_code(method.name)
                settle(place, each, method.name, features, method.settings, method.run, code)
    rows = read_rows(place)
    print(f"{len(rows)} rows in {place}")
    if rows and not asked.quick:
        write_report(asked.results, "detection", rows, current_code)
        print(f"Tables written into {asked.results}")


def current_code(method: str) -> str:
    """Digest of the code that a row of this method depends on, as it is now."""
    return TUNED_CODE if method.startswith(TUNED) else CODE


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, default=DATA, help="image folders")
    add("--stage", choices=(*STAGES, "all"), default="all")
    add("--seeds", type=int, default=3, help="seeds of the planted noise, and of tuned networks")
    devices = ("cpu", "cuda", "mps")
    add("--device", choices=devices, default="cpu", help="that networks are tuned on")
    add("--cached", action="store_true", help="networks are tuned on cached activations")
    add("--out", type=Path, default=BENCHMARKS, help="folder of the rows")
    add("--results", type=Path, default=RESULTS, help="file that takes the tables")
    add("--report", action="store_true", help="compute nothing, only write the tables")
    return parse(parser)


def _work(
    asked: argparse.Namespace, stages: tuple[str, ...]
) -> Iterator[tuple[LabelledSet, Features, list[Method]]]:
    """Each set with its features and what to compute on it, in the order of the stages."""
    for stage in stages:
        if stage in ("cifar", "clean"):
            for each, features in _real(asked, clean=stage == "clean"):
                yield each, features, compared(features, each, full=True)
        elif stage == "small":
            for each, features in _planted(asked, 1 if asked.quick else asked.seeds):
                yield each, features, compared(features, each, full=False)
        elif stage == "tuned":
            way = CACHED if asked.cached else asked.device
            for each, features in _real(asked):
                for seed in range(1 if asked.quick else asked.seeds):
                    job = (features, each, asked.data, seed)
                    yield each, features, [tuned(*job, quick=asked.quick, way=way)]
        else:
            yield from _ablation(asked)


def _ablation(
    asked: argparse.Namespace,
) -> Iterator[tuple[LabelledSet, Features, list[Method]]]:
    """Options are chosen on the first half of the images of people's label sets.

    Row by row over all sets, so that a run that is cut short has whole rows.
    """
    for views, listed in ((DEFAULT_VIEWS, ablations), (max(VIEWS), views_ablation)):
        halves = []
        for each, features in _real(asked, views):
            half = first_images(each, len(each.paths) // 2, ABLATED)
            part = features[:, : len(half.paths)]
            halves.append((half, part, listed(part, half)))
        count = 2 if asked.quick else len(halves[0][2])
        for row in range(count):
            for half, part, methods in halves:
                yield half, part, [methods[row]]


def _real(
    asked: argparse.Namespace, views: int = DEFAULT_VIEWS, *, clean: bool = False
) -> Iterator[tuple[LabelledSet, Features]]:
    """The label sets of CIFAR-10N: three of people, or the right labels."""
    features: Features | None = None
    for each in real_sets(asked.data):
        if (each.given == each.truth).all() == clean:
            chosen = first_images(each, QUICK_IMAGES, "quick") if asked.quick else each
            if features is None:
                features = features_of(asked.data, chosen.folder, chosen.paths, views)
            yield chosen, features
            if asked.quick:
                return


def _planted(
    asked: argparse.Namespace, seeds: int, views: int = DEFAULT_VIEWS
) -> Iterator[tuple[LabelledSet, Features]]:
    """The sets with planted noise: whole ones last, since they take longest."""
    for folder, small in (
        ("clothing", True),
        ("plankton", True),
        ("clothing", False),
        ("plankton", False),
    ):
        if asked.quick and not small:
            continue
        paths, _, _ = folder_labels(asked.data, folder)
        features = features_of(asked.data, folder, paths, views)
        place = {path: row for row, path in enumerate(paths)}
        for each in planted_sets(asked.data, folder, features[0], seeds, small):
            rows = np.array([place[path] for path in each.paths])
            yield each, np.ascontiguousarray(features[:, rows])
            if asked.quick:
                break


def features_of(
    data: Path,
    folder: str,
    paths: tuple[str, ...],
    views: int,
    backbone: Backbone | None = None,
) -> Features:
    """(views + 1, N, D) features by the product's own extraction, with its default settings.

    Those of a tuned backbone are kept for this call alone.
    """
    table = SampleTable(data / folder, paths, np.zeros(len(paths), dtype=np.int64), ("any",))
    cache = cache_folder()
    limit_threads()
    table, _ = finish(fingerprint(table, index_path=cache / "fingerprints.sqlite"))
    with TemporaryDirectory() as passing:
        place = cache if backbone is None else Path(passing)
        network, context = backbone or load_backbone(), RunContext("auto")
        job = extract_features(table, network, context, augmentations=views, cache_folder=place)
        found: Any = finish(job)
    limit_training_threads()
    if len(found.rows) != len(paths):
        raise SystemExit(f"{len(paths) - len(found.rows)} pictures of {folder} cannot be read.")
    return np.asarray(found.features)
