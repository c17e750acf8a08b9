"""A card above the gallery that shows what a retraining changed."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
)

from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import chance, figure, interval, per_cent
from ahsml_app.gui.widgets.key_figure import KeyFigure
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.analysis.run_diff import RunDiff


class RetrainSummary(QFrame):
    """Shows key figures and the images that moved up most."""

    closed = Signal()
    compare_requested = Signal()

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("What the training changed"))
        title = QLabel(self.tr("Trained again with your decisions"))
        title.setProperty("role", "title")
        self._facts = {
            "found": KeyFigure(""),
            "rate": KeyFigure(self.tr("of the decided labels were wrong")),
            "left": KeyFigure(self.tr("wrong labels left")),
            "suggestions": KeyFigure(""),
            "flagged": KeyFigure(self.tr("newly flagged")),
        }
        self._rising = QLabel(self.tr("Moved up most"))
        self._rising.setProperty("role", "small-muted")
        self.pictures = PictureRow(model, thumbnails, theme)
        self.pictures.setAccessibleName(self.tr("Images that moved up"))
        self.pictures.chosen.connect(model.set_current)
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close the summary"))
        self._close.clicked.connect(self.closed)
        compare = QPushButton(self.tr("Compare"))
        compare.setToolTip(self.tr("Compares this training with the one before, image by image"))
        compare.clicked.connect(self.compare_requested)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(compare)
        head.addWidget(self._close)
        facts = FlowLayout(spacing=24)
        for fact in self._facts.values():
            facts.addWidget(fact)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(facts)
        layout.addWidget(self._rising)
        layout.addWidget(self.pictures)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_change(self, change: RunDiff) -> None:
        """Fill the card."""
        project, review = self._model.project, self._model.review
        if project is None or project.scores is None or review is None:
            return
        progress, facts = review.progress(), self._facts
        facts["found"].show_value(
            figure(progress.errors_found),
            plural("wrong label found", "wrong labels found", count=progress.errors_found),
        )
        facts["rate"].setVisible(not math.isnan(progress.hit_rate))
        if not math.isnan(progress.hit_rate):
            facts["rate"].show_value(per_cent(progress.hit_rate))
        low, best, high = progress.errors_left
        before, _, most = change.errors_before
        facts["left"].show_value(
            self.tr("about {0}").format(interval(low, high)),
            self.tr("wrong labels left (before: about {0})").format(interval(before, most)),
            self.tr("Best estimate: {0}, among the undecided images.").format(figure(best)),
        )
        facts["suggestions"].show_value(
            figure(change.suggestions),
            plural("suggestion changed", "suggestions changed", count=change.suggestions),
        )
        facts["flagged"].show_value(
            figure(change.newly_flagged),
            tip=plural(
                "{count:,} image is no longer flagged.",
                "{count:,} images are no longer flagged.",
                count=change.no_longer_flagged,
            ),
        )
        for widget in (self._rising, self.pictures):
            widget.setVisible(bool(change.risen))
        wrong = project.scores.error_probability
        pairs = zip(change.risen, change.rises, strict=True)
        notes = [
            f"{chance(float(wrong[row]) - rise)} → {chance(wrong[row])}" for row, rise in pairs
        ]
        self.pictures.show_rows(change.risen, notes)

    def fact(self, name: str) -> str:
        """A key figure with its caption: found, rate, left, suggestions or flagged."""
        fact = self._facts[name]
        return "" if fact.isHidden() else f"{fact.value.text()} {fact.caption.text()}"

    def _recolour(self) -> None:
        self._close.setIcon(icon("close", self._theme.tokens.muted))
