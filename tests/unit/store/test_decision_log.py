"""The chain of the decision log, and what an auditor sees when somebody has changed it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.errors import DecisionLogError
from ahsml_app.store.decision_log import (
    ClassName,
    LoggedChange,
    LoggedStep,
    broken_lines,
    first_line,
    hash_of_line,
    read_lines,
    seal_of,
    step_line,
    steps_of,
    write_log,
)

HERE = Path("decisions.jsonl")
KEEP, DOG = Decision(DecisionKind.KEEP), Decision(DecisionKind.RELABEL, "dog\x1f2")


def steps(count: int = 8) -> tuple[LoggedStep, ...]:
    """Decisions, every fourth of them an undo, in the order of a journal."""
    made = []
    for number in range(1, count + 1):
        change = LoggedChange(number, f"häßlich {number}.png", "ab" * 16, "cat", KEEP, DOG)
        step = LoggedStep(number, "decide", None, f"step {number}", "2026-01-01", "Ada", 1)
        step = LoggedStep(*_cells(step), (change,), (ClassName("cat", "cat", "häschen"),))
        if number % 4 == 0:
            step = LoggedStep(number, "undo", number - 1, f"step {number - 1}", "", "Bob", 1)
        made.append(step)
    return tuple(made)


def _cells(step: LoggedStep) -> tuple[int, str, int | None, str, str, str, int]:
    return (
        *(step.number, step.action, step.target),
        *(step.name, step.time, step.reviewer, step.images),
    )


def chain(all_steps: tuple[LoggedStep, ...]) -> list[str]:
    lines = [first_line()]
    for step in all_steps:
        lines.append(step_line(step, hash_of_line(lines[-1])))
    return lines


LINES = chain(steps())


def test_steps_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    write_log(path, LINES)
    assert path.read_bytes().isascii()
    assert read_lines(path) == LINES
    assert steps_of(read_lines(path), path) == steps()
    seal = seal_of(LINES)
    assert seal is not None
    assert (seal.lines, seal.last_hash) == (9, json.loads(LINES[-1])["hash"])


def test_a_longer_log_begins_with_the_shorter_one() -> None:
    assert chain(steps(12))[: len(LINES)] == LINES


def test_line_ends_of_another_system_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes("\r\n".join([*LINES, ""]).encode())
    assert not list(broken_lines(read_lines(path)))


def resealed(lines: list[str]) -> list[str]:
    """The log with line 4 changed by somebody who knows how a line is sealed."""
    changed = steps()[2]
    line = step_line(LoggedStep(*_cells(changed), changed.changes), hash_of_line(lines[2]))
    return [*lines[:3], line, *lines[4:]]


TAMPERED: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "changed": (lambda x: [*x[:3], x[3].replace("Ada", "Eve"), *x[4:]], "Line 4 was changed"),
    "changed at the end": (lambda x: [*x[:-1], x[-1].replace("Bob", "Eve")], "Line 9 was changed"),
    "changed and sealed anew": (resealed, "Line 5 does not follow line 4"),
    "first line changed": (lambda x: [x[0].replace("app", "APP"), *x[1:]], "Line 1 was changed"),
    "removed": (lambda x: [*x[:3], *x[4:]], "Line 4 does not follow line 3"),
    "first step removed": (lambda x: [x[0], *x[2:]], "Line 2 does not follow line 1"),
    "reordered": (lambda x: [*x[:3], x[4], x[3], *x[5:]], "Line 4 belongs behind line 5"),
    "repeated": (lambda x: [*x[:5], x[4], *x[5:]], "Line 6 belongs behind line 4"),
    "added": (lambda x: [*x[:5], '{"step":9}', *x[5:]], "Line 6 was changed"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_done_to_the_log_is_noticed(how: str) -> None:
    tamper, sentence = TAMPERED[how]
    assert str(next(broken_lines(tamper(LINES)))).startswith(sentence)
    with pytest.raises(DecisionLogError, match=sentence):
        steps_of(tamper(LINES), HERE)


def test_lines_removed_at_the_end_have_another_last_hash() -> None:
    assert not list(broken_lines(LINES[:-1]))
    assert seal_of(LINES[:-1]) != seal_of(LINES)


@given(st.integers(0, sum(map(len, LINES)) - 1), st.characters(codec="utf-8"))
def test_no_character_can_be_replaced(place: int, other: str) -> None:
    text = "\n".join(LINES)
    changed = text[:place] + other + text[place + 1 :]
    if changed != text:
        assert list(broken_lines(changed.split("\n")))


@pytest.mark.parametrize(
    "record",
    [
        {"action": "erase"},
        {"action": "undo"},
        {"target": 1},
        {"step": "1"},
        {"step": True},
        {"name": 5},
        {"name": "\ud800"},
        {"images": -1},
        {"images": 2**64},
        {"changes": {"a": 1}},
        {"changes": [{"image": 1, "path": "a", "hash": "", "given": "", "decision": "burn"}]},
        {"changes": [{"image": 1, "path": "a", "hash": "", "given": "", "decision": "relabel"}]},
        {"classes": [{"class": 1}]},
        {"step": 0},
    ],
)
def test_a_line_that_is_no_step_is_refused(record: dict[str, object]) -> None:
    plain = {"previous": hash_of_line(first_line()), "step": 1, "action": "decide", "name": "x"}
    plain |= {"time": "", "reviewer": "", "images": 1}
    good, bad = sealed(plain), sealed(plain | record)
    assert steps_of([first_line(), good], HERE)[0].name == "x"
    if record == {"step": 0}:  # its number must follow the one before
        bad = sealed(plain | record | {"previous": hash_of_line(good)})
        with pytest.raises(DecisionLogError, match=r"Line 3 of .* cannot be used"):
            steps_of([first_line(), good, bad], HERE)
        return
    with pytest.raises(DecisionLogError, match=r"Line 2 of .* cannot be used"):
        steps_of([first_line(), bad], HERE)


def sealed(record: dict[str, object]) -> str:
    from ahsml_app.store import decision_log

    return decision_log._sealed(record)


@pytest.mark.parametrize("content", [b"", b"path,label\n", b"[1]\n", b'{"format": 1}', b"\xff\xfe"])
def test_another_file_is_no_decision_log(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(DecisionLogError, match="is no decision log"):
        read_lines(path)


def test_a_log_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text(LINES[0].replace('"schema":1', '"schema":2'), "utf-8")
    with pytest.raises(DecisionLogError, match="newer version"):
        read_lines(path)


def test_a_missing_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(DecisionLogError, match="cannot be read"):
        read_lines(tmp_path / "decisions.jsonl")


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_first_line_are_noticed(junk: bytes) -> None:
    lines = [*LINES, *junk.decode("utf-8", "replace").split("\n")]
    assert list(broken_lines(lines))
