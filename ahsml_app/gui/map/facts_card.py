"""A small card beside a dot: the picture and its scores."""

from __future__ import annotations

import math
from pathlib import PurePosixPath

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import chance, decision_names
from ahsml_app.session.review.verdict import judge

PICTURE = 96
_GAP = 16
_LONGEST = 34


class FactsCard(QFrame):
    """Shows one image; mouse events pass through the card."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._thumbnails, self._row = model, thumbnails, -1
        self._room = parent
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture, self._name, self._lines = QLabel(), QLabel(), QLabel()
        self._picture.setFixedSize(PICTURE, PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name.setProperty("role", "muted")
        for label in (self._name, self._lines):
            label.setTextFormat(Qt.TextFormat.PlainText)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._lines)
        texts.addWidget(self._name)
        texts.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 12, 8)
        layout.setSpacing(12)
        layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetFixedSize)
        layout.addWidget(self._picture)
        layout.addLayout(texts)
        thumbnails.ready.connect(self._on_ready)
        self.hide()

    @property
    def row(self) -> int:
        """Row of the shown image, -1 for none."""
        return self._row

    def text(self) -> str:
        """The text of the card in one line."""
        return ", ".join([*self._lines.text().splitlines(), self._name.text()])

    def show_row(self, row: int, at: QPoint) -> None:
        """Show an image beside a point of the parent; -1 hides the card."""
        self._row = row
        project = self._model.project
        if row < 0 or project is None:
            self.hide()
            return
        facts = judge(project, row)
        lines = [facts.label or self.tr("no label")]
        undecided = facts.kind == DecisionKind.UNDECIDED
        if not undecided:
            lines.append(self.tr("decided: {0}").format(decision_names()[facts.kind]))
        elif facts.suggested and facts.suggested != facts.label:
            lines.append(self.tr("suggested {0}").format(facts.suggested))
        if undecided and not math.isnan(facts.wrong):
            lines.append(self.tr("error probability {0}").format(chance(facts.wrong)))
        self._lines.setText("\n".join(map(_short, lines)))
        self._name.setText(_short(shown(PurePosixPath(project.table.paths[row]).name)))
        self._show_picture()
        self.show()
        self.adjustSize()
        self.move(self._beside(at))
        self.raise_()

    def _beside(self, at: QPoint) -> QPoint:
        room = self._room.size()
        x = at.x() + _GAP if at.x() + _GAP + self.width() <= room.width() else at.x() - _GAP
        x = x - self.width() if x < at.x() else x
        y = min(max(at.y() - self.height() // 2, 4), room.height() - self.height() - 4)
        return QPoint(max(x, 4), y)

    def _show_picture(self) -> None:
        pixmap = self._thumbnails.pixmap(self._row)
        if pixmap is None:
            self._picture.clear()
            return
        side = round(PICTURE * self.devicePixelRatioF())
        mode = Qt.TransformationMode.SmoothTransformation
        small = pixmap.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
        small.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture.setPixmap(small)

    def _on_ready(self, rows: IntArray) -> None:
        if self._row in rows and self.isVisible():
            self._show_picture()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
