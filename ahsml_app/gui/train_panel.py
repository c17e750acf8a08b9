"""The train panel: plain words first, every option below, and how far each stage is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Notice, Progress
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.train_options import AdvancedOptions
from ahsml_app.session.live import StageTracker, duration_words, stage_words
from ahsml_app.session.training_options import PRESETS, TrainOptions, preset

UPDATE_MILLISECONDS = 200


class TrainPanel(QWidget):
    """What to train, and how far it is."""

    start_requested = Signal(object)
    pause_requested = Signal()
    resume_requested = Signal()
    cancel_requested = Signal()
    review_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._tracker = StageTracker()
        self._lines: list[StageLine] = []
        self._state = "idle"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        self._title, self._message = QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._message.setWordWrap(True)
        self._setup = self._setup_part()
        self._stages = QVBoxLayout()
        self._stages.setSpacing(8)
        self._notices = QLabel()
        self._notices.setWordWrap(True)
        self._notices.setProperty("role", "small-muted")
        layout.addWidget(self._title)
        layout.addWidget(self._message)
        layout.addWidget(self._setup)
        layout.addLayout(self._buttons())
        layout.addLayout(self._stages)
        layout.addWidget(self._notices)
        layout.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(UPDATE_MILLISECONDS)
        self._timer.timeout.connect(self._update_stages)
        self.setFocusProxy(self._start)
        self.reset()

    def options(self) -> TrainOptions:
        """What is chosen."""
        chosen = PRESETS[max(0, self._presets.checkedId())]
        base = TrainOptions(
            device=self._device.currentData(), trust_checked=self._trust.isChecked()
        )
        return self._advanced.apply_to(preset(chosen, base))

    def choose_preset(self, name: str) -> None:
        """Choose quick, balanced or thorough."""
        self._presets.button(PRESETS.index(name)).setChecked(True)

    def reset(self) -> None:
        """Back to the beginning, as for another project."""
        self._clear_stages()
        self._notices.clear()
        project = self._model.project
        trained = project is not None and project.scores is not None
        title = self.tr("Train again") if trained else self.tr("Train")
        text = self.tr(
            "The images are embedded once; then a model learns which labels to trust. Nothing "
            "leaves this machine."
        )
        if trained and project is not None:
            count = int((project.kinds != 0).sum())
            text = self.tr(
                "The next training learns from your {0} decisions. Embeddings are kept, so it "
                "takes less time."
            ).format(f"{count:,}")
        self._show("idle", title, text, "muted")

    def show_started(self) -> None:
        """The training has begun."""
        self._clear_stages()
        self._notices.clear()
        self._tracker = StageTracker()
        text = self.tr("You can go on reviewing meanwhile.")
        self._show("running", self.tr("Training"), text, "muted")
        self._timer.start()

    def show_event(self, event: Event) -> None:
        """Take an event of the training."""
        if isinstance(event, Progress):
            self._tracker.add(event)
        elif isinstance(event, Notice):
            lines = [*self._notices.text().splitlines(), event.message][-6:]
            self._notices.setText("\n".join(lines))

    def show_paused(self, paused: bool) -> None:
        """The training was held, or goes on."""
        if self._state in ("running", "paused"):
            title = self.tr("Paused") if paused else self.tr("Training")
            text = self.tr("You can go on reviewing meanwhile.")
            self._show("paused" if paused else "running", title, text, "muted")

    def show_ended(self, how: str) -> None:
        """The training has come to its end: done, cancelled or failed."""
        self._tracker.finish()
        self._update_stages()
        self._timer.stop()
        if how == "cancelled":
            text = self.tr("What was done is kept: Start continues there.")
            self._show("idle", self.tr("Stopped"), text, "muted")
        elif how == "done":
            self._show("done", self.tr("Trained"), self._summary(), "good-text")

    def show_error(self, error: BaseException) -> None:
        """The training failed."""
        text = str(error)
        if isinstance(error, AppError):
            text = f"{error.message}\n{error.hint}".strip()
        self._show("idle", self.tr("Training failed"), text, "danger-text")

    def _summary(self) -> str:
        project = self._model.project
        if project is None or project.scores is None or project.run is None:
            return ""
        low, _, high = project.progress().errors_left
        seconds = sum(project.run["timings"].values())
        device = project.run.get("settings", {}).get("device", "cpu")
        text = self.tr(
            "{0} images are probably wrong; about {1} to {2} wrong labels in all. "
            "It took {3} s on {4}."
        )
        return text.format(
            f"{int(project.scores.flagged.sum()):,}",
            f"{low:,.0f}",
            f"{high:,.0f}",
            f"{seconds:,.0f}",
            {"cuda": self.tr("the GPU"), "mps": self.tr("the GPU")}.get(
                str(device).split(":")[0], self.tr("the CPU")
            ),
        )

    def _show(self, state: str, title: str, text: str, role: str) -> None:
        self._state = state
        self._title.setText(title)
        self._message.setText(text)
        self._message.setProperty("role", role)
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
        active = state in ("running", "paused")
        project = self._model.project
        self._setup.setVisible(not active)
        self._start.setVisible(not active)
        self._start.setEnabled(project is not None and not project.read_only)
        self._review.setVisible(state == "done")
        self._pause.setVisible(active)
        self._cancel.setVisible(active)
        self._pause.setText(self.tr("Resume") if state == "paused" else self.tr("Pause"))
        self._pause.setAccessibleName(self._pause.text())

    def _setup_part(self) -> QWidget:
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._presets = QButtonGroup(self)
        texts = {
            "quick": (self.tr("Quick"), self.tr("One pass, fewer views: a first look")),
            "balanced": (self.tr("Balanced"), self.tr("The best measured settings")),
            "thorough": (
                self.tr("Thorough"),
                self.tr("More folds and views: slower, a little surer"),
            ),
        }
        for number, name in enumerate(PRESETS):
            title, text = texts[name]
            button = QPushButton(f"{title}\n{text}")
            button.setCheckable(True)
            button.setProperty("role", "choice")
            button.setObjectName(f"preset-{name}")
            button.setAccessibleName(f"{title}: {text}")
            self._presets.addButton(button, number)
            layout.addWidget(button)
        self.choose_preset("balanced")
        row = QHBoxLayout()
        label = QLabel(self.tr("Device"))
        self._device = QComboBox()
        self._device.setAccessibleName(self.tr("Device"))
        for value, text in {
            "auto": self.tr("Automatic: GPU where there is one"),
            "cpu": self.tr("CPU"),
            "cuda": self.tr("GPU (CUDA)"),
            "mps": self.tr("GPU (Apple)"),
        }.items():
            self._device.addItem(text, value)
        row.addWidget(label)
        row.addWidget(self._device, 1)
        self._trust = QCheckBox(self.tr("Labels I have checked count fully"))
        self._trust.setAccessibleName(self._trust.text())
        self._trust.setChecked(True)
        self._trust.setToolTip(
            self.tr("Images that you kept or relabelled get the full weight in the training.")
        )
        more = QPushButton(self.tr("Advanced  ▾"))
        more.setProperty("role", "ghost")
        more.setCheckable(True)
        more.setAccessibleName(self.tr("Advanced options"))
        self._advanced = AdvancedOptions()
        self._advanced.hide()
        more.toggled.connect(self._advanced.setVisible)
        layout.addLayout(row)
        layout.addWidget(self._trust)
        layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._advanced)
        return part

    def _buttons(self) -> QHBoxLayout:
        self._start = QPushButton(self.tr("Start"))
        self._start.setProperty("role", "primary")
        self._pause, self._cancel = QPushButton(), QPushButton(self.tr("Stop"))
        self._review = QPushButton(self.tr("Review"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for button, slot in (
            (self._start, self._on_start),
            (self._review, self.review_requested.emit),
            (self._pause, self._on_pause),
            (self._cancel, self.cancel_requested.emit),
        ):
            button.setAccessibleName(button.text())
            button.clicked.connect(partial(_call, slot))
            row.addWidget(button)
        self._start.setObjectName("start-training")
        self._pause.setObjectName("pause-training")
        self._cancel.setObjectName("stop-training")
        row.addStretch(1)
        return row

    def _on_start(self) -> None:
        self.start_requested.emit(replace(self.options()))

    def _on_pause(self) -> None:
        if self._state == "paused":
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()

    def _clear_stages(self) -> None:
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = []

    def _update_stages(self) -> None:
        for place, stage in enumerate(self._tracker.stages):
            if place == len(self._lines):
                line = StageLine(stage_words(stage.name))
                self._lines.append(line)
                self._stages.addWidget(line)
            if stage.running:
                rate, left = self._tracker.rate(), self._tracker.seconds_left()
                pace = f"{rate:,.0f}/s" if rate >= 2 else ""
                facts = "  ·  ".join(part for part in (pace, duration_words(left)) if part)
                self._lines[place].show_running(stage.done, stage.total, facts)
            else:
                self._lines[place].show_done(stage.ended - stage.started)


class StageLine(QWidget):
    """A stage: its words, a bar while it runs, the seconds when it is done."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._facts, self._bar = QLabel(), QProgressBar()
        self._facts.setProperty("role", "small-muted")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(words)
        head = QHBoxLayout()
        head.addWidget(QLabel(words), 1)
        head.addWidget(self._facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._bar)

    def show_running(self, done: int, total: int, facts: str) -> None:
        """Move the bar; without a total it is busy."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._facts.setText(facts)
        self._bar.show()

    def show_done(self, seconds: float) -> None:
        """Take the bar away."""
        self._bar.hide()
        self._facts.setText(f"✓  {seconds:,.1f} s" if seconds >= 0.1 else "✓")


def _call(slot: object, _: bool = False) -> None:
    slot()  # type: ignore[operator]
