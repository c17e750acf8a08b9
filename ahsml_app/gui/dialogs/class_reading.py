"""Chooses where classes are read from: the first folder, a pattern, or a manifest column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.message import shown
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.start.table_details import TableDetails
from ahsml_app.session.pipeline.scan_source import (
    FIRST_FOLDER_PATTERN,
    ScannedSource,
    class_of_path,
    manifest_columns,
)

EXAMPLES = 3
LONGEST_PATH = 72
"""Maximum characters of an example path; longer ones lose their middle."""

COMMON_PATTERNS = ("*/{class}/**", "**/{class}/*", "{class}_*", "{class}-*")
"""Patterns that the field offers: the first that matches the examples, or the first."""


class ClassReading(QWidget):
    """Shows how classes are read from paths or columns, and changes it.

    Signals:
        source_requested: The source with the chosen reading should be scanned.
        pending_changed: Whether the typed pattern differs from the one that was read. Enter or
            "Read again" requests it.
    """

    source_requested = Signal(object)
    pending_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._source = Source(Path())
        self._scan: ScannedSource | None = None
        self._filling = False
        self._pending = False
        self._shown = ("", "")  # the columns that are shown as those of images and classes
        self._folders, self._manifest = self._folder_controls(), self._manifest_controls()
        self.example = QLabel()
        self.example.setProperty("role", "small-muted")
        self.example.setAccessibleName(self.tr("Examples of paths and their classes"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._folders, self._manifest, self.example):
            layout.addWidget(widget)

    @property
    def pending(self) -> bool:
        """Whether the typed pattern differs from the one that was read."""
        return self._pending

    def show_source(self, source: Source, scan: ScannedSource | None) -> None:
        """Shows how a source is read, with examples from its scan."""
        self._source, self._scan = source, scan
        by_manifest = source.labels is not None
        self._folders.setVisible(not by_manifest)
        self._manifest.setVisible(by_manifest)
        self._filling = True
        if by_manifest:
            self._fill_columns()
        else:
            self.by_split.setVisible(self._has_splits)
            self._mode_of(source).setChecked(True)
            if self._mode_of(source) is self.by_pattern:
                self.pattern.setText(source.class_from)
            elif scan is not None and not self.pattern.isModified():
                self.pattern.setText(self._likely_pattern(scan))
        self._filling = False
        self._refresh()

    @property
    def _has_splits(self) -> bool:
        return self._scan is not None and self._scan.has_splits

    def _mode_of(self, source: Source) -> QRadioButton:
        if source.class_from is None:
            return self.by_split if self._has_splits else self.by_folder
        first_folder = self._has_splits and source.class_from == FIRST_FOLDER_PATTERN
        return self.by_folder if first_folder else self.by_pattern

    def _folder_controls(self) -> QWidget:
        controls = QWidget()
        self.by_folder = QRadioButton(self.tr("Class = first folder"))
        self.by_split = QRadioButton(self.tr("Class = folder below train, test"))
        self.by_pattern = QRadioButton(self.tr("Class from a pattern"))
        self.pattern = QLineEdit(COMMON_PATTERNS[0])
        self.pattern.setAccessibleName(self.tr("Pattern with {class}"))
        self.again = QPushButton(self.tr("Read again"))
        self.again.setAccessibleName(self.tr("Read the classes again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self._on_read_again)
        self._help = QLabel(
            self.tr("{class} stands for the class, * for any part of a name, ** for any folders.")
        )
        self._help.setProperty("role", "small-muted")
        for button in (self.by_split, self.by_folder, self.by_pattern):
            button.setAccessibleName(button.text())
            button.toggled.connect(self._on_mode_chosen)
        self.pattern.textChanged.connect(self._refresh)
        self.pattern.returnPressed.connect(self._on_read_again)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.by_split)
        row.addWidget(self.by_folder)
        row.addWidget(self.by_pattern)
        row.addWidget(self.pattern, 1)
        row.addWidget(self.again)
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._help)
        return controls

    def _manifest_controls(self) -> QWidget:
        controls = QWidget()
        self.path_column, self.column = QComboBox(), QComboBox()
        self.path_column.setAccessibleName(self.tr("Column of the images"))
        self.column.setAccessibleName(self.tr("Label column"))
        self.details = TableDetails()
        self.details.chosen.connect(self._on_column_chosen)
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.details)
        for text, box in (
            (self.tr("Image = column"), self.path_column),
            (self.tr("Class = column"), self.column),
        ):
            box.setPlaceholderText(self.tr("Choose a column"))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._on_column_chosen)
            label = QLabel(text)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        return controls

    def _fill_columns(self) -> None:
        names: tuple[str, ...] = ()
        if self._scan is not None:
            names = self._scan.table.source_columns
        elif self._source.labels is not None:
            try:
                names = manifest_columns(self._source.labels)
            except AppError:
                names = ()  # the scan has reported the error
        path, label = self._source.path_column, self._source.label_column
        if self._scan is not None:
            table = self._scan.table
            path, label = path or table.path_column, label or table.label_column
        path = path or next((name for name in names if name.lower() == "path"), None)
        for box, chosen, other in ((self.path_column, path, ""), (self.column, label, path)):
            box.clear()
            box.addItems([name for name in names if name != other])
            box.setCurrentIndex(box.findText(chosen or ""))
            box.setEnabled(bool(names))
        self._shown = (self.path_column.currentText(), self.column.currentText())
        self.details.show_source(self._source, self._scan)

    def _likely_pattern(self, scan: ScannedSource) -> str:
        paths = _example_paths(scan)
        for pattern in COMMON_PATTERNS:
            if paths and all(class_of_path(path, pattern) for path in paths):
                return pattern
        return COMMON_PATTERNS[0]

    def _chosen_source(self) -> Source:
        """The source with the chosen reading of classes."""
        if self._source.labels is not None:
            chosen = self.details.applied_to(self._source)
            if self.column.currentText() != self._shown[1]:
                chosen = replace(chosen, label_column=self.column.currentText())
            if self.path_column.currentText() != self._shown[0]:
                chosen = replace(chosen, path_column=self.path_column.currentText())
            return chosen
        pattern = self.pattern.text().strip() if self.by_pattern.isChecked() else None
        if self._has_splits and self.by_folder.isChecked():
            pattern = FIRST_FOLDER_PATTERN
        return replace(self._source, class_from=pattern or None)

    def _refresh(self) -> None:
        if self._filling:
            return
        by_pattern = self.by_pattern.isChecked() and self._source.labels is None
        self.pattern.setEnabled(by_pattern)
        self._help.setVisible(by_pattern)
        pending = by_pattern and self._chosen_source().class_from != self._source.class_from
        self.again.setVisible(pending)
        lines = self._example_lines()
        self.example.setText("\n".join(lines))
        self.example.setVisible(bool(lines))
        if pending != self._pending:
            self._pending = pending
            self.pending_changed.emit(pending)

    def _example_lines(self) -> list[str]:
        """Some paths, each with the class that is read from it."""
        scan, chosen = self._scan, self._chosen_source()
        if scan is None:
            return []
        if self._source.labels is not None:
            table = scan.table
            rows = range(min(EXAMPLES, len(table)))
            pairs = [(table.paths[row], table.label_name(row)) for row in rows]
        else:
            try:
                paths = _example_paths(scan)
                if chosen == self._source:
                    read = dict(zip(scan.examples, scan.table.class_names, strict=True))
                    pairs = [(path, read.get(path, "")) for path in paths]
                else:
                    pairs = [(path, class_of_path(path, chosen.class_from)) for path in paths]
            except AppError as error:
                return [translated(error.message)]
        none = self.tr("no class")
        return [shown(f"{_shortened(path)}   →   {label or none}") for path, label in pairs]

    def _on_mode_chosen(self, chosen: bool) -> None:
        self._refresh()
        if self._filling or not chosen or self.by_pattern.isChecked():
            return  # a pattern is requested when complete, the others at once
        if self._chosen_source() != self._source:
            self.source_requested.emit(self._chosen_source())

    def _on_column_chosen(self) -> None:
        self.source_requested.emit(self._chosen_source())

    def _on_read_again(self) -> None:
        if self._pending:
            self.source_requested.emit(self._chosen_source())


def _example_paths(scan: ScannedSource) -> list[str]:
    """One path of each of the first classes, or else the first paths."""
    paths = [path for path in scan.examples if path][:EXAMPLES]
    return paths or list(scan.table.paths[:EXAMPLES])


def _shortened(path: str) -> str:
    if len(path) <= LONGEST_PATH:
        return path
    half = LONGEST_PATH // 2
    return f"{path[:half]}…{path[-half:]}"
