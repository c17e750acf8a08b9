"""Lets Space and Enter press the focused button, although Space opens the preview."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PressKeys(QObject):
    """An event filter for buttons in a window whose shortcuts use these keys."""

    def watch(self, button: QAbstractButton) -> None:
        """Let the keys press a button."""
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Claim the keys before a shortcut does; Qt presses buttons with Space only."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QAbstractButton):
            return False
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if kind == QEvent.Type.ShortcutOverride:
            if plain and event.key() in (Qt.Key.Key_Space, *_ENTER):
                event.accept()
                return True
        elif plain and event.key() in _ENTER:
            watched.click()
            return True
        return False
