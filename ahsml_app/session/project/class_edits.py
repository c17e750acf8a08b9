"""Operations on whole classes: rename, merge and split; each is one step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ahsml_app.base.decisions import DecisionKind, can_name_class
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.types import IntArray
from ahsml_app.session.project.project import Project


def rename_class(project: Project, name: str, to: str) -> IntArray:
    """Renames a class; its images get the new label, and undecided ones stay undecided.

    Returns:
        The rows whose label changed its name.

    Raises:
        ProjectError: The name is not allowed, or the step could not be written.
    """
    to = to.strip()
    _refuse(name_problem(project, to, instead_of=name))
    count = count_labelled(project, [name])
    return project.rename_classes({name: to}, _rename_step(name, to, count), count)


def merge_classes(project: Project, names: Sequence[str], into: str) -> IntArray:
    """Merges classes into another one; undecided images stay undecided.

    Args:
        project: The project.
        names: The classes to merge.
        into: The class that remains.

    Returns:
        The rows whose label changed its name.

    Raises:
        ProjectError: There is no such class, or the step could not be written.
    """
    merged = [name for name in dict.fromkeys(names) if name != into]
    for name in (*merged, into):
        exists = name in project.class_names
        _refuse(None if exists else Message("There is no class {name}.", name=name))
    if not merged:
        return np.empty(0, dtype=np.int64)
    count = count_labelled(project, merged)
    step = _merge_step(merged, into, count)
    return project.rename_classes(dict.fromkeys(merged, into), step, count)


def split_class(project: Project, rows: IntArray | Sequence[int], to: str) -> IntArray:
    """Relabels selected images to a new class; a decision, because the user looked at them.

    Returns:
        The rows that changed.

    Raises:
        ProjectError: The name is not allowed, or the step could not be written.
    """
    to = to.strip()
    _refuse(name_problem(project, to))
    step = Message.plural(
        "Split {name} off ({count:,} image)",
        "Split {name} off ({count:,} images)",
        count=len(rows),
        name=to,
    )
    return project.decide(rows, DecisionKind.RELABEL, to, step)


def count_labelled(project: Project, names: Sequence[str]) -> int:
    """Number of images labelled as one of the classes."""
    wanted = frozenset(names)
    selected = np.array([*(name in wanted for name in project.class_names), False])  # for -1
    return int(np.count_nonzero(selected[project.labels]))


def name_problem(project: Project, name: str, *, instead_of: str = "") -> Message | None:
    """The reason why a class cannot have this name, or None.

    Args:
        project: The project.
        name: The wanted name.
        instead_of: The current name of the class, of which only the case may change.
    """
    if not name.strip():
        return Message("A class needs a name.")
    if not can_name_class(name):
        return Message("A class name cannot hold a slash or a control character.")
    wanted = name.strip().casefold()
    for other in project.class_names:
        if other.casefold() == wanted and other != instead_of:
            return Message("There is a class “{name}” already.", name=other)
    return None


def _rename_step(name: str, to: str, count: int) -> Message:
    return Message.plural(
        "Rename {old} to {new} ({count:,} image)",
        "Rename {old} to {new} ({count:,} images)",
        count=count,
        old=name,
        new=to,
    )


def _merge_step(names: Sequence[str], into: str, count: int) -> Message:
    several = Message.plural("{count:,} class", "{count:,} classes", count=len(names))
    what = names[0] if len(names) == 1 else several
    return Message.plural(
        "Merge {what} into {into} ({count:,} image)",
        "Merge {what} into {into} ({count:,} images)",
        count=count,
        what=what,
        into=into,
    )


def _refuse(problem: Message | None) -> None:
    if problem:
        raise ProjectError(problem, hint="Choose another name.")
