"""The real window, driven as a person would: keys and mouse."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from changed_folder import write_image
from job_generators import endless, make
from main_windows import PATIENCE, kinds
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.project.library import open_project

SHORT = with_values(
    RunOptions(), {"views": 1, "folds": 2, "epochs": 2, "passes": 1, "device": "cpu"}
)


def press(qtbot: QtBot, window: MainWindow, *keys: str) -> None:
    for key in keys:
        qtbot.keyClick(window.gallery.view, getattr(Qt.Key, f"Key_{key}"))


def test_a_folder_is_shown_before_it_is_opened(
    window: MainWindow, image_folder: Path, qtbot: QtBot
) -> None:
    window.open_path(image_folder)
    dialog = window.projects.import_dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.is_ready, timeout=PATIENCE)
    assert window.model.project is None
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Open project")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    project = window.model.project
    assert project is not None
    assert len(project.table) == 60
    assert window.shown_view == "train"
    assert window.projects.import_dialog is None


def test_files_of_an_own_model_are_those_of_the_training_that_follows(
    window: MainWindow, image_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/data/mine.npz", ""))
    for count, chosen in enumerate(("features", ""), 1):
        window.projects.import_another(Source(image_folder))
        dialog = window.projects.import_dialog
        assert dialog is not None
        qtbot.waitUntil(dialog.is_ready, timeout=PATIENCE)
        if chosen:
            qtbot.mouseClick(
                dialog.findChild(QPushButton, "own-features"), Qt.MouseButton.LeftButton
            )
        qtbot.mouseClick(dialog.findChild(QPushButton, "open-project"), Qt.MouseButton.LeftButton)
        features = window.train_view.panel.options().features.file
        assert features == (Path("/data/mine.npz") if chosen else None), count


def test_the_import_can_be_cancelled(window: MainWindow, image_folder: Path, qtbot: QtBot) -> None:
    window.open_path(image_folder)
    dialog = window.projects.import_dialog
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)
    assert window.model.project is None
    assert window.shown_view == "start"


def test_cancelling_an_import_that_waits_leaves_other_work_alone(
    window: MainWindow, image_folder: Path, qtbot: QtBot
) -> None:
    other = window.runner.submit("other", make(endless))
    started: list[object] = []
    window.runner.started.connect(started.append)
    window.open_path(image_folder)
    window.open_path(image_folder)
    dialog = window.projects.import_dialog
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.runner.current is other
    assert not other.is_cancelling
    window.runner.cancel()
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)
    assert not started  # neither the scan that was cancelled nor the one that it replaced
    assert window.model.project is None


def test_from_the_confusion_to_the_images_of_a_cell(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.shown_view == "confusion"
    qtbot.waitUntil(window.confusion.is_ready, timeout=PATIENCE)
    heat = window.confusion.map.heat
    qtbot.keyClick(heat, Qt.Key.Key_Plus)  # not the zoom of the image
    assert kinds(window) == []
    qtbot.keyClick(heat, Qt.Key.Key_Return)
    assert window.shown_view == "review"
    assert len(window.model.queue_filter.given) == len(window.model.queue_filter.suggested) == 1
    assert 0 < len(window.model.queue) < 60


def test_keys_decide_and_go_on(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    project = model.project
    assert project is not None
    first, order = model.current, model.queue.copy()
    press(qtbot, window, "W")
    assert project.decision(first).kind == DecisionKind.RELABEL
    assert model.current == order[1]
    press(qtbot, window, "Q", "E", "N")
    assert kinds(window) == [1, 2, 3, 4]
    assert (model.queue == order).all()
    press(qtbot, window, "2")
    label = model.choices(int(order[4]))[1][0]
    assert project.labels[order[4]] == label
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(kinds(window)) == 4
    assert model.current == order[4]
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(kinds(window)) == 5


def test_a_new_class_is_typed(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    row = model.current
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Slash)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClicks(popup.focusWidget(), "hexagon")
    qtbot.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
    assert model.project is not None
    assert model.project.label_name(int(model.project.labels[row])) == "hexagon"


def test_a_selection_is_decided_as_one_step(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    qtbot.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(model.selection) == 60
    model.set_selection(model.queue[:20])  # a decision about more of these would be asked about
    press(qtbot, window, "E")
    assert kinds(window) == [3] * 20
    assert model.project is not None
    assert [step.samples for step in model.project.steps()] == [20]
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert kinds(window) == []


def test_all_above_a_cut_are_decided_at_once(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    window.actions_.action("decide-above").trigger()
    dialog = window.window_actions.bulk
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    apply = dialog.findChild(QPushButton, "bulk-apply")
    project = model.project
    assert project is not None
    assert project.scores is not None
    above = int((project.scores.error_probability >= 0.9).sum())
    assert f"{above}" in apply.text()
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert kinds(window) == [2] * above
    assert len(project.steps()) == 1


def test_decisions_and_filters_are_there_after_reopening(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window, model = reviewing, reviewing.model
    press(qtbot, window, "W", "Q", "E")
    window.gallery.filters.findChild(QPushButton, "chip-flagged").click()
    assert model.project is not None
    folder, current, count = model.project.folder, model.current, len(model.queue)
    window.actions_.action("close-project").trigger()
    assert window.shown_view == "start"
    window.projects.open_project(folder)
    assert kinds(window) == [1, 2, 3]
    assert len(model.queue) == count < 60
    assert model.current == current
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert kinds(window) == [1, 2]


def test_a_moved_image_folder_is_found_again(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    image_folder = make_images(tmp_path / "before", per_class=2)
    project = make_project(image_folder)
    folder = project.folder
    project.close()
    image_folder.rename(tmp_path / "after")
    window.projects.open_project(folder)
    (notice,) = window.notices.notices()
    assert "before" in notice.accessibleName()
    make_images(tmp_path / "other" / "images", per_class=1)  # of the same names
    write_image(tmp_path / "other" / "images" / "circle" / "circle-00.png", 1)
    window.projects.relocate(tmp_path / "other" / "images" / "cross")
    qtbot.waitUntil(lambda: len(window.notices.notices()) == 2, timeout=PATIENCE)
    assert window.model.project is not None
    assert not window.model.project.path(0).is_file()
    window.projects.relocate(tmp_path)  # one level too high
    qtbot.waitUntil(lambda: window.model.project.path(0).is_file(), timeout=PATIENCE)
    assert window.model.project.table.root == tmp_path / "after"


def test_the_search_filters_by_path(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = window.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, "circle-0")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert len(window.model.queue) == 10
    assert kinds(window) == []


def test_a_second_window_is_read_only(reviewing: MainWindow, qtbot: QtBot, cache: Path) -> None:
    assert reviewing.model.project is not None
    second = MainWindow(Settings(), Theme("light"))
    second.show()
    qtbot.waitExposed(second)
    second.projects.open_project(reviewing.model.project.folder)
    assert second.model.project is not None
    assert second.model.project.read_only
    assert second.notices.notices()
    press(qtbot, second, "Q", "W")
    assert kinds(second) == []
    second.close()
    second.deleteLater()


def test_training_pauses_stops_and_retrains(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=8), trained=False)
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    model = window.model
    window.training.start(SHORT)
    window.training.pause()
    qtbot.waitUntil(lambda: window.training.is_paused, timeout=PATIENCE)
    window.training.resume()
    window.runner.cancel()
    qtbot.waitUntil(lambda: not window.training.running, timeout=PATIENCE)
    assert model.project is not None
    assert model.project.scores is None
    with qtbot.waitSignal(window.training.ended, timeout=PATIENCE):
        window.training.start(SHORT)
    assert model.project.scores is not None
    assert window.shown_view == "review"
    dropped, kept = int(model.queue[0]), int(model.queue[1])
    model.decide(DecisionKind.DROP, rows=[dropped])
    model.decide(DecisionKind.KEEP, rows=[kept])
    with qtbot.waitSignal(window.training.ended, timeout=PATIENCE):
        window.training.start(SHORT)
    assert model.project.run is not None
    assert model.project.run["number"] == 2
    assert model.project.run["embedded"] == 0
    assert model.project.scores.error_probability[kept] == 0
    assert window.window_actions.summary is not None
    assert model.project.kinds[dropped] == DecisionKind.DROP


def test_closing_while_training_asks_and_keeps_what_was_done(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=8), trained=False)
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    window.training.start(SHORT)
    answers = iter(["Keep working", "Stop and close"])

    def answer(box: QMessageBox) -> int:
        wanted = next(answers)
        next(b for b in box.buttons() if b.text() == wanted).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    assert not window.close()
    assert window.isVisible()
    assert window.close()
    assert not window.runner.busy
    reopened = open_project(folder)
    assert not reopened.read_only
    reopened.close()


def test_an_export_holds_the_decisions(reviewing: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    rows = [int(row) for row in model.queue[:3]]
    press(qtbot, window, "W", "E", "Q")
    window.actions_.action("export").trigger()
    dialog = window.exports.dialog
    assert dialog is not None
    out = tmp_path / "out"
    dialog.set_folder(out)
    qtbot.mouseClick(dialog.findChild(QPushButton, "write-export"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (out / "run.json").is_file(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)
    assert model.project is not None
    with (out / "labels.csv").open(encoding="utf-8") as stream:
        lines = {line["path"]: line for line in csv.DictReader(stream)}
    paths = [model.project.table.paths[row] for row in rows]
    assert [lines[path]["decision"] for path in paths] == ["relabel", "drop", "keep"]
    assert lines[paths[1]]["label"] == ""
    assert (out / "journal.csv").is_file()


def test_everything_that_can_be_used_has_a_name(reviewing: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QSpinBox

    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSpinBox, QAbstractSlider)
        for widget in reviewing.findChildren(kind)
        if widget.isEnabled()
        and widget.isVisibleTo(reviewing)
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and (widget.text() or widget.toolTip()))
        and not widget.objectName().startswith("qt_")
        and type(widget).__name__ != "QScrollBar"
    ]
    assert not nameless


def test_the_picture_follows_the_current_image(reviewing: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(reviewing.evidence.is_ready, timeout=PATIENCE)
    press(qtbot, reviewing, "Q")
    qtbot.waitUntil(reviewing.evidence.is_ready, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(reviewing.evidence.strips.given.pictures.rows), timeout=PATIENCE)
    assert reviewing.model.current not in reviewing.evidence.strips.given.pictures.rows
    assert np.isin(reviewing.evidence.strips.given.pictures.rows, reviewing.model.queue).all()


def test_from_the_classes_to_their_doubtful_images(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, classes = reviewing, reviewing.classes
    qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert window.shown_view == "classes"
    qtbot.waitUntil(lambda: classes.items.overview is not None)
    qtbot.waitUntil(classes.table.hasFocus)
    qtbot.keyClick(classes.table, Qt.Key.Key_Down)
    qtbot.keyClick(classes.table, Qt.Key.Key_Q)
    assert kinds(window) == []  # no image is in view here
    qtbot.waitUntil(classes.details.review.isVisible)
    qtbot.mouseClick(classes.details.review, Qt.MouseButton.LeftButton)
    assert window.shown_view == "review"
    assert len(window.model.queue) == 15
    assert len(window.model.queue_filter.given) == 1
