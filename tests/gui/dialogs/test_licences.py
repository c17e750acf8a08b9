"""The licences of the program and of its libraries: in the window, and printed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ahsml_app import cli
from ahsml_app.base.errors import ExitCode
from ahsml_app.gui.dialogs.about import AboutDialog


def test_the_licences_of_the_libraries_are_shown_under_about(qtbot: QtBot) -> None:
    about = AboutDialog(None)
    qtbot.addWidget(about)
    about.show()
    button = about.findChild(QPushButton, "licences")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = about.licences
    assert dialog is not None
    assert "EfficientNet-Lite0" in dialog.text.toPlainText()
    names = [dialog.libraries.item(row).text() for row in range(dialog.libraries.count())]
    assert names[0].startswith("ahsml-app ")
    numpy = next(row for row, name in enumerate(names) if name.startswith("numpy "))
    dialog.libraries.setCurrentRow(numpy)
    assert "BSD" in dialog.licence.text()
    assert "Redistribution and use in source and binary forms" in dialog.text.toPlainText()
    assert not [name for name in names if name.startswith(("pytest ", "ruff "))]


def test_the_licences_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--licences"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert "# Licences of what comes with the application" in text
    assert "\nPySide6_Essentials " in text
    assert "\nnumpy " in text
