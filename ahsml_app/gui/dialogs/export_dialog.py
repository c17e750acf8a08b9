"""The export dialog: what to write and where, with a preview in numbers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
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
from ahsml_app.base.events import Event, Notice, Progress
from ahsml_app.base.paths import holds_results
from ahsml_app.gui.dialogs.export_plan import (
    REMEMBERED,
    ExportChoice,
    ExportPlanCard,
    add_explained,
    holds_images,
    is_not_empty,
    recalled_choice,
    stored_choice,
)
from ahsml_app.gui.dialogs.format_picker import FormatPicker
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.stylesheet import fitted
from ahsml_app.session.export.project_results import ExportPlan
from ahsml_app.session.export.result_counts import ExportSummary
from ahsml_app.session.export.results import NEEDS_SCORES, PARTS

PLAN_MILLISECONDS = 250
SIZE = (860, 580)


class ExportDialog(QDialog):
    """Asks what to export, shows a plan and the progress, and opens the result.

    Signals:
        plan_requested: A plan for this `ExportChoice` should be shown.
        export_requested: This `ExportChoice` should be exported.
        cancelled: The running export should stop.
    """

    plan_requested = Signal(object)
    export_requested = Signal(object)
    cancelled = Signal()

    def __init__(self, model: ProjectModel, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._model = model
        self._boxes: dict[str, QCheckBox] = {}
        self._running = self._stopping = False
        self.setModal(False)
        self.setWindowTitle(self.tr("Export"))
        title = QLabel(self.tr("Export the cleaned data"))
        title.setProperty("role", "title")
        note = QLabel(self.tr("Your images stay as they are: dropping one never deletes a file."))
        note.setProperty("role", "muted")
        self.plan = ExportPlanCard()
        self.plan.rules.changed.connect(self._on_changed)
        self._status = QLabel()
        self._status.setWordWrap(True)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._status.hide()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self._bar.hide()
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addLayout(self._part_boxes(), 1)
        middle.addWidget(self.plan)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(note)
        layout.addLayout(self._folder_row())
        layout.addWidget(self._folder_note)
        layout.addWidget(self._force)
        layout.addSpacing(4)
        layout.addLayout(middle, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._status)
        layout.addLayout(self._foot())
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(PLAN_MILLISECONDS)
        self._delay.timeout.connect(self._check_and_plan)
        model.project_changed.connect(self._on_project_changed)
        model.scores_changed.connect(self._on_scores)
        model.decisions_changed.connect(self._on_decisions)
        model.unreadable_found.connect(self._on_decisions)
        self._on_project_changed()
        self.resize(fitted(self, *SIZE))

    def choice(self) -> ExportChoice:
        """The present choices."""
        return ExportChoice(
            Path(self._folder.text().strip()).expanduser(),
            frozenset(n for n, box in self._boxes.items() if box.isChecked() and box.isEnabled()),
            self._mode.currentData(),
            self._force.isChecked(),
            self._csv_safe.isChecked(),
            self.formats.chosen(),
            *self.plan.rules.chosen(),
        )

    def set_folder(self, folder: Path) -> None:
        """Sets the folder for the results."""
        self._folder.setText(str(folder))

    def begin(self) -> None:
        """Resets the dialog when it is shown again, and requests a plan."""
        if not self._running:
            self._show_running(running=False)
            self._show_status("", "")
            self._show_folder.hide()
            self._on_changed()

    def start(self) -> None:
        """Starts the export."""
        if not self._running and self._write.isEnabled():
            choice = self.choice()
            self._show_running(running=True)
            self._show_folder.hide()
            self._show_status(self.tr("Writing…"), "muted")
            if self._model.project is not None:
                self._model.project.set_state(REMEMBERED, stored_choice(choice))
            self.export_requested.emit(choice)

    def show_plan(self, plan: ExportPlan) -> None:
        """Shows what would be written."""
        if not self._running:
            self.plan.show_plan(plan, self._mode.currentData(), self.choice().out)

    def show_event(self, event: Event) -> None:
        """Shows the progress of the export."""
        if isinstance(event, Progress):
            self._bar.setRange(0, event.total)
            self._bar.setValue(event.done)
            if event.total and not self._stopping:
                text = plural(
                    "Writing {done:,} of {count:,} file",
                    "Writing {done:,} of {count:,} files",
                    count=event.total,
                    done=event.done,
                )
                self._show_status(text, "muted")
        elif isinstance(event, Notice):
            self._show_status(translated(event.message), "muted")

    def show_done(self, summary: ExportSummary) -> None:
        """Shows that the export is complete."""
        self._show_running(running=False)
        text = plural(
            "Wrote {count:,} labelled image to {folder}",
            "Wrote {count:,} labelled images to {folder}",
            count=summary.counts.labelled,
            folder=summary.out,
        )
        if summary.log is not None:
            seal = plural(
                "Last hash of the {count:,} line of decisions.jsonl, to be noted: {last_hash}",
                "Last hash of the {count:,} lines of decisions.jsonl, to be noted: {last_hash}",
                count=summary.log.lines,
                last_hash=summary.log.last_hash,
            )
            text = f"{text}\n{seal}"
        text += "" if summary.warning is None else f"\n{translated(summary.warning)}"
        self._show_status(text, "good-text" if summary.warning is None else "danger-text")
        self._show_folder.show()
        self._show_folder.setFocus()

    def show_error(self, error: BaseException) -> None:
        """Shows why the export failed."""
        self._show_running(running=False)
        text, hint = str(error), ""
        if isinstance(error, AppError):
            text, hint = translated(error.message), translated(error.hint)
        if "--force" in hint:
            self._force.show()
            hint = self.tr("Choose another folder, or tick “{0}”.").format(self._force.text())
        elif "--" in hint:  # written for the command line
            hint = self.tr("Choose another folder.")
        self._show_status(f"{text} {hint}".strip(), "danger-text")

    def show_cancelled(self) -> None:
        """Shows that the export was stopped and wrote nothing."""
        self._show_running(running=False)
        self._show_status(self.tr("Stopped. Nothing was written."), "muted")

    def reject(self) -> None:
        """Closes the dialog, or stops a running export."""
        if not self._running:
            super().reject()
        elif not self._stopping:
            self._stopping = True
            self._close.setEnabled(False)
            self._show_status(self.tr("Stopping…"), "muted")
            self.cancelled.emit()

    def _folder_row(self) -> QHBoxLayout:
        self._folder = QLineEdit()
        self._folder.setAccessibleName(self.tr("Folder for the results"))
        self._folder.setPlaceholderText(self.tr("Folder for the results"))
        self._folder.textChanged.connect(self._on_changed)
        self._browse = QPushButton(self.tr("Choose…"))
        self._browse.setAccessibleName(self.tr("Choose a folder"))
        self._browse.setAutoDefault(False)
        self._browse.clicked.connect(self._on_browse)
        self._folder_note = QLabel()
        self._folder_note.setProperty("role", "warning-text")
        self._folder_note.setWordWrap(True)
        self._folder_note.hide()
        self._force = QCheckBox(self.tr("Replace the earlier export"))
        self._force.setObjectName("replace-export")
        self._force.setAccessibleName(self._force.text())
        self._force.toggled.connect(self._check_folder)
        self._force.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._folder, 1)
        row.addWidget(self._browse)
        return row

    def _part_boxes(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
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
        self._mode.setAccessibleName(self.tr("How images are put into the class folders"))
        self._mode.addItem(self.tr("Copy"), "copy")
        self._mode.addItem(self.tr("Hard link"), "hardlink")
        self._mode.addItem(self.tr("Symbolic link"), "symlink")
        self._mode.activated.connect(self._on_changed)
        for name, meaning in PARTS.items():
            box = self._boxes[name] = QCheckBox(titles[name])
            box.setObjectName(f"part-{name}")
            box.toggled.connect(self._on_changed)
            beside = self._mode if name == "tree" else None
            add_explained(column, box, translated(meaning), beside)
        self._csv_safe = QCheckBox(self.tr("Safe for spreadsheets"))
        self._csv_safe.setObjectName("csv-safe")
        explanation = self.tr(
            "Defuses what a spreadsheet takes for a formula; labels.parquet holds the true names."
        )
        add_explained(column, self._csv_safe, explanation)
        self.formats = FormatPicker()
        self.formats.changed.connect(self._on_changed)
        column.addWidget(self.formats, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return column

    def _foot(self) -> QHBoxLayout:
        self._show_folder = QPushButton(self.tr("Show folder"))
        self._show_folder.setObjectName("show-folder")
        self._show_folder.setAccessibleName(self.tr("Show folder"))
        self._show_folder.clicked.connect(self._on_show)
        self._show_folder.hide()
        self._close = QPushButton(self.tr("Close"))
        self._close.setObjectName("close-export")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.reject)
        self._write = QPushButton(self.tr("Export"))
        self._write.setObjectName("write-export")
        self._write.setAccessibleName(self.tr("Export"))
        self._write.setProperty("role", "primary")
        self._write.setDefault(True)
        self._write.clicked.connect(self.start)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for button in (self._show_folder, self._close, self._write):
            foot.addWidget(button)
        return foot

    def _show_running(self, *, running: bool) -> None:
        self._running, self._stopping = running, False
        self._bar.setRange(0, 0)
        self._bar.setVisible(running)
        self._close.setText(self.tr("Stop") if running else self.tr("Close"))
        self._close.setAccessibleName(self._close.text())
        self._close.setEnabled(True)
        for widget in (
            self._folder,
            self._browse,
            self._force,
            self._csv_safe,
            self.formats,
            self.plan.rules,
        ):
            widget.setEnabled(not running)
        self._on_scores()
        self._update_write()
        if not running and self._model.project is None:
            self.hide()  # the project was closed during the export

    def _update_write(self) -> None:
        chosen = bool(self._folder.text().strip()) and bool(self.choice().parts)
        self._write.setEnabled(chosen and not self._running and self._folder_note.isHidden())
        self._mode.setEnabled(not self._running and self._boxes["tree"].isChecked())

    def _check_folder(self, _: bool = False) -> None:
        """Shows whether the export would refuse the folder; the export itself checks again."""
        project, out = self._model.project, self.choice().out
        earlier = holds_results(out)
        self._force.setVisible(earlier)
        if not earlier:
            self._force.setChecked(False)
        note = ""
        if project is not None and holds_images(out, project.table.root):
            note = self.tr("The images are in this folder; choose another one.")
        elif out.is_file():
            note = self.tr("This is a file; choose a folder.")
        elif earlier and not self._force.isChecked():
            note = self.tr("There is an earlier export in this folder.")
        elif not earlier and is_not_empty(out):
            note = self.tr("There are other files in this folder; choose a new or an empty one.")
        self._folder_note.setText(note)
        self._folder_note.setVisible(bool(note))
        self._update_write()

    def _on_scores(self) -> None:
        project = self._model.project
        scored = project is not None and project.scores is not None
        for name, box in self._boxes.items():
            missing = name in NEEDS_SCORES and not scored
            box.setEnabled(not self._running and not missing)
            box.setToolTip(self.tr("Available after the first training") if missing else "")

    def _on_decisions(self, _: object = None) -> None:
        if self.isVisible():
            self._delay.start()

    def _on_project_changed(self) -> None:
        project = self._model.project
        if project is None:
            self._delay.stop()
            self.close()
            return
        self.set_folder(project.table.root.with_name(f"{project.table.root.name}-cleaned"))
        parts, mode, csv_safe, formats = recalled_choice(project.state(REMEMBERED))
        for name, box in self._boxes.items():
            box.setChecked(name in parts)
        self._mode.setCurrentIndex(max(0, self._mode.findData(mode)))
        self._csv_safe.setChecked(csv_safe)
        self.formats.choose(formats)
        self.plan.rules.choose(project.state(REMEMBERED))
        self._on_scores()

    def _on_changed(self, *_: object) -> None:
        self._folder_note.hide()
        self._update_write()
        self._delay.start()

    def _check_and_plan(self) -> None:
        if self.isVisible() and not self._running and self._folder.text().strip():
            self._check_folder()
            self.plan_requested.emit(self.choice())

    def _on_browse(self) -> None:
        start = str(self.choice().out.parent)
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the results"), start)
        if chosen:
            self._folder.setText(chosen)

    def _on_show(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.choice().out)))

    def _show_status(self, text: str, role: str) -> None:
        self._status.setText(text)
        self._status.setProperty("role", role)
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._status.setVisible(bool(text))
