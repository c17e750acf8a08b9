"""Two people's decisions in the window: kappa, the queue of a third person, and who decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from main_windows import PATIENCE
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from running import result_of
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind, system_reviewer
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.widgets.key_figure import KeyFigure
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.project.project import Project

LEFT = Qt.MouseButton.LeftButton


def exported(project: Project, out: Path) -> Path:
    result_of(export_project(export_request(project, out, OutputChoice(frozenset({"journal"})))))
    project.close()
    return out / "decisions.jsonl"


@pytest.fixture
def logs(image_folder: Path, cache: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Decisions of Ada and Bob: four alike, two apart, one by Bob alone."""
    ada, bob = (make_project(image_folder, name=name) for name in ("Ada", "Bob"))
    for project, name in ((ada, "Ada"), (bob, "Bob")):
        project.reviewer = name
        project.decide([0, 1], DecisionKind.KEEP)
        project.decide([2], DecisionKind.RELABEL, "cross")
        project.decide([3], DecisionKind.DROP)
    ada.decide([4], DecisionKind.KEEP)
    bob.decide([4], DecisionKind.RELABEL, "square")
    ada.decide([5], DecisionKind.DROP)
    bob.decide([5], DecisionKind.AMBIGUOUS)
    bob.decide([6], DecisionKind.KEEP)
    return exported(ada, tmp_path / "ada"), exported(bob, tmp_path / "bob")


def button(window: MainWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


@pytest.fixture
def compared(reviewing: MainWindow, logs: tuple[Path, Path], qtbot: QtBot) -> MainWindow:
    """The window after a comparison of the two logs."""
    window = reviewing
    window.actions_.action("compare-decisions").trigger()
    dialog = window.reviewers.dialog
    assert dialog is not None
    compare = dialog.findChild(QPushButton, "compare")
    assert not compare.isEnabled()
    for field, path in zip(dialog.fields, logs, strict=True):
        qtbot.keyClicks(field, str(path))
    qtbot.mouseClick(compare, LEFT)
    qtbot.waitUntil(lambda: window.reviewers.card is not None, timeout=PATIENCE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    return window


def test_a_third_person_decides_what_two_disagree_on(compared: MainWindow, qtbot: QtBot) -> None:
    window, model = compared, compared.model
    project, card = model.project, compared.reviewers.card
    assert project is not None
    assert card is not None
    window.reviewers.use_name("Cy")
    assert sorted(model.queue.tolist()) == [4, 5]
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert {"Ada and Bob", "6", "4", "images decided by both", "decided alike"} <= set(texts)
    kappa = card.findChild(KeyFigure, "kappa")
    assert kappa is not None
    assert kappa.value.text() == "0.556"
    assert card.left.value.text() == "2"
    verdicts = {4: "Ada: keep  ·  Bob: relabel to square", 5: "Ada: drop  ·  Bob: unsure"}
    first, second = model.queue.tolist()
    assert (model.current, card.verdict.text()) == (first, verdicts[first])
    window.gallery.view.setFocus()
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Q)
    assert project.kinds[first] == DecisionKind.KEEP
    assert card.left.value.text() == "1"
    assert (model.current, card.verdict.text()) == (second, verdicts[second])
    assert [entry.reviewer for entry in project.journal()] == ["Cy"]


def test_what_both_or_one_of_them_decided_is_taken_over(compared: MainWindow, qtbot: QtBot) -> None:
    project = compared.model.project
    assert project is not None
    compared.model.decide(DecisionKind.AMBIGUOUS, rows=[3])
    agreed = button(compared, "agreement-agreed")
    assert agreed.text() == "Take over 4 decisions that both made"
    qtbot.mouseClick(agreed, LEFT)
    assert project.kinds[:7].tolist() == [1, 1, 2, 4, 0, 0, 0]
    assert project.label_name(int(project.labels[2])) == "cross"
    qtbot.mouseClick(button(compared, "agreement-single"), LEFT)
    assert project.kinds[6] == DecisionKind.KEEP
    assert len(project.steps()) == 3
    compared.model.undo()
    compared.model.undo()
    assert project.kinds[:7].tolist() == [0, 0, 0, 4, 0, 0, 0]
    qtbot.mouseClick(button(compared, "agreement-queue"), LEFT)
    qtbot.mouseClick(button(compared, "agreement-close"), LEFT)
    assert compared.reviewers.card is None


def test_a_log_that_was_changed_is_not_compared(
    reviewing: MainWindow, logs: tuple[Path, Path], qtbot: QtBot
) -> None:
    logs[1].write_text(logs[1].read_text("utf-8").replace("Bob", "Eve"), "utf-8")
    with qtbot.waitSignal(reviewing.reviewers.failed, timeout=PATIENCE) as failed:
        reviewing.reviewers.compare(*logs)
    assert "Line 2 was changed" in str(failed.args[0])
    assert reviewing.reviewers.card is None


def test_the_card_goes_with_its_project(compared: MainWindow) -> None:
    compared.projects.close_project()
    assert compared.reviewers.card is None


def test_a_file_is_chosen_in_a_dialog(
    reviewing: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewing.reviewers.ask_logs()
    dialog = reviewing.reviewers.dialog
    assert dialog is not None
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/logs/a.jsonl", ""))
    browse = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Choose…")
    qtbot.mouseClick(browse, LEFT)
    assert dialog.fields[0].text() == "/logs/a.jsonl"
    dialog.reject()


def test_a_person_names_who_decides(reviewing: MainWindow, qtbot: QtBot) -> None:
    project = reviewing.model.project
    assert project is not None
    assert project.reviewer == system_reviewer()
    reviewing.actions_.action("reviewer").trigger()
    dialog = reviewing.reviewers.name_dialog
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "  Ada \t Lovelace")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    reviewing.model.decide(DecisionKind.KEEP, rows=[0])
    assert [entry.reviewer for entry in project.journal()] == ["Ada Lovelace"]
    assert reviewing.settings.reviewer() == "Ada Lovelace"
    reviewing.reviewers.use_name("Bob")  # --reviewer
    reviewing.model.decide(DecisionKind.KEEP, rows=[1])
    assert [entry.reviewer for entry in project.journal()][-1] == "Bob"
    assert reviewing.settings.reviewer() == "Ada Lovelace"
