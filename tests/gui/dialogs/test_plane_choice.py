"""The import dialog asks what is read of several pages or channels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from running import result_of
from sample_images import make_stacks

from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.dialogs.class_table import ClassPreviewTable
from ahsml_app.gui.dialogs.import_dialog import ImportDialog
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.pipeline.scan_source import scan_source


@pytest.fixture
def thumbnails() -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(None)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def dialog(qtbot: QtBot, thumbnails: Thumbnails) -> Iterator[ImportDialog]:
    dialog = ImportDialog(Theme("light"), thumbnails, None)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.hide()


def test_what_is_read_of_several_pages_is_chosen(
    dialog: ImportDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    source = Source(make_stacks(tmp_path / "images", 2))
    choice, asked = dialog.planes, []

    def scan_again(wanted: Source) -> None:
        asked.append(wanted.planes)
        dialog.begin(wanted)
        assert not choice.isEnabled()
        dialog.show_result(result_of(scan_source(wanted)))

    dialog.rescan_requested.connect(scan_again)
    scan_again(source)
    assert choice.isVisible()
    assert (choice.planes, choice.number.isVisible()) == ("first", False)
    qtbot.keyClick(choice.rule, Qt.Key.Key_Down)
    assert asked == ["first", "max"]
    qtbot.keyClick(choice.rule, Qt.Key.Key_Down)
    assert asked[2:] == [1]
    assert choice.number.isVisible()
    choice.number.selectAll()
    qtbot.keyClicks(choice.number, "3")
    qtbot.keyClick(choice.number, Qt.Key.Key_Return)
    assert asked[3:] == [3]
    assert choice.planes == 3
    accepted: list[object] = []
    dialog.accepted_source.connect(lambda *values: accepted.extend(values))
    # The pictures of the classes are those that will be judged.
    pictures = dialog.findChild(ClassPreviewTable).model()

    def brightest() -> int:
        pixmap = pictures.index(0, 0).data(Qt.ItemDataRole.DecorationRole)
        pixels = None if pixmap is None else pixmap.toImage()
        column = range(0 if pixels is None else pixels.height())
        return max((pixels.pixelColor(16, row).red() for row in column), default=0)

    qtbot.waitUntil(lambda: brightest() > 100)
    open_project = dialog.findChild(QPushButton, "open-project")
    qtbot.mouseClick(open_project, Qt.MouseButton.LeftButton)
    assert accepted[0].planes == accepted[1].table.planes == 3


def test_without_stacks_nothing_is_asked_about_pages(
    dialog: ImportDialog, image_folder: Path
) -> None:
    dialog.begin(Source(image_folder))
    dialog.show_result(result_of(scan_source(Source(image_folder))))
    assert not dialog.planes.isVisible()
