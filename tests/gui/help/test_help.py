"""Help from the real window: F1, What is this?, the menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QWhatsThis, QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.help.window import GuideWindow


def guide_of(window: MainWindow) -> GuideWindow:
    assert window.help.guide is not None
    return window.help.guide


def test_f1_opens_the_guide_and_leaves_it_where_it_was(
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    qtbot.keyClick(reviewing.gallery.view, Qt.Key.Key_F1)
    guide = guide_of(reviewing)
    assert guide.isVisible()
    assert guide.shown_page == "index"
    guide.open_page("exports")
    guide.close()
    reviewing.activateWindow()
    qtbot.keyClick(reviewing.gallery.view, Qt.Key.Key_F1)
    assert guide_of(reviewing) is guide
    assert guide.shown_page == "exports"


def test_f1_on_a_score_opens_its_place(
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    reviewing.gallery.filters.histogram.setFocus()
    qtbot.keyClick(reviewing.gallery.filters.histogram, Qt.Key.Key_F1)
    assert guide_of(reviewing).shown_page == "when-to-stop"
    assert guide_of(reviewing).browser.verticalScrollBar().value() > 0


def test_what_is_this_explains_and_its_link_goes_on(
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    reviewing.resize(2000, 900)  # or this filter is folded
    chip = reviewing.gallery.filters.chips["duplicates"]
    qtbot.waitUntil(chip.isVisible)
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    bubble = bubble_of()
    qtbot.mouseClick(bubble, Qt.MouseButton.LeftButton, pos=link_in(bubble))
    assert guide_of(reviewing).shown_page == "scores"
    QWhatsThis.hideText()
    qtbot.waitUntil(lambda: not bubbles())


def link_in(bubble: QWidget) -> QPoint:
    """A place on the link: the lowest line that is not empty."""
    image = bubble.grab().toImage()
    ground = image.pixelColor(image.width() // 2, image.height() - 8).name()
    inside = image.rect().adjusted(8, 8, -8, -8)
    return next(
        QPoint(x, y)
        for y in range(inside.bottom(), inside.top(), -1)
        for x in range(inside.left(), inside.right())
        if image.pixelColor(x, y).name() != ground
    )


def bubbles() -> list[QWidget]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.metaObject().className() == "QWhatsThat" and widget.isVisible()
    ]


def bubble_of() -> QWidget:
    found = bubbles()
    assert len(found) == 1
    return found[0]


def test_without_a_score_it_asks_for_a_click(
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    qtbot.keyClick(reviewing.gallery.view, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert QWhatsThis.inWhatsThisMode()
    QWhatsThis.leaveWhatsThisMode()


def test_the_sort_explains_itself_and_its_choices(
    reviewing: MainWindow,
) -> None:
    boxes = reviewing.gallery.findChildren(QComboBox)
    sort = next(b for b in boxes if b.accessibleName() == "Sort by")
    tips = [sort.itemData(n, Qt.ItemDataRole.ToolTipRole) for n in range(sort.count())]
    assert sum(bool(tip) for tip in tips) == sort.count() - 1, "all but the path"
    assert "calibrated" in sort.toolTip()
    sort.setCurrentIndex(sort.findData("consistency"))
    sort.activated.emit(sort.currentIndex())
    assert "augmentations of the image" in sort.toolTip()


def test_the_help_menu_holds_all_that_helps(
    window: MainWindow,
) -> None:
    menu = window.top_bar.findChild(QToolButton, "help-button").menu()
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == ["guide", "whats-this", "tour", "shortcuts", "about"]
    assert QRect(QPoint(), window.size()).contains(
        window.top_bar.findChild(QToolButton, "help-button").geometry()
    )
