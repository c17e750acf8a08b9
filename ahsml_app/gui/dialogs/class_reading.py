"""How the class of an image is read: its first folder, a pattern, or a column of the manifest."""

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
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.i18n import translated
from ahsml_app.session.pipeline.scan_source import (
    ScannedSource,
    class_of_path,
    manifest_columns,
)

EXAMPLES = 3
LONGEST_PATH = 72
"""Characters of an example; longer paths lose their middle."""

USUAL_PATTERNS = ("*/{class}/**", "**/{class}/*", "{class}_*", "{class}-*")
"""What the field offers: the first that names a class, or the first of all."""

_PATH_COLUMN = "path"


class ClassReading(QWidget):
    """Shows how classes were read and asks for another way.

    `source_requested` carries the source as it should be scanned then. A pattern that is being
    typed is `pending` until Enter or "Read again" asks for it.
    """

    source_requested = Signal(object)
    pending_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._source = Source(Path())
        self._found: ScannedSource | None = None
        self._filling = False
        self._pending = False
        self._folders, self._manifest = self._folder_part(), self._manifest_part()
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
        """Whether another pattern was typed than the one that was read."""
        return self._pending

    def show_source(self, source: Source, found: ScannedSource | None) -> None:
        """Show how this source is read, with examples of what was found."""
        self._source, self._found = source, found
        by_manifest = source.labels is not None
        self._folders.setVisible(not by_manifest)
        self._manifest.setVisible(by_manifest)
        self._filling = True
        if by_manifest:
            self._fill_columns()
        else:
            by_pattern = source.class_from is not None
            (self.by_pattern if by_pattern else self.by_folder).setChecked(True)
            if source.class_from is not None:
                self.pattern.setText(source.class_from)
            elif found is not None and not self.pattern.isModified():
                self.pattern.setText(self._likely_pattern(found))
        self._filling = False
        self._refresh()

    def _folder_part(self) -> QWidget:
        part = QWidget()
        self.by_folder = QRadioButton(self.tr("Class = first folder"))
        self.by_pattern = QRadioButton(self.tr("Class from a pattern"))
        self.pattern = QLineEdit(USUAL_PATTERNS[0])
        self.pattern.setAccessibleName(self.tr("Pattern with {class}"))
        self.again = QPushButton(self.tr("Read again"))
        self.again.setAccessibleName(self.tr("Read the classes again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self._on_read_again)
        self._help = QLabel(
            self.tr("{class} stands for the class, * for any part of a name, ** for any folders.")
        )
        self._help.setProperty("role", "small-muted")
        for button in (self.by_folder, self.by_pattern):
            button.setAccessibleName(button.text())
        self.by_folder.toggled.connect(self._on_way_chosen)
        self.pattern.textChanged.connect(self._refresh)
        self.pattern.returnPressed.connect(self._on_read_again)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.by_folder)
        row.addWidget(self.by_pattern)
        row.addWidget(self.pattern, 1)
        row.addWidget(self.again)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._help)
        return part

    def _manifest_part(self) -> QWidget:
        part = QWidget()
        self.column = QComboBox()
        self.column.setAccessibleName(self.tr("Label column"))
        self.column.setPlaceholderText(self.tr("Choose a column"))
        self.column.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.column.activated.connect(self._on_column_chosen)
        label = QLabel(self.tr("Class = column"))
        label.setBuddy(self.column)
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(label)
        row.addWidget(self.column)
        row.addStretch(1)
        return part

    def _fill_columns(self) -> None:
        names: tuple[str, ...] = ()
        if self._found is not None:
            names = tuple(n for n in self._found.table.source_columns if n != _PATH_COLUMN)
        elif self._source.labels is not None:
            try:
                names = manifest_columns(self._source.labels)
            except AppError:
                names = ()  # the scan has told what is wrong with it
        chosen = self._source.label_column
        if chosen is None and self._found is not None:
            chosen = self._found.table.label_column
        self.column.clear()
        self.column.addItems(list(names))
        self.column.setCurrentIndex(self.column.findText(chosen or ""))
        self.column.setEnabled(bool(names))

    def _likely_pattern(self, found: ScannedSource) -> str:
        paths = _example_paths(found)
        for pattern in USUAL_PATTERNS:
            if paths and all(class_of_path(path, pattern) for path in paths):
                return pattern
        return USUAL_PATTERNS[0]

    def _wanted(self) -> Source:
        """The source as the controls ask for it."""
        if self._source.labels is not None:
            return replace(self._source, label_column=self.column.currentText() or None)
        pattern = self.pattern.text().strip() if self.by_pattern.isChecked() else None
        return replace(self._source, class_from=pattern or None)

    def _refresh(self) -> None:
        if self._filling:
            return
        by_pattern = self.by_pattern.isChecked() and self._source.labels is None
        self.pattern.setEnabled(by_pattern)
        self._help.setVisible(by_pattern)
        pending = by_pattern and self._wanted().class_from != self._source.class_from
        self.again.setVisible(pending)
        lines = self._example_lines()
        self.example.setText("\n".join(lines))
        self.example.setVisible(bool(lines))
        if pending != self._pending:
            self._pending = pending
            self.pending_changed.emit(pending)

    def _example_lines(self) -> list[str]:
        """Some paths, and the class that the chosen way reads from each."""
        found, wanted = self._found, self._wanted()
        if found is None:
            return []
        if self._source.labels is not None:
            table = found.table
            rows = range(min(EXAMPLES, len(table)))
            pairs = [(table.paths[row], table.label_name(row)) for row in rows]
        else:
            try:
                paths = _example_paths(found)
                pairs = [(path, class_of_path(path, wanted.class_from)) for path in paths]
            except AppError as error:
                return [translated(error.message)]
        none = self.tr("no class")
        return [f"{_shortened(path)}   →   {label or none}" for path, label in pairs]

    def _on_way_chosen(self) -> None:
        self._refresh()
        # Another pattern is asked for when it is complete, the folders at once.
        if not self._filling and self.by_folder.isChecked() and self._source.class_from:
            self.source_requested.emit(self._wanted())

    def _on_column_chosen(self) -> None:
        self.source_requested.emit(self._wanted())

    def _on_read_again(self) -> None:
        if self._pending:
            self.source_requested.emit(self._wanted())


def _example_paths(found: ScannedSource) -> list[str]:
    """One path of each of the first classes, or the first paths."""
    paths = [path for path in found.examples if path][:EXAMPLES]
    return paths or list(found.table.paths[:EXAMPLES])


def _shortened(path: str) -> str:
    if len(path) <= LONGEST_PATH:
        return path
    half = LONGEST_PATH // 2
    return f"{path[:half]}…{path[-half:]}"
