"""German: complete, compiled, and what people see in it."""

from __future__ import annotations

import ast
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from packaging_scripts import script
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QRadioButton, QToolButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.types import SampleTable
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.dialogs.bulk_dialog import BulkDialog
from ahsml_app.gui.dialogs.import_dialog import ImportDialog
from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.i18n import (
    install_language,
    language_from,
    shown_language,
    translated,
    translation_file,
)
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.history_panel import HistoryPanel
from ahsml_app.gui.shell.notices import NoticeStack
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.project.class_edits import rename_class
from ahsml_app.session.review.queue import QueueFilter

PLACE = re.compile(r"\{\w+[^{}]*\}")
THINGS = "images|pictures|classes|labels|files|errors|suspects|days|pages|epochs|decisions|steps"
COUNTED = rf"\{{\w+[^{{}}]*\}} (\w+ )?({THINGS})\b"
"""A number before things, as a text without a plural would write it."""

ALWAYS_SEVERAL = {
    "About {0} wrong labels are left ({1}).",
    "Decisions on at most {0} images at once, by their times in the journal. Breaks longer than "
    "two minutes do not count.",
    "Decide {0} of {1} images at once?",
    "{0} ({1} of {2}), about {3} wrong labels",
}
"""Texts whose number is never one, or has decimals below ten."""

ONE_OF_MANY = rf"(?<!of )(?<!\d)\b1 (wrong |undecided |other )?({THINGS})\b"
GUI = Path(__file__).resolve().parents[3] / "ahsml_app" / "gui"


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    assert not script("translate").outdated(), "run python packaging/translate.py"


def test_the_compiled_file_is_that_of_the_texts(qapp: QApplication) -> None:
    translate = script("translate")
    compiled = QTranslator()
    assert compiled.load(str(translation_file("de", "qm")))
    for (context, source), forms in translate.translations(translate.FILE).items():
        counts = (-1,) if len(forms) == 1 else (1, 2)
        shown = tuple(compiled.translate(context, source, None, count) for count in counts)
        assert shown == forms, source


def test_translations_keep_the_places_for_numbers_and_names() -> None:
    translate = script("translate")
    for (_, source), forms in translate.translations(translate.FILE).items():
        for text in forms:
            places = set(PLACE.findall(source))
            # One thing need not be counted: "A class" for "{count} classes".
            needed = places if text == forms[-1] else places - {"{count}", "{count:,}"}
            assert needed <= set(PLACE.findall(text)) <= places, source
            assert source[:1].isspace() == text[:1].isspace(), source


