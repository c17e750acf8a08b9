"""Images that belong to none of the classes: ours beside distances to neighbours and classes.

    python tests/benchmarks outliers [--seeds 3] [--first-seed 0]

Sets of the image folders, a tenth of their labels wrong, with images of other sets, made images and
classes that were left out. Seeds below 100 have every second image of each folder; the others
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import CancelToken
from ahsml_app.core.features.preprocess import fit_preparation
from ahsml_app.core.geometry.knn import unit_rows
from ahsml_app.core.training.outlier_probability import COMPONENTS, outlier_probability
from ahsml_app.core.training_data import TrainData
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.mixtures import Mixture, Pool, mixtures
from benchmarks.common.off_topic import write_images
from benchmarks.common.ranking_metrics import average_precision
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import folder_labels, read_labels
from benchmarks.detection.detection import features_of

MADE = {"plain": 15, "damaged": 25, "page": 12, "chart": 10}
"""Made images of each kind."""

SMALL_PICTURES = 4000
NEIGHBOURS = (5, 10, 30, 50, 100)
OURS = "ours"
EDGES = (0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.01)

Numbers = npt.NDArray[np.floating[Any]]


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0, help="100 and up served to choose by")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, seeds=1)
    pools = _folder_pools(asked.data)
    measured: dict[str, dict[str, list[tuple[float, float]]]] = {}
    shares: dict[str, list[tuple[float, float]]] = {}
    probabilities, truths = [], []
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        made = {"made": _made_pool(asked.data, seed)}
        for each in mixtures(pools | made, seed):
            scores = _candidates(each)
            probability = scores[OURS]
            probabilities.append(probability)
            truths.append(each.outlier)
            shares.setdefault(each.name, []).append(_shares(probability, each.outlier))
            if each.outlier.any():
                row = measured.setdefault(each.name, {})
                for name, values in scores.items():
                    row.setdefault(name, []).append(_quality(values, each.outlier))
        print(f"seed {seed} is done", flush=True)
    text = _report(measured, shares, np.concatenate(probabilities), np.concatenate(truths))
    print(text)
    write_section(asked.results, "outliers", f"{text}\n\n{circumstances()}")


def _folder_pools(data: Path) -> dict[str, Pool]:
    pools = {}
    for folder in ("clothing", "caltech101", "plankton"):
        paths, _, _ = folder_labels(data, folder)
        names = np.array([path.split("/")[1] for path in paths])
        pools[folder] = Pool(features_of(data, folder, paths, views=0)[0], names)
    labels = read_labels(data / "cifar10n" / "truth.csv")
    paths = tuple(labels)[:SMALL_PICTURES]
    features = features_of(data, "cifar10n", paths, views=0)[0]
    return pools | {"cifar10n": Pool(features, np.array([labels[path] for path in paths]))}


def _made_pool(data: Path, seed: int) -> Pool:
    photographs = sorted((data / "caltech101" / "images").glob("*/*"))[seed % 2 :: 2]
    with tempfile.TemporaryDirectory() as folder:
        for kind, count in MADE.items():
            write_images(Path(folder), kind, count, photographs, seed)
        paths = tuple(sorted(path.name for path in Path(folder).iterdir()))
        features = features_of(Path(folder), ".", paths, views=0)[0]
    return Pool(np.array(features), np.array([path.split("-")[0] for path in paths]))


def _candidates(each: Mixture) -> dict[str, Numbers]:
    """Scores of each way, larger for outliers."""
    cancel = CancelToken()
    data = TrainData(
        each.features[None], each.given, np.ones(len(each.given), dtype=bool), each.classes
    )
    preparation = fit_preparation(each.features, 512, cancel)
    unit = unit_rows(each.features)
    prepared = unit_rows(preparation(each.features))[:, :COMPONENTS].astype(np.float64)
    scores: dict[str, Numbers] = {}
    cosines = _nearest_cosines(unit, max(NEIGHBOURS))
    for count in NEIGHBOURS:
        scores[f"{count} neighbours"] = 1 - cosines[:, :count].mean(1)
    squared = _mahalanobis(prepared, each.given, each.classes)
    whole = _mahalanobis(prepared, np.zeros(len(prepared), dtype=np.int64), 1)
    scores["Mahalanobis"] = squared.min(1)
    scores["relative Mahalanobis"] = squared.min(1) - whole[:, 0]
    scores["class means"] = _to_means(unit, each.given, each.classes)
    for other in ("Mahalanobis", "relative Mahalanobis", "class means"):
        both = (scores["30 neighbours"], scores[other])
        scores[f"30 neighbours + {other}"] = np.sum([_standard(part) for part in both], axis=0)
    scores[OURS] = outlier_probability(data, preparation, cancel)
    return scores


def _nearest_cosines(unit: Numbers, count: int) -> Numbers:
    """(N, count) cosines to the nearest others, the nearest first."""
    rows = []
    for start in range(0, len(unit), 1024):
        block = unit[start : start + 1024]
        cosines = block @ unit.T
        cosines[np.arange(len(block)), start + np.arange(len(block))] = -2
        count = min(count, len(unit) - 2)
        nearest = -np.partition(-cosines, count, axis=1)[:, :count]
        rows.append(-np.sort(-nearest, axis=1))
    return np.concatenate(rows)


def _mahalanobis(features: Numbers, labels: npt.NDArray[np.int64], classes: int) -> Numbers:
    """(N, K) squared distances by one covariance within classes, shrunk by nine tenths."""
    means = np.stack([features[labels == k].mean(0) for k in range(classes)])
    centred = features - means[labels]
    covariance = centred.T @ centred / len(features)
    level = np.trace(covariance) / len(covariance)
    covariance = 0.1 * covariance + 0.9 * level * np.eye(len(covariance))
    root = np.linalg.cholesky(np.linalg.inv(covariance))
    ours, theirs = features @ root, means @ root
    squared = (ours**2).sum(1)[:, None] - 2 * ours @ theirs.T + (theirs**2).sum(1)
    return np.asarray(squared)


def _to_means(unit: Numbers, labels: npt.NDArray[np.int64], classes: int) -> Numbers:
    means = np.stack([unit[labels == k].mean(0) for k in range(classes)])
    return np.asarray(((means**2).sum(1) - 2 * unit @ means.T).min(1) + 1)


def _standard(values: Numbers) -> Numbers:
    """Standard scores, by median and median deviation."""
    centred = values - np.median(values)
    return np.asarray(centred / np.median(np.abs(centred)))


def _quality(values: Numbers, outlier: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Area under the ROC curve, and average precision."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(outlier, values)), average_precision(values, outlier)


def _shares(probability: Numbers, outlier: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Shares above one half of the outliers and of the others."""
    above = probability > 0.5
    return float(above[outlier].mean()) if outlier.any() else np.nan, float(above[~outlier].mean())


