"""The way back through the images that were looked at, as in a browser."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet

MOST_VISITED = 1000
"""Images that are remembered; the oldest are forgotten."""


class VisitedImages(QObject):
    """Remembers which images were under review, in the order in which they were.

    Going back changes nothing but the current image: what was decided stays decided, and an image
    that the filters hide is shown with its evidence all the same.
    """

    def __init__(self, model: ProjectModel, actions: ActionSet, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._rows: list[int] = []
        self._place = -1
        self._going = False
        actions.action("visited-back").triggered.connect(self.back)
        actions.action("visited-forward").triggered.connect(self.forward)
        model.project_changed.connect(self._forget)  # other rows: of another table, or an update
        model.current_changed.connect(self._on_current)

    def back(self) -> None:
        """Shows the image that was looked at before this one; does nothing at the first."""
        self._go(-1)

    def forward(self) -> None:
        """Shows the image that the last step back came from; does nothing at the newest."""
        self._go(1)

    def _go(self, by: int) -> None:
        place = self._place + by
        if not 0 <= place < len(self._rows):
            return
        self._place, self._going = place, True
        self._model.set_current(self._rows[place])
        self._going = False

    def _on_current(self, row: int) -> None:
        if self._going or row < 0:
            return
        del self._rows[self._place + 1 :]
        if not self._rows or self._rows[-1] != row:
            self._rows.append(row)
        del self._rows[:-MOST_VISITED]
        self._place = len(self._rows) - 1

    def _forget(self) -> None:
        self._rows, self._place = [], -1
