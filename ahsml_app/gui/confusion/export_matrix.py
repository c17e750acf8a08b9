"""Saves the matrix: CSV for other programs, PNG for slides, SVG for print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from ahsml_app.base.errors import AppError, OutputError
from ahsml_app.base.message import Message
from ahsml_app.gui.confusion.confusion_picture import HeatPicture
from ahsml_app.gui.confusion.grid import Grid
from ahsml_app.gui.confusion.heat_legend import Legend
from ahsml_app.gui.confusion.heat_panel import HeatPanel
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import Tokens
from ahsml_app.session.analysis.confusion_matrix import Confusion, matrix_of, write_matrix

_SAVED, _PNG_SCALE = (960.0, 960.0), 2
"""Size of the map in pixels, and the scale of a PNG."""

_EDGE, _HEAD, _FOOT = 16, 32, 34


class Saver(QObject):
    """Asks for a file and writes the matrix or its picture to it.

    Signals:
        notified: Message about the written file, and its folder.
        failed: The exception.
    """

    notified = Signal(str, str)
    failed = Signal(object)

    def __init__(
        self, panel: HeatPanel, background: Background, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._panel, self._background, self._theme = panel, background, theme
        self._window = parent
        background.done.connect(self._on_done)
        background.failed.connect(self.failed)

    def ask(self, suffix: str, project: str, confusion: Confusion, names: tuple[str, ...]) -> None:
        """Asks for a file, then writes it."""
        kind = self.tr("Table") if suffix == "csv" else self.tr("Picture")
        title, name = self.tr("Save the confusion matrix"), f"confusion.{suffix}"
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, name, f"{kind} (*.{suffix})")
        if chosen:
            path = Path(chosen)
            has_suffix = path.suffix.lower() == f".{suffix}"
            self.save(path if has_suffix else Path(f"{path}.{suffix}"), project, confusion, names)

    def save(self, path: Path, project: str, confusion: Confusion, names: tuple[str, ...]) -> None:
        """Writes the matrix as .csv, or its picture as .png or .svg.

        Args:
            path: The file.
            project: Name of the project, for the title.
            confusion: The matrix.
            names: Names of the classes by position.
        """
        if path.suffix.lower() == ".csv":
            matrix = matrix_of(confusion, names, self._panel.measure)
            self._background.start(partial(write_matrix, path, matrix))
            return
        title = f"{project}: {self._panel.measure_name()}"
        try:
            save_picture(
                path, title, self._panel.heat.picture, self._panel.legend, self._theme.tokens
            )
        except AppError as error:
            self.failed.emit(error)
        else:
            self._on_done(path)

    def _on_done(self, path: Path) -> None:
        self.notified.emit(self.tr("Saved as {0}.").format(path.name), str(path.parent))


def save_picture(
    path: Path, title: str, picture: HeatPicture, legend: Legend, tokens: Tokens
) -> None:
    """Writes a picture of the whole matrix with title and legend.

    Args:
        path: The file, which ends with .png or .svg.
        title: Title above the map.
        picture: The map.
        legend: Its legend.
        tokens: Colours.

    Raises:
        OutputError: If the file cannot be written.
    """
    area = picture.area(*_SAVED)
    grid = Grid(len(picture.names), area.width(), area.height()).fitted()
    # No wider than the cells, so that title and legend end where they do.
    width = int(max(area.x() + grid.size * grid.cell + 4, 480)) + 2 * _EDGE
    height = int(area.y() + grid.size * grid.cell + 4) + _HEAD + _FOOT + 2 * _EDGE
    sheet = _Sheet(title, picture, legend, grid, area, QSize(width, height))
    if path.suffix.lower() == ".svg":
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(sheet.size)
        generator.setViewBox(QRectF(0, 0, width, height))
        generator.setTitle(title)
        painter = QPainter()
        if not painter.begin(generator):
            raise _unwritable(path)
        sheet.draw(painter, tokens)
        painter.end()
        return
    image = QImage(width * _PNG_SCALE, height * _PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_PNG_SCALE)
    painter = QPainter(image)
    sheet.draw(painter, tokens)
    painter.end()
    if not image.save(str(path)):
        raise _unwritable(path)


@dataclass(frozen=True)
class _Sheet:
    """The content of an exported picture: title, map and legend.

    Attributes:
        title: Title above the map.
        picture: The map.
        legend: Legend below the map.
        grid: The cells of the map.
        area: Rectangle of the cells in the map.
        size: Size of the picture.
    """

    title: str
    picture: HeatPicture
    legend: Legend
    grid: Grid
    area: QRectF
    size: QSize

    def draw(self, painter: QPainter, tokens: Tokens) -> None:
        """Paints everything; translates the painter."""
        width, height = self.size.width(), self.size.height()
        painter.fillRect(QRectF(0, 0, width, height), QColor(tokens.window))
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        head = QRectF(_EDGE, _EDGE, width - 2 * _EDGE, _HEAD)
        top_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(head, int(top_left), self.title)
        painter.translate(_EDGE, _EDGE + _HEAD)
        self.picture.draw(painter, self.grid, self.area)
        foot = QRectF(0, height - _HEAD - _FOOT - _EDGE, width - 2 * _EDGE, _FOOT)
        self.legend.draw(painter, foot)


def _unwritable(path: Path) -> OutputError:
    return OutputError(
        Message("The picture could not be written to {path}.", path=path),
        hint="Choose another folder, or free up disk space.",
    )