def _report(
    measured: dict[str, dict[str, list[tuple[float, float]]]],
    shares: dict[str, list[tuple[float, float]]],
    probability: Numbers,
    outlier: npt.NDArray[np.bool_],
) -> str:
    methods = list(next(iter(measured.values())))
    tables = []
    for which, title in enumerate(("Area under the ROC curve", "Average precision")):
        rows = [
            [name, *(float(np.mean([pair[which] for pair in row[way]])) for way in methods)]
            for name, row in measured.items()
        ]
        means = np.mean([row[1:] for row in rows], axis=0).tolist()
        tables.append(f"### {title}\n\n{table(('mixture', *methods), [*rows, ['mean', *means]])}")
    found = [
        [name, *("" if np.isnan(share) else f"{share:.2%}" for share in np.mean(pairs, axis=0))]
        for name, pairs in shares.items()
    ]
    bins = []
    for low, high in pairwise(EDGES):
        inside = (probability >= low) & (probability < high)
        if inside.any():
            numbers = (float(probability[inside].mean()), float(outlier[inside].mean()))
            bins.append([f"{low} to {min(high, 1)}", int(inside.sum()), *numbers])
    head = (
        "## What does not belong\n\nA tenth of each set's own labels are wrong. Every way sees the "
        "same plain features; constants were chosen on other images and seeds."
    )
    above = table(("mixture", "outliers above .5", "others above .5"), found)
    calibration = table(("probability", "images", "mean probability", "share of outliers"), bins)
    return "\n\n".join([head, *tables, above, calibration])


if __name__ == "__main__":
    main()
