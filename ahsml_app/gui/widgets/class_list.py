"""A searchable list of classes in a popup, for filters and for relabelling; thousands are fine."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from ahsml_app.gui.widgets.qt_types import Index

HEIGHT = 360
WIDTH = 300


def ranked(names: Sequence[str], folded: Sequence[str], text: str) -> list[int]:
    """Indices of matching names: prefixes first, then substrings, then letters in order."""
    query = text.casefold().strip()
    if not query:
        return list(range(len(names)))
    first, inside, loose = [], [], []
    for index, name in enumerate(folded):
        if name.startswith(query):
            first.append(index)
        elif query in name:
            inside.append(index)
        elif _letters_in_order(query, name):
            loose.append(index)
    return first + inside + loose


def _letters_in_order(query: str, name: str) -> bool:
    at = 0
    for letter in query:
        at = name.find(letter, at) + 1
        if not at:
            return False
    return True


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[tuple[str, str]] = []  # text, note at the right

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> str | None:
        text, note = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{text}   {note}" if note else text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text} {note}".strip()
        return None

    def fill(self, entries: list[tuple[str, str]]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()


class ClassList(QFrame):
    """The popup. `chosen` carries a name; with `new_allowed` it may be one that is not listed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, *, new_allowed: bool = False) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._new_allowed = new_allowed
        self._names: list[str] = []
        self._notes: list[str] = []
        self._folded: list[str] = []
        self._shown: list[str] = []
        self.setProperty("role", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type to find a class"))
        self.field.setAccessibleName(self.tr("Find a class"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._on_text)
        self.field.installEventFilter(self)
        self._entries = _Entries(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Classes"))
        self.list.setModel(self._entries)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setProperty("role", "small-muted")
        self._message.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._message)
        self.resize(WIDTH, HEIGHT)

    def set_classes(self, names: Sequence[str], notes: Sequence[str] = ()) -> None:
        """Fill the list.

        Args:
            names: In the order in which they are shown.
            notes: A short text behind each, such as a count or a probability.
        """
        self._names = list(names)
        self._notes = list(notes) or [""] * len(self._names)
        self._folded = [name.casefold() for name in self._names]
        self._on_text(self.field.text())

    def open_at(self, position: QPoint) -> None:
        """Show the popup with an empty field."""
        self.field.clear()
        self.move(position)
        self.show()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Arrow keys move in the list while the field keeps the cursor; Enter chooses."""
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and event.key() in (
                Qt.Key.Key_Up,
                Qt.Key.Key_Down,
                Qt.Key.Key_PageUp,
                Qt.Key.Key_PageDown,
            ):
                self.list.event(event)
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in (
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
            ):
                self._take(self.list.currentIndex().row())
                return True
        return super().eventFilter(watched, event)

    def _on_text(self, text: str) -> None:
        indices = ranked(self._names, self._folded, text)
        self._shown = [self._names[index] for index in indices]
        entries = [(self._names[index], self._notes[index]) for index in indices]
        name = text.strip()
        if self._new_allowed and name and name not in self._names:
            self._shown.append(name)
            entries.append((self.tr("New class “{0}”").format(name), ""))
        self._entries.fill(entries)
        if entries:
            self.list.setCurrentIndex(self._entries.index(0))
        self._message.hide()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._take(index.row())

    def _take(self, row: int) -> None:
        if not 0 <= row < len(self._shown):
            return
        name = self._shown[row]
        problem = self._problem(name)
        if problem:
            self._message.setText(problem)
            self._message.show()
            return
        self.close()
        self.chosen.emit(name)

    def _problem(self, name: str) -> str:
        """Why a new name cannot be a class; empty if it can."""
        if name in self._names:
            return ""
        if any(sign in name for sign in "/\\"):
            return self.tr("A class name cannot hold a slash.")
        if name.casefold() in self._folded:
            other = self._names[self._folded.index(name.casefold())]
            return self.tr("The class “{0}” already exists.").format(other)
        return ""
