"""Images that look right are marked as checked by the model, apart from what a person decides."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import made_up_outcome

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.gallery.accept_dialog import AcceptDialog
from ahsml_app.session.project.class_edits import merge_classes, rename_class
from ahsml_app.session.review.queue import QueueFilter, review_states
from ahsml_app.store.project_folder import ProjectFolder

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
UNDECIDED = QueueFilter(kinds=frozenset({int(DecisionKind.UNDECIDED)}))
CHECKED = QueueFilter(kinds=frozenset({CHECKED_BY_MODEL}))


def opened(window: MainWindow, qtbot: QtBot) -> AcceptDialog:
    qtbot.keyClick(window.gallery.view, KEY.Key_B, CTRL | SHIFT)
    dialog = window.desk.accept
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def accept(window: MainWindow, qtbot: QtBot, cut: float) -> list[int]:
    """Accepts below a cut in per cent; returns the rows."""
    dialog = opened(window, qtbot)
    dialog.cut.setValue(cut)
    rows = sorted(dialog.rows.tolist())
    qtbot.mouseClick(dialog.accept_button, LEFT)
    assert not dialog.isVisible()
    return rows


def test_what_looks_right_is_marked_and_decided_by_nobody(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window, project = reviewing, project_of(reviewing)
    scores, review = project.scores, window.model.review
    assert scores is not None
    assert review is not None
    before = review.progress()
    rows = accept(window, qtbot, 20)
    assert 3 < len(rows) < len(project.table)
    assert (scores.error_probability[rows] <= np.float32(0.2)).all()
    files = ProjectFolder.inspect(project.folder)
    assert files.journal.marks[Mark.CHECKED] == dict.fromkeys(rows, "model")
    assert files.journal.state == {}
    files.close()
    now = review.progress()
    assert (now.decided, now.errors_left, now.checked) == (0, before.errors_left, len(rows))
    assert f"0 of {len(project.table)} decided, {len(rows)} checked by the model" in (
        window.review_status._decided.text()
    )
    window.model.set_queue_filter(UNDECIDED)
    assert not set(rows) & set(window.model.queue.tolist())
    window.model.set_queue_filter(CHECKED)
    assert sorted(window.model.queue.tolist()) == rows
    assert "checked by the model" in window.gallery.filters.chips["kinds"].text()
    assert "checked by the model" in window.gallery.items.description(rows[0])
    assert "checked" in window.gallery.items.badges(rows[0])
    qtbot.keyClick(window.gallery.view, KEY.Key_Z, CTRL)
    assert project.marks[Mark.CHECKED] == {}
    assert review.progress() == before


def test_the_cut_is_proposed_and_can_be_moved(reviewing: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(reviewing, qtbot)
    review = reviewing.model.review
    assert review is not None
    scores = project_of(reviewing).scores
    assert scores is not None
    expected = review.errors_among(scores.error_probability[dialog.rows])[1]
    assert expected <= 0.01 * len(dialog.rows) or dialog.cut.value() == 0.1
    few = len(dialog.rows)
    dialog.cut.setValue(40)
    many = len(dialog.rows)
    assert many > few
    errors = round(review.errors_among(scores.error_probability[dialog.rows])[1])
    assert f"{many} undecided images, about {errors} wrong label" in dialog.counts.text()
    assert str(many) in dialog.accept_button.text()
    dialog.cut.setFocus()
    qtbot.keyClick(dialog.cut, KEY.Key_Return)
    assert dialog.isVisible(), "Enter only confirms the number"
    dialog.cut.setValue(0)
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClick(dialog, KEY.Key_Escape)
    assert project_of(reviewing).marks[Mark.CHECKED] == {}


def test_a_persons_word_stands_before_that_of_the_model(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window, project = reviewing, project_of(reviewing)
    rows = accept(window, qtbot, 20)
    window.model.set_current(rows[0])
    qtbot.keyClick(window.gallery.view, KEY.Key_E)
    assert review_states(project)[rows[0]] == DecisionKind.DROP
    qtbot.keyClick(window.gallery.view, KEY.Key_Z, CTRL)
    assert review_states(project)[rows[0]] == CHECKED_BY_MODEL
    assert window.model.current == rows[0]
    qtbot.keyClick(window.gallery.view, KEY.Key_Backspace)
    assert review_states(project)[rows[0]] == DecisionKind.UNDECIDED
    assert sorted(project.marks[Mark.CHECKED]) == rows[1:]


def test_keys_go_past_what_the_model_has_checked(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    queue = window.model.queue
    rows = set(accept(window, qtbot, 50))
    place = next(n for n, row in enumerate(queue.tolist()) if row in rows) - 1
    assert place >= 0
    window.model.set_current(int(queue[place]))
    qtbot.keyClick(window.gallery.view, KEY.Key_Q)
    assert window.model.current not in rows or place == len(queue) - len(rows) - 1


def test_an_honest_sample_is_left_to_a_person(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    window.model.include_sample(True)
    review = window.model.review
    assert review is not None
    assert review.sample is not None
    sample = set(review.sample.rows.tolist())
    assert not sample & set(accept(window, qtbot, 50))
    project = project_of(window)
    project.mark(sorted(sample), Mark.CHECKED, "model", project.steps()[0].title)  # type: ignore[arg-type]
    window.model.set_queue_filter(UNDECIDED)
    assert sample <= set(window.model.queue.tolist()), "they are judged by eye all the same"


def test_the_progress_leads_to_it(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    window.show_view("progress")
    tab = window.progress.review
    qtbot.waitUntil(lambda: tab.findChild(QPushButton, "accept-below") is not None, timeout=60_000)
    button = tab.findChild(QPushButton, "accept-below")
    qtbot.waitUntil(button.isVisible, timeout=60_000)
    qtbot.mouseClick(button, LEFT)
    assert window.desk.accept is not None
    assert window.desk.accept.isVisible()
    window.desk.accept.close()


@pytest.mark.parametrize("change", ["merge", "rename", "undo"])
def test_it_closes_when_classes_change(reviewing: MainWindow, qtbot: QtBot, change: str) -> None:
    model, names = reviewing.model, project_of(reviewing).class_names
    if change == "undo":
        model.apply(partial(merge_classes, names=[names[0]], into=names[3]))
    model.set_queue_filter(QueueFilter(given=frozenset({1})))
    dialog = opened(reviewing, qtbot)
    model.decide(DecisionKind.RELABEL, "a new class", rows=model.queue[:1])
    assert dialog.isVisible(), "one more class moves no other"
    if change == "merge":
        model.apply(partial(merge_classes, names=[names[0]], into=names[3]))
    elif change == "rename":
        model.apply(partial(rename_class, name=names[0], to="another"))
    else:
        model.undo()
        model.undo()
    assert not dialog.isVisible()
    assert project_of(reviewing).marks[Mark.CHECKED] == {}


def test_the_proposal_follows_the_scores_and_leaves_the_cut(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    dialog, project = opened(reviewing, qtbot), project_of(reviewing)
    dialog.cut.setValue(33)
    before = dialog._proposal.text()
    reviewing.model.accept_training(made_up_outcome(project, 5))
    after = dialog._proposal.text()
    assert after != before
    assert dialog.cut.value() == 33
    dialog.begin(reviewing.model.queue_filter)
    assert dialog._proposal.text() == after


def test_it_says_that_nothing_is_left_to_accept(reviewing: MainWindow, qtbot: QtBot) -> None:
    dialog, model = opened(reviewing, qtbot), reviewing.model
    model.decide(DecisionKind.KEEP, rows=np.arange(len(model.queue)))
    for _ in range(2):
        assert dialog._proposal.text().startswith("There is no undecided image here")
        assert dialog.counts.text() == ""
        assert not dialog.accept_button.isEnabled()
        dialog.begin(model.queue_filter)
