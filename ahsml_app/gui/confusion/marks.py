"""What is selected in a matrix: the cursor, and cells, rows or columns drawn from it."""

from __future__ import annotations

from ahsml_app.session.analysis.confusion_matrix import Block

Cell = tuple[int, int]
NOWHERE: Cell = (-1, -1)


class Marks:
    """Rows and columns by place.

    Attributes:
        cursor: Row and column of the cursor, (-1, -1) for none.
        block: The cells that are selected, None for none.
    """

    def __init__(self) -> None:
        self.cursor: Cell = NOWHERE
        self.block: Block | None = None
        self._anchor: Cell = NOWHERE

    def take_cell(self, cell: Cell, *, extend: bool) -> None:
        """Go to a cell; `extend` selects all from where the cells begin."""
        start = self._anchor if extend and self.block is not None else cell
        self._anchor, self.cursor = start, cell
        rows, columns = sorted((start[0], cell[0])), sorted((start[1], cell[1]))
        self.block = rows[0], rows[1] + 1, columns[0], columns[1] + 1

    def take_line(self, cell: Cell, size: int, *, row: bool, extend: bool) -> None:
        """Select the whole row or column of a cell; `extend` all from where the cells begin.

        Args:
            cell: Where the cursor goes.
            size: Classes of the matrix.
            row: A row, not a column.
            extend: Select the lines between as well.
        """
        self.take_cell(cell, extend=extend)
        if self.block is not None:
            first, behind = self.block[:2] if row else self.block[2:]
            self.block = (first, behind, 0, size) if row else (0, size, first, behind)

    def clear(self) -> None:
        """Nothing is selected."""
        self.cursor, self.block = NOWHERE, None
