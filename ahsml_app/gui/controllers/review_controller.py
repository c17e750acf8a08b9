"""Connects the keys and menus of the review to the project."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from ahsml_app.base.decisions import DecisionKind, Mark
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.session.desk.accept_below import take_back_checks

DECISIONS = {
    "keep": DecisionKind.KEEP,
    "drop": DecisionKind.DROP,
    "ambiguous": DecisionKind.AMBIGUOUS,
    "undecided": DecisionKind.UNDECIDED,
}


class ReviewController(QObject):
    """Turns actions into decisions; has no state."""

    def __init__(self, model: ProjectModel, actions: ActionSet, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._actions = model, actions
        for name, kind in DECISIONS.items():
            actions.action(name).triggered.connect(partial(self.decide, kind))
        actions.action("take-suggestion").triggered.connect(self.take_suggestion)
        for digit in range(1, 10):
            actions.action(f"choose-{digit}").triggered.connect(partial(self.choose, digit))
        actions.action("next").triggered.connect(partial(self.go, 1))
        actions.action("previous").triggered.connect(partial(self.go, -1))
        actions.action("undo").triggered.connect(model.undo)
        actions.action("redo").triggered.connect(model.redo)

    def decide(self, kind: DecisionKind, _checked: bool = False) -> None:
        """Decides about the selection, or the current image."""
        if kind == DecisionKind.UNDECIDED and self._take_back_checks():
            return
        self._model.decide(kind)

    def take_suggestion(self) -> None:
        """Gives each of the images its suggested label."""
        project = self._model.project
        if project is not None and project.scores is not None:
            self._model.decide(DecisionKind.RELABEL)

    def choose(self, digit: int, _checked: bool = False) -> None:
        """Relabels to the likely class with this number."""
        project, choices = self._model.project, self._model.choices(self._model.current)
        if project is not None and digit <= len(choices):
            label = project.label_name(choices[digit - 1][0])
            self._model.decide(DecisionKind.RELABEL, label)

    def relabel(self, label: str) -> None:
        """Relabels the images to a class, which may be a new one."""
        self._model.decide(DecisionKind.RELABEL, label)

    def _take_back_checks(self) -> bool:
        """Takes back that the model has checked the images, if nobody decided about any."""
        project, rows = self._model.project, self._model.targets()
        if project is None or project.kinds[rows].any():
            return False
        if not any(int(row) in project.marks[Mark.CHECKED] for row in rows):
            return False
        return self._model.apply(partial(take_back_checks, rows=rows))

    def go(self, by: int, _checked: bool = False) -> None:
        """Goes to the next (1) or previous (-1) image."""
        self._model.step(by)
