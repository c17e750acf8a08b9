"""The Advanced part of the train panel: every option of the engine, with what it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSpinBox, QWidget

from ahsml_app.session.training_options import OptionFact, TrainOptions, option_facts

_DEFAULT = "–"


class AdvancedOptions(QWidget):
    """One line for each option; an untouched one stays at the best measured default."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(option_facts()):
            label, field = QLabel(fact.label), self._field(fact)
            note = QLabel(fact.explanation)
            note.setWordWrap(True)
            note.setProperty("role", "small-muted")
            note.setContentsMargins(0, 0, 0, 8)
            label.setBuddy(field)
            field.setAccessibleName(fact.label)
            field.setAccessibleDescription(fact.explanation)
            field.setToolTip(fact.explanation)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
            grid.addWidget(note, 2 * row + 1, 0, 1, 2)
            self._fields[fact.name] = field

    def apply_to(self, options: TrainOptions) -> TrainOptions:
        """The options with what was set here."""
        chosen: dict[str, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, QSpinBox):
                if field.value() > field.minimum() or name == "seed":
                    chosen[name] = max(0, field.value())
            elif isinstance(field, QComboBox):
                if field.currentIndex() > 0:
                    chosen[name] = field.currentText()
            elif isinstance(field, QLineEdit) and field.text().strip():
                chosen[name] = field.text().strip()
        return replace(options, **chosen)

    def _field(self, fact: OptionFact) -> QWidget:
        if fact.kind == "choice":
            box = QComboBox()
            box.addItems([self.tr("{0} (default)").format(fact.default), *fact.choices])
            return box
        if fact.kind == "text":
            line = QLineEdit()
            line.setPlaceholderText(fact.default)
            return line
        spin = QSpinBox()
        if fact.name == "seed":
            spin.setRange(0, fact.most)
            return spin
        # One below the least stands for the default.
        spin.setRange(fact.least - 1, fact.most)
        spin.setSpecialValueText(self.tr("{0} (default)").format(fact.default))
        return spin
