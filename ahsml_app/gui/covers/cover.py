"""A widget that covers its parent, such as the window, and leaves its keys at work."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme

FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)


class Cover(QWidget):
    """Covers its parent until a key closes it, or until another widget takes the focus.

    It is a child widget, so that the keys of the window still work, such as those for decisions.

    Signals:
        closed: It no longer covers its parent.
    """

    closed = Signal()

    def __init__(self, model: ProjectModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._previous_focus: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        parent.installEventFilter(self)
        for signal in (model.current_changed, model.decisions_changed, model.queue_changed):
            signal.connect(self._on_changed)
        model.project_changed.connect(self.close)
        theme.changed.connect(self.update)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def toggle(self) -> None:
        """Opens or closes it."""
        if self.isVisible():
            self.close()
            return
        window = self.window()
        self._previous_focus = window.focusWidget()
        self.open()

    def open(self) -> None:
        """Covers the parent."""
        self._cover()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed()

    def refresh(self) -> None:
        """Shows the current image; only called while one is there."""
        raise NotImplementedError

    def understands(self, event: QKeyEvent) -> bool:
        """Whether it handles this key itself."""
        raise NotImplementedError

    def handle_key(self, event: QKeyEvent) -> bool:
        """Handles a key; False for one that it does not understand."""
        raise NotImplementedError

    def closeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Returns the focus to the previous widget."""
        super().closeEvent(event)  # type: ignore[arg-type]
        previous, self._previous_focus = self._previous_focus, None
        focused = QApplication.focusWidget()
        own = focused is self or (focused is not None and self.isAncestorOf(focused))
        if previous is not None and own:
            previous.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keeps its own keys from the window's shortcuts."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if self.understands(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Handles its own keys."""
        if not self.handle_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Keeps clicks from the widgets below."""
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's
        """Keeps Tab among its own widgets."""
        own = [
            child
            for child in self.findChildren(QWidget)
            if child.isVisible()
            and child.isEnabled()
            and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        stops = [self, *own]
        focused = QApplication.focusWidget()
        place = stops.index(focused) if focused in stops else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(place + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Follows the size of the parent."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Hides the widgets below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.window))
        painter.end()

    def _on_focus_changed(self, _: QWidget | None, taker: QWidget | None) -> None:
        """Closes when another widget of the window, such as the search, takes the focus."""
        if taker is None or not self.isVisible() or taker.window() is not self.window():
            return
        if taker is not self and not self.isAncestorOf(taker) and not _is_covered(taker):
            self.close()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _on_changed(self, _: object = None) -> None:
        if not self.isVisible():
            return
        if self._model.project is None or self._model.current < 0:
            self.close()
            return
        self.refresh()


def _is_covered(widget: QWidget) -> bool:
    """Whether it belongs to a cover, which may lie over another."""
    place: QWidget | None = widget
    while place is not None and not isinstance(place, Cover):
        place = place.parentWidget()
    return place is not None


def unmodified(event: QKeyEvent) -> bool:
    """Whether a key is pressed alone."""
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
