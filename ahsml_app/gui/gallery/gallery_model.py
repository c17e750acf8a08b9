"""List model of the queue over an index array, without proxy models."""

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

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import shown
from ahsml_app.base.types import BoolArray, IntArray
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import chance, checked_text, decision_names
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.review.queue import review_states

ROW_ROLE = int(Qt.ItemDataRole.UserRole)

BADGES = {
    "suspect": "?",
    "ambiguous": "~",
    "duplicate": "=",
    "outlier": "∅",
    "keep": "✓",
    "relabel": "→",
    "drop": "×",
    "star": "★",
    "note": "✎",
    "checked": "M",
}
"""Badges on thumbnails, told apart by character and shape, not only by colour."""


_SUSPECT, _DUPLICATE, _OUTLIER, _STAR, _NOTE, _CHECKED = 8, 16, 32, 64, 128, 256
"""Bits that, added to the kind of the decision, encode the badges of a cell."""

_DECIDED = ("", "keep", "relabel", "drop", "ambiguous")


class CellFacts(NamedTuple):
    """The content of a cell.

    Attributes:
        row: Row of the table.
        kind: Kind of the decision.
        given: The given label; empty for none.
        label: The label after the decision.
        wrong: Probability that the given label is wrong; NaN if unknown.
        flagged: Whether the label is more probably wrong than right.
        suggested: The suggested label; empty for none, and for an outlier.
        badges: Names of the badges.
    """

    row: int
    kind: int
    given: str
    label: str
    wrong: float
    flagged: bool
    suggested: str
    badges: tuple[str, ...]
    state: SampleState = SampleState.PRESENT


