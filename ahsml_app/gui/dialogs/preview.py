"""The image over the whole window; arrow keys browse, Space or Esc close."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
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
_KEEPS_OPEN = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class Preview(QWidget):
    """Covers its parent and shows the current image.

    It is a child widget, so that the keys of the window still work, such as those for decisions.
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
        self._previous_focus: QWidget | None = None
        self.setObjectName("preview")
        self.setAccessibleName(self.tr("Image in the whole window"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.image = ImageView(theme)
        self.image.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._follower = PictureFollower(model, loader, self.image, thumbnails)
        self.caption, self.position_label, hint = QLabel(), QLabel(), QLabel()
        hint.setText(self.tr("← →  browse     + −  zoom     Space  close"))
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setMinimumWidth(80)
        for label in (self.position_label, hint):
            label.setProperty("role", "small-muted")
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.setSpacing(24)
        foot.addWidget(self.caption, 1)
        foot.addWidget(self.position_label)
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
        """Opens or closes the preview."""
        if self.isVisible():
            self.close()
            return
        window = self.window()
        self._previous_focus = window.focusWidget()
        self._cover()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed()

    def closeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Returns the focus to the previous widget."""
        super().closeEvent(event)  # type: ignore[arg-type]
        previous, self._previous_focus = self._previous_focus, None
        if previous is not None and self.hasFocus():
            previous.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keeps the preview's keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            unmodified = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            keys = (*_FORWARD, *_BACK, *_CLOSING)
            if (unmodified and event.key() in keys) or self.image.understands(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Goes to another image, zooms, or closes."""
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
        """Keeps clicks from the widgets below."""
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Closes when another widget, such as the search, takes the focus."""
        super().focusOutEvent(event)
        if event.reason() not in _KEEPS_OPEN:
            self.close()

    def focusNextPrevChild(self, _: bool) -> bool:  # noqa: N802 - Qt's
        """Keeps Tab from the widgets below."""
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
        caption = f"{self._caption_text(row)}     {project.table.paths[row]}"
        self.caption.setText(shown(caption))
        position, count = self._model.position(row), len(self._model.queue)
        text = self.tr("{0} of {1}").format(figure(position + 1), figure(count))
        self.position_label.setText(text if position >= 0 else "")

    def _caption_text(self, row: int) -> str:
        """Labels and decision in short form."""
        project = self._model.project
        if project is None:
            return ""
        judgement = judge(project, row)
        given = judgement.given or self.tr("no label")
        decision_texts = {
            DecisionKind.KEEP: self.tr("kept"),
            DecisionKind.RELABEL: f"→ {judgement.label}",
            DecisionKind.DROP: self.tr("dropped"),
            DecisionKind.AMBIGUOUS: self.tr("unsure"),
        }
        if judgement.kind in decision_texts:
            return f"{given}  {decision_texts[judgement.kind]}"
        if judgement.suggested and judgement.suggested != judgement.given:
            return f"{given}  →  {judgement.suggested}?  {number(judgement.wrong)}"
        return given
