"""The large picture: fitting, zooming, panning, true pixels, and the loader behind it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ahsml_app.gui.evidence.image_view import LARGEST, MOST_GROWTH, ImageView
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import BOXES, Picture, PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import image_from


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    theme = Theme("light")
    view = ImageView(theme)
    theme.setParent(view)
    view.resize(400, 300)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def loader(qtbot: QtBot) -> Iterator[PictureLoader]:
    loader = PictureLoader()
    yield loader
    loader.stop()


def picture(width: int, height: int, factor: int = 1) -> Picture:
    """A chequered picture; its file has `factor` times as many pixels each way."""
    pixels = (np.indices((height, width)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = image_from(np.ascontiguousarray(np.repeat(pixels[:, :, None], 3, axis=2)))
    return Picture(image, width * factor, height * factor, BOXES[0])


def wheel(view: ImageView, at: QPoint, steps: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def under(view: ImageView, at: QPoint) -> np.ndarray:
    """The point of the picture that lies at a place of the view."""
    target, zoom = view._picture_rect(), view.zoom
    return np.array([(at.x() - target.x()) / zoom, (at.y() - target.y()) / zoom])


def test_a_picture_is_fitted_and_stays_so(view: ImageView) -> None:
    view.show_picture(picture(800, 400))
    assert view.zoom == pytest.approx(0.5)
    assert view._picture_rect().width() == pytest.approx(400)
    view.resize(200, 300)
    assert view.zoom == pytest.approx(0.25)
    assert view.is_fitted


def test_a_small_picture_grows_only_so_far(view: ImageView) -> None:
    view.show_picture(picture(8, 8))
    assert view.zoom == MOST_GROWTH
    assert not view.is_sharp  # smooth while fitted, however small it is


def test_pixels_are_squares_when_zoomed_far(view: ImageView) -> None:
    view.show_picture(picture(32, 32))
    view.actual_size()
    for _ in range(10):
        view.zoom_in()
    assert view.is_sharp
    image = view.grab().toImage()
    greys = {image.pixelColor(x, 150).red() for x in range(100, 300)}
    assert greys <= {0, 255}


def test_the_wheel_zooms_at_the_mouse(view: ImageView) -> None:
    view.show_picture(picture(800, 600))
    at = QPoint(300, 100)
    before = under(view, at)
    for steps in (1, 1, 1, 2):
        wheel(view, at, steps)
        assert under(view, at) == pytest.approx(before, abs=0.5)
    assert view.zoom == pytest.approx(0.5 * 1.25**5)


def test_zoom_has_bounds(view: ImageView) -> None:
    view.show_picture(picture(100, 100))
    wheel(view, QPoint(10, 10), 200)
    assert view.zoom == LARGEST
    wheel(view, QPoint(10, 10), -400)
    assert view.zoom >= 0.5
    view.grab()


@pytest.mark.parametrize("key", [Qt.Key.Key_Plus, Qt.Key.Key_Equal])
def test_keys_zoom_and_fit(view: ImageView, qtbot: QtBot, key: Qt.Key) -> None:
    view.show_picture(picture(800, 600))
    qtbot.keyClick(view, key)
    assert view.zoom == pytest.approx(0.5 * 1.25)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(0.5)
    qtbot.keyClick(view, Qt.Key.Key_Z)
    assert view.zoom == 1.0
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.is_fitted


def test_a_drag_pans_and_stays_at_the_picture(view: ImageView, qtbot: QtBot) -> None:
    view.show_picture(picture(800, 600))
    view.actual_size()
    before = under(view, QPoint(200, 150))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(view, QPoint(150, 130))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 130))
    assert under(view, QPoint(200, 150)) == pytest.approx([before[0] + 50, before[1] + 20], abs=1)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert under(view, QPoint(200, 150))[0] > before[0] + 90
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert under(view, QPoint(200, 150))[0] <= 801


def test_a_double_click_goes_to_true_pixels_and_back(view: ImageView, qtbot: QtBot) -> None:
    view.show_picture(picture(800, 600))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert view.zoom == 1.0
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert view.is_fitted


def test_true_pixels_are_those_of_the_file(view: ImageView, qtbot: QtBot) -> None:
    view.show_picture(picture(500, 400, factor=4))
    assert view.zoom == pytest.approx(300 / 1600)
    with qtbot.waitSignal(view.detail_wanted):
        view.actual_size()
    assert view._picture_rect().width() == pytest.approx(2000)
    whole = picture(2000, 1600)
    view.refine(Picture(whole.image, 2000, 1600, 0))
    assert view.zoom == 1.0  # same place, more pixels
    image = view.grab().toImage()
    row = [image.pixelColor(x, 150).red() for x in range(100, 120)]
    assert set(row) == {0, 255}
    assert all(a != b for a, b in pairwise(row))


def test_a_fitted_picture_is_averaged_down(view: ImageView) -> None:
    view.show_picture(picture(1600, 1200))
    image = view.grab().toImage()
    greys = [image.pixelColor(x, 150).red() for x in range(50, 350)]
    assert np.std(greys) < 20  # a chequerboard averages to grey; skipped pixels would flicker
    assert 90 < np.mean(greys) < 165


def test_a_thumbnail_stands_in_but_cannot_be_zoomed(view: ImageView, qtbot: QtBot) -> None:
    from PySide6.QtGui import QPixmap

    view.show_thumbnail(QPixmap.fromImage(picture(80, 60).image))
    assert not view.has_picture
    view.zoom_in()
    assert view.is_fitted
    view.show_picture(picture(800, 600))
    assert view.has_picture


def test_an_error_is_told(view: ImageView) -> None:
    view.show_picture(picture(80, 60))
    view.show_message("This image cannot be shown", "the file is empty (0 bytes) " * 8)
    assert not view.has_picture
    assert "empty" in view.accessibleDescription()
    view.zoom_in()
    view.resize(120, 96)
    view.grab()


def test_the_loader_reduces_and_brings_all_pixels_on_demand(
    loader: PictureLoader, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "large.jpg"
    Image.new("RGB", (3000, 2000), "teal").save(path)
    loader.want([path])
    qtbot.waitUntil(lambda: loader.picture(path) is not None)
    found = loader.picture(path)
    assert found is not None
    assert found.reduced
    assert (found.width, found.height) == (3000, 2000)
    assert max(found.image.width(), found.image.height()) == BOXES[0]
    assert loader.whole(path) is None
    loader.want_whole(path)
    qtbot.waitUntil(lambda: loader.whole(path) is not None)
    whole = loader.whole(path)
    assert whole is not None
    assert whole.image.width() == 3000
    loader.fit_box(1400)
    loader.want([path])
    qtbot.waitUntil(lambda: loader.picture(path).image.width() == 1536)


def test_the_loader_takes_the_newest_wish_first(
    loader: PictureLoader, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = []
    for number in range(12):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (700, 700), (number, 0, 0)).save(paths[-1])
    arrived: list[Path] = []
    loader.loaded.connect(arrived.append)
    loader.want(paths[:11])
    loader.want([paths[11]])
    qtbot.waitUntil(lambda: loader.picture(paths[11]) is not None)
    qtbot.waitUntil(lambda: not loader.busy)
    assert len(arrived) <= 4  # those begun before the wish changed, and the wished one


def test_a_turned_picture_is_upright(loader: PictureLoader, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    image = Image.new("RGB", (1600, 1200), "white")
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(path, exif=exif)
    loader.want([path])
    qtbot.waitUntil(lambda: loader.picture(path) is not None)
    found = loader.picture(path)
    assert found is not None
    assert (found.width, found.height) == (1200, 1600)
    assert found.image.height() > found.image.width()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"\xff\xd8\xffrubbish", "JPEG"), (b"text", "not a JPEG")],
)
def test_the_loader_tells_why_it_cannot(
    loader: PictureLoader, qtbot: QtBot, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(content)
    loader.want([path])
    qtbot.waitUntil(lambda: bool(loader.reason(path)))
    assert reason in str(loader.reason(path))
    assert loader.picture(path) is None
    Image.new("RGB", (10, 10)).save(path)
    loader.retry(path)
    qtbot.waitUntil(lambda: loader.picture(path) is not None)


def test_pictures_are_forgotten_by_bytes(
    loader: PictureLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ahsml_app.gui.thumbnails.full_size.MOST_BYTES", 4 * 100 * 100 * 3)
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    for number in range(9):
        found = Picture(image.copy(), 100, 100, BOXES[0])
        loader._on_decoded((Path(str(number)), BOXES[0], "first"), found, "")
    assert [number for number in range(9) if loader.picture(Path(str(number)))] == [6, 7, 8]


def test_a_picture_of_another_project_that_arrives_late_is_not_shown(loader: PictureLoader) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    path, found = Path("stack.tif"), Picture(image, 100, 100, BOXES[0])
    loader.clear("max")
    loader._on_decoded((path, BOXES[0], "first"), found, "")
    assert loader.picture(path) is None
    loader._on_decoded((path, BOXES[0], "max"), found, "")
    assert loader.picture(path) is not None
