"""Mutations of small inputs, drawn from a seeded generator, so that a number names an input."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

LONGEST = 1 << 16
"""Bytes of the longest input; copies of a span stop there."""

_BYTES = (0, 1, 9, 10, 13, 32, 34, 44, 92, 127, 128, 255)
_NUMBERS = (0, 1, 2, 127, 128, 255, 256, 32767, 65535, 65536, 10**6, 2**31 - 1, 2**31, 2**32 - 1)
_DEEP = "<deep>"
_DEPTH = 5000

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.5, 1e308, -0.0),
    *(float("nan"), float("inf"), "", "x", "0", "\0", "a\0b", "\ud800", "\u202etxt.exe", "\x1b[2J"),
    *("../../canary/kept.txt", "/etc/passwd", "..\\..\\x", "C:\\x", ".", "..", "/", "a" * 5000),
    *("{", "{}", "{0}", "{name.__class__}", "{count:999999999}", "%s", "é", "é", "\U0001f600"),
    *([], [[]], {}, [None], {"": None}, ["x"] * 50, [1, "x", None], {"a": {"b": []}}, _DEEP),
)
"""Values for JSON and for cells of a database, where others are expected."""

Mutate = Callable[[Random, Sequence[bytes]], bytes]
"""Makes an input from a corpus."""


def mutated_bytes(
    random: Random, corpus: Sequence[bytes], tokens: Sequence[bytes] = (b"\n", b"\0")
) -> bytes:
    """Mutates one input of the corpus in one to eight places.

    Args:
        random: The generator.
        corpus: Sound inputs.
        tokens: Words of the format.
    """
    data = bytearray(random.choice(corpus))
    for _ in range(1 << random.randrange(4)):
        _OPERATIONS[random.randrange(len(_OPERATIONS))](random, data, corpus, tokens)
    return bytes(data[:LONGEST])


def mutated_json(random: Random, value: Any) -> Any:
    """A copy of a JSON value in which one to four places are odd."""
    value = json.loads(json.dumps(value))
    for _ in range(1 + random.randrange(4)):
        value = _with_odd_place(random, value)
    return value


def json_text(value: Any, *, ascii_only: bool = True) -> str:
    """The value as JSON; a marker among the odd values becomes very deep nesting."""
    text = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
    return text.replace(f'"{_DEEP}"', "[" * _DEPTH + "]" * _DEPTH)


def mutated_json_text(random: Random, corpus: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """Mutates the values of a JSON file in most cases, and its bytes in the others."""
    if random.random() < 0.3:
        return mutated_bytes(random, corpus, tokens)
    value = mutated_json(random, json.loads(random.choice(corpus)))
    return json_text(value, ascii_only=random.random() < 0.8).encode("utf-8", "surrogatepass")


def _with_odd_place(random: Random, value: Any) -> Any:
    if not isinstance(value, dict | list) or not value or random.random() < 0.1:
        return copy.deepcopy(random.choice(ODD_VALUES))
    key = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
    draw = random.random()
    if draw < 0.1:
        del value[key]
    elif draw < 0.2 and isinstance(value, list):
        value[:] = copy.deepcopy(value * 20)[:200]
    elif draw < 0.3 and isinstance(value, dict):
        value[str(random.choice(ODD_VALUES))[:50]] = copy.deepcopy(value[key])
    else:
        value[key] = _with_odd_place(random, value[key])
    return value


_Operation = Callable[[Random, bytearray, Sequence[bytes], Sequence[bytes]], None]


def _span(random: Random, data: bytearray) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + (1 << random.randrange(8)))


def _flip(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    if data:
        odd = random.random() < 0.5
        data[random.randrange(len(data))] = random.choice(_BYTES) if odd else random.randrange(256)


def _number(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    width = random.choice((1, 2, 4, 8))
    start = random.randrange(len(data) + 1)
    number = random.choice(_NUMBERS) & ((1 << 8 * width) - 1)
    data[start : start + width] = number.to_bytes(width, random.choice(("little", "big")))


def _delete(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    start, end = _span(random, data)
    del data[start:end]


def _copy(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    start, end = _span(random, data)
    position = random.randrange(len(data) + 1)
    data[position:position] = (data[start:end] * (1 << random.randrange(8)))[:LONGEST]


def _insert(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    position = random.randrange(len(data) + 1)
    data[position:position] = random.randbytes(1 << random.randrange(6))


def _token(random: Random, data: bytearray, _: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    token = random.choice(tokens)
    start = random.randrange(len(data) + 1)
    end = start + len(token) * random.randrange(2)
    data[start:end] = token if random.random() < 0.95 else (token * 20_000)[:LONGEST]


def _cut(random: Random, data: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    del data[random.randrange(len(data) + 1) :]


def _splice(random: Random, data: bytearray, corpus: Sequence[bytes], _: Sequence[bytes]) -> None:
    other = random.choice(corpus)
    start = random.randrange(len(other) + 1)
    data[random.randrange(len(data) + 1) :] = other[start:]


_OPERATIONS: tuple[_Operation, ...] = (
    *(_flip, _flip, _set, _set, _number, _number, _delete, _copy, _insert),
    *(_token, _token, _token, _cut, _splice),
)
