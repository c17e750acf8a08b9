"""What a person does to whole classes: rename, merge, split off; each is one step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.types import IntArray
from ahsml_app.session.project.project import Project


def rename_class(project: Project, name: str, to: str) -> IntArray:
    """Call a class otherwise; labels follow it, and undecided images stay undecided.

    Returns:
        The rows whose label has another name now.

    Raises:
        ProjectError: The name cannot be had, or it could not be written.
    """
    to = to.strip()
    _refuse(name_problem(project, to, instead_of=name))
    count = count_labelled(project, [name])
    return project.call_classes({name: to}, f"Rename {name} to {to} ({_images(count)})", count)


def merge_classes(project: Project, names: Sequence[str], into: str) -> IntArray:
    """Make classes one with another; labels follow, and undecided images stay undecided.

    Args:
        project: The project.
        names: The classes that end.
        into: The class that they become part of.

    Returns:
        The rows whose label has another name now.

    Raises:
        ProjectError: There is no such class, or it could not be written.
    """
    ending = [name for name in dict.fromkeys(names) if name != into]
    for name in (*ending, into):
        _refuse("" if name in project.class_names else f"There is no class {name}.")
    if not ending:
        return np.empty(0, dtype=np.int64)
    count = count_labelled(project, ending)
    what = ending[0] if len(ending) == 1 else f"{len(ending)} classes"
    step = f"Merge {what} into {into} ({_images(count)})"
    return project.call_classes(dict.fromkeys(ending, into), step, count)


def split_class(project: Project, rows: IntArray | Sequence[int], to: str) -> IntArray:
    """Relabel chosen images to a new class: a person looked at these, so it is a decision.

    Returns:
        The rows that changed.

    Raises:
        ProjectError: The name cannot be had, or it could not be written.
    """
    to = to.strip()
    _refuse(name_problem(project, to))
    step = f"Split {to} off ({_images(len(rows))})"
    return project.decide(rows, DecisionKind.RELABEL, to, step)


def count_labelled(project: Project, names: Sequence[str]) -> int:
    """How many images are labelled as one of the classes."""
    wanted = frozenset(names)
    among = np.array([*(name in wanted for name in project.class_names), False])  # for index -1
    return int(np.count_nonzero(among[project.labels]))


def name_problem(project: Project, name: str, *, instead_of: str = "") -> str:
    """Why a class cannot be called so; empty if it can.

    Args:
        project: The project.
        name: The wanted name.
        instead_of: The present name of the class, which may stay up to upper and lower case.
    """
    if not name.strip():
        return "A class needs a name."
    if any(sign in name for sign in "/\\") or not name.isprintable():
        return "A class name cannot hold a slash or a control character."
    wanted = name.strip().casefold()
    for other in project.class_names:
        if other.casefold() == wanted and other != instead_of:
            return f"There is a class “{other}” already."
    return ""


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def _refuse(problem: str) -> None:
    if problem:
        raise ProjectError(problem, hint="Choose another name.")
