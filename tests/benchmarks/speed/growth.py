"""Seconds and peak memory of every step for growing numbers of images, and for many classes.

    python tests/benchmarks growth [--sizes 10000 100000 1000000] [--stages scan features ...]
    python tests/benchmarks growth --stages classes --samples 10000 20000 --classes 500 5000
    python tests/benchmarks growth --report

The images are small synthetic files, and a stand-in of one small matrix takes the place of the
network: what is measured is everything around it. Each step runs in a process of its own, reads
what the step before left on the disk, and reports the seconds that its processor worked, which
other work on the machine hardly changes, and its largest resident memory. Where the step before is
not among the stages, its output is made up. An exponent of 1 means that ten times the images take
ten times as long. Neighbours of a thousand queries are compared to a full search. The classes are
clouds of feature vectors.

Each finished step is a row of the file `--rows`, at once; `--report` writes the tables of the
newest row of each step and size, so that long runs can be done in parts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from benchmarks.common.bench_command import BENCHMARKS, REPOSITORY, RESULTS, command, parse
from benchmarks.common.ledger import Row, code_digest, read_rows
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.speed.growth_inputs import MAKERS
from benchmarks.speed.growth_steps import CLASSES, NEEDED, STEPS, VIEWS, WIDTH

MOST_EXPONENT, MOST_MEMORY = 1.1, 4.0

CODE = code_digest(
    *("features/duplicates", "features/look_alikes", "features/extract"),
    *("geometry/knn", "geometry/neighbor_index", "mapped_arrays"),
)
"""Of the training and of what grows with the images, as it was loaded."""


def main() -> None:
    """Measure the stages and write the tables of all rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--stages", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--samples", type=int, nargs="*", default=[20_000], help="for classes")
    parser.add_argument("--classes", type=int, nargs="*", default=[500, 1500, 5000])
    parser.add_argument("--rows", type=Path, default=BENCHMARKS / "growth.jsonl")
    parser.add_argument("--report", action="store_true", help="only write the tables")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--folder", type=Path, default=None, help="of the temporary files")
    parser.add_argument("--step", help="run one step alone and print JSON")
    quick = Path(tempfile.gettempdir()) / f"growth-{os.getpid()}.jsonl"
    asked = parse(parser, sizes=[300, 600], classes=[20, 40], samples=[400], rows=quick)
    if asked.step:
        print(json.dumps(_measured(asked)))
        return
    if not asked.report:
        for size in sorted(asked.sizes):
            _measure([stage for stage in STEPS if stage in asked.stages], size, asked)
        if "classes" in asked.stages:
            for samples in sorted(asked.samples):
                for classes in sorted(asked.classes):
                    _measure(["classes"], samples, asked, classes)
    rows = read_rows(asked.rows)
    quick.unlink(missing_ok=True)
    older = sum(row["code"] != CODE for row in _newest(rows).values())
    parts = ["## Growth", circumstances(), *_size_tables(rows), *_class_table(rows)]
    parts += [
        f"{older} of the {len(_newest(rows))} rows come from other code than what is here now."
    ]
    text = "\n\n".join(parts)
    print(text)
    write_section(asked.results, "growth", text)


def _measure(
    stages: list[str], size: int, asked: argparse.Namespace, classes: int = CLASSES
) -> None:
    """Runs the stages one after the other in one folder, and appends their rows."""
    folder = Path(tempfile.mkdtemp(dir=asked.folder))
    try:
        made: set[str] = set()
        for stage in stages:
            if (stage == "classes") == (classes == CLASSES):
                continue
            for name in NEEDED[stage]:
                if not (folder / name).exists() and not (folder / f"{name}.pickle").exists():
                    _in_a_process(f"make {name}", size, classes, folder)
                    made.add(name)
            measured = _in_a_process(stage, size, classes, folder)
            invented = sorted(made & set(NEEDED[stage]) - {"images", "project"})
            row = {"stage": stage, "size": size, "classes": classes, "made_up": invented}
            row |= {"code": CODE, "date": dt.date.today().isoformat(), **measured}
            with asked.rows.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
            print(row, file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder)


def _in_a_process(step: str, size: int, classes: int, folder: Path) -> dict[str, float]:
    sizes = ("--sizes", str(size), "--classes", str(classes), "--folder", str(folder))
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
    return measured


