"""The command that fuzzes: each target in processes of its own, which a crash or a hang ends."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.common.sections import circumstances, write_section

from ahsml_app.base.paths import CACHE_VARIABLE
from faults.common.rows_of_versions import alone, section_of, version
from faults.fuzzing.fuzz_targets import TARGETS
from faults.fuzzing.target import Reader, Target, input_of
from faults.fuzzing.watch import Finding, Watch

RESULTS = Path(__file__).resolve().parents[1] / "RESULTS.md"
LONG = 100_000
_SECTION = "fuzz"
_HEADER = (
    "| target | inputs | refused | kinds of findings | seconds | version |\n"
    "|---|--:|--:|--:|--:|--:|"
)
_STALLED = 120.0
"""Seconds without a finished input after which the process is stopped."""
_CHECK_EVERY = 500
_SHOWN = 300
_REDUCING_SECONDS = 20.0


@dataclass
class Outcome:
    """What came of the inputs of a target.

    Attributes:
        inputs: Number of inputs that were read.
        refused: Number of inputs that raised an expected error.
        findings: Number, input and finding of the first input of each kind.
        counts: Number of inputs of each kind of finding.
        seconds: Duration.
    """

    inputs: int = 0
    refused: int = 0
    findings: dict[str, tuple[int, bytes, Finding]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, number: int, data: bytes, finding: Finding) -> None:
        """Counts a finding."""
        self.findings.setdefault(finding.kind, (number, data, finding))
        self.counts[finding.kind] = self.counts.get(finding.kind, 0) + 1


def fuzz(target: Target, folder: Path, seed: int, numbers: range, progress: Any = None) -> Outcome:
    """Reads inputs in this process.

    Args:
        target: The target.
        folder: An empty folder.
        seed: Seed of the inputs.
        numbers: Numbers of the inputs.
        progress: Shared number of the input that is being read.
    """
    outcome, start = Outcome(), time.monotonic()
    corpus, watch, reader = _prepared(target, folder)
    with watch.watching():
        for number in numbers:
            if progress is not None:
                progress.value = number
            data = input_of(target, corpus, seed, number)
            refused, finding = watch.read(reader, data)
            outcome.inputs += 1
            outcome.refused += refused
            if finding is None and number < len(corpus) and refused:
                finding = Finding("refuses a sound input", repr(data[:_SHOWN]))
            is_last = number == numbers[-1]
            if (number % _CHECK_EVERY == 0 or is_last) and not watch.outside_is_unchanged():
                finding = Finding("changes files outside", "in one of the last inputs")
            if finding is not None:
                outcome.add(number, data, finding)
    outcome.seconds = time.monotonic() - start
    return outcome


def reduced(target: Target, folder: Path, data: bytes, kind: str) -> bytes:
    """Removes what an input does not need to cause a finding of this kind."""
    _, watch, reader = _prepared(target, folder)
    end = time.monotonic() + _REDUCING_SECONDS
    with watch.watching():
        size = max(1, len(data) // 2)
        while time.monotonic() < end:
            start = 0
            smaller = data
            while start < len(smaller) and time.monotonic() < end:
                candidate = smaller[:start] + smaller[start + size :]
                finding = watch.read(reader, candidate)[1]
                if finding is not None and finding.kind == kind:
                    smaller = candidate
                else:
                    start += size
            if size == 1 and smaller == data:
                break
            data, size = smaller, max(1, size // 2)
    return data


def _prepared(target: Target, folder: Path) -> tuple[list[bytes], Watch, Reader]:
    inside = folder / "inside"
    inside.mkdir(parents=True)
    os.environ[CACHE_VARIABLE] = str(inside)
    corpus = list(target.corpus(folder / "corpus"))
    reader = target.reader(inside)
    for data in corpus:  # imports, which are not what is watched
        try:
            reader(data)
        except Exception:
            continue
    return corpus, Watch(inside, target.expected, target.seconds, target.megabytes), reader


def _work(name: str, seed: int, first: int, last: int, progress: Any, answer: Connection) -> None:
    with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
        numbers = range(first, last)
        answer.send(fuzz(TARGETS[name], Path(folder), seed, numbers, progress))


def fuzz_in_processes(target: Target, seed: int, count: int) -> Outcome:
    """Reads inputs in another process, and in a further one after each crash or hang."""
    context = multiprocessing.get_context("spawn")
    whole, start, first = Outcome(), time.monotonic(), 0
    while first < count:
        # A block at a time, so that a crash loses few results.
        last = min(count, first + max(2000, count // 10))
        progress = context.Value("q", first)
        receiver, sender = context.Pipe(duplex=False)
        arguments = (target.name, seed, first, last, progress, sender)
        process = context.Process(target=_work, args=arguments)
        process.start()
        sender.close()
        outcome, problem = _awaited(process, receiver, progress)
        if outcome is None:
            number = int(progress.value)
            outcome = Outcome(inputs=number + 1 - first)
            with tempfile.TemporaryDirectory() as folder:
                data = input_of(target, target.corpus(Path(folder, "corpus")), seed, number)
            outcome.add(number, data, Finding(problem, "see the input"))
            last = number + 1
        _join(whole, outcome)
        first = last
    whole.seconds = time.monotonic() - start
    return whole


def _awaited(process: Any, receiver: Connection, progress: Any) -> tuple[Outcome | None, str]:
    latest, since = -1, time.monotonic()
    while not receiver.poll(1.0):
        if not process.is_alive():
            process.join()
            return None, f"ends the process ({process.exitcode})"
        if progress.value != latest:
            latest, since = progress.value, time.monotonic()
        elif time.monotonic() - since > _STALLED:
            process.kill()
            process.join()
            return None, "hangs"
    try:
        outcome: Outcome = receiver.recv()
    except EOFError:
        process.join()
        return None, f"ends the process ({process.exitcode})"
    process.join()
    return outcome, ""


def _join(whole: Outcome, part: Outcome) -> None:
    whole.inputs += part.inputs
    whole.refused += part.refused
    for kind, found in part.findings.items():
        whole.findings.setdefault(kind, found)
    for kind, count in part.counts.items():
        whole.counts[kind] = whole.counts.get(kind, 0) + count


def fast_folder() -> str | None:
    """A folder in memory, where the system has one; else None."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() else None


