"""Replays a decision log on a fresh copy of the images, whose files may be renamed or moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ahsml_app.base.decisions import Decision, DecisionKind, Mark, can_name_class, first_name
from ahsml_app.base.errors import DecisionLogError
from ahsml_app.base.message import Message
from ahsml_app.base.types import SampleTable
from ahsml_app.session.project.log_state import LoggedImage, LogState, state_after
from ahsml_app.session.project.project import Project
from ahsml_app.store.decision_log import LoggedChange, LoggedMark, LoggedStep

MISSING, CHANGED, AMBIGUOUS = "missing", "changed", "ambiguous"
"""Conflicts that leave the decisions about an image out."""

OTHER_LABEL, UNCHECKED = "other label", "unchecked"
"""Conflicts in spite of which the decisions are taken."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An image of the log that the copy does not hold as it was.

    Attributes:
        problem: "missing", "changed" (the path holds other content), "ambiguous" (several files of
            this content), "other label" (the copy's given label is another one), or "unchecked"
            (the log holds no content hash, so the path alone told which image it is).
        image: The image as the log knows it.
        path: Its path in the copy; empty if it was not found.
        decision: The decision about it at the end of the log, with the name of the class.
    """

    problem: str
    image: LoggedImage
    path: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay.

    Attributes:
        steps: Number of steps that were taken.
        left_out: Number of steps that were not, because none of their images was found.
        images: Number of images of the log that were found.
        moved: How many of them have another path now.
        conflicts: What the copy does not hold as it was, in the order of the paths.
    """

    steps: int
    left_out: int
    images: int
    moved: int
    conflicts: tuple[Conflict, ...]


def replay_steps(project: Project, steps: Sequence[LoggedStep]) -> Replay:
    """Takes the steps of a decision log in a project that has no decisions yet.

    Args:
        project: The project; its samples have content hashes.
        steps: The steps of the log.

    Raises:
        DecisionLogError: If the steps contradict each other, or hold a class name that no class
            may have.
        ProjectError: If they could not be written; then nothing has changed.
    """
    table = project.original
    try:
        state = state_after(steps)
    except ValueError as error:
        raise DecisionLogError(
            Message("The decision log contradicts itself: {reason}.", reason=error),
            hint="Ask for the file as it was exported.",
        ) from error
    _refuse_class_names(steps, frozenset(table.class_names))
    rows, problems = match_images(state.images, table.paths, table.hashes, state.said_of)
    taken = list(_steps_here(steps, rows, table))
    project.replay(taken)
    return Replay(
        steps=len(taken),
        left_out=len(steps) - len(taken),
        images=len(rows),
        moved=sum(table.paths[row] != state.images[n].path for n, row in rows.items()),
        conflicts=_conflicts(state, rows, problems, table),
    )


def match_images(
    images: Mapping[int, LoggedImage],
    paths: Sequence[str],
    hashes: Sequence[str],
    decision: Callable[[int], object],
) -> tuple[dict[int, int], dict[int, str]]:
    """Finds the images of a log among files, by path and content hash, else by the hash alone.

    Of several files with one content, one of the same name is taken. Copies that were all renamed
    are interchangeable if the decisions about them are equal.

    Args:
        images: The images by their numbers.
        paths: (N,) paths of the files.
        hashes: (N,) their content hashes.
        decision: Returns what was decided about an image, by its number.

    Returns:
        The row of each image that was found, by its number, and the problem of each other.
    """
    by_path = {path: row for row, path in enumerate(paths)}
    rows: dict[int, int] = {}
    taken: set[int] = set()
    moved: defaultdict[str, list[int]] = defaultdict(list)
    for number, image in images.items():
        row = by_path.get(image.path, -1)
        fits = row >= 0 and row not in taken
        if fits and (not (image.content_hash and hashes[row]) or image.content_hash == hashes[row]):
            rows[number] = row
            taken.add(row)
        else:
            moved[image.content_hash].append(number)
    free: defaultdict[str, list[int]] = defaultdict(list)
    for row, digest in enumerate(hashes):
        if row not in taken and digest in moved:
            free[digest].append(row)
    problems: dict[int, str] = {}
    for digest, numbers in moved.items():
        candidates = free[digest] if digest else []
        for number in _match_copies(numbers, candidates, images, paths, rows, decision):
            known = images[number].path in by_path
            problem = CHANGED if known and images[number].content_hash else MISSING
            problems[number] = AMBIGUOUS if candidates else problem
    return rows, problems


def _match_copies(
    numbers: list[int],
    candidates: list[int],
    images: Mapping[int, LoggedImage],
    paths: Sequence[str],
    rows: dict[int, int],
    decision: Callable[[int], object],
) -> list[int]:
    """Matches images and files of one content; returns the images that remain."""
    by_name: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number in numbers:
        by_name[PurePosixPath(images[number].path).name][0].append(number)
    for row in candidates:
        by_name[PurePosixPath(paths[row]).name][1].append(row)
    named = {pair[0][0]: pair[1][0] for pair in by_name.values() if list(map(len, pair)) == [1, 1]}
    rows |= named
    left = sorted((n for n in numbers if n not in named), key=lambda n: images[n].path)
    files = [row for row in candidates if row not in named.values()]
    if len(left) == len(files) and all(decision(n) == decision(left[0]) for n in left):
        rows |= dict(zip(left, files, strict=True))
        return []
    return left


def _steps_here(
    steps: Sequence[LoggedStep], rows: Mapping[int, int], table: SampleTable
) -> Iterator[LoggedStep]:
    """The steps that concern the copy, with its rows as numbers of the images."""
    left_out: set[int] = set()
    for step in steps:
        if step.target in left_out:
            continue
        changes = tuple(
            _change_here(change, rows[change.image], table)
            for change in step.changes
            if change.image in rows
        )
        marks = tuple(
            _mark_here(mark, rows[mark.image], table) for mark in step.marks if mark.image in rows
        )
        if step.known and not (changes or marks):
            left_out.add(step.number)
        else:
            images = step.images - len(step.known) + len(changes) + len(marks)
            yield replace(step, changes=changes, marks=marks, images=images)


def _change_here(change: LoggedChange, row: int, table: SampleTable) -> LoggedChange:
    """The change with the row of the copy; the same label even if the given one is another."""
    given, after = table.label_name(row), change.after
    if given != change.given:
        if after.kind == DecisionKind.KEEP and change.given:
            after = Decision(DecisionKind.RELABEL, change.given)
        elif after.label and after.label == given:
            after = Decision(DecisionKind.KEEP)
    return change._replace(image=row, after=after)


def _mark_here(mark: LoggedMark, row: int, table: SampleTable) -> LoggedMark:
    """The mark with the row of the copy; the model has not checked another given label."""
    if mark.mark == Mark.CHECKED and mark.given != table.label_name(row):
        return mark._replace(image=row, after="")
    return mark._replace(image=row)


def _conflicts(
    state: LogState, rows: Mapping[int, int], problems: Mapping[int, str], table: SampleTable
) -> tuple[Conflict, ...]:
    conflicts = []
    for number in sorted(state.images, key=lambda n: state.images[n].path):
        image, row = state.images[number], rows.get(number)
        problem = problems.get(number, "")
        if row is not None and table.label_name(row) != image.given:
            problem = OTHER_LABEL
        elif row is not None and not image.content_hash:
            problem = UNCHECKED
        if problem:
            path = "" if row is None else table.paths[row]
            conflicts.append(Conflict(problem, image, path, _named_decision(state, number)))
    return tuple(conflicts)


def _named_decision(state: LogState, number: int) -> Decision:
    """The decision at the end of the log, with the name of the class."""
    logged = state.decisions.get(number)
    if logged is None:
        return Decision()
    label = logged.decision.label
    name = state.names.get(label, first_name(label)) if label else ""
    return Decision(logged.decision.kind, name)


def _refuse_class_names(steps: Iterable[LoggedStep], existing: frozenset[str]) -> None:
    """Refuses what no class may be called; such a name would become one of a folder."""
    names = {first_name(c.after.label) for step in steps for c in step.changes if c.after.label}
    names |= {first_name(known.given) for step in steps for known in step.known if known.given}
    names |= {item.after for step in steps for item in step.classes}
    names |= {first_name(item.class_id) for step in steps for item in step.classes}
    for name in sorted(names - existing):
        if not can_name_class(name):
            raise DecisionLogError(
                Message("The decision log names a class {name}.", name=ascii(name)),
                hint="A class name cannot be empty or hold a slash or a control character.",
            )
