"""The preferences: language, theme, text size, keys, and where projects and cache lie."""

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
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.cache_box import CacheBox
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.stylesheet import fitted, scaled
from ahsml_app.gui.theme.theme import TEXT_SIZES, Theme
from ahsml_app.gui.widgets.format import per_cent

WIDTH = 640
"""Least width in pixels, so that a usual path has one line."""


class PreferencesDialog(QDialog):
    """Shows what a person can set, each in effect at once.

    Signals:
        language_chosen: Another language is wanted.
        text_size_chosen: The text has another size.
    """

    language_chosen = Signal(str)
    text_size_chosen = Signal()

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        actions: ActionSet,
        runner: JobRunner,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._settings, self._theme, self._actions = settings, theme, actions
        self.setWindowTitle(self.tr("Preferences"))
        self.setModal(False)
        self.setMinimumWidth(scaled(WIDTH))
        self.language, self.mode, self.text_size = QComboBox(), QComboBox(), QComboBox()
        for value, text in {"system": self.tr("Same as the system"), **LANGUAGES}.items():
            self.language.addItem(text, value)
        modes: dict[str, str] = {"light": self.tr("Light"), "dark": self.tr("Dark")}
        for mode, text in {"system": self.tr("Same as the system"), **modes}.items():
            self.mode.addItem(text, mode)
        for size in TEXT_SIZES:
            usual = self.tr("Same as the system")
            self.text_size.addItem(usual if size == 1 else per_cent(size), size)
        self.language.activated.connect(self._on_language)
        self.mode.activated.connect(self._on_mode)
        self.text_size.activated.connect(self._on_text_size)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        for name, title, box in (
            ("language", self.tr("Language"), self.language),
            ("theme", self.tr("Theme"), self.mode),
            ("text-size", self.tr("Text size"), self.text_size),
        ):
            box.setObjectName(name)
            box.setAccessibleName(title)
            form.addRow(title, box)
        self.keys = self._button(self.tr("Change keys…"), self._actions.action("shortcuts").trigger)
        form.addRow(self.tr("Keyboard shortcuts"), self.keys)
        form.addRow(self.tr("New projects"), self._place(projects_folder()))
        self.cache = CacheBox(runner)
        form.addRow(self.tr("Cache"), self._place(cache_folder()))
        form.addRow("", self.cache)
        close = self._button(self.tr("Close"), self.close)
        close.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def begin(self, focus: str = "") -> None:
        """Shows the dialog with what is set now.

        Args:
            focus: Name of the field that gets the focus; empty for the first one.
        """
        for box, value in (
            (self.language, self._settings.language()),
            (self.mode, self._settings.theme_mode()),
            (self.text_size, self._settings.text_size()),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self.resize(fitted(self, WIDTH))
        field = self.findChild(QWidget, focus) if focus else None
        (field or self.language).setFocus()
        self.show()
        self.raise_()

    def begin_with_cache(self) -> None:
        """Shows the dialog at the limit of the cache."""
        self.begin("cache-limit")

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _place(self, folder: Path) -> QWidget:
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
        row.addWidget(show)
        return place

    def _on_language(self) -> None:
        self.language_chosen.emit(self.language.currentData())

    def _on_mode(self) -> None:
        self._settings.set_theme_mode(self.mode.currentData())
        self._theme.set_mode(self.mode.currentData())

    def _on_text_size(self) -> None:
        size = self.text_size.currentData()
        if size != self._settings.text_size():
            self._settings.set_text_size(size)
            self._theme.set_text_size(size)
            self.text_size_chosen.emit()


def _show_folder(folder: Path, _checked: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
