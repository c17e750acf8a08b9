"""The tree of the classes, by mouse and keys."""

from __future__ import annotations

from classes_shown import (  # noqa: F401 - fixtures too
    LEFT,
    chosen,
    make_shown_project,
    make_thumbnails,
    make_view,
    press,
    settled,
)
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ahsml_app.gui.classes.classes_view import ClassesView
from ahsml_app.gui.classes.tree_view import ZOOM
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.project.project import Project


def on_tree(qtbot: QtBot, view: ClassesView) -> None:
    qtbot.mouseClick(view.tabs, LEFT, pos=view.tabs.tabRect(1).center())
    assert view.tree.isVisible()


def test_a_click_takes_a_branch_here_and_in_the_gallery(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    on_tree(qtbot, view)
    tree = view.tree.tree
    assert tree is not None
    joint = len(tree.order) + 1
    wanted = ["circle", "square", "triangle"]
    assert sorted(project.class_names[place] for place in tree.classes(joint)) == wanted
    qtbot.mouseMove(view.tree.viewport(), view.tree.point_of(joint))
    assert "classes" in view.tree.viewport().toolTip()
    qtbot.mouseClick(view.tree.viewport(), LEFT, pos=view.tree.point_of(joint))
    assert chosen(view) == wanted
    assert sorted(project.class_names[place] for place in model.queue_filter.given) == wanted
    qtbot.waitUntil(lambda: not view.busy)
    assert view.details._title.text() == f"{len(wanted)} classes"
    leaf = int(tree.order[0])
    qtbot.mouseClick(view.tree.viewport(), LEFT, pos=view.tree.point_of(leaf) + QPoint(40, 0))
    assert chosen(view) == [project.class_names[leaf]]
    assert not view.tree.grab().isNull()


def test_the_tree_by_keys(view: ClassesView, project: Project, qtbot: QtBot) -> None:
    on_tree(qtbot, view)
    tree = view.tree.tree
    assert tree is not None
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert len(chosen(view)) == 4
    qtbot.keyClick(view.tree, Qt.Key.Key_Home)
    qtbot.keyClick(view.tree, Qt.Key.Key_Space)
    assert chosen(view) == [project.class_names[int(tree.order[0])]]
    qtbot.keyClick(view.tree, Qt.Key.Key_Down)
    assert view.tree.node == tree.order[1]
    assert project.class_names[int(tree.order[1])] in view.tree.accessibleDescription()
    qtbot.keyClick(view.tree, Qt.Key.Key_Left)
    parent = view.tree.node
    assert parent >= 4
    qtbot.keyClick(view.tree, Qt.Key.Key_Right)
    assert view.tree.node == tree.children[parent - 4, 0]
    qtbot.keyClick(view.tree, Qt.Key.Key_Up)
    qtbot.keyClick(view.tree, Qt.Key.Key_End)
    assert view.tree.node == tree.order[-1]


def test_zoom_by_wheel_keys_and_buttons(view: ClassesView, qtbot: QtBot) -> None:
    on_tree(qtbot, view)
    view.resize(1200, 200)
    bar = view.tree.verticalScrollBar()
    assert bar.maximum() == 0
    assert not view.tree.stride > 1
    spot = QPointF(view.tree.viewport().rect().center())
    QApplication.sendEvent(
        view.tree.viewport(),
        QWheelEvent(
            spot,
            view.tree.viewport().mapToGlobal(spot),
            QPoint(),
            QPoint(0, 240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
    assert bar.maximum() > 0
    qtbot.keyClick(view.tree, Qt.Key.Key_0)
    assert bar.maximum() == 0
    qtbot.keyClick(view.tree, Qt.Key.Key_Plus)
    assert bar.maximum() > 0
    press(qtbot, view.zooms["zoom-out"])
    assert bar.maximum() == 0
    press(qtbot, view.zooms["zoom-in"])
    press(qtbot, view.zooms["fit"])
    assert bar.maximum() == 0


def test_typing_leads_to_a_class_of_the_tree(
    view: ClassesView, project: Project, qtbot: QtBot
) -> None:
    on_tree(qtbot, view)
    qtbot.keyClicks(view.search, "cross")
    assert view.tree.node == project.class_names.index("cross")


def test_what_scrolling_and_new_pictures_leave_is_what_a_fresh_drawing_shows(
    view: ClassesView, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    on_tree(qtbot, view)
    view.resize(1200, 220)
    settled(qtbot, view)
    for _ in range(12):
        press(qtbot, view.zooms["zoom-in"])
    tree, overview, bar = view.tree, view.items.overview, view.tree.verticalScrollBar()
    assert overview is not None
    assert bar.maximum() > 40
    bar.setValue(0)

    def shown() -> QImage:
        return tree.viewport().grab().toImage()

    def drawn_anew() -> QImage:
        tree.show_overview(overview)
        return shown()

    rows = overview.facts.typical[:, 0].tolist()
    leaf = int(tree.tree.order[0])

    def complete() -> bool:
        shown()
        return thumbnails.shown(rows[leaf], tree.picture_side)[1]

    qtbot.waitUntil(complete)
    tree.zoom(1 / ZOOM)
    before = shown()  # pictures of another size, until those of this one come
    qtbot.waitUntil(complete)
    qtbot.waitUntil(lambda: shown() != before)
    assert bar.maximum() > 40
    for values in ((9,), (30, 17), (bar.maximum(), 3), (12, 40, 41)):
        for value in values:
            bar.setValue(value)
        qtbot.waitUntil(lambda: shown() == drawn_anew())
        bar.setValue(values[0] // 2)
        moved = shown()
        assert moved == drawn_anew()
