"""The paths of a project's images: their rows, their order, and their text for the search."""

from __future__ import annotations

import unicodedata
from functools import cached_property

import numpy as np

from ahsml_app.base.types import IntArray


def folded_text(text: str) -> str:
    """A text for the search, where neither case counts nor how a letter and its accent are stored.

    macOS takes them apart in the names of files, and a keyboard does not.
    """
    folded = text.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


class PathIndex:
    """Indexes of the relative paths of N images, each computed when it is first needed."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._paths = paths

    def row_of(self, path: str) -> int:
        """Row of a path, -1 if there is none."""
        return self._rows.get(path, -1)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The paths for the search, as `folded_text` makes them."""
        return tuple(folded_text(path) for path in self._paths)

    @cached_property
    def ranks(self) -> IntArray:
        """(N,) rank of each path in alphabetical order."""
        order = np.argsort(np.array(self.folded, dtype=object), kind="stable")
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {path: row for row, path in enumerate(self._paths)}
