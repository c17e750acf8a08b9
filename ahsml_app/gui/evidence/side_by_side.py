"""The judged picture, and beside it the nearest trusted images of the classes in question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.base.message import shown
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails

NARROW = 480
"""Width in pixels below which the judged picture stands alone."""

GAP = 4
_MOST = 2 / 3
"""Largest share of the width that the judged picture takes beside others."""

_ALIKE = 1.25
"""A picture that is so little too wide for an equal part shrinks into it: all have one scale."""

_STACKED = 0.5
"""Width of a box relative to its height from which two of them stand side by side."""

_UNKNOWN = 0.75
_SETTLE = 60
"""Milliseconds until the other pictures are decoded, so that the judged one is painted first."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An image to compare with, and what it is an example of."""

    row: int
    caption: str


class ReferenceView(ImageView):
    """A picture to compare with; its caption lies over its lower edge."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._tokens_of = theme
        self.caption = ""
        self.row = -1
        self.setMinimumSize(0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the caption over the picture."""
        super().paintEvent(event)
        if not self.caption:
            return
        tokens, painter = self._tokens_of.tokens, QPainter(self)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        height, room = metrics.height() + 4, max(0, self.width() - 12)
        text = metrics.elidedText(self.caption, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(text) + 12
        box = QRectF((self.width() - width) / 2, self.height() - height - 4, width, height)
        ground = QColor(tokens.window)
        ground.setAlphaF(0.86)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()


class SideBySide(QWidget):
    """Gives the judged picture the height, and the others what its shape leaves of the width.

    Signals:
        chosen: A picture to compare with was clicked; carries its row.
    """

    chosen = Signal(int)

    def __init__(
        self,
        model: ProjectModel,
        loader: PictureLoader,
        view: ImageView,
        thumbnails: Thumbnails,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._model, self._loader, self._thumbnails = model, loader, thumbnails
        self.view = view
        view.setParent(self)
        self.references = (ReferenceView(theme), ReferenceView(theme))
        for number, reference in enumerate(self.references):
            reference.setParent(self)
            reference.hide()
            reference.setObjectName(f"reference-{number + 1}")
            reference.clicked.connect(self._on_clicked)
        self._shown: tuple[Reference, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE)
        self._timer.timeout.connect(self._load)
        loader.loaded.connect(self._on_loaded)
        view.picture_changed.connect(self._place)
        self.setMinimumSize(120, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_references(self, references: Sequence[Reference]) -> None:
        """Shows up to two images beside the judged one."""
        self._shown = tuple(references[: len(self.references)])
        project = self._model.project
        for place, view in enumerate(self.references):
            reference = self._shown[place] if place < len(self._shown) else None
            row = -1 if reference is None else reference.row
            if reference is not None and project is not None:
                view.caption = reference.caption
                view.setAccessibleName(reference.caption)
                view.setToolTip(f"{reference.caption}\n{shown(project.table.paths[row])}")
                if row != view.row:
                    self._show_thumbnail(view, row)
            view.row = row
        self._place()
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Divides the new size."""
        super().resizeEvent(event)
        self._place()
        self._timer.start()

    def _show_thumbnail(self, view: ReferenceView, row: int) -> None:
        thumbnail = self._thumbnails.pixmap(row)
        if thumbnail is None:
            view.show_waiting()
        else:
            view.show_thumbnail(thumbnail)

    def _load(self) -> None:
        """Shows the pictures that are decoded, and requests the others after the judged one."""
        project = self._model.project
        if project is None or self.width() < NARROW or not self.isVisible():
            return
        missing = [
            project.path(view.row) for view in self.references if not self._show_picture(view)
        ]
        if missing:
            self._loader.want_beside(missing)

    def _show_picture(self, view: ReferenceView) -> bool:
        """Whether nothing more is to come: the picture is shown, or cannot be read."""
        project = self._model.project
        if project is None or view.row < 0:
            return True
        path = project.path(view.row)
        picture = self._loader.picture(path)
        if picture is not None and not view.has_picture:
            view.show_picture(picture)
        return picture is not None or bool(self._loader.reason(path))

    def _on_loaded(self, path: object) -> None:
        project = self._model.project
        if project is None or self._timer.isActive():
            return
        for view in self.references:
            if 0 <= view.row < len(project.table) and project.path(view.row) == path:
                self._show_picture(view)

    def _on_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, ReferenceView) and sender.row >= 0:
            self.chosen.emit(sender.row)

    def _place(self) -> None:
        boxes = divide(self.width(), self.height(), self.view.aspect or _UNKNOWN, len(self._shown))
        self.view.setGeometry(boxes[0])
        for place, view in enumerate(self.references):
            shown_here = place + 1 < len(boxes)
            if shown_here:
                view.setGeometry(boxes[place + 1])
            view.setVisible(shown_here)


def divide(width: int, height: int, aspect: float, others: int) -> list[QRect]:
    """The box of the judged picture, and those of the others as far as they have room.

    Args:
        width: Width of the whole in pixels.
        height: Height of the whole in pixels.
        aspect: Width of the judged picture relative to its height.
        others: How many pictures stand beside it.
    """
    if not others or width < NARROW:
        return [QRect(0, 0, width, height)]
    equal = (width - GAP * others) / (others + 1)
    own = aspect * height
    own = round(equal if own <= _ALIKE * equal else min(own, width * _MOST))
    left, rest = own + GAP, width - own - GAP
    across = (rest - GAP * (others - 1)) // others
    boxes = [QRect(0, 0, own, height)]
    if across >= _STACKED * height or others == 1:
        boxes += [QRect(left + n * (across + GAP), 0, across, height) for n in range(others)]
    else:
        down = (height - GAP * (others - 1)) // others
        boxes += [QRect(left, n * (down + GAP), rest, down) for n in range(others)]
    return boxes
