"""A look at another image, over the picture that is judged; decisions stay about that one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.message import shown
from ahsml_app.gui.evidence.image_panel import PictureFollower
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.widgets.press_keys import PressKeys


class Peek(QWidget):
    """Covers its parent with one picture until the person goes back, decides or goes on.

    Signals:
        toggled: It was shown or closed.
        review_requested: The person wants to judge the image that is shown; carries its row.
    """

    toggled = Signal()
    review_requested = Signal(int)

    def __init__(
        self,
        model: ProjectModel,
        loader: PictureLoader,
        theme: Theme,
        actions: ActionSet,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._model, self._actions = model, actions
        self._row = -1
        self.setObjectName("peek")
        self.setAccessibleName(self.tr("A look at another image"))
        self.setAutoFillBackground(True)
        self.image = ImageView(theme)
        self._follower = PictureFollower(model, loader, self.image)
        self.caption, self.path = QLabel(), QLabel()
        self.path.setProperty("role", "small-muted")
        self.path.setContentsMargins(16, 4, 16, 4)
        for label in (self.caption, self.path):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(40)
        self.review, self.back = QPushButton(self.tr("Review this image")), QPushButton()
        self.review.clicked.connect(self._on_review)
        self.back.clicked.connect(self.close)
        keys, row = PressKeys(self), QHBoxLayout()
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.caption, 1)
        for button in (self.review, self.back):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            keys.watch(button)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.image, 1)
        layout.addWidget(self.path)
        self.hide()
        parent.installEventFilter(self)
        actions.action("back").triggered.connect(self.close)
        for signal in (
            model.current_changed,
            model.selection_changed,
            model.decisions_changed,
            model.queue_changed,
            model.project_changed,
        ):
            signal.connect(self.close)

    def show_row(self, row: int) -> None:
        """Shows an image; the one that is judged ends the look at another."""
        project = self._model.project
        if project is None or row == self._model.current:
            self.close()
            return
        self._row = row
        label = project.label_name(int(project.labels[row])) or self.tr("no label")
        self.caption.setText(self.tr("Only a look: “{0}”").format(shown(label)))
        self.path.setText(shown(project.table.paths[row]))
        for text in (self.caption, self.path):
            text.setToolTip(text.text())
        self.review.setAccessibleName(self.review.text())
        self.back.setText(self.tr("Back ({0})").format(self._actions.key_text("back")))
        self.back.setAccessibleName(self.back.text())
        self._cover()
        self.show()
        self.raise_()
        self._follower.show_row(row)
        self.toggled.emit()

    def close(self, _: object = None) -> bool:
        """Shows the judged image again."""
        if self.isHidden():
            return True
        self.hide()
        self._follower.show_row(-1)
        self.toggled.emit()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Keeps clicks from the widgets below."""
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Follows the size of the parent."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _on_review(self) -> None:
        row = self._row
        self.close()
        self.review_requested.emit(row)
