"""Chooses the files of a person's own model before a project is made."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from ahsml_app.base.message import shown
from ahsml_app.base.options.option_table import OPTIONS
from ahsml_app.base.options.own_files import OWN_FILES
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.training.option_form import FIELD_WIDTH, option_text

_MIDDLE = Qt.TextElideMode.ElideMiddle


class OwnModelFiles(QWidget):
    """A button for each file; the training that follows reads them.

    Attributes:
        files: The chosen files by the names of their options; None where there is none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, Path | None] = dict.fromkeys(OWN_FILES)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(QLabel(self.tr("Your own model")))
        for name in OWN_FILES:
            button = QPushButton()
            button.setObjectName(f"own-{name}")
            button.setToolTip(option_text(OPTIONS[name].explanation))
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._choose, name))
            row.addWidget(button)
            self._buttons[name] = button
        self._forget = QPushButton(self.tr("None"))
        self._forget.setObjectName("forget-own-files")
        self._forget.setProperty("role", "ghost")
        self._forget.setAccessibleName(self.tr("Use no file of your own model"))
        self._forget.setAutoDefault(False)
        self._forget.clicked.connect(partial(self.show_files, dict.fromkeys(OWN_FILES)))
        row.addWidget(self._forget)
        row.addStretch(1)
        self.show_files(self.files)

    def show_files(self, files: dict[str, Path | None], *_: object) -> None:
        """Shows which files are chosen."""
        self.files = dict(files)
        for name, button in self._buttons.items():
            file, label = self.files[name], option_text(OPTIONS[name].label)
            text = f"{label}…" if file is None else shown(file.name)
            width = scaled(FIELD_WIDTH)  # a long name must not widen the dialog
            button.setText(button.fontMetrics().elidedText(text, _MIDDLE, width))
            button.setAccessibleName(label if file is None else f"{label}: {shown(file.name)}")
        self._forget.setVisible(any(self.files.values()))

    def _choose(self, name: str, *_: object) -> None:
        kinds = self.tr("Numbers of your own model (*.npz *.npy *.parquet *.csv)")
        title = option_text(OPTIONS[name].label)
        chosen, _kind = QFileDialog.getOpenFileName(self, title, "", kinds)
        if chosen:
            self.show_files(self.files | {name: Path(chosen)})
