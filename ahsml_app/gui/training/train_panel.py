"""The train panel: presets, advanced options and progress."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import DeviceChosen, Event, Notice, Progress
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.training.option_form import AdvancedOptions
from ahsml_app.gui.training.presets import PresetChoice
from ahsml_app.gui.training.steps import NoticeLines, StepList
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.format import interval
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.gui.widgets.stage_names import time_text
from ahsml_app.session.pipeline.training_monitor import StageTracker, training_steps
from ahsml_app.session.pipeline.training_presets import expected_seconds, preset, preset_of
from ahsml_app.session.project.stored_runs import has_unfinished_training

UPDATE_MILLISECONDS = 200

State = Literal["ready", "running", "paused", "stopping", "cancelled", "failed", "done"]


class TrainPanel(QWidget):
    """Starts a training and shows its progress."""

    start_requested = Signal(object)  # RunOptions
    pause_requested = Signal()
    resume_requested = Signal()
    cancel_requested = Signal()
    review_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._tracker = StageTracker()
        self._state: State = "ready"
        self._details = ""
        self._steps, self._notices = StepList(theme), NoticeLines(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[3], SPACE[3], SPACE[3], SPACE[3])
        layout.setSpacing(SPACE[2])
        self._setup = self._make_setup()
        for widget in (*self._make_head(), self._setup, self._make_buttons()):
            layout.addWidget(widget)
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.advanced, self._steps, self._notices):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(UPDATE_MILLISECONDS)
        self._timer.timeout.connect(self._update_steps)
        self._presets.changed.connect(self._on_preset_changed)
        self.advanced.changed.connect(self._on_advanced_changed)
        self._more.toggled.connect(self._on_more_toggled)
        theme.changed.connect(self._on_theme_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        self._on_theme_changed()
        self.reset()

    @property
    def state(self) -> State:
        """The state of the panel."""
        return self._state

    def options(self) -> RunOptions:
        """The chosen options."""
        own = {
            "device": self._device.currentData(),
            "trust_checked": self._trust.isChecked(),
        }
        base = with_values(RunOptions(), own)
        return self.advanced.apply_to(preset(self._presets.chosen, base))

    def reset(self) -> None:
        """Reset the panel for another project."""
        self._timer.stop()
        self._tracker = StageTracker()
        self._notices.clear()
        self._ran_on.clear()
        self._show_last_time()
        self._show("ready", *self._invitation())

    def show_started(self, options: RunOptions | None = None) -> None:
        """Show that the training started; by default with the options of the panel."""
        self._tracker = StageTracker()
        self._notices.clear()
        self._ran_on.clear()
        chosen = options or self.options()
        self._steps.expected = training_steps(
            chosen.training.passes, finetune=chosen.tuning.enabled
        )
        self._show("running", self.tr("Training"), self._meanwhile())
        self._update_steps()
        self._timer.start()

    def show_event(self, event: Event) -> None:
        """Handle an event of the training."""
        if isinstance(event, Progress):
            self._tracker.add(event)
        elif isinstance(event, Notice):
            self._notices.add(event)
        elif isinstance(event, DeviceChosen):
            self._ran_on.setText(self.tr("Runs on {0}.").format(self._device_text(event.device)))
            self._ran_on.show()

    def show_paused(self, paused: bool) -> None:
        """Show that the training paused or resumed."""
        if self._state not in ("running", "paused"):
            return
        if paused:
            self._tracker.pause()
            text = self.tr("Nothing is lost; Resume continues from here.")
            self._show("paused", self.tr("Paused"), text)
        else:
            self._tracker.resume()
            self._show("running", self.tr("Training"), self._meanwhile())
        self._update_steps()

    def show_ended(self, how: str) -> None:
        """Show that the training ended: "done", "cancelled" or "failed"."""
        self._timer.stop()
        self._tracker.finish()
        self._show_last_time()
        if how == "done":
            self._show("done", self.tr("Training is done"), self._summary())
        elif how == "cancelled":
            text = self.tr(
                "Finished work is kept: Start continues from there as long as the "
                "options are the same."
            )
            self._show("cancelled", self.tr("Stopped"), text)
        else:
            self._show("failed", self.tr("Training failed"), "")
        self._update_steps()

    def show_error(self, error: BaseException) -> None:
        """Show why the training failed and what to do."""
        messages: list[Message | str] = [str(error)]
        self._details = "".join(getattr(error, "__notes__", []))
        if isinstance(error, AppError):
            messages, self._details = [error.message, error.hint], error.details
        text = "\n".join(translated(message) for message in messages if message)
        self._show("failed", self.tr("Training failed"), text)

    def _invitation(self) -> tuple[str, str]:
        project = self._model.project
        if project is not None and project.obstacle is not None:
            return self.tr("Train"), translated(project.obstacle.message)
        if project is not None and has_unfinished_training(project.folder):
            return self.tr("Go on training"), self.tr(
                "The last training was interrupted. Start goes on from there as long as the "
                "options are the same."
            )
        if project is None or project.scores is None:
            return self.tr("Train"), self.tr(
                "Features are extracted from each image once; then models learn which "
                "labels fit and which do not. Nothing leaves this machine."
            )
        decided = int((project.kinds != 0).sum())
        if not decided:
            return self.tr("Train again"), self.tr(
                "There are no decisions since the last training. Train again only to try "
                "other options."
            )
        return self.tr("Train again"), plural(
            "The next training learns from your decision. Features are already extracted, so it "
            "takes less time.",
            "The next training learns from your {count:,} decisions. Features are already "
            "extracted, so it takes less time.",
            count=decided,
        )

    def _meanwhile(self) -> str:
        project = self._model.project
        if project is not None and project.scores is not None:
            return self.tr("You can continue reviewing in the meantime.")
        return self.tr("The first suspects appear while it runs.")

    def _summary(self) -> str:
        project, review = self._model.project, self._model.review
        if project is None or review is None or project.scores is None or project.run is None:
            return ""
        low, best, high = review.progress().errors_left
        flagged = int(project.scores.flagged.sum())
        device = self._device_text(str(project.run.get("settings", {}).get("device", "cpu")))
        sentences = (
            self.tr("It took {0} on {1}.").format(time_text(_seconds(project.run)), device),
            plural(
                "{count:,} label is probably wrong.",
                "{count:,} labels are probably wrong.",
                count=flagged,
            ),
            plural(
                "About {count:,} wrong label is expected among all undecided images ({interval}).",
                "About {count:,} wrong labels are expected among all undecided images "
                "({interval}).",
                count=round(best),
                interval=interval(low, high),
            ),
        )
        return " ".join(sentences)

    def _device_text(self, device: str) -> str:
        return self.tr("the GPU") if device.startswith(("cuda", "mps")) else self.tr("the CPU")

    def _show_last_time(self) -> None:
        project = self._model.project
        if project is None:
            self._presets.show_time("", "")
        elif project.run is None:
            expected = time_text(expected_seconds(len(project.table)))
            self._presets.show_time("balanced", self.tr("about {0} on the CPU").format(expected))
        else:
            text = self.tr("last time {0}").format(time_text(_seconds(project.run)))
            self._presets.show_time(preset_of(project.run.get("settings", {})), text)

    def _show(self, state: State, title: str, text: str) -> None:
        focused = self.isAncestorOf(QApplication.focusWidget() or self)
        self._state = state
        failed, done = state == "failed", state == "done"
        active = state in ("running", "paused", "stopping")
        self._title.setText(title)
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self._message.setProperty("role", "danger-text" if failed else "muted")
        self._message.style().polish(self._message)
        project = self._model.project
        self._setup.setVisible(not active and not done)
        self._more.setVisible(not active and not done)
        self.advanced.setVisible(not active and not done and self._more.isChecked())
        self._steps.setVisible(state != "ready")
        self._ran_on.setVisible(active and bool(self._ran_on.text()))
        self._copy.setVisible(failed and bool(self._details))
        self._start.setVisible(not active and not done)
        self._start.setEnabled(project is not None and not project.read_only)
        self._review.setVisible(done)
        self._again.setVisible(done)
        self._pause.setVisible(active)
        self._cancel.setVisible(active)
        self._name(self._start, self.tr("Try again") if failed else self.tr("Start"))
        self._name(self._pause, self.tr("Resume") if state == "paused" else self.tr("Pause"))
        self._pause.setEnabled(state != "stopping")
        self._cancel.setEnabled(state != "stopping")
        first = self._pause if active else self._review if done else self._start
        self.setFocusProxy(first)
        if focused:  # hiding a button moves its focus to the next widget
            first.setFocus()

    def _name(self, button: QPushButton, text: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)

    def _make_head(self) -> tuple[QWidget, ...]:
        self._title, self._message, self._ran_on = QLabel(), QLabel(), QLabel()
        self._message.setObjectName("train-message")
        self._title.setProperty("role", "title")
        self._ran_on.setProperty("role", "muted")
        for label in (self._message, self._ran_on):
            label.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        BalanceTip(self._model, self._message)
        return self._title, self._message, self._ran_on

    def _make_setup(self) -> QWidget:
        widget = QWidget()
        layout = QVBoxLayout(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE[2])
        self._presets, self.advanced = PresetChoice(), AdvancedOptions()
        self._device = QComboBox()
        self._device.setObjectName("device")
        self._device.setAccessibleName(self.tr("Device"))
        texts = {
            "auto": self.tr("Auto (GPU if available)"),
            "cpu": self.tr("CPU"),
            "cuda": self.tr("GPU (CUDA)"),
            "mps": self.tr("GPU (Apple)"),
        }
        for name in OPTIONS["device"].choices:
            self._device.addItem(texts[name], name)
        label = QLabel(self.tr("Device"))
        label.setBuddy(self._device)
        row = QHBoxLayout()
        row.setSpacing(SPACE[2])
        row.addWidget(label)
        row.addWidget(self._device, 1)
        self._trust = QCheckBox(self.tr("Give labels I checked full weight"))
        self._trust.setObjectName("trust-checked")
        self._trust.setAccessibleName(self._trust.text())
        self._trust.setChecked(True)
        explain(self._trust, "trust_checked")
        explain(self._device, "device")
        explain(self._presets, "presets")
        explain(self.advanced, "training_options")
        self._more = QPushButton()
        self._more.setObjectName("advanced")
        self._more.setProperty("role", "ghost")
        self._more.setCheckable(True)
        self._more.setStyleSheet("padding-left: 2px;")
        self._on_advanced_changed()
        layout.addWidget(self._presets)
        layout.addLayout(row)
        layout.addWidget(self._trust)
        return widget

    def _make_buttons(self) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[1])
        self._start = self._button("start-training", self.tr("Start"), self._on_start)
        self._review = self._button("review", self.tr("Review"), self._on_review)
        self._pause = self._button("pause-training", self.tr("Pause"), self._on_pause)
        self._cancel = self._button("stop-training", self.tr("Stop"), self._on_cancel)
        self._again = self._button("train-again", self.tr("Train again"), self.reset)
        self._copy = self._button("copy-details", self.tr("Copy details"), self._on_copy)
        for button in (self._start, self._review):
            button.setProperty("role", "primary")
        for button in (self._start, self._review, self._pause, self._cancel, self._again):
            row.addWidget(button)
        row.addWidget(self._copy)
        row.addStretch(1)
        return widget

    def _button(self, name: str, text: str, slot: Any) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _update_steps(self) -> None:
        over = self._state in ("done", "cancelled", "failed")
        self._steps.show_steps(self._tracker, over=over, held=self._state == "paused")

    def _on_start(self) -> None:
        self.start_requested.emit(self.options())

    def _on_review(self) -> None:
        self.review_requested.emit()

    def _on_pause(self) -> None:
        if self._state == "paused":
            self.resume_requested.emit()
            return
        self._message.setText(self.tr("Pauses as soon as the current step allows it."))
        self.pause_requested.emit()

    def _on_cancel(self) -> None:
        self._show("stopping", self.tr("Stopping"), self.tr("The finished work is saved."))
        self.cancel_requested.emit()

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(f"{self._message.text()}\n\n{self._details}")

    def _on_preset_changed(self) -> None:
        self.advanced.show_preset(preset(self._presets.chosen))

    def _on_advanced_changed(self) -> None:
        touched = len(self.advanced.touched)
        text = self.tr("Advanced ({0} changed)").format(touched) if touched else self.tr("Advanced")
        self._name(self._more, text)

    def _on_more_toggled(self, shown: bool) -> None:
        self.advanced.setVisible(shown)
        self._on_theme_changed()

    def _on_decisions_changed(self) -> None:
        if self._state == "ready":
            self._show("ready", *self._invitation())

    def _on_theme_changed(self) -> None:
        name = "chevron-down" if self._more.isChecked() else "chevron-right"
        self._more.setIcon(icon(name, self._theme.tokens.muted))


def _seconds(run: Any) -> float:
    return float(sum(run["timings"].values()))
