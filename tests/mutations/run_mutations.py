"""Breaks the code in one place at a time and checks that the named tests notice.

    python tests/mutations/run_mutations.py [WORD ...] [--jobs N]

Each fault is an entry of a TOML file in this folder: the file, the text as it is, the text as it
must not be, and the tests that fail then. Words choose faults by file or description. The checkout
itself is not touched: each job works on a copy. The exit code is 1 if a fault survives, or if a
test fails without any fault.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parents[1]
COPIED = (
    *("ahsml_app", "tests", "resources", "packaging", "docs"),
    *("pyproject.toml", "constraints.txt", "README.md", "CONTRIBUTING.md"),
)
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.jsonl", ".mypy_cache")
SECONDS = 300
"""A fault that makes a test hang is noticed too."""

OK, TESTS_FAILED = 0, 1
"""Exit codes of pytest; any other one means that the tests did not run."""


@dataclass(frozen=True)
class Mutation:
    """One fault.

    Attributes:
        file: Path in the checkout.
        old: The text as it is; stands in the file exactly once.
        new: The text as it must not be.
        tests: Ids of the tests that must fail.
        fault: What would be wrong, in a sentence.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    fault: str


def load(folder: Path = FOLDER) -> list[Mutation]:
    """All faults of the lists in `folder`."""
    return [
        Mutation(**{**entry, "tests": tuple(entry["tests"])})
        for path in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutation"]
    ]


def mutated(mutation: Mutation, text: str) -> str:
    """The text of the file with the fault.

    Raises:
        ValueError: The text to be replaced does not stand there exactly once.
    """
    if (count := text.count(mutation.old)) != 1:
        raise ValueError(f"{mutation.file} has {count} times: {mutation.old}")
    return text.replace(mutation.old, mutation.new)


def run_tests(copy: Path, tests: tuple[str, ...], seconds: float | None = None) -> int | None:
    """The exit code of pytest in the copy; None if it did not end within the seconds."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "", "-n", "0"]
    command += ["-p", "no:cacheprovider", *tests]
    try:
        ended = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return ended.returncode


def try_out(mutation: Mutation, copy: Path) -> str:
    """What the tests say of the fault: "noticed", "SURVIVED" or "DID NOT RUN"."""
    path = copy / mutation.file
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(mutated(mutation, text), encoding="utf-8")
        code = run_tests(copy, mutation.tests, SECONDS)
    finally:
        path.write_text(text, encoding="utf-8")
    if code in (None, TESTS_FAILED):
        return "noticed"
    return "SURVIVED" if code == OK else "DID NOT RUN"


def copy_checkout(place: Path) -> Path:
    """A copy of what the tests need."""
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=NOT_COPIED)
        else:
            shutil.copy2(source, place / name)
    shared = CHECKOUT.parent / "shared"
    if shared.is_dir() and not (place.parent / "shared").exists():
        (place.parent / "shared").symlink_to(shared)
    return place


def main() -> int:
    """Try all chosen faults and print the table."""
    parser = argparse.ArgumentParser(description="Check that the tests notice faults.")
    parser.add_argument("words", nargs="*", help="only faults whose file or description has one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    chosen = [
        mutation
        for mutation in load()
        if not asked.words or any(w in mutation.file + mutation.fault for w in asked.words)
    ]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        copies: SimpleQueue[Path] = SimpleQueue()
        for job in range(asked.jobs):
            (Path(place) / str(job)).mkdir()
            copies.put(copy_checkout(Path(place) / str(job) / "checkout"))
        needed = tuple(sorted({test for mutation in chosen for test in mutation.tests}))
        copy = copies.get()
        if run_tests(copy, needed) != OK:
            print("A test fails without any fault. Mend that first: pytest " + " ".join(needed))
            return 1
        copies.put(copy)

        def job(mutation: Mutation) -> tuple[Mutation, str, float]:
            own = copies.get()
            began = time.perf_counter()
            verdict = try_out(mutation, own)
            copies.put(own)
            return mutation, verdict, time.perf_counter() - began

        verdicts = []
        with ThreadPoolExecutor(asked.jobs) as pool:
            for mutation, verdict, seconds in pool.map(job, chosen):
                verdicts.append(verdict)
                print(
                    f"{verdict:11} {seconds:4.0f} s  {mutation.file}: {mutation.fault}", flush=True
                )
    noticed = verdicts.count("noticed")
    minutes = (time.perf_counter() - start) / 60
    print(f"{noticed} of {len(chosen)} faults noticed in {minutes:.1f} minutes")
    return 0 if noticed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
