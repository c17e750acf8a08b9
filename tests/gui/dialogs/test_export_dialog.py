"""The export dialog: choices, dry run, progress, result."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import Progress, Stage
from ahsml_app.base.types import SampleTable
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.controllers.export_controller import ExportController
from ahsml_app.gui.dialogs.export_dialog import ExportDialog
from ahsml_app.gui.dialogs.export_plan import ExportChoice
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.export.project_results import ExportPlan, export_request, plan_export
from ahsml_app.session.export.result_counts import ExportSummary, count_results
from ahsml_app.session.export.results import PARTS, USUAL_PARTS, OutputChoice
from ahsml_app.store.result_files import undecided

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 30_000


@pytest.fixture
def dialog(qtbot: QtBot, model: ProjectModel) -> ExportDialog:
    """The dialog with its plans made on the spot."""
    dialog = ExportDialog(model, None)
    qtbot.addWidget(dialog)

    def plan(choice: object) -> None:
        assert model.project is not None
        request = export_request(
            model.project, choice.out, OutputChoice(choice.parts, choice.tree_mode)
        )
        dialog.show_plan(plan_export(request))

    dialog.plan_requested.connect(plan)
    dialog.show()
    dialog.begin()
    return dialog


def button(dialog: ExportDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, name)


def box(dialog: ExportDialog, name: str) -> QCheckBox:
    return dialog.findChild(QCheckBox, name)


def planned(dialog: ExportDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.plan_requested):
        pass


def test_the_plan_counts_what_will_be_written(
    dialog: ExportDialog, model: ProjectModel, qtbot: QtBot
) -> None:
    planned(dialog, qtbot)
    plan = dialog.plan
    assert plan.fact("images") == "60"
    assert plan.fact("dropped") == "0"
    assert plan.fact("tree") == "0"
    assert "suspects are undecided; about" in plan.undecided.text()
    assert "errors left" in plan.undecided.text()
    model.decide(DecisionKind.DROP, rows=[0, 1])
    model.decide(DecisionKind.RELABEL, "square", rows=[2])
    planned(dialog, qtbot)
    assert plan.fact("images") == "58"
    assert plan.fact("relabelled") == "1"
    assert plan.fact("dropped") == "2"
    counts = plan.classes.model()
    rows = [(counts.index(n, 0).data(), counts.index(n, 1).data()) for n in range(4)]
    assert rows[0] == ("square", "16")
    assert ("circle", "12") in rows
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("never deletes a file" in text for text in shown)


def test_every_part_says_what_it_is(dialog: ExportDialog, qtbot: QtBot) -> None:
    boxes = dialog.findChildren(QCheckBox)
    assert len([b for b in boxes if b.objectName().startswith("part-")]) == 8
    assert all(b.accessibleDescription() for b in boxes if b.objectName().startswith("part-"))
    tree = box(dialog, "part-tree")
    assert not dialog._mode.isEnabled()
    qtbot.mouseClick(tree, LEFT, pos=tree.rect().center())
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert tree.isChecked()
    assert dialog._mode.isEnabled()
    planned(dialog, qtbot)
    assert dialog.plan.fact("tree").startswith("60  ·  about ")
    qtbot.keyClick(dialog._mode, Qt.Key.Key_Down)
    dialog._mode.activated.emit(dialog._mode.currentIndex())
    planned(dialog, qtbot)
    assert dialog.plan.fact("tree") == "60  ·  links"
    assert dialog.choice().tree_mode == "hardlink"


def test_nothing_chosen_writes_nothing(dialog: ExportDialog, qtbot: QtBot) -> None:
    for part in dialog.findChildren(QCheckBox):
        part.setChecked(False)
    assert not button(dialog, "write-export").isEnabled()
    box(dialog, "part-labels").setChecked(True)
    assert button(dialog, "write-export").isEnabled()
    dialog._folder.clear()
    assert not button(dialog, "write-export").isEnabled()


def test_before_a_training_parts_wait(qtbot: QtBot, image_folder: Path) -> None:
    model = ProjectModel()
    model.open(make_project(image_folder, trained=False))
    dialog = ExportDialog(model, None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not box(dialog, "part-scores").isEnabled()
    assert box(dialog, "part-scores").toolTip() == "Available after the first training"
    assert dialog.choice().parts == {"labels", "journal"}
    model.close()
    assert not dialog.isVisible()


def test_a_folder_that_cannot_be_used_is_told_beforehand(
    dialog: ExportDialog, model: ProjectModel, qtbot: QtBot, tmp_path: Path
) -> None:
    write, note = button(dialog, "write-export"), dialog._folder_note
    assert model.project is not None
    dialog.set_folder(model.project.table.root)
    qtbot.waitUntil(note.isVisible)
    assert "images are in this folder" in note.text()
    assert not write.isEnabled()
    (tmp_path / "other.txt").write_text("x", "utf-8")
    dialog.set_folder(tmp_path)
    assert not note.isVisible()
    qtbot.waitUntil(note.isVisible)
    assert "other files" in note.text()
    dialog.set_folder(tmp_path / "other.txt")
    qtbot.waitUntil(lambda: "This is a file" in note.text())
    (tmp_path / "run.json").write_text('{"application": "ahsml-app"}', "utf-8")
    dialog.set_folder(tmp_path)
    qtbot.waitUntil(lambda: "earlier export" in note.text())
    again = box(dialog, "replace-export")
    assert not write.isEnabled()
    qtbot.keyClick(again, Qt.Key.Key_Space)
    assert write.isEnabled()
    assert dialog.choice().force
    dialog.set_folder(tmp_path / "new")
    planned(dialog, qtbot)
    assert not again.isVisible()
    assert not dialog.choice().force


def test_an_export_tells_its_progress_and_where_it_is(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.set_folder(tmp_path / "out")
    with qtbot.waitSignal(dialog.export_requested) as asked:
        qtbot.mouseClick(button(dialog, "write-export"), LEFT)
    assert asked.args[0].out == tmp_path / "out"
    assert not button(dialog, "write-export").isEnabled()
    assert button(dialog, "close-export").text() == "Stop"
    dialog.show_event(Progress(Stage.WRITE, 50, 200))
    assert dialog._status.text() == "Writing 50 of 200 files"
    assert dialog._bar.value() == 50
    project = dialog._model.project
    assert project is not None
    counts = export_request(project, tmp_path / "out").results.counts()
    dialog.show_done(ExportSummary(tmp_path / "out", counts, (math.nan,) * 3))
    assert "Wrote 60 labelled images" in dialog._status.text()
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    qtbot.mouseClick(button(dialog, "show-folder"), LEFT)
    assert opened == [str(tmp_path / "out")]


def test_a_running_export_is_stopped_once(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[int] = []
    dialog.cancelled.connect(lambda: told.append(1))
    dialog.set_folder(tmp_path / "out")
    dialog.start()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert told == [1]
    assert dialog.isVisible()
    assert not button(dialog, "write-export").isEnabled()
    dialog.show_cancelled()
    assert "Nothing was written" in dialog._status.text()
    assert button(dialog, "write-export").isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_an_error_speaks_of_the_window_not_of_options(dialog: ExportDialog) -> None:
    dialog.show_error(OutputError("It is taken.", hint="Use --force to replace it."))
    assert "--" not in dialog._status.text()
    assert "Replace the earlier export" in dialog._status.text()
    assert box(dialog, "replace-export").isVisible()
    dialog.show_error(OutputError("It is a file.", hint="Name a folder with --out."))
    assert dialog._status.text() == "It is a file. Choose another folder."
    dialog.show_error(OutputError("The disk is full.", hint="Make room."))
    assert dialog._status.text() == "The disk is full. Make room."
    dialog.show_error(RuntimeError("odd"))
    assert dialog._status.text() == "odd"


def test_the_whole_way_through_the_job_thread(
    controller: ExportController, model: ProjectModel, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = controller.dialog
    assert dialog is not None
    dialog.set_folder(tmp_path / "out")
    for name in ("model", "report", "embeddings"):
        box(dialog, f"part-{name}").setChecked(False)
    box(dialog, "part-tree").setChecked(True)
    model.decide(DecisionKind.DROP, rows=[0])
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        qtbot.mouseClick(button(dialog, "write-export"), LEFT)
    assert "Wrote 59 labelled images" in dialog._status.text()
    log = (tmp_path / "out" / "decisions.jsonl").read_text("utf-8").splitlines()
    assert f"Last hash of the {len(log)} lines" in dialog._status.text()
    assert json.loads(log[-1])["hash"] in dialog._status.text()
    assert len(list((tmp_path / "out" / "images").rglob("*.png"))) == 59
    assert button(dialog, "show-folder").isVisible()
    again = ExportDialog(model, None)  # of the same project, perhaps another day
    qtbot.addWidget(again)
    assert again.choice().parts == {"labels", "tree", "scores", "journal"}
    model.project.set_state("export", {"parts": 3, "mode": "?", "csv_safe": 1})
    odd = ExportDialog(model, None)
    qtbot.addWidget(odd)
    assert odd.choice().parts == USUAL_PARTS
    assert odd.choice().tree_mode == "copy"


def test_an_earlier_export_is_replaced_only_where_that_is_ticked(
    controller: ExportController, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, out = controller.dialog, tmp_path / "out"
    assert dialog is not None
    choice = ExportChoice(out, frozenset({"labels"}), "copy", force=False)
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        dialog.export_requested.emit(choice)
    before = (out / "run.json").stat().st_mtime_ns
    dialog.export_requested.emit(choice)
    qtbot.waitUntil(lambda: "already holds" in dialog._status.text(), timeout=PATIENCE)
    assert (out / "run.json").stat().st_mtime_ns == before
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        dialog.export_requested.emit(replace(choice, force=True))
    assert (out / "run.json").stat().st_mtime_ns != before
    (out / "labels.csv").write_text("mine", "utf-8")
    dialog.export_requested.emit(replace(choice, force=True))
    qtbot.waitUntil(lambda: "changed since" in dialog._status.text(), timeout=PATIENCE)
    assert (out / "labels.csv").read_text("utf-8") == "mine"


def test_the_dialog_says_how_many_files_go_before_they_go(
    controller: ExportController, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, out = controller.dialog, tmp_path / "out"
    assert dialog is not None
    dialog.set_folder(out)
    for name in ("model", "report", "embeddings", "scores", "journal"):
        box(dialog, f"part-{name}").setChecked(False)
    box(dialog, "part-tree").setChecked(True)
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        qtbot.mouseClick(button(dialog, "write-export"), LEFT)
    dialog.begin()
    planned(dialog, qtbot)
    assert dialog.plan.replaced.text() == (
        "2 files of the earlier export will be replaced or removed. "
        "So will 60 files in its class folders."
    )
    qtbot.keyClick(box(dialog, "part-tree"), Qt.Key.Key_Space)
    planned(dialog, qtbot)
    assert "class folders" not in dialog.plan.replaced.text()
    qtbot.keyClick(box(dialog, "replace-export"), Qt.Key.Key_Space)
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        qtbot.mouseClick(button(dialog, "write-export"), LEFT)
    assert len(list((out / "images").rglob("*.png"))) == 60


def test_a_switch_makes_tables_safe_for_spreadsheets(
    controller: ExportController, model: ProjectModel, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = controller.dialog
    assert dialog is not None
    model.decide(DecisionKind.RELABEL, "=1+1", rows=[0])
    for name in ("model", "report", "embeddings", "scores", "journal"):
        box(dialog, f"part-{name}").setChecked(False)
    for out, first in (("plain", "=1+1"), ("safe", "'=1+1")):
        dialog.begin()
        dialog.set_folder(tmp_path / out)
        planned(dialog, qtbot)
        with qtbot.waitSignal(controller.written, timeout=PATIENCE):
            qtbot.mouseClick(button(dialog, "write-export"), LEFT)
        line = (tmp_path / out / "labels.csv").read_text("utf-8").splitlines()[1]
        assert line.split(",")[1] == first
        qtbot.keyClick(box(dialog, "csv-safe"), Qt.Key.Key_Space)
    assert box(dialog, "csv-safe").accessibleDescription()


def test_class_folders_hold_what_was_chosen(
    controller: ExportController, model: ProjectModel, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, out = controller.dialog, tmp_path / "out"
    assert dialog is not None
    assert model.project is not None
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        dialog.export_requested.emit(ExportChoice(out, frozenset({"tree"}), "copy", force=False))
    images = [path for path in out.rglob("images/*/*.png") if not path.is_symlink()]
    assert len(images) == len(model.project.table)
    assert not images[0].samefile(model.project.path(0))


def test_stopping_an_export_leaves_nothing(
    controller: ExportController, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog, out = controller.dialog, tmp_path / "out"
    assert dialog is not None
    dialog.export_requested.emit(ExportChoice(out, frozenset(PARTS), "copy", force=False))
    dialog.cancelled.emit()
    qtbot.waitUntil(lambda: "Nothing was written" in dialog._status.text(), timeout=PATIENCE)
    assert not out.exists()


def test_the_plan_warns_where_the_disk_is_too_small(dialog: ExportDialog, tmp_path: Path) -> None:
    table = SampleTable(tmp_path, ("a.png",), np.zeros(1, np.int64), ("a",))
    counts = count_results(table, undecided(table), None, (), 1)
    huge = ExportPlan(counts, (("a", 1),), (math.nan,) * 3, 1, 1 << 62, (), 0, 0)
    dialog.plan.show_plan(huge, "copy", tmp_path / "not" / "there")
    assert "is free on that disk" in dialog.plan.space.text()
    assert dialog.plan.undecided.isHidden()
    dialog.plan.show_plan(huge, "symlink", tmp_path)
    assert dialog.plan.space.isHidden()


def test_what_becomes_of_images_in_doubt_is_said_and_chosen(
    reviewing: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    reviewing.model.decide(DecisionKind.AMBIGUOUS, rows=[0, 1])
    reviewing.model.decide(DecisionKind.KEEP, rows=[2])
    reviewing.exports.open_dialog()
    dialog = reviewing.exports.dialog
    assert dialog is not None
    rules = dialog.plan.rules
    qtbot.waitUntil(lambda: rules.texts["unsure"].text() == "2 images are unsure.")
    assert rules.texts["undecided"].text().startswith("57 images are undecided")
    qtbot.keyClick(rules.boxes["undecided"], Qt.Key.Key_Down)
    for _ in range(2):
        qtbot.keyClick(rules.boxes["unsure"], Qt.Key.Key_Down)
    assert rules.chosen() == ("leave-out", "folder")
    dialog.set_folder(tmp_path / "out")
    qtbot.waitUntil(lambda: dialog.plan.fact("images") == "1")
    dialog.start()
    qtbot.waitUntil(lambda: (tmp_path / "out" / "labels.csv").is_file())
    text = (tmp_path / "out" / "labels.csv").read_text()
    assert text.count("undecided") == 57
    qtbot.waitUntil(lambda: not reviewing.runner.unfinished)
    dialog.close()
    project = reviewing.model.project
    assert project is not None
    rules.choose(None)
    rules.choose(project.state("export"))
    assert rules.chosen() == ("leave-out", "folder")
