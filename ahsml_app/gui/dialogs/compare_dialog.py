"""Asks for the decisions of two people."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.theme.stylesheet import fitted, scaled

WIDTH = 640


class CompareDialog(QDialog):
    """Takes the paths of two decision logs, projects or exports.

    Signals:
        chosen: The two paths.
    """

    chosen = Signal(Path, Path)

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setModal(False)
        self.setWindowTitle(self.tr("Compare decisions"))
        title = QLabel(self.tr("How far do two people agree?"))
        title.setProperty("role", "title")
        note = QLabel(
            self.tr(
                "Choose the file decisions.jsonl of an export of each. Images are known by their "
                "content, so their names may differ. You then decide where the two disagree."
            )
        )
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        self.fields: list[QLineEdit] = []
        grid = QGridLayout()
        grid.setSpacing(8)
        for row, text in enumerate((self.tr("Decisions of the first"), self.tr("of the second"))):
            self._add_row(grid, row, text)
        self._compare = QPushButton(self.tr("Compare"))
        self._compare.setObjectName("compare")
        self._compare.setProperty("role", "primary")
        self._compare.setDefault(True)
        self._compare.setEnabled(False)
        self._compare.clicked.connect(self._on_compare)
        close = QPushButton(self.tr("Cancel"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self._compare)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(note)
        layout.addLayout(grid)
        layout.addLayout(foot)
        self.resize(fitted(self, scaled(WIDTH)))

    def _add_row(self, grid: QGridLayout, row: int, text: str) -> None:
        field, browse = QLineEdit(), QPushButton(self.tr("Choose…"))
        field.setAccessibleName(text)
        field.textChanged.connect(self._on_changed)
        browse.setAccessibleName(self.tr("Choose: {0}").format(text))
        browse.setAutoDefault(False)
        browse.clicked.connect(partial(self._on_browse, field))
        label = QLabel(text)
        label.setBuddy(field)
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(browse, row, 2)
        self.fields.append(field)

    def _paths(self) -> list[Path]:
        texts = [field.text().strip() for field in self.fields]
        return [Path(text).expanduser() for text in texts if text]

    def _on_browse(self, field: QLineEdit, _checked: bool = False) -> None:
        kinds = self.tr("Decision logs (*.jsonl)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.windowTitle(), field.text(), kinds)
        if chosen:
            field.setText(chosen)

    def _on_changed(self) -> None:
        self._compare.setEnabled(len(self._paths()) == len(self.fields))

    def _on_compare(self) -> None:
        self.accept()
        self.chosen.emit(*self._paths())
