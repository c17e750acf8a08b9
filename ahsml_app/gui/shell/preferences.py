"""The preferences: language, theme, keys, and where projects and cache lie."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.base.paths import cache_folder, projects_folder
from ahsml_app.gui.i18n import LANGUAGES
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme

WIDTH = 640
"""Least width in pixels, so that a usual path has one line."""


class PreferencesDialog(QDialog):
    """Shows what a person can set, each in effect at once.

    Signals:
        language_chosen: Another language is wanted.
    """

    language_chosen = Signal(str)

    def __init__(
        self, settings: Settings, theme: Theme, actions: ActionSet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._settings, self._theme, self._actions = settings, theme, actions
        self.setWindowTitle(self.tr("Preferences"))
        self.setModal(False)
        self.setMinimumWidth(WIDTH)
        self.language, self.mode = QComboBox(), QComboBox()
        for value, text in {"system": self.tr("Same as the system"), **LANGUAGES}.items():
            self.language.addItem(text, value)
        modes: dict[str, str] = {"light": self.tr("Light"), "dark": self.tr("Dark")}
        for mode, text in {"system": self.tr("Same as the system"), **modes}.items():
            self.mode.addItem(text, mode)
        self.language.activated.connect(self._on_language)
        self.mode.activated.connect(self._on_mode)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        form.addRow(self.tr("Language"), self.language)
        form.addRow(self.tr("Theme"), self.mode)
        self.keys = self._button(self.tr("Change keys…"), self._actions.action("shortcuts").trigger)
        form.addRow(self.tr("Keyboard shortcuts"), self.keys)
        form.addRow(self.tr("New projects"), self._place(projects_folder()))
        self.cache = self._button(self.tr("Size and limit…"), self._actions.action("cache").trigger)
        form.addRow(self.tr("Cache"), self._place(cache_folder(), self.cache))
        self.language.setAccessibleName(self.tr("Language"))
        self.mode.setAccessibleName(self.tr("Theme"))
        close = self._button(self.tr("Close"), self.close)
        close.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def begin(self) -> None:
        """Shows the dialog with what is set now."""
        for box, value in (
            (self.language, self._settings.language()),
            (self.mode, self._settings.theme_mode()),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self.show()
        self.raise_()

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _place(self, folder: Path, *more: QPushButton) -> QWidget:
        """A folder with a button that shows it."""
        path = QLabel(shown(str(folder)))
        path.setWordWrap(True)
        path.setTextFormat(Qt.TextFormat.PlainText)
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        show = self._button(self.tr("Show folder"), partial(_show_folder, folder))
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(path, 1)
        for button in (*more, show):
            row.addWidget(button)
        return place

    def _on_language(self) -> None:
        self.language_chosen.emit(self.language.currentData())

    def _on_mode(self) -> None:
        self._settings.set_theme_mode(self.mode.currentData())
        self._theme.set_mode(self.mode.currentData())


def _show_folder(folder: Path, _checked: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
