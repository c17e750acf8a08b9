"""What a rectangle that is drawn over the grid selects, and how it looks."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QItemSelection, QPoint, QRect
from PySide6.QtGui import QColor, QPainter

MOST_LINES = 500
"""Lines of the grid from which whole lines are selected; Qt's work grows with their square."""


def ranges_in(first: int, last: int, columns: int, count: int) -> list[tuple[int, int]]:
    """First and last position of each line in the rectangle between two positions.

    Args:
        first: A corner.
        last: The opposite corner.
        columns: Columns of the grid.
        count: Number of images; the last line may be shorter.
    """
    (top, bottom), (left, right) = (
        sorted((first // columns, last // columns)),
        sorted((first % columns, last % columns)),
    )
    if bottom - top > MOST_LINES:
        return [(top * columns, min((bottom + 1) * columns, count) - 1)]
    lines = range(top, bottom + 1)
    ends = [(n * columns + left, min(n * columns + right, count - 1)) for n in lines]
    return [(low, high) for low, high in ends if low <= high]


def opposite_corner(area: QRect, start: QPoint) -> QPoint:
    """The corner to which a person drew, since Qt's rectangle has no direction."""
    x = area.left() if abs(start.x() - area.right()) <= 1 else area.right()
    return QPoint(x, area.top() if abs(start.y() - area.bottom()) <= 1 else area.bottom())


def paint_band(painter: QPainter, band: QRect, colour: QColor) -> None:
    """Paints the rectangle, if there is one."""
    if band.isNull():
        return
    painter.setPen(colour)
    shade = QColor(colour)
    shade.setAlpha(40)
    painter.setBrush(shade)
    painter.drawRect(band)


def ranges_of(selection: QItemSelection) -> Iterator[range]:
    """The ranges of positions in a selection."""
    for item_range in list(selection):  # type: ignore[call-overload]
        yield range(item_range.top(), item_range.bottom() + 1)
