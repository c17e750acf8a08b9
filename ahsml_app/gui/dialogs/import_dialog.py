"""What a folder holds, before anything runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.dialogs.class_table import ClassTable
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.live import StageTracker
from ahsml_app.session.scanning import ScanResult, Source, class_of_path, manifest_columns

PICTURE = 44
_EXAMPLES = 3


class ImportDialog(QDialog):
    """Shows a scan, lets the reading of the classes be changed, and makes the project."""

    accepted_source = Signal(object, object, str)
    rescan_requested = Signal(object)
    cancelled = Signal()

    def __init__(self, theme: Theme, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._source = Source(Path())
        self._found: ScanResult | None = None
        self._tracker = StageTracker()
        self._done = False
        self.setModal(False)
        self.setWindowTitle(self.tr("Open images"))
        self.resize(760, 620)
        self._title, self._text = QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._text.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.tr("Looking for images"))
        self._classes = ClassTable(thumbnails, self)
        self._stack = QStackedWidget()
        self._stack.addWidget(QWidget())
        self._stack.addWidget(self._result_part())
        self._name = QLineEdit()
        self._name.setAccessibleName(self.tr("Name of the project"))
        self._name.textChanged.connect(self._on_name_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        layout.addWidget(self._reading_part())
        layout.addWidget(self._stack, 1)
        layout.addLayout(self._foot())

    def begin(self, source: Source) -> None:
        """A scan of this source has begun."""
        self._source, self._found, self._done = source, None, False
        self._tracker = StageTracker()
        if not self._name.text():
            stem = source.labels.stem if source.labels is not None else source.folder.name
            self._name.setText(stem or self.tr("Images"))
        self._title.setText(self.tr("Looking for images"))
        self._say(str(source.folder), "muted")
        self._bar.show()
        self._stack.setCurrentIndex(0)
        self._open.setEnabled(False)
        self._show_reading()

    def is_ready(self) -> bool:
        """Whether the scan has ended, well or not."""
        return self._done

    def show_event(self, event: Event) -> None:
        """How far the scan is."""
        if isinstance(event, Progress) and event.done:
            self._tracker.add(event)
            rate = self._tracker.rate()
            pace = f"  ·  {rate:,.0f}/s" if rate == rate else ""
            self._title.setText(self.tr("{0} images so far").format(f"{event.done:,}") + pace)

    def show_result(self, found: ScanResult) -> None:
        """What was found."""
        self._found, self._done = found, True
        table = found.table
        self._bar.hide()
        self._title.setText(
            self.tr("{0} images in {1} classes").format(
                f"{len(table):,}", f"{len(table.class_names):,}"
            )
        )
        unlabelled = int((table.labels < 0).sum())
        parts = [str(table.root)]
        if unlabelled:
            parts.append(self.tr("{0} without a label").format(f"{unlabelled:,}"))
        self._say("  ·  ".join(parts), "muted")
        self._classes.fill(found)
        aside = [f"{item.path}: {item.reason}" for item in found.quarantined]
        for listing, lines in ((self._aside, aside), (self._notices, list(found.notices))):
            listing.clear()
            listing.addItems(lines[:10_000])
        self._tabs.setTabText(1, self.tr("Set aside ({0})").format(f"{len(aside):,}"))
        self._tabs.setTabVisible(1, bool(aside))
        self._tabs.setTabText(2, self.tr("Notes ({0})").format(len(found.notices)))
        self._tabs.setTabVisible(2, bool(found.notices))
        self._stack.setCurrentIndex(1)
        self._show_reading()
        self._on_name_changed()

    def show_error(self, error: AppError) -> None:
        """Why nothing can be opened; the reading can still be changed."""
        self._done = True
        self._bar.hide()
        self._title.setText(self.tr("These images cannot be opened like this"))
        self._say(f"{error.message}\n{error.hint}".strip(), "danger-text")

    def reject(self) -> None:
        """Esc or Cancel."""
        self.cancelled.emit()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's
        """The window's own button."""
        self.cancelled.emit()
        super().closeEvent(event)

    def _result_part(self) -> QWidget:
        self._tabs = QTabWidget()
        self._aside, self._notices = QListWidget(), QListWidget()
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 8, 0, 0)
        search = QLineEdit()
        search.setPlaceholderText(self.tr("Find a class"))
        search.setAccessibleName(self.tr("Find a class"))
        search.setClearButtonEnabled(True)
        search.textChanged.connect(self._classes.search)
        column.addWidget(search)
        column.addWidget(self._classes, 1)
        self._tabs.addTab(part, self.tr("Classes"))
        for listing, name in (
            (self._aside, self.tr("Files set aside")),
            (self._notices, self.tr("Notes")),
        ):
            listing.setAccessibleName(name)
            listing.setWordWrap(True)
            self._tabs.addTab(listing, name)
        return self._tabs

    def _reading_part(self) -> QWidget:
        """How the class is read: the first folder, a pattern, or a column."""
        self._reading = QWidget()
        layout = QVBoxLayout(self._reading)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        self._by_folder = QRadioButton(self.tr("Class = first folder"))
        self._by_pattern = QRadioButton(self.tr("Class from a pattern"))
        self._pattern = QLineEdit("*/{class}/**")
        self._pattern.setAccessibleName(self.tr("Pattern with {class}"))
        self._column_label = QLabel(self.tr("Label column"))
        self._column = QComboBox()
        self._column.setAccessibleName(self.tr("Label column"))
        self._again = QPushButton(self.tr("Read again"))
        self._again.setAccessibleName(self.tr("Read the classes again"))
        self._again.clicked.connect(self._on_read_again)
        for widget in (
            self._by_folder,
            self._by_pattern,
            self._pattern,
            self._column_label,
            self._column,
        ):
            row.addWidget(widget)
        row.addWidget(self._again)
        row.addStretch(1)
        self._example = QLabel()
        self._example.setProperty("role", "small-muted")
        layout.addLayout(row)
        layout.addWidget(self._example)
        self._by_pattern.toggled.connect(self._on_reading_changed)
        self._pattern.textChanged.connect(self._on_reading_changed)
        self._column.activated.connect(self._on_reading_changed)
        return self._reading

    def _foot(self) -> QHBoxLayout:
        self._open = QPushButton(self.tr("Open project"))
        self._open.setProperty("role", "primary")
        self._open.setAccessibleName(self._open.text())
        self._open.setDefault(True)
        self._open.clicked.connect(self._on_open)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAccessibleName(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        label = QLabel(self.tr("Project name"))
        label.setBuddy(self._name)
        foot.addWidget(label)
        foot.addWidget(self._name, 1)
        foot.addSpacing(12)
        foot.addWidget(cancel)
        foot.addWidget(self._open)
        return foot

    def _show_reading(self) -> None:
        manifest = self._source.labels
        for widget in (self._by_folder, self._by_pattern, self._pattern, self._example):
            widget.setVisible(manifest is None)
        self._column.setVisible(manifest is not None)
        self._column_label.setVisible(manifest is not None)
        pattern = self._source.class_from
        (self._by_folder if pattern is None else self._by_pattern).setChecked(True)
        if pattern is not None:
            self._pattern.setText(pattern)
        if manifest is not None:
            self._fill_columns(manifest)
        self._on_reading_changed()

    def _fill_columns(self, manifest: Path) -> None:
        self._column.clear()
        try:
            self._column.addItems(list(manifest_columns(manifest)))
        except AppError as error:
            self.show_error(error)
            return
        chosen = self._source.label_column
        if chosen is None and self._found is not None:
            chosen = self._found.table.label_column
        self._column.setCurrentText(chosen or "label")

    def _wanted(self) -> Source:
        """The source as the controls ask for it."""
        if self._source.labels is not None:
            return replace(self._source, label_column=self._column.currentText() or None)
        pattern = self._pattern.text().strip() if self._by_pattern.isChecked() else None
        return replace(self._source, class_from=pattern or None)

    def _on_reading_changed(self) -> None:
        wanted = self._wanted()
        self._pattern.setEnabled(self._by_pattern.isChecked())
        known = replace(
            self._source,
            label_column=self._source.label_column
            or (self._found.table.label_column if self._found else None),
        )
        changed = wanted != (known if self._source.labels is not None else self._source)
        self._again.setVisible(changed)
        if self._found is None or self._source.labels is not None:
            self._example.clear()
            return
        paths = [path for path in self._found.examples if path][:_EXAMPLES]
        paths = paths or list(self._found.table.paths[:_EXAMPLES])
        try:
            lines = [
                f"{path}   →   {class_of_path(path, wanted.class_from) or self.tr('no class')}"
                for path in paths
            ]
        except AppError as error:
            lines = [error.message]
        self._example.setText("\n".join(lines))

    def _on_read_again(self) -> None:
        self.rescan_requested.emit(self._wanted())

    def _on_name_changed(self) -> None:
        self._open.setEnabled(self._found is not None and bool(self._name.text().strip()))

    def _on_open(self) -> None:
        if self._found is not None:
            self.accepted_source.emit(self._source, self._found, self._name.text().strip())

    def _say(self, text: str, role: str) -> None:
        self._text.setText(text)
        self._text.setProperty("role", role)
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)
