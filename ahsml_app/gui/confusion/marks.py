"""Cursor and selection in a matrix: cells, rows or columns."""

from __future__ import annotations

from ahsml_app.session.analysis.confusion_matrix import Block

Cell = tuple[int, int]
NOWHERE: Cell = (-1, -1)


class Marks:
    """The cursor and the selected block, by position.

    Attributes:
        cursor: Row and column of the cursor, (-1, -1) for none.
        block: The selected cells, None for none.
    """

    def __init__(self) -> None:
        self.cursor: Cell = NOWHERE
        self.block: Block | None = None
        self._anchor: Cell = NOWHERE

    def select_cell(self, cell: Cell, *, extend: bool) -> None:
        """Moves the cursor to a cell; `extend` selects all cells from the anchor to it."""
        start = self._anchor if extend and self.block is not None else cell
        self._anchor, self.cursor = start, cell
        rows, columns = sorted((start[0], cell[0])), sorted((start[1], cell[1]))
        self.block = rows[0], rows[1] + 1, columns[0], columns[1] + 1

    def select_line(self, cell: Cell, size: int, *, row: bool, extend: bool) -> None:
        """Selects the row or column of a cell; `extend` selects all lines from the anchor to it.

        Args:
            cell: New position of the cursor.
            size: Number of classes.
            row: Whether to select a row, not a column.
            extend: Whether to select the lines between as well.
        """
        self.select_cell(cell, extend=extend)
        if self.block is not None:
            first, stop = self.block[:2] if row else self.block[2:]
            self.block = (first, stop, 0, size) if row else (0, size, first, stop)

    def clear(self) -> None:
        """Removes cursor and selection."""
        self.cursor, self.block = NOWHERE, None
