"""Geometry that the painted cells of gallery, rows and class tree share."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPixmap

LARGEST_SCALE = 4.0
"""Small images grow by this factor at most; more would only show their pixels."""


def image_rect(pixmap: QPixmap, box: QRect) -> QRectF:
    """Where to paint an image in a box: whole and centred, at most `LARGEST_SCALE` times as large.

    Args:
        pixmap: The image.
        box: The space for it, in the same pixels.
    """
    width, height = max(1, pixmap.width()), max(1, pixmap.height())
    scale = min(box.width() / width, box.height() / height, LARGEST_SCALE)
    w, h = width * scale, height * scale
    return QRectF(box.x() + (box.width() - w) / 2, box.y() + (box.height() - h) / 2, w, h)
