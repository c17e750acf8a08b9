"""What is fuzzed: a reader of files, its sound inputs, and its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from faults.fuzzing.mutation import Mutate, mutated_bytes

Reader = Callable[[bytes], Any]
"""Reads one input."""


@dataclass(frozen=True)
class Target:
    """A reader of files.

    Attributes:
        name: Name on the command line.
        corpus: Makes the sound inputs; may use a folder of its own.
        reader: Makes the reader, which may use a folder of its own.
        mutate: Makes an input from the corpus.
        expected: Exceptions that it may raise beside `AppError`.
        seconds: Processor time that one input may take.
        megabytes: Memory that one input may add.
        short: Number of inputs in the usual tests.
    """

    name: str
    corpus: Callable[[Path], Sequence[bytes]]
    reader: Callable[[Path], Reader]
    mutate: Mutate = mutated_bytes
    expected: tuple[type[BaseException], ...] = ()
    seconds: float = 2.0
    megabytes: int = 256
    short: int = 500


def words(*tokens: bytes | str, mutate: Callable[..., bytes] = mutated_bytes) -> Mutate:
    """A mutation that also inserts the words of a format."""
    as_bytes = tuple(t if isinstance(t, bytes) else t.encode() for t in tokens)
    return partial(mutate, tokens=as_bytes)


def input_of(target: Target, corpus: Sequence[bytes], seed: int, number: int) -> bytes:
    """The input of a number; the first ones are the corpus itself."""
    if number < len(corpus):
        return corpus[number]
    return target.mutate(Random(f"{seed}/{target.name}/{number}"), corpus)
