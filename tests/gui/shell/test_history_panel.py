"""The history panel: names, places, going to and fro."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind, Step
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell import history_panel
from ahsml_app.gui.shell.history_panel import PRESENT_ROLE, HistoryPanel, clock_text
from ahsml_app.gui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def panel(qtbot: QtBot, model: ProjectModel, theme: Theme) -> HistoryPanel:
    panel = HistoryPanel(model, theme)
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    return panel


def names(panel: HistoryPanel) -> list[str]:
    steps = panel.list.model()
    return [steps.index(row, 0).data() for row in range(steps.rowCount())]


def here(panel: HistoryPanel) -> str:
    steps = panel.list.model()
    marked = [row for row in range(steps.rowCount()) if steps.index(row, 0).data(PRESENT_ROLE)]
    assert len(marked) == 1
    assert panel.list.currentIndex().row() == marked[0]
    return str(steps.index(marked[0], 0).data())


def click(panel: HistoryPanel, qtbot: QtBot, row: int) -> None:
    place = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=place)


def test_it_is_empty_at_first(panel: HistoryPanel, model: ProjectModel) -> None:
    shown = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "No decisions yet" in shown
    model.decide(DecisionKind.KEEP, rows=[0])
    assert not panel._empty.isVisible()
    model.close()
    assert panel._empty.isVisible()


def test_steps_are_named_newest_first(panel: HistoryPanel, model: ProjectModel) -> None:
    assert model.project is not None
    model.project.reviewer = "Ada"
    model.decide(DecisionKind.KEEP, rows=[0])
    model.decide(DecisionKind.RELABEL, "square", rows=[1, 2])
    model.decide(DecisionKind.DROP, rows=[3])
    assert names(panel) == [
        "Drop circle-03.png",
        "Relabel 2 images to square",
        "Keep circle-00.png",
        "Beginning",
    ]
    assert here(panel) == "Drop circle-03.png"
    tip = panel.list.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "2 images, 20" in tip
    assert tip.endswith("\nAda")


def test_undone_steps_stay_and_say_so(panel: HistoryPanel, model: ProjectModel) -> None:
    for row in range(3):
        model.decide(DecisionKind.KEEP, rows=[row])
    model.undo()
    model.undo()
    assert here(panel) == "Keep circle-00.png"
    steps = panel.list.model()
    spoken = [steps.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert [text.endswith("undone") for text in spoken] == [True, True, False]
    panel.grab()
    model.undo()
    assert here(panel) == "Beginning"
    model.redo()
    assert here(panel) == "Keep circle-00.png"
    model.decide(DecisionKind.DROP, rows=[9])
    assert names(panel) == ["Drop circle-09.png", "Keep circle-00.png", "Beginning"]


def test_a_step_is_gone_to_by_mouse_and_keys(
    panel: HistoryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    for row in range(3):
        model.decide(DecisionKind.KEEP, rows=[row])
    assert model.project is not None
    numbers = [step.number for step in model.project.steps()]
    with qtbot.waitSignal(panel.go_to_requested) as asked:
        click(panel, qtbot, 1)
    assert asked.args == [numbers[1]]
    with qtbot.waitSignal(panel.go_to_requested) as asked:
        click(panel, qtbot, 3)
    assert asked.args == [0]
    with qtbot.assertNotEmitted(panel.go_to_requested):
        click(panel, qtbot, 0)
    panel.list.setFocus()
    panel.refresh()
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.go_to_requested) as asked:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert asked.args == [numbers[1]]


def test_a_hidden_panel_waits_until_it_is_shown(panel: HistoryPanel, model: ProjectModel) -> None:
    panel.hide()
    model.decide(DecisionKind.KEEP, rows=[0])
    assert names(panel) == []
    panel.show()
    assert len(names(panel)) == 2


def test_another_project_has_its_own_history(
    panel: HistoryPanel, model: ProjectModel, image_folder: Path
) -> None:
    model.decide(DecisionKind.KEEP, rows=[0])
    other = make_project(image_folder, name="Other")
    other.decide([5], DecisionKind.DROP)
    model.open(other)
    assert names(panel) == ["Drop circle-05.png", "Beginning"]


def test_a_long_history_is_read_after_a_pause(
    panel: HistoryPanel, model: ProjectModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_panel, "FAST_READ", -1.0)
    for row in range(5):
        model.decide(DecisionKind.KEEP, rows=[row])
    qtbot.waitUntil(lambda: len(names(panel)) == 6)
    assert here(panel) == "Keep circle-04.png"


def test_100_000_steps_are_shown_at_once(panel: HistoryPanel, qtbot: QtBot) -> None:
    when = "2026-01-01T12:00:00+00:00"
    steps = [
        Step(n, f"Keep {n}.jpg", when, 1, n > 99_990, DecisionKind.KEEP) for n in range(1, 100_001)
    ]
    began = time.thread_time()
    panel._steps.fill(steps)
    panel._stack.setCurrentIndex(1)
    panel.list.setCurrentIndex(panel._steps.index(panel._steps.present_row))
    panel.grab()
    panel.list.scrollToBottom()
    panel.grab()
    assert time.thread_time() - began < 1.0
    assert here(panel) == "Keep 99990.jpg"


def test_times_of_today_are_hours_older_ones_days() -> None:
    now = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
    assert clock_text("2026-03-10T08:05:00+00:00", now) == "08:05"
    assert clock_text("2026-03-09T23:05:00+00:00", now) == "2026-03-09"


def test_the_theme_can_change(panel: HistoryPanel, model: ProjectModel, theme: Theme) -> None:
    model.decide(DecisionKind.KEEP, rows=[0])
    before = panel.list.grab().toImage()
    theme.set_mode("dark")
    assert panel.list.grab().toImage() != before
