"""A line that says what was decided last."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel

from ahsml_app.base.decisions import DecisionKind, Mark
from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.project.project import Project

_ROLES = {
    DecisionKind.KEEP: "good-text",
    DecisionKind.RELABEL: "accent",
    DecisionKind.DROP: "danger-text",
    DecisionKind.AMBIGUOUS: "warning-text",
    DecisionKind.UNDECIDED: "muted",
}


class LastDecision(QLabel):
    """Says in words and colour what the last key did; empty until there is a decision.

    Signals:
        decided: A single image was decided; carries the kind of the decision.
    """

    decided = Signal(object)

    def __init__(self, model: ProjectModel) -> None:
        super().__init__()
        self._model = model
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(40)
        self.setAccessibleName(self.tr("Last decision"))
        model.decisions_changed.connect(self._on_decisions)
        model.marks_changed.connect(self._on_marks)
        model.project_changed.connect(self.clear)

    def _on_decisions(self, rows: IntArray) -> None:
        project = self._model.project
        if project is None or not len(rows):
            return
        kind = DecisionKind(int(project.kinds[rows[0]]))
        if len(rows) == 1:
            self.setText(self._text(project, int(rows[0]), kind))
        else:
            count = len(rows)
            self.setText(plural("{count:,} image changed", "{count:,} images changed", count=count))
        self._colour(_ROLES[kind])
        if len(rows) == 1:
            self.decided.emit(kind)

    def _on_marks(self, rows: IntArray) -> None:
        project = self._model.project
        if project is None or len(rows) != 1:
            return
        note = shown(project.marks[Mark.NOTE].get(int(rows[0]), ""))
        starred = self.tr("★  starred") if int(rows[0]) in project.marks[Mark.STAR] else ""
        texts = [text for text in (starred, note and f"✎  {note}") if text]
        self.setText("     ".join(texts) or self.tr("Without star and note"))
        self._colour("muted")

    def _colour(self, role: str) -> None:
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)

    def _text(self, project: Project, row: int, kind: DecisionKind) -> str:
        given = shown(project.table.label_name(row)) or self.tr("no label")
        texts = {
            DecisionKind.KEEP: self.tr("✓  “{0}” kept"),
            DecisionKind.RELABEL: self.tr("→  “{0}” is now “{1}”"),
            DecisionKind.DROP: self.tr("×  “{0}” dropped"),
            DecisionKind.AMBIGUOUS: self.tr("~  “{0}” marked as unsure"),
            DecisionKind.UNDECIDED: self.tr("“{0}” is undecided again"),
        }
        label = shown(project.label_name(int(project.labels[row])))
        return texts[kind].format(given, label)
