"""Gives images a star and a note."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from ahsml_app.base.decisions import LONGEST_NOTE
from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.session.desk.image_marks import common_note, toggle_star, write_note

WIDTH = 480


class MarkController(QObject):
    """Marks the selected images or the current one, on disk before the screen shows it.

    Attributes:
        dialog: Asks for a note; Enter saves, Esc leaves everything as it is.
    """

    def __init__(self, model: ProjectModel, actions: ActionSet, window: QWidget) -> None:
        super().__init__(window)
        self._model, self._window = model, window
        self._rows: IntArray = model.targets()
        self._before = ""
        self.dialog: QInputDialog | None = None
        actions.action("star").triggered.connect(self.toggle_star)
        actions.action("note").triggered.connect(self.ask_note)

    def toggle_star(self) -> None:
        """Gives the images a star, or takes it away if all of them have one."""
        rows = self._model.targets()
        if len(rows):
            self._model.apply(partial(toggle_star, rows=rows))

    def ask_note(self) -> None:
        """Opens a field with the note on the images."""
        project, rows = self._model.project, self._model.targets()
        if project is None or not len(rows):
            return
        if self.dialog is None:
            self.dialog = QInputDialog(self._window)
            self.dialog.setObjectName("note-dialog")
            self.dialog.setModal(True)
            self.dialog.textValueSelected.connect(self._on_written)
            self._model.project_changed.connect(self.dialog.reject)
        self._rows = rows
        count = len(rows)
        name = shown(project.table.paths[int(rows[0])].rpartition("/")[2])
        self.dialog.setWindowTitle(self.tr("Note"))
        self.dialog.setLabelText(
            self.tr("Note on {0}").format(name)
            if count == 1
            else plural("Note on {count:,} image", "Note on {count:,} images", count=count)
        )
        note = common_note(project, rows)
        self.dialog.setTextValue(shown(note or ""))
        field = self.dialog.findChild(QLineEdit)
        if field is not None:
            field.setMaxLength(LONGEST_NOTE)
            field.setMinimumWidth(WIDTH)
            field.setAccessibleName(self.dialog.labelText())
            differ = self.tr("Different notes; what you type replaces them")
            field.setPlaceholderText(differ if note is None else "")
        self._before = self.dialog.textValue()
        self.dialog.open()

    def _on_written(self, text: str) -> None:
        if text != self._before:  # else an empty field would remove notes that differ
            self._model.apply(partial(write_note, rows=self._rows, text=text))
