"""Asks whether and where an archive of images is to be unpacked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget

from ahsml_app.base.message import shown
from ahsml_app.session.pipeline.unpack import unpacked_place


class UnpackQuestion(QMessageBox):
    """A question with a folder, another one, and a way out.

    Signals:
        place_chosen: The archive is to be unpacked to this new folder.
    """

    place_chosen = Signal(object)

    def __init__(self, archive: Path, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._archive, self._place = archive, unpacked_place(archive, archive)
        self.setObjectName("unpack-question")
        self.setIcon(QMessageBox.Icon.Question)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWindowTitle(self.tr("Open images"))
        self.setText(self.tr("{0} is an archive. Unpack it?").format(shown(archive.name)))
        text = self.tr("The images will be in {0}. The archive stays as it is.")
        self.setInformativeText(text.format(shown(str(self._place))))
        role = QMessageBox.ButtonRole
        self.unpack_button = self.addButton(self.tr("Unpack"), role.AcceptRole)
        self.other_button = self.addButton(self.tr("Into another folder…"), role.ActionRole)
        self.setEscapeButton(self.addButton(QMessageBox.StandardButton.Cancel))
        self.setDefaultButton(self.unpack_button)
        self.buttonClicked.connect(self._on_clicked)

    def _on_clicked(self, button: QAbstractButton) -> None:
        if button is self.unpack_button:
            self.place_chosen.emit(self._place)
        elif button is self.other_button:
            title = self.tr("Where shall the images be?")
            chosen = QFileDialog.getExistingDirectory(self.parentWidget(), title)
            if chosen:
                self.place_chosen.emit(unpacked_place(self._archive, Path(chosen, "any")))
