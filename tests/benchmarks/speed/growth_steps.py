"""The steps of the growth benchmark: each reads what lies in its folder and leaves its own."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import Event, drive

CLASSES, WRONG, WIDTH, SIDE, VIEWS = 10, 0.1, 128, 32, 1
CLOUD_WIDTH, BLOCK = 128, 4096


def result_of(events: Generator[Event, None, Any]) -> Any:
    """Runs a job to its end without keeping what it reports on the way."""
    return drive(events, lambda _: None)


def _job(folder: Path) -> Any:
    from ahsml_app.base.options.option_table import with_values
    from ahsml_app.base.options.run_options import RunOptions, Source
    from ahsml_app.session.pipeline.stages import start_job

    options = with_values(RunOptions(), {"out": folder / "results", "views": VIEWS})
    return start_job(replace(options, source=Source(folder / "images")), exclusive=True)


def keep(folder: Path, name: str, value: object) -> None:
    """Writes what later steps read."""
    with (folder / f"{name}.pickle").open("wb") as stream:
        pickle.dump(value, stream, protocol=5)


def kept(folder: Path, name: str) -> Any:
    """Reads what an earlier step wrote."""
    with (folder / f"{name}.pickle").open("rb") as stream:
        return pickle.load(stream)


def _features(folder: Path) -> Any:
    array = np.load(folder / "features.npy", mmap_mode="r")
    return replace(kept(folder, "features"), features=array)


def _scan(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import find_samples

    job = _job(folder)
    keep(folder, "table", result_of(find_samples(job, job.options.source)))
    return {}


def stand_in() -> Any:
    """A backbone of one matrix on a picture of 8 x 8 pixels."""
    import torch
    from torch import nn

    from ahsml_app.core.backbones.backbone import Backbone

    torch.manual_seed(0)
    module = nn.Sequential(nn.AdaptiveAvgPool2d(8), nn.Flatten(), nn.Linear(192, WIDTH))
    module.eval().requires_grad_(False)
    centre, scale = (127.0,) * 3, (64.0,) * 3
    return Backbone("stand-in", "stand-in", lambda: module, WIDTH, SIDE, centre, scale)


def _extract(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.base.paths import cache_folder
    from ahsml_app.core.features.extract import extract_features

    work = extract_features(
        kept(folder, "table"), stand_in(), augmentations=VIEWS, cache_folder=cache_folder()
    )
    result = result_of(work)
    np.save(folder / "features.npy", result.features)
    keep(folder, "features", replace(result, features=result.features[:, :0]))
    return {}


def _group(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import find_groups

    groups = result_of(find_groups(_job(folder), kept(folder, "table"), _features(folder)))
    keep(folder, "groups", groups)
    return {}


def _train(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import train, training_data

    samples, features = kept(folder, "table"), _features(folder)
    data = training_data(samples, features, kept(folder, "groups"))
    keep(folder, "result", result_of(train(_job(folder), samples, data, folder / "checkpoints")))
    return {}


def _score(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import score

    table_, result = kept(folder, "table"), kept(folder, "result")
    scores = result_of(score(_job(folder), table_, result, kept(folder, "groups")))
    keep(folder, "scores", scores)
    keep(folder, "embeddings", (result.points, result.curvature, result.embedding))
    return {}


def _nearest(folder: Path, *_: int) -> dict[str, float]:
    """Ten neighbours of every image; the recall is that of a thousand of them."""
    from ahsml_app.core.geometry.knn import nearest_cosine

    vectors = kept(folder, "embeddings")[2].astype(np.float16)
    start = time.process_time()
    _, indices = nearest_cosine(vectors, 10)
    taken = time.process_time() - start
    rows = np.arange(0, len(vectors), max(1, len(vectors) // 1000))
    _, exact = nearest_cosine(vectors, 11, vectors[rows], method="exact")
    recall = []
    for row, full in zip(rows, exact, strict=True):
        others = full[full != row][:10]
        recall.append(float(np.isin(others, indices[row]).mean()))
    return {"seconds": taken, "recall": float(np.mean(recall))}


def _export(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.base.types import Embeddings
    from ahsml_app.session.export.results import OutputChoice, Provenance, Results, TrainingResults
    from ahsml_app.session.export.write_results import write_results
    from ahsml_app.store.result_files import undecided

    job, table_, scores = _job(folder), kept(folder, "table"), kept(folder, "scores")
    embeddings = Embeddings(*kept(folder, "embeddings"))
    results = Results(
        source=job.options.source,
        table=table_,
        class_names=table_.class_names,
        decisions=undecided(table_),
        quarantined=(),
        expected_errors=scores.expected_errors,
        provenance=Provenance(job.started, 0, {}),
        training=TrainingResults(table_, scores, embeddings, None),
    )
    parts = frozenset({"labels", "scores", "embeddings", "report"})
    result_of(write_results(folder / "results", results, OutputChoice(parts), job.context))
    return {}


def train_clouds(folder: Path, samples: int, classes: int) -> dict[str, float]:
    """Trains on clouds of features, a tenth of them under another class."""
    from ahsml_app.base.context import RunContext
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.device import limit_training_threads
    from ahsml_app.core.training.cross_fit import train
    from ahsml_app.core.training_data import TrainData

    limit_training_threads()
    random = np.random.default_rng(0)
    truth = random.permutation(np.arange(samples) % classes)
    wrong = random.random(samples) < WRONG
    given = np.where(wrong, (truth + random.integers(1, classes, samples)) % classes, truth)
    features = _clouds(folder / "clouds.npy", truth, classes, random)
    data = TrainData(features, given, np.ones(samples, dtype=bool), classes)
    result = result_of(train(TrainConfig(), data, RunContext(checkpoints=folder / "checkpoints")))
    suspicion = 1 - result.corrected[np.arange(samples), given]
    ranked = wrong[np.argsort(-suspicion)]
    precision = np.cumsum(ranked) / np.arange(1, samples + 1)
    return {"precision": float(precision[ranked].mean())}


def _clouds(
    place: Path, truth: npt.NDArray[np.int64], classes: int, random: np.random.Generator
) -> npt.NDArray[np.float16]:
    """Writes features of two views around a centre for each class, and maps the file."""
    centres = random.standard_normal((classes, CLOUD_WIDTH), dtype=np.float32)
    shape = (2, len(truth), CLOUD_WIDTH)
    made = np.lib.format.open_memmap(place, mode="w+", dtype=np.float16, shape=shape)
    for start in range(0, len(truth), BLOCK):
        rows = slice(start, start + BLOCK)
        plain = centres[truth[rows]]
        plain += 1.2 * random.standard_normal(plain.shape, dtype=np.float32)
        made[0, rows] = plain
        made[1, rows] = plain + 0.3 * random.standard_normal(plain.shape, dtype=np.float32)
    made.flush()
    del made
    return np.load(place, mmap_mode="r")


def _open(folder: Path, size: int, *_: int) -> dict[str, float]:
    """Opens a project in the window, and shows its gallery with the first pictures."""
    from PySide6.QtWidgets import QApplication

    from ahsml_app.gui.app.main_window import MainWindow
    from ahsml_app.gui.shell.settings import Settings
    from ahsml_app.gui.theme.theme import Theme

    application, theme = QApplication([]), Theme("light")
    theme.apply(application)
    window = MainWindow(Settings(), theme)
    window.resize(1600, 1000)
    window.show()
    start = time.process_time()
    window.projects.open_project(Path(kept(folder, "project")))
    end, rows = time.monotonic() + 600, 0
    while rows < size and time.monotonic() < end:
        application.processEvents()
        rows = window.gallery.view.model().rowCount()
        time.sleep(0.002)
    window.grab()
    taken = time.process_time() - start
    window.close()
    return {"seconds": taken, "shown": rows}


STEPS: dict[str, Callable[..., dict[str, float]]] = {
    "scan": _scan,
    "features": _extract,
    "duplicates": _group,
    "training": _train,
    "scores": _score,
    "neighbours": _nearest,
    "export": _export,
    "opening": _open,
    "classes": train_clouds,
}

NEEDED = {
    "scan": ("images",),
    "features": ("images", "table"),
    "duplicates": ("table", "features"),
    "training": ("table", "features", "groups"),
    "scores": ("table", "groups", "result"),
    "neighbours": ("embeddings",),
    "export": ("table", "scores", "embeddings"),
    "opening": ("project",),
    "classes": (),
}
"""What a step reads."""
