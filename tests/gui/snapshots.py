"""Compares the painting of a view with a reviewed and committed image.

Run the tests with UPDATE_SNAPSHOTS=1 to write the images again, then look at each of them. Text
uses the font inside Pillow, so that it looks the same on every machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).resolve().parent.parent / "snapshots"
STEP = 24
"""Largest difference of a colour channel, of 255, that counts as equal."""

MOST_DIFFERENT = 0.0005
"""Largest share of pixels that may differ by more than `STEP`, at the edges of shapes."""

Snapshot = Callable[[QPixmap | QImage, str], None]


@pytest.fixture
def steady_font(qapp: QApplication) -> Iterator[QFont]:
    """Sets the application's font to one that every machine draws alike."""
    before = qapp.font()
    number = QFontDatabase.addApplicationFontFromData(ImageFont.load_default(10).font_bytes)
    font = QFont(QFontDatabase.applicationFontFamilies(number))
    font.setPointSizeF(12 * 72 / QGuiApplication.primaryScreen().logicalDotsPerInchY())
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    without_other_fonts = QFont.StyleStrategy.NoFontMerging
    font.setStyleStrategy(without_other_fonts | QFont.StyleStrategy.NoSubpixelAntialias)
    qapp.setFont(font)
    yield font
    qapp.setFont(before)
    QFontDatabase.removeApplicationFont(number)


@pytest.fixture
def snapshot(steady_font: QFont, tmp_path: Path) -> Snapshot:
    """A function that compares an image with the committed one of a name."""

    def check(painted: QPixmap | QImage, name: str) -> None:
        image = painted.toImage() if isinstance(painted, QPixmap) else painted
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            FOLDER.mkdir(exist_ok=True)
            assert image.convertToFormat(QImage.Format.Format_RGB888).save(
                str(FOLDER / f"{name}.png")
            )
        compare(image, FOLDER / f"{name}.png", tmp_path)

    return check


def compare(image: QImage, expected_file: Path, folder: Path) -> None:
    """Fails the test if an image differs from the expected one.

    Args:
        image: The painted image.
        expected_file: File of the expected image.
        folder: Folder for the painted image and the difference if they differ.
    """
    expected = QImage(str(expected_file))
    actual_file = folder / f"{expected_file.stem}-actual.png"
    difference_file = folder / f"{expected_file.stem}-difference.png"
    if image.size() != expected.size():
        image.save(str(actual_file))
        sizes = f"{_text(image.size())}, not {_text(expected.size())}"
        pytest.fail(f"{expected_file.name}: the image is {sizes} pixels; see {actual_file}")
    difference = np.abs(pixels(image).astype(int) - pixels(expected)).max(axis=2)
    share = float((difference > STEP).mean())
    if share <= MOST_DIFFERENT:
        return
    image.save(str(actual_file))
    shown = np.ascontiguousarray(np.where(difference > STEP, 255, difference), dtype=np.uint8)
    height, width = shown.shape
    QImage(shown.data, width, height, width, QImage.Format.Format_Grayscale8).save(
        str(difference_file)
    )
    pytest.fail(
        f"{expected_file.name}: {share:.2%} of the pixels differ; see {actual_file} and "
        f"{difference_file}. If the change is meant, run with UPDATE_SNAPSHOTS=1 and look at it."
    )


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) uint8 RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _text(size: QSize) -> str:
    return f"{size.width()} × {size.height()}"
