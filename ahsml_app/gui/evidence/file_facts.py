"""Facts about an image file on demand, with buttons for its path and folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.press_keys import PressKeys


class FileFacts(QWidget):
    """An expandable section; `facts_requested` requests the facts of a path."""

    facts_requested = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._path: Path | None = None
        self.toggle = QPushButton(self.tr("File"))
        self.toggle.setCheckable(True)
        self.toggle.setAccessibleName(self.tr("File and camera details"))
        self.toggle.toggled.connect(self._on_toggled)
        self.copy = QPushButton(self.tr("Copy path"))
        self.copy.setAccessibleName(self.tr("Copy the path of the image"))
        self.copy.clicked.connect(self._on_copy)
        self.show_folder = QPushButton(self.tr("Show in folder"))
        self.show_folder.setAccessibleName(self.tr("Show the image in its folder"))
        self.show_folder.clicked.connect(self._on_show_folder)
        keys = PressKeys(self)
        for button in (self.toggle, self.copy, self.show_folder):
            button.setProperty("role", "ghost")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            keys.watch(button)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.toggle)
        head.addStretch(1)
        head.addWidget(self.copy)
        head.addWidget(self.show_folder)
        self._facts = QWidget()
        self._facts.hide()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(12, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._facts)
        theme.changed.connect(self._update_icon)
        self._update_icon()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The shown facts as pairs of name and value."""
        lines = []
        for row in range(self._grid.rowCount()):
            items = [self._grid.itemAtPosition(row, column) for column in (0, 1)]
            widgets = [item.widget() for item in items if item is not None]
            texts = [label for label in widgets if isinstance(label, QLabel)]
            if len(texts) == 2:
                name, value = texts
                lines.append((name.text(), value.text()))
        return lines

    def show_path(self, path: Path) -> None:
        """Sets the image, and requests its facts if the section is open."""
        self._path = path
        self.copy.setToolTip(shown(str(path)))
        self.show_folder.setToolTip(shown(str(path.parent)))
        if self.toggle.isChecked():
            self.facts_requested.emit(path)

    def show_facts(self, path: Path, facts: list[tuple[str, str]]) -> None:
        """Shows the facts of a file if it is still the current one."""
        if path != self._path:
            return
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(facts):
            title, text = QLabel(translated(name)), QLabel(translated(value))
            title.setProperty("role", "small-muted")
            text.setProperty("role", "small")
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, row, 1)

    def _update_icon(self) -> None:
        name = "chevron-down" if self.toggle.isChecked() else "chevron-right"
        self.toggle.setIcon(icon(name, self._theme.tokens.muted))

    def _on_toggled(self, shown: bool) -> None:
        self._update_icon()
        self._facts.setVisible(shown)
        if shown and self._path is not None:
            self.facts_requested.emit(self._path)

    def _on_copy(self) -> None:
        if self._path is not None:
            QGuiApplication.clipboard().setText(str(self._path))

    def _on_show_folder(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))
