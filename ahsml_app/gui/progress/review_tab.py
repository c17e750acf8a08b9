"""The review tab: work done, wrong labels found and left, and whether to continue."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.progress.progress_texts import ProgressTexts
from ahsml_app.gui.progress.reader import TimelineReader
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.widgets.empty_state import EmptyState, stacked
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import figure, interval, per_cent
from ahsml_app.gui.widgets.key_figure import BalanceTip, KeyFigure
from ahsml_app.session.review.honest_sample import sample_total
from ahsml_app.session.review.stop_advice import Advice, advise
from ahsml_app.session.review.timeline import Timeline

if TYPE_CHECKING:
    from ahsml_app.gui.progress.progress_plots import AheadPlot, BandPlot, ThroughputPlot
    from ahsml_app.gui.widgets.plots import Plot

TURN = 15
"""Milliseconds between drawing two plots, so that no frame is delayed."""

PLOTS = ("ahead", "left", "found", "rate", "throughput")


class ReviewTab(QWidget):
    """Follows the decisions while visible, and catches up when shown."""

    review_requested = Signal()
    accept_requested = Signal()
    train_requested = Signal()

    def __init__(
        self, model: ProjectModel, theme: Theme, timelines: TimelineReader, loader: Background
    ) -> None:
        super().__init__()
        self._model, self._theme, self._timelines, self._loader = model, theme, timelines, loader
        self._loaded = False
        self._advice: Advice | None = None
        self._plots: tuple[AheadPlot, BandPlot, BandPlot, BandPlot, ThroughputPlot] | None = None
        self._built: list[Plot] = []
        self._texts = ProgressTexts()
        self._empty, self._body = EmptyState(theme), QWidget()
        self._empty.pressed.connect(self.train_requested)
        self._stack = stacked(self, self._empty, self._body)
        self._waiting: list[Callable[[], None]] = []
        self._draw_timer = QTimer(self)
        self._draw_timer.setInterval(TURN)
        self._draw_timer.timeout.connect(self._on_draw_timer)
        loader.done.connect(self._on_loaded)
        timelines.changed.connect(self._refresh)
        timelines.failed.connect(self._on_failed)
        model.project_changed.connect(self._on_scores_changed)
        model.scores_changed.connect(self._on_scores_changed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def busy(self) -> bool:
        """Whether something is being computed or drawn."""
        return self._timelines.busy or self._loader.busy or bool(self._waiting)

    @property
    def timeline(self) -> Timeline | None:
        """The shown timeline."""
        return self._timelines.timeline

    @property
    def headline(self) -> str:
        """The advice whether to continue."""
        return self._headline.text() if self._plots is not None else ""

    def fact(self, name: str) -> str:
        """A key figure with its caption."""
        fact = self._facts[name]
        return "" if fact.isHidden() else f"{fact.value.text()} {fact.caption.text()}"

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Update the tab."""
        super().showEvent(event)
        self._refresh()

    def _on_scores_changed(self) -> None:
        self._draw_timer.stop()
        self._waiting = []
        self._refresh()

    def _refresh(self) -> None:
        project = self._model.project
        if not self.isVisible() or project is None:
            return
        if project.scores is None:
            self._show_message(
                self.tr("Not trained yet"),
                self.tr(
                    "After a training, this page shows how many wrong labels to "
                    "expect, and later how many of them you have found."
                ),
                self.tr("Train"),
            )
        elif self.timeline is not None and self._loaded:
            self._draw()
        else:
            if self._stack.currentWidget() is self._empty:
                self._show_message(self.tr("Reading the journal…"), "")
            if not self._loaded and not self._loader.busy:
                self._loader.start(_load_plots)

    def _on_loaded(self, _: object) -> None:
        self._loaded = True
        self._refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._show_message(
            self.tr("The progress cannot be computed"),
            self.tr("{0}. Your decisions are saved; the details are in the log.").format(error),
        )

    def _show_message(self, title: str, text: str, button: str = "") -> None:
        self._empty.show_state("progress", title, text, button)
        self._stack.setCurrentWidget(self._empty)

    def _draw(self) -> None:
        if self._plots is None:
            # One plot per timer event, because each takes as long as a frame; then the page.
            self._waiting = [self._build] * (len(PLOTS) - len(self._built) + 1)
            self._draw_timer.start()
            return
        self._stack.setCurrentIndex(1)
        self._draw_texts()
        steps = (self._draw_ahead, self._draw_left, self._draw_found)
        self._waiting = [*steps, self._draw_rate, self._draw_throughput]
        self._draw_timer.start()

    def _on_draw_timer(self) -> None:
        if not self.isVisible():
            self._waiting = []  # everything is drawn when the tab is shown again
        if self._waiting:
            self._waiting.pop(0)()
        if not self._waiting:
            self._draw_timer.stop()

    def _build(self) -> None:
        from ahsml_app.gui.progress.progress_plots import make_plot

        if len(self._built) < len(PLOTS):
            self._built.append(make_plot(PLOTS[len(self._built)], self._theme, self._texts))
        else:
            self._make_body()
            self._draw()

    def _make_body(self) -> None:
        """Build the page around the plots, once."""
        theme = self._theme
        self._plots = tuple(self._built)  # type: ignore[assignment]
        if self._plots is None:
            return
        self._plots[0].marked.connect(self._on_marked)
        self._headline, self._reasons, self._marked = QLabel(), QLabel(), QLabel()
        self._sample = QLabel()
        self._headline.setProperty("role", "title")
        explain(self._sample, "sample_alone")
        for label in (self._headline, self._reasons, self._sample):
            label.setWordWrap(True)
        for label in (self._reasons, self._sample):
            label.setProperty("role", "muted")
        self._facts = {name: KeyFigure(caption) for name, caption in self._texts.captions().items()}
        self._accept = QPushButton(self.tr("Accept what looks right…"))
        self._accept.setObjectName("accept-below")
        self._accept.setAccessibleName(self._accept.text())
        self._accept.clicked.connect(self.accept_requested)
        facts = FlowLayout(spacing=SPACE[4])
        for name, fact in self._facts.items():
            fact.setToolTip(self._texts.tip(name))
            facts.addWidget(fact)
        facts.addWidget(self._accept)
        BalanceTip(self._model, self._facts["decided"])
        self._no_decisions = EmptyState(theme)
        self._no_decisions.show_state(
            "review",
            self.tr("Nothing decided yet"),
            self.tr("Your pace and the wrong labels found and left appear here as you decide."),
            self.tr("Review"),
        )
        self._no_decisions.pressed.connect(self.review_requested)
        self._history, self._curves = QStackedWidget(), QWidget()
        self._history.addWidget(self._no_decisions)
        self._history.addWidget(self._curves)
        self._lay_out_curves()
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        layout.setSpacing(SPACE[1])
        layout.addWidget(self._headline)
        layout.addWidget(self._reasons)
        layout.addWidget(self._sample)
        layout.addSpacing(SPACE[0])
        layout.addLayout(facts)
        layout.addSpacing(SPACE[0])
        layout.addWidget(self._heading("ahead", self._plots[0]))
        layout.addWidget(self._plots[0], 5)
        layout.addWidget(self._marked)
        layout.addWidget(self._history, 7)

    def _lay_out_curves(self) -> None:
        if self._plots is None:
            return
        grid = QGridLayout(self._curves)
        grid.setContentsMargins(0, SPACE[1], 0, 0)
        grid.setHorizontalSpacing(SPACE[4])
        grid.setVerticalSpacing(SPACE[1])
        for index, (name, plot) in enumerate(zip(PLOTS[1:], self._plots[1:], strict=True)):
            row, column = divmod(index, 2)
            grid.addWidget(self._heading(name, plot), 2 * row, column)
            grid.addWidget(plot, 2 * row + 1, column)
            grid.setRowStretch(2 * row + 1, 1)
            grid.setColumnStretch(column, 1)

    def _heading(self, name: str, plot: QWidget) -> QLabel:
        heading, tip = QLabel(self._texts.heading(name)), self._texts.tip(name)
        heading.setWordWrap(True)
        plot.setAccessibleName(heading.text())
        # The size hint is larger than many screens.
        plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        for widget in (heading, plot):
            widget.setToolTip(tip)
        return heading

    def _draw_texts(self) -> None:
        timeline = self.timeline
        if timeline is None:
            return
        self._advice = advise(timeline.ahead)
        headline, reasons = self._texts.advice(self._advice, timeline.throughput.per_hour)
        self._headline.setText(headline)
        self._reasons.setText(reasons)
        sample = None if self._model.review is None else self._model.review.sample
        self._sample.setVisible(sample is not None)
        if sample is not None:
            facts = sample_total(sample, timeline.verdicts)
            self._sample.setText(self._texts.sample(len(sample.rows), *facts))
        for name, value in self._texts.values(timeline).items():
            self._facts[name].setVisible(bool(value))
            self._facts[name].show_value(value, tip=self._texts.tip(name))
        self._facts["decided"].show_value(
            figure(timeline.decided),
            self._texts.decided(timeline.decided),
            self._texts.tip("decided"),
        )
        self._facts["found"].show_value(
            figure(timeline.errors_found),
            self._texts.of_reviewed(timeline.individually_reviewed),
            self._texts.tip("found"),
        )
        self._history.setCurrentWidget(self._curves if timeline.decided else self._no_decisions)

    def _draw_ahead(self) -> None:
        if self.timeline is not None and self._plots is not None and self._advice is not None:
            self._plots[0].show_ahead(self.timeline.ahead, self._advice.until)
            self._on_marked(self._plots[0].images)

    def _on_marked(self, images: int) -> None:
        if self.timeline is None or self._plots is None:
            return
        estimate = self.timeline.ahead.at(images)
        text = self._texts.ahead(images, estimate, self.timeline.throughput.per_hour)
        self._marked.setText(text)
        self._plots[0].setAccessibleDescription(text)

    def _draw_left(self) -> None:
        if self.timeline is not None and self._plots is not None:
            x, low, best, high = self.timeline.left_curve()
            self._plots[1].show_line(x, best, low, high)
            self._plots[1].setAccessibleDescription(interval(low[-1], high[-1]))

    def _draw_found(self) -> None:
        if self.timeline is not None and self._plots is not None:
            x, errors, expected = self.timeline.found_curve()
            self._plots[2].show_line(x, errors, other=expected)
            text = self.tr("{0} found, {1} expected")
            values = (figure(errors[-1]), figure(expected[-1]))
            self._plots[2].setAccessibleDescription(text.format(*values))

    def _draw_rate(self) -> None:
        if self.timeline is not None and self._plots is not None:
            x, rate, low, high, expected = self.timeline.hit_rates()
            self._plots[3].show_line(x, rate, low, high, expected)
            text = per_cent(rate[-1]) if len(rate) else ""
            self._plots[3].setAccessibleDescription(text)

    def _draw_throughput(self) -> None:
        if self.timeline is not None and self._plots is not None:
            self._plots[4].show_bars(*self.timeline.throughput.bars())
            speed = self.timeline.throughput.per_hour
            text = "" if math.isnan(speed) else figure(speed)
            self._plots[4].setAccessibleDescription(text)

    def _on_theme_changed(self) -> None:
        for plot in self._plots or ():
            plot.recolour()


def _load_plots() -> None:
    """Import pyqtgraph in the thread, because the import would block the window."""
    import pyqtgraph  # noqa: F401
