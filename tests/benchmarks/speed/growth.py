"""Seconds and peak memory of every step for growing numbers of images, and for many classes.

    python tests/benchmarks growth [--sizes 10000 100000 1000000] [--classes 500 1500 5000]

The images are small synthetic files, and a stand-in of one small matrix takes the place of the
network: what is measured is everything around it. Each step runs in a process of its own, reads
what the step before left on the disk, and reports the seconds that its processor worked, which
other work on the machine hardly changes, and its largest resident memory. An exponent of 1 means
that ten times the images take ten times as long. Neighbours of a thousand queries are compared to
a full search. The classes are clouds of feature vectors, as many for each count of classes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common.bench_command import REPOSITORY, RESULTS, command, parse
from benchmarks.common.sections import circumstances, table, write_section

CLASSES, WRONG, WIDTH, SIDE, VIEWS = 10, 0.1, 128, 32, 1
MOST_EXPONENT, MOST_MEMORY = 1.1, 4.0
CLOUD_SAMPLES, CLOUD_WIDTH = 20_000, 128


def main() -> None:
    """Measure every step at every size and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--classes", type=int, nargs="*", default=[500, 1500, 5000])
    parser.add_argument("--samples", type=int, default=CLOUD_SAMPLES, help="for --classes")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--out", type=Path, default=None, help="folder of the files")
    parser.add_argument("--step", help="run one step alone and print JSON")
    asked = parse(parser, sizes=[300, 600], classes=[20, 40], samples=400)
    if asked.step:
        print(json.dumps(_measured(asked)))
        return
    parts = ["## Growth", circumstances()]
    if asked.sizes:
        parts += _size_tables({size: _steps(size, asked.out) for size in sorted(asked.sizes)})
    if asked.classes:
        parts += _class_table(sorted(asked.classes), asked.samples)
    text = "\n\n".join(parts)
    print(text)
    write_section(asked.results, "growth", text)


def _steps(size: int, out: Path | None) -> dict[str, dict[str, float]]:
    folder = Path(tempfile.mkdtemp(dir=out))
    try:
        _make_images(folder / "images", size)
        return {name: _in_a_process(name, size, CLASSES, folder) for name in STEPS}
    finally:
        shutil.rmtree(folder)


