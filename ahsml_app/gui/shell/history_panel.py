"""The history: all steps by name, with the present one marked."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind, Step
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.qt_types import Index

STEP_ROLE = int(Qt.ItemDataRole.UserRole) + 1
PRESENT_ROLE = STEP_ROLE + 1

FAST_READ = 0.005
"""A list that takes at most so many seconds to read is refreshed without a delay."""

DELAY_FACTOR = 10
"""The delay of a slow list is so many times its read time, which bounds the total cost."""

_ICONS = {
    DecisionKind.UNDECIDED: "undecided",
    DecisionKind.KEEP: "keep",
    DecisionKind.RELABEL: "relabel",
    DecisionKind.DROP: "drop",
    DecisionKind.AMBIGUOUS: "ambiguous",
    None: "classes",
}
_ICON, _GAP, _EDGE = 16, 8, 12


class _Steps(QAbstractListModel):
    """The steps, newest first; the last entry is the beginning."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.steps: list[Step] = []
        self.present_row = 0

    def fill(self, steps: list[Step]) -> None:
        self.beginResetModel()
        self.steps = steps[::-1]
        # Undone steps are the newest, so the present step follows them.
        self.present_row = sum(step.undone for step in steps)
        self.endResetModel()

    def number_at(self, row: int) -> int:
        return self.steps[row].number if row < len(self.steps) else 0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() or not self.steps else len(self.steps) + 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == PRESENT_ROLE:
            return index.row() == self.present_row
        if index.row() >= len(self.steps):
            return self.tr("Beginning") if role == Qt.ItemDataRole.DisplayRole else None
        step = self.steps[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return translated(step.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = translated(step.title)
            return self.tr("{0}, undone").format(name) if step.undone else name
        if role == Qt.ItemDataRole.ToolTipRole:
            when = dt.datetime.fromisoformat(step.time).astimezone()
            images = plural("{count:,} image", "{count:,} images", count=step.samples)
            text = f"{translated(step.title)}\n{images}, {when:%Y-%m-%d %H:%M:%S}"
            return f"{text}\n{step.reviewer}" if step.reviewer else text
        return step if role == STEP_ROLE else None


class _StepDelegate(QStyledItemDelegate):
    """Paints icon, name and time in a line, and a bar beside the present step."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(  # noqa: N802
        self,
        option: QStyleOptionViewItem,
        index: Index,  # noqa: ARG002
    ) -> QSize:
        return QSize(120, QFontMetrics(option.font).height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, box = self._theme.tokens, QRect(option.rect)
        step: Step | None = index.data(STEP_ROLE)
        is_present = bool(index.data(PRESENT_ROLE))
        undone = step is not None and step.undone
        painter.save()
        if is_present:
            painter.fillRect(box, QColor(tokens.selected))
            painter.fillRect(box.x(), box.y(), 3, box.height(), QColor(tokens.accent))
        elif option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus):
            painter.fillRect(box, QColor(tokens.hover))
        colour = tokens.muted if undone or step is None else tokens.text
        inner = box.adjusted(_EDGE, 0, -_EDGE, 0)
        if step is not None:
            scale = painter.device().devicePixelRatioF()
            icon_pixmap = picture(
                "star" if step.marks else _ICONS[step.kind], tokens.muted, _ICON, scale
            )
            painter.setOpacity(0.5 if undone else 1.0)
            painter.drawPixmap(inner.x(), inner.center().y() - _ICON // 2 + 1, icon_pixmap)
            painter.setOpacity(1.0)
            inner.setRight(inner.right() - self._paint_time(painter, inner, step))
        inner.setLeft(inner.x() + _ICON + _GAP)
        font = QFont(option.font)
        font.setStrikeOut(undone)
        font.setBold(is_present)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        name = QFontMetrics(font).elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, inner.width()
        )
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), name)
        painter.restore()

    def _paint_time(self, painter: QPainter, inner: QRect, step: Step) -> int:
        """Paints the time at the right and returns its width."""
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.muted))
        text = clock_text(step.time, dt.datetime.now().astimezone())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, int(right), text)
        return QFontMetrics(font).horizontalAdvance(text) + _GAP


class HistoryPanel(QWidget):
    """Lists the steps; a click on one undoes or redoes to the state after it."""

    go_to_requested = Signal(int)

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._steps = _Steps(self)
        self._read_seconds = 0.0
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.timeout.connect(self.refresh)
        self.list = QListView()
        self.list.setModel(self._steps)
        self.list.setItemDelegate(_StepDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Steps"))
        self.list.activated.connect(self._on_chosen)
        self.list.clicked.connect(self._on_chosen)
        hint = QLabel(self.tr("Click a step to return to the state after it."))
        hint.setProperty("role", "small-muted")
        hint.setWordWrap(True)
        hint.setContentsMargins(_EDGE, 8, _EDGE, 0)
        self._empty = EmptyState(theme)
        self._empty.show_state(
            "history",
            self.tr("No decisions yet"),
            self.tr("Every step appears here and can be undone at any time."),
        )
        content = QWidget()
        content_layout = QVBoxLayout(content)
        content_layout.setContentsMargins(0, 0, 0, 0)
        content_layout.addWidget(hint)
        content_layout.addWidget(self.list, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setMinimumWidth(240)
        theme.changed.connect(self.list.viewport().update)
        model.project_changed.connect(self._on_project_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        model.marks_changed.connect(self._on_decisions_changed)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Refreshes the list, which may have changed while it was hidden."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Reads the steps again if the list is visible."""
        self._refresh_timer.stop()
        project = self._model.project
        if not self.isVisible():
            return
        began = time.perf_counter()
        steps = [] if project is None else project.steps()
        self._steps.fill(steps)
        self._stack.setCurrentIndex(1 if steps else 0)
        if steps:
            self.list.setCurrentIndex(self._steps.index(self._steps.present_row))
        self._read_seconds = time.perf_counter() - began

    def _on_project_changed(self) -> None:
        self._read_seconds = 0.0
        self.refresh()

    def _on_decisions_changed(self, _: object) -> None:
        """Refreshes at once, or later if a long list would delay the next image."""
        if self._read_seconds <= FAST_READ:
            self.refresh()
        else:
            self._refresh_timer.start(round(self._read_seconds * DELAY_FACTOR * 1000))

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.row() != self._steps.present_row:
            self.go_to_requested.emit(self._steps.number_at(index.row()))


def clock_text(timestamp: str, now: dt.datetime) -> str:
    """Hours and minutes for today, the date for older times."""
    time = dt.datetime.fromisoformat(timestamp).astimezone(now.tzinfo)
    return f"{time:%H:%M}" if time.date() == now.date() else f"{time:%Y-%m-%d}"
