"""What a retraining changed, on a card above the gallery."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from ahsml_app.gui.evidence.picture_row import PictureRow
from ahsml_app.gui.icons import icon
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.change import RunChange


class RetrainSummary(QFrame):
    """Numbers in a sentence, and the images that moved up most."""

    closed = Signal()

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self.setProperty("role", "card")
        self._title, self._text, self._rising = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._text.setWordWrap(True)
        self._rising.setProperty("role", "small-muted")
        self._pictures = PictureRow(model, thumbnails, theme)
        self._pictures.setAccessibleName(self.tr("Images that moved up"))
        self._pictures.chosen.connect(model.set_current)
        close = QToolButton()
        close.setIcon(icon("close", theme.tokens.muted))
        close.setAccessibleName(self.tr("Close the summary"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        for widget in (self._text, self._rising, self._pictures):
            layout.addWidget(widget)

    def show_change(self, change: RunChange) -> None:
        """Fill the card."""
        project = self._model.project
        if project is None:
            return
        progress = project.progress()
        low, _, high = progress.errors_left
        self._title.setText(self.tr("Trained again with your decisions"))
        parts = [self.tr("{0} wrong labels found so far").format(f"{progress.errors_found:,}")]
        if not math.isnan(progress.hit_rate):
            share = f"{progress.hit_rate:.0%}"
            parts[0] += self.tr(" ({0} of what you looked at)").format(share)
        parts.append(self.tr("about {0} to {1} are left").format(f"{low:,.0f}", f"{high:,.0f}"))
        parts.append(self.tr("{0} suggestions changed").format(f"{change.suggestions:,}"))
        parts.append(self.tr("{0} images newly flagged").format(f"{change.newly_flagged:,}"))
        self._text.setText(";  ".join(parts) + ".")
        self._rising.setText(self.tr("Moved up most"))
        for widget in (self._rising, self._pictures):
            widget.setVisible(bool(change.risen))
        self._pictures.show_rows(change.risen)
