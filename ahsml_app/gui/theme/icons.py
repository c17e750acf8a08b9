"""Icons from one set of SVG files, in any colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ahsml_app.base.paths import resources_folder

SIDE = 20
_SCALES = (1, 2, 3)


@lru_cache(maxsize=256)
def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """An icon in a colour, sharp at any pixel density.

    Args:
        name: File name in `resources/icons`, without suffix.
        colour: Colour as `#rrggbb`.
        disabled: Colour of the disabled icon; if empty, Qt makes it paler.

    Raises:
        FileNotFoundError: There is no such icon.
    """
    result = QIcon()
    for scale in _SCALES:
        result.addPixmap(picture(name, colour, SIDE, scale))
        if disabled:
            result.addPixmap(picture(name, disabled, SIDE, scale), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=512)
def picture(name: str, colour: str, side: int, scale: float = 1.0) -> QPixmap:
    """An icon as a pixmap of `side` logical pixels."""
    text = (resources_folder() / "icons" / f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
    pixmap = QPixmap(round(side * scale), round(side * scale))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side * scale, side * scale))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def application_icon() -> QIcon:
    """The icon of the window."""
    result = QIcon()
    for side in (16, 32, 64, 128, 256):
        result.addPixmap(picture("application", "#000000", side))
    return result
