"""The content hashes of images for the decision log."""

from __future__ import annotations

from collections.abc import Sequence

from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import SampleTable

MOST_HASHED = 50
"""Most images whose files are read for their hashes, because a bulk decision must not wait."""


def content_hashes(table: SampleTable, rows: Sequence[int]) -> list[str]:
    """The content hash of each row; computed for few images, where the table has none.

    Args:
        table: The samples, with content hashes after the first run.
        rows: Rows of the table.

    Returns:
        A hash for each row; empty if it is unknown or the file cannot be read.
    """
    if table.hashes:
        return [table.hashes[row] for row in rows]
    if len(rows) > MOST_HASHED:
        return [""] * len(rows)
    digests = []
    for row in rows:
        try:
            digests.append(content_hash(table.root / table.paths[row]))
        except OSError:  # a decision about a file that is missing
            digests.append("")
    return digests
