"""What a change of the image folder means for the decisions of a project."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ahsml_app.base.decisions import Decision, DecisionKind, Mark, first_name
from ahsml_app.base.folder_changes import FolderChanges
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.store.journal import Journal
from ahsml_app.store.journal_state import Effects

_OF_LABEL = (DecisionKind.KEEP, DecisionKind.RELABEL)


def content_changes(
    table: SampleTable, hashes: Sequence[str], quarantined: tuple[Quarantined, ...]
) -> FolderChanges:
    """The changes by the content hashes alone.

    Args:
        table: The N samples with the hashes that the project knows.
        hashes: N hashes of now, empty where a file was not read; or none at all.
        quarantined: Files that are set aside.
    """
    known = table.hashes or ("",) * len(table)
    now = {row: text for row, text in enumerate(hashes) if text not in ("", known[row])}
    return FolderChanges(
        new=table.select(np.empty(0, dtype=np.intp)),
        hashes={row: text for row, text in now.items() if not known[row]},
        changed={row: text for row, text in now.items() if known[row]},
        quarantined=quarantined,
    )


def effects_after(changes: FolderChanges, table: SampleTable, journal: Journal) -> Effects:
    """The decisions and marks that change with the files, or that no undo may change any more.

    A decision about another content is no decision. One about an image whose given label is another
    one now says the same as before: what was kept has been relabelled, and the other way round.
    What the model has checked is another content or another label then, so it is not checked.

    Args:
        changes: What became of the samples.
        table: The samples before.
        journal: The decisions and marks before.
    """
    other = changes.changed.keys() | changes.relabelled.keys()
    checked = other & journal.ever_marked(Mark.CHECKED) if other else set()
    marks = {Mark.CHECKED: dict.fromkeys(sorted(checked), "")} if checked else {}
    return Effects(_decisions_after(changes, table, journal), marks=marks)


def _decisions_after(
    changes: FolderChanges, table: SampleTable, journal: Journal
) -> dict[int, Decision]:
    decisions, undecided = journal.state, Decision()
    touched = journal.touched(DecisionKind) if changes.changed else set()
    after = {row: undecided for row in changes.changed if row in decisions or row in touched}
    # What an earlier step says of the label, it says of the label of that time.
    touched = journal.touched(_OF_LABEL) if changes.relabelled else set()
    for row, given in changes.relabelled.items():
        if row in after:
            continue
        before, kept = decisions.get(row, undecided), table.label_name(row)
        if before.kind == DecisionKind.KEEP:
            after[row] = Decision(DecisionKind.RELABEL, kept) if kept else undecided
        elif before.kind == DecisionKind.RELABEL and first_name(before.label) == given:
            after[row] = Decision(DecisionKind.KEEP)
        elif row in touched:
            after[row] = before
    return after
