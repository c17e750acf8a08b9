"""The image over the whole window; arrow keys walk, Space or Esc close, decisions work as usual."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.evidence.image_panel import PictureFollower
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_bars import number
from ahsml_app.gui.widgets.format import figure
from ahsml_app.session.review.verdict import judge

_FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_CLOSING = (Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STAYS = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class Preview(QWidget):
    """Lies over its parent and follows the current image while it is open.

    It is no window of its own: the keys of the parent window, such as those that decide, work on.
    """

    closed = Signal()

    def __init__(
        self,
        model: ProjectModel,
        loader: PictureLoader,
        theme: Theme,
        parent: QWidget,
        thumbnails: Thumbnails | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._before: QWidget | None = None
        self.setObjectName("preview")
        self.setAccessibleName(self.tr("Image in the whole window"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.image = ImageView(theme)
        self.image.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._follower = PictureFollower(model, loader, self.image, thumbnails)
        self.caption, self.place, hint = QLabel(), QLabel(), QLabel()
        hint.setText(self.tr("← →  browse     + −  zoom     Space  close"))
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setMinimumWidth(80)
        for label in (self.place, hint):
            label.setProperty("role", "small-muted")
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.setSpacing(24)
        foot.addWidget(self.caption, 1)
        foot.addWidget(self.place)
        foot.addWidget(hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(12)
        layout.addWidget(self.image, 1)
        layout.addLayout(foot)
        self.hide()
        parent.installEventFilter(self)
        for signal in (model.current_changed, model.decisions_changed, model.queue_changed):
            signal.connect(self._on_changed)
        model.project_changed.connect(self.close)
        theme.changed.connect(self.update)

    def toggle(self) -> None:
        """Open or close."""
        if self.isVisible():
            self.close()
            return
        window = self.window()
        self._before = window.focusWidget()
        self._cover()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed()

    def closeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Give the focus back to what had it."""
        super().closeEvent(event)  # type: ignore[arg-type]
        before, self._before = self._before, None
        if before is not None and self.hasFocus():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here are not taken for shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            keys = (*_FORWARD, *_BACK, *_CLOSING)
            if (plain and event.key() in keys) or self.image.understands(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Walk, zoom, or close."""
        key = event.key()
        if key in _FORWARD:
            self._model.step(1)
        elif key in _BACK:
            self._model.step(-1)
        elif key in _CLOSING:
            self.close()
        elif not self.image.handle_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Nothing below it is clicked."""
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Close when something below is to be used, such as the search."""
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.close()

    def focusNextPrevChild(self, _: bool) -> bool:  # noqa: N802 - Qt's
        """Tab does not lead to what lies below."""
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Stay as large as the parent."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Hide what lies below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.window))
        painter.end()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _on_changed(self, _: object = None) -> None:
        project, row = self._model.project, self._model.current
        if not self.isVisible():
            return
        if project is None or row < 0:
            self.close()
            return
        self._follower.show_row(row)
        self.caption.setText(f"{self._words(row)}     {project.table.paths[row]}")
        place, count = self._model.position(row), len(self._model.queue)
        text = self.tr("{0} of {1}").format(figure(place + 1), figure(count))
        self.place.setText(text if place >= 0 else "")

    def _words(self, row: int) -> str:
        """Labels and decision, shortly."""
        project = self._model.project
        if project is None:
            return ""
        judged = judge(project, row)
        given = judged.given or self.tr("no label")
        decided = {
            DecisionKind.KEEP: self.tr("kept"),
            DecisionKind.RELABEL: f"→ {judged.label}",
            DecisionKind.DROP: self.tr("dropped"),
            DecisionKind.AMBIGUOUS: self.tr("unsure"),
        }
        if judged.kind in decided:
            return f"{given}  {decided[judged.kind]}"
        if judged.suggested and judged.suggested != judged.given:
            return f"{given}  →  {judged.suggested}?  {number(judged.wrong)}"
        return given
