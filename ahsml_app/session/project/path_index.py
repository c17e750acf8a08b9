"""The paths of a project's images: their rows, their order, and their text for the search."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ahsml_app.base.types import IntArray


class PathIndex:
    """Indexes of the relative paths of N images, each computed when it is first needed."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._paths = paths

    def row_of(self, path: str) -> int:
        """Row of a path, -1 if there is none."""
        return self._rows.get(path, -1)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Case-folded paths, for the search."""
        return tuple(path.casefold() for path in self._paths)

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
