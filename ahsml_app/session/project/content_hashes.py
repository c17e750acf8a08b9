"""Computes content hashes that a project does not know yet, for the decision log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import SampleTable

MOST_HASHED = 50
"""Most files that are read for the hashes of one decision, because nobody shall wait for them."""


class FileHashes:
    """Reads files for the content hashes that decisions are about.

    Args:
        table: Returns the samples of the project.
    """

    def __init__(self, table: Callable[[], SampleTable]) -> None:
        self._table = table
        self._read: dict[int, str] = {}

    def __call__(self, steps: Sequence[Sequence[int]]) -> dict[int, str]:
        """Computes the content hashes of the rows of some steps.

        Args:
            steps: The rows of each step, the newest step first.

        Returns:
            Hashes by row. A step with more rows than are left of `MOST_HASHED` gets none, nor does
            a file that cannot be read.
        """
        table, left = self._table(), MOST_HASHED
        self._read = {}
        for rows in steps:
            unread = [row for row in rows if row not in self._read]
            if len(unread) > left:
                continue
            left -= len(unread)
            for row in unread:
                try:
                    self._read[row] = content_hash(table.root / table.paths[row])
                except OSError:  # a decision about a file that is missing
                    continue
        return self._read

    def added_to(self, table: SampleTable) -> SampleTable:
        """The samples with the hashes that were computed last, which the project has stored."""
        read, self._read = self._read, {}
        if not read:
            return table
        hashes = list(table.hashes) or [""] * len(table)
        for row, digest in read.items():
            hashes[row] = hashes[row] or digest
        return replace(table, hashes=tuple(hashes))
