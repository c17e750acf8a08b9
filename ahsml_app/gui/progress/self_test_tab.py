"""The self-test tab: what share of planted errors is found, and whether they are counted right."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.events import Event, Progress
from ahsml_app.base.self_test import BUDGETS, PlantedKind, PlantedResult, SelfTest
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.widgets.empty_state import EmptyState, stacked
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import figure, interval, per_cent
from ahsml_app.gui.widgets.key_figure import KeyFigure
from ahsml_app.gui.widgets.stage_names import share_text, stage_text, time_text
from ahsml_app.session.analysis.run_self_test import seconds_of_self_test

if TYPE_CHECKING:
    from ahsml_app.gui.progress.self_test_plots import KindsPlot

SUMMARISED = 0.1
"""The review budget of the key figures."""

PLOT_HEIGHT = 200

COLUMNS = 6
"""Columns of the table."""

LEAST_DRAWN = 10
"""Fewest images of a drawn point of the calibration."""

SIGNS: dict[PlantedKind, str] = {"random": "●", "nearest": "■", "branch": "▲"}


class SelfTestTab(QWidget):
    """Shows the self-test of the newest training, or offers one."""

    start_requested = Signal()
    cancel_requested = Signal()
    train_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme, loader: Background) -> None:
        super().__init__()
        self._model, self._theme, self._loader = model, theme, loader
        self._loaded = self._running = False
        self.test: SelfTest | None = None
        self._plots: tuple[KindsPlot, KindsPlot] | None = None
        self._empty, self._body = EmptyState(theme), QWidget()
        self._title, self._legend = QLabel(), QLabel()
        self._again = QPushButton(self.tr("Test again"))
        self._facts = {kind: KeyFigure("") for kind in SIGNS}
        self._heads = {name: QLabel() for name in ("found", "calibration", "counted")}
        self._notes = {name: QLabel() for name in self._heads}
        self._cells: list[QLabel] = []
        self._table, self._plot_grid = QGridLayout(), QGridLayout()
        self._stack = stacked(self, self._empty, self._body)
        self._lay_out()
        self._empty.pressed.connect(self._on_pressed)
        self._again.clicked.connect(self.start_requested)
        loader.done.connect(self._on_loaded)
        for signal in (model.project_changed, model.scores_changed):
            signal.connect(self._on_scores_changed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def busy(self) -> bool:
        """Whether the plots are being loaded."""
        return self._loader.busy

    def fact(self, kind: PlantedKind) -> str:
        """A key figure with its caption."""
        fact = self._facts[kind]
        return "" if fact.isHidden() else f"{fact.value.text()} {fact.caption.text()}".strip()

    def counted(self) -> list[str]:
        """The rows of the table below the plots."""
        texts = [label.text() for label in self._cells]
        return [" ".join(texts[start : start + COLUMNS]) for start in range(0, len(texts), COLUMNS)]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read the stored result."""
        super().showEvent(event)
        self._refresh()

    def show_started(self) -> None:
        """Show that a self-test waits or runs."""
        self._running = True
        self._show_running(self.tr("It waits for the running job."))

    def show_event(self, event: Event) -> None:
        """Show the progress of the running self-test."""
        if self._running and isinstance(event, Progress):
            text = f"{stage_text(event)}  {share_text(event.done, event.total)}"
            self._show_running(text.strip())

    def show_ended(self) -> None:
        """Show the result, or offer another self-test."""
        self._running = False
        self._on_scores_changed()

    def _lay_out(self) -> None:
        for label in (self._title, *self._notes.values()):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._again)
        facts = FlowLayout(spacing=SPACE[4])
        for fact in self._facts.values():
            facts.addWidget(fact)
        grid = self._plot_grid
        grid.setHorizontalSpacing(SPACE[4])
        for column, name in enumerate(("found", "calibration")):
            self._heads[name].setWordWrap(True)
            grid.addWidget(self._heads[name], 0, column)
            grid.addWidget(self._notes[name], 2, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        table = QHBoxLayout()
        self._table.setHorizontalSpacing(SPACE[4])
        self._table.setVerticalSpacing(SPACE[0])
        table.addLayout(self._table)
        table.addStretch(1)
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        layout.setSpacing(SPACE[1])
        layout.addLayout(top)
        layout.addLayout(facts)
        layout.addWidget(self._legend)
        layout.addLayout(grid, 1)
        layout.addSpacing(SPACE[1])
        layout.addWidget(self._heads["counted"])
        layout.addLayout(table)
        layout.addWidget(self._notes["counted"])

    def _names(self) -> dict[PlantedKind, str]:
        return {
            "random": self.tr("at random"),
            "nearest": self.tr("to the nearest class"),
            "branch": self.tr("within a branch of the class tree"),
        }

    def _on_pressed(self) -> None:
        project = self._model.project
        if self._running:
            self.cancel_requested.emit()
        elif project is not None and project.scores is None:
            self.train_requested.emit()
        else:
            self.start_requested.emit()

    def _on_scores_changed(self) -> None:
        self.test = None
        self._refresh()

    def _on_loaded(self, _: object) -> None:
        self._loaded = True
        self._refresh()

    def _refresh(self) -> None:
        project = self._model.project
        if not self.isVisible() or project is None or self._running:
            return
        if project.scores is None:
            self._show_message(
                self.tr("Not trained yet"),
                self.tr("After a training, this page tests its scores on your own images."),
                self.tr("Train"),
            )
            return
        self.test = self.test or project.self_test()
        if self.test is None:
            self._show_offer(time_text(seconds_of_self_test(project)))
        elif self._loaded:
            self._draw(self.test)
        elif not self._loader.busy:
            self._loader.start(_load_plots)

    def _show_offer(self, time: str) -> None:
        text = self.tr(
            "Wrong labels are planted in a copy of your labels, and the same training looks for "
            "them. You see what share of them a review finds, whether the probabilities are right, "
            "and whether wrong labels are counted right. Your labels and scores stay as they are."
        )
        if time:
            duration = self.tr("It takes about {0}.").format(time)
            text = f"{text} {duration}"
        title = self.tr("Test the scores on your own images")
        self._show_message(title, text, self.tr("Start the self-test"))

    def _show_running(self, text: str) -> None:
        self._show_message(self.tr("The self-test is running"), text, self.tr("Stop"))

    def _show_message(self, title: str, text: str, button: str) -> None:
        self._empty.show_state("progress", title, text, button)
        self._stack.setCurrentWidget(self._empty)

    def _draw(self, test: SelfTest) -> None:
        if self._plots is None:
            self._make_plots()
        self._draw_texts(test)
        if self._plots is not None:
            self._plots[0].show_found(test)
            self._plots[1].show_calibration(test, LEAST_DRAWN)
        self._stack.setCurrentIndex(1)

    def _make_plots(self) -> None:
        from ahsml_app.gui.progress.self_test_plots import KindsPlot

        labels = self.tr("Images reviewed, most suspect first"), self.tr("Error probability")
        found = KindsPlot(self._theme, labels[0], BUDGETS[-1])
        calibration = KindsPlot(self._theme, labels[1], 1)
        self._plots = found, calibration
        for column, (plot, topic) in enumerate(
            ((found, "self_test_found"), (calibration, "self_test_calibration"))
        ):
            plot.setMinimumHeight(PLOT_HEIGHT)
            # The size hint is larger than many screens.
            plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            explain(plot, topic)
            self._plot_grid.addWidget(plot, 1, column)

    def _draw_texts(self, test: SelfTest) -> None:
        when = dt.datetime.fromisoformat(test.finished).astimezone()
        self._title.setText(
            plural(
                "Tested on {count:,} image, {when}",
                "Tested on {count:,} images, {when}",
                count=test.images,
                when=f"{when:%Y-%m-%d %H:%M}",
            )
        )
        results = {result.kind: result for result in test.results}
        names, budget = self._names(), per_cent(SUMMARISED)
        caption = self.tr("found in the first {0}, planted {1}")
        for kind, fact in self._facts.items():
            fact.setVisible(kind in results)
            if kind in results:
                share = results[kind].found[BUDGETS.index(SUMMARISED)]
                fact.show_value(per_cent(share), caption.format(budget, names[kind]))
        heads = {
            "found": self.tr("Planted errors found; dashed: in random order"),
            "calibration": self.tr("Share of wrong labels by probability; dashed: as it should be"),
            "counted": self.tr("Planted errors counted"),
        }
        notes = {
            "found": self.tr(
                "Suspects of your own labels take no place as far as they are probably wrong."
            ),
            "calibration": self.tr(
                "Images without a planted error count as wrong with the probability that they "
                "had before. Groups of fewer than ten images are not drawn."
            ),
            "counted": self.tr(
                "Counted is the estimated number of wrong labels with the planted errors, less the "
                "one without them."
            ),
        }
        for name, head in self._heads.items():
            head.setText(heads[name])
            self._notes[name].setText(notes[name])
        self._draw_legend(test)
        self._fill_table(test)
        for plot, name in zip(self._plots or (), ("found", "calibration"), strict=False):
            plot.setAccessibleName(heads[name])
            plot.setAccessibleDescription("; ".join(self.fact(kind) for kind in results))

    def _draw_legend(self, test: SelfTest) -> None:
        from ahsml_app.gui.progress.self_test_plots import kind_colours

        colours, names = kind_colours(self._theme.tokens), self._names()
        kinds = [result.kind for result in test.results]
        self._legend.setText(
            "&nbsp;&nbsp;&nbsp;".join(
                f'<span style="color:{colours[kind]}">{SIGNS[kind]}</span> {names[kind]}'
                for kind in kinds
            )
        )
        self._legend.setAccessibleName(", ".join(names[kind] for kind in kinds))

    def _fill_table(self, test: SelfTest) -> None:
        for label in self._cells:
            self._table.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._cells = []
        heads = (
            self.tr("Wrong labels"),
            self.tr("Planted"),
            self.tr("Counted"),
            self.tr("95% interval"),
            self.tr("Interval holds"),
            self.tr("Calibration error"),
        )
        for row, cells in enumerate((heads, *(self._row(each) for each in test.results))):
            for column, text in enumerate(cells):
                label = QLabel(text)
                label.setProperty("role", "small-muted" if row == 0 else "")
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                self._table.addWidget(label, row, column, side)
                self._cells.append(label)

    def _row(self, result: PlantedResult) -> tuple[str, ...]:
        low, best, high = result.estimate
        return (
            self._names()[result.kind],
            figure(result.planted),
            figure(best),
            interval(low, high),
            self.tr("yes") if result.interval_holds else self.tr("no"),
            per_cent(result.calibration_error, 1),
        )

    def _on_theme_changed(self) -> None:
        for plot in self._plots or ():
            plot.recolour()
        if self.test is not None and self._loaded:
            self._draw_legend(self.test)


def _load_plots() -> None:
    """Import pyqtgraph in the thread, because the import would block the window."""
    import pyqtgraph  # noqa: F401
