"""Decisions about images, steps of the history, and class IDs."""

from __future__ import annotations

import enum
import getpass
import re
from collections.abc import Callable
from dataclasses import dataclass

from ahsml_app.base.message import Message, stored_message

LONGEST_REVIEWER = 100
"""Most characters of the name of a reviewer."""

LONGEST_NOTE = 1000
"""Most characters of a note on an image."""

DUPLICATES_STEP = "Drop [0-9]* as *duplicate*"
"""Pattern (SQLite's GLOB) of the names of `duplicates_step`, by which the journal knows them."""

_REPEATED = re.compile("\x1f\\d+$")


class DecisionKind(enum.IntEnum):
    """The kind of a decision about the label of an image."""

    UNDECIDED = 0
    KEEP = 1
    RELABEL = 2
    DROP = 3
    AMBIGUOUS = 4

    @property
    def word(self) -> str:
        """The word that files and exports use."""
        return self.name.lower()


class Mark(enum.StrEnum):
    """What an image can carry besides its decision, of which no mark says anything.

    An image without a mark has an empty text for it.
    """

    STAR = "star"
    NOTE = "note"
    CHECKED = "checked"


CHECKED_BY_MODEL = len(DecisionKind)
"""Stands among the kinds of decisions, in filters and where images are counted, for an undecided
image that the model has checked. It is no decision."""

STARRED, BY_MODEL = "yes", "model"
"""Texts of the marks that only say yes: of a star, and of an image that the model has checked."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one image.

    Attributes:
        kind: What was decided.
        label: The new label of `RELABEL`; empty for the others. In the journal it is the ID of
            the class, which does not change when the class is renamed (see `first_name`).
    """

    kind: DecisionKind = DecisionKind.UNDECIDED
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history: the change by one key, button or bulk decision.

    Attributes:
        number: Number of the step, from 1 in the order in which they were taken.
        name: English name in the history, for example "Relabel 12 images to dog".
        time: Time of the step in ISO 8601 with the offset from UTC.
        samples: Number of images that it changed.
        undone: Whether it is currently undone.
        kind: What was decided; None where classes were renamed or images were marked.
        label: The new label of a relabelling.
        message: The message behind the name, as JSON; None where only the name was stored.
        reviewer: Who took it; empty if it was not recorded.
        marks: Whether it marks images, and decides nothing.
    """

    number: int
    name: str
    time: str
    samples: int
    undone: bool
    kind: DecisionKind | None
    label: str = ""
    message: str | None = None
    reviewer: str = ""
    marks: bool = False

    @property
    def title(self) -> Message | str:
        """The name for translation; parsed on demand, as a history may have 100,000 steps."""
        return stored_message(self.name, self.message)


class UndoStacks:
    """The steps that can be undone or redone, by their numbers.

    Attributes:
        done: Steps that can be undone, oldest first.
        undone: Steps that can be redone; the next one is last.
    """

    def __init__(self) -> None:
        self.done: list[int] = []
        self.undone: list[int] = []

    def take(self, action: str, number: int) -> None:
        """Follows a step of the journal.

        Args:
            action: "decide", "undo" or "redo".
            number: The step; for an undo or redo, the one that it undoes or redoes.

        Raises:
            ValueError: If that step cannot be undone or redone now.
        """
        if action == "decide":
            self.done.append(number)
            self.undone.clear()
            return
        stack, other = (self.done, self.undone) if action == "undo" else (self.undone, self.done)
        if not stack or stack[-1] != number:
            raise ValueError(f"{action} of step {number}, whose turn it is not")
        other.append(stack.pop())

    def make_permanent(self, is_concerned: Callable[[int], bool]) -> None:
        """Keeps the concerned steps, and those before them, from being undone or redone."""
        last = max((i for i, step in enumerate(self.done) if is_concerned(step)), default=-1)
        del self.done[: last + 1]
        if any(map(is_concerned, self.undone)):
            self.undone.clear()


def first_name(class_id: str) -> str:
    """The first name of a class.

    A class ID is the first name of the class. If another class had that name before it was
    renamed, a separator that no name contains and a number follow.
    """
    return _REPEATED.sub("", class_id)


def new_class_id(name: str, taken: frozenset[str]) -> str:
    """Makes an unused ID for a new class.

    Args:
        name: Name of the class.
        taken: IDs in use.
    """
    class_id, number = name, 2
    while class_id in taken:
        class_id, number = f"{name}\x1f{number}", number + 1
    return class_id


def duplicates_step(count: int) -> Message:
    """Name of a step that drops images only because others show the same.

    The name is the record of the reason: such a drop says nothing about a label, however suspect.
    """
    return Message.plural(
        "Drop {count:,} image as a duplicate", "Drop {count:,} images as duplicates", count=count
    )


def system_reviewer() -> str:
    """The reviewer unless somebody names another: the user of the system; empty if unknown."""
    try:
        return reviewer_name(getpass.getuser())
    except (OSError, KeyError, ImportError):  # no such user, or no users at all
        return ""


def reviewer_name(text: str) -> str:
    """The name as it is recorded: one printable line of at most `LONGEST_REVIEWER` characters."""
    return _one_line(text)[:LONGEST_REVIEWER]


def note_text(text: str) -> str:
    """A note as it is recorded: one printable line of at most `LONGEST_NOTE` characters."""
    return _one_line(text)[:LONGEST_NOTE].rstrip()


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def can_name_class(name: str) -> bool:
    """Whether a class can have a name: it becomes that of a folder, and a line of a file."""
    return bool(name.strip()) and name.isprintable() and not any(c in name for c in "/\\")
