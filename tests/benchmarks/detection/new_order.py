"""Whether a new order after each decision saves looks, and how long it takes.

    python tests/benchmarks rerank [--seeds 3]

A simulated person reviews the queue of trained clothes from the top and says the truth: with errors
of 20 % that lie in the nearest class, and with clusters of errors that look alike. Counted are the
looks until 80 and 90 % of the wrong labels are found, in the order of the training and with a new
order after every look or after every tenth. The constants were chosen on the seeds 100 and 101.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.options.run_options import DEFAULT_VIEWS
from ahsml_app.core.geometry.knn import unit_rows
from ahsml_app.core.training_data import TrainResult
from ahsml_app.session.desk.rerank import Reranking, alike_mistakes
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import break_up, folder_labels, plant
from benchmarks.detection.detection import features_of
from benchmarks.detection.methods import DEFAULT, train_on

SHARES = (0.8, 0.9)
EVERY = (0, 10, 1)
"""After how many looks the queue is ordered anew; 0 for never."""

SIZES, CLASSES, WIDTH = (10_000, 100_000, 1_000_000), 10, 394
"""Made-up images for the milliseconds; the width is that of the embedding of ten classes."""

DECISIONS = 30
Labels = npt.NDArray[np.int64]


def main() -> None:
    """Train, simulate the reviews, and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, seeds=1, sizes=(10_000,))
    paths, truth, classes = folder_labels(asked.data, "clothing")
    features = features_of(asked.data, "clothing", paths, DEFAULT_VIEWS)
    rows: list[list[str]] = []
    groups: list[list[str]] = []
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        for name, given in (
            ("nearest 20%", plant(truth, classes, "nearest", 0.2, features[0], seed)),
            ("clusters", break_up(truth, features[0], seed)),
        ):
            result = train_on(DEFAULT, np.ascontiguousarray(features), given, classes)
            rows.append([f"{name} seed {seed}", *looks_row(result, given, truth)])
            groups.append([f"{name} seed {seed}", *group_row(result, given, truth)])
            print(rows[-1], groups[-1], flush=True)
    times = [time_row(size) for size in asked.sizes]
    text = report(rows, groups, times)
    print(text)
    write_section(asked.results, "rerank", text)


def looks_row(result: TrainResult, given: Labels, truth: Labels) -> list[str]:
    """Wrong labels, and looks until each share of them is found, for each way to order."""
    wrong = given != truth
    cells = [f"{wrong.sum()}"]
    for share in SHARES:
        needed = int(np.ceil(share * wrong.sum()))
        cells += [f"{_looks(result, given, wrong, needed, every)}" for every in EVERY]
    return cells


def _looks(
    result: TrainResult, given: Labels, wrong: npt.NDArray[np.bool_], needed: int, every: int
) -> int:
    stated = (1 - result.corrected[np.arange(len(given)), given]).astype(np.float32)
    reranking = Reranking(stated, given, result.embedding.astype(np.float16))
    queue = np.argsort(-stated, kind="stable")
    found = looks = 0
    while found < needed:
        row, queue = int(queue[0]), queue[1:]
        looks, found = looks + 1, found + int(wrong[row])
        reranking.judge(row, int(wrong[row]))
        if every and looks % every == 0:
            queue = reranking.ordered(queue)
    return looks


def group_row(result: TrainResult, given: Labels, truth: Labels) -> list[str]:
    """Images offered as the same mistake as a wrong label with the right suggestion, and how right.

    Weighed by image: share of the offered others for which the same verdict is right.
    """
    suggested = result.corrected.argmax(1)
    seeds = np.flatnonzero((given != truth) & (suggested == truth))
    if not len(seeds):
        return ["–"] * 4
    vectors = result.embedding.astype(np.float16)
    sizes, right, pair_sizes, pair_right = [], 0, [], 0
    for row in seeds:
        others = alike_mistakes(int(row), given, suggested, vectors)[1:]
        pair = np.flatnonzero((given == given[row]) & (suggested == suggested[row]))
        sizes.append(len(others))
        right += int((truth[others] == suggested[row]).sum())
        pair_sizes.append(len(pair) - 1)
        pair_right += int((truth[pair] == suggested[row]).sum()) - 1
    return [
        f"{np.mean(sizes):.1f}",
        f"{right / max(1, sum(sizes)):.0%}",
        f"{np.mean(pair_sizes):.1f}",
        f"{pair_right / max(1, sum(pair_sizes)):.0%}",
    ]


def time_row(size: int) -> list[str]:
    """Milliseconds of a decision, of counting what moved, and of the new order: median and most."""
    random = np.random.default_rng(0)
    vectors = unit_rows(random.standard_normal((size, WIDTH), dtype=np.float32))
    vectors = vectors.astype(np.float16)
    stated = random.beta(0.3, 2, size).astype(np.float32)
    given = random.integers(0, CLASSES, size)
    reranking, queue = Reranking(stated, given, vectors), np.argsort(-stated, kind="stable")
    times: dict[str, list[float]] = {"judge": [], "count": [], "order": []}
    for number in range(DECISIONS):
        row = int(queue[number])
        for name, work in (
            ("judge", lambda row=row, n=number: reranking.judge(row, n % 2)),
            ("count", lambda n=number: reranking.moved_up(queue[n + 1 :])),
            ("order", lambda n=number: reranking.ordered(queue[n + 1 :])),
        ):
            start = time.perf_counter()
            work()
            times[name].append(1000 * (time.perf_counter() - start))
    cells = [f"{np.median(values):.1f} ({max(values):.0f})" for values in times.values()]
    return [f"{size:,}", *cells]


def report(rows: list[list[str]], groups: list[list[str]], times: list[list[str]]) -> str:
    """The section of the results."""
    looks = [f"{share:.0%}, {_every(every)}" for share in SHARES for every in EVERY]
    means = _means(rows)
    return (
        "## A new order after decisions\n\n"
        "Looks until 80 and 90 % of the wrong labels are found, among 1,000 clothes, by a person "
        "who never errs.\n\n"
        f"{circumstances()}\n\n{table(('set', 'wrong', *looks), rows + means)}\n\n"
        "*Same mistake as this*, from each wrong label whose suggestion is right: how many other "
        "images are offered and for how many of them the same verdict is right; beside it all "
        "images with the same given and suggested class. In the clusters, half of the classes have "
        "lost all their labels, so that no wrong label has the right suggestion.\n\n"
        f"{table(('set', 'offered', 'right', 'same two classes', 'right'), groups)}\n\n"
        f"Milliseconds, median (and most) of {DECISIONS} decisions on made-up vectors of {WIDTH} "
        f"numbers and {CLASSES} classes: to take in a decision, to count what moved up, and to "
        "order anew, which only happens when asked.\n\n"
        f"{table(('images', 'decision', 'count', 'order'), times)}"
    )


def _every(every: int) -> str:
    return {0: "order of the training", 1: "anew after every look"}.get(
        every, f"anew after {every}"
    )


def _means(rows: list[list[str]]) -> list[list[Any]]:
    """A row of means for each kind of set."""
    kinds = dict.fromkeys(row[0].split(" seed ")[0] for row in rows)
    means = []
    for kind in kinds:
        cells = np.array([[float(c) for c in row[1:]] for row in rows if row[0].startswith(kind)])
        means.append([f"**{kind}, mean**", *(f"**{value:.0f}**" for value in cells.mean(0))])
    return means
