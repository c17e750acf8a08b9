"""Run one benchmark, or each of them quickly.

    python tests/benchmarks NAME [OPTION ...]
    python tests/benchmarks --quick [NAME ...]

The second form runs the named benchmarks, or all, with --quick one after the other, and prints the
seconds of each. See README.md for what each benchmark shows.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHMARKS = {
    "detection": "detection.detection",
    "copies": "detection.copies",
    "layers": "detection.layers",
    "counts": "detection.counts",
    "reviews": "detection.reviews",
    "rerank": "detection.new_order",
    "outliers": "detection.outliers",
    "retrieval": "retrieval.retrieval",
    "projection": "projection.projection",
    "speed_features": "speed.speed_features",
    "speed_training": "speed.speed_training",
    "speed_finetuning": "speed.speed_finetuning",
    "first_run": "speed.first_run",
    "second_run": "speed.second_run",
    "forms": "speed.forms",
    "growth": "speed.growth",
    "stall": "speed.stall",
    "window": "window.bench_window",
    "gallery": "window.gallery",
    "map_view": "window.bench_map_view",
    "classes_view": "window.bench_classes_view",
    "confusion_view": "window.bench_confusion_view",
    "progress_view": "window.bench_progress_view",
    "review": "window.review",
    "afternoon": "window.afternoon",
}
"""The module of each benchmark, below this package."""


def main() -> int:
    """Pick the benchmark and run it; returns the exit code."""
    first, *others = sys.argv[1:] or ["--help"]
    if first == "--quick":
        return _run_quickly(others or list(BENCHMARKS))
    if first not in BENCHMARKS:
        print(__doc__)
        print("Benchmarks:", ", ".join(BENCHMARKS))
        return int(first not in ("-h", "--help"))
    sys.argv = [first, *others]
    # The benchmarks are a package beside the helpers of the tests, some of which they use.
    sys.path[:1] = [str(HERE.parent), str(HERE.parent / "gui"), str(HERE.parents[1])]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    importlib.import_module(f"benchmarks.{BENCHMARKS[first]}").main()
    return 0


def _run_quickly(names: list[str]) -> int:
    failed = []
    for name in names:
        start = time.perf_counter()
        command = [sys.executable, str(HERE), name, "--quick"]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        seconds = time.perf_counter() - start
        # Qt goes on after an error in what it calls.
        bad = ended.returncode or "Traceback (most recent call last)" in ended.stdout
        if bad:
            failed.append(name)
            print(ended.stdout)
        print(f"{name} | {'failed' if bad else 'ok'} | {seconds:.0f} s", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
