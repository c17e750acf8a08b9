"""The left side of the status bar: the running job, its rate and the time left."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.widgets.stage_names import left_text, rate_text, share_text, stage_text
from ahsml_app.session.pipeline.training_monitor import StageTracker

UPDATE_MILLISECONDS = 250
BAR_WIDTH, ICON_SIDE, BUTTON_SIDE = 140, 16, 28


class JobStatus(QWidget):
    """Shows stage, rate and time left, with buttons to pause and stop."""

    def __init__(self, runner: JobRunner, theme: Theme) -> None:
        super().__init__()
        self._runner, self._theme = runner, theme
        self._tracker = StageTracker()
        self._text, self._bar = QLabel(), QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_WIDTH)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._pause = self._button("pause-job")
        self._stop = self._button("stop-job")
        self._pause.clicked.connect(runner.toggle_pause)
        self._stop.clicked.connect(runner.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE[2], 0, 0, 0)
        layout.setSpacing(SPACE[1])
        for widget in (self._text, self._bar, self._pause, self._stop):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        self.setFixedHeight(scaled(BUTTON_SIDE))  # the bar keeps its height when a job ends
        self._timer = QTimer(self)
        self._timer.setInterval(UPDATE_MILLISECONDS)
        self._timer.timeout.connect(self._refresh)
        runner.started.connect(self._on_started)
        runner.idle.connect(self._on_idle)
        theme.changed.connect(self._refresh)
        self._refresh()

    @property
    def text(self) -> str:
        """The shown text."""
        return self._text.text()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        button.setAutoRaise(True)
        button.setFixedSize(scaled(BUTTON_SIDE), scaled(BUTTON_SIDE))
        return button

    def _on_started(self, job: BackgroundJob) -> None:
        job.event.connect(self._on_event)
        job.paused.connect(self._on_paused)
        job.resumed.connect(self._on_resumed)
        self._tracker = StageTracker()
        self._timer.start()
        self._refresh()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._tracker.add(event)

    def _on_paused(self) -> None:
        self._tracker.pause()
        self._refresh()

    def _on_resumed(self) -> None:
        self._tracker.resume()
        self._refresh()

    def _on_idle(self) -> None:
        self._timer.stop()
        self._refresh()

    def _refresh(self) -> None:
        busy = self._runner.busy
        for widget in (self._bar, self._pause, self._stop):
            widget.setVisible(busy)
        self._text.setProperty("role", "small" if busy else "small-muted")
        self._text.style().polish(self._text)
        if not busy:
            self._text.setText(self.tr("Ready"))
            return
        self._text.setText("  ·  ".join(text for text in self._texts() if text))
        stage = self._tracker.current
        self._bar.setRange(0, 0 if stage is None else stage.progress.total)
        self._bar.setValue(0 if stage is None else stage.progress.done)
        self._show_buttons()

    def _texts(self) -> list[str]:
        job, stage = self._runner.current, self._tracker.current
        name = self.tr("Starting") if stage is None else stage_text(stage.progress)
        share = "" if stage is None else share_text(stage.progress.done, stage.progress.total)
        if job is not None and job.is_cancelling:
            return [self.tr("Stopping")]
        if job is not None and job.is_paused:
            return [self.tr("Paused"), name, share]
        if job is not None and job.is_pausing:
            return [self.tr("Pausing after this step"), name, share]
        if stage is None:
            return [name]
        rate = rate_text(self._tracker.rate(), stage.progress.stage)
        return [name, share, rate, left_text(self._tracker.seconds_left())]

    def _show_buttons(self) -> None:
        job = self._runner.current
        pausing = job is not None and job.is_pausing
        stopping = job is not None and job.is_cancelling
        muted = self._theme.tokens.muted
        pause = self.tr("Resume") if pausing else self.tr("Pause")
        for button, name, text in (
            (self._pause, "play" if pausing else "pause", pause),
            (self._stop, "stop", self.tr("Stop; finished work is kept")),
        ):
            button.setIcon(icon(name, muted))
            button.setAccessibleName(text)
            button.setToolTip(text)
            button.setEnabled(not stopping)
