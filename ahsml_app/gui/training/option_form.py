"""The Advanced part of the train panel: every option of the engine, with what it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from ahsml_app.base.message import as_message
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.session.pipeline.training_options import OptionFact, TrainOptions, option_facts

FIELD_WIDTH = 200


class AdvancedOptions(QWidget):
    """One line for each option; an untouched one stays at what the preset says."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._facts = {fact.name: fact for fact in option_facts()}
        self._fields: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, SPACE[1])
        grid.setHorizontalSpacing(SPACE[2])
        grid.setVerticalSpacing(SPACE[0])
        grid.setColumnStretch(0, 1)
        for row, fact in enumerate(self._facts.values()):
            label, field, note = (
                QLabel(translated(as_message(fact.label))),
                self._field(fact),
                QLabel(translated(as_message(fact.explanation))),
            )
            note.setWordWrap(True)
            note.setProperty("role", "small-muted")
            note.setContentsMargins(0, 0, 0, SPACE[2])
            label.setBuddy(field)
            field.setObjectName(f"option-{fact.name}")
            field.setAccessibleName(translated(as_message(fact.label)))
            field.setAccessibleDescription(translated(as_message(fact.explanation)))
            field.setFixedWidth(FIELD_WIDTH)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
            grid.addWidget(note, 2 * row + 1, 0, 1, 2)
            self._fields[fact.name] = field
        self._back = QPushButton(self.tr("Back to the defaults"))
        self._back.setProperty("role", "ghost")
        self._back.setAccessibleName(self._back.text())
        self._back.clicked.connect(self.clear)
        grid.addWidget(self._back, 2 * len(self._facts), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.show_preset(TrainOptions())
        self._on_changed()

    @property
    def touched(self) -> tuple[str, ...]:
        """Names of the options that are not at their defaults."""
        plain = TrainOptions()
        chosen = self.apply_to(plain)
        return tuple(name for name in self._fields if getattr(chosen, name) != getattr(plain, name))

    def apply_to(self, options: TrainOptions) -> TrainOptions:
        """The options with what was set here."""
        chosen: dict[str, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, QSpinBox):
                if field.value() > field.minimum():
                    chosen[name] = field.value()
            elif isinstance(field, QComboBox):
                if field.currentIndex() > 0:
                    chosen[name] = field.currentText()
            elif isinstance(field, QCheckBox):
                chosen[name] = field.isChecked()
            elif isinstance(field, QLineEdit) and field.text().strip():
                chosen[name] = field.text().strip()
        return replace(options, **chosen)

    def show_preset(self, options: TrainOptions) -> None:
        """Tell what untouched options stand for, which differs between the presets."""
        for name, field in self._fields.items():
            if isinstance(field, QSpinBox):
                value = getattr(options, name)
                words = (
                    translated(as_message(self._facts[name].default))
                    if value is None
                    else str(value)
                )
                field.setSpecialValueText(words)

    def clear(self) -> None:
        """All options back to their defaults."""
        for field in self._fields.values():
            if isinstance(field, QSpinBox):
                field.setValue(field.minimum())
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(0)
            elif isinstance(field, QCheckBox):
                field.setChecked(False)
            elif isinstance(field, QLineEdit):
                field.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the wheel scroll the panel instead of changing an option in passing."""
        wheel = event.type() == QEvent.Type.Wheel
        if wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _field(self, fact: OptionFact) -> QWidget:
        if fact.kind == "text":
            line = QLineEdit()
            line.setPlaceholderText(translated(as_message(fact.default)))
            line.textChanged.connect(self._on_changed)
            return line
        if fact.kind == "switch":
            check = QCheckBox(self.tr("Yes"))
            check.toggled.connect(self._on_changed)
            return check
        if fact.kind == "choice":
            box = QComboBox()
            box.addItems([self.tr("{0} (default)").format(fact.default), *fact.choices])
            box.currentIndexChanged.connect(self._on_changed)
            field: QWidget = box
        else:
            spin = QSpinBox()
            # One below the least stands for the default.
            spin.setRange(fact.least - 1, fact.most)
            spin.setValue(spin.minimum())
            spin.lineEdit().setTextMargins(SPACE[0], 0, 0, 0)
            spin.valueChanged.connect(self._on_changed)
            field = spin
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(self)
        return field

    def _on_changed(self) -> None:
        self._back.setEnabled(bool(self.touched))
        self.changed.emit()
