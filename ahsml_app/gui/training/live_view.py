"""The live view of a training: curves, histogram of the adaptive weights, top suspects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.events import Event, FirstEstimate
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.format import per_cent
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.pipeline.training_monitor import TrainingMonitor

if TYPE_CHECKING:
    from ahsml_app.gui.widgets.plots import CurvesPlot, WeightsPlot

UPDATE_MILLISECONDS = 200
"""Milliseconds between two drawings of the same plot; plots take turns to keep frames short."""

MOST_SUSPECTS = 12


class LiveView(QWidget):
    """Draws a `TrainingMonitor` at most five times a second, and only while visible."""

    suspect_opened = Signal(int)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._thumbnails, self._theme = model, thumbnails, theme
        self._monitor = TrainingMonitor()
        self._plots: tuple[CurvesPlot, CurvesPlot, WeightsPlot] | None = None
        self._running = False
        self._empty, self._body = EmptyState(theme), QWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._draws: tuple[Callable[[], None], ...] = (
            self._draw_weights,
            self._draw_loss,
            self._draw_noise,
        )
        self._waiting: list[Callable[[], None]] = []
        self._timer.setInterval(UPDATE_MILLISECONDS // len(self._draws))
        self._timer.timeout.connect(self._on_timeout)
        theme.changed.connect(self._on_theme_changed)
        self.reset()

    @property
    def epochs_seen(self) -> int:
        """Epochs of the current training so far."""
        return self._monitor.epochs

    @property
    def monitor(self) -> TrainingMonitor:
        """The monitor that is drawn."""
        return self._monitor

    @property
    def suspects(self) -> tuple[int, ...]:
        """Rows of the shown suspects."""
        return self._suspects.rows if self._plots else ()

    def reset(self) -> None:
        """Reset the view for another training or project."""
        self._monitor = TrainingMonitor()
        self._timer.stop()
        self._waiting, self._running = [], False
        self._show_empty()

    def show_event(self, event: Event) -> None:
        """Handle an event of the training."""
        before = self._monitor.epochs
        self._monitor.add(event)
        if not self._running:
            self._running = True
            self._show_empty()
        if isinstance(event, FirstEstimate):
            self._waiting = [self._draw_weights]
        if self._monitor.epochs > before:
            self._waiting += [draw for draw in self._draws if draw not in self._waiting]
        self._schedule()

    def show_ended(self, how: str) -> None:
        """Show that the training ended; the last plots stay."""
        self._running = False
        if self._monitor.weights is not None:
            self._waiting = list(self._draws)
            self._schedule()
        elif how != "done":
            self.reset()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what arrived while the view was hidden."""
        super().showEvent(event)
        self._schedule()
        if self._plots is None:
            # Before training: loading pyqtgraph blocks the window for a quarter second.
            QTimer.singleShot(UPDATE_MILLISECONDS, self, self._make_body)

    def _schedule(self) -> None:
        if self._waiting and self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _show_empty(self) -> None:
        self._stack.setCurrentWidget(self._empty)
        if self._running:
            self._empty.show_state(
                "train",
                self.tr("The training is starting"),
                self.tr(
                    "Files are checked and features extracted first. Then the first suspects "
                    "appear, and the curves with the first epoch."
                ),
            )
        else:
            self._empty.show_state(
                "train",
                self.tr("Watch the training here"),
                self.tr(
                    "While it runs, trusted labels separate from doubtful ones, and "
                    "the first suspects can be opened at once."
                ),
            )

    def _make_body(self) -> None:
        """Build the plots, once."""
        if self._plots is not None:
            return
        from ahsml_app.gui.widgets.plots import make_plots

        self._plots = make_plots(
            self._theme,
            self.tr("Epoch"),
            self.tr("Adaptive weight: how far the label of an image is trusted"),
            self.tr("suspects"),
            self.tr("trusted"),
            self._body,
        )
        self._count, self._noise, self._position = QLabel(), QLabel(), QLabel()
        self._suspects = PictureRow(self._model, self._thumbnails, self._theme)
        self._suspects.setAccessibleName(self.tr("Current top suspects"))
        self._suspects.chosen.connect(self.suspect_opened)
        self._headings = [QLabel() for _ in range(4)]
        for heading, plot, text in zip(
            self._headings,
            (*self._plots, None),
            (
                self.tr("Loss"),
                self.tr("Estimated share of wrong labels, %"),
                self.tr("Images by adaptive weight"),
                self.tr("The most suspect images with their given labels; click one to open it"),
            ),
            strict=True,
        ):
            heading.setText(text)
            if plot is not None:
                plot.setAccessibleName(text)
        self._lay_out(*self._plots)
        self._schedule()

    def _lay_out(self, loss: QWidget, noise: QWidget, weights: QWidget) -> None:
        facts = QHBoxLayout()
        facts.setSpacing(SPACE[4])
        for label, role in ((self._count, "title"), (self._noise, "title")):
            label.setProperty("role", role)
            facts.addWidget(label)
        facts.addStretch(1)
        self._position.setProperty("role", "muted")
        facts.addWidget(self._position)
        self._key = QLabel(self.tr("dashed: first pass; bold: the current fold"))
        self._key.setProperty("role", "small-muted")
        grid = QGridLayout(self._body)
        grid.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        grid.setHorizontalSpacing(SPACE[4])
        grid.setVerticalSpacing(SPACE[1])
        heads = self._headings
        grid.addLayout(facts, 0, 0, 1, 2)
        grid.addWidget(heads[2], 1, 0, 1, 2)
        grid.addWidget(weights, 2, 0, 1, 2)
        grid.addWidget(heads[3], 3, 0, 1, 2)
        grid.addWidget(self._suspects, 4, 0, 1, 2)
        grid.addWidget(heads[0], 5, 0)
        grid.addWidget(heads[1], 5, 1)
        grid.addWidget(loss, 6, 0)
        grid.addWidget(noise, 6, 1)
        grid.addWidget(self._key, 7, 0, 1, 2)
        for row in (1, 3, 5):
            grid.setRowMinimumHeight(row, heads[0].sizeHint().height() + SPACE[2])
        grid.setRowStretch(2, 3)
        grid.setRowStretch(6, 2)

    def _on_timeout(self) -> None:
        if not self._waiting or not self.isVisible():
            return
        if self._plots is None:
            self._make_body()
        self._stack.setCurrentWidget(self._body)
        self._waiting.pop(0)()
        self._schedule()

    def _draw_loss(self) -> None:
        if self._plots is not None:
            curves = self._monitor.curves
            self._plots[0].show_curves(curves, [curve.losses for curve in curves])

    def _draw_noise(self) -> None:
        if self._plots is not None:
            curves = self._monitor.curves
            shares = [[100 * rate for rate in curve.noise_rates] for curve in curves]
            self._plots[1].show_curves(curves, shares)

    def _draw_weights(self) -> None:
        if self._plots is not None:
            self._plots[2].show_counts(*self._monitor.histogram())
        self._draw_facts()
        self._draw_suspects()

    def _draw_facts(self) -> None:
        monitor, latest = self._monitor, self._monitor.latest
        count, rate = monitor.suspect_count(), monitor.noise_rate
        text = plural("{count:,} suspect", "{count:,} suspects", count=count)
        self._count.setText(self.tr("{0} so far").format(text) if self._running else text)
        estimated = np.isfinite(rate)
        text = self.tr("about {0} of the labels wrong").format(per_cent(rate)) if estimated else ""
        self._noise.setText(text)
        if latest is not None:
            template = self.tr("Pass {0}, fold {1}, epoch {2} of {3}")
            self._position.setText(
                template.format(
                    latest.pass_index + 1, latest.fold + 1, latest.epoch + 1, latest.epochs
                )
            )
        if self._plots is not None:
            self._plots[2].setAccessibleDescription(self._count.text())
            self._plots[1].setAccessibleDescription(self._noise.text())

    def _draw_suspects(self) -> None:
        project, weights = self._model.project, self._monitor.weights
        if project is None or weights is None or len(weights) != len(project.table):
            return
        rows = tuple(self._monitor.top_suspects(MOST_SUSPECTS).tolist())
        if rows != self._suspects.rows:
            labels = [int(project.labels[row]) for row in rows]
            names = [project.class_names[label] if label >= 0 else "" for label in labels]
            self._suspects.show_rows(rows, names)

    def _on_theme_changed(self) -> None:
        for plot in self._plots or ():
            plot.recolour()
