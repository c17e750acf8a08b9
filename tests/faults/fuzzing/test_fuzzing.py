"""A few hundred inputs for each target in the usual tests, and the fuzzing itself."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from faults.fuzzing.fuzz_command import fast_folder, fuzz, reduced
from faults.fuzzing.fuzz_targets import TARGETS
from faults.fuzzing.mutation import LONGEST, mutated_bytes
from faults.fuzzing.target import Target, input_of


@pytest.mark.parametrize("name", TARGETS)
def test_odd_inputs_give_a_value_or_an_expected_error(name: str) -> None:
    target = TARGETS[name]
    with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
        outcome = fuzz(target, Path(folder), 0, range(target.short))
    assert not outcome.findings, "\n".join(f[2].text for f in outcome.findings.values())
    assert outcome.inputs == target.short


def _raise(error: BaseException) -> Callable[[Path], Any]:
    def fail(_: Path) -> None:
        raise error

    return fail


def _grow(_: Path) -> int:
    return len(b"x" * (100 << 20))


def _loop(_: Path) -> None:
    end = time.process_time() + 20
    while time.process_time() < end:
        sum(range(1000))


def _change_unseen(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder.parent / "new")) as connection:
        connection.execute("CREATE TABLE a (b)")


FAULTS: dict[str, Callable[[Path], Any]] = {
    "KeyError in test_fuzzing.py:fail": _raise(KeyError("x")),
    "takes too long": _loop,
    "takes too much memory": _grow,
    "reaches another file": lambda folder: (folder.parent / "canary" / "kept.txt").read_bytes(),
    "changes files outside": _change_unseen,
    "log: a: odd": lambda _: logging.getLogger("a").warning("odd"),
    "log: py.warnings": lambda _: warnings.warn("odd", stacklevel=1),
    "text of the error: KeyError": _raise(ProjectError("x", hint=Message("{x}", y=1))),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_break_of_the_property_is_a_finding(kind: str, tmp_path: Path) -> None:
    armed: list[bool] = []  # the first reading of the corpus is not watched

    def reader(folder: Path) -> Callable[[bytes], Any]:
        return lambda _: FAULTS[kind](folder) if armed else armed.append(True)

    target = Target("odd", lambda _: [b"abc"], reader, seconds=0.5, megabytes=50)
    kinds = list(fuzz(target, tmp_path, 0, range(1)).counts)
    assert len(kinds) == 1
    assert kinds[0].startswith(kind)


def test_an_expected_error_is_none(tmp_path: Path) -> None:
    error = ProjectError("x")
    target = Target("odd", lambda _: [b"abc"], lambda folder: lambda _: _raise(error)(folder))
    outcome = fuzz(target, tmp_path, 0, range(1, 6))
    assert (outcome.refused, outcome.counts) == (5, {})


def test_a_number_names_one_input_whatever_came_before() -> None:
    for target in (TARGETS["manifest-path"], TARGETS["recent"], TARGETS["decision-log"]):
        corpus = list(target.corpus(Path("unused")))
        inputs = [input_of(target, corpus, 7, number) for number in range(200)]
        assert inputs == [input_of(target, corpus, 7, number) for number in range(200)]
        assert len(set(inputs)) > 100
        assert inputs[50:] != [input_of(target, corpus, 8, number) for number in range(50, 200)]


def test_inputs_stay_small() -> None:
    random = Random(0)
    longest = max(len(mutated_bytes(random, [b"a" * 100], [b"[" * 9])) for _ in range(3000))
    assert 1000 < longest <= LONGEST


def test_an_input_is_reduced_to_what_it_needs(tmp_path: Path) -> None:
    def read(data: bytes) -> None:
        if b"X" in data and b"Y" in data:
            raise KeyError("both")

    target = Target("odd", lambda _: [], lambda _: read)
    data = b"a" * 500 + b"X" + b"b" * 300 + b"Y" + b"c" * 200
    assert reduced(target, tmp_path, data, "KeyError in test_fuzzing.py:read") == b"XY"
