"""The start page: doors, recent projects, drops."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.gui.start.cards import Door, ElidedLabel, RecentCard, last_opened
from ahsml_app.gui.start.page import StartPage
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def thumbnails() -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(None)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, thumbnails: Thumbnails) -> StartPage:
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    return page


def held(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(page: StartPage, *paths: Path) -> bool:
    data = held(*paths)
    event = QDragEnterEvent(QPoint(50, 50), COPY, data, LEFT, NO_KEY)
    event.ignore()
    page.dragEnterEvent(event)
    return event.isAccepted()


def drop(page: StartPage, *paths: Path) -> None:
    data = held(*paths)  # the event does not own it
    page.dropEvent(QDropEvent(QPointF(50, 50), COPY, data, LEFT, NO_KEY))


def remembered(image_folder: Path, name: str) -> Path:
    project = make_project(image_folder, name=name)
    folder = project.folder
    project.close()
    return folder


def texts(card: RecentCard) -> str:
    return "\n".join(
        label.whole if isinstance(label, ElidedLabel) else label.text()
        for label in card.findChildren(QLabel)
    )


@pytest.mark.parametrize(
    ("door", "signal"),
    [
        ("door-open-folder", "open_folder_requested"),
        ("door-open-manifest", "open_manifest_requested"),
        ("door-demo", "demo_requested"),
        ("door-example", "example_requested"),
    ],
)
def test_doors_are_opened_by_mouse_and_keys(
    page: StartPage, qtbot: QtBot, door: str, signal: str
) -> None:
    button = page.findChild(QPushButton, door)
    assert button.accessibleName()
    assert button.accessibleDescription()
    with qtbot.waitSignal(getattr(page, signal)):
        qtbot.mouseClick(button, LEFT)
    with qtbot.waitSignal(getattr(page, signal)):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_all_doors_show_their_texts_in_a_narrow_window(
    german: None, theme: Theme, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.resize(860, 700)
    page.grab()  # lays it out
    for door in page.findChildren(Door):
        assert door.mapTo(page, QPoint(door.width(), 0)).x() <= page.width()
        for label in door.findChildren(QLabel):
            assert label.height() >= label.heightForWidth(label.width())


def test_doors_are_reached_with_tab(page: StartPage, qtbot: QtBot) -> None:
    page.activateWindow()
    page.setFocus()
    doors = page.findChildren(Door)
    for door in doors:
        qtbot.waitUntil(door.hasFocus)
        qtbot.keyClick(door, Qt.Key.Key_Tab)
    assert not doors[-1].hasFocus()


def test_without_projects_the_page_says_what_comes(page: StartPage) -> None:
    assert not page.findChildren(RecentCard)
    shown = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "1  Train" in shown
    assert "Recent projects" not in shown


@pytest.mark.parametrize(
    ("cores", "expected"), [(2, "about 41 s for 1,000 of them and 4 min for 10,000"),
                            (16, "about 29 s for 1,000 of them and 2 min for 10,000")],
)  # fmt: skip
def test_without_projects_the_page_says_how_long_a_training_takes_here(
    qtbot: QtBot, theme: Theme, thumbnails: Thumbnails, monkeypatch: pytest.MonkeyPatch,
    cores: int, expected: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.show()
    shown = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert any(expected in text for text in shown)


def test_a_recent_project_tells_what_it_holds(
    qtbot: QtBot, theme: Theme, thumbnails: Thumbnails, image_folder: Path
) -> None:
    folder = remembered(image_folder, "Shapes of Monday")
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    (card,) = page.findChildren(RecentCard)
    told = texts(card)
    for part in ("Shapes of Monday", "60 images", "opened today", str(folder)):
        assert part in told
    qtbot.waitUntil(lambda: not thumbnails.busy)
    with qtbot.waitSignal(page.project_chosen) as chosen:
        qtbot.mouseClick(card.findChild(QPushButton, "recent-open"), LEFT)
    assert chosen.args == [folder]
    with qtbot.waitSignal(page.project_chosen):
        qtbot.mouseClick(card, LEFT, pos=QPoint(300, 20))


def test_a_missing_project_is_located_or_removed(
    qtbot: QtBot, theme: Theme, thumbnails: Thumbnails, image_folder: Path
) -> None:
    there, gone = remembered(image_folder, "There"), remembered(image_folder, "Gone")
    shutil.rmtree(gone)
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    card = next(c for c in page.findChildren(RecentCard) if "Gone" in texts(c))
    assert "Folder not found. Locate it, or remove it from this list." in texts(card)
    with qtbot.assertNotEmitted(page.project_chosen):
        qtbot.mouseClick(card, LEFT, pos=QPoint(300, 20))
    with qtbot.waitSignal(page.locate_requested) as asked:
        qtbot.mouseClick(card.findChild(QPushButton, "recent-open"), LEFT)
    assert asked.args == [gone]
    qtbot.mouseClick(card.findChild(QToolButton, "recent-remove"), LEFT)
    qtbot.waitUntil(lambda: len(page.findChildren(RecentCard)) == 1)
    assert "There" in texts(page.findChildren(RecentCard)[0])
    assert (there / "project.sqlite").is_file()


def test_what_is_held_is_named_and_taken(
    page: StartPage, qtbot: QtBot, image_folder: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "labels.CSV"
    manifest.write_text("path,label\n", "utf-8")
    assert enter(page, image_folder)
    assert page.drop_sign.isVisible()
    assert page.drop_sign.rect() == page.rect()
    assert "folder shapes" in page.drop_sign.text
    page.grab()
    page.dragLeaveEvent(QDragLeaveEvent())
    assert not page.drop_sign.isVisible()
    assert enter(page, manifest)
    assert "manifest labels.CSV" in page.drop_sign.text
    with qtbot.waitSignal(page.manifest_chosen) as chosen:
        drop(page, manifest)
    assert chosen.args == [manifest]
    assert not page.drop_sign.isVisible()
    with qtbot.waitSignal(page.folder_chosen) as chosen:
        drop(page, image_folder)
    assert chosen.args == [image_folder]


def test_a_dropped_project_is_opened_as_one(
    page: StartPage, qtbot: QtBot, image_folder: Path
) -> None:
    folder = remembered(image_folder, "Dropped")
    with qtbot.waitSignal(page.project_chosen) as chosen:
        drop(page, folder)
    assert chosen.args == [folder]


def test_what_cannot_be_opened_is_not_taken(
    page: StartPage, qtbot: QtBot, image_folder: Path, tmp_path: Path
) -> None:
    picture = next(image_folder.rglob("*.png"))
    for paths in ((picture,), (image_folder, tmp_path), (tmp_path / "missing",), ()):
        assert not enter(page, *paths)
        assert not page.drop_sign.isVisible()
        with (
            qtbot.assertNotEmitted(page.folder_chosen),
            qtbot.assertNotEmitted(page.manifest_chosen),
        ):
            drop(page, *paths)


def test_long_texts_give_way_in_the_middle(qtbot: QtBot) -> None:
    label = ElidedLabel("/a/very/long/path/that/does/not/fit/into/the/label")
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert "…" in label.text()
    assert label.text().startswith("/a")
    assert label.toolTip() == label.whole
    label.resize(900, 20)
    assert label.text() == label.whole


def test_times_are_told_as_people_say_them() -> None:
    now = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
    for time, text in {
        "2026-03-10T08:00:00+00:00": "opened today",
        "2026-03-09T23:59:00+00:00": "opened yesterday",
        "2026-03-03T10:00:00+00:00": "opened 7 days ago",
        "2025-03-03T10:00:00+00:00": "opened on 2025-03-03",
        "no time": "",
    }.items():
        assert last_opened(time, now) == text


def test_the_theme_can_change(page: StartPage, theme: Theme, image_folder: Path) -> None:
    remembered(image_folder, "Dark")
    page.refresh()
    before = page.grab().toImage()
    theme.set_mode("dark")
    assert page.grab().toImage() != before
