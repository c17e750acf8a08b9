"""The searchable sheet of all keys, where each key can be changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.shell.action_table import ACTIONS, ActionFact
from ahsml_app.gui.shell.actions import ActionSet, translated
from ahsml_app.gui.theme.stylesheet import fitted, scaled

COLUMNS = 2


class KeyEdit(QKeySequenceEdit):
    """Takes a key; Esc leaves it as it was."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Takes no Esc, which cancels everywhere."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.clearFocus()
            return
        super().keyPressEvent(event)


class ShortcutsDialog(QDialog):
    """Shows the keys of all actions and changes them."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._rows: dict[str, tuple[QWidget, str]] = {}
        self._edits: dict[str, QKeySequenceEdit] = {}
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setModal(False)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Find an action or a shortcut"))
        self._search.setAccessibleName(self.tr("Find an action or a shortcut"))
        self._search.textChanged.connect(self._on_search)
        self._message = QLabel(
            self.tr("To change a shortcut, click it and press another key. Esc leaves it.")
        )
        self._message.setProperty("role", "small-muted")
        reset = QPushButton(self.tr("Reset all"))
        reset.setAccessibleName(self.tr("Reset all shortcuts"))
        reset.setAutoDefault(False)
        reset.clicked.connect(self._on_reset)
        foot = QHBoxLayout()
        foot.addWidget(self._message, 1)
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(close.text())
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot.addWidget(reset)
        foot.addWidget(close)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        sheet = self._sheet()
        scroll.setWidget(sheet)
        # Both columns have room in every language.
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(fitted(sheet, 0).width() + bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(self._search)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)
        self.resize(fitted(self, 820, 620))

    def _sheet(self) -> QWidget:
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setSpacing(24)
        groups: dict[str, list[ActionFact]] = {}
        for fact in ACTIONS:
            groups.setdefault(fact.group, []).append(fact)
        boxes = [QVBoxLayout() for _ in range(COLUMNS)]
        heights = [0] * COLUMNS
        for title, facts in groups.items():
            column = heights.index(min(heights))
            heights[column] += len(facts) + 2
            boxes[column].addWidget(self._group(title, facts))
        for box in boxes:
            box.addStretch(1)
            columns.addLayout(box, 1)
        return sheet

    def _group(self, title: str, facts: list[ActionFact]) -> QWidget:
        group = QWidget()
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, 12)
        grid.setVerticalSpacing(4)
        heading = QLabel(translated(title))
        heading.setProperty("role", "title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, fact in enumerate(facts, 1):
            action = self._actions.action(fact.name)
            label = QLabel(action.text())
            edit = KeyEdit(action.shortcut())
            edit.setMaximumSequenceLength(1)
            edit.setFixedWidth(scaled(120))
            edit.setAccessibleName(self.tr("Shortcut for {0}").format(action.text()))
            edit.setObjectName(fact.name)
            edit.editingFinished.connect(self._on_edited)
            grid.addWidget(label, row, 0)
            grid.addWidget(edit, row, 1, Qt.AlignmentFlag.AlignRight)
            self._edits[fact.name] = edit
            self._rows[fact.name] = (label, f"{action.text()} {translated(fact.tip)}".casefold())
        grid.setColumnStretch(0, 1)
        return group

    def _on_edited(self) -> None:
        edit = self.sender()
        if not isinstance(edit, QKeySequenceEdit):
            return
        name, keys = edit.objectName(), edit.keySequence()
        if keys == self._actions.action(name).shortcut():
            return
        text = keys.toString(QKeySequence.SequenceFormat.PortableText)
        try:
            self._actions.remap(name, [text] if text else [])
        except ValueError as error:
            other = self._actions.action(str(error)).text()
            self._show_message(
                self.tr("{0} is already the shortcut for “{1}”.").format(text, other),
                "warning-text",
            )
            edit.setKeySequence(self._actions.action(name).shortcut())
            return
        self._show_message(self.tr("Saved."), "small-muted")

    def _on_reset(self) -> None:
        for fact in ACTIONS:
            self._actions.remap(fact.name, [])
        for fact in ACTIONS:
            self._actions.remap(fact.name, None)
            self._edits[fact.name].setKeySequence(self._actions.action(fact.name).shortcut())
        self._show_message(self.tr("All shortcuts are reset to their defaults."), "small-muted")

    def _on_search(self, text: str) -> None:
        query = text.casefold().strip()
        for name, (label, search_text) in self._rows.items():
            key = self._edits[name].keySequence().toString().casefold()
            shown = query in search_text or query == key
            label.setVisible(shown)
            self._edits[name].setVisible(shown)

    def _show_message(self, text: str, role: str) -> None:
        self._message.setText(text)
        self._message.setProperty("role", role)
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
