r"""Retrieval with embeddings that were trained under wrong labels: the tables of RESULTS.md.

    python tests/benchmarks retrieval [--quick] \
        [--stage known|apart|unseen|tuned|radius|ablation|all]

Every finished row is appended to retrieval.jsonl in the folder --out and not computed again for the
same features and settings; `--report` writes the tables into RESULTS.md. See README.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from ahsml_app.base.options.run_options import DEFAULT_VIEWS
from benchmarks.common.bench_command import BENCHMARKS, DATA, RESULTS, parse
from benchmarks.common.ledger import read_rows, settle
from benchmarks.common.sets import LabelledSet, first_images, folder_labels, real_sets
from benchmarks.detection.detection import QUICK_IMAGES, features_of
from benchmarks.detection.methods import Method
from benchmarks.retrieval.retrieval_ablation import ablations
from benchmarks.retrieval.retrieval_methods import compared, few
from benchmarks.retrieval.retrieval_radius import radius_rows
from benchmarks.retrieval.retrieval_report import current_code, write_report
from benchmarks.retrieval.retrieval_sets import (
    APART,
    CLEAN,
    KINDS,
    SYMMETRIC_20,
    SYMMETRIC_50,
    Features,
    known_sets,
    unseen_sets,
)
from benchmarks.retrieval.retrieval_tuned import tuned_ablations, tuned_methods

STAGES = ("known", "apart", "unseen", "tuned", "radius", "ablation")

Work = tuple[LabelledSet, Features, list[Method]]


def main() -> None:
    """Compute the stages that were asked for, and write the report."""
    asked = _arguments()
    place = asked.out / "retrieval.jsonl"
    if not asked.report:
        for stage in STAGES if asked.stage == "all" else (asked.stage,):
            for each, features, methods in WORK[stage](asked):
                for method in methods:
                    settings, code = method.settings, current_code(method.name)
                    settle(place, each, method.name, features, settings, method.run, code)
    rows = read_rows(place)
    print(f"{len(rows)} rows in {place}")
    if rows and not asked.quick:
        write_report(asked.results, rows)
        print(f"Tables written into {asked.results}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, default=DATA, help="image folders")
    add("--stage", choices=(*STAGES, "all"), default="all")
    add("--seeds", type=int, default=3, help="seeds of noise and training")
    add("--out", type=Path, default=BENCHMARKS, help="folder of the rows")
    add("--results", type=Path, default=RESULTS, help="file that takes the tables")
    add("--report", action="store_true", help="compute nothing, only write the tables")
    return parse(parser)


def _known(asked: argparse.Namespace) -> Iterator[Work]:
    """Seed by seed, so that a run that is cut short has whole tables of fewer seeds."""
    features = _plain_and_views(asked, "plankton")
    for seed in _seeds(asked):
        kinds = (SYMMETRIC_50,) if asked.quick else KINDS
        for each in known_sets(asked.data, features, seed, kinds, quick=asked.quick):
            yield each.labelled, each.training_features, compared(each)


def _apart(asked: argparse.Namespace) -> Iterator[Work]:
    """Known classes of sets on which none of our constants for them was chosen."""
    for seed in _seeds(asked):
        for folder in APART[-1:] if asked.quick else APART:
            features = _plain_and_views(asked, folder)
            kinds = (SYMMETRIC_50,) if asked.quick else (CLEAN, SYMMETRIC_50)
            for each in known_sets(asked.data, features, seed, kinds, folder, quick=asked.quick):
                yield each.labelled, each.training_features, compared(each)


def _unseen(asked: argparse.Namespace) -> Iterator[Work]:
    for seed in _seeds(asked):
        for folder in ("plankton",) if asked.quick else ("plankton", "caltech101"):
            features = _plain_and_views(asked, folder)
            for each in unseen_sets(asked.data, folder, features, seed, quick=asked.quick):
                yield each.labelled, each.training_features, few(each)


def _tuned(asked: argparse.Namespace) -> Iterator[Work]:
    """The noise that is required to be survived comes second, should the run be cut short."""
    features = _plain_and_views(asked, "plankton")
    for seed in _seeds(asked):
        every = list(unseen_sets(asked.data, "plankton", features, seed, quick=asked.quick))
        for each in sorted(every, key=lambda one: one.labelled.name.find(SYMMETRIC_20)):
            methods = tuned_methods(each, asked.data, quick=asked.quick)
            yield each.labelled, each.training_features, methods


def _ablation(asked: argparse.Namespace) -> Iterator[Work]:
    features = _plain_and_views(asked, "plankton")
    kinds = (SYMMETRIC_50,) if asked.quick else (SYMMETRIC_50, CLEAN)
    for seed in _seeds(asked):
        for each in known_sets(asked.data, features, seed, kinds, quick=asked.quick):
            yield each.labelled, each.training_features, ablations(each, quick=asked.quick)
    for seed in () if asked.quick else _seeds(asked):
        for each in unseen_sets(asked.data, "plankton", features, seed, quick=False):
            if SYMMETRIC_20 not in each.labelled.name:
                yield each.labelled, each.training_features, tuned_ablations(each, asked.data)


def _radius(asked: argparse.Namespace) -> Iterator[Work]:
    """Label sets that people gave: the three of CIFAR-10N."""
    every = [each for each in real_sets(asked.data) if not each.name.endswith("clean")]
    if asked.quick:
        every = [first_images(each, QUICK_IMAGES, "quick") for each in every]
    features = features_of(asked.data, every[0].folder, every[0].paths, DEFAULT_VIEWS)
    for seed in _seeds(asked):
        for each in every[1:2] if asked.quick else every:
            yield each, features, list(radius_rows(each, every, features, seed))


def _plain_and_views(asked: argparse.Namespace, folder: str) -> Features:
    paths, _, _ = folder_labels(asked.data, folder)
    return features_of(asked.data, folder, paths, DEFAULT_VIEWS)


def _seeds(asked: argparse.Namespace) -> range:
    return range(1 if asked.quick else asked.seeds)


WORK = {
    "known": _known,
    "apart": _apart,
    "unseen": _unseen,
    "tuned": _tuned,
    "radius": _radius,
    "ablation": _ablation,
}
