"""The wait before the first suspects, and before the results, beside an earlier version's.

    python tests/benchmarks first_run [--against CHECKOUT] [--sets NAME ...] [--times 3]

The whole headless job from the command to the last file, each time in a process of its own with an
empty cache, on pictures of which 5 % got a label of another class at random. With --against, the
version in that checkout runs by turns with this one, so that both see the same load of the machine.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common.bench_command import DATA, REPOSITORY, RESULTS, parse
from benchmarks.common.ranking_metrics import average_precision
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import folder_labels, plant

RATE, SEED = 0.05, 0


@dataclass(frozen=True, slots=True)
class Run:
    """One headless run.

    Attributes:
        seconds: From the command to its end.
        first: Seconds until the first suspects are known; the whole time where no event says so.
        precision: Average precision of the error probability.
    """

    seconds: float
    first: float
    precision: float


def main() -> None:
    """Run by turns and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, default=DATA, help="image folders")
    add("--sets", nargs="+", default=["caltech101"])
    add("--against", type=Path, help="checkout of an earlier version")
    add("--times", type=int, default=3, help="runs of each version")
    add("--results", type=Path, default=RESULTS)
    asked = parse(parser, sets=["clothing"], times=1)
    parts = ["## The wait before the first suspects", circumstances()]
    parts += [_measure(asked.data, name, asked.against, asked.times) for name in asked.sets]
    text = "\n\n".join(parts)
    print(text)
    write_section(asked.results, "first run", text)


def _measure(data: Path, name: str, against: Path | None, times: int) -> str:
    checkouts = {"now": REPOSITORY} | ({} if against is None else {"before": against})
    runs: dict[str, list[Run]] = {version: [] for version in checkouts}
    with tempfile.TemporaryDirectory() as place:
        manifest = Path(place) / "labels.csv"
        wrong = _write_labels(data, name, manifest)
        for number in range(times):
            for version, checkout in checkouts.items():
                folder = Path(place) / f"{version}{number}"
                images = data / name / "images"
                runs[version].append(_run(images, folder, checkout, manifest, wrong))
    lines = [
        (version, *(f"{value:.3g}" for value in _medians(each))) for version, each in runs.items()
    ]
    head = ("", "seconds", "seconds until the first suspects", "average precision")
    said = f"{name}, {len(wrong)} pictures, {sum(wrong.values())} wrong labels; medians of {times}."
    return "\n\n".join((said, table(head, lines), *_ratios(runs)))


def _ratios(runs: dict[str, list[Run]]) -> list[str]:
    """The median over the turns of how long this version takes beside the earlier one."""
    if "before" not in runs:
        return []
    pairs = list(zip(runs["now"], runs["before"], strict=True))
    whole = statistics.median(now.seconds / before.seconds for now, before in pairs)
    first = statistics.median(now.first / before.seconds for now, before in pairs)
    return [
        f"Against the earlier version, by turns: {whole:.2f} of its time, and the first suspects "
        f"after {first:.2f} of it."
    ]


def _medians(runs: list[Run]) -> tuple[float, float, float]:
    return (
        statistics.median(run.seconds for run in runs),
        statistics.median(run.first for run in runs),
        statistics.median(run.precision for run in runs),
    )


def _write_labels(data: Path, name: str, manifest: Path) -> dict[str, bool]:
    """Writes a manifest with wrong labels; returns which label is wrong by path."""
    paths, truth, classes = folder_labels(data, name)
    given = plant(truth, classes, "random", RATE, np.zeros((len(truth), 1), np.float16), SEED)
    names = [path.removeprefix("images/") for path in paths]
    with manifest.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "label"))
        writer.writerows(zip(names, given.tolist(), strict=True))
    return dict(zip(names, (given != truth).tolist(), strict=True))


def _run(images: Path, folder: Path, checkout: Path, manifest: Path, wrong: dict[str, bool]) -> Run:
    out = folder / "out"
    command = [sys.executable, "-m", "ahsml_app", "--headless", str(images), "--out", str(out)]
    cache = {"PYTHONPATH": str(checkout), "AHSML_APP_CACHE": str(folder / "cache")}
    first, start = math.nan, time.perf_counter()
    with subprocess.Popen(
        [*command, "--json", "--labels", str(manifest)],
        stdout=subprocess.PIPE,
        env=os.environ | cache,
        cwd=checkout,
        text=True,
    ) as process:
        for line in process.stdout or ():
            if json.loads(line)["event"] == "first_estimate":
                first = time.perf_counter() - start
    seconds = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"the version in {checkout} failed")
    with (out / "scores.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["path"], float(row["error_probability"])) for row in csv.DictReader(stream)]
    scores = np.array([score for _, score in rows])
    truth = np.array([wrong[path] for path, _ in rows])
    precision = average_precision(scores, truth)
    return Run(seconds, seconds if math.isnan(first) else first, precision)
