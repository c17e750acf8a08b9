"""The progress: what is drawn and said, the marker, and the comparison of two trainings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sample_projects import add_run, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.progress.compare_tab import signed
from ahsml_app.gui.progress.progress_view import ProgressView
from ahsml_app.gui.progress.review_status import ReviewStatus
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import DARK
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import interval
from ahsml_app.session.analysis.run_diff import diff_runs
from ahsml_app.session.export.project_results import export_request, plan_export

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 20_000


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def view(qtbot: QtBot, model: ProjectModel, theme: Theme) -> Iterator[ProgressView]:
    thumbnails = Thumbnails(model)
    view = ProgressView(model, thumbnails, theme)
    qtbot.addWidget(view)
    view.resize(1100, 720)
    yield view
    view.hide()
    view.stop()
    thumbnails.stop()


def settle(qtbot: QtBot, view: ProgressView) -> None:
    qtbot.waitUntil(lambda: not view.review.busy and not view.compare.busy, timeout=PATIENCE)


def shown(view: ProgressView, qtbot: QtBot) -> ProgressView:
    view.show()
    settle(qtbot, view)
    return view


def words(view: QWidget) -> str:
    return "\n".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def suspects(model: ProjectModel) -> list[int]:
    assert model.project is not None
    assert model.project.scores is not None
    return np.argsort(-model.project.scores.error_probability).tolist()


def press_button(qtbot: QtBot, view: QWidget, text: str) -> None:
    buttons = [b for b in view.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    qtbot.mouseClick(buttons[0], LEFT)


def test_before_a_training_it_says_what_will_be_here(
    qtbot: QtBot, view: ProgressView, model: ProjectModel, image_folder: Path
) -> None:
    model.open(make_project(image_folder, trained=False))
    shown(view, qtbot)
    assert "Not trained yet" in words(view)
    with qtbot.waitSignal(view.review.train_requested):
        press_button(qtbot, view, "Train")
    view.tabs.setCurrentWidget(view.compare)
    assert "Not trained yet" in words(view)


def test_before_the_first_decision_it_looks_ahead_only(qtbot: QtBot, view: ProgressView) -> None:
    shown(view, qtbot)
    assert "Nothing decided yet" in words(view)
    assert view.review.fact("decided") == "0 images decided"
    assert view.review.fact("throughput") == view.review.fact("ratio") == ""
    with qtbot.waitSignal(view.review.review_requested):
        press_button(qtbot, view, "Review")


def test_it_follows_decisions_and_their_undoing(
    qtbot: QtBot, view: ProgressView, model: ProjectModel
) -> None:
    shown(view, qtbot)
    headline = view.review.headline
    assert headline.startswith("Continue: about ")
    assert headline.endswith(" wrong labels are expected in the next 60 images.")
    rows = suspects(model)
    for row in rows[:12]:
        label = "circle" if row >= 15 else "cross"  # the first 15 came as circles
        if row == rows[0]:
            model.decide(DecisionKind.KEEP, rows=[row])
        else:
            model.decide(DecisionKind.RELABEL, label, rows=[row])
    settle(qtbot, view)
    assert view.review.fact("decided") == "12 images decided"
    assert view.review.fact("found") == "11 wrong of 12 images reviewed"
    assert view.review.headline != headline
    assert "Nothing decided yet" not in words(view)
    assert view.review._plots is not None
    _, left, found, rate, _ = view.review._plots
    assert left.line.getData()[0].tolist() == list(range(13))
    assert found.line.getData()[1][-1] == 11
    assert rate.line.getData()[1][-1] == pytest.approx(11 / 12)
    model.undo()
    settle(qtbot, view)
    assert view.review.fact("decided") == "11 images decided"
    assert found.line.getData()[0].tolist() == list(range(12))


def test_when_all_is_decided_it_says_so(
    qtbot: QtBot, view: ProgressView, model: ProjectModel
) -> None:
    shown(view, qtbot)
    model.decide(DecisionKind.KEEP, rows=range(60))
    settle(qtbot, view)
    assert view.review.headline == "All images are decided."
    assert view.review.fact("left") == "about 0 wrong labels left (estimate)"


def test_nothing_is_drawn_while_nobody_looks(
    qtbot: QtBot, view: ProgressView, model: ProjectModel
) -> None:
    model.decide(DecisionKind.KEEP, rows=[0])
    settle(qtbot, view)
    assert view.review._plots is None
    shown(view, qtbot)
    view.hide()
    model.decide(DecisionKind.DROP, rows=[1])
    assert view.review.fact("decided") == "1 image decided"
    shown(view, qtbot)
    assert view.review.fact("decided") == "2 images decided"


def test_the_marker_is_moved_by_keys_and_mouse(qtbot: QtBot, view: ProgressView) -> None:
    shown(view, qtbot)
    assert view.review._plots is not None
    plot = view.review._plots[0]
    assert plot.limit == plot.images == 60
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.images == 50
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plot.images == 51
    assert "are expected in the next 51 images" in words(view)
    assert plot.accessibleDescription() in words(view)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.images == 1
    qtbot.keyClick(plot, Qt.Key.Key_PageUp)
    assert plot.images == 60
    with qtbot.waitSignal(plot.marked) as marked:
        qtbot.mousePress(plot.viewport(), LEFT, pos=plot.position_of(20).toPoint())
    assert marked.args[0] == pytest.approx(20, abs=1)
    qtbot.mouseMove(plot.viewport(), plot.position_of(40).toPoint())
    qtbot.mouseRelease(plot.viewport(), LEFT)
    assert plot.images == pytest.approx(40, abs=1)
    qtbot.mouseMove(plot.viewport(), plot.position_of(10).toPoint())
    assert plot.images == pytest.approx(40, abs=1)


def test_plots_follow_the_theme(qtbot: QtBot, view: ProgressView, theme: Theme) -> None:
    shown(view, qtbot)
    view.show_comparison()
    theme.set_mode("dark")
    assert view.review._plots is not None
    for plot in view.review._plots:
        assert plot.backgroundBrush().color().name().upper() == DARK.window


def test_one_training_cannot_be_compared(qtbot: QtBot, view: ProgressView) -> None:
    shown(view, qtbot)
    view.show_comparison()
    assert "There is only one training so far" in words(view)
    with qtbot.waitSignal(view.compare.train_requested):
        press_button(qtbot, view, "Train")


def test_a_retraining_is_compared_and_its_images_opened(
    qtbot: QtBot, view: ProgressView, model: ProjectModel
) -> None:
    assert model.project is not None
    add_run(model.project, seed=5)
    model.scores_changed.emit()
    shown(view, qtbot)
    view.show_comparison()
    settle(qtbot, view)
    compare = view.compare
    found = compare.comparison
    assert found is not None
    assert compare.fact("suggestions") == f"{len(found.changed)} suggestions changed"
    assert compare.risen.rows == found.risen
    assert " → " in compare.risen.notes[0]
    assert "Too few verified images" in compare.quality
    with qtbot.waitSignal(compare.image_opened) as opened:
        qtbot.mouseClick(compare.risen, LEFT, pos=compare.risen.position_of(1))
    assert opened.args == [found.risen[1]]
    compare.fallen.setFocus()
    with qtbot.waitSignal(compare.image_opened) as opened:
        qtbot.keyClick(compare.fallen, Qt.Key.Key_Return)
    assert opened.args == [found.fallen[0]]
    table = compare.table
    cells = [table.model().index(1, column) for column in range(6)]
    row = int(found.changed[1])
    assert cells[0].data() == model.project.table.paths[row].rpartition("/")[2]
    assert cells[3].data() == model.project.label_name(int(found.new_suggested[row]))
    with qtbot.waitSignal(compare.image_opened) as opened:
        qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(cells[0]).center())
    assert opened.args == [row]
    qtbot.keyClick(table, Qt.Key.Key_Up)
    with qtbot.waitSignal(compare.image_opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [int(found.changed[0])]


def test_any_two_trainings_are_chosen(
    qtbot: QtBot, view: ProgressView, model: ProjectModel
) -> None:
    assert model.project is not None
    model.decide(DecisionKind.KEEP, rows=range(60))
    add_run(model.project, seed=5)
    add_run(model.project, seed=6)
    model.scores_changed.emit()
    view.tabs.setCurrentWidget(view.compare)
    shown(view, qtbot)
    compare = view.compare
    assert compare.comparison is not None
    assert compare.comparison.numbers == (2, 3)
    assert "on 60 images that you verified" in compare.quality
    assert "Recall@1: 0." in compare.quality
    compare.before.setFocus()
    qtbot.keyClick(compare.before, Qt.Key.Key_Up)
    settle(qtbot, view)
    assert compare.comparison.numbers == (1, 3)
    assert compare.risen.rows == ()
    assert not compare.risen.isVisible()
    assert "No suggestion changed" in words(view)


def test_a_damaged_training_says_so(qtbot: QtBot, view: ProgressView, model: ProjectModel) -> None:
    assert model.project is not None
    add_run(model.project, seed=5)
    (model.project.folder / "runs" / "0001" / "points.npy").write_bytes(b"nothing")
    model.scores_changed.emit()
    view.tabs.setCurrentWidget(view.compare)
    shown(view, qtbot)
    assert "The trainings cannot be compared" in words(view)
    assert "damaged" in words(view)


@pytest.fixture
def window(qtbot: QtBot, image_folder: Path, cache: Path) -> Iterator[MainWindow]:
    """The window with a project that was trained twice."""
    project = make_project(image_folder)
    add_run(project, seed=5)
    folder = project.folder
    project.close()
    window = MainWindow(Settings(), Theme("light"))
    window.show()
    window.activateWindow()
    window.projects.open_project(folder)
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    yield window
    window.closing_without_question = True
    window.close()
    window.deleteLater()


def test_the_window_leads_there_and_back(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert window.shown_view == "progress"
    settle(qtbot, window.progress)
    assert window.progress.review.headline
    window.show_view("review")
    opened = window.model.project
    assert opened is not None
    assert opened.scores is not None
    timeline = window.model.review.timeline()
    window.training.done.emit(diff_runs(opened.scores, opened.scores, opened.kinds, timeline.shift))
    summary = window.window_actions.summary
    assert summary is not None
    qtbot.waitUntil(summary.isVisible, timeout=PATIENCE)
    press_button(qtbot, summary, "Compare")
    assert window.shown_view == "progress"
    settle(qtbot, window.progress)
    compare = window.progress.compare
    assert compare.isVisible()
    qtbot.mouseClick(compare.risen, LEFT, pos=compare.risen.position_of(0))
    assert window.shown_view == "review"
    assert window.model.current == compare.risen.rows[0]


def test_every_view_gives_the_same_number_of_errors_left(window: MainWindow, qtbot: QtBot) -> None:
    model, progress = window.model, window.progress
    assert model.project is not None
    assert model.review is not None
    for row in suspects(model)[:20]:
        model.decide(DecisionKind.RELABEL, "circle" if row >= 15 else "cross", rows=[row])
    before = model.project.arrays(1)["score-error_probability"]
    undecided = model.project.kinds == DecisionKind.UNDECIDED
    low, best, high = model.review.progress().errors_left
    window.show_view("progress")
    settle(qtbot, progress)
    text = f"about {interval(low, high)}"
    assert progress.review.fact("left") == f"{text} wrong labels left (estimate)"
    status = window.findChild(ReviewStatus)
    assert status is not None
    assert status._left.text() == f"{text} errors left"
    assert f"about {best:,.0f} wrong labels" in window.gallery.filters._counts.text()
    request = export_request(model.project, Path("out"), review=model.review)
    assert plan_export(request).errors_left == (low, best, high)
    progress.show_comparison()
    settle(qtbot, progress)
    earlier = model.review.errors_among(before[undecided])[1]
    assert progress.compare.fact("errors").startswith(f"{earlier:,.0f} → {best:,.0f} ")
    assert best != pytest.approx(model.project.scores.error_probability[undecided].sum(), abs=0.5)


def test_signed_numbers_have_a_true_minus() -> None:
    assert (signed(0.0123), signed(-0.5), signed(-0.0001)) == ("+0.012", "−0.500", "0")
