"""What the model says of a label, in plain words, with its numbers beside them."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.session.queue import OUT_OF_SET

UNSURE_BELOW = 0.5
"""Confidence of the best class below which the model counts as unsure."""


def number(value: float) -> str:
    """Two digits without the leading zero; a dash for a missing value."""
    if math.isnan(value):
        return "–"
    return "1.0" if value >= 0.995 else f"{value:.2f}".lstrip("0")


class Verdict(QWidget):
    """Given label, verdict, top three classes, adaptive weight and consistency."""

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._labels, self._words = QLabel(), QLabel()
        self._labels.setProperty("role", "title")
        self._labels.setWordWrap(True)
        self._labels.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._bars = ClassBars(theme)
        self._weight, self._consistency = QLabel(), QLabel()
        self._history = Sparkline(theme)
        self._history.setToolTip(self.tr("The adaptive weight after each epoch of the training"))
        self._scores = QWidget()
        scores = QGridLayout(self._scores)
        scores.setContentsMargins(0, 0, 0, 0)
        scores.setHorizontalSpacing(8)
        self._add_score(
            scores,
            0,
            self.tr("Adaptive weight"),
            self._weight,
            self.tr("How far the training trusted this label, from 0 to 1."),
        )
        self._add_score(
            scores,
            2,
            self.tr("Consistency"),
            self._consistency,
            self.tr("How far slightly changed copies of the image lead to the same class, 0 to 1."),
        )
        scores.addWidget(self._history, 0, 4)
        scores.setColumnStretch(5, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._labels, self._words, self._bars, self._scores):
            layout.addWidget(widget)

    def show_row(self, row: int) -> None:
        """Show an image's verdict; -1 empties it."""
        project = self._model.project
        self.setVisible(project is not None and row >= 0)
        if project is None or row < 0:
            return
        given = project.table.label_name(row) or self.tr("no label")
        scores, decision = project.scores, project.decision(row)
        scored = scores is not None and int(scores.top_labels[row, 0]) >= 0
        self._bars.setVisible(scored)
        self._scores.setVisible(scored)
        if scores is None or not scored:
            self._labels.setText(given)
            text = self.tr("Train to see what speaks for or against this label.")
            if scores is not None:
                text = self.tr("This file could not be read, so it was not judged.")
            self._say(text, "muted")
            return
        suggested = project.label_name(int(scores.suggested[row]))
        arrow = f"{given}  →  {suggested}" if suggested != given else given
        if decision.kind == DecisionKind.RELABEL:
            arrow = f"{given}  →  {decision.label}"
        self._labels.setText(arrow)
        self._describe(row)
        names = [project.label_name(int(label)) for label in scores.top_labels[row] if label >= 0]
        self._bars.show_classes(names, [float(v) for v in scores.top_confidences[row]], given)
        self._weight.setText(number(float(scores.adaptive_weight[row])))
        self._consistency.setText(number(float(scores.consistency[row])))
        history = project.weight_history
        self._history.setVisible(history is not None and len(history) > 1)
        if history is not None:
            self._history.show_values(np.asarray(history[:, row], dtype=np.float32))

    def _describe(self, row: int) -> None:
        project = self._model.project
        if project is None or project.scores is None:
            return
        scores, kind = project.scores, int(project.kinds[row])
        wrong = float(scores.error_probability[row])
        decided = {
            int(DecisionKind.KEEP): self.tr("You kept this label."),
            int(DecisionKind.RELABEL): self.tr("You changed this label."),
            int(DecisionKind.DROP): self.tr("You dropped this image; the file stays."),
            int(DecisionKind.AMBIGUOUS): self.tr("You marked this image as ambiguous."),
        }
        if kind in decided:
            self._say(decided[kind], "good-text")
        elif math.isnan(wrong):
            self._say(self.tr("This image has no label yet; here is what it looks like."), "muted")
        elif scores.flagged[row]:
            text = self.tr("Probably wrong: {0}").format(number(wrong))
            self._say(text, "danger-text")
        elif float(scores.top_confidences[row, 0]) < UNSURE_BELOW:
            self._say(self.tr("Model unsure; wrong with {0}").format(number(wrong)), "warning-text")
        elif scores.out_of_set[row] >= OUT_OF_SET:
            text = self.tr("Fits no class well; wrong with {0}").format(number(wrong))
            self._say(text, "warning-text")
        else:
            self._say(self.tr("Looks right; wrong with {0}").format(number(wrong)), "muted")

    def _say(self, text: str, role: str) -> None:
        self._words.setText(text)
        self._words.setProperty("role", role)
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)

    def _add_score(
        self, grid: QGridLayout, column: int, name: str, value: QLabel, tip: str
    ) -> None:
        title = QLabel(name)
        title.setProperty("role", "small-muted")
        for widget in (title, value):
            widget.setToolTip(tip)
        value.setAccessibleName(name)
        value.setMinimumWidth(34)
        grid.addWidget(title, 0, column)
        grid.addWidget(value, 0, column + 1)


class ClassBars(QWidget):
    """The most likely classes as bars with their probabilities."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[str, float, bool]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_classes(self, names: list[str], shares: list[float], given: str) -> None:
        """Show classes with their probabilities; the given one is marked."""
        self._rows = [(n, s, n == given) for n, s in zip(names, shares, strict=False)]
        words = ", ".join(f"{name} {number(share)}" for name, share, _ in self._rows)
        self.setAccessibleName(self.tr("Most likely classes: {0}").format(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """A line for each class."""
        return QSize(200, len(self._rows) * self._line() + 4)

    def _line(self) -> int:
        return self.fontMetrics().height() + 6

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Name, bar, number."""
        tokens, line = self._theme.tokens, self._line()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(n) for n, _, _ in self._rows), default=0)
        names = min(widest + 8, self.width() // 2)
        room = metrics.horizontalAdvance(".00") + 8
        for place, (name, share, given) in enumerate(self._rows):
            y = place * line + 2
            painter.setPen(QColor(tokens.text))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names - 8)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, names, line), int(left), text)
            track = QRectF(names, y + line / 2 - 3, max(10, self.width() - names - room), 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.line))
            painter.drawRoundedRect(track, 3, 3)
            painter.setBrush(QColor(tokens.muted if given else tokens.accent))
            painter.drawRoundedRect(
                QRectF(track.x(), track.y(), max(3.0, track.width() * share), 6), 3, 3
            )
            painter.setPen(QColor(tokens.text))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, self.width(), line), int(right), number(share))
        painter.end()


class Sparkline(QWidget):
    """A small curve from 0 to 1."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._values = np.empty(0, dtype=np.float32)
        self.setFixedSize(84, 20)
        self.setAccessibleName(self.tr("Adaptive weight over the training"))
        theme.changed.connect(self.update)

    def show_values(self, values: np.ndarray) -> None:
        """Show a curve."""
        self._values = values[~np.isnan(values)]
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Ground line, curve, last point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, values = self._theme.tokens, self._values
        high, wide = self.height() - 6, self.width() - 8
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(QPointF(2, high + 3), QPointF(2 + wide, high + 3))
        if len(values) > 1:
            points = [
                QPointF(2 + wide * i / (len(values) - 1), 3 + high * (1 - float(v)))
                for i, v in enumerate(values)
            ]
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawPolyline(QPolygonF(points))
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(points[-1], 2, 2)
        painter.end()


def row_of(*widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    return row
