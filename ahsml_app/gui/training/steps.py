"""The steps of a training: done, running with progress and time left, or waiting."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from ahsml_app.base.events import Notice, Progress, Stage
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.stage_names import (
    left_text,
    rate_text,
    share_text,
    stage_text,
    step_text,
    time_text,
)
from ahsml_app.session.pipeline.training_monitor import StageTracker, TrainingStep, training_steps

SIGN_SIDE = 16
MOST_NOTICES = 6


class StepList(QWidget):
    """Shows the steps of a `StageTracker`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[StepLine] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE[2])
        self.expected = training_steps()

    @property
    def lines(self) -> list[StepLine]:
        """The shown lines, from the top."""
        return [line for line in self._lines if not line.isHidden()]

    def show_steps(self, tracker: StageTracker, *, over: bool = False, held: bool = False) -> None:
        """Show the progress of the training.

        Args:
            tracker: Tracker of the stages.
            over: The training has ended, so no step is waiting.
            held: The training is paused.
        """
        steps = tracker.steps(() if over else self.expected)
        while len(self._lines) < len(steps):
            line = StepLine(self._theme)
            self._lines.append(line)
            self._layout.addWidget(line)
        for line in self._lines[len(steps) :]:
            line.hide()
        rate, left = tracker.rate(), tracker.seconds_left()
        for line, step in zip(self._lines, steps, strict=False):
            line.show_step(step, rate, left, held=held)
            line.show()


class StepLine(QWidget):
    """A step: icon, name and facts; below them a progress bar and details."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._step: TrainingStep | None = None
        self._sign, self._name, self._facts = QLabel(), QLabel(), QLabel()
        self._detail, self._bar = QLabel(), QProgressBar()
        for label in (self._facts, self._detail):
            label.setProperty("role", "small-muted")
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._sign.setFixedSize(SIGN_SIDE, SIGN_SIDE)
        self._bar.setTextVisible(False)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE[1])
        grid.setVerticalSpacing(SPACE[0])
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._facts, 0, 2)
        grid.addWidget(self._bar, 1, 1, 1, 2)
        grid.addWidget(self._detail, 2, 1, 1, 2)
        theme.changed.connect(self._draw_sign)

    @property
    def text(self) -> str:
        """All texts of the line."""
        labels = (self._name, self._facts, self._detail)
        return "  ".join(label.text() for label in labels if label.text() and not label.isHidden())

    def show_step(self, step: TrainingStep, rate: float, left: float, *, held: bool) -> None:
        """Show a step; rate and time left belong to the running step."""
        name, progress = step_text(step.key), step.progress
        self._step = step
        self._name.setText(name)
        self._name.setEnabled(step.state != "waiting")
        self._bar.setVisible(progress is not None)
        self._detail.setVisible(progress is not None)
        self._bar.setAccessibleName(name)
        if progress is not None:
            facts = [] if held else [rate_text(rate, progress.stage), left_text(left)]
            facts = [share_text(progress.done, progress.total), *facts]
            self._facts.setText("  ·  ".join(fact for fact in facts if fact))
            self._bar.setRange(0, progress.total if progress.total or not held else 1)
            self._bar.setValue(progress.done)
            self._detail.setText(self.tr("Paused") if held else self._detail_of(progress))
        else:
            done = step.state == "done"
            self._facts.setText(time_text(step.seconds) if done else self.tr("waiting"))
        self._draw_sign()

    def _detail_of(self, progress: Progress) -> str:
        """Details of the running step."""
        if progress.total:
            train = progress.stage is Stage.TRAIN
            text = self.tr("Epoch {0} of {1}, over all folds") if train else self.tr("{0} of {1}")
            return text.format(figure(progress.done), figure(progress.total))
        return stage_text(progress)

    def _draw_sign(self) -> None:
        if self._step is None:
            return
        tokens, scale = self._theme.tokens, self.devicePixelRatioF()
        name, colour = {
            "done": ("check", tokens.good),
            "running": ("play", tokens.accent),
            "waiting": ("undecided", tokens.line),
        }[self._step.state]
        self._sign.setPixmap(picture(name, colour, SIGN_SIDE, scale))


class NoticeLines(QWidget):
    """Notices of the training, newest last."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._notices: list[Notice] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE[1])
        self._labels = [QLabel() for _ in range(MOST_NOTICES)]
        for label in self._labels:
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._layout.addWidget(label)
        self.clear()

    def add(self, notice: Notice) -> None:
        """Show a notice; a repeated one moves to the end."""
        others = [other for other in self._notices if other != notice]
        self._notices = [*others, notice][-MOST_NOTICES:]
        self._draw()

    def clear(self) -> None:
        """Remove all notices."""
        self._notices = []
        self._draw()

    def texts(self) -> list[str]:
        """The shown texts."""
        return [translated(notice.message) for notice in self._notices]

    def _draw(self) -> None:
        self.setVisible(bool(self._notices))
        for index, label in enumerate(self._labels):
            label.setVisible(index < len(self._notices))
            if index < len(self._notices):
                notice = self._notices[index]
                warns = notice.level != "info"
                text = translated(notice.message)
                label.setText(f"⚠ {text}" if warns else text)
                label.setProperty("role", "warning-text" if warns else "small-muted")
                label.style().polish(label)
