"""The export: what to write and where, told beforehand in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.exporting import (
    NEEDS_SCORES,
    PARTS,
    USUAL_PARTS,
    ExportOutcome,
    ExportPlan,
)
from ahsml_app.store.class_tree import TreeMode

PLAN_MILLISECONDS = 250


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What the person asks for."""

    out: Path
    parts: frozenset[str]
    tree_mode: TreeMode
    force: bool


class ExportDialog(QDialog):
    """Chooses, tells, shows the progress, and where the result is."""

    plan_requested = Signal(object)
    export_requested = Signal(object)
    cancelled = Signal()

    def __init__(self, model: ProjectModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._boxes: dict[str, QCheckBox] = {}
        self._running = False
        self.setModal(False)
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(620)
        title = QLabel(self.tr("Export the cleaned data"))
        title.setProperty("role", "title")
        note = QLabel(self.tr("Your images stay as they are: dropping one never deletes a file."))
        note.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(note)
        layout.addLayout(self._folder_row())
        layout.addLayout(self._part_boxes())
        self._plan = QLabel()
        self._plan.setWordWrap(True)
        self._plan.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        layout.addWidget(self._plan)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self._bar.hide()
        layout.addWidget(self._bar)
        layout.addLayout(self._foot())
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(PLAN_MILLISECONDS)
        self._delay.timeout.connect(self._on_settled)
        model.project_changed.connect(self._on_project_changed)
        self._on_project_changed()

    def choice(self) -> ExportChoice:
        """What is chosen now."""
        return ExportChoice(
            Path(self._folder.text().strip()).expanduser(),
            frozenset(name for name, box in self._boxes.items() if box.isChecked()),
            self._mode.currentData(),
            self._force.isChecked(),
        )

    def set_folder(self, folder: Path) -> None:
        """Choose the folder."""
        self._folder.setText(str(folder))

    def begin(self) -> None:
        """Shown anew: tell what would be written now."""
        self._show_running(running=False)
        self._show.hide()
        self._delay.start()

    def start(self) -> None:
        """Write."""
        if not self._running and self._write.isEnabled():
            self._show_running(running=True)
            self._say(self.tr("Writing…"), "muted")
            self.export_requested.emit(self.choice())

    def show_plan(self, plan: ExportPlan) -> None:
        """The dry run."""
        if self._running:
            return
        lines = [
            self.tr("{0} images keep a label; {1} relabelled, {2} dropped.").format(
                f"{plan.images:,}", f"{plan.relabelled:,}", f"{plan.dropped:,}"
            )
        ]
        if plan.suspects_left:
            low, _, high = plan.errors_left
            text = self.tr("{0} suspects are undecided").format(f"{plan.suspects_left:,}")
            if not math.isnan(low):
                text += self.tr("; about {0} to {1} wrong labels remain").format(
                    f"{low:,.0f}", f"{high:,.0f}"
                )
            lines.append(f"{text}.")
        if plan.tree_files:
            size = _size(plan.tree_bytes)
            verb = {
                "copy": self.tr("{0} files, about {1}, are copied into {2} class folders."),
                "hardlink": self.tr("{0} files ({1}) are linked into {2} class folders."),
                "symlink": self.tr("{0} files ({1}) are linked into {2} class folders."),
            }[self._mode.currentData()]
            classes = f"{len(plan.classes):,}"
            lines.append(verb.format(f"{plan.tree_files:,}", size, classes))
        if plan.missing:
            text = self.tr("After the first training only: {0}.")
            lines.append(text.format(", ".join(plan.missing)))
        self._say("\n".join(lines), "")

    def show_event(self, event: Event) -> None:
        """How far it is."""
        if isinstance(event, Progress):
            self._bar.setRange(0, event.total)
            self._bar.setValue(event.done)

    def show_done(self, outcome: ExportOutcome) -> None:
        """It is written."""
        self._show_running(running=False)
        text = self.tr("Written: {0} images with labels, in {1}")
        self._say(text.format(f"{outcome.images:,}", outcome.out), "good-text")
        self._show.show()
        self._show.setFocus()

    def show_error(self, error: BaseException) -> None:
        """Why it could not be written."""
        self._show_running(running=False)
        text = str(error)
        if isinstance(error, AppError):
            text = f"{error.message}\n{error.hint}".strip()
            text = text.replace("--force", self._force.text()).replace("--out", "")
        self._say(text, "danger-text")

    def reject(self) -> None:
        """Esc or Close: a running export stops, and nothing of it appears."""
        if self._running:
            self.cancelled.emit()
            self._show_running(running=False)
            return
        super().reject()

    def _folder_row(self) -> QHBoxLayout:
        self._folder = QLineEdit()
        self._folder.setAccessibleName(self.tr("Folder for the results"))
        self._folder.setPlaceholderText(self.tr("Folder for the results"))
        self._folder.textChanged.connect(self._on_changed)
        browse = QPushButton(self.tr("Choose…"))
        browse.setAccessibleName(self.tr("Choose a folder"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._on_browse)
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(browse)
        return row

    def _part_boxes(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        titles = {
            "labels": self.tr("Labels"),
            "manifest": self.tr("Manifest"),
            "tree": self.tr("Class folders"),
            "scores": self.tr("Scores"),
            "embeddings": self.tr("Embeddings"),
            "model": self.tr("Model"),
            "report": self.tr("Report"),
            "journal": self.tr("Journal"),
        }
        self._mode = QComboBox()
        self._mode.setAccessibleName(self.tr("How images come into the class folders"))
        self._mode.addItem(self.tr("Copy"), "copy")
        self._mode.addItem(self.tr("Hard link"), "hardlink")
        self._mode.addItem(self.tr("Symbolic link"), "symlink")
        self._mode.activated.connect(self._on_changed)
        for name, explanation in PARTS.items():
            box = QCheckBox(titles[name])
            box.setObjectName(f"part-{name}")
            box.setAccessibleName(titles[name])
            box.setAccessibleDescription(explanation)
            box.setChecked(name in USUAL_PARTS)
            box.toggled.connect(self._on_changed)
            box.setMinimumWidth(130)
            text = QLabel(explanation)
            text.setProperty("role", "small-muted")
            row = QHBoxLayout()
            row.addWidget(box)
            row.addWidget(text, 1)
            if name == "tree":
                row.addWidget(self._mode)
            column.addLayout(row)
            self._boxes[name] = box
        self._force = QCheckBox(self.tr("Replace an earlier export in this folder"))
        self._force.setAccessibleName(self._force.text())
        column.addSpacing(8)
        column.addWidget(self._force)
        return column

    def _foot(self) -> QHBoxLayout:
        self._show = QPushButton(self.tr("Show folder"))
        self._show.setAccessibleName(self.tr("Show folder"))
        self._show.clicked.connect(self._on_show)
        self._show.hide()
        self._close = QPushButton(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close"))
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.reject)
        self._write = QPushButton(self.tr("Export"))
        self._write.setObjectName("write-export")
        self._write.setAccessibleName(self.tr("Export"))
        self._write.setProperty("role", "primary")
        self._write.setDefault(True)
        self._write.clicked.connect(self.start)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for button in (self._show, self._close, self._write):
            foot.addWidget(button)
        return foot

    def _show_running(self, *, running: bool) -> None:
        self._running = running
        self._bar.setRange(0, 0)
        self._bar.setVisible(running)
        self._write.setEnabled(not running and bool(self._folder.text().strip()))
        self._close.setText(self.tr("Stop") if running else self.tr("Close"))
        for widget in (self._folder, self._mode, self._force, *self._boxes.values()):
            widget.setEnabled(not running)
        if not running:
            self._on_scores()

    def _on_scores(self) -> None:
        project = self._model.project
        scored = project is not None and project.scores is not None
        for name in NEEDS_SCORES:
            self._boxes[name].setEnabled(scored)

    def _on_project_changed(self) -> None:
        project = self._model.project
        if project is None:
            self.close()
            return
        self.set_folder(project.table.root.with_name(f"{project.table.root.name}-cleaned"))
        self._on_scores()

    def _on_changed(self, *_: object) -> None:
        self._write.setEnabled(bool(self._folder.text().strip()) and not self._running)
        self._delay.start()

    def _on_settled(self) -> None:
        if self.isVisible() and not self._running and self._folder.text().strip():
            self.plan_requested.emit(self.choice())

    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the results"))
        if chosen:
            self._folder.setText(chosen)

    def _on_show(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.choice().out)))

    def _say(self, text: str, role: str) -> None:
        self._plan.setText(text)
        self._plan.setProperty("role", role)
        self._plan.style().unpolish(self._plan)
        self._plan.style().polish(self._plan)


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{count / 1000:,.0f} kB"
    return f"{count / 1e6:,.0f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"
