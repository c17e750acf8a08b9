"""The map: which projection to the disc keeps neighbours, classes and their tree.

    python tests/benchmarks projection [--sets clothing plankton cifar10n] [--results FILE]

Each set becomes a project and is trained twice with the product's own training (one view, two
folds, two seeds). 3,000 images of it are projected by each method. Features come from the product's
cache, which AHSML_APP_CACHE moves. See README.md for the columns.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import squareform
from scipy.stats import spearmanr

from ahsml_app.base.disc import distance, midpoints
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.core.analysis.disc_projection import project, tangent_pca
from ahsml_app.core.device import limit_threads
from ahsml_app.core.geometry.poincare import einstein_midpoint, pairwise_distance
from ahsml_app.session.analysis.disc_map import draw_map, map_request
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project.library import create_project
from ahsml_app.session.project.project import Project
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import read_labels
from benchmarks.projection.projection_methods import class_mds, flat_tsne, horo_pca

IMAGES, SAMPLE, NEIGHBOURS, VOTERS = 3000, 1500, 15, 10
FLAT = "t-SNE in the plane"
OURS = "neighbour embedding in the disc (the map)"

T = TypeVar("T")
Array = npt.NDArray[Any]


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=["clothing", "plankton", "cifar10n"])
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, sets=["clothing"])
    limit_threads()
    place = Path(tempfile.mkdtemp())
    rows, kept = [], []
    try:
        for name in asked.sets:
            project_, truth = _trained(asked.data, name, place / name)
            rows += _compared(name, project_, truth)
            kept.append(_stability(name, project_))
            project_.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    text = _report(rows, kept)
    print(text)
    write_section(asked.results, "projection", text)


def _run(work: Generator[Any, None, T]) -> T:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def _trained(data: Path, name: str, folder: Path) -> tuple[Project, Array]:
    """A project, trained once, and the true class of each image."""
    flat = name == "cifar10n"
    labels = data / name / "aggre.csv" if flat else None
    source = Source(data / name if flat else data / name / "images", labels=labels)
    made = create_project(folder, name, source, _run(scan_source(source)))
    _train(made, 0)
    truth = made.table.labels
    if flat:
        right = read_labels(data / name / "truth.csv")
        index = {label: place for place, label in enumerate(made.class_names)}
        truth = np.array([index[right[path]] for path in made.table.paths])
    return made, truth


def _train(made: Project, seed: int) -> None:
    options = with_values(RunOptions(), {"views": 1, "folds": 2, "seed": seed})
    made.accept(_run(train_project(made.train_request(options))))


def _compared(name: str, made: Project, truth: Array) -> list[tuple[Any, ...]]:
    request = map_request(made)
    if request is None or made.scores is None:
        raise RuntimeError("no training")
    c, prototypes = request.curvature, np.asarray(request.prototypes)
    chosen = np.random.default_rng(1).permutation(np.flatnonzero(request.scored))[:IMAGES]
    points, sure = np.asarray(request.points)[chosen], made.scores.top_confidences[chosen, 0]
    methods: dict[str, Callable[[], Array]] = {
        "tangent PCA": lambda: tangent_pca(points, c),
        "HoroPCA": lambda: horo_pca(points, c),
        "MDS of the classes": lambda: class_mds(points, prototypes, c),
        FLAT: lambda: flat_tsne(points, c),
        OURS: lambda: _run(project(points, prototypes, c)).points.astype(np.complex128),
    }
    rows = []
    for method, place in methods.items():
        start = time.perf_counter()
        z = place()
        seconds = time.perf_counter() - start
        facts = _quality(points, c, z, truth[chosen], sure, flat=method == FLAT)
        rows.append((f"{name}, {method}", *facts, f"{seconds:.1f}"))
        print(*rows[-1], flush=True)
    return rows


def _quality(
    points: Array, c: float, z: Array, truth: Array, sure: Array, *, flat: bool
) -> tuple[float | None, ...]:
    """Trustworthiness, neighbours kept, class by vote, class distances, tree, radius."""
    chosen = np.random.default_rng(0).permutation(len(z))[:SAMPLE]
    some = torch.from_numpy(points[chosen]).double()
    high = pairwise_distance(some, some, c).numpy()
    low = _apart(z[chosen], flat=flat)
    np.fill_diagonal(high, np.inf)
    np.fill_diagonal(low, np.inf)
    ranks, near = high.argsort(1).argsort(1), low.argsort(1)
    n, k = len(chosen), NEIGHBOURS
    beyond = np.maximum(np.take_along_axis(ranks, near[:, :k], 1) - k + 1, 0).sum()
    trust = 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * beyond
    kept = float((np.take_along_axis(ranks, near[:, :k], 1) < k).mean())
    votes = truth[chosen][near[:, :VOTERS]]
    won = np.array([np.bincount(row).argmax() for row in votes])
    classes = [np.flatnonzero(truth == label) for label in np.unique(truth)]
    whole = torch.from_numpy(points).double()
    ones = [torch.ones(len(rows), dtype=torch.float64) for rows in classes]
    centres = torch.cat(
        [einstein_midpoint(whole[r], w, c) for r, w in zip(classes, ones, strict=True)]
    )
    pairs = np.triu_indices(len(classes), 1)
    far = pairwise_distance(centres, centres, c).numpy()[pairs]
    middles = [z[r].mean() if flat else midpoints(z[r], np.ones(len(r))) for r in classes]
    seen = _apart(np.array(middles), flat=flat)[pairs]
    tree = squareform(cophenet(linkage(far, "average")))[pairs]
    radius = None if flat else spearmanr(np.abs(z), sure)[0]
    accuracy = float((won == truth[chosen]).mean())
    return trust, kept, accuracy, spearmanr(far, seen)[0], spearmanr(tree, seen)[0], radius


def _apart(z: Array, *, flat: bool) -> Array:
    return np.abs(z[:, None] - z[None]) if flat else distance(z[:, None], z[None])


def _stability(name: str, made: Project) -> tuple[Any, ...]:
    """How far images move from one training to the next, with and without the earlier map."""
    request = map_request(made)
    if request is None:
        raise RuntimeError("no training")
    first = _run(draw_map(request))
    _train(made, 1)
    later = map_request(made)
    if later is None:
        raise RuntimeError("no training")
    start = time.perf_counter()
    second = _run(draw_map(replace(later, keep=False)))
    seconds = time.perf_counter() - start
    alone = _run(draw_map(replace(later, keep=False, project=made.folder / "nowhere")))
    random = np.random.default_rng(0).permutation(len(first.points))
    return (
        name,
        f"{len(first.points):,}",
        float(np.nanmedian(distance(first.points, second.points))),
        float(np.nanmedian(distance(first.points, alone.points))),
        float(np.nanmedian(distance(first.points, first.points[random]))),
        f"{seconds:.1f}",
    )


def _report(rows: list[tuple[Any, ...]], kept: list[tuple[Any, ...]]) -> str:
    columns = (
        "set, method",
        "trustworthiness",
        "neighbours kept",
        "class by vote",
        "class distances",
        "class tree",
        "radius and confidence",
        "seconds",
    )
    moved = (
        "set",
        "images",
        "moved after a retraining",
        "without the earlier map",
        "any two images",
        "seconds, all images",
    )
    return "\n\n".join(
        [
            "## Projections to the disc",
            circumstances(),
            f"{IMAGES:,} images of each set. Trustworthiness and neighbours kept of "
            f"{NEIGHBOURS} neighbours, on {SAMPLE:,} of them; the class by a vote of "
            f"{VOTERS}; rank correlation of the distances on the map with those of the classes "
            "and with those in the classes' tree; of the radius with the probability of the best "
            "class. t-SNE in the plane is a control: it has no middle and no isometries.",
            table(columns, rows),
            "Median hyperbolic distance between the places of the same image on the maps of two "
            "trainings with other seeds.",
            table(moved, kept),
        ]
    )
