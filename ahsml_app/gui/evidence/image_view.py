"""A large picture with zoom at the mouse, panning and actual size."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.gui.theme.icons import picture as icon_picture
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import Picture

MOST_GROWTH = 8.0
"""Maximum magnification of a small picture that is fitted; more would only blur it."""

SHARP_FROM = 3.0
"""Zoom from which pixels are painted as squares."""

LARGEST, STEP = 32.0, 1.25
PAN = 48
"""Distance in screen pixels that an arrow key moves the picture."""

MOST_SKIPPED = 1.25
"""Size ratio of picture to view from which the picture is averaged before painting."""

_ICON = 32


class ImageView(QWidget):
    """Shows a picture, fitted until the person zooms.

    The zoom is the number of device pixels for one pixel of the file, even while only a smaller
    version is decoded; `detail_wanted` requests all pixels.
    """

    zoomed = Signal(float)
    detail_wanted = Signal()
    resized = Signal()
    picture_changed = Signal()
    clicked = Signal()
    moved = Signal()  # a person has zoomed or moved the picture

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fitted: QPixmap | None = None  # source of the fitted picture
        self._scaled: QPixmap | None = None  # the same, averaged to the size of the view
        self._whole: QPixmap | None = None  # all pixels, loaded after a zoom
        self._size = QSize()  # size of the picture in its file
        self._preliminary = False
        self._message: tuple[str, str] = ("", "")
        self._zoom = 0.0  # 0 means fitted
        self._centre = QPointF()
        self._drag_from: QPointF | None = None
        self.setMinimumSize(120, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Image"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """A comfortable size beside the gallery."""
        return QSize(420, 300)

    @property
    def has_picture(self) -> bool:
        """Whether the picture is shown, not only its thumbnail."""
        return self._fitted is not None and not self._preliminary

    @property
    def is_fitted(self) -> bool:
        """Whether the picture is fitted to the view."""
        return not self._zoom

    @property
    def aspect(self) -> float:
        """Width of the picture relative to its height; 0 while there is none."""
        return 0.0 if self._size.isEmpty() else self._size.width() / self._size.height()

    @property
    def zoom(self) -> float:
        """Device pixels for one pixel of the picture."""
        return self._zoom or self._fitted_zoom()

    @property
    def is_sharp(self) -> bool:
        """Whether pixels are painted as squares."""
        return self._zoom >= SHARP_FROM

    def show_picture(self, picture: Picture) -> None:
        """Shows another picture, fitted."""
        self._set_pixmap(QPixmap.fromImage(picture.image), QSize(picture.width, picture.height))

    def refine(self, picture: Picture) -> None:
        """Shows the same picture with more pixels, without moving it."""
        pixmap = QPixmap.fromImage(picture.image)
        if picture.box == 0:
            self._whole = pixmap
        else:
            self._fitted, self._scaled = pixmap, None
        self.update()

    def show_thumbnail(self, pixmap: QPixmap) -> None:
        """Shows a thumbnail until the picture arrives."""
        self._set_pixmap(pixmap, pixmap.size())
        self._preliminary = True

    def show_waiting(self) -> None:
        """Shows an empty frame until the picture arrives."""
        self.show_message("", "")

    def show_message(self, text: str, reason: str) -> None:
        """Shows why there is no picture."""
        self._fitted = self._scaled = self._whole = None
        self._preliminary, self._message = False, (text, reason)
        self._zoom = 0.0
        self.setAccessibleDescription(f"{text} {reason}".strip())
        self._emit_zoom()

    @property
    def place(self) -> tuple[float, float, float]:
        """Zoom relative to the fitted one, 0 for that; and the middle as shares of the picture."""
        if not self._zoom:
            return 0.0, 0.5, 0.5
        x, y = self._centre.x() / self._size.width(), self._centre.y() / self._size.height()
        return self._zoom / self._fitted_zoom(), x, y

    def follow(self, place: tuple[float, float, float]) -> None:
        """Shows the place of another picture that looks alike, whatever its number of pixels."""
        if not self.has_picture:
            return
        zoom, x, y = place
        self._zoom = min(zoom * self._fitted_zoom(), LARGEST * self.devicePixelRatioF())
        self._centre = QPointF(x * self._size.width(), y * self._size.height())
        self._emit_zoom()

    def fit(self) -> None:
        """Fits the picture to the view."""
        self._zoom = 0.0
        self._emit_zoom()
        self.moved.emit()

    def actual_size(self) -> None:
        """Shows one pixel of the picture per device pixel."""
        self._set_zoom(1.0, QPointF(self.rect().center()))

    def zoom_in(self) -> None:
        """Zooms in by one step, around the middle."""
        self._set_zoom(self.zoom * STEP, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        """Zooms out by one step, around the middle."""
        self._set_zoom(self.zoom / STEP, QPointF(self.rect().center()))

    def understands(self, event: QKeyEvent) -> bool:
        """Whether `handle_key` handles this key."""
        return self._key_action(event) is not None

    def handle_key(self, event: QKeyEvent) -> bool:
        """Zooms by key: +, -, 0 or Ctrl+0 to fit, Z for actual size; False for other keys."""
        action = self._key_action(event)
        if action is not None:
            action()
        return action is not None

    def _key_action(self, event: QKeyEvent) -> Callable[[], None] | None:
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if modifiers & Qt.KeyboardModifier.AltModifier or (control and key != Qt.Key.Key_0):
            return None
        return {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_Z: self.actual_size,
        }.get(Qt.Key(key))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the picture, or a message."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.hover))
        if self._fitted is None:
            self._paint_message(painter)
        else:
            self._paint_picture(painter, self._fitted)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_picture(self, painter: QPainter, fitted: QPixmap) -> None:
        """Paints the visible part from the smallest pixmap with enough pixels."""
        target = self._picture_rect()
        is_sufficient = fitted.width() >= self._size.width() * self.zoom
        pixmap = fitted if self._whole is None or is_sufficient else self._whole
        if not self._zoom:
            pixmap = self._averaged(fitted, target)
        visible = target.intersected(QRectF(self.rect()))
        if visible.isEmpty():
            return
        scale = pixmap.width() / target.width()
        source = QRectF(
            (visible.x() - target.x()) * scale,
            (visible.y() - target.y()) * pixmap.height() / target.height(),
            visible.width() * scale,
            visible.height() * pixmap.height() / target.height(),
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.is_sharp)
        painter.drawPixmap(visible, pixmap, source)

    def _averaged(self, fitted: QPixmap, target: QRectF) -> QPixmap:
        """The picture averaged to the size of the view, because the painter would skip pixels."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(target.width() * ratio), round(target.height() * ratio))
        if size.isEmpty() or fitted.width() < MOST_SKIPPED * size.width():
            return fitted
        if self._scaled is None or self._scaled.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._scaled = fitted.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._scaled

    def _paint_message(self, painter: QPainter) -> None:
        text, reason = self._message
        if not text:
            return
        tokens = self._theme.tokens
        icon_pixmap = icon_picture("broken-image", tokens.muted, _ICON, self.devicePixelRatioF())
        line = self.fontMetrics().height()
        width = max(1, self.width() - 32)
        wrap = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        box = self.fontMetrics().boundingRect(0, 0, width, 400, wrap, reason)
        top = max(4, (self.height() - _ICON - 12 - line - 4 - box.height()) // 2)
        painter.drawPixmap(round((self.width() - _ICON) / 2), top, icon_pixmap)
        top += _ICON + 12
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(16, top, width, line), wrap, text)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRectF(16, top + line + 4, width, box.height()), wrap, reason)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Zooms around the mouse."""
        if self._fitted is not None and event.angleDelta().y():
            factor = STEP ** (event.angleDelta().y() / 120)
            self._set_zoom(self.zoom * factor, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keeps the arrow keys from the window's shortcuts while zoomed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
            if event.key() in arrows and self._zoom:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Zooms, or pans while zoomed."""
        step = {
            Qt.Key.Key_Left: QPointF(-PAN, 0),
            Qt.Key.Key_Right: QPointF(PAN, 0),
            Qt.Key.Key_Up: QPointF(0, -PAN),
            Qt.Key.Key_Down: QPointF(0, PAN),
        }.get(Qt.Key(event.key()))
        if step is not None and self._zoom:
            self._move(step)
        elif not self.handle_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Starts to pan."""
        if self._zoom and event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Pans."""
        if self._drag_from is not None:
            self._move(self._drag_from - event.position())
            self._drag_from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Ends panning; a click on a fitted picture only says so."""
        if event.button() == Qt.MouseButton.LeftButton and not self._zoom:
            self.clicked.emit()
        self._drag_from = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Switches between fitted and actual size, around the mouse."""
        if self._zoom:
            self.fit()
        else:
            self._set_zoom(1.0, event.position())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keeps a fitted picture fitted."""
        super().resizeEvent(event)
        self.resized.emit()
        self._emit_zoom()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Repaints the focus frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Removes the focus frame."""
        super().focusOutEvent(event)
        self.update()

    def _set_pixmap(self, pixmap: QPixmap, size: QSize) -> None:
        self._fitted, self._size = pixmap, size
        self._scaled = self._whole = None
        self._preliminary, self._message = False, ("", "")
        self._zoom, self._drag_from = 0.0, None
        self.setAccessibleDescription("")
        self.picture_changed.emit()
        self._emit_zoom()

    def _fitted_zoom(self) -> float:
        """Zoom of the fitted picture."""
        if self._fitted is None or self._size.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        across = self.width() * ratio / self._size.width()
        down = self.height() * ratio / self._size.height()
        return min(across, down, MOST_GROWTH * ratio)

    def _picture_rect(self) -> QRectF:
        """Rectangle of the picture in the widget."""
        scale = self.zoom / self.devicePixelRatioF()
        width, height = self._size.width() * scale, self._size.height() * scale
        if self._zoom:
            x = self.width() / 2 - self._centre.x() * scale
            y = self.height() / 2 - self._centre.y() * scale
        else:
            x, y = (self.width() - width) / 2, (self.height() - height) / 2
        if self.zoom.is_integer():  # aligns picture and device pixels
            x, y = round(x), round(y)
        return QRectF(x, y, max(width, 1e-6), max(height, 1e-6))

    def _set_zoom(self, zoom: float, point: QPointF) -> None:
        """Sets the zoom; the picture stays in place at a point of the widget."""
        if self._fitted is None or self._preliminary:
            return
        target, scale = self._picture_rect(), self.zoom / self.devicePixelRatioF()
        picture_point = QPointF((point.x() - target.x()) / scale, (point.y() - target.y()) / scale)
        min_zoom = min(self._fitted_zoom(), 1.0) / 2
        self._zoom = min(max(zoom, min_zoom), LARGEST * self.devicePixelRatioF())
        middle = QPointF(self.width() / 2, self.height() / 2)
        self._centre = picture_point - (point - middle) / (self._zoom / self.devicePixelRatioF())
        self._clamp_centre()
        self._emit_zoom()
        self.moved.emit()

    def _move(self, step: QPointF) -> None:
        self._centre += step * self.devicePixelRatioF() / self._zoom
        self._clamp_centre()
        self.update()
        self.moved.emit()

    def _clamp_centre(self) -> None:
        """Keeps the middle of the view inside the picture."""
        self._centre = QPointF(
            min(max(self._centre.x(), 0.0), float(self._size.width())),
            min(max(self._centre.y(), 0.0), float(self._size.height())),
        )

    def _show_cursor(self) -> None:
        if self._zoom:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _emit_zoom(self) -> None:
        if self._drag_from is None:
            self._show_cursor()
        shown_width = self._size.width() * min(self._zoom, 1.0)
        if self._fitted is not None and self._whole is None and self._fitted.width() < shown_width:
            self.detail_wanted.emit()
        self.zoomed.emit(self.zoom)
        self.update()
