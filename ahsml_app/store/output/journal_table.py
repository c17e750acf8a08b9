"""Writes `journal.csv`: the journal of a project as a table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ahsml_app.base.table_files import write_table
from ahsml_app.base.types import SampleTable
from ahsml_app.store.journal_records import JournalEntry

JOURNAL_COLUMNS = (
    *("step", "action", "name", "time", "reviewer", "path", "hash"),
    *("decision_before", "label_before", "decision", "label"),
)
CLASS_CHANGE = "class"


def write_journal(
    path: Path, table: SampleTable, entries: Iterable[JournalEntry], *, csv_safe: bool = False
) -> None:
    """Writes `journal.csv`: every change ever made, undo and redo included, oldest first.

    A line without a path records a renamed class; its decision is `class`. The decision of a mark
    is its name, and the labels are its texts.
    """
    hashes = table.hashes or ("",) * len(table)

    def cells(entry: JournalEntry) -> list[str]:
        sample, before, after = entry.sample, entry.before, entry.after
        if sample < 0:
            return ["", "", CLASS_CHANGE, before.label, CLASS_CHANGE, after.label]
        known = [table.paths[sample], hashes[sample]]
        if entry.mark is not None:
            return [*known, entry.mark, before.label, entry.mark, after.label]
        given = table.label_name(sample)
        kinds = before.kind.word, after.kind.word
        labels = before.label or given, after.label or given
        return [*known, kinds[0], labels[0], kinds[1], labels[1]]

    write_table(
        path,
        JOURNAL_COLUMNS,
        (
            [str(entry.step), entry.action, entry.name, entry.time, entry.reviewer, *cells(entry)]
            for entry in entries
        ),
        csv_safe=csv_safe,
    )
