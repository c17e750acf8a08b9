"""The line that reconciles the totals, at every total and in the menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
LINE = "60 files = 57 labelled + 1 unsure + 2 dropped"


@pytest.fixture
def decided(reviewing: MainWindow) -> MainWindow:
    reviewing.model.decide(DecisionKind.DROP, rows=[0, 1])
    reviewing.model.decide(DecisionKind.AMBIGUOUS, rows=[2])
    return reviewing


def test_a_click_on_a_total_shows_the_line(decided: MainWindow, qtbot: QtBot) -> None:
    gallery = decided.gallery
    status = decided.findChild(QLabel, "decided-count")
    for total in (gallery.count_label, status):
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())
        qtbot.mouseClick(total, LEFT)
        qtbot.waitUntil(QToolTip.isVisible)
        assert QToolTip.text() == LINE
    decided.model.undo()
    qtbot.mouseClick(gallery.count_label, LEFT)
    assert QToolTip.text() == "60 files = 58 labelled + 2 dropped"
    QToolTip.hideText()


def test_the_menu_of_the_project_begins_with_the_line(decided: MainWindow, qtbot: QtBot) -> None:
    button = decided.findChild(QToolButton, "project-button")
    menu = button.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == LINE
    assert not menu.actions()[0].isEnabled()


@pytest.mark.usefixtures("german")
def test_the_line_is_german(decided: MainWindow) -> None:
    menu = decided.findChild(QToolButton, "project-button").menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "60 Dateien = 57 mit Label + 1 unsicher + 2 aussortiert"