class GalleryModel(QAbstractListModel):
    """One item for each image of the queue."""

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.model, self.thumbnails, self._blind = model, thumbnails, False
        model.queue_changed.connect(self._on_queue_changed)
        model.decisions_changed.connect(self._on_rows_changed)
        model.marks_changed.connect(self._on_rows_changed)
        thumbnails.ready.connect(self._on_rows_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """Number of images in the queue."""
        return 0 if parent.isValid() else len(self.model.queue)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Row, text for screen readers, or tooltip."""
        row = self.row_at(index.row())
        if row < 0:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.description(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            reason = translated(self.thumbnails.reason(row))
            path = shown(self.model.project.table.paths[row]) if self.model.project else ""
            note = self._note(row)
            return "\n".join(text for text in (path, reason, note and f"✎ {note}") if text)
        return None

    def row_at(self, position: int) -> int:
        """Row of the table at a position of the queue, -1 beyond its end."""
        queue = self.model.queue
        return int(queue[position]) if 0 <= position < len(queue) else -1

    def badges(self, row: int) -> tuple[str, ...]:
        """Names of the badges on a thumbnail."""
        facts = self.facts(np.array([row], dtype=np.int64))
        return facts[0].badges if facts else ()

    def facts(self, rows: IntArray) -> list[CellFacts]:
        """Content of the cells of some rows, read for all of them at once."""
        project = self.model.project
        if project is None:
            return []
        table, names = project.table, project.class_names
        given = [shown(table.class_names[i]) if i >= 0 else "" for i in table.labels[rows].tolist()]
        kinds = project.kinds[rows]
        codes, scores = kinds.copy(), project.scores
        hidden = self._hidden(kinds)
        if scores is None:
            score_facts = [(math.nan, False, "")] * len(rows)
        else:
            flagged = scores.flagged[rows]
            codes[flagged & (kinds == DecisionKind.UNDECIDED) & ~hidden] += _SUSPECT
            codes[scores.duplicate_group[rows] >= 0] += _DUPLICATE
            outliers = scores.outlier[rows].tolist()
            codes[scores.outlier[rows] & ~hidden] += _OUTLIER
            wrong = scores.error_probability[rows].tolist()
            suggested = [
                "" if i < 0 or outlier else shown(names[i])
                for i, outlier in zip(scores.suggested[rows].tolist(), outliers, strict=True)
            ]
            score_facts = list(zip(wrong, flagged.tolist(), suggested, strict=True))
            for index in np.flatnonzero(hidden):
                score_facts[index] = (math.nan, False, "")
        labels = [shown(names[i]) if i >= 0 else "" for i in project.labels[rows].tolist()]
        for mark, bit in ((Mark.STAR, _STAR), (Mark.NOTE, _NOTE)):
            marked = project.marks[mark]
            if marked:
                codes[[row in marked for row in rows.tolist()]] += bit
        codes[(review_states(project, rows) == CHECKED_BY_MODEL) & ~hidden] += _CHECKED
        columns = rows.tolist(), kinds.tolist(), given, labels, score_facts
        badges = map(_badges, codes.tolist())
        states = map(SampleState, project.states[rows].tolist())
        return [
            CellFacts(row, kind, given_label, label, *scored, badge_names, state)
            for (row, kind, given_label, label, scored), badge_names, state in zip(
                zip(*columns, strict=True), badges, states, strict=True
            )
        ]

    def description(self, row: int) -> str:
        """Description of an image for screen readers."""
        project = self.model.project
        if project is None:
            return ""
        name = PurePosixPath(project.table.paths[row]).name
        given = project.table.label_name(row) or self.tr("no label")
        texts = [name, self.tr("labelled {0}").format(given)]
        scores = project.scores
        hidden = bool(self._hidden(project.kinds[[row]])[0])
        if hidden or scores is None:
            pass
        elif scores.outlier[row]:
            share = chance(scores.outlier_probability[row])
            texts.append(self.tr("does not belong {0}").format(share))
        elif not np.isnan(scores.error_probability[row]):
            suggested = project.label_name(int(scores.suggested[row]))
            if suggested != given:
                texts.append(self.tr("suggested {0}").format(suggested))
            share = chance(scores.error_probability[row])
            texts.append(self.tr("error probability {0}").format(share))
        state = project.states[row]
        if state == SampleState.MISSING:
            texts.append(self.tr("missing"))
        elif state == SampleState.CHANGED and not project.kinds[row]:
            texts.append(self.tr("changed"))
        decision = project.decision(row)
        word = decision_names()[decision.kind]
        if "checked" in self.badges(row):
            word = checked_text()
        texts.append(f"{word} {decision.label}".strip())
        if row in project.marks[Mark.STAR]:
            texts.append(self.tr("starred"))
        if self._note(row):
            texts.append(self.tr("note: {0}").format(self._note(row)))
        return shown(", ".join(texts))

    def _note(self, row: int) -> str:
        project = self.model.project
        return "" if project is None else shown(project.marks[Mark.NOTE].get(row, ""))

    def _hidden(self, kinds: IntArray) -> BoolArray:
        """Mask of images whose scores are hidden, so that an honest sample is judged blindly."""
        mask: BoolArray = (kinds == DecisionKind.UNDECIDED) & self._is_blind()
        return mask

    def _is_blind(self) -> bool:
        return self.model.review is not None and self.model.review.blind

    def _on_queue_changed(self) -> None:
        self._blind = self._is_blind()
        self.beginResetModel()
        self.endResetModel()

    def _on_rows_changed(self, rows: IntArray) -> None:
        """Repaints changed cells; a bulk step repaints the whole view once."""
        was_blind, self._blind = self._blind, self._is_blind()
        if len(rows) > 256 or was_blind != self._blind:
            if len(self.model.queue):
                self.dataChanged.emit(self.index(0), self.index(len(self.model.queue) - 1))
            return
        for row in rows:
            position = self.model.position(int(row))
            if position >= 0:
                index = self.index(position)
                self.dataChanged.emit(index, index)


@lru_cache(maxsize=512)
def _badges(code: int) -> tuple[str, ...]:
    decision = _DECIDED[code % _SUSPECT]
    names = [decision] if decision else []
    bits = (
        *((_SUSPECT, "suspect"), (_DUPLICATE, "duplicate"), (_OUTLIER, "outlier")),
        *((_STAR, "star"), (_NOTE, "note"), (_CHECKED, "checked")),
    )
    return tuple(names + [name for bit, name in bits if code & bit])
