"""The buttons below the evidence: keep, take the suggestion, drop, unsure, likely classes."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.actions import ActionSet
from ahsml_app.gui.evidence.verdict import number
from ahsml_app.gui.flow_layout import FlowLayout
from ahsml_app.gui.project_model import MOST_CHOICES, ProjectModel

_BUTTONS = ("keep", "take-suggestion", "drop", "ambiguous")
_LONGEST = 18


class DecisionBar(QWidget):
    """Shows the keys; does what the actions do."""

    def __init__(self, model: ProjectModel, actions: ActionSet) -> None:
        super().__init__()
        self._model, self._actions = model, actions
        self._status = QLabel()
        self._status.setWordWrap(True)
        self._status.setProperty("role", "small-muted")
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        for name in _BUTTONS:
            button = QPushButton()
            button.setObjectName(f"decide-{name}")
            button.clicked.connect(partial(self._on_clicked, name))
            self._buttons[name] = button
            row.addWidget(button, 1)
        self._choices = FlowLayout(spacing=6)
        self._digits: list[QPushButton] = []
        for digit in range(1, MOST_CHOICES + 1):
            chip = QPushButton()
            chip.setProperty("role", "chip")
            chip.setObjectName(f"choose-{digit}")
            chip.clicked.connect(partial(self._on_clicked, f"choose-{digit}"))
            self._digits.append(chip)
            self._choices.addWidget(chip)
        self._other = QPushButton(self.tr("/  Another class…"))
        self._other.setProperty("role", "chip")
        self._other.setAccessibleName(self.tr("Another class"))
        self._other.clicked.connect(partial(self._on_clicked, "other-class"))
        self._choices.addWidget(self._other)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._choices)
        layout.addLayout(row)
        layout.addWidget(self._status)
        actions.keys_changed.connect(self.refresh)
        for name in (*_BUTTONS, "other-class"):
            actions.action(name).changed.connect(self._on_enabled)

    def refresh(self) -> None:
        """Show the texts for the image under review, or for the selection."""
        project, row = self._model.project, self._model.current
        if project is None or row < 0:
            return
        count = len(self._model.targets())
        suffix = f" {count:,}" if count > 1 else ""
        suggestion = self._suggestion(row) if count == 1 else self.tr("suggestions")
        texts = {
            "keep": self.tr("Keep"),
            "take-suggestion": self.tr("Take {0}").format(suggestion),
            "drop": self.tr("Drop"),
            "ambiguous": self.tr("Unsure"),
        }
        for name, button in self._buttons.items():
            key = self._actions.key_text(name)
            button.setText(f"{key}  {texts[name]}{suffix}".strip())
            button.setAccessibleName(f"{texts[name]}{suffix}")
            button.setToolTip(self._actions.action(name).toolTip())
        self._buttons["take-suggestion"].setVisible(project.scores is not None)
        choices = self._model.choices(row)
        for digit, chip in enumerate(self._digits, 1):
            chip.setVisible(digit <= len(choices))
            if digit <= len(choices):
                label, share = choices[digit - 1]
                name = _short(project.label_name(label))
                value = "" if math.isnan(share) or share < 0.005 else f"  {number(share)}"
                chip.setText(f"{digit}:  {name}{value}")
                chip.setToolTip(project.label_name(label))
                chip.setAccessibleName(self.tr("Relabel to {0}").format(project.label_name(label)))
        self._tell_status(row, count)
        self._on_enabled()

    def _suggestion(self, row: int) -> str:
        project = self._model.project
        if project is None or project.scores is None:
            return ""
        return f"“{_short(project.label_name(int(project.scores.suggested[row])))}”"

    def _tell_status(self, row: int, count: int) -> None:
        project = self._model.project
        if project is None:
            return
        decision = project.decision(row)
        text = ""
        if project.read_only:
            text = self.tr("Read-only: the project is open in another window.")
        elif count > 1:
            text = self.tr("{0} images selected; a decision concerns all of them.").format(count)
        elif decision.kind != DecisionKind.UNDECIDED:
            key = self._actions.key_text("undecided")
            text = self.tr("{0} makes it undecided again.").format(key)
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def _on_enabled(self) -> None:
        for name, button in self._buttons.items():
            button.setEnabled(self._actions.action(name).isEnabled())
        enabled = self._actions.action("other-class").isEnabled()
        for chip in (*self._digits, self._other):
            chip.setEnabled(enabled)

    def _on_clicked(self, name: str, _: bool = False) -> None:
        self._actions.action(name).trigger()


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
