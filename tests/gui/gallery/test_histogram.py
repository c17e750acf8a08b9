"""The histogram with its two ends, and what lies between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.gallery.histogram import Histogram
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter
from ahsml_app.session.review.threshold_counts import BINS, ThresholdCounts

LEFT = 8  # where the bars begin


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    histogram = Histogram(Theme("light"))
    qtbot.addWidget(histogram)
    histogram.resize(400 + 2 * LEFT, 56)
    images = np.zeros(BINS, dtype=np.int64)
    images[[1, 45]] = 1000, 3
    decided = np.zeros(BINS, dtype=np.int64)
    decided[45] = 3
    histogram.set_counts(images, decided)
    histogram.show()
    return histogram


def test_the_nearer_end_follows_the_mouse(histogram: Histogram, qtbot: QtBot) -> None:
    with qtbot.waitSignal(histogram.range_settled) as settled:
        qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(LEFT, 20))
        with qtbot.waitSignal(histogram.range_changed):
            qtbot.mouseMove(histogram, QPoint(LEFT + 100, 20))
        qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(LEFT + 100, 20))
    assert settled.args == [pytest.approx(0.25), 1.0]
    qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(LEFT + 360, 20))
    assert (histogram.low, histogram.high) == (pytest.approx(0.25), pytest.approx(0.9))
    with qtbot.assertNotEmitted(histogram.range_changed):
        qtbot.mouseMove(histogram, QPoint(LEFT + 50, 20))


def test_keys_move_the_ends_and_they_never_cross(histogram: Histogram, qtbot: QtBot) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    histogram.set_range(0.25, 1.0)
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    qtbot.keyClick(histogram, Qt.Key.Key_Left, shift)
    assert histogram.accessibleDescription() == "from 26% to 99%"
    qtbot.keyClick(histogram, Qt.Key.Key_Up)
    assert histogram.low == pytest.approx(0.36)
    qtbot.keyClick(histogram, Qt.Key.Key_End)
    assert histogram.low == histogram.high == pytest.approx(0.99)
    with qtbot.waitSignal(histogram.range_settled) as settled:
        qtbot.keyClick(histogram, Qt.Key.Key_Home)
    assert settled.args == [0.0, pytest.approx(0.99)]


def test_small_bars_show_and_decided_ones_are_darker(histogram: Histogram) -> None:
    image = histogram.grab().toImage()
    base = image.height() - 12
    many, few = LEFT + 12, LEFT + 45 * 8 + 4
    ground = image.pixelColor(LEFT + 160, base)
    assert image.pixelColor(many, base) != ground
    assert image.pixelColor(few, base) != ground
    assert image.pixelColor(few, base).lightness() < image.pixelColor(many, base).lightness()


def test_the_counts_are_those_of_the_session(sample_project: Project) -> None:
    cut = ThresholdCounts()
    assert cut.take(sample_project, QueueFilter(low=0.9))
    wrong = sample_project.scores.error_probability
    for low in (0.0, 0.1, 0.5, 0.93, 1.0):
        assert sorted(cut.open_probabilities(low, 1.0)) == sorted(wrong[wrong >= low])
    assert cut.all.sum() == 60
    assert not cut.take(sample_project, QueueFilter(low=0.2, sort="path"))
    assert cut.take(sample_project, QueueFilter(given=frozenset({1})))
    assert cut.all.sum() == 15
    middle, above, top = (
        len(cut.open_probabilities(*ends)) for ends in ((0.02, 0.05), (0.02, 1.0), (0.05, 1.0))
    )
    assert middle == above - top


def test_decisions_are_counted_at_once_and_filtered_with_the_next_queue(
    model: ProjectModel,
) -> None:
    project, cut = model.project, ThresholdCounts()
    assert project is not None
    view = replace(model.queue_filter, kinds=frozenset({int(DecisionKind.UNDECIDED)}))
    cut.take(project, view)
    model.decide(DecisionKind.DROP, rows=[2, 3])
    cut.take_decisions(project, np.array([2, 3]))
    assert (cut.all.sum(), cut.decided.sum(), len(cut.open_probabilities(0, 1))) == (60, 2, 58)
    assert cut.take(project, view)
    assert (cut.all.sum(), cut.decided.sum()) == (58, 0)
