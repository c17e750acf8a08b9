"""What became of the images of a project since its samples were taken in."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from ahsml_app.base.message import Message
from ahsml_app.base.types import Quarantined, SampleTable


class SampleState(enum.IntEnum):
    """What became of the file of a sample.

    A sample never leaves the project, because the journal refers to it by its row.
    """

    PRESENT = 0
    MISSING = 1
    CHANGED = 2


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """The difference between the samples of a project and its image folder.

    Rows are those of the samples in the project; a sample keeps its row for good.

    Attributes:
        new: The samples to append, with content hashes; its class names are those of the project,
            followed by new ones.
        renamed: New path of each sample whose content is at another path now.
        displaced: Path of each missing sample whose own path another sample has now.
        changed: New content hash of each sample whose path holds another content now.
        missing: Samples whose file is no longer there.
        returned: Samples that were missing and are there again, with any content.
        relabelled: New given label of each sample that lies in the folder of another class now, or
            that the manifest gives another label.
        hashes: Content hash of each sample that was not read before.
        quarantined: Files that the listing set aside.
    """

    new: SampleTable
    renamed: Mapping[int, str] = field(default_factory=dict)
    displaced: Mapping[int, str] = field(default_factory=dict)
    changed: Mapping[int, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    relabelled: Mapping[int, str] = field(default_factory=dict)
    hashes: Mapping[int, str] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Number of samples by what became of them; only kinds that occur."""
        parts = {
            "new": self.new.paths,
            "renamed": self.renamed,
            "changed": self.changed,
            "missing": self.missing,
            "returned": self.returned,
            "relabelled": self.relabelled,
        }
        return {name: len(part) for name, part in parts.items() if part}

    def states(self) -> dict[int, SampleState]:
        """The new state of each sample whose state changes."""
        return {
            **dict.fromkeys(self.returned, SampleState.PRESENT),
            **dict.fromkeys(self.missing, SampleState.MISSING),
            **dict.fromkeys(self.changed, SampleState.CHANGED),
        }

    def summary(self) -> Message:
        """The changes as one line, such as "100 new, 50 renamed"."""
        counts = self.counts
        messages = {
            "new": Message("{count:,} new", count=counts.get("new", 0)),
            "renamed": Message("{count:,} renamed", count=counts.get("renamed", 0)),
            "changed": Message("{count:,} changed", count=counts.get("changed", 0)),
            "missing": Message("{count:,} missing", count=counts.get("missing", 0)),
            "returned": Message("{count:,} there again", count=counts.get("returned", 0)),
            "relabelled": Message(
                "{count:,} with another label", count=counts.get("relabelled", 0)
            ),
        }
        parts = [messages[name] for name in counts]
        text = parts[0] if parts else Message("nothing has changed")
        for part in parts[1:]:
            text = Message("{first}, {then}", first=text, then=part)
        return text
