"""Saves the map: PNG at double density, or SVG with lines and text as vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF
from PySide6.QtSvg import QSvgGenerator

from ahsml_app.base.errors import OutputError
from ahsml_app.gui.map.map_canvas import MapCanvas, image_of
from ahsml_app.gui.map.map_raster import PADDING, dot_radius, refinement
from ahsml_app.gui.map.point_styles import GHOST, SUSPECT

DENSITY = 2.0
MOST_SHAPES = 20_000
"""Most points that an SVG holds as shapes; with more, it holds one picture."""


def save_map(canvas: MapCanvas, path: Path) -> None:
    """Save the visible map; the suffix of the path selects the format.

    Args:
        canvas: The map.
        path: File with the suffix .png or .svg.

    Raises:
        OutputError: The file cannot be written.
    """
    canvas.finish()
    written = _svg(canvas, path) if path.suffix.lower() == ".svg" else _png(canvas, path)
    if not written:
        raise OutputError(
            QCoreApplication.translate("MapPanel", "The picture {0} cannot be written.").format(
                path
            ),
            hint=QCoreApplication.translate("MapPanel", "Choose another folder."),
        )


def _png(canvas: MapCanvas, path: Path) -> bool:
    size = canvas.size() * DENSITY
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(DENSITY)
    image.fill(QColor(canvas.theme.tokens.window))
    with QPainter(image) as painter:
        canvas.paint_ground(painter, canvas.viewport)
        _paint_picture(canvas, painter)
        canvas.paint_classes(painter, canvas.viewport, letters=True)
    return bool(image.save(str(path)))


def _svg(canvas: MapCanvas, path: Path) -> bool:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(canvas.width(), canvas.height()))
    generator.setViewBox(QRectF(0, 0, canvas.width(), canvas.height()))
    generator.setTitle(QCoreApplication.translate("MapPanel", "Map of all images"))
    painter = QPainter()
    if not painter.begin(generator):
        return False
    painter.fillRect(QRectF(canvas.rect()), QColor(canvas.theme.tokens.window))
    canvas.paint_ground(painter, canvas.viewport)
    drawn = canvas.drawn
    if drawn is not None and np.count_nonzero(drawn.pixels >= 0) <= MOST_SHAPES:
        _paint_shapes(canvas, painter)
    else:
        _paint_picture(canvas, painter)
    canvas.paint_classes(painter, canvas.viewport, letters=True)
    return painter.end()


def _paint_picture(canvas: MapCanvas, painter: QPainter) -> None:
    """Paint all points as one picture."""
    if canvas.cloud is None or canvas.styles is None or canvas.drawn is None:
        return
    surface, seen = canvas.surface(DENSITY), int((canvas.drawn.pixels >= 0).sum())
    for drawn in refinement(canvas.cloud, canvas.styles, canvas.movement, surface, seen):
        if drawn is not None:
            gap = -PADDING / DENSITY
            painter.drawImage(QPointF(gap, gap), image_of(drawn.buffer, surface))


def _paint_shapes(canvas: MapCanvas, painter: QPainter) -> None:
    """Paint each point as a shape; the loop covers few points and runs on request only."""
    cloud, styles, drawn, viewport = canvas.cloud, canvas.styles, canvas.drawn, canvas.viewport
    if cloud is None or styles is None or drawn is None:
        return
    seen = np.flatnonzero(drawn.pixels >= 0)
    groups = styles.groups[cloud.rows[seen]]
    seen = seen[np.argsort(groups, kind="stable")]
    w = canvas.movement(cloud.z[seen].astype(np.complex128))
    x, y = viewport.pixels(w)
    radius = dot_radius(len(seen), canvas.surface(1.0)) * np.clip(1.2 - np.abs(w) ** 2, 0.5, 1)
    rows = cloud.rows[seen]
    colours = styles.palette[styles.codes[rows]]
    columns = (x, y, radius, colours, styles.groups[rows])
    ink, faded = QColor(canvas.theme.tokens.text), QColor(canvas.theme.tokens.muted)
    faded.setAlphaF(0.3)
    for left, top, size, colour, group in zip(*(c.tolist() for c in columns), strict=True):
        at = QPointF(left, top)
        painter.setBrush(faded if group == GHOST else QColor(*colour))
        painter.setPen(ink if group >= SUSPECT else Qt.PenStyle.NoPen)
        if group == SUSPECT:
            far = size * 1.25
            corners = (QPointF(far, 0), QPointF(0, far), QPointF(-far, 0), QPointF(0, -far))
            painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
        else:
            painter.drawEllipse(at, size, size)
