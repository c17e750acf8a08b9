"""What a person decides about an image, and how the history names it."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from ahsml_app.base.message import Message, stored_message

_AGAIN = re.compile("\x1f\\d+$")


class DecisionKind(enum.IntEnum):
    """What was decided about the label of one image."""

    UNDECIDED = 0
    KEEP = 1
    RELABEL = 2
    DROP = 3
    AMBIGUOUS = 4

    @property
    def word(self) -> str:
        """The word that files and exports use."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one image.

    Attributes:
        kind: What was decided.
        label: The new label of `RELABEL`; empty for the others. In the journal it is the key of
            the class, which stays when the class gets another name (`plain_name`).
    """

    kind: DecisionKind = DecisionKind.UNDECIDED
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history: what one key, button or bulk decision changed.

    Attributes:
        number: 1, 2, ... in the order in which the steps were taken.
        name: What a person reads in English, for example "Relabel 12 images to dog".
        time: When, in ISO 8601 with the offset from UTC.
        samples: How many images it changed.
        undone: Whether it is undone at present.
        kind: What was decided; None where classes got other names.
        label: The new label of a relabelling.
        message: The message behind the name, as JSON; None where only the name was stored.
    """

    number: int
    name: str
    time: str
    samples: int
    undone: bool
    kind: DecisionKind | None
    label: str = ""
    message: str | None = None

    @property
    def title(self) -> Message | str:
        """The name to be translated; read when it is shown, as a history may be 100,000 steps."""
        return stored_message(self.name, self.message)


def plain_name(key: str) -> str:
    """Name that a class has from the start.

    A key is the first name of a class. Where that was the first name of another class before,
    which has been renamed since, a number follows it behind a sign that no name holds.
    """
    return _AGAIN.sub("", key)


def free_key(name: str, taken: frozenset[str]) -> str:
    """A key for a new class of this name that no other class has."""
    key, number = name, 2
    while key in taken:
        key, number = f"{name}\x1f{number}", number + 1
    return key
