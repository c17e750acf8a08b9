"""Compares each file of an export with the content that was judged.

A decision about another content is no decision: such an image is exported as it came, and listed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ahsml_app.base.decisions import Mark
from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.table_files import write_table
from ahsml_app.base.types import SampleTable
from ahsml_app.session.pipeline.stages import content_hashed
from ahsml_app.store.result_files import UNDECIDED, Decisions

CHANGED_FILES = "changed-files.csv"
_COLUMNS = ("path", "problem", "decision", "label")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that is not the one that was judged.

    Attributes:
        path: Relative path of the image.
        problem: "changed", "missing", or "unreadable" for a file that is there.
        decision: Word of the decision that was made about the other content.
        label: Label by that decision; empty for none.
    """

    path: str
    problem: str
    decision: str
    label: str


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """What an export found when it compared the files with what was judged.

    Attributes:
        decisions: The decisions, without those about other content.
        files: The files that have changed, are missing or cannot be read.
        hashes: Content hash of each file now, empty where it was not read; or none at all.
    """

    decisions: Decisions
    files: tuple[ChangedFile, ...]
    hashes: tuple[str, ...]


def check_files(
    table: SampleTable, decisions: Decisions, given: Sequence[str], cancel: CancelToken
) -> Generator[Event, None, CheckedFiles]:
    """Compares the files with the content hashes that the decisions are about.

    Files whose size and time have not changed are not read again.

    Args:
        table: The N samples, with the content hashes that are known.
        decisions: Their decisions.
        given: Names of their given labels by the present names of the classes.
        cancel: Requests a stop.

    Yields:
        Progress.

    Returns:
        The files as they are now. Where the image folder itself is gone, nothing can be compared.

    Raises:
        Cancelled: If a stop was requested.
    """
    known = np.flatnonzero(np.array([bool(text) for text in table.hashes], dtype=bool))
    if not len(known) or not table.root.is_dir():
        return CheckedFiles(decisions, (), ())
    samples = replace(table.select(known), hashes=())
    readable, _ = yield from content_hashed(samples, cancel)
    now = dict(zip(readable.paths, readable.hashes, strict=True))
    labels, kinds = list(decisions.labels), list(decisions.kinds)
    files = []
    for row in known.tolist():
        path = table.paths[row]
        if now.get(path) == table.hashes[row]:
            continue
        problem = "changed" if path in now else _absence(table.root / path)
        files.append(ChangedFile(path, problem, kinds[row], labels[row]))
        if path in now:
            labels[row], kinds[row] = given[row], UNDECIDED
    hashes = tuple(now.get(path, "") for path in table.paths)
    changed = {file.path for file in files if file.problem == "changed"}
    checked = decisions.marks.get(Mark.CHECKED, {})
    marks = {**decisions.marks, Mark.CHECKED: {p: checked[p] for p in checked.keys() - changed}}
    kept = Decisions(tuple(labels), tuple(kinds), marks if checked else decisions.marks)
    return CheckedFiles(kept, tuple(files), hashes)


def _absence(path: Path) -> str:
    """Says why a file was not read."""
    return "unreadable" if path.is_file() else "missing"


def write_changed_files(
    path: Path, files: Iterable[ChangedFile], *, csv_safe: bool = False
) -> None:
    """Writes `changed-files.csv`: what is not as it was when it was judged."""
    rows = ([file.path, file.problem, file.decision, file.label] for file in files)
    write_table(path, _COLUMNS, rows, csv_safe=csv_safe)
