"""The judged picture has the space, and stands beside what it is compared with."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.evidence.side_by_side import GAP, divide
from ahsml_app.session.review.evidence import evidence_for

LEFT = Qt.MouseButton.LeftButton


def shown_area(window: MainWindow) -> int:
    target = window.evidence.image._picture_rect().toRect()
    return target.width() * target.height()


@pytest.mark.parametrize(
    ("size", "before"),
    [((1024, 700), 175 * 175), ((1440, 900), 263 * 263), ((2560, 1440), 440 * 440)],
)
def test_the_judged_picture_is_twice_as_large_as_it_was(
    reviewing: MainWindow, qtbot: QtBot, size: tuple[int, int], before: int
) -> None:
    """The pictures are squares; before, they filled the height or the width of the panel."""
    window = reviewing
    window.resize(*size)
    qtbot.waitUntil(lambda: window.evidence.is_ready() and window.width() == size[0])
    qtbot.waitUntil(lambda: window.evidence.width() > 0.59 * size[0])
    side = window.evidence.image.height()
    assert side * side >= 2 * before
    assert window.evidence.image.width() >= min(side, window.evidence.width() / 3 - GAP)
    assert shown_area(window) >= min(side, 768) ** 2 * 0.9


def test_the_nearest_trusted_images_stand_beside_it(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, project = reviewing, reviewing.model.project
    assert project is not None
    window.resize(1440, 900)
    found = evidence_for(project, window.model.current)
    assert found is not None
    beside = window.evidence.image_panel.beside
    views = beside.references
    rows = [found.given[0].row, found.suggested[0].row]
    qtbot.waitUntil(lambda: [view.row for view in views] == rows)
    qtbot.waitUntil(lambda: all(view.has_picture for view in views))
    labels = [project.label_name(int(project.labels[row])) for row in rows]
    assert [view.caption for view in views] == [f"Trusted “{label}”" for label in labels]
    for view in views:
        assert view.isVisible()
    with qtbot.waitSignal(beside.chosen) as chosen:
        qtbot.mouseClick(views[1], LEFT, pos=QPoint(20, 20))
    assert chosen.args == [rows[1]]


def test_one_that_looks_right_has_one_class_beside_it(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, project = reviewing, reviewing.model.project
    assert project is not None
    assert project.scores is not None
    window.resize(1440, 900)
    right = int(np.flatnonzero(project.scores.suggested == project.labels)[5])
    window.model.set_current(right)
    first, second = window.evidence.image_panel.beside.references
    qtbot.waitUntil(lambda: first.isVisible() and not second.isVisible())
    everyone = np.arange(len(project.table))
    window.model.decide(DecisionKind.DROP, rows=everyone[everyone != right])
    qtbot.waitUntil(lambda: not first.isVisible())
    beside = window.evidence.image_panel.beside
    assert window.evidence.image.width() == beside.width()


def test_the_share_of_the_evidence_stays_when_the_window_grows(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window, dock = reviewing, reviewing.evidence_dock
    window.resize(1100, 700)
    qtbot.wait(50)
    share = dock.width() / window.width()
    assert share > 0.55
    edge = dock.geometry().topLeft() + QPoint(-1, dock.height() // 2)
    QTest.mousePress(window, LEFT, pos=edge)
    QTest.mouseMove(window, edge + QPoint(100, 0))
    qtbot.wait(50)
    QTest.mouseRelease(window, LEFT, pos=edge + QPoint(100, 0))
    chosen = dock.width() / window.width()
    assert chosen == pytest.approx(share - 100 / 1100, abs=0.01)
    window.resize(1600, 900)
    qtbot.wait(50)
    assert dock.width() / window.width() == pytest.approx(chosen, abs=0.01)
    window.show_view("classes")
    window.show_view("review")
    qtbot.wait(50)
    assert dock.width() / window.width() == pytest.approx(chosen, abs=0.01)
    window.reset_layout()
    qtbot.wait(50)
    assert dock.width() / window.width() > 0.55


@pytest.mark.parametrize("aspect", [0.4, 0.75, 1.0, 1.33, 3.0])
@pytest.mark.parametrize("others", [0, 1, 2])
def test_the_boxes_divide_the_whole(aspect: float, others: int) -> None:
    for width, height in ((500, 260), (860, 390), (1900, 860), (600, 1200)):
        boxes = divide(width, height, aspect, others)
        assert len(boxes) == others + 1
        own = boxes[0]
        assert own.height() == height
        assert own.width() >= width / 3 - GAP * others
        for number, box in enumerate(boxes):
            assert 0 <= box.left() <= box.right() < width
            assert 0 <= box.top() <= box.bottom() < height
            assert not any(box.intersects(other) for other in boxes[:number])
    assert len(divide(400, 300, aspect, others)) == 1


def test_upright_photographs_have_one_scale() -> None:
    """Those of a phone, at the sizes that the panel has in windows of three sizes."""
    for width, height in ((614, 266), (864, 392), (1895, 866)):
        boxes = divide(width, height, 3 / 4, 2)
        assert max(box.width() for box in boxes) - min(box.width() for box in boxes) <= 1
        assert {box.height() for box in boxes} == {height}
        assert boxes[0].width() / height > 0.7, "at nearly the whole height"
