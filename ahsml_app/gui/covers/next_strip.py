"""The images before and after the current one, with what was decided about them."""

from __future__ import annotations

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.picture_row import PictureRow

BEFORE, MOST = 3, 40
"""Images of the queue that are shown before the current one, and in all."""

SIDE = 64


class NextStrip(PictureRow):
    """A row of the queue around the current image; a click goes to one."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__(model, thumbnails, theme)
        self.set_largest(SIDE)
        self.setAccessibleName(self.tr("Previous and next images"))
        self.chosen.connect(model.set_current)

    def show_around(self, row: int) -> None:
        """Shows the queue around an image."""
        position = self._model.position(row)
        if position < 0:
            self.show_rows([row], [self._note(row)])
            self.mark(0)
            return
        first = max(0, position - BEFORE)
        rows = [int(other) for other in self._model.queue[first : first + MOST]]
        self.show_rows(rows, [self._note(other) for other in rows])
        self.mark(position - first)

    def _note(self, row: int) -> str:
        """The decision in a word, or the label."""
        project = self._model.project
        if project is None:
            return ""
        kind = DecisionKind(int(project.kinds[row]))
        label = shown(project.label_name(int(project.labels[row])))
        return {
            DecisionKind.KEEP: f"✓ {label}",
            DecisionKind.RELABEL: f"→ {label}",
            DecisionKind.DROP: "× " + self.tr("dropped"),
            DecisionKind.AMBIGUOUS: "~ " + self.tr("unsure"),
        }.get(kind, label or self.tr("no label"))
