"""Inputs of the growth benchmark's steps, made where the steps before them are not run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.speed.growth_steps import (
    BLOCK,
    CLASSES,
    SIDE,
    VIEWS,
    WIDTH,
    WRONG,
    keep,
    kept,
    stand_in,
)


def _images(place: Path, size: int) -> None:
    """Writes small pictures of `CLASSES` patterns with noise, a tenth of them in a wrong folder."""
    from PIL import Image

    folder = place / "images"
    random = np.random.default_rng(0)
    patterns = random.integers(40, 216, (CLASSES, 8, 8, 3))
    for label in range(CLASSES):
        (folder / f"class{label}").mkdir(parents=True)
    for number in range(size):
        truth = int(random.integers(CLASSES))
        wrong = random.random() < WRONG
        given = (truth + int(random.integers(1, CLASSES))) % CLASSES if wrong else truth
        pixels = patterns[truth] + random.normal(0, 60, (8, 8, 3))
        image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        image.save(folder / f"class{given}" / f"{number:07d}.png", compress_level=1)


def _table(folder: Path, size: int) -> None:
    """Writes a table of files that are not there, a tenth of them under a wrong label."""
    from ahsml_app.base.types import SampleTable

    random = np.random.default_rng(0)
    truth = np.arange(size) % CLASSES
    moved = np.where(random.random(size) < WRONG, random.integers(1, CLASSES, size), 0)
    labels = (truth + moved) % CLASSES
    names = tuple(f"class{label}" for label in range(CLASSES))
    paths = tuple(f"class{label}/{number:07d}.png" for number, label in enumerate(labels.tolist()))
    hashes = tuple(f"{number:032x}" for number in range(size))
    keep(folder, "table", SampleTable(folder / "images", paths, labels, names, hashes))


def _features(folder: Path, size: int) -> None:
    """Writes the features and thumbnails of pictures as `_images` draws them, without files."""
    import torch

    from ahsml_app.core.features.duplicates import gray_thumbnails
    from ahsml_app.core.features.extract import FeatureResult

    random, network = np.random.default_rng(0), stand_in().load()
    patterns = random.integers(40, 216, (CLASSES, 3, 8, 8)).astype(np.float32)
    shape = (VIEWS + 1, size, WIDTH)
    features = np.lib.format.open_memmap(
        folder / "features.npy", mode="w+", dtype=np.float16, shape=shape
    )
    small = np.empty((size, 256), dtype=np.uint8)
    for start in range(0, size, BLOCK):
        rows = np.arange(start, min(size, start + BLOCK))
        noise = 60 * random.standard_normal((len(rows), 3, 8, 8), dtype=np.float32)
        pixels = np.clip(patterns[rows % CLASSES] + noise, 0, 255).round()
        small[rows] = gray_thumbnails(np.kron(pixels, np.ones((1, 1, 2, 2))).astype(np.uint8))
        for view in range(VIEWS + 1):
            moved = pixels + view * random.normal(0, 6, pixels.shape)
            scaled = torch.from_numpy((moved.astype(np.float32) - 127) / 64)
            features[view, rows] = network(scaled).numpy()
    features.flush()
    measures = np.ones((size, 7), dtype=np.float32)
    measures[:, 5:] = SIDE
    empty = np.empty((VIEWS + 1, 0, WIDTH), dtype=np.float16)
    keep(folder, "features", FeatureResult(empty, np.arange(size), small, (), size, "", measures))


def _groups(folder: Path, size: int) -> None:
    """Writes that every image is alone."""
    from ahsml_app.session.pipeline.stages import SampleGroups

    alone, none = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=bool)
    keep(folder, "groups", SampleGroups(alone, none, None, np.zeros(size, dtype=np.int64)))


def _result(folder: Path, size: int) -> None:
    """Writes the result of a training that knows each image's class."""
    from ahsml_app.core.training_data import TrainResult

    random = np.random.default_rng(0)
    truth = np.arange(size) % CLASSES
    posterior = random.random((size, CLASSES), dtype=np.float32)
    posterior[np.arange(size), truth] += 5 * CLASSES
    posterior /= posterior.sum(1, keepdims=True)
    ones = np.ones(size, dtype=np.float32)
    history = np.ones((12, size), dtype=np.float16)
    centres = random.normal(0, 0.3, (CLASSES, 8)).astype(np.float32)
    points = centres[truth] + random.normal(0, 0.1, (size, 8)).astype(np.float32)
    _embeddings(folder, size)
    result = TrainResult(
        posterior=posterior,
        corrected=posterior,
        adaptive_weight=ones,
        consistency=ones,
        points=points,
        embedding=kept(folder, "embeddings")[2],
        curvature=0.1,
        prototypes=centres,
        class_distances=1 - np.eye(CLASSES, dtype=np.float32),
        outlier_probability=0 * ones,
        noise_matrix=np.eye(CLASSES, dtype=np.float32),
        head={},
        weight_history=history,
        consistency_history=history,
    )
    keep(folder, "result", result)


def _embeddings(folder: Path, size: int) -> None:
    """Writes points of the ball and vectors of length one, in flat clouds around the classes.

    Learned vectors vary in few directions; in clouds of noise no index finds the nearest of all.
    """
    random = np.random.default_rng(0)
    truth = np.arange(size) % CLASSES
    centres = random.normal(0, 0.3, (CLASSES, 8)).astype(np.float32)
    points = centres[truth] + random.normal(0, 0.1, (size, 8)).astype(np.float32)
    directions = random.standard_normal((CLASSES, WIDTH), dtype=np.float32)
    axes = random.standard_normal((16, WIDTH), dtype=np.float32)
    vectors = random.standard_normal((size, 16), dtype=np.float32) @ axes
    vectors *= 0.25
    vectors += directions[truth]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keep(folder, "embeddings", (points, 0.1, vectors))


def _scores(folder: Path, size: int) -> None:
    """Writes made-up scores."""
    from sample_projects import made_up_scores

    keep(folder, "scores", made_up_scores(kept(folder, "table").labels, CLASSES))


def _project(folder: Path, size: int) -> None:
    """Makes a project of a few pictures that are there many times, with made-up scores."""
    from sample_projects import add_run, make_images, scanned

    from ahsml_app.base.options.run_options import Source
    from ahsml_app.base.types import SampleTable
    from ahsml_app.session.pipeline.scan_source import ScannedSource
    from ahsml_app.session.project.library import create_project, free_project_folder

    found = scanned(make_images(folder / "pictures", per_class=100))
    copies, root = -(-size // len(found.table)), folder / "many"
    root.mkdir()
    for number in range(copies):
        (root / f"{number:05d}").symlink_to(folder / "pictures", target_is_directory=True)
    paths = [f"{n:05d}/{path}" for n in range(copies) for path in found.table.paths][:size]
    labels = np.tile(found.table.labels, copies)[:size]
    many = SampleTable(root, tuple(paths), labels, found.table.class_names)
    counts = np.bincount(labels, minlength=len(many.class_names))
    scan = ScannedSource(many, (), (), counts, found.examples)
    project = create_project(free_project_folder("large"), "large", Source(root), scan)
    add_run(project)
    keep(folder, "project", str(project.folder))
    project.close()


MAKERS: dict[str, Callable[[Path, int], None]] = {
    "images": _images,
    "table": _table,
    "features": _features,
    "groups": _groups,
    "result": _result,
    "embeddings": _embeddings,
    "scores": _scores,
    "project": _project,
}
"""Writes what no step before has written."""
