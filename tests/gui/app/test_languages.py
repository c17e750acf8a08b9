"""German: complete, compiled, and what people see in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from packaging_scripts import script
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QToolButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.i18n import (
    language_from,
    shown_language,
    translation_file,
    worded,
)
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.history_panel import HistoryPanel
from ahsml_app.gui.shell.notices import NoticeStack
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme

PLACE = re.compile(r"\{\w+\}")
GUI = Path(__file__).resolve().parents[3] / "ahsml_app" / "gui"


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    assert not script("translate").outdated(), "run python packaging/translate.py"


def test_the_compiled_file_is_that_of_the_texts(qapp: QApplication) -> None:
    translate = script("translate")
    compiled = QTranslator()
    assert compiled.load(str(translation_file("de", "qm")))
    for (context, source), words in translate.messages(translate.FILE).items():
        assert compiled.translate(context, source) == words, source


def test_translations_keep_the_places_for_numbers_and_names() -> None:
    translate = script("translate")
    for (_, source), words in translate.messages(translate.FILE).items():
        assert set(PLACE.findall(words)) == set(PLACE.findall(source)), source
        assert source[:1].isspace() == words[:1].isspace(), source


def test_texts_belong_to_the_class_that_shows_them() -> None:
    """A variable in front of `.tr` would be looked up under another name at run time."""
    translate = script("translate")
    classes = {
        node.name
        for file in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    contexts = {context for context, _ in translate.messages(translate.FILE)}
    assert contexts - classes == {
        "Explanations",
        "Numbers",
        "Options",
        "Sentences",
        "StageWords",
    }


def test_the_language_follows_the_system_until_a_person_chooses(tmp_path: Path) -> None:
    assert shown_language("system", QLocale("de_AT")) == "de"
    assert shown_language("system", QLocale("fr_FR")) == "en"
    assert shown_language("en", QLocale("de_DE")) == "en"
    assert language_from("klingon") == "system"
    settings = Settings(tmp_path / "s.ini")
    assert settings.language() == "system"
    settings.set_language("de")
    settings.sync()
    assert Settings(tmp_path / "s.ini").language() == "de"


@pytest.mark.usefixtures("german")
def test_sentences_from_below_the_window_are_worded() -> None:
    assert worded("Keep photo 1.jpg") == "photo 1.jpg behalten"
    named = worded("Relabel 1,204 images to the suggestions")
    assert named == "1.204 Bilder in die Vorschläge ändern"
    reason = worded("listed in a.csv, but no such file")
    assert reason == "in a.csv genannt, aber es gibt keine solche Datei"
    assert "{class}" in worded(
        "The path pattern 'x' cannot be used: it is relative to the image folder and holds {class} "
        "exactly once and no other braces."
    )
    assert worded("Nobody ever said this.") == "Nobody ever said this."
    assert worded("") == ""


def test_english_sentences_stay_as_they_are() -> None:
    assert worded("Keep photo 1.jpg") == "Keep photo 1.jpg"


@pytest.mark.usefixtures("german")
def test_errors_and_steps_are_shown_in_german(qtbot: QtBot, model: ProjectModel) -> None:
    stack = NoticeStack(Theme("light"))
    qtbot.addWidget(stack)
    stack.show()
    notice = stack.show_error(
        ProjectError("The folder /a b is not empty.", hint="Choose another place.")
    )
    assert (
        notice.accessibleName() == "Der Ordner /a b ist nicht leer. Wählen Sie einen anderen Ort."
    )
    model.decide(DecisionKind.DROP, rows=[0])
    panel = HistoryPanel(model, Theme("light"))
    qtbot.addWidget(panel)
    panel.show()
    steps = panel.list.model()
    names = [str(steps.index(row, 0).data()) for row in range(steps.rowCount())]
    assert any(name.endswith("aussortieren") for name in names)


@pytest.mark.usefixtures("german")
def test_the_window_and_the_buttons_of_qt_are_german(qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow(Settings(tmp_path / "s.ini"), Theme("light"))
    qtbot.addWidget(window)
    assert window.actions_.action("undo").text() == "Rückgängig"
    assert window.top_bar.findChild(QToolButton, "help-button").accessibleName() == "Hilfe"
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"
    assert QCoreApplication.translate("StageWords", "Training") == "Training"
    window.close()


def test_choosing_a_language_is_remembered_and_said(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.ini")
    window = MainWindow(settings, Theme("light"))
    qtbot.addWidget(window)
    menu = window.help.language_menu
    german = next(action for action in menu.actions() if action.text() == "Deutsch")
    german.trigger()
    assert settings.language() == "de"
    assert german.isChecked()
    assert "next start" in window.notices.notices()[0].accessibleName()
    window.close()
