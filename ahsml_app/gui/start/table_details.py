"""How a table of labels is read in detail: several labels of an image, and names of numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from ahsml_app.base.message import shown
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.pipeline.scan_source import ScannedSource


class TableDetails(QWidget):
    """A row of controls.

    Signals:
        chosen: Something else was chosen.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._names: Path | None = None
        self.conflict = QComboBox()
        self.conflict.addItem(self.tr("the first one"), "first")
        self.conflict.addItem(self.tr("none"), "unlabelled")
        self.conflict.setAccessibleName(self.tr("Label of an image with several"))
        self.conflict.activated.connect(self.chosen)
        label = QLabel(self.tr("Of several labels counts"))
        label.setBuddy(self.conflict)
        self.names = QPushButton()
        self.names.setObjectName("class-names")
        self.names.setAutoDefault(False)
        self.names.clicked.connect(self._choose_names)
        self.forget = QPushButton(self.tr("Keep the numbers"))
        self.forget.setObjectName("forget-class-names")
        self.forget.setAccessibleName(self.forget.text())
        self.forget.setAutoDefault(False)
        self.forget.clicked.connect(self._forget_names)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (label, self.conflict, self.names, self.forget):
            row.addWidget(widget)
        row.addStretch(1)

    def show_source(self, source: Source, scan: ScannedSource | None) -> None:
        """Shows how a source is read; names of classes are asked for where classes are numbers."""
        self._names = source.class_names
        self.conflict.setCurrentIndex(self.conflict.findData(source.on_conflict))
        classes = () if scan is None else scan.table.class_names
        numbers = bool(classes) and all(name.isdecimal() for name in classes)
        self.names.setVisible(numbers or self._names is not None)
        self.forget.setVisible(self._names is not None)
        name = self.tr("Names of the classes…") if self._names is None else shown(self._names.name)
        self.names.setText(name)
        text = self.tr("File with the names of the classes: {0}").format(name)
        self.names.setAccessibleName(text)

    def applied_to(self, source: Source) -> Source:
        """The source with what is chosen here."""
        return replace(source, on_conflict=self.conflict.currentData(), class_names=self._names)

    def _choose_names(self) -> None:
        start = str(self._names or "")
        title = self.tr("File with the names of the classes")
        path, _ = QFileDialog.getOpenFileName(self, title, start)
        if path:
            self._names = Path(path)
            self.chosen.emit()

    def _forget_names(self) -> None:
        self._names = None
        self.chosen.emit()
