"""The gallery after an update: what is missing is faint, and says so legibly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from ahsml_app.base.folder_changes import SampleState
from ahsml_app.gui.gallery.delegate import GalleryDelegate
from ahsml_app.gui.gallery.gallery_model import GalleryModel
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails

SIDE = 120


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_caption_of_a_missing_image_can_be_read(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot, mode: str
) -> None:
    theme, row = Theme(mode), int(model.queue[0])
    model.project.states[row] = SampleState.MISSING
    model.set_current(-1)
    delegate = GalleryDelegate(GalleryModel(model, thumbnails), theme, SIDE)
    image = QImage(delegate.cell(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        delegate.paint_cells(painter, delegate.cell(), model.queue[:1], [QPoint(0, 0)], [False])
    surface = QColor(theme.tokens.surface).lightness()
    caption = [
        abs(image.pixelColor(x, y).lightness() - surface)
        for x in range(10, SIDE - 10)
        for y in range(SIDE + 4, image.height() - 10)
    ]
    full = abs(QColor(theme.tokens.text).lightness() - surface)
    assert max(caption) > 0.4 * full
