"""Where a cell lies on the screen, and which cell lies at a point."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ahsml_app.session.analysis.confusion_matrix import Block

LARGEST_CELL = 200.0
"""Pixels of a cell at which zooming in ends, and a few classes stop growing."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A square matrix behind a window of the screen.

    Attributes:
        size: Classes, which are both rows and columns.
        width: Of the window in pixels.
        height: Likewise.
        cell: Side of a cell in pixels.
        left: Place of the window's left edge in the matrix, in cells.
        top: Likewise of its upper edge.
    """

    size: int = 0
    width: float = 1.0
    height: float = 1.0
    cell: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def least_cell(self) -> float:
        """Side of a cell with which all classes fit."""
        return min(LARGEST_CELL, min(self.width, self.height) / max(self.size, 1))

    @property
    def whole(self) -> bool:
        """Whether all classes are in view."""
        return self.cell <= self.least_cell * 1.001

    @property
    def shown_width(self) -> float:
        """Pixels that are covered by cells."""
        return min(self.width, (self.size - self.left) * self.cell)

    @property
    def shown_height(self) -> float:
        """Likewise in height."""
        return min(self.height, (self.size - self.top) * self.cell)

    def fitted(self) -> Grid:
        """All classes in view."""
        return replace(self, cell=self.least_cell, left=0.0, top=0.0)

    def resized(self, width: float, height: float) -> Grid:
        """Another window; what was whole stays whole."""
        whole = self.whole
        other = replace(self, width=max(width, 1.0), height=max(height, 1.0))
        return other.fitted() if whole else _kept_inside(other)

    def zoomed(self, factor: float, x: float, y: float) -> Grid:
        """Larger or smaller cells; what lies at the point stays there."""
        cell = min(max(self.cell * factor, self.least_cell), LARGEST_CELL)
        left = self.left + x / self.cell - x / cell
        top = self.top + y / self.cell - y / cell
        return _kept_inside(replace(self, cell=cell, left=left, top=top))

    def moved(self, dx: float, dy: float) -> Grid:
        """Drawn along by so many pixels."""
        left, top = self.left - dx / self.cell, self.top - dy / self.cell
        return _kept_inside(replace(self, left=left, top=top))

    def showing(self, row: int, column: int) -> Grid:
        """Moved just far enough that the cell is in view."""
        high, wide = self.height / self.cell, self.width / self.cell
        top = min(max(self.top, row + 1 - high), row)
        left = min(max(self.left, column + 1 - wide), column)
        return _kept_inside(replace(self, left=left, top=top))

    def visible(self) -> Block:
        """The cells that are in view, at least in part."""
        bottom = min(self.size, int(self.top + self.height / self.cell) + 1)
        right = min(self.size, int(self.left + self.width / self.cell) + 1)
        return int(self.top), bottom, int(self.left), right

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Row and column at a point, (-1, -1) outside."""
        row, column = int(self.top + y / self.cell), int(self.left + x / self.cell)
        inside = 0 <= x < self.shown_width and 0 <= y < self.shown_height
        return (min(row, self.size - 1), min(column, self.size - 1)) if inside else (-1, -1)

    def nearest(self, x: float, y: float) -> tuple[int, int]:
        """Row and column at a point, those at the edge for one outside."""
        x, y = min(max(x, 0.0), self.width), min(max(y, 0.0), self.height)
        row, column = int(self.top + y / self.cell), int(self.left + x / self.cell)
        return min(row, self.size - 1), min(column, self.size - 1)

    def box(self, block: Block) -> tuple[float, float, float, float]:
        """Left, top, width and height of some cells in pixels of the window."""
        return (
            (block[2] - self.left) * self.cell,
            (block[0] - self.top) * self.cell,
            (block[3] - block[2]) * self.cell,
            (block[1] - block[0]) * self.cell,
        )


def _kept_inside(grid: Grid) -> Grid:
    left = max(0.0, min(grid.left, grid.size - grid.width / grid.cell))
    top = max(0.0, min(grid.top, grid.size - grid.height / grid.cell))
    return replace(grid, left=left, top=top)
