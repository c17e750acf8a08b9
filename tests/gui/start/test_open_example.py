"""The finished example, from the start page through every view."""

from __future__ import annotations

from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def test_a_click_on_the_start_page_opens_a_trained_and_partly_reviewed_project(
    window: MainWindow, qtbot: QtBot
) -> None:
    door = window.start_page.findChild(QPushButton, "door-example")
    assert "sample project" in door.accessibleDescription()
    with qtbot.waitSignal(window.projects.opened):
        qtbot.mouseClick(door, LEFT)
    project = project_of(window)
    assert project.name == "Example"
    assert window.shown_view == "review"
    assert window.gallery.view.model().rowCount() == 600
    kinds = set(project.kinds.tolist())
    assert kinds >= {DecisionKind.KEEP, DecisionKind.RELABEL, DecisionKind.DROP}
    for view, is_filled in {
        "confusion": window.confusion.is_ready,
        "map": lambda: window.map.view.is_settled,
        "classes": lambda: window.classes.items.overview is not None and not window.classes.busy,
        "progress": lambda: window.progress.review.headline != "",
    }.items():
        window.actions_.action(f"view-{view}").trigger()
        assert window.shown_view == view
        qtbot.waitUntil(is_filled)
    window.actions_.action("close-project").trigger()
    folder = project.folder
    with qtbot.waitSignal(window.projects.opened):
        window.actions_.action("example").trigger()
    assert project_of(window).folder == folder
