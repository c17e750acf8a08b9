"""What a person decides about an image, and how the history names it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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
        label: The new label of `RELABEL`; empty for the others.
    """

    kind: DecisionKind = DecisionKind.UNDECIDED
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history: what one key, button or bulk decision changed.

    Attributes:
        number: 1, 2, ... in the order in which the steps were taken.
        name: What a person reads, for example "Relabel 12 images to dog".
        time: When, in ISO 8601 with the offset from UTC.
        samples: How many images it changed.
        undone: Whether it is undone at present.
        kind: What was decided.
        label: The new label of a relabelling.
    """

    number: int
    name: str
    time: str
    samples: int
    undone: bool
    kind: DecisionKind
    label: str = ""
