"""Table model of the classes over arrays: rows map to classes without proxy models."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.widgets.class_picker import ranked
from ahsml_app.gui.widgets.format import degree, divergence_text, few_per_cent, figure
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.analysis.class_overview import ClassOverview

_NONE: IntArray = np.empty(0, dtype=np.int64)


class Column(IntEnum):
    """Columns of the table."""

    NAME = 0
    COUNT = 1
    WRONG = 2
    SPREAD = 3
    WEIGHT = 4
    NEAREST = 5
    TYPICAL = 6
    DOUBTFUL = 7


DESCENDING = frozenset({Column.COUNT, Column.WRONG, Column.SPREAD})
"""Columns that show their largest values first, because those matter most."""

SORTABLE = tuple(Column)[: Column.TYPICAL]


class ClassTableModel(QAbstractTableModel):
    """One row for each class that passes the text filter, in the chosen order.

    Attributes:
        overview: Facts about the classes, or None if not computed yet.
        order: Index of each row's class in the overview.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.overview: ClassOverview | None = None
        self.order: IntArray = _NONE
        self.sorted_by, self.descending = Column.WRONG, True
        self._folded_names: list[str] = []
        self._name_ranks: IntArray = _NONE  # alphabetical rank of each name
        self._text = ""

    def show_overview(self, overview: ClassOverview | None) -> None:
        """Shows another overview; filter and order stay."""
        self.beginResetModel()
        self.overview = overview
        self._folded_names = (
            [] if overview is None else [name.casefold() for name in overview.names]
        )
        self._name_ranks = np.empty(len(self._folded_names), dtype=np.int64)
        alphabet = np.argsort(np.array(self._folded_names, dtype=object), kind="stable")
        self._name_ranks[alphabet] = np.arange(len(alphabet))
        self._update_order()
        self.endResetModel()

    def filter(self, text: str) -> None:
        """Shows only the classes that match a text."""
        if text != self._text:
            self.beginResetModel()
            self._text = text
            self._update_order()
            self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column, and equal values by name."""
        if column not in SORTABLE:
            return
        self.beginResetModel()
        self.sorted_by = Column(column)
        self.descending = order == Qt.SortOrder.DescendingOrder
        self._update_order()
        self.endResetModel()

    def rows_of(self, indices: Sequence[int] | IntArray) -> IntArray:
        """Rows of the classes with these indices, without those that are filtered out."""
        return np.flatnonzero(np.isin(self.order, np.asarray(indices, dtype=np.int64)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """Number of shown classes."""
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """Number of columns."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Texts of the cells; the delegate paints from the arrays."""
        texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if self.overview is None or not 0 <= index.row() < len(self.order):
            return None
        if role in texts:
            return self.text(int(self.order[index.row()]), Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (Column.NAME, Column.NEAREST):
            return self.text(int(self.order[index.row()]), Column(index.column()))
        return None

    def headerData(  # noqa: N802 - Qt's
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        """Title of each column, and an explanation of its numbers."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = ("  ↑", "  ↓")[self.descending] if section == self.sorted_by else ""
            return self.titles()[Column(section)] + arrow
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips()[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = Column.COUNT, Column.SPREAD, Column.WEIGHT
            side = Qt.AlignmentFlag.AlignRight if section in right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def titles(self) -> dict[Column, str]:
        """Titles of the columns."""
        return {
            Column.NAME: self.tr("Class"),
            Column.COUNT: self.tr("Images"),
            Column.WRONG: self.tr("Probably wrong"),
            Column.SPREAD: self.tr("Spread"),
            Column.WEIGHT: self.tr("Weight"),
            Column.NEAREST: self.tr("Nearest classes"),
            Column.TYPICAL: self.tr("Typical"),
            Column.DOUBTFUL: self.tr("Doubtful"),
        }

    def text(self, index: int, column: Column) -> str:
        """Text of a cell."""
        overview = self.overview
        if overview is None:
            return ""
        facts, names = overview.facts, overview.names
        if column == Column.NAME:
            return shown(names[index])
        if column == Column.COUNT:
            return figure(facts.count[index])
        if column == Column.WRONG:
            low, best, high = facts.wrong[:, index]
            text = self.tr("about {0}, {1} to {2}")
            return "–" if np.isnan(best) else text.format(*map(few_per_cent, (best, low, high)))
        if column == Column.WEIGHT:
            return degree(float(facts.weight[index]))
        if column == Column.SPREAD:
            spread = facts.spread[index]
            return "–" if np.isnan(spread) else figure(spread, 2)
        if column == Column.NEAREST:
            neighbours = zip(facts.nearest[index], facts.divergence[index], strict=True)
            return ", ".join(
                f"{shown(names[n])} {divergence_text(float(d))}" for n, d in neighbours if n >= 0
            )
        count = int(
            ((facts.typical if column == Column.TYPICAL else facts.doubtful)[index] >= 0).sum()
        )
        return plural("{count:,} image", "{count:,} images", count=count)

    def _tips(self) -> dict[Column, str]:
        return {
            Column.NAME: self.tr("The name that exports and the next training use"),
            Column.COUNT: self.tr("Images with this label, except dropped ones"),
            Column.WRONG: self.tr(
                "Estimated share of wrong labels, with an interval that should hold in 95 of "
                "100 cases. It adds up the error probabilities of the undecided images; "
                "decided images count as right"
            ),
            Column.SPREAD: self.tr(
                "How far the images lie from the centre of their class on average: a small number "
                "for a class whose images are alike, a large one for varied images"
            ),
            Column.WEIGHT: self.tr("Mean adaptive weight: how far the training trusted the labels"),
            Column.NEAREST: self.tr(
                "The nearest classes with their class divergence: near 0 for similar classes, "
                "1 for the most distant ones"
            ),
            Column.TYPICAL: self.tr("Images nearest to the class's centre"),
            Column.DOUBTFUL: self.tr("Undecided images whose label is most probably wrong"),
        }

    def _update_order(self) -> None:
        overview = self.overview
        if overview is None:
            self.order = _NONE
            return
        shown = np.array(ranked(overview.names, self._folded_names, self._text), dtype=np.int64)
        keys = self._keys(overview)
        keys = self._name_ranks.astype(np.float64) if keys is None else keys
        keys = -keys if self.descending else keys  # NaN comes last either way
        self.order = shown[np.lexsort((self._name_ranks[shown], keys[shown]))]

    def _keys(self, overview: ClassOverview) -> npt.NDArray[np.float64] | None:
        """Sort key of each class; None to sort by name."""
        facts = overview.facts
        if self.sorted_by == Column.NAME:
            return None
        if self.sorted_by == Column.NEAREST:
            near = facts.divergence[:, :1].astype(np.float64)
            return near[:, 0] if near.shape[1] else np.zeros(len(near))
        keys: npt.NDArray[np.float64] = {
            Column.COUNT: facts.count,
            Column.WRONG: facts.wrong[1],
            Column.SPREAD: facts.spread,
            Column.WEIGHT: facts.weight,
        }[self.sorted_by].astype(np.float64)
        return keys
