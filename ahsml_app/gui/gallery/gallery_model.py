"""The queue as a list model: an index array, no objects, no proxies."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    Qt,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import per_cent
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.review.queue import OUT_OF_SET

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


_SUSPECT, _DUPLICATE, _OUT_OF_SET = 8, 16, 32
"""Added to the kind of the decision, these number every set of signs."""

_DECIDED = ("", "keep", "relabel", "drop", "ambiguous")


class CellFacts(NamedTuple):
    """What the cell of an image shows.

    Attributes:
        row: Of the table.
        kind: Of the decision.
        given: The given label; empty for none.
        label: The label after the decision.
        wrong: Probability that the given label is wrong; NaN if it is not known.
        flagged: Whether it is more probably wrong than right.
        suggested: The suggested label; empty for none.
        badges: Names of the signs.
    """

    row: int
    kind: int
    given: str
    label: str
    wrong: float
    flagged: bool
    suggested: str
    badges: tuple[str, ...]


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
            reason = translated(self.thumbnails.reason(row))
            path = self.model.project.table.paths[row] if self.model.project else ""
            return f"{path}\n{reason}" if reason else path
        return None

    def row_at(self, place: int) -> int:
        """Row of the table at a place of the queue, -1 beyond its end."""
        queue = self.model.queue
        return int(queue[place]) if 0 <= place < len(queue) else -1

    def badges(self, row: int) -> tuple[str, ...]:
        """Names of the signs on a thumbnail."""
        found = self.facts(np.array([row], dtype=np.int64))
        return found[0].badges if found else ()

    def facts(self, rows: IntArray) -> list[CellFacts]:
        """What cells show, read for all cells of a frame at once."""
        project = self.model.project
        if project is None:
            return []
        table, names = project.table, project.class_names
        given = [table.class_names[i] if i >= 0 else "" for i in table.labels[rows].tolist()]
        kinds = project.kinds[rows]
        codes, scores = kinds.copy(), project.scores
        if scores is None:
            plain = [(math.nan, False, "")] * len(rows)
        else:
            flagged = scores.flagged[rows]
            codes[flagged & (kinds == DecisionKind.UNDECIDED)] += _SUSPECT
            codes[scores.duplicate_group[rows] >= 0] += _DUPLICATE
            codes[scores.out_of_set[rows] >= OUT_OF_SET] += _OUT_OF_SET
            wrong = scores.error_probability[rows].tolist()
            suggested = [names[i] if i >= 0 else "" for i in scores.suggested[rows].tolist()]
            plain = list(zip(wrong, flagged.tolist(), suggested, strict=True))
        labels = [names[i] if i >= 0 else "" for i in project.labels[rows].tolist()]
        return [
            CellFacts(row, kind, before, now, wrong, hot, other, _badges(code))
            for row, kind, before, now, (wrong, hot, other), code in zip(
                rows.tolist(), kinds.tolist(), given, labels, plain, codes.tolist(), strict=True
            )
        ]

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
            share = per_cent(scores.error_probability[row])
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
            place = self.model.position(int(row))
            if place >= 0:
                index = self.index(place)
                self.dataChanged.emit(index, index)


@lru_cache(maxsize=64)
def _badges(code: int) -> tuple[str, ...]:
    decided = _DECIDED[code % _SUSPECT]
    found = [decided] if decided else []
    signs = ((_SUSPECT, "suspect"), (_DUPLICATE, "duplicate"), (_OUT_OF_SET, "out-of-set"))
    return tuple(found + [name for bit, name in signs if code & bit])
