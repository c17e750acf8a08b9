"""Seconds and peak memory of AHSML training on cached features, for growing numbers of images.

    python tests/benchmarks speed_training [--sizes 10000 25000 50000] [--folds 3]

Synthetic 1888-d features of the plain images and the augmentations of the default settings lie in a
memory-mapped file, as the product's own do; ten classes, a tenth of the labels changed. Each size
is trained in a process of its own, so that its peak memory is its own; the process's start and the
loading of torch are not timed but their memory counts. Processor seconds say how far other work on
the machine held the training up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common.bench_command import REPOSITORY, RESULTS, command, parse
from benchmarks.common.sections import circumstances, table, write_section

WIDTH, CLASSES, WRONG = 1888, 10, 0.1
MOST_SECONDS, MOST_MEMORY = 120, 2.0
"""For 50,000 images; memory in units of 10^9 bytes."""


def main() -> None:
    """Train once for each size and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 25_000, 50_000])
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--once", type=Path, help="train on the file once and print JSON")
    asked = parse(parser, sizes=[1000])
    if asked.once:
        print(json.dumps(_train_once(asked.once, asked.folds)))
        return
    measured = {}
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "features.npy"
            _make_features(path, size)
            measured[size] = _in_a_process(path, asked.folds)
        print(size, measured[size], file=sys.stderr, flush=True)
    text = _report(measured, asked.folds)
    print(text)
    write_section(asked.results, "training speed", text)


def _labels(size: int) -> tuple[Any, Any]:
    random = np.random.default_rng(1)
    truth = random.integers(0, CLASSES, size)
    changed = random.random(size) < WRONG
    given = np.where(changed, (truth + random.integers(1, CLASSES, size)) % CLASSES, truth)
    return given, truth


def _make_features(path: Path, size: int) -> None:
    """Gaussian clouds whose classes overlap about as those of real features do."""
    from ahsml_app.base.options.run_options import DEFAULT_VIEWS

    random = np.random.default_rng(0)
    _, truth = _labels(size)
    centres = random.normal(size=(CLASSES, WIDTH)).astype(np.float32) * 0.1
    shape = (DEFAULT_VIEWS + 1, size, WIDTH)
    made = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
    for start in range(0, size, 4096):
        rows = slice(start, start + 4096)
        plain = centres[truth[rows]] + random.standard_normal((len(truth[rows]), WIDTH), "float32")
        for view in range(shape[0]):
            strength = 0.3 if view else 0.0
            shift = random.standard_normal(plain.shape, "float32") * strength
            made[view, rows] = plain + shift
    made.flush()


def _train_once(path: Path, folds: int) -> dict[str, float]:
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.device import limit_training_threads
    from ahsml_app.core.training.cross_fit import train
    from ahsml_app.core.training_data import TrainData

    threads = limit_training_threads()
    features = np.load(path, mmap_mode="r")
    given, truth = _labels(features.shape[1])
    data = TrainData(features, given, np.ones(len(given), dtype=bool), CLASSES)
    start, worked = time.perf_counter(), time.process_time()
    events = train(TrainConfig(folds=folds), data)
    while True:
        try:
            next(events)
        except StopIteration as end:
            result = end.value
            break
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    wrong = 1 - result.corrected[np.arange(len(given)), given] > 0.5
    return {
        "seconds": seconds,
        "processor": worked,
        "memory": _peak_memory(),
        "threads": threads,
        "right_flags": float((wrong == (given != truth)).mean()),
    }


def _peak_memory() -> float:
    """Largest resident memory so far in 10^9 bytes, pages of mapped files included."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def _in_a_process(path: Path, folds: int) -> dict[str, float]:
    words = [*command("speed_training"), "--once", str(path), "--folds", str(folds)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _report(measured: dict[int, dict[str, float]], folds: int) -> str:
    lines = [
        (
            f"{size:,}",
            f"{found['seconds']:.1f}",
            f"{found['seconds'] / size * 1e4:.1f}",
            f"{found['processor']:.1f}",
            f"{found['memory']:.2f}",
            f"{found['right_flags']:.3f}",
        )
        for size, found in measured.items()
    ]
    columns = (
        "images",
        "seconds",
        "seconds per 10,000",
        "processor seconds",
        "peak memory, GB",
        "flags right",
    )
    threads = next(iter(measured.values()))["threads"]
    parts = ["## Training on cached features", circumstances()]
    parts += [f"{folds} folds, {threads} threads, default options.", table(columns, lines)]
    growth = [
        f"{small:,} to {large:,}: {large / small:.1f} times the images, "
        f"{measured[large]['seconds'] / measured[small]['seconds']:.1f} times the seconds, "
        f"{measured[large]['memory'] / measured[small]['memory']:.1f} times the memory"
        for small, large in pairwise(sorted(measured))
    ]
    parts += ["; ".join(growth) + "." if growth else ""]
    largest = measured.get(50_000)
    if largest:
        met = largest["seconds"] <= MOST_SECONDS and largest["memory"] <= MOST_MEMORY
        verdict = "met" if met else "**not met**"
        parts.append(f"Required for 50,000: {MOST_SECONDS} s and {MOST_MEMORY:.0f} GB; {verdict}.")
    return "\n\n".join(part for part in parts if part)
