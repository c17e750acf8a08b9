"""One picture, large: zoom at the mouse, pan, true pixels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.gui.icons import picture
from ahsml_app.gui.theme import Theme

MOST_GROWTH = 8.0
"""How far a small picture grows to fit; beyond, it would be all blur."""

SHARP_FROM = 3.0
"""Zoom from which pixels are shown as squares when a person zooms in."""

LARGEST, STEP = 32.0, 1.25


class ImageView(QWidget):
    """Shows a picture whole until a person zooms."""

    zoomed = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self._message = ""
        self._zoom = 0.0  # 0 stands for fitted
        self._centre = QPointF()
        self._grabbed: QPointF | None = None
        self.setMinimumSize(160, 140)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Image"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """A comfortable size beside the gallery."""
        return QSize(420, 320)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._pixmap is not None

    @property
    def zoom(self) -> float:
        """Screen pixels for one pixel of the picture."""
        return self._zoom or self._fitting()

    def show_image(self, image: QImage) -> None:
        """Show a picture, fitted."""
        self._pixmap, self._message = QPixmap.fromImage(image), ""
        self.fit()

    def show_waiting(self) -> None:
        """An empty frame until the picture comes."""
        self._pixmap, self._message = None, ""
        self.update()

    def show_message(self, text: str) -> None:
        """Say why there is no picture."""
        self._pixmap, self._message = None, text
        self.update()

    def fit(self) -> None:
        """Show the whole picture."""
        self._zoom = 0.0
        self._tell()

    def actual_size(self) -> None:
        """One pixel of the picture for one of the screen."""
        if self._pixmap is not None:
            self._set_zoom(1.0 / self.devicePixelRatioF(), QPointF(self.rect().center()))

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle."""
        self._set_zoom(self.zoom * factor, QPointF(self.rect().center()))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """The picture, or what stands in for it."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.hover))
        if self._pixmap is None:
            if self._message:
                sign = picture("broken-image", tokens.muted, 32, self.devicePixelRatioF())
                middle = self.rect().center()
                painter.drawPixmap(middle.x() - 16, middle.y() - 44, sign)
                painter.setPen(QColor(tokens.muted))
                box = self.rect().adjusted(16, self.height() // 2, -16, -8)
                flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(box, int(flags), self._message)
            painter.end()
            return
        sharp = self._zoom >= SHARP_FROM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
        painter.drawPixmap(self._target(), self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Zoom at the mouse."""
        if self._pixmap is not None and event.angleDelta().y():
            factor = STEP ** (event.angleDelta().y() / 120)
            self._set_zoom(self.zoom * factor, event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Take hold of the picture."""
        if self._pixmap is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Pan."""
        if self._grabbed is not None and self._zoom:
            self._centre -= (event.position() - self._grabbed) / self._zoom
            self._grabbed = event.position()
            self.update()

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Let go."""
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Between fitted and true pixels."""
        if self._zoom:
            self.fit()
        else:
            self.actual_size()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """A fitted picture stays fitted."""
        super().resizeEvent(event)
        if not self._zoom:
            self._tell()

    def _fitting(self) -> float:
        if self._pixmap is None or self._pixmap.isNull():
            return 1.0
        across = self.width() / self._pixmap.width()
        down = self.height() / self._pixmap.height()
        return min(across, down, MOST_GROWTH)

    def _target(self) -> QRectF:
        """Where the picture lies in the widget."""
        if self._pixmap is None:
            return QRectF()
        zoom = self.zoom
        width, height = self._pixmap.width() * zoom, self._pixmap.height() * zoom
        if not self._zoom:
            x, y = (self.width() - width) / 2, (self.height() - height) / 2
        else:
            x = self.width() / 2 - self._centre.x() * zoom
            y = self.height() / 2 - self._centre.y() * zoom
        return QRectF(x, y, width, height)

    def _set_zoom(self, zoom: float, at: QPointF) -> None:
        """Zoom so that the point of the picture under `at` stays there."""
        if self._pixmap is None:
            return
        target, before = self._target(), self.zoom
        point = QPointF((at.x() - target.x()) / before, (at.y() - target.y()) / before)
        self._zoom = min(max(zoom, self._fitting() / 4), LARGEST)
        middle = QPointF(self.rect().center())
        self._centre = point - (at - middle) / self._zoom
        self._tell()

    def _tell(self) -> None:
        self.zoomed.emit(self.zoom)
        self.update()
