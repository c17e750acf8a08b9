"""Breaks the code in one place at a time and checks that the named tests notice.

    python tests/mutations/run_mutations.py [WORD ...] [--jobs N]

Each fault is an entry of a TOML file in this folder: a file, a text in it, a faulty text in its
place, and the tests that must fail then. A WORD selects faults by file or description. The checkout
itself stays unchanged: each job works on a copy. The exit code is 1 if a fault survives, or if a
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
"""Time limit; a fault that makes a test hang counts as noticed."""

OK, TESTS_FAILED = 0, 1
"""Exit codes of pytest; any other one means that the tests did not run."""


@dataclass(frozen=True)
class Mutation:
    """One fault.

    Attributes:
        file: Path in the checkout.
        old: The correct text, which occurs in the file exactly once.
        new: The faulty text.
        tests: Ids of the tests that must fail.
        fault: Description of the fault, in a sentence.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    fault: str


def load(folder: Path = FOLDER) -> list[Mutation]:
    """Loads all faults of the lists in `folder`."""
    return [
        Mutation(**{**entry, "tests": tuple(entry["tests"])})
        for path in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutation"]
    ]


def mutated(mutation: Mutation, text: str) -> str:
    """Returns the text of the file with the fault.

    Raises:
        ValueError: The text to be replaced does not occur exactly once.
    """
    if (count := text.count(mutation.old)) != 1:
        raise ValueError(f"{mutation.file} has {count} times: {mutation.old}")
    return text.replace(mutation.old, mutation.new)


def run_tests(copy: Path, tests: tuple[str, ...], seconds: float | None = None) -> int | None:
    """Runs pytest in the copy; returns its exit code, or None after the time limit."""
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
    """Runs the tests with the fault; returns "noticed", "SURVIVED" or "DID NOT RUN"."""
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


def copy_checkout(folder: Path) -> Path:
    """Copies what the tests need to `folder`."""
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=NOT_COPIED)
        else:
            shutil.copy2(source, folder / name)
    shared = CHECKOUT.parent / "shared"
    if shared.is_dir() and not (folder.parent / "shared").exists():
        (folder.parent / "shared").symlink_to(shared)
    return folder


def main() -> int:
    """Tries the selected faults and prints the table."""
    parser = argparse.ArgumentParser(description="Check that the tests notice faults.")
    parser.add_argument("words", nargs="*", help="only faults whose file or description has one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    mutations = [
        mutation
        for mutation in load()
        if not arguments.words
        or any(word in mutation.file + mutation.fault for word in arguments.words)
    ]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(arguments.jobs):
            (Path(folder) / str(number)).mkdir()
            copies.put(copy_checkout(Path(folder) / str(number) / "checkout"))
        tests = tuple(sorted({test for mutation in mutations for test in mutation.tests}))
        copy = copies.get()
        if run_tests(copy, tests) != OK:
            print("A test fails without any fault. Fix that first: pytest " + " ".join(tests))
            return 1
        copies.put(copy)

        def try_in_free_copy(mutation: Mutation) -> tuple[Mutation, str, float]:
            copy = copies.get()
            begin = time.perf_counter()
            verdict = try_out(mutation, copy)
            copies.put(copy)
            return mutation, verdict, time.perf_counter() - begin

        verdicts = []
        with ThreadPoolExecutor(arguments.jobs) as pool:
            for mutation, verdict, seconds in pool.map(try_in_free_copy, mutations):
                verdicts.append(verdict)
                print(
                    f"{verdict:11} {seconds:4.0f} s  {mutation.file}: {mutation.fault}", flush=True
                )
    noticed = verdicts.count("noticed")
    minutes = (time.perf_counter() - start) / 60
    print(f"{noticed} of {len(mutations)} faults noticed in {minutes:.1f} minutes")
    return 0 if noticed == len(mutations) else 1


if __name__ == "__main__":
    sys.exit(main())
