"""A table model whose columns have headings."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from ahsml_app.gui.widgets.qt_types import Index


class HeadedTableModel(QAbstractTableModel):
    """Gives the columns, their headings and their alignment; a subclass gives rows and cells.

    Attributes:
        headings: Heading of each column.
        number_columns: Columns of numbers, which are aligned to the right.
    """

    headings: tuple[str, ...] = ()
    number_columns: tuple[int, ...] = ()

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        """Number of columns."""
        return len(self.headings)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = 0
    ) -> Any:
        """Heading and alignment of a column; nothing for rows."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        return self.alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def alignment(self, column: int) -> int:
        """Alignment of a column, for its heading and its cells."""
        right = column in self.number_columns
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)
