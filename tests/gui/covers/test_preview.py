"""The preview: the image over the whole window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.covers.preview import Preview
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(800, 600)
    layout = QVBoxLayout(window)
    layout.addWidget(QLineEdit())
    layout.addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


@pytest.fixture
def preview(qtbot: QtBot, window: QWidget, model: ProjectModel) -> Iterator[Preview]:
    loader = PictureLoader(window)
    preview = Preview(model, loader, Theme("light", window), window)
    yield preview
    loader.stop()


def test_it_covers_the_window_and_follows_its_size(preview: Preview, window: QWidget) -> None:
    preview.toggle()
    assert preview.isVisible()
    assert preview.geometry() == window.rect()
    window.resize(900, 700)
    assert preview.geometry() == window.rect()
    preview.toggle()
    assert not preview.isVisible()


def test_arrow_keys_walk_through_the_queue(
    preview: Preview, model: ProjectModel, qtbot: QtBot
) -> None:
    preview.toggle()
    for key, place in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
    ):
        qtbot.keyClick(preview, key)
        assert model.current == model.queue[place]
        assert preview.position_label.text() == f"{place + 1} of 60"
    qtbot.waitUntil(lambda: preview.image.has_picture)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_keys_close_and_give_the_focus_back(
    preview: Preview, window: QWidget, qtbot: QtBot, key: Qt.Key
) -> None:
    field = window.findChildren(QLineEdit)[1]
    field.setFocus()
    preview.toggle()
    qtbot.waitUntil(preview.hasFocus)
    with qtbot.waitSignal(preview.closed):
        qtbot.keyClick(preview, key)
    assert not preview.isVisible()
    assert QApplication.focusWidget() is field


def test_tab_does_not_lead_below(preview: Preview, window: QWidget, qtbot: QtBot) -> None:
    preview.toggle()
    qtbot.waitUntil(preview.hasFocus)
    seen = []
    for _ in range(20):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert all(w is preview or preview.isAncestorOf(w) for w in seen)
    assert preview.decisions.buttons["keep"] in seen
    assert preview in seen, "and round again"
    assert preview.isVisible()


def test_it_makes_way_when_something_below_is_used(
    preview: Preview, window: QWidget, qtbot: QtBot
) -> None:
    preview.toggle()
    qtbot.waitUntil(preview.hasFocus)
    window.findChildren(QLineEdit)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert not preview.isVisible()


def test_zoom_keys_work(preview: Preview, qtbot: QtBot) -> None:
    preview.toggle()
    qtbot.waitUntil(lambda: preview.image.has_picture)
    qtbot.keyClick(preview, Qt.Key.Key_Z)
    assert preview.image.zoom == 1.0
    qtbot.keyClick(preview, Qt.Key.Key_0)
    assert preview.image.is_fitted


def test_decisions_show_and_it_follows(preview: Preview, model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    preview.toggle()
    first = model.current
    model.decide(DecisionKind.KEEP)
    assert project.table.paths[model.current] in preview.caption.text()
    model.set_current(first)
    assert "kept" in preview.caption.text()


def test_it_closes_with_the_project(preview: Preview, model: ProjectModel) -> None:
    preview.toggle()
    model.close()
    assert not preview.isVisible()
