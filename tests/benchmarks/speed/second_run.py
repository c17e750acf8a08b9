"""A second run with other labels extracts no features: its time beside the first run's.

    python tests/benchmarks second_run [--images DIR ...] [--changed 0.1]

The whole headless job, twice, each in a process of its own from the command to the last file, with
an empty cache before the first. The second run takes a manifest in which a tenth of the labels are
others. The number of images whose features were extracted is that in run.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common.bench_command import DATA, REPOSITORY, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section

MOST = 0.4
"""Share of the first run's time that the second may take."""


@dataclass(frozen=True, slots=True)
class Run:
    """One headless run: seconds from command to end and per stage, images extracted."""

    seconds: float
    stages: dict[str, float]
    embedded: int


def main() -> None:
    """Run twice and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="image folders")
    parser.add_argument("--sets", nargs="+", default=["clothing", "caltech101"])
    parser.add_argument("--changed", type=float, default=0.1, help="share of other labels")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, sets=["clothing"])
    parts = ["## A second run with other labels", circumstances()]
    parts += [_measure(asked.data / name / "images", asked.changed) for name in asked.sets]
    text = "\n\n".join(parts)
    print(text)
    write_section(asked.results, "second run", text)


def _measure(images: Path, share: float) -> str:
    """Run twice on a folder; the table of both runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = folder / "labels.csv"
        changed = _write_labels(images, manifest, share)
        first = _run(images, folder / "first", folder / "cache")
        second = _run(images, folder / "second", folder / "cache", "--labels", str(manifest))
    return _report(images.parent.name, first, second, changed)


def _write_labels(images: Path, manifest: Path, share: float) -> int:
    """A manifest of all pictures, a share of them with another class; how many that are."""
    paths = sorted(path for path in images.glob("*/*") if path.is_file())
    classes = sorted({path.parent.name for path in paths})
    source = random.Random(0)
    chosen = set(source.sample(range(len(paths)), round(share * len(paths))))
    with manifest.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "label"))
        for row, path in enumerate(paths):
            others = [name for name in classes if name != path.parent.name]
            label = source.choice(others) if row in chosen else path.parent.name
            writer.writerow((path.relative_to(images).as_posix(), label))
    return len(chosen)


def _run(images: Path, out: Path, cache: Path, *options: str) -> Run:
    command = [sys.executable, "-m", "ahsml_app", "--headless", str(images), "--out", str(out)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "AHSML_APP_CACHE": str(cache)}
    start = time.perf_counter()
    subprocess.run([*command, "--quiet", *options], check=True, env=environment)
    seconds = time.perf_counter() - start
    record = json.loads((out / "run.json").read_text("utf-8"))
    return Run(seconds, record["timings"], record["counts"]["embedded"])


def _report(name: str, first: Run, second: Run, changed: int) -> str:
    share = second.seconds / first.seconds
    met = second.embedded == 0 and share < MOST
    lines: list[tuple[object, ...]] = [
        ("embedded", first.embedded, second.embedded),
        ("seconds, from command to end", f"{first.seconds:.1f}", f"{second.seconds:.1f}"),
    ]
    stages = dict.fromkeys([*first.stages, *second.stages])
    lines += [
        (
            f"of these, {stage}",
            f"{first.stages.get(stage, 0):.1f}",
            f"{second.stages.get(stage, 0):.1f}",
        )
        for stage in stages
    ]
    said = (
        f"{name}: {changed} labels changed for the second run, which took {share:.0%} of the first."
    )
    bound = f"Required: nothing embedded and under {MOST:.0%}; {'met' if met else '**not met**'}."
    return "\n\n".join((said, table(("", "first run", "second run"), lines), bound))
