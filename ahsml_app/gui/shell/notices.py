"""Notices above the views: what happened and what to do. They block nothing."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.message import Message
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.theme.icons import icon, picture
from ahsml_app.gui.theme.theme import Theme

SHOWN_MILLISECONDS = 6000
"""Milliseconds until a notice of level info disappears."""

MOST_NOTICES = 3
_DETAILS_HEIGHT = 120


class NoticeBar(QFrame):
    """One notice: message, hint, details and buttons."""

    def __init__(self, theme: Theme, message: str, hint: str, details: str, level: str) -> None:
        super().__init__()
        self._details_text, self._level = details, level
        self.setProperty("role", "card")
        self.setAccessibleName(f"{message} {hint}".strip())
        tokens = theme.tokens
        colour = {"warning": tokens.warning, "error": tokens.danger}.get(level, tokens.accent)
        icon_label = QLabel()
        icon_label.setPixmap(picture(level, colour, 20, self.devicePixelRatioF()))
        message_label = QLabel(message)
        message_label.setWordWrap(True)
        message_label.setObjectName("notice-message")
        text_column = QVBoxLayout()
        text_column.setSpacing(4)
        text_column.addWidget(message_label)
        if hint:
            hint_label = QLabel(hint)
            hint_label.setWordWrap(True)
            hint_label.setProperty("role", "muted")
            text_column.addWidget(hint_label)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(icon_label)
        self._row.addLayout(text_column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(self._row)
        if details:
            self._add_details(layout)
        close = QToolButton()
        close.setIcon(icon("close", tokens.muted))
        close.setAccessibleName(self.tr("Dismiss"))
        close.setToolTip(self.tr("Dismiss"))
        close.clicked.connect(self.dismiss)
        self._row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MILLISECONDS)
        self._timer.timeout.connect(self.dismiss)
        if level == "info" and not details:
            self._timer.start()

    def add_button(self, text: str, slot: Callable[[], object]) -> None:
        """Adds a button for the next action."""
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        self._row.insertWidget(2, button)

    def dismiss(self) -> None:
        """Removes the notice."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Keeps the notice while the mouse is over it."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Restarts the timer."""
        if self._level == "info" and not self._details_text:
            self._timer.start()
        super().leaveEvent(event)

    def _add_details(self, layout: QVBoxLayout) -> None:
        details = QPlainTextEdit(self._details_text)
        details.setReadOnly(True)
        details.setAccessibleName(self.tr("Details"))
        details.setMaximumHeight(_DETAILS_HEIGHT)
        details.hide()
        layout.addWidget(details)
        show, copy = QPushButton(self.tr("Details")), QPushButton(self.tr("Copy details"))
        show.setCheckable(True)
        show.toggled.connect(details.setVisible)
        copy.clicked.connect(self._on_copy)
        for button in (show, copy):
            button.setProperty("role", "ghost")
            button.setAccessibleName(button.text())
            self._row.addWidget(button)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details_text)


class NoticeStack(QWidget):
    """Shows up to three notices, the newest first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 0, 8, 0)
        self._layout.setSpacing(8)

    def notices(self) -> list[NoticeBar]:
        """The shown notices, newest first."""
        return [n for n in self.findChildren(NoticeBar) if not n.isHidden()][::-1]

    def show_notice(
        self,
        message: Message | str,
        *,
        hint: Message | str = "",
        details: str = "",
        level: str = "info",
    ) -> NoticeBar:
        """Shows a notice, or returns the one that already shows this text."""
        text, advice = translated(message), translated(hint)
        for shown in self.notices():
            if shown.accessibleName() == f"{text} {advice}".strip():
                return shown
        notice = NoticeBar(self._theme, text, advice, details, level)
        self._layout.insertWidget(0, notice)
        notice.show()
        self._layout.setContentsMargins(8, 8, 8, 8)
        notice.destroyed.connect(self._on_gone)
        for surplus in self.notices()[MOST_NOTICES:]:
            surplus.dismiss()
        QAccessible.updateAccessibility(QAccessibleEvent(notice, QAccessible.Event.Alert))
        return notice

    def show_error(self, error: BaseException) -> NoticeBar:
        """Shows an error with what happened and what to do."""
        if isinstance(error, AppError):
            return self.show_notice(
                error.message, hint=error.hint, details=error.details, level="error"
            )
        return self.show_notice(
            self.tr("Something unexpected went wrong: {0}").format(type(error).__name__),
            hint=self.tr("Your decisions are saved, and you can keep working."),
            details="".join(traceback.format_exception(error)),
            level="error",
        )

    def clear(self) -> None:
        """Dismisses all notices."""
        for notice in self.notices():
            notice.dismiss()

    def _on_gone(self) -> None:
        if not self.notices():
            self._layout.setContentsMargins(8, 0, 8, 0)
