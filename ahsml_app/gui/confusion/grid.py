"""Maps cells of the matrix to pixels and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ahsml_app.session.analysis.confusion_matrix import Block

LARGEST_CELL = 200.0
"""Largest side of a cell in pixels."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A visible window of a square matrix.

    Attributes:
        size: Number of classes, so of rows and columns.
        width: Width of the window in pixels.
        height: Height of the window in pixels.
        cell: Side of a cell in pixels.
        left: Left edge of the window in the matrix, in cells.
        top: Upper edge of the window in the matrix, in cells.
    """

    size: int = 0
    width: float = 1.0
    height: float = 1.0
    cell: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def least_cell(self) -> float:
        """Side of a cell at which all classes fit, in pixels."""
        return min(LARGEST_CELL, min(self.width, self.height) / max(self.size, 1))

    @property
    def whole(self) -> bool:
        """Whether all classes are visible."""
        return self.cell <= self.least_cell * 1.001

    @property
    def shown_width(self) -> float:
        """Width that cells cover, in pixels."""
        return min(self.width, (self.size - self.left) * self.cell)

    @property
    def shown_height(self) -> float:
        """Height that cells cover, in pixels."""
        return min(self.height, (self.size - self.top) * self.cell)

    def fitted(self) -> Grid:
        """A grid in which all classes are visible."""
        return replace(self, cell=self.least_cell, left=0.0, top=0.0)

    def resized(self, width: float, height: float) -> Grid:
        """A grid with another window; one that shows all classes still does."""
        was_whole = self.whole
        resized = replace(self, width=max(width, 1.0), height=max(height, 1.0))
        return resized.fitted() if was_whole else _clamped(resized)

    def zoomed(self, factor: float, x: float, y: float) -> Grid:
        """A grid with scaled cells; the point stays where it is."""
        cell = min(max(self.cell * factor, self.least_cell), LARGEST_CELL)
        left = self.left + x / self.cell - x / cell
        top = self.top + y / self.cell - y / cell
        return _clamped(replace(self, cell=cell, left=left, top=top))

    def moved(self, dx: float, dy: float) -> Grid:
        """A grid that is moved by so many pixels."""
        left, top = self.left - dx / self.cell, self.top - dy / self.cell
        return _clamped(replace(self, left=left, top=top))

    def showing(self, row: int, column: int) -> Grid:
        """A grid that is moved as far as needed to show a cell."""
        high, wide = self.height / self.cell, self.width / self.cell
        top = min(max(self.top, row + 1 - high), row)
        left = min(max(self.left, column + 1 - wide), column)
        return _clamped(replace(self, left=left, top=top))

    def visible(self) -> Block:
        """The cells that are at least partly visible."""
        bottom = min(self.size, int(self.top + self.height / self.cell) + 1)
        right = min(self.size, int(self.left + self.width / self.cell) + 1)
        return int(self.top), bottom, int(self.left), right

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Row and column at a point, (-1, -1) outside."""
        row, column = int(self.top + y / self.cell), int(self.left + x / self.cell)
        inside = 0 <= x < self.shown_width and 0 <= y < self.shown_height
        return (min(row, self.size - 1), min(column, self.size - 1)) if inside else (-1, -1)

    def nearest(self, x: float, y: float) -> tuple[int, int]:
        """Row and column at a point, or the nearest ones for a point outside."""
        x, y = min(max(x, 0.0), self.width), min(max(y, 0.0), self.height)
        row, column = int(self.top + y / self.cell), int(self.left + x / self.cell)
        return min(row, self.size - 1), min(column, self.size - 1)

    def box(self, block: Block) -> tuple[float, float, float, float]:
        """Left, top, width and height of a block in pixels of the window."""
        return (
            (block[2] - self.left) * self.cell,
            (block[0] - self.top) * self.cell,
            (block[3] - block[2]) * self.cell,
            (block[1] - block[0]) * self.cell,
        )


def _clamped(grid: Grid) -> Grid:
    left = max(0.0, min(grid.left, grid.size - grid.width / grid.cell))
    top = max(0.0, min(grid.top, grid.size - grid.height / grid.cell))
    return replace(grid, left=left, top=top)