def _measured(asked: argparse.Namespace) -> dict[str, float]:
    (size,), (classes,) = asked.sizes, asked.classes
    if asked.step.startswith("make "):
        MAKERS[asked.step.removeprefix("make ")](asked.folder, size)
        return {}
    wall, worked = time.perf_counter(), time.process_time()
    facts = STEPS[asked.step](asked.folder, size, classes)
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


def _newest(rows: Iterable[Row]) -> dict[tuple[str, int, int], Row]:
    return {(row["stage"], row["size"], row["classes"]): row for row in rows}


def _size_tables(rows: list[Row]) -> list[str]:
    newest = _newest(row for row in rows if row["stage"] != "classes")
    sizes = sorted({size for _, size, _ in newest})
    if not sizes:
        return []
    measured = {
        stage: {size: row for (name, size, _), row in sorted(newest.items()) if name == stage}
        for stage in STEPS
        if any(name == stage for name, _, _ in newest)
    }
    exponents = {
        (stage, large): math.log(by[large]["seconds"] / max(by[small]["seconds"], 1e-3))
        / math.log(large / small)
        for stage, by in measured.items()
        for small, large in pairwise(by)
    }
    columns = ["step", *(f"{size:,}: seconds" for size in sizes)]
    columns += [f"exponent to {size:,}" for size in sizes[1:]]
    columns += [f"{size:,}: GB" for size in sizes]

    def cells(stage: str, by: dict[int, Row]) -> list[object]:
        shown: list[object] = [stage]
        shown += [_figure(by[s]["seconds"], 1) if s in by else "" for s in sizes]
        shown += [_figure(exponents.get((stage, s)), 2) for s in sizes[1:]]
        return shown + [_figure(by[s]["memory"], 2) if s in by else "" for s in sizes]

    recalls = [
        f"{row['recall']:.3f} at {size:,}" for size, row in measured.get("neighbours", {}).items()
    ]
    alone = [f"{stage} at {size:,}" for (stage, size, _), row in newest.items() if row["made_up"]]
    high = [f"{s} to {size:,}" for (s, size), value in exponents.items() if value > MOST_EXPONENT]
    peak = max(row["memory"] for row in newest.values())
    return [
        f"{CLASSES} classes, {VIEWS} augmentation, {WIDTH} features; seconds of the processor.",
        table(columns, [cells(stage, by) for stage, by in measured.items()]),
        f"Recall of ten neighbours: {', '.join(recalls) or 'not measured'}. Measured alone, on "
        f"made-up output of the steps before: {', '.join(sorted(alone)) or 'none'}.",
        f"Required: exponents of at most {MOST_EXPONENT} and {MOST_MEMORY:.0f} GB. Above: "
        f"{'; '.join(high) or 'none'}; largest memory {peak:.2f} GB.",
    ]


def _figure(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _class_table(rows: list[Row]) -> list[str]:
    newest = _newest(row for row in rows if row["stage"] == "classes")
    if not newest:
        return []
    ordered = [row for _, row in sorted(newest.items())]
    first = ordered[0]

    def times(row: Row) -> float:
        return float(row["size"] * row["classes"] / (first["size"] * first["classes"]))

    columns = (
        *("samples", "classes", "seconds", "times samples x classes", "times seconds"),
        *("GB", "average precision"),
    )
    cells = [
        (
            f"{row['size']:,}",
            f"{row['classes']:,}",
            f"{row['seconds']:.0f}",
            f"{times(row):.1f}",
            f"{row['seconds'] / first['seconds']:.1f}",
            f"{row['memory']:.2f}",
            f"{row['precision']:.3f}",
        )
        for row in ordered
    ]
    worst = max(row["seconds"] / first["seconds"] / times(row) for row in ordered)
    peak = max(row["memory"] for row in ordered)
    return [
        "Training on feature vectors of many classes; seconds of the processor.",
        table(columns, cells),
        "Required: the time grows by no more than samples times classes; in these rows "
        f"{'met' if worst <= 1 else '**not met**'}. At most {MOST_MEMORY:.0f} GB; in these rows "
        f"{'met' if peak <= MOST_MEMORY else '**not met**'}.",
    ]
