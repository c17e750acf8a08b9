"""What every benchmark's command has in common: folders, `--quick`, and starting itself again."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.common.small_data import small_data

BENCHMARKS = Path(__file__).resolve().parents[1]
REPOSITORY = BENCHMARKS.parents[1]
RESULTS = BENCHMARKS / "RESULTS.md"
DATA = REPOSITORY.parent / "shared" / "data"
"""The image folders beside the checkout."""


def parse(parser: argparse.ArgumentParser, **quick: object) -> argparse.Namespace:
    """The arguments of a benchmark.

    A quick run takes a few pictures for `--data`, and keeps neither rows nor results.

    Args:
        parser: Knows the benchmark's own options.
        quick: Their values in a quick run.
    """
    parser.prog = f"python tests/benchmarks {Path(sys.argv[0]).name}"
    parser.add_argument("--quick", action="store_true", help="a smoke run of about a minute")
    arguments = parser.parse_args()
    if arguments.quick:
        vars(arguments).update(quick)
        if "data" in arguments:
            arguments.data = small_data(arguments.data)
        if "results" in arguments:
            arguments.results = None
        if getattr(arguments, "out", None) == BENCHMARKS:
            arguments.out = Path(tempfile.mkdtemp())
    return arguments


def command(name: str, *options: str) -> list[str]:
    """How a benchmark is started in a process of its own."""
    return [sys.executable, str(BENCHMARKS), name, *options]
