"""What a folder holds, before anything runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.gallery.model import Index
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


class _Classes(QAbstractTableModel):
    """Class, picture and count, in any order; thousands of classes are fine."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._found: ScanResult | None = None
        self._order: list[int] = []
        self._text, self._by, self._descending = "", 1, False
        self._headers = (self.tr("Picture"), self.tr("Class"), self.tr("Images"))
        thumbnails.file_ready.connect(self._on_ready)

    def fill(self, found: ScanResult) -> None:
        self._found = found
        self._arrange()

    def search(self, text: str) -> None:
        self._text = text.casefold().strip()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return len(self._headers)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = 0
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headers[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if self._found is None:
            return None
        label = self._order[index.row()]
        if index.column() == 0:
            if role == Qt.ItemDataRole.DecorationRole and self._found.examples[label]:
                path = self._found.table.root / self._found.examples[label]
                return self._thumbnails.file_pixmap(path)
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 1:
                return self._found.table.class_names[label]
            return f"{self._found.class_counts[label]:,}"
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _arrange(self) -> None:
        found = self._found
        if found is None:
            return
        names = found.table.class_names
        self.beginResetModel()
        rows = [i for i, name in enumerate(names) if self._text in name.casefold()]
        if self._by == 2:
            rows.sort(key=lambda i: int(found.class_counts[i]), reverse=self._descending)
        else:
            rows.sort(key=lambda i: names[i].casefold(), reverse=self._descending)
        self._order = rows
        self.endResetModel()

    def _on_ready(self, _: object) -> None:
        if self._order:
            last = self.index(len(self._order) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DecorationRole])


class ClassTable(QTableView):
    """The classes that were found."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__()
        self._rows = _Classes(thumbnails, parent)
        self.setModel(self._rows)
        self.setAccessibleName(self.tr("Classes"))
        self.setSortingEnabled(True)
        self.setShowGrid(False)
        self.setIconSize(QSize(PICTURE - 6, PICTURE - 6))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(PICTURE)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.setColumnWidth(0, 84)
        self.setColumnWidth(2, 110)
        self.sortByColumn(1, Qt.SortOrder.AscendingOrder)

    def fill(self, found: ScanResult) -> None:
        """Show a scan."""
        self._rows.fill(found)
        QTimer.singleShot(0, self.viewport(), self.viewport().update)

    def search(self, text: str) -> None:
        """Show the classes that hold a text."""
        self._rows.search(text)
