"""A text orders the gallery, by keys and mouse in the real window."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from main_windows import PATIENCE, project_of
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from tiny_clip import tiny_clip

from ahsml_app.base.events import drive
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.dialogs.find_dialog import FindDialog
from ahsml_app.session.desk.text_search import find_by_text

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "open_clip" else real(name)
    )
    monkeypatch.setitem(sys.modules, "open_clip", None)


def opened(window: MainWindow, qtbot: QtBot) -> FindDialog:
    """The dialog, by its key."""
    qtbot.keyClick(window.gallery.view, KEY.Key_K, CTRL)
    dialog = window.desk.find
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def find(dialog: FindDialog, qtbot: QtBot, text: str) -> None:
    """Types a text and presses Enter, and waits for the order."""
    dialog.field.selectAll()
    qtbot.keyClicks(dialog.field, text)
    with qtbot.waitSignal(dialog.found, timeout=PATIENCE):
        qtbot.keyClick(dialog.field, KEY.Key_Return)


@pytest.fixture
def network(reviewing: MainWindow, tmp_path: Path) -> Iterator[str]:
    """A network, chosen in the dialog before."""
    name = tiny_clip(tmp_path)
    reviewing.settings.set_text_network(name)
    return name


@pytest.mark.usefixtures("no_package")
def test_without_the_package_the_place_says_what_to_install(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    dialog = opened(reviewing, qtbot)
    assert 'pip install "ahsml-app[text]"' in dialog.need.text()
    assert not dialog.field.isEnabled()
    assert not dialog.search.isEnabled()
    assert not dialog.fetch.isVisible()
    assert not dialog.choose.isVisible()


def test_without_a_network_nothing_is_fetched_unasked(
    reviewing: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, file = tiny_clip(tmp_path).split("=")
    named = Path(file).rename(tmp_path / f"{name}.safetensors")
    dialog = opened(reviewing, qtbot)
    assert "Hugging Face Hub, which learns the network's name and no image" in dialog.need.text()
    assert dialog.fetch.text() == "Download 605 MB"
    assert not dialog.field.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(named), ""))
    qtbot.mouseClick(dialog.choose, LEFT)
    assert dialog.need.text() == f"Network: {name}.safetensors"
    assert not dialog.fetch.isVisible()
    find(dialog, qtbot, "a red circle")
    assert len(reviewing.model.queue) == len(project_of(reviewing).table)


def test_a_text_orders_the_gallery_and_one_click_turns_it_back(
    reviewing: MainWindow, qtbot: QtBot, network: str
) -> None:
    window, project = reviewing, project_of(reviewing)
    before = window.model.queue.tolist()
    dialog = opened(window, qtbot)
    qtbot.waitUntil(dialog.field.hasFocus)
    find(dialog, qtbot, "a red circle")
    expected = drive(find_by_text(project.table, "a red circle", network), lambda _: None)
    assert window.model.queue.tolist() == expected.rows.tolist()
    assert window.model.current == expected.rows[0]
    assert f"{len(before)} images are in the order" in dialog.state.text()
    chip = window.gallery.filters.chips["described"]
    assert chip.text().startswith("By description: “a red circle”")
    assert not window.gallery.filters.chips["rows"].isVisible()

    find(dialog, qtbot, "stars at night")  # the newest text counts
    assert chip.text().startswith("By description: “stars at night”")
    qtbot.keyClick(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()
    qtbot.keyClick(chip, KEY.Key_Delete)
    assert window.model.queue.tolist() == before
    assert not chip.isVisible()


def test_filters_stay_and_a_long_text_is_cut_with_a_word_about_it(
    reviewing: MainWindow, qtbot: QtBot, network: str
) -> None:
    window, project = reviewing, project_of(reviewing)
    square = project.class_names.index("square")
    window.gallery.filters._set_filter("given", frozenset({square}))
    dialog = opened(window, qtbot)
    dialog.field.setText("a square " * 1000)
    with qtbot.waitSignal(dialog.found, timeout=PATIENCE):
        qtbot.mouseClick(dialog.search, LEFT)
    assert set(project.labels[window.model.queue].tolist()) == {square}
    assert "it is too long" in dialog.state.text()
    assert not np.array_equal(window.model.queue, np.sort(window.model.queue))
    dialog.field.setText("   ")
    assert not dialog.search.isEnabled()


def test_quick_retyping_ends_with_the_last_text(
    reviewing: MainWindow, qtbot: QtBot, network: str
) -> None:
    dialog = opened(reviewing, qtbot)
    texts: list[str] = []
    dialog.found.connect(lambda: texts.append(reviewing.model.queue_filter.rows.text))
    for text in ("a circle", "a cross", "a square"):
        dialog.field.selectAll()
        qtbot.keyClicks(dialog.field, text)
        qtbot.keyClick(dialog.field, KEY.Key_Return)
    qtbot.waitUntil(lambda: bool(texts), timeout=PATIENCE)
    assert texts == ["a square"]


def test_all_images_stay_and_those_that_cannot_be_read_come_last(
    reviewing: MainWindow, qtbot: QtBot, network: str, tmp_path: Path
) -> None:
    project = project_of(reviewing)
    images = tmp_path / "images"
    shutil.copytree(project.table.root, images)
    images.joinpath(project.table.paths[7]).write_bytes(b"no image at all")
    project.table = replace(project.table, root=images)
    before = reviewing.model.queue.tolist()
    find(opened(reviewing, qtbot), qtbot, "a circle")
    assert sorted(reviewing.model.queue.tolist()) == sorted(before)
    assert reviewing.model.queue[-1] == 7


def test_a_text_of_several_lines_is_one_line_in_the_filter(
    reviewing: MainWindow, qtbot: QtBot, network: str
) -> None:
    dialog = opened(reviewing, qtbot)
    QGuiApplication.clipboard().setText("a circle\n on  \u202egrass")
    qtbot.keyClick(dialog.field, KEY.Key_V, CTRL)
    with qtbot.waitSignal(dialog.found, timeout=PATIENCE):
        qtbot.keyClick(dialog.field, KEY.Key_Return)
    chip = reviewing.gallery.filters.chips["described"]
    assert chip.text().startswith("By description: “a circle on \\u202egrass”")


def test_minimised_it_goes_on_and_what_it_says_stays(
    reviewing: MainWindow, qtbot: QtBot, network: str
) -> None:
    dialog = opened(reviewing, qtbot)
    qtbot.keyClicks(dialog.field, "a circle")
    with qtbot.waitSignal(dialog.found, timeout=PATIENCE):
        qtbot.keyClick(dialog.field, KEY.Key_Return)
        dialog.showMinimized()
    dialog.showNormal()
    QCoreApplication.processEvents()
    assert "images are in the order" in dialog.state.text()


def test_a_search_is_stopped_and_a_fault_is_said(
    reviewing: MainWindow, qtbot: QtBot, tmp_path: Path, network: str
) -> None:
    before = reviewing.model.queue.tolist()
    dialog = opened(reviewing, qtbot)
    qtbot.keyClicks(dialog.field, "a circle")
    qtbot.keyClick(dialog.field, KEY.Key_Return)
    assert dialog.halt.isVisible()
    qtbot.mouseClick(dialog.halt, LEFT)
    assert dialog.state.text().startswith("Stopped.")
    assert not dialog.halt.isVisible()
    (tmp_path / "other.safetensors").write_bytes(b"no weights")
    reviewing.settings.set_text_network(str(tmp_path / "other.safetensors"))
    qtbot.keyClick(dialog.field, KEY.Key_Return)
    qtbot.waitUntil(lambda: "cannot be read as weights" in dialog.state.text(), timeout=PATIENCE)
    assert reviewing.model.queue.tolist() == before
    assert dialog.search.isEnabled()
