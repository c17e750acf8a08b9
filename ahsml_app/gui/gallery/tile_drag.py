"""Dragging images onto a class: where the drag begins, and what takes them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDrag, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from ahsml_app.gui.project_model import ProjectModel

IMAGES = "application/x-ahsml-app-images"
"""Kind of the drag, which means nothing to other programs: the images are those of the model."""

SIDE = 96
"""Largest side of the picture under the mouse, in pixels."""


class TileDrag(QObject):
    """Drags the images that a decision would be about, when one of them is pulled.

    A press on one of them waits for what follows: a move is a drag, and a release was a click. A
    pull at any other image draws a rectangle as before.

    Args:
        view: The grid of the gallery.
        model: The project.
    """

    def __init__(self, view: QAbstractItemView, model: ProjectModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._press: QMouseEvent | None = None
        self._replaying = self._pulled = False
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Holds a press back until it is known what it begins."""
        if not isinstance(event, QMouseEvent) or self._replaying:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pulled = False  # the release of the last drag may have gone to its target
            self._press = event.clone() if self._can_drag(event) else None
            return self._press is not None
        if self._press is None:
            # What is left of a drag draws no rectangle.
            self._pulled = self._pulled and bool(event.buttons() & Qt.MouseButton.LeftButton)
            return self._pulled
        pressed = self._press.position().toPoint()
        if event.type() == QEvent.Type.MouseMove:
            gap = (event.position().toPoint() - pressed).manhattanLength()
            if gap >= QApplication.startDragDistance():
                self._press, self._pulled = None, True
                self._drag(pressed)
            return True
        press, self._press = self._press, None
        self._replaying = True
        QApplication.sendEvent(watched, press)
        self._replaying = False
        return False

    def _can_drag(self, event: QMouseEvent) -> bool:
        project = self._model.project
        index = self._view.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() != Qt.MouseButton.LeftButton or not plain or not index.isValid():
            return False
        if project is None or project.read_only:
            return False
        return int(self._model.queue[index.row()]) in self._model.targets()

    def _drag(self, pressed: QPoint) -> None:
        area = self._view.visualRect(self._view.indexAt(pressed))
        picture = self._view.viewport().grab(area)
        ratio = picture.devicePixelRatio()
        picture = picture.scaled(
            round(SIDE * ratio),
            round(SIDE * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        drag, images = QDrag(self._view), QMimeData()
        images.setData(IMAGES, b"1")
        drag.setMimeData(images)
        drag.setPixmap(picture)
        drag.exec(Qt.DropAction.CopyAction)


class ImageDrop(QObject):
    """Takes dragged images on a widget.

    Args:
        widget: The widget.

    Signals:
        dropped: The images were dropped; emitted after the drag has ended.
    """

    dropped = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Accepts images of the gallery, and nothing else."""
        if not isinstance(event, QDropEvent):  # entering and moving are drops to Qt, too
            return False
        if not event.mimeData().hasFormat(IMAGES):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            QTimer.singleShot(0, self.dropped.emit)
        return True