def _in_a_process(step: str, size: int, classes: int, folder: Path) -> dict[str, float]:
    sizes = ("--sizes", str(size), "--classes", str(classes), "--out", str(folder))
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "AHSML_APP_CACHE": str(folder / "cache"),
        "TMPDIR": str(folder),
    }
    ended = subprocess.run(
        [*command("growth"), "--step", step, *sizes],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    measured: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    print(step, size, classes, measured, file=sys.stderr, flush=True)
    return measured


def _measured(asked: argparse.Namespace) -> dict[str, float]:
    work = _train_clouds if asked.step == "classes" else STEPS[asked.step]
    wall, worked = time.perf_counter(), time.process_time()
    facts = work(asked.out, asked.sizes[0], asked.classes[0])
    return {
        "seconds": time.process_time() - worked,
        "wall": time.perf_counter() - wall,
        "memory": _peak_memory(),
        **facts,
    }


def _peak_memory() -> float:
    """Largest resident memory in 10^9 bytes; a process takes over that of its parent otherwise."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9


def _make_images(folder: Path, size: int) -> None:
    """Writes small pictures of `CLASSES` patterns with noise, a tenth of them in a wrong folder."""
    from PIL import Image

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


def _run(events: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def _job(folder: Path) -> Any:
    from ahsml_app.base.options.option_table import with_values
    from ahsml_app.base.options.run_options import RunOptions, Source
    from ahsml_app.session.pipeline.stages import start_job

    options = with_values(RunOptions(), {"out": folder / "results", "views": VIEWS})
    return start_job(replace(options, source=Source(folder / "images")), exclusive=True)


def _keep(folder: Path, name: str, value: object) -> None:
    with (folder / f"{name}.pickle").open("wb") as stream:
        pickle.dump(value, stream, protocol=5)


def _kept(folder: Path, name: str) -> Any:
    with (folder / f"{name}.pickle").open("rb") as stream:
        return pickle.load(stream)


def _features(folder: Path) -> Any:
    array = np.load(folder / "features.npy", mmap_mode="r")
    return replace(_kept(folder, "features"), features=array)


def _scan(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import find_samples

    job = _job(folder)
    _keep(folder, "table", _run(find_samples(job, job.options.source)))
    return {}


def _stand_in() -> Any:
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
        _kept(folder, "table"), _stand_in(), augmentations=VIEWS, cache_folder=cache_folder()
    )
    result = _run(work)
    np.save(folder / "features.npy", result.features)
    _keep(folder, "features", replace(result, features=result.features[:, :0]))
    return {}


def _group(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import find_groups

    groups = _run(find_groups(_job(folder), _kept(folder, "table"), _features(folder)))
    _keep(folder, "groups", groups)
    return {}


def _train(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import train, training_data

    samples, features = _kept(folder, "table"), _features(folder)
    data = training_data(samples, features, _kept(folder, "groups"))
    _keep(folder, "result", _run(train(_job(folder), samples, data, folder / "checkpoints")))
    return {}


def _score(folder: Path, *_: int) -> dict[str, float]:
    from ahsml_app.session.pipeline.stages import score

    table_, result = _kept(folder, "table"), _kept(folder, "result")
    scores = _run(score(_job(folder), table_, result, _kept(folder, "groups")))
    _keep(folder, "scores", scores)
    _keep(folder, "embeddings", (result.points, result.curvature, result.embedding))
    return {}


def _nearest(folder: Path, *_: int) -> dict[str, float]:
    """Ten neighbours of every image; the recall is that of a thousand of them."""
    from ahsml_app.core.geometry.knn import nearest_cosine

    vectors = _kept(folder, "embeddings")[2].astype(np.float16)
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

    job, table_, scores = _job(folder), _kept(folder, "table"), _kept(folder, "scores")
    embeddings = Embeddings(*_kept(folder, "embeddings"))
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
    _run(write_results(folder / "results", results, OutputChoice(parts), job.context))
    return {}


STEPS: dict[str, Callable[..., dict[str, float]]] = {
    "scan and hash": _scan,
    "features": _extract,
    "duplicates and look-alikes": _group,
    "training": _train,
    "scores": _score,
    "neighbours": _nearest,
    "export": _export,
}


def _train_clouds(_: Path, samples: int, classes: int) -> dict[str, float]:
    """Trains on clouds of features, a tenth of them under another class."""
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.device import limit_training_threads
    from ahsml_app.core.training.cross_fit import train
    from ahsml_app.core.training_data import TrainData

    limit_training_threads()
    random = np.random.default_rng(0)
    centres = random.standard_normal((classes, CLOUD_WIDTH), dtype=np.float32)
    truth = random.permutation(np.arange(samples) % classes)
    wrong = random.random(samples) < WRONG
    given = np.where(wrong, (truth + random.integers(1, classes, samples)) % classes, truth)
    plain = centres[truth] + 1.2 * random.standard_normal((samples, CLOUD_WIDTH), dtype=np.float32)
    other = plain + 0.3 * random.standard_normal(plain.shape, dtype=np.float32)
    features = np.stack([plain, other]).astype(np.float16)
    data = TrainData(features, given, np.ones(samples, dtype=bool), classes)
    result = _run(train(TrainConfig(), data))
    suspicion = 1 - result.corrected[np.arange(samples), given]
    ranked = wrong[np.argsort(-suspicion)]
    precision = np.cumsum(ranked) / np.arange(1, samples + 1)
    return {"precision": float(precision[ranked].mean())}


def _size_tables(measured: dict[int, dict[str, dict[str, float]]]) -> list[str]:
    sizes = list(measured)
    steps = list(STEPS)
    exponents = {
        (step, large): math.log(
            measured[large][step]["seconds"] / max(measured[small][step]["seconds"], 1e-3)
        )
        / math.log(large / small)
        for small, large in pairwise(sizes)
        for step in steps
    }
    columns = ["step"]
    columns += [f"{size:,}: seconds" for size in sizes]
    columns += [f"exponent to {size:,}" for size in sizes[1:]]
    columns += [f"{size:,}: GB" for size in sizes]
    rows: list[list[object]] = [
        [
            step,
            *(f"{measured[size][step]['seconds']:.1f}" for size in sizes),
            *(f"{exponents[step, size]:.2f}" for size in sizes[1:]),
            *(f"{measured[size][step]['memory']:.2f}" for size in sizes),
        ]
        for step in steps
    ]
    recalls = ", ".join(f"{measured[s]['neighbours']['recall']:.3f} at {s:,}" for s in sizes)
    high = [f"{step} to {size:,}" for (step, size), value in exponents.items() if value > 1.1]
    peak = max(facts["memory"] for steps_ in measured.values() for facts in steps_.values())
    return [
        f"{CLASSES} classes, {VIEWS} augmentation, {WIDTH} features; seconds of the processor.",
        table(columns, rows),
        f"Recall of ten neighbours: {recalls}.",
        f"Required: exponents of at most {MOST_EXPONENT} and {MOST_MEMORY:.0f} GB. Above: "
        f"{'; '.join(high) or 'none'}; largest memory {peak:.2f} GB.",
    ]


def _class_table(counts: list[int], samples: int) -> list[str]:
    folder = Path(tempfile.mkdtemp())
    try:
        measured = {count: _in_a_process("classes", samples, count, folder) for count in counts}
    finally:
        shutil.rmtree(folder)
    first = measured[counts[0]]["seconds"]
    rows = [
        (
            f"{count:,}",
            f"{facts['seconds']:.0f}",
            f"{count / counts[0]:.1f}",
            f"{facts['seconds'] / first:.1f}",
            f"{facts['memory']:.2f}",
            f"{facts['precision']:.3f}",
        )
        for count, facts in measured.items()
    ]
    columns = ("classes", "seconds", "times classes", "times seconds", "GB", "average precision")
    worst = max(measured[c]["seconds"] / first / (c / counts[0]) for c in counts)
    verdict = "met" if worst <= 1 else "**not met**"
    return [
        f"Training on {samples:,} feature vectors of many classes; seconds of the processor.",
        table(columns, rows),
        f"Required: the time grows by no more than the classes; {verdict}.",
    ]
