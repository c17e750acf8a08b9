"""The import dialog: shows what a source contains before a project is made."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress, Stage
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.reading.planes import Planes
from ahsml_app.gui.dialogs.class_reading import ClassReading
from ahsml_app.gui.dialogs.class_table import ClassPreviewTable
from ahsml_app.gui.dialogs.quarantine_table import QuarantineTable
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.start.cards import ElidedLabel
from ahsml_app.gui.start.plane_choice import PlaneChoice
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.training.own_model_files import OwnModelFiles
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.format import figure
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.pipeline.training_monitor import StageTracker
from ahsml_app.session.project.library import free_project_folder

CLASSES, SET_ASIDE, NOTES = range(3)
SIZE = (760, 640)


class ImportDialog(QDialog):
    """Shows a scan, changes how classes are read, and asks for the project's name.

    Signals:
        accepted_source: Source, scan and name of the new project.
        rescan_requested: The source to scan instead.
        cancelled: The person closed the dialog.
    """

    accepted_source = Signal(object, object, str)
    rescan_requested = Signal(object)
    cancelled = Signal()

    def __init__(self, theme: Theme, thumbnails: Thumbnails, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._source = Source(Path())
        self._scan: ScannedSource | None = None
        self._tracker = StageTracker()
        self._done = False
        self.setModal(False)
        self.setWindowTitle(self.tr("Open images"))
        self.resize(*SIZE)
        self._title, self._location, self._error = QLabel(), ElidedLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._location.setProperty("role", "muted")
        self._error.setProperty("role", "danger-text")
        self._error.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Looking for images"))
        self._classes = ClassPreviewTable(thumbnails, self)
        self.reading = ClassReading()
        self.reading.source_requested.connect(self.rescan_requested)
        self.reading.pending_changed.connect(self._update_buttons)
        self.planes = PlaneChoice()
        self.planes.chosen.connect(self._on_planes_chosen)
        self.own_model = OwnModelFiles()
        self._empty = EmptyState(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._result_tabs())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        top = (self._title, self._location, self._error, self._bar, self.reading, self.planes)
        for widget in top:
            layout.addWidget(widget)
        layout.addSpacing(4)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.own_model)
        layout.addLayout(self._foot())
        for unused in (self.reading, self.planes, self.own_model):
            unused.hide()

    def begin(self, source: Source) -> None:
        """Shows that the scan of a source began, or that of an archive the unpacking."""
        packed = source.folder.is_file()
        self._source, self._scan, self._done = source, None, False
        self._tracker = StageTracker()
        if not self._name.text():
            stem = source.labels.stem if source.labels is not None else source.folder.name
            self._name.setText((stem.split(".")[0] if packed else stem) or self.tr("Images"))
        self._title.setText(self.tr("Unpacking") if packed else self.tr("Looking for images"))
        self._location.show_text(str(source.labels or source.folder))
        self._error.hide()
        self._bar.setRange(0, 0)
        self._bar.show()
        self.reading.setEnabled(False)
        self.planes.setEnabled(False)
        self._empty.show_state(
            "search",
            self.tr("Reading the archive") if packed else self.tr("Reading file names"),
            self.tr("The folder appears when it is whole, and nothing is left of it if you cancel.")
            if packed
            else self.tr("You see the result before anything is opened, written or trained."),
        )
        self._stack.setCurrentIndex(0)
        self._update_buttons()

    def is_ready(self) -> bool:
        """Whether the scan ended, successfully or not."""
        return self._done

    def show_event(self, event: Event) -> None:
        """Shows the progress of the scan."""
        if not isinstance(event, Progress) or self._done or not event.done:
            return
        self._tracker.add(event)
        rate = self._tracker.rate()
        text = (
            plural("{count:,} file unpacked", "{count:,} files unpacked", count=event.done)
            if event.stage is Stage.UNPACK
            else plural("{count:,} image so far", "{count:,} images so far", count=event.done)
        )
        if not math.isnan(rate):
            text += "  ·  " + self.tr("{0} a second").format(figure(rate))
        self._title.setText(text)
        self._bar.setRange(0, event.total)
        self._bar.setValue(event.done)

    def show_result(self, scan: ScannedSource) -> None:
        """Shows the result of the scan."""
        self._scan, self._done = scan, True
        table = scan.table
        self._title.setText(
            plural(
                "{count:,} image in {classes}",
                "{count:,} images in {classes}",
                count=len(table),
                classes=plural(
                    "{count:,} class", "{count:,} classes", count=len(table.class_names)
                ),
            )
        )
        unlabelled = int((table.labels < 0).sum())
        location = str(self._source.labels or table.root)
        if unlabelled:
            location += "  ·  " + plural(
                "{count:,} image without a label",
                "{count:,} images without a label",
                count=unlabelled,
            )
        self._location.show_text(location)
        self._error.hide()
        self._bar.hide()
        self._classes.fill(scan)
        self._set_aside.fill(scan.quarantined)
        self._notes.clear()
        self._notes.addItems([translated(notice) for notice in scan.notices])
        for tab, name, count in (
            (CLASSES, self.tr("Classes ({0})"), len(table.class_names)),
            (SET_ASIDE, self.tr("Files set aside ({0})"), len(scan.quarantined)),
            (NOTES, self.tr("Notes ({0})"), len(scan.notices)),
        ):
            self._tabs.setTabText(tab, name.format(figure(count)))
            self._tabs.setTabVisible(tab, bool(count) or tab == CLASSES)
        self._stack.setCurrentIndex(1)
        self.own_model.show()
        self._show_reading()
        if self._open.isEnabled() and not isinstance(self.focusWidget(), QLineEdit):
            self._open.setFocus()

    def show_error(self, error: BaseException) -> None:
        """Shows why the scan failed; the person can still change how classes are read."""
        self._done = True
        self._bar.hide()
        self._title.setText(self.tr("These images cannot be opened this way"))
        message, hint = str(error), ""
        if isinstance(error, AppError):
            message, hint = translated(error.message), translated(error.hint)
        self._error.setText(message)
        self._error.show()
        if "--" in hint:  # written for the command line
            hint = (
                self.tr(
                    "Choose another folder, set above how the path gives the class, or open a "
                    "table of images and labels."
                )
                if self._source.labels is None
                else self.tr("Choose the columns of images and labels above, or correct the file.")
            )
        self._empty.show_state("warning", self.tr("Nothing was changed"), hint)
        self._stack.setCurrentIndex(0)
        self._show_reading()

    def reject(self) -> None:
        """Cancels the import."""
        self.cancelled.emit()
        super().reject()

    def _result_tabs(self) -> QWidget:
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._set_aside, self._notes = QuarantineTable(self), QListWidget()
        self._notes.setWordWrap(True)
        self._notes.setAccessibleName(self.tr("Notes"))
        class_page = QWidget()
        column = QVBoxLayout(class_page)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a class"))
        self.search.setAccessibleName(self.tr("Find a class"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._classes.search)
        column.addWidget(self.search)
        column.addWidget(self._classes, 1)
        for widget in (class_page, self._set_aside, self._notes):
            self._tabs.addTab(widget, "")
        return self._tabs

    def _foot(self) -> QHBoxLayout:
        self._name = QLineEdit()
        self._name.setAccessibleName(self.tr("Name of the project"))
        self._name.textChanged.connect(self._update_buttons)
        label = QLabel(self.tr("Project name"))
        label.setBuddy(self._name)
        self._project_path = ElidedLabel()
        self._project_path.setProperty("role", "small-muted")
        self._open = QPushButton(self.tr("Open project"))
        self._open.setObjectName("open-project")
        self._open.setProperty("role", "primary")
        self._open.setAccessibleName(self._open.text())
        self._open.setDefault(True)
        self._open.clicked.connect(self._on_open)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("cancel-import")
        cancel.setAccessibleName(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label)
        row.addWidget(self._name, 1)
        row.addWidget(cancel)
        row.addWidget(self._open)
        foot = QVBoxLayout()
        foot.setSpacing(4)
        foot.addLayout(row)
        foot.addWidget(self._project_path)
        whole = QHBoxLayout()
        whole.addLayout(foot)
        return whole

    def _show_reading(self) -> None:
        self.reading.show()
        self.reading.setEnabled(True)
        self.reading.show_source(self._source, self._scan)
        self.planes.setEnabled(True)
        self.planes.show_rule(self._source.planes)
        self.planes.setVisible(self._scan is not None and self._scan.has_planes)
        self._update_buttons()

    def _update_buttons(self, _: object = None) -> None:
        name = self._name.text().strip()
        ready = self._scan is not None and bool(name) and not self.reading.pending
        self._open.setEnabled(ready)
        # Enter in the pattern field reads again; it must not open the earlier result.
        self._open.setDefault(not self.reading.pending)
        text = self.tr("Will be saved in {0}").format(free_project_folder(name)) if name else ""
        self._project_path.show_text(text)

    def _on_planes_chosen(self, planes: Planes) -> None:
        self.rescan_requested.emit(replace(self._source, planes=planes))

    def _on_open(self) -> None:
        if self._scan is not None:
            self.accepted_source.emit(self._source, self._scan, self._name.text().strip())
