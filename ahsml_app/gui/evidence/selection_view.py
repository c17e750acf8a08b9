"""An overview of several selected images: a mosaic and counts."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.picture_row import ASK_AGAIN
from ahsml_app.gui.widgets.press_keys import PressKeys
from ahsml_app.session.project.project import Project

MOST_TILES = 36
GAP = 4
MOST_CLASSES = 6
MOST_COMPARED = 4
"""How many images can be compared."""


class SelectionMosaic(QWidget):
    """A mosaic of the first selected pictures, cropped to squares."""

    def __init__(self, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._thumbnails, self._theme = thumbnails, theme
        self.rows: IntArray = np.empty(0, dtype=np.int64)
        self.setAccessibleName(self.tr("Selected images"))
        self.setMinimumSize(120, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._repaint_timer = QTimer(self)
        self._repaint_timer.setSingleShot(True)
        self._repaint_timer.setInterval(ASK_AGAIN)
        self._repaint_timer.timeout.connect(self.update)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """The size of the single picture."""
        return QSize(420, 300)

    def show_rows(self, rows: IntArray) -> None:
        """Shows images."""
        self.rows = rows[:MOST_TILES]
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the tiles as large as the widget allows."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(tokens.hover))
        side, columns = self._grid()
        lines = -(-len(self.rows) // columns) if columns else 0
        left = (self.width() - columns * (side + GAP) + GAP) / 2
        top = (self.height() - lines * (side + GAP) + GAP) / 2
        for index, row in enumerate(self.rows):
            x, y = left + index % columns * (side + GAP), top + index // columns * (side + GAP)
            box = QRectF(x, y, side, side)
            pixmap = self._thumbnails.pixmap(int(row))
            if pixmap is None:
                painter.fillRect(box, QColor(tokens.line))
                if not self._thumbnails.reason(int(row)):
                    self._repaint_timer.start()
                continue
            crop = min(pixmap.width(), pixmap.height())
            source = QRectF((pixmap.width() - crop) / 2, (pixmap.height() - crop) / 2, crop, crop)
            painter.drawPixmap(box, pixmap, source)
        painter.end()

    def _grid(self) -> tuple[float, int]:
        """Side of a tile and tiles per line for the largest tiles that fit."""
        width, height = self.width() - 2 * GAP, self.height() - 2 * GAP
        best = (1.0, 1)
        for columns in range(1, len(self.rows) + 1):
            lines = -(-len(self.rows) // columns)
            side = min((width + GAP) / columns, (height + GAP) / lines) - GAP
            best = max(best, (side, columns))
        return best

    def _on_ready(self, rows: IntArray) -> None:
        if np.isin(self.rows, rows).any():
            self.update()


class SelectionView(QWidget):
    """Replaces picture and evidence while several images are selected."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self.mosaic = SelectionMosaic(thumbnails, theme)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self._facts = QWidget()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        text = QWidget()
        inner = QVBoxLayout(text)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(8)
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.setObjectName("compare-selected")
        self.compare.setAccessibleName(self.tr("Compare the selected images"))
        self.compare.setToolTip(self.tr("Two to four images at one zoom"))
        self.compare.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        PressKeys(self).watch(self.compare)
        inner.addWidget(self.title)
        inner.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self._facts)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.mosaic, 5)
        layout.addWidget(text, 4)

    def show_rows(self, rows: IntArray) -> None:
        """Shows a selection."""
        project = self._model.project
        if project is None:
            return
        self.mosaic.show_rows(rows)
        self.compare.setVisible(len(rows) <= MOST_COMPARED)
        self.title.setText(
            plural("{count:,} image selected", "{count:,} images selected", count=len(rows))
        )
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line, (name, count) in enumerate(self.counts(project, rows)):
            label, number = QLabel(name), QLabel(count)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "muted")
            self._grid.addWidget(label, line, 0)
            self._grid.addWidget(number, line, 1, Qt.AlignmentFlag.AlignRight)

    def counts(self, project: Project, rows: IntArray) -> list[tuple[str, str]]:
        """Names and counts of decisions, expected errors and labels in a selection."""
        facts = []
        decided = int(np.count_nonzero(project.kinds[rows] != DecisionKind.UNDECIDED))
        facts.append((self.tr("Decided already"), figure(decided)))
        if project.scores is not None:
            wrong = project.scores.error_probability[rows]
            expected = float(np.nansum(wrong[project.kinds[rows] == DecisionKind.UNDECIDED]))
            text = self.tr("about {0}").format(figure(expected))
            facts.append((self.tr("Wrong among undecided images"), text))
        counts = np.bincount(project.labels[rows] + 1)  # index 0 counts images without a label
        labels = np.flatnonzero(counts)
        sizes = counts[labels]
        order = np.argsort(-sizes, kind="stable")
        listed = order if len(order) <= MOST_CLASSES + 1 else order[:MOST_CLASSES]
        for index in listed:
            name = project.label_name(int(labels[index]) - 1) or self.tr("no label")
            facts.append((self.tr("Labelled “{0}”").format(shown(name)), figure(int(sizes[index]))))
        if len(order) > len(listed):
            rest = int(sizes[order[len(listed) :]].sum())
            text = plural(
                "{count:,} other class",
                "{count:,} other classes",
                count=len(order) - len(listed),
            )
            facts.append((text, figure(rest)))
        return facts
