"""Two trainings of the project side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.progress.change_table import ChangeTable
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState, stacked
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import chance, figure
from ahsml_app.gui.widgets.key_figure import KeyFigure
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.analysis.compare_runs import (
    LEAST_VERIFIED,
    Comparison,
    Quality,
    compare,
    compare_request,
)

if TYPE_CHECKING:
    from ahsml_app.gui.progress.density import DensityPlot

PLOT_SIDE = 300


class CompareTab(QWidget):
    """Compares two trainings while visible; later decisions count at the next comparison."""

    image_opened = Signal(int)
    train_requested = Signal()

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme, background: Background
    ) -> None:
        super().__init__()
        self._model, self._theme, self._background = model, theme, background
        self.comparison: Comparison | None = None
        self._plot: DensityPlot | None = None
        self._stale = True
        self.before, self.after = QComboBox(), QComboBox()
        self.before.setAccessibleName(self.tr("Earlier training"))
        self.after.setAccessibleName(self.tr("Later training"))
        for box in (self.before, self.after):
            box.setMinimumContentsLength(22)
            box.activated.connect(self._on_chosen)
        self.table = ChangeTable(model)
        self.risen = PictureRow(model, thumbnails, theme)
        self.fallen = PictureRow(model, thumbnails, theme)
        self.risen.setAccessibleName(self.tr("Images that moved up"))
        self.fallen.setAccessibleName(self.tr("Images that moved down"))
        self._facts = {name: KeyFigure(caption) for name, caption in self._captions().items()}
        self._quality = QLabel()
        self._quality.setWordWrap(True)
        self._quality.setProperty("role", "muted")
        self._quality.setToolTip(self._quality_tip())
        self._heads = {name: QLabel() for name in ("risen", "fallen", "table", "plot", "quality")}
        self._empty, self._body, self._plot_layout = EmptyState(theme), QWidget(), QVBoxLayout()
        self._empty.pressed.connect(self.train_requested)
        self._lay_out()
        for signal in (self.risen.chosen, self.fallen.chosen, self.table.opened):
            signal.connect(self.image_opened)
        background.done.connect(self._on_compared)
        background.failed.connect(self._on_failed)
        model.project_changed.connect(self._on_runs_changed)
        model.scores_changed.connect(self._on_runs_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def busy(self) -> bool:
        """Whether a comparison is running."""
        return self._background.busy

    @property
    def quality(self) -> str:
        """Text on the quality of the embeddings."""
        return self._quality.text()

    def fact(self, name: str) -> str:
        """A key figure with its caption."""
        return f"{self._facts[name].value.text()} {self._facts[name].caption.text()}"

    def choose_newest(self) -> None:
        """Compare the two newest trainings."""
        self._fill_boxes()
        self._stale = True
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Compare again if anything has changed."""
        super().showEvent(event)
        self._refresh()

    def _captions(self) -> Mapping[str, str]:
        return {
            "suggestions": "",
            "flagged": self.tr("newly flagged"),
            "unflagged": self.tr("no longer flagged"),
            "errors": self.tr("wrong labels expected, before → now"),
        }

    def _quality_tip(self) -> str:
        return self.tr(
            "Each image that you kept or relabelled is compared with its nearest "
            "neighbours among the others. Recall@1 is how often the nearest one has "
            "the same label. MAP@R is how well those with the same label rank before "
            "all others. The interval of the difference comes from resampling the "
            "images (paired bootstrap, 95%). The later training has learned from "
            "images decided before it, so the difference favours it."
        )

    def _lay_out(self) -> None:
        trainings = QHBoxLayout()
        trainings.setSpacing(SPACE[1])
        arrow = QLabel("→")
        arrow.setProperty("role", "muted")
        trainings.addWidget(self.before)
        trainings.addWidget(arrow)
        trainings.addWidget(self.after)
        trainings.addStretch(1)
        facts = FlowLayout(spacing=SPACE[4])
        for fact in self._facts.values():
            facts.addWidget(fact)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[4])
        grid.setVerticalSpacing(SPACE[0])
        for index, (name, widget) in enumerate(
            (("risen", self.risen), ("fallen", self.fallen), ("table", self.table))
        ):
            grid.addWidget(self._heads[name], 2 * index, 0)
            grid.addWidget(widget, 2 * index + 1, 0)
            grid.setRowMinimumHeight(2 * index, self.fontMetrics().height() + SPACE[1])
        self.table.setMinimumHeight(180)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        grid.setRowStretch(5, 1)
        right = QVBoxLayout()
        right.addWidget(self._heads["plot"])
        right.addLayout(self._plot_layout, 1)
        right.addSpacing(SPACE[2])
        right.addWidget(self._heads["quality"])
        right.addWidget(self._quality)
        grid.addLayout(right, 0, 1, 6, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        layout.setSpacing(SPACE[2])
        layout.addLayout(trainings)
        layout.addLayout(facts)
        layout.addLayout(grid, 1)
        self._stack = stacked(self, self._empty, self._body)

    def _fill_boxes(self) -> None:
        project = self._model.project
        runs = [] if project is None else project.runs()
        for box, index in ((self.before, len(runs) - 2), (self.after, len(runs) - 1)):
            box.clear()
            for run in runs:
                box.addItem(self._run_text(run), run["number"])
            box.setCurrentIndex(index)

    def _run_text(self, run: Mapping[str, Any]) -> str:
        when = dt.datetime.fromisoformat(run["finished"]).astimezone()
        text = self.tr("Training {0}, {1}, {2} decided")
        return text.format(run["number"], f"{when:%Y-%m-%d %H:%M}", figure(run.get("decided", 0)))

    def _on_runs_changed(self) -> None:
        self._background.forget()
        self.comparison = None
        self.table.fill(None)
        self._fill_boxes()
        self._stale = True
        self._refresh()

    def _on_decisions_changed(self, _: object) -> None:
        self._stale = True

    def _on_chosen(self, _: int) -> None:
        self._stale = True
        self._refresh()

    def _refresh(self) -> None:
        project = self._model.project
        if not self.isVisible() or project is None or not self._stale:
            return
        if self.after.count() < 2:
            self._show_message(
                self.tr("There is only one training so far")
                if self.after.count()
                else self.tr("Not trained yet"),
                self.tr(
                    "Decide some images and train again to see here which images "
                    "moved, which suggestions changed, and whether the classes are "
                    "separated better."
                ),
                self.tr("Train"),
            )
            return
        self._stale = False
        if self.comparison is None:
            self._show_message(self.tr("Comparing…"), "")
        timeline = None if self._model.review is None else self._model.review.timeline()
        if timeline is None:
            return
        numbers = self.before.currentData(), self.after.currentData()
        try:
            request = compare_request(project, timeline.shift, *numbers)
        except AppError as error:
            self._on_failed(error)
            return
        self._background.start(partial(compare, request))

    def _show_message(self, title: str, text: str, button: str = "") -> None:
        self._empty.show_state("retrain", title, text, button)
        self._stack.setCurrentIndex(0)

    def _on_failed(self, error: BaseException) -> None:
        hint = error.hint if isinstance(error, AppError) else ""
        self._show_message(self.tr("The trainings cannot be compared"), f"{error} {hint}".strip())

    def _on_compared(self, comparison: Comparison) -> None:
        self.comparison = comparison
        if self._plot is None:
            self._make_plot()
        self._stack.setCurrentIndex(1)
        change, facts = comparison.diff, self._facts
        facts["suggestions"].show_value(
            figure(change.suggestions),
            plural("suggestion changed", "suggestions changed", count=change.suggestions),
        )
        facts["flagged"].show_value(figure(change.newly_flagged))
        facts["unflagged"].show_value(figure(change.no_longer_flagged))
        facts["errors"].show_value(
            f"{figure(change.errors_before[1])} → {figure(change.errors_after[1])}",
            tip=self.tr(
                "Wrong labels among the undecided images by the scores of each training, corrected "
                "by all your decisions, as on the page Review."
            ),
        )
        self._heads["risen"].setText(self.tr("More probably wrong than before"))
        self._heads["fallen"].setText(self.tr("Less probably wrong than before"))
        self._heads["table"].setText(
            self.tr("Changed suggestions, the most certain first")
            if len(comparison.changed)
            else self.tr("No suggestion changed")
        )
        for row, rows in ((self.risen, comparison.risen), (self.fallen, comparison.fallen)):
            row.show_rows(rows, self._notes(comparison, rows))
        self._heads["quality"].setText(self.tr("How well the classes are separated"))
        self._heads["risen"].setVisible(bool(comparison.risen))
        self._heads["fallen"].setVisible(bool(comparison.fallen))
        self.risen.setVisible(bool(comparison.risen))
        self.fallen.setVisible(bool(comparison.fallen))
        self.table.fill(comparison)
        if self._plot is not None:
            self._plot.show_counts(comparison.counts)
        self._quality.setText(self._quality_text(comparison))

    def _notes(self, comparison: Comparison, rows: Sequence[int]) -> list[str]:
        old, new = comparison.old, comparison.new
        return [f"{chance(float(old[row]))} → {chance(float(new[row]))}" for row in rows]

    def _quality_text(self, comparison: Comparison) -> str:
        if comparison.recall is None or comparison.precision is None:
            text = self.tr(
                "Too few verified images to say whether the classes are separated "
                "better: {0} of {1} needed, from at least two classes. Keep or relabel "
                "more."
            )
            return text.format(comparison.verified, LEAST_VERIFIED)
        lines = [
            self._quality_line(self.tr("Recall@1"), comparison.recall),
            self._quality_line(self.tr("MAP@R"), comparison.precision),
            plural(
                "on {count:,} image that you verified",
                "on {count:,} images that you verified",
                count=comparison.measured,
            ),
        ]
        return "\n".join(lines)

    def _quality_line(self, name: str, quality: Quality) -> str:
        low, gain, high = quality.gain
        verdict = self.tr("no clear difference")
        if quality.certain:
            verdict = self.tr("better") if gain > 0 else self.tr("worse")
        text = self.tr("{0}: {1} → {2}, {3} ({4} to {5})")
        values = (figure(quality.before, 3), figure(quality.after, 3), verdict)
        return text.format(name, *values, signed(low), signed(high))

    def _make_plot(self) -> None:
        from ahsml_app.gui.progress.density import DensityPlot

        self._heads["plot"].setText(self.tr("Probability that the label is wrong"))
        self._plot = DensityPlot(self._theme, self.tr("before"), self.tr("now"))
        self._plot.setAccessibleName(self.tr("Old against new probability"))
        self._plot.setToolTip(
            self.tr(
                "Images above the dashed line became more suspect; darker cells hold more images."
            )
        )
        self._plot.setMinimumSize(PLOT_SIDE, PLOT_SIDE)
        # The size hint is larger than many screens.
        self._plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._plot_layout.addWidget(self._plot)

    def _on_theme_changed(self) -> None:
        if self._plot is not None:
            self._plot.recolour()


def signed(value: float) -> str:
    """A number with a sign and three decimals; 0 without a sign."""
    text = f"{value:+.3f}".replace("-", "−")
    return "0" if text in ("+0.000", "−0.000") else text
