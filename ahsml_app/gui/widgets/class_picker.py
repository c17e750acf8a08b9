"""A popup to find a class by a few letters, or to name a new one; fast with thousands."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.qt_types import Index

WIDTH, HEIGHT = 320, 380
NOTE_ROLE = int(Qt.ItemDataRole.UserRole)
_MOVE_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_NEAR = 0.8
"""Share of letters in common from which a new name may be a typo of another."""

_ACCEPT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


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


def near_name(name: str, names: Sequence[str]) -> str:
    """The existing name that a new one may be a typo of; empty for none."""
    plain = [_plain(other) for other in names]
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=_NEAR)
    return names[plain.index(found[0])] if found else ""


def _plain(name: str) -> str:
    """A name as it sounds: without case, spaces and signs."""
    return "".join(each for each in name.casefold() if each.isalnum()) or name


def _letters_in_order(query: str, name: str) -> bool:
    at = 0
    for letter in query:
        at = name.find(letter, at) + 1
        if not at:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    note: str = ""
    new: bool = False


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[_Entry] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> str | None:
        if not 0 <= index.row() < len(self.entries):
            return None
        entry = self.entries[index.row()]
        name = shown(entry.name)
        text = self.tr("New class: “{0}”").format(name) if entry.new else name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == NOTE_ROLE:
            return entry.note
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text} {entry.note}".strip()
        return None

    def fill(self, entries: list[_Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    """Paints the name, elided if needed, and the note at the right."""

    def __init__(self, parent: QObject, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        note = str(index.data(NOTE_ROLE) or "")
        self.initStyleOption(option, index)
        view = option.widget
        name, option.text = option.text, ""
        view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, view)
        box: QRect = option.rect.adjusted(10, 0, -10, 0)
        metrics = option.fontMetrics
        room = box.width() - (metrics.horizontalAdvance(note) + 12 if note else 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        palette = option.palette
        painter.save()
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | middle), text)
        painter.setPen(QColor(self._theme.tokens.muted))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | middle), note)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _: Index) -> QSize:  # noqa: N802 - Qt's
        return QSize(100, option.fontMetrics.height() + 10)


class ClassPicker(QFrame):
    """A popup with a filtered list: arrow keys move, Enter accepts, Esc closes.

    Signals:
        chosen: Name of the chosen class; with `new_allowed` it may be a new one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, theme: Theme, *, new_allowed: bool = False) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._new_allowed = new_allowed
        self._names: list[str] = []
        self._folded_names: list[str] = []
        self._notes: list[str] = []
        self._warned_name = ""
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Choose a class"))
        self.field = QLineEdit()
        if new_allowed:
            self.field.setPlaceholderText(self.tr("Type to find a class, or name a new one"))
            self.field.setAccessibleName(self.tr("Find or name a class"))
        else:
            self.field.setPlaceholderText(self.tr("Type to find a class"))
            self.field.setAccessibleName(self.tr("Find a class"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.installEventFilter(self)
        self._entries = _Entries(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Classes"))
        self.list.setModel(self._entries)
        self.list.setItemDelegate(_Delegate(self.list, theme))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._on_clicked)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setProperty("role", "warning-text")
        self.message.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.message)
        layout.addWidget(self.list, 1)
        self.resize(scaled(WIDTH), scaled(HEIGHT))

    def set_classes(self, names: Sequence[str], notes: Sequence[str] = ()) -> None:
        """Fills the list.

        Args:
            names: In the order in which they are shown.
            notes: A short text for each, such as its count or its probability; may be shorter.
        """
        self._names = list(names)
        self._notes = [*notes, *[""] * (len(self._names) - len(notes))]
        self._folded_names = [name.casefold() for name in self._names]
        self._on_text_changed(self.field.text())

    def open_above(self, anchor: QWidget) -> None:
        """Shows the popup with an empty field, above a widget and inside the screen."""
        self._open(anchor.mapToGlobal(QPoint(0, -self.height() - 4)), anchor)

    def open_below(self, anchor: QWidget) -> None:
        """Shows the popup with an empty field, below a widget and inside the screen."""
        self._open(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)), anchor)

    def _open(self, corner: QPoint, anchor: QWidget) -> None:
        self.field.clear()
        self._warn("")
        screen = anchor.screen() or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        x = min(max(corner.x(), area.left()), area.right() - self.width())
        y = min(max(corner.y(), area.top()), area.bottom() - self.height())
        self.move(x, y)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown_names(self) -> list[str]:
        """The listed names; a new one comes last."""
        return [entry.name for entry in self._entries.entries]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Moves in the list by arrow keys and accepts by Enter; the field keeps the focus."""
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            if event.key() in _MOVE_KEYS:
                self._move_selection(Qt.Key(event.key()))
                return True
            if event.key() in _ACCEPT_KEYS:
                self._accept(self.list.currentIndex().row())
                return True
        return super().eventFilter(watched, event)

    def _move_selection(self, key: Qt.Key) -> None:
        count = len(self._entries.entries)
        page = max(1, self.list.viewport().height() // max(1, self.list.sizeHintForRow(0)))
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page}.get(key, page)
        if count:
            row = min(max(self.list.currentIndex().row() + step, 0), count - 1)
            self.list.setCurrentIndex(self._entries.index(row))

    def _on_text_changed(self, text: str) -> None:
        matches = ranked(self._names, self._folded_names, text)
        entries = [_Entry(self._names[index], self._notes[index]) for index in matches]
        name = _normalised(text)
        if self._new_allowed and name and name not in self._names:
            entries.append(_Entry(name, new=True))
        self._entries.fill(entries)
        self.list.setCurrentIndex(self._entries.index(0))
        self.list.scrollToTop()
        self._warn("")

    def _on_clicked(self, index: QModelIndex) -> None:
        self._accept(index.row())

    def _accept(self, row: int) -> None:
        if not 0 <= row < len(self._entries.entries):
            return
        entry = self._entries.entries[row]
        if entry.new and not self._is_valid_new_name(entry.name):
            return
        self.close()
        self.chosen.emit(entry.name)

    def _is_valid_new_name(self, name: str) -> bool:
        """Whether a new name is valid; if not, or before a confirmation, shows why."""
        if any(character in name for character in "/\\") or name in (".", ".."):
            self._warn(self.tr("A class becomes a folder: its name cannot hold / or \\."))
            return False
        if not name.isprintable():
            self._warn(self.tr("The name contains characters that cannot be shown."))
            return False
        folded_name = name.casefold()
        if folded_name in self._folded_names and self._warned_name != name:
            other = self._names[self._folded_names.index(folded_name)]
            text = self.tr(
                "“{0}” already exists and differs only in upper and lower case. Press "
                "Enter again to create “{1}” as well."
            )
            self._warn(text.format(other, name))
            self._warned_name = name
            return False
        near = near_name(name, self._names)
        if near and self._warned_name != name:
            text = self.tr("Did you mean “{0}”? Press Enter again to create the new class “{1}”.")
            self._warn(text.format(near, name))
            self._warned_name = name
            return False
        return True

    def _warn(self, text: str) -> None:
        self._warned_name = ""
        self.message.setText(text)
        self.message.setVisible(bool(text))


def _normalised(text: str) -> str:
    """A name without surrounding or repeated spaces."""
    return " ".join(text.split())
