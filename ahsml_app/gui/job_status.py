"""The status bar's left part: what runs, how fast, how long still."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.icons import icon
from ahsml_app.gui.jobs import Job, JobRunner
from ahsml_app.gui.theme import Theme
from ahsml_app.session.live import StageTracker, duration_words, stage_words

UPDATE_MILLISECONDS = 250


class JobStatus(QWidget):
    """Calm while nothing runs."""

    def __init__(self, runner: JobRunner, theme: Theme) -> None:
        super().__init__()
        self._runner, self._theme = runner, theme
        self._tracker = StageTracker()
        self._text, self._bar = QLabel(), QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._pause, self._stop = QToolButton(), QToolButton()
        self._pause.clicked.connect(runner.toggle_pause)
        self._stop.clicked.connect(runner.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._text, self._bar, self._pause, self._stop):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(UPDATE_MILLISECONDS)
        self._timer.timeout.connect(self._draw)
        runner.started.connect(self._on_started)
        runner.event.connect(self._on_event)
        for signal in (runner.finished, runner.failed, runner.cancelled):
            signal.connect(self._on_ended)
        runner.paused.connect(self._draw)
        runner.resumed.connect(self._draw)
        theme.changed.connect(self._draw)
        self._on_ended()

    def _on_started(self, _: Job) -> None:
        self._tracker = StageTracker()
        self._timer.start()
        self._draw()

    def _on_event(self, _: Job, event: Event) -> None:
        if isinstance(event, Progress):
            self._tracker.add(event)

    def _on_ended(self, *_: object) -> None:
        if not self._runner.busy:
            self._timer.stop()
        self._draw()

    def _draw(self, *_: object) -> None:
        busy = self._runner.busy
        for widget in (self._bar, self._pause, self._stop):
            widget.setVisible(busy)
        if not busy:
            self._text.setText(self.tr("Ready"))
            return
        paused, stage = self._runner.is_paused, self._tracker.current
        words = self.tr("Starting") if stage is None else stage_words(stage.name)
        parts = [words]
        if paused:
            parts = [self.tr("Paused: {0}").format(words)]
        elif stage is not None:
            if stage.total:
                parts.append(f"{stage.done / stage.total:.0%}")
            rate = self._tracker.rate()
            parts.append(f"{rate:,.0f}/s" if rate >= 2 else "")
            parts.append(duration_words(self._tracker.seconds_left()))
        self._text.setText("  ·  ".join(part for part in parts if part))
        self._bar.setRange(0, 0 if stage is None else stage.total)
        self._bar.setValue(0 if stage is None else stage.done)
        colour = self._theme.tokens.muted
        self._pause.setIcon(icon("play" if paused else "pause", colour))
        name = self.tr("Resume") if paused else self.tr("Pause")
        self._pause.setAccessibleName(name)
        self._pause.setToolTip(name)
        self._stop.setIcon(icon("stop", colour))
        self._stop.setAccessibleName(self.tr("Stop"))
        self._stop.setToolTip(self.tr("Stop"))
