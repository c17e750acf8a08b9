"""Sets images aside that turn out to be unreadable before a training has looked at them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from ahsml_app.base.types import IntArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails


class UnreadableImages(QObject):
    """Follows the thumbnails, which read an image as soon as anybody could see it."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._thumbnails = model, thumbnails
        thumbnails.ready.connect(self._on_ready)

    def _on_ready(self, rows: IntArray) -> None:
        model, project = self._model, self._model.project
        if project is None or project.run is not None:
            return
        failed = [row for row in rows.tolist() if self._thumbnails.reason(row)]
        # What is not there, the check of the folder tells.
        failed = [row for row in failed if project.path(row).is_file()]
        found = sorted({row for row in failed if row not in project.seen_unreadable})
        if not found:
            return
        project.seen_unreadable |= {row: self._thumbnails.reason(row) for row in found}
        if model.queue_filter.unreadable:
            model.refresh_queue()
        else:
            self._leave_out(np.array(found, dtype=np.int64))
        model.unreadable_found.emit()

    def _leave_out(self, rows: IntArray) -> None:
        """Takes images out of the queue; the next one is shown in place of the current one."""
        model = self._model
        place = model.position(model.current)
        model.set_queue(model.queue[~np.isin(model.queue, rows)])
        if place >= 0 and model.position(model.current) < 0:
            last = len(model.queue) - 1
            model.set_current(int(model.queue[min(place, last)]) if last >= 0 else -1)
