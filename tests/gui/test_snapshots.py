"""What the views that paint themselves look like, pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from snapshots import Snapshot, compare

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.classes.tree_view import ClassTreeView
from ahsml_app.gui.confusion.heat_map import HeatMap
from ahsml_app.gui.confusion.heat_raster import Raster
from ahsml_app.gui.evidence.score_history import Sparkline
from ahsml_app.gui.gallery.delegate import GAP, PADDING, GalleryDelegate
from ahsml_app.gui.gallery.gallery_model import GalleryModel
from ahsml_app.gui.gallery.histogram import Histogram
from ahsml_app.gui.map.map_overlay import NO_ARCS, Arcs, Classes
from ahsml_app.gui.map.map_raster import cloud_of
from ahsml_app.gui.map.map_view import MapView
from ahsml_app.gui.map.point_styles import GHOST, PLAIN, SELECTED, SUSPECT, PointStyles
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.analysis.class_overview import class_request, find_classes
from ahsml_app.session.analysis.confusion_matrix import Confusion, ConfusionRequest
from ahsml_app.session.review.threshold_counts import BINS

SIDE = 96 + 2 * PADDING
"""Side of a cell whose picture is as large as the sample pictures are."""

COLOURS = np.array([[214, 69, 65], [52, 120, 200], [60, 160, 90], [150, 90, 190]], dtype=np.uint8)
MIDDLES = np.array([0.5 + 0.3j, -0.5 + 0.2j, 0.1 - 0.6j, -0.2 - 0.2j], dtype=np.complex64)
NAMES = ("circle", "cross", "square", "triangle")


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return Theme(request.param)


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


def test_cells_of_the_gallery(
    qtbot: QtBot, snapshot: Snapshot, model: ProjectModel, thumbnails: Thumbnails, theme: Theme
) -> None:
    assert model.project is not None
    rows = model.queue[:6]
    model.decide(DecisionKind.KEEP, rows=[int(rows[1])])
    model.decide(DecisionKind.RELABEL, "square", rows=[int(rows[2])])
    model.decide(DecisionKind.DROP, rows=[int(rows[3])])
    model.set_current(int(rows[4]))
    gallery = GalleryModel(model, thumbnails)
    delegate = GalleryDelegate(gallery, theme, SIDE)
    for row in rows[:5].tolist():
        if thumbnails.pixmap(row) is None:
            qtbot.waitUntil(lambda row=row: thumbnails.pixmap(row) is not None, timeout=20_000)
    cell = delegate.cell()
    image = QImage(3 * cell.width(), 2 * cell.height(), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.tokens.surface))
    corners = [QPoint(n % 3 * cell.width(), n // 3 * cell.height()) for n in range(5)]
    with QPainter(image) as painter:
        delegate.paint_cells(painter, cell, rows[:5], corners, [False, False, True, False, False])
    snapshot(image, f"gallery-{_mode(theme)}")


def test_a_cell_whose_picture_is_still_to_come(
    snapshot: Snapshot, model: ProjectModel, thumbnails: Thumbnails
) -> None:
    delegate = GalleryDelegate(GalleryModel(model, thumbnails), Theme("light"), SIDE)
    image = QImage(delegate.cell(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    with QPainter(image) as painter:
        delegate.paint_cells(painter, delegate.cell(), model.queue[:1], [QPoint(0, 0)], [False])
    thumbnails.stop()
    assert image.size() == QSize(SIDE + GAP, delegate.cell().height())
    snapshot(image, "gallery-empty")


def test_the_histogram(qtbot: QtBot, snapshot: Snapshot, theme: Theme) -> None:
    histogram = Histogram(theme)
    qtbot.addWidget(histogram)
    histogram.resize(300, 56)
    images = np.round(400 * np.exp(-np.arange(BINS) / 6)).astype(np.int64)
    images[-8:] = [1, 2, 4, 7, 9, 14, 20, 12]
    decided = images // 3
    histogram.set_counts(images, decided)
    histogram.set_range(0.18, 0.94)
    snapshot(_grabbed(histogram, theme), f"histogram-{_mode(theme)}")


def test_a_sparkline(qtbot: QtBot, snapshot: Snapshot, theme: Theme) -> None:
    line = Sparkline(theme)
    qtbot.addWidget(line)
    line.resize(140, 18)
    line.show_values([0.9, 0.85, np.nan, 0.6, 0.65, 0.3, 0.2, 0.05])
    snapshot(_grabbed(line, theme), f"sparkline-{_mode(theme)}")


def test_points_on_the_map(qtbot: QtBot, snapshot: Snapshot, theme: Theme) -> None:
    random = np.random.default_rng(0)
    classes = np.repeat(np.arange(4), 30)
    spread = random.normal(0, 0.08, (120, 2)) @ [1, 1j]
    groups = np.array([PLAIN, PLAIN, PLAIN, SUSPECT, GHOST, SELECTED], dtype=np.uint8)
    looks = PointStyles(classes.astype(np.uint16), np.resize(groups, 120), COLOURS)
    view = MapView(theme)
    qtbot.addWidget(view)
    view.resize(260, 260)
    view.grab()  # delivers the new size, which would undo what is drawn
    view.show_cloud(cloud_of((MIDDLES[classes] + spread).astype(np.complex64)))
    view.show_styles(looks, Classes(MIDDLES, NAMES, np.arange(4), COLOURS), NO_ARCS)
    view.finish()
    assert view.is_settled
    snapshot(_grabbed(view, theme), f"map-points-{_mode(theme)}")


def test_arcs_on_the_map(qtbot: QtBot, snapshot: Snapshot, theme: Theme) -> None:
    arcs = Arcs(np.array([0, 2, 1]), np.array([1, 0, 2]), np.array([9, 6, 4]))
    looks = PointStyles(np.arange(4).astype(np.uint16), np.full(4, PLAIN, dtype=np.uint8), COLOURS)
    view = MapView(theme)
    qtbot.addWidget(view)
    view.resize(240, 240)
    view.grab()  # delivers the new size, which would undo what is drawn
    view.show_cloud(cloud_of(MIDDLES))
    view.show_styles(looks, Classes(MIDDLES, NAMES, np.empty(0, dtype=np.int64), COLOURS), arcs)
    view.finish()
    assert view.is_settled
    snapshot(_grabbed(view, theme), f"map-arcs-{_mode(theme)}")


def test_the_heat_map(qtbot: QtBot, snapshot: Snapshot, theme: Theme) -> None:
    random = np.random.default_rng(0)
    given = random.integers(0, 6, 400)
    suggested = np.where(random.random(400) < 0.6, given, random.integers(0, 6, 400))
    request = ConfusionRequest(
        labels=given,
        kinds=np.zeros(400, dtype=np.int64),
        suggested=suggested,
        wrong=random.random(400).astype(np.float32),
        divergence=np.zeros((0, 0), dtype=np.float32),
        classes=6,
    )
    raster = Raster(Confusion(request, np.array([3, 1, 0, 2, 5, 4])), "errors")
    heat = HeatMap(theme)
    qtbot.addWidget(heat)
    heat.resize(320, 280)
    heat.show_matrix(raster, ("ant", "bee", "cat", "dog", "eel", "fox"), "errors")
    heat.set_cursor(1, 4)
    snapshot(_grabbed(heat, theme), f"heat-map-{_mode(theme)}")


def test_the_tree_of_the_classes(
    qtbot: QtBot, snapshot: Snapshot, model: ProjectModel, thumbnails: Thumbnails, theme: Theme
) -> None:
    project = model.project
    assert project is not None
    assert project.scores is not None
    distances = [[0, 8, 1, 3], [8, 0, 8, 8], [1, 8, 0, 3], [3, 8, 3, 0]]
    project.scores = replace(project.scores, class_distances=np.array(distances, np.float32))
    view = ClassTreeView(thumbnails, theme)
    qtbot.addWidget(view)
    view.resize(420, 130)
    view.show_overview(find_classes(class_request(project)))
    view.show_selected(np.array([0, 2]))
    snapshot(_grabbed(view, theme), f"class-tree-{_mode(theme)}")


def test_a_comparison_says_where_the_pictures_are(tmp_path: Path) -> None:
    expected = QImage(50, 40, QImage.Format.Format_RGB888)
    expected.fill(QColor("white"))
    expected.save(str(tmp_path / "square.png"))
    image = expected.copy()
    image.setPixelColor(3, 3, QColor("black"))
    compare(image, tmp_path / "square.png", tmp_path)  # one of two thousand
    image.setPixelColor(4, 3, QColor("black"))
    with pytest.raises(pytest.fail.Exception, match=r"square-difference\.png"):
        compare(image, tmp_path / "square.png", tmp_path)
    difference = QImage(str(tmp_path / "square-difference.png"))
    assert difference.pixelColor(4, 3) == QColor("white")
    assert difference.pixelColor(5, 3) == QColor("black")
    with pytest.raises(pytest.fail.Exception, match="20 × 25, not 50 × 40"):
        compare(image.copy(0, 0, 20, 25), tmp_path / "square.png", tmp_path)


def _mode(theme: Theme) -> str:
    return "dark" if theme.dark else "light"


def _grabbed(widget: QWidget, theme: Theme) -> QImage:
    """What a widget paints, on the window's colour."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.tokens.window))
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image
