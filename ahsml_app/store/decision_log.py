"""The decision log: a line of JSON for each step, which ends with the hash of what is before it.

The first line names format and schema. Each further line is one step of the journal, in its order,
with the hash of the line before it and, at its end, its own. So a line that was changed, removed,
added or moved breaks the chain, and the last hash vouches for all lines. An undo refers to the step
that it undoes. Images are known by path and content hash, classes by their IDs.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from typing import Any, NamedTuple

from ahsml_app.base.decisions import Decision, DecisionKind, Mark
from ahsml_app.base.errors import DecisionLogError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import atomic_write

LOG_FILE = "decisions.jsonl"
FORMAT = "ahsml-app decisions"
SCHEMA = 1

_ACTIONS = ("decide", "update", "undo", "redo")
_KINDS = {kind.word: kind for kind in DecisionKind}
_LARGEST = 2**53
_SEAL = re.compile(r',"hash":"([0-9a-f]{64})"}')
_SEAL_LENGTH = len(',"hash":""}') + 64


class LoggedChange(NamedTuple):
    """The decision about one image in a step.

    Attributes:
        image: Number of the image in its project, which stays when its path changes.
        path: Relative path at that time.
        content_hash: Content hash at that time; empty if unknown.
        given: ID of the class that the image came with; empty for none.
        before: The decision before the step.
        after: The decision of the step.
    """

    image: int
    path: str
    content_hash: str
    given: str
    before: Decision
    after: Decision


class LoggedMark(NamedTuple):
    """A mark of one image in a step; image, path, hash and class are as in `LoggedChange`.

    Attributes:
        image: Number of the image in its project.
        path: Relative path at that time.
        content_hash: Content hash at that time; empty if unknown.
        given: ID of the class that the image came with; empty for none.
        mark: The mark.
        before: Its text before the step; empty for none.
        after: Its text from the step on; empty for none.
    """

    image: int
    path: str
    content_hash: str
    given: str
    mark: Mark
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ClassName:
    """The name of a class in a step.

    Attributes:
        class_id: ID of the class.
        before: Its name before the step.
        after: Its name from the step on.
    """

    class_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """One step of the journal.

    Attributes:
        number: Number of the step.
        action: "decide", "undo", "redo", or "update" for what a change of the image folder does to
            decisions.
        target: Number of the step that is undone or redone; None for the other actions.
        name: English name in the history.
        time: Time in ISO 8601 with the offset from UTC.
        reviewer: Who took the step; empty if it was not recorded.
        images: Number of images that it concerns.
        changes: Its decisions; those of an undo or redo follow from the target.
        classes: The classes that it renames.
        marks: The marks that it gives or takes; versions that know none pass over them.
    """

    number: int
    action: str
    target: int | None
    name: str
    time: str
    reviewer: str
    images: int
    changes: tuple[LoggedChange, ...] = ()
    classes: tuple[ClassName, ...] = ()
    marks: tuple[LoggedMark, ...] = ()

    @property
    def known(self) -> tuple[LoggedChange | LoggedMark, ...]:
        """What it says of images."""
        return (*self.changes, *self.marks)


@dataclass(frozen=True, slots=True)
class LogSeal:
    """What an auditor notes down of a decision log.

    Attributes:
        lines: Number of lines, the first one included.
        last_hash: Hash of the last line, which vouches for all lines.
    """

    lines: int
    last_hash: str


def first_line() -> str:
    """The first line of every log."""
    return _sealed({"format": FORMAT, "schema": SCHEMA})


def step_line(step: LoggedStep, previous: str) -> str:
    """The line of a step.

    Args:
        step: The step.
        previous: Hash of the line before it.
    """
    record: dict[str, Any] = {"previous": previous, "step": step.number, "action": step.action}
    if step.target is not None:
        record["target"] = step.target
    record |= {"name": step.name, "time": step.time, "reviewer": step.reviewer}
    record["images"] = step.images
    if step.classes:
        record["classes"] = [
            {"class": item.class_id, "name_before": item.before, "name": item.after}
            for item in step.classes
        ]
    # Written by hand, because a bulk decision may change 100,000 images.
    changes = ",".join(map(_change_text, step.changes))
    marks = ",".join(map(_mark_text, step.marks))
    more = f',"changes":[{changes}]' if changes else ""
    return _sealed(record, f'{more},"marks":[{marks}]' if marks else more)


def hash_of_line(line: str) -> str:
    """The hash at the end of a line; empty if there is none."""
    seal = _SEAL.fullmatch(line[-_SEAL_LENGTH:])
    return seal[1] if seal else ""


def follows(line: object, previous: str) -> bool:
    """Whether something is a line as it was written, behind the line with a hash."""
    return (
        isinstance(line, str)
        and _previous(line) == previous
        and _hash(line[:-_SEAL_LENGTH]) == hash_of_line(line)
    )


def seal_of(lines: Sequence[str]) -> LogSeal | None:
    """What vouches for the lines of a log; None if there are none."""
    return LogSeal(len(lines), hash_of_line(lines[-1])) if lines else None


def steps_of(lines: Sequence[str], path: Path) -> tuple[LoggedStep, ...]:
    """The steps in the lines of a decision log, oldest first.

    Args:
        lines: The lines.
        path: The file or folder that they come from, for messages.

    Raises:
        DecisionLogError: If the chain is broken, or a line is not that of a step.
    """
    problem = next(broken_lines(lines), None)
    if problem is not None:
        raise DecisionLogError(
            Message("{path} is not as it was written: {problem}", path=path, problem=problem),
            hint="Ask for the file as it was exported; --verify lists what was changed.",
        )
    steps = tuple(_read_step(path, number, line) for number, line in enumerate(lines[1:], 2))
    for number, (before, step) in enumerate(pairwise(steps), 3):
        if step.number <= before.number:
            raise _unusable(path, number, "its number does not follow the one before")
    return steps


def read_lines(path: Path) -> list[str]:
    """Reads the lines of a decision log, broken or not.

    Raises:
        DecisionLogError: If the file cannot be read or is no decision log of this schema.
    """
    try:
        lines = path.read_text("utf-8", "replace").split("\n")
        header = json.loads(lines[0])
        schema = header["schema"] if header["format"] == FORMAT else None
    except OSError as error:
        raise DecisionLogError(
            Message("{path} cannot be read: {reason}.", path=path, reason=error.strerror),
            hint=Message("Name the file {name} of an export.", name=LOG_FILE),
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError):
        schema = None
    if not isinstance(schema, int):
        raise DecisionLogError(
            Message("{path} is no decision log.", path=path),
            hint=Message("Name the file {name} of an export.", name=LOG_FILE),
        )
    if schema > SCHEMA:
        raise DecisionLogError(
            Message(
                "{path} was made by a newer version of this program (schema {version}; this one "
                "knows {newest}).",
                path=path,
                version=schema,
                newest=SCHEMA,
            ),
            hint="Install the newer version to read it.",
        )
    return lines[:-1] if lines[-1] == "" else lines


def broken_lines(lines: Sequence[str]) -> Iterator[Message]:
    """What is not as it was written in the lines of a log, in their order.

    Yields:
        A sentence for each line that was changed, and for each place at which lines are missing,
        were added or were moved.
    """
    hashes = [hash_of_line(line) for line in lines]
    numbers = {text: number for number, text in enumerate(hashes, 1)}
    if lines[0] != first_line():
        yield Message("Line {number} was changed.", number=1)
    for number, line in enumerate(lines[1:], 2):
        if _hash(line[:-_SEAL_LENGTH]) != hashes[number - 1]:
            yield Message("Line {number} was changed.", number=number)
            continue
        previous = _previous(line)
        if previous == hashes[number - 2]:
            continue
        if previous in numbers:
            yield Message(
                "Line {number} belongs behind line {other}: lines were moved or repeated.",
                number=number,
                other=numbers[previous],
            )
        else:
            yield Message(
                "Line {number} does not follow line {other}: lines between them were removed, or "
                "one was replaced.",
                number=number,
                other=number - 1,
            )


def write_log(path: Path, lines: Iterable[str]) -> None:
    """Writes the lines of a log."""
    with atomic_write(path, "w", encoding="ascii", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _sealed(record: Mapping[str, Any], more: str = "") -> str:
    # ASCII only, because two spellings of a letter look the same.
    body = json.dumps(record, separators=(",", ":"))[:-1] + more
    return f'{body},"hash":"{_hash(body)}"}}'


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _previous(line: str) -> str:
    match = re.match(r'{"previous":"([0-9a-f]{64})"', line)
    return match[1] if match else ""


def _change_text(change: LoggedChange) -> str:
    before, after = change.before, change.after
    decisions = f"{_decision_text('_before', before)},{_decision_text('', after)}"
    return f"{{{_known_text(change)},{decisions}}}"


def _mark_text(mark: LoggedMark) -> str:
    texts = f'"text_before":{quoted(mark.before)},"text":{quoted(mark.after)}'
    return f'{{{_known_text(mark)},"mark":{quoted(mark.mark)},{texts}}}'


def _known_text(image: LoggedChange | LoggedMark) -> str:
    path, digest = quoted(image.path), quoted(image.content_hash)
    return f'"image":{image.image},"path":{path},"hash":{digest},"given":{quoted(image.given)}'


@functools.lru_cache(maxsize=4096)
def _decision_text(suffix: str, decision: Decision) -> str:
    text = f'"decision{suffix}":"{decision.kind.word}"'
    return f'{text},"class{suffix}":{quoted(decision.label)}' if decision.label else text


def _read_step(path: Path, number: int, line: str) -> LoggedStep:
    try:
        record = json.loads(line)
        step = LoggedStep(
            number=_typed(record["step"], int),
            action=record["action"],
            target=record.get("target"),
            name=_typed(record["name"], str),
            time=_typed(record["time"], str),
            reviewer=_typed(record["reviewer"], str),
            images=_typed(record["images"], int),
            changes=tuple(map(_read_change, record.get("changes", ()))),
            classes=tuple(map(_read_class, record.get("classes", ()))),
            marks=tuple(map(_read_mark, record.get("marks", ()))),
        )
        if step.action not in _ACTIONS or (step.target is None) != (step.action in _ACTIONS[:2]):
            raise ValueError("its action is unknown")
        if step.target is not None:
            _typed(step.target, int)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unusable(path, number, str(error)) from error
    return step


def _read_change(record: Mapping[str, Any]) -> LoggedChange:
    before, after = (
        Decision(_KINDS[record[f"decision{suffix}"]], _typed(record.get(f"class{suffix}", ""), str))
        for suffix in ("_before", "")
    )
    for decision in (before, after):
        if bool(decision.label) != (decision.kind == DecisionKind.RELABEL):
            raise ValueError("a decision and its class do not fit")
    return LoggedChange(*_read_known(record), before, after)


def _read_mark(record: Mapping[str, Any]) -> LoggedMark:
    before, after = (_typed(record[f"text{suffix}"], str) for suffix in ("_before", ""))
    return LoggedMark(*_read_known(record), Mark(record["mark"]), before, after)


def _read_known(record: Mapping[str, Any]) -> tuple[int, str, str, str]:
    """Number, path, content hash and given class of an image."""
    path, digest, given = (_typed(record[name], str) for name in ("path", "hash", "given"))
    return _typed(record["image"], int), path, digest, given


def _read_class(record: Mapping[str, Any]) -> ClassName:
    return ClassName(*(_typed(record[name], str) for name in ("class", "name_before", "name")))


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{value!r} is no {kind.__name__}")
    if isinstance(value, str):
        value.encode()  # raises for half of a surrogate pair, which no database holds
    if isinstance(value, int) and not 0 <= value <= _LARGEST:
        raise ValueError(f"{value} is out of range")
    return value


def _unusable(path: Path, number: int, reason: str) -> DecisionLogError:
    return DecisionLogError(
        Message(
            "Line {number} of {path} cannot be used: {reason}.",
            number=number,
            path=path,
            reason=reason,
        ),
        hint=Message("Name the file {name} of an export.", name=LOG_FILE),
    )
