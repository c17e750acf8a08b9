from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from job_generators import make, training
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.base.events import EpochEnd, FirstEstimate, Progress, Stage
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import DARK
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.training.live_view import MOST_SUSPECTS, LiveView
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.pipeline.training_monitor import BINS

PATIENCE = 20_000


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def view(qtbot: QtBot, model: ProjectModel, theme: Theme) -> Iterator[LiveView]:
    thumbnails = Thumbnails(model)
    view = LiveView(model, thumbnails, theme)
    qtbot.addWidget(view)
    view.resize(900, 720)
    yield view
    view.hide()
    thumbnails.stop()


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


def words(view: QWidget) -> str:
    return "\n".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def drawn(view: LiveView) -> bool:
    return "Images by adaptive weight" in words(view)


def epoch(count: int, *, number: int = 0) -> EpochEnd:
    weights = np.full(count, 0.95, dtype=np.float32)
    weights[: count // 5] = 0.9 - 0.08 * number
    return EpochEnd(0, 0, number, 10, 1.0 / (number + 1), 0.1 * number / 2, weights)


def test_before_the_first_epoch_it_says_what_will_be_here(qtbot: QtBot, view: LiveView) -> None:
    view.show()
    assert "Watch the training here" in words(view)
    view.show_event(Progress(Stage.FINGERPRINT, 1, 60))
    assert "The training is starting" in words(view)
    assert view.epochs_seen == 0


def test_a_training_is_drawn_while_it_runs(qtbot: QtBot, view: LiveView, runner: JobRunner) -> None:
    view.show()
    qtbot.waitUntil(lambda: view._plots is not None, timeout=PATIENCE)
    job = runner.submit("train", make(training, epochs=8))
    job.event.connect(view.show_event)
    with qtbot.waitSignal(job.finished, timeout=PATIENCE):
        pass
    view.show_ended("done")
    assert view.epochs_seen == 2 * 3 * 8
    qtbot.waitUntil(lambda: not view._timer.isActive(), timeout=PATIENCE)
    assert view._plots is not None
    loss, noise, weights = view._plots
    assert len(loss._items) == len(noise._items) == 6
    numbers, heights = loss._items[-1].getData()
    assert numbers.tolist() == list(range(1, 9))
    assert heights == pytest.approx([2 / n for n in range(1, 9)])
    left, right = (bar.opts["height"] for bar in weights._bars)
    assert len(left) + len(right) == BINS
    assert left.sum() == view.monitor.suspect_count() > 0
    assert left.sum() + right.sum() == 60
    assert f"{view.monitor.suspect_count()} suspects" in words(view)
    assert "so far" not in words(view)
    assert "of the labels wrong" in words(view)


def test_suspects_can_be_opened_by_mouse_and_key(
    qtbot: QtBot, view: LiveView, model: ProjectModel
) -> None:
    view.show()
    for number in range(10):
        view.show_event(epoch(60, number=number))
    qtbot.waitUntil(lambda: len(view.suspects) > 0, timeout=PATIENCE)
    assert len(view.suspects) == MOST_SUSPECTS
    assert set(view.suspects) <= set(range(12))
    row = view.findChild(PictureRow)
    assert row is not None
    assert model.project is not None
    assert row.notes[0] == model.project.class_names[model.project.labels[view.suspects[0]]]
    with qtbot.waitSignal(view.suspect_opened) as opened:
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.position_of(2))
    assert opened.args == [view.suspects[2]]
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.suspect_opened) as opened:
        qtbot.keyClick(row, Qt.Key.Key_Return)
    assert opened.args == [view.suspects[1]]
    qtbot.waitUntil(lambda: view._thumbnails.pixmap(view.suspects[0]) is not None, timeout=PATIENCE)


def test_it_is_drawn_at_most_five_times_a_second(
    qtbot: QtBot, view: LiveView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.show()
    qtbot.waitUntil(lambda: view._plots is not None, timeout=PATIENCE)
    times: list[int] = []
    assert view._plots is not None
    show = view._plots[2].show_counts

    def counted(*values: object) -> None:
        times.append(1)
        show(*values)

    monkeypatch.setattr(view._plots[2], "show_counts", counted)
    begin = time.monotonic()
    for number in range(100):
        view.show_event(epoch(60, number=number % 10))
        qtbot.wait(10)
    assert 2 <= len(times) <= 5 * (time.monotonic() - begin) + 2


def test_nothing_is_drawn_or_even_loaded_while_nobody_looks(qtbot: QtBot, view: LiveView) -> None:
    for number in range(3):
        view.show_event(epoch(60, number=number))
    qtbot.wait(300)
    assert view._plots is None
    assert not view._timer.isActive()
    assert view.epochs_seen == 3
    view.show()
    qtbot.waitUntil(lambda: drawn(view) and not view._timer.isActive(), timeout=PATIENCE)
    view.hide()
    view.show_event(epoch(60, number=4))
    assert not view._timer.isActive()
    view.show()
    qtbot.waitUntil(lambda: "epoch 5 of 10" in words(view), timeout=PATIENCE)


def test_plots_follow_the_theme(qtbot: QtBot, view: LiveView, theme: Theme) -> None:
    view.show()
    view.show_event(epoch(60))
    qtbot.waitUntil(lambda: drawn(view), timeout=PATIENCE)
    theme.set_mode("dark")
    assert view._plots is not None
    for plot in view._plots:
        assert plot.backgroundBrush().color().name().upper() == DARK.window


def test_reset_begins_anew_and_a_stopped_training_keeps_its_picture(
    qtbot: QtBot, view: LiveView
) -> None:
    view.show()
    view.show_event(epoch(60, number=5))
    qtbot.waitUntil(lambda: drawn(view), timeout=PATIENCE)
    view.show_ended("cancelled")
    assert "Images by adaptive weight" in words(view)
    view.reset()
    assert view.epochs_seen == 0
    assert "Watch the training here" in words(view)


def test_a_training_that_ends_before_its_first_epoch_leaves_the_empty_state(
    qtbot: QtBot, view: LiveView
) -> None:
    view.show()
    view.show_event(Progress(Stage.EXTRACT_FEATURES, 1, 60))
    view.show_ended("failed")
    assert "Watch the training here" in words(view)


def test_weights_that_do_not_fit_the_table_show_no_wrong_pictures(
    qtbot: QtBot, view: LiveView
) -> None:
    view.show()
    view.show_event(epoch(50, number=9))
    qtbot.waitUntil(lambda: drawn(view), timeout=PATIENCE)
    assert view.suspects == ()


def test_the_first_suspects_are_shown_before_the_first_epoch(
    qtbot: QtBot, view: LiveView, model: ProjectModel
) -> None:
    view.show()
    qtbot.waitUntil(lambda: view._plots is not None, timeout=PATIENCE)
    assert model.project is not None
    weights = np.full(len(model.project.table), 0.9, dtype=np.float32)
    weights[[4, 2]] = 0.1, 0.2
    view.show_event(FirstEstimate(weights, 0.1))
    qtbot.waitUntil(lambda: drawn(view), timeout=PATIENCE)
    assert view.suspects == (4, 2)
    assert "2 suspects so far" in words(view)
    assert "about 10% of the labels wrong" in words(view)
