"""The advanced options of the train panel, each with its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QWidget,
)

from ahsml_app.base.options.option import Option
from ahsml_app.base.options.option_table import OPTIONS, value_of, with_values
from ahsml_app.base.options.recommended_backbones import DOWNLOAD_SENTENCE
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.tokens import SPACE

FIELD_WIDTH = 200
NO_LIMIT = 1_000_000


def option_text(text: str) -> str:
    """A text of the options table in the window's language."""
    return QCoreApplication.translate("Options", text)


class AdvancedOptions(QWidget):
    """One row for each option; an untouched option keeps the preset's value."""

    changed = Signal()
    files_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._options = {name: option for name, option in OPTIONS.items() if option.label}
        self._fields: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, SPACE[1])
        grid.setHorizontalSpacing(SPACE[2])
        grid.setVerticalSpacing(SPACE[0])
        grid.setColumnStretch(0, 1)
        for row, option in enumerate(self._options.values()):
            name, explanation = option_text(option.label), option_text(option.explanation)
            label, field, note = QLabel(name), self._field(option), QLabel(explanation)
            note.setWordWrap(True)
            note.setProperty("role", "small-muted")
            note.setContentsMargins(0, 0, 0, SPACE[2])
            label.setBuddy(field)
            field.setObjectName(f"option-{option.name}")
            field.setAccessibleName(name)
            field.setAccessibleDescription(explanation)
            field.setFixedWidth(scaled(FIELD_WIDTH))
            grid.addWidget(label, 3 * row, 0)
            grid.addWidget(field, 3 * row, 1)
            grid.addWidget(note, 3 * row + 2, 0, 1, 2)
            if isinstance(field, QLineEdit) and option.suggestions:
                grid.addWidget(self._suggestion_button(option, field), 3 * row + 1, 1)
            if isinstance(field, QLineEdit) and option.kind == "path":
                grid.addWidget(self._file_button(option, field), 3 * row + 1, 1)
            self._fields[option.name] = field
        self._back = QPushButton(self.tr("Back to the defaults"))
        self._back.setProperty("role", "ghost")
        self._back.setAccessibleName(self._back.text())
        self._back.clicked.connect(self.clear)
        grid.addWidget(self._back, 3 * len(self._options), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.show_preset(RunOptions())
        self._on_changed()

    @property
    def touched(self) -> tuple[str, ...]:
        """Names of the options that differ from their defaults."""
        chosen = self.apply_to(RunOptions())
        return tuple(
            name
            for name, option in self._options.items()
            if value_of(chosen, name) != option.default
        )

    def apply_to(self, options: RunOptions) -> RunOptions:
        """The options with the values set here."""
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
                chosen[name] = self._options[name].check(field.text().strip())
        return with_values(options, chosen)

    def show_preset(self, options: RunOptions) -> None:
        """Show the preset's values for untouched options."""
        for name, field in self._fields.items():
            if isinstance(field, QSpinBox):
                value = value_of(options, name)
                default = option_text(self._options[name].default_text)
                field.setSpecialValueText(default if value is None else str(value))

    def show_files(self, files: Mapping[str, Path | None]) -> None:
        """Shows files that were chosen elsewhere, by the names of their options."""
        for name, file in files.items():
            field = self._fields[name]
            if isinstance(field, QLineEdit):
                field.setText("" if file is None else str(file))

    @property
    def files(self) -> dict[str, str]:
        """The files that are chosen here, by the names of their options."""
        return {
            name: field.text().strip()
            for name, field in self._fields.items()
            if isinstance(field, QLineEdit) and self._options[name].kind == "path"
        }

    def clear(self) -> None:
        """Reset all options to their defaults."""
        for name, field in self._fields.items():
            if isinstance(field, QSpinBox):
                field.setValue(field.minimum())
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(0)
            elif isinstance(field, QCheckBox):
                field.setChecked(bool(self._options[name].default))
            elif isinstance(field, QLineEdit):
                field.clear()
        self.files_chosen.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the wheel scroll the panel instead of changing an option."""
        wheel = event.type() == QEvent.Type.Wheel
        if wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _field(self, option: Option) -> QWidget:
        if option.kind in ("text", "path"):
            line = QLineEdit()
            line.setPlaceholderText(option_text(option.shown_default))
            line.textChanged.connect(self._on_changed)
            if option.kind == "path":
                line.editingFinished.connect(self.files_chosen)
            return line
        if option.kind == "switch":
            check = QCheckBox()
            check.setChecked(bool(option.default))
            check.toggled.connect(self._on_changed)
            return check
        if option.kind == "choice":
            box = QComboBox()
            default = self.tr("{0} (default)").format(option.default)
            box.addItems(
                [default, *(name for name in option.all_choices if name != option.default)]
            )
            box.currentIndexChanged.connect(self._on_changed)
            field: QWidget = box
        else:
            spin = QSpinBox()
            # One below the minimum stands for the default.
            spin.setRange(option.minimum - 1, option.maximum or NO_LIMIT)
            spin.setValue(spin.minimum())
            spin.lineEdit().setTextMargins(SPACE[0], 0, 0, 0)
            spin.valueChanged.connect(self._on_changed)
            field = spin
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(self)
        return field

    def _file_button(self, option: Option, field: QLineEdit) -> QPushButton:
        button = QPushButton(self.tr("Choose a file…"))
        button.setObjectName(f"choose-{option.name}")
        button.setAccessibleName(self.tr("Choose a file: {0}").format(option_text(option.label)))
        button.setFixedWidth(scaled(FIELD_WIDTH))
        button.clicked.connect(partial(self._choose_file, field))
        return button

    def _choose_file(self, field: QLineEdit) -> None:
        kinds = self.tr("Numbers of your own model (*.npz *.npy *.parquet *.csv)")
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), "", kinds)
        if path:
            field.setText(path)
            self.files_chosen.emit()

    def _suggestion_button(self, option: Option, field: QLineEdit) -> QPushButton:
        button = QPushButton(self.tr("Recommended"))
        button.setObjectName(f"suggest-{option.name}")
        button.setAccessibleName(self.tr("Recommended: {0}").format(option_text(option.label)))
        button.setFixedWidth(scaled(FIELD_WIDTH))
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for title, value, remark in option.suggestions:
            action = menu.addAction(f"{title} – {option_text(remark)}")
            action.setData(value)
        menu.addSeparator()
        menu.addAction(option_text(DOWNLOAD_SENTENCE)).setEnabled(False)
        menu.triggered.connect(partial(_take_suggestion, field))
        button.setMenu(menu)
        return button

    def _on_changed(self) -> None:
        for name, option in self._options.items():
            switch = self._fields.get(option.requires)
            if isinstance(switch, QCheckBox):
                self._fields[name].setEnabled(switch.isChecked())
        self._back.setEnabled(bool(self.touched))
        self.changed.emit()


def _take_suggestion(field: QLineEdit, action: QAction) -> None:
    field.setText(action.data())
