"""Computes content hashes that a project does not know yet, for the decision log."""

from __future__ import annotations

from collections.abc import Sequence

from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import SampleTable

MOST_HASHED = 50
"""Most images whose files are read for their hashes, because a bulk decision must not wait."""


def content_hashes(table: SampleTable, rows: Sequence[int]) -> list[str]:
    """Computes the content hash of each row, if they are few.

    Args:
        table: The samples.
        rows: Rows of the table.

    Returns:
        A hash for each row; empty if there are more than `MOST_HASHED`, or the file cannot be read.
    """
    if len(rows) > MOST_HASHED:
        return [""] * len(rows)
    digests = []
    for row in rows:
        try:
            digests.append(content_hash(table.root / table.paths[row]))
        except OSError:  # a decision about a file that is missing
            digests.append("")
    return digests
