"""The tour: beside the real widgets, by keys and mouse, once by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from main_windows import PATIENCE
from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot
from sample_projects import add_run, scanned

from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.help.tour import EDGE, GAP, Tour, card_position
from ahsml_app.session.project.library import create_project, free_project_folder

ROOM = QRect(0, 0, 1280, 800)


def demo(window: MainWindow, image_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open a project whose images lie where the demo's do."""
    monkeypatch.setattr("ahsml_app.session.pipeline.demo._default_folder", lambda: image_folder)
    project = create_project(
        free_project_folder("Demo"), "Demo", Source(image_folder), scanned(image_folder)
    )
    add_run(project)
    folder = project.folder
    project.close()
    window.projects.open_project(folder)


@pytest.fixture
def touring(
    window: MainWindow,
    image_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> MainWindow:
    demo(window, image_folder, monkeypatch)
    return window


def tour_of(window: MainWindow) -> Tour:
    assert window.help.tour is not None
    return window.help.tour


def test_it_comes_with_the_first_demo_only(touring: MainWindow, qtbot: QtBot) -> None:
    tour = tour_of(touring)
    assert tour.card.isVisible()
    assert tour.card.title.text() == "Open"
    assert touring.settings.tour_seen()
    qtbot.mouseClick(tour.card.skip, Qt.MouseButton.LeftButton)
    assert touring.help.tour is None
    project = touring.model.project
    assert project is not None
    touring.projects.close_project()
    touring.projects.open_project(project.folder)
    assert touring.help.tour is None
    touring.actions_.action("tour").trigger()
    assert tour_of(touring).at == 0


def test_another_project_starts_no_tour(
    window: MainWindow,
    image_folder: Path,
) -> None:
    project = create_project(
        free_project_folder("Own"), "Own", Source(image_folder), scanned(image_folder)
    )
    project.close()
    window.projects.open_project(project.folder)
    assert window.help.tour is None
    assert not window.settings.tour_seen()


def test_every_step_stands_beside_its_widget(touring: MainWindow, qtbot: QtBot) -> None:
    views = ["train", "train", "review", "review", "review"]
    targets = []
    for number, view in enumerate(views):
        tour = tour_of(touring)
        assert (tour.at, touring.shown_view) == (number, view)
        qtbot.waitUntil(lambda tour=tour: not tour.target.isEmpty(), timeout=PATIENCE)
        targets.append(tour.target)
        assert touring.rect().contains(tour.card.geometry())
        if number != 2:  # the evidence is as high as the window
            assert not tour.card.geometry().intersects(tour.target), number
        qtbot.keyClick(tour.card.forward, Qt.Key.Key_Return)
    assert len({(t.x(), t.y()) for t in targets}) == 5
    assert touring.help.tour is None


def test_arrows_walk_and_escape_leaves(touring: MainWindow, qtbot: QtBot) -> None:
    tour = tour_of(touring)
    qtbot.keyClick(tour.card, Qt.Key.Key_Right)
    assert tour.at == 1
    qtbot.keyClick(tour.card, Qt.Key.Key_Left)
    assert tour.at == 0
    assert not tour.card.previous.isEnabled()
    qtbot.keyClick(tour.card.forward, Qt.Key.Key_Escape)
    assert touring.help.tour is None


def test_the_window_can_be_used_meanwhile(touring: MainWindow, qtbot: QtBot) -> None:
    tour = tour_of(touring)
    tour.go_to(3)
    touring.gallery.view.setFocus()
    qtbot.keyClick(touring.gallery.view, Qt.Key.Key_Q)
    project = touring.model.project
    assert project is not None
    assert int((project.kinds != 0).sum()) == 1
    assert tour.card.isVisible()


def test_a_finished_training_goes_on_to_the_evidence(touring: MainWindow) -> None:
    tour = tour_of(touring)
    tour.next()
    touring.training.done.emit(None)
    assert tour.at == 2


@pytest.mark.parametrize(
    ("target", "side"),
    [
        (QRect(100, 0, 120, 40), "below"),
        (QRect(900, 40, 380, 740), "left"),
        (QRect(0, 40, 60, 740), "right"),
        (QRect(60, 700, 1160, 80), "above"),
    ],
)
def test_a_card_goes_where_there_is_room(target: QRect, side: str) -> None:
    card = QRect(card_position(target, 340, 180, ROOM), QPoint())
    card.setSize(QRect(0, 0, 340, 180).size())
    assert ROOM.adjusted(EDGE, EDGE, -EDGE, -EDGE).contains(card)
    assert {
        "below": card.top() == target.bottom() + GAP,
        "left": card.right() < target.left(),
        "right": card.left() > target.right(),
        "above": card.bottom() < target.top(),
    }[side]


def test_without_a_widget_the_card_stands_in_the_middle() -> None:
    assert card_position(QRect(), 340, 180, ROOM) == QPoint(639 - 170, 399 - 90)


def test_it_speaks_of_the_project_at_hand(reviewing: MainWindow) -> None:
    reviewing.actions_.action("tour").trigger()
    tour = tour_of(reviewing)
    assert "“Shapes” has 60 images in 4 classes." in tour.card.text.text()
    assert "demo" not in tour.card.text.text()
    tour.next()
    assert "trained already" in tour.card.text.text()
