"""The button of the export that chooses the forms of other tools."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ahsml_app.gui.controllers.export_controller import ExportController
from ahsml_app.gui.dialogs.format_picker import FormatPicker
from ahsml_app.gui.project_model import ProjectModel

PATIENCE = 30_000


def test_the_chosen_forms_are_written_and_remembered(
    qtbot: QtBot, controller: ExportController, model: ProjectModel, tmp_path: Path
) -> None:
    dialog, out = controller.dialog, tmp_path / "out"
    assert dialog is not None
    assert model.project is not None
    picker = dialog.findChild(FormatPicker, "formats")
    assert picker.text() == "Other tools"
    menu = picker.menu()
    menu.popup(picker.mapToGlobal(picker.rect().bottomLeft()))
    titles = [action.text() for action in menu.actions()]
    for key in (*[Qt.Key.Key_Down] * (titles.index("FiftyOne") + 1), Qt.Key.Key_Return):
        qtbot.keyClick(menu, key)
    menu.close()
    assert picker.text() == "FiftyOne"
    assert picker.accessibleName() == "Forms of other tools: FiftyOne"
    dialog.set_folder(out)
    write = dialog.findChild(QPushButton, "write-export")
    qtbot.waitUntil(write.isEnabled, timeout=PATIENCE)
    with qtbot.waitSignal(controller.written, timeout=PATIENCE):
        write.click()
    labels = json.loads((out / "formats" / "fiftyone" / "labels.json").read_text())
    assert len(labels["labels"]) == len(model.project.table)
    assert set(labels["classes"]) == set(model.project.class_names)
    picker.choose(())
    dialog._on_project_changed()  # as when the project is opened again
    assert picker.chosen() == ("fiftyone",)