def test_texts_belong_to_the_class_that_shows_them() -> None:
    """A variable in front of `.tr` would be looked up under another name at run time."""
    translate = script("translate")
    classes = {
        node.name
        for file in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    contexts = {context for context, _ in translate.translations(translate.FILE)}
    assert contexts - classes == {
        "Explanations",
        "ImageMenu",
        "Messages",
        "Numbers",
        "Options",
        "StageWords",
    }


def test_no_text_hides_in_an_f_string() -> None:
    """There lupdate does not find it, so nobody translates it."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted(GUI.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("tr", "translate")
    ]
    assert not hidden


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
def test_messages_are_translated_by_their_template() -> None:
    assert translated(Message("Keep {what}", what="photo 1.jpg")) == "photo 1.jpg behalten"
    many = Message.plural("{count:,} image", "{count:,} images", count=1204)
    named = Message("Relabel {what} to {label}", what=many, label=Message("the suggestions"))
    assert str(named) == "Relabel 1,204 images to the suggestions"
    assert translated(named) == "1.204 Bilder in die Vorschläge ändern"
    pattern = Message("For example --class-from '*/{class}/*.jpg' or --class-from '{class}_*.png'.")
    assert "{class}" in translated(pattern)
    assert translated(Message("Nobody ever said {this}.", this=1.5)) == "Nobody ever said 1,5."
    assert translated("The folder is not empty.") == "The folder is not empty."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("name", ["gray", "Seed", "unknown", "2 classes", "no such file", "1.5"])
def test_names_that_the_user_has_given_are_never_translated(name: str) -> None:
    renamed = Message.plural(
        "Rename {old} to {new} ({count:,} image)",
        "Rename {old} to {new} ({count:,} images)",
        count=3,
        old=name,
        new="palette",
    )
    assert translated(renamed) == f"{name} in palette umbenennen (3 Bilder)"
    assert translated(Message("Keep {what}", what=name)) == f"{name} behalten"


def _plural_pairs() -> list[tuple[str, str]]:
    """Both templates of each plural text of the program."""
    return sorted(
        {
            (call.args[0].value, call.args[1].value)
            for file in GUI.parent.rglob("*.py")
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(call, ast.Call)
            and getattr(call.func, "attr", "") + getattr(call.func, "id", "") == "plural"
            and isinstance(call.args[0], ast.Constant)
            and isinstance(call.args[1], ast.Constant)
        }
    )


def _filled(template: str, values: dict[str, int]) -> str:
    return translated(Message(template, **values))


def _counted(one: str, many: str, count: int) -> str:
    names = {name for name in re.findall(r"\{(\w+)", one + many) if name != "count"}
    return translated(Message.plural(one, many, count=count, **dict.fromkeys(names, 7)))


@pytest.mark.parametrize(("one", "many"), _plural_pairs())
def test_each_count_has_its_form_in_both_languages(
    one: str, many: str, qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    values = dict.fromkeys(re.findall(r"\{(\w+)", one + many), 7)
    assert _counted(one, many, 1) == one.format(**values | {"count": 1})
    assert _counted(one, many, 2) == many.format(**values | {"count": 2})
    assert one != many
    assert not re.search(ONE_OF_MANY, _counted(one, many, 1))
    request.getfixturevalue("german")
    translate = script("translate")
    singular, several = translate.translations(translate.FILE)["Messages", many]
    assert _counted(one, many, 1) == _filled(singular, values | {"count": 1})
    assert _counted(one, many, 2) == _filled(several, values | {"count": 2})


def test_no_other_text_puts_a_number_before_a_plural() -> None:
    translate = script("translate")
    counted = {
        source
        for (_, source), forms in translate.translations(translate.FILE).items()
        if len(forms) == 1 and re.search(COUNTED, source)
    }
    assert counted == ALWAYS_SEVERAL


def test_views_count_one_thing_in_both_languages(
    qtbot: QtBot, model: ProjectModel, request: pytest.FixtureRequest
) -> None:
    assert _views_of_one(qtbot, model) == (
        "1 image in 1 class",
        "1 of 60 images",
        "Decide 1 image",
        "1 image keeps its label and counts as checked.",
        "1 undecided image, about 1 wrong label",
    )
    request.getfixturevalue("german")
    assert _views_of_one(qtbot, model) == (
        "1 Bild in 1 Klasse",
        "1 von 60 Bildern",
        "1 Bild entscheiden",
        "1 Bild behält sein Label und gilt als geprüft.",
        "1 offenes Bild, etwa 1 falsches Label",
    )


def _views_of_one(qtbot: QtBot, model: ProjectModel) -> tuple[str, ...]:
    """Texts of three views, each of which holds one image."""
    project = model.project
    assert project is not None
    assert project.scores is not None
    row = int(project.scores.error_probability.argmax())
    view = QueueFilter(text=project.table.paths[row])
    model.set_queue_filter(view)
    thumbnails, theme = Thumbnails(model), Theme("light")
    imported = ImportDialog(theme, thumbnails, None)
    table = SampleTable(Path("/nowhere"), ("a/1.jpg",), np.array([0]), ("a",))
    imported.show_result(ScannedSource(table, (), (), np.array([1]), ("a/1.jpg",)))
    gallery = GalleryPanel(model, thumbnails, theme)
    bulk = BulkDialog(model, thumbnails, theme, None)
    for widget in (imported, gallery, bulk):
        qtbot.addWidget(widget)
    bulk.begin(view)
    bulk.findChild(QRadioButton, "bulk-keep").click()
    texts = (
        imported._title.text(),
        gallery.count_label.text(),
        bulk._apply.text(),
        bulk._effect.text(),
        bulk._counts.text(),
    )
    thumbnails.stop()
    return texts


def _files_left(count: int) -> Message:
    return Message.plural(
        "{count} file could not be read; see quarantine.csv.",
        "{count} files could not be read; see quarantine.csv.",
        count=count,
    )


def test_plurals_are_right_in_english() -> None:
    assert translated(_files_left(1)) == "1 file could not be read; see quarantine.csv."
    assert translated(_files_left(0)) == "0 files could not be read; see quarantine.csv."


@pytest.mark.usefixtures("german")
def test_plurals_are_right_in_german() -> None:
    assert translated(_files_left(1)).startswith("1 Datei konnte nicht gelesen werden")
    assert translated(_files_left(2)).startswith("2 Dateien konnten nicht gelesen werden")


@pytest.mark.usefixtures("german")
def test_errors_and_steps_are_shown_in_german(qtbot: QtBot, model: ProjectModel) -> None:
    stack = NoticeStack(Theme("light"))
    qtbot.addWidget(stack)
    stack.show()
    notice = stack.show_error(
        ProjectError(
            Message("The folder {folder} is not empty.", folder="/a b"),
            hint="Choose another place.",
        )
    )
    assert (
        notice.accessibleName() == "Der Ordner /a b ist nicht leer. Wählen Sie einen anderen Ort."
    )
    model.decide(DecisionKind.DROP, rows=[0])
    model.apply(partial(rename_class, name="square", to="gray"))
    model.apply(partial(rename_class, name="gray", to="Seed"))
    panel = HistoryPanel(model, Theme("light"))
    qtbot.addWidget(panel)
    panel.show()
    steps = panel.list.model()
    names = [str(steps.index(row, 0).data()) for row in range(steps.rowCount())]
    assert names[0].startswith("gray in Seed umbenennen")
    assert any(name.endswith("aussortieren") for name in names)
    assert model.project is not None
    assert str(model.project.steps()[-1].name).startswith("Rename gray to Seed (")


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


def test_another_language_is_there_at_once(
    image_folder: Path, cache: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    project = make_project(image_folder)
    project.close()
    reviewing = MainWindow(Settings(), Theme("light"))
    reviewing.show()
    reviewing.projects.open_project(project.folder)
    row = int(reviewing.model.queue[7])
    reviewing.model.set_current(row)
    reviewing.show_view("map")
    reviewing.model.decide(DecisionKind.DROP, rows=[3])
    german = next(a for a in reviewing.help.language_menu.actions() if a.text() == "Deutsch")
    with qtbot.waitSignal(reviewing.replaced) as replaced:
        german.trigger()
    window = replaced.args[0]
    try:
        assert window.actions_.action("undo").text() == "Rückgängig"
        assert window.settings.language() == "de"
        project = window.model.project
        assert project is not None
        assert project.kinds[3] == DecisionKind.DROP
        assert (window.shown_view, window.model.current) == ("map", row)
        english = next(a for a in window.help.language_menu.actions() if a.text() == "English")
        with qtbot.waitSignal(window.replaced) as replaced:
            english.trigger()
        window = replaced.args[0]
        assert window.actions_.action("undo").text() == "Undo"
    finally:
        install_language(qapp, "en")
        window.closing_without_question = True
        window.close()
        window.deleteLater()
