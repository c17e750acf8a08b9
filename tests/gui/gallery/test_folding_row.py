"""The gallery's controls take little room, and what does not fit is one click away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, model: ProjectModel) -> Iterator[GalleryPanel]:
    theme = Theme("light")
    theme.apply(qapp)
    thumbnails = Thumbnails(model)
    panel = GalleryPanel(model, thumbnails, theme)
    theme.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(420, 616)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.filters.row.panel.hide()
    panel.filters.line.panel.hide()
    thumbnails.stop()


@pytest.mark.parametrize(("width", "height"), [(420, 616), (640, 816), (1600, 1356)])
def test_the_controls_take_at_most_a_sixth_of_the_height(
    panel: GalleryPanel, qtbot: QtBot, width: int, height: int
) -> None:
    panel.resize(width, height)
    qtbot.waitUntil(lambda: panel.view.width() == width)
    assert panel.height() - panel.view.height() <= height / 6
    row, line = panel.filters.row, panel.filters.line
    for folding in (row, line):
        for part in folding.children():
            if hasattr(part, "isVisible") and part.isVisible() and part is not folding.panel:
                assert folding.rect().contains(part.geometry()), part


def test_what_does_not_fit_is_in_the_panel_and_works_there(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    row, chips = panel.filters.row, panel.filters.chips
    assert chips["flagged"].isVisible()
    assert chips["duplicates"] in row.folded()
    assert not chips["duplicates"].isVisible()
    qtbot.mouseClick(row.more, LEFT)
    assert chips["duplicates"].isVisible()
    qtbot.mouseClick(chips["duplicates"], LEFT)
    assert len(model.queue) == 4
    assert chips["duplicates"] not in row.folded(), "a filter that is set stays in sight"
    assert chips["duplicates"].isVisible()
    qtbot.keyClick(row.panel, Qt.Key.Key_Escape)
    assert not row.panel.isVisible()
    qtbot.mouseClick(chips["duplicates"], LEFT)
    assert chips["duplicates"] in row.folded()


def test_a_folded_filter_asks_for_its_value(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    row, chips = panel.filters.row, panel.filters.chips
    assert {chips["suggested"], chips["quadrants"]} <= set(row.folded())
    qtbot.mouseClick(row.more, LEFT)
    qtbot.mouseClick(chips["quadrants"], LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(a for a in menu.actions() if a.text() == "probably wrong")
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert model.queue_filter.quadrants == {1}
    qtbot.mouseClick(row.more, LEFT)
    qtbot.mouseClick(chips["suggested"], LEFT)
    picker = QApplication.activePopupWidget()
    assert isinstance(picker, ClassPicker)
    qtbot.keyClicks(picker.field, "tri")
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert model.queue_filter.suggested == {3}


def test_with_room_nothing_is_folded(panel: GalleryPanel, qtbot: QtBot) -> None:
    panel.resize(1400, 700)
    row, line = panel.filters.row, panel.filters.line
    qtbot.waitUntil(lambda: not row.folded() and not line.folded())
    assert not row.more.isVisible()
    assert panel.filters.chips["findings"].isVisible()
    assert panel.side_slider.isVisible()
    assert panel.side_slider.geometry().right() >= line.width() - 2, "order and size at the right"


def test_tab_goes_through_the_row_from_left_to_right(panel: GalleryPanel, qtbot: QtBot) -> None:
    for width in (420, 1400, 700):  # what was folded comes back in its place
        panel.resize(width, 700)
        qtbot.wait(20)
    qtbot.waitUntil(panel.filters.row.more.isVisible)
    panel.activateWindow()
    panel.filters.row.more.setFocus()
    qtbot.waitUntil(panel.filters.row.more.hasFocus)
    places = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        places.append(focused.mapTo(panel, QPoint(0, 0)).x())
    assert places == sorted(places)
    assert QApplication.focusWidget().parent() is panel.filters.row
