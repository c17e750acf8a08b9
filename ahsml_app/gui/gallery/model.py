"""The queue as a list model: an index array, no objects, no proxies."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.queue import OUT_OF_SET

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)

BADGES = {
    "suspect": "?",
    "ambiguous": "~",
    "duplicate": "=",
    "out-of-set": "∅",
    "keep": "✓",
    "relabel": "→",
    "drop": "×",
}
"""Signs on thumbnails: a shape and a letter, never colour alone."""


class GalleryModel(QAbstractListModel):
    """One entry for each image of the queue."""

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.model, self.thumbnails = model, thumbnails
        model.queue_changed.connect(self._on_queue_changed)
        model.decisions_changed.connect(self._on_rows_changed)
        thumbnails.ready.connect(self._on_rows_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """Images in the queue."""
        return 0 if parent.isValid() else len(self.model.queue)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Row, text for screen readers, tool tip."""
        row = self.row_at(index.row())
        if row < 0:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.description(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            reason = self.thumbnails.reason(row)
            path = self.model.project.table.paths[row] if self.model.project else ""
            return f"{path}\n{reason}" if reason else path
        return None

    def row_at(self, place: int) -> int:
        """Row of the table at a place of the queue, -1 beyond its end."""
        queue = self.model.queue
        return int(queue[place]) if 0 <= place < len(queue) else -1

    def badges(self, row: int) -> list[str]:
        """Names of the signs on a thumbnail."""
        project = self.model.project
        if project is None:
            return []
        found = []
        kind = int(project.kinds[row])
        if kind == DecisionKind.KEEP:
            found.append("keep")
        elif kind == DecisionKind.RELABEL:
            found.append("relabel")
        elif kind == DecisionKind.DROP:
            found.append("drop")
        elif kind == DecisionKind.AMBIGUOUS:
            found.append("ambiguous")
        scores = project.scores
        if scores is not None:
            if kind == DecisionKind.UNDECIDED and scores.flagged[row]:
                found.append("suspect")
            if scores.duplicate_group[row] >= 0:
                found.append("duplicate")
            if scores.out_of_set[row] >= OUT_OF_SET:
                found.append("out-of-set")
        return found

    def description(self, row: int) -> str:
        """An image in words, as a screen reader says it."""
        project = self.model.project
        if project is None:
            return ""
        name = PurePosixPath(project.table.paths[row]).name
        given = project.table.label_name(row) or self.tr("no label")
        parts = [name, self.tr("labelled {0}").format(given)]
        scores = project.scores
        if scores is not None and not np.isnan(scores.error_probability[row]):
            suggested = project.label_name(int(scores.suggested[row]))
            if suggested != given:
                parts.append(self.tr("suggested {0}").format(suggested))
            share = f"{scores.error_probability[row]:.0%}"
            parts.append(self.tr("probably wrong {0}").format(share))
        decision = project.decision(row)
        word = decision.kind.word
        parts.append(f"{word} {decision.label}".strip())
        return ", ".join(parts)

    def _on_queue_changed(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _on_rows_changed(self, rows: IntArray) -> None:
        """Repaint what changed; a bulk step repaints the whole view once."""
        if len(rows) > 256:
            if len(self.model.queue):
                self.dataChanged.emit(self.index(0), self.index(len(self.model.queue) - 1))
            return
        for row in rows:
            place = self.model.place(int(row))
            if place >= 0:
                index = self.index(place)
                self.dataChanged.emit(index, index)