def main(arguments: list[str] | None = None) -> int:
    """Fuzzes the named targets, or all; returns 1 if there is a finding."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--inputs", type=int, default=LONG, metavar="N", help="for each target")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    parser.add_argument(
        "--continue",
        dest="go_on",
        action="store_true",
        help="leave out the targets that have a row of this version",
    )
    parser.add_argument("--save", type=Path, metavar="DIR", help="writes the inputs of findings")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; targets: {', '.join(TARGETS)}")
    print(_HEADER, flush=True)
    found = False
    done = {name for name, cells in _rows().items() if cells.endswith(f"| {version()}")}
    for name in options.targets or TARGETS:
        if options.go_on and name in done:
            continue
        outcome = fuzz_in_processes(TARGETS[name], options.seed, options.inputs)
        cells = f"{outcome.inputs:,} | {outcome.refused:,} | {len(outcome.findings)}"
        print(f"| {name} | {cells} | {outcome.seconds:,.0f} | {version()} |", flush=True)
        if options.inputs >= LONG:
            with alone(RESULTS):
                _record(name, f"{cells} | {outcome.seconds:,.0f}")
        _show(TARGETS[name], outcome, options.save)
        found |= bool(outcome.findings)
    return int(found)


def _rows() -> dict[str, str]:
    """The other cells of each target in the table of RESULTS.md."""
    section = section_of(RESULTS, _SECTION)
    # Rows without a version were written by an earlier form of this command.
    pattern = r"^\| ([a-z-]+) \| (\d(?:[^|]*\|){4}[^|]*) \|$"
    return dict(re.findall(pattern, section, re.MULTILINE))


def _record(name: str, cells: str) -> None:
    """Replaces the row of a target in the table of RESULTS.md."""
    rows = _rows()
    rows[name] = f"{cells} | {version()}"
    body = "\n".join(f"| {other} | {rows[other]} |" for other in TARGETS if other in rows)
    facts = circumstances("tests/faults fuzz")
    write_section(RESULTS, _SECTION, f"## Fuzzing\n\n{facts}\n\n{_HEADER}\n{body}\n")


def _show(target: Target, outcome: Outcome, save: Path | None) -> None:
    for number, (kind, (first, data, finding)) in enumerate(outcome.findings.items()):
        fatal = kind == "hangs" or kind.startswith("ends the process")
        if not fatal:
            with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
                data = reduced(target, Path(folder), data, kind)
        count = outcome.counts[kind]
        print(f"\n{target.name}: {kind}, {count:,} times, first in input {first}", file=sys.stderr)
        print(f"{data[:_SHOWN]!r}\n{finding.text}", file=sys.stderr, flush=True)
        if save is not None:
            save.mkdir(parents=True, exist_ok=True)
            (save / f"{target.name}-{number}").write_bytes(data)
