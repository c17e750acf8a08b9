"""A made-up language, longer than any, from left and from right: English in it is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import system_reviewer
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import cache_folder, projects_folder
from ahsml_app.gui import i18n
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import TEXT_SIZES, Theme

PLACE = re.compile(r"\{[^{}]*\}|<[^<>]*>|&(?=\w)")
SAME_EVERYWHERE = re.compile(
    r"ahsml-app|ConvNeXt tiny|DINOv2 (base|small)|SigLIP base|"
    r"faiss-cpu|numpy|openvino|PySide6-Essentials|Python|timm|torch(vision)?|"
    r"Datalab|FiftyOne|Hugging Face \(Parquet, Arrow\)|Hugging Face|Label Studio|"
    r"CSV|JSON|COCO|Parquet|English|Deutsch|Recall@1|MAP@R|CPU|GPU|CUDA|PNG|SVG|OK|Apple|"
    r"[\w.-]+\.(png|jpg|csv)|[\d.,:%+−–-]+|Ctrl|Shift|Alt|Del|Esc|Space|Tab|F\d+|[A-Z]"
)
"""What is not translated: names of libraries, tools, files, keys and languages, and numbers."""
DIALOGS = (
    "preferences",
    "shortcuts",
    "about",
    "set-aside",
    "duplicates",
    "find-text",
    "export",
    "decide-above",
    "accept-below",
    "note",
    "reviewer",
    "rename-project",
    "other-class",
)
"""Actions that open a dialog; the guide is English in every language that has none of its own."""

VIEWS = ("review", "train", "map", "confusion", "classes", "progress")


class PseudoLanguage(QTranslator):
    """Puts every text into brackets, and makes it a third longer."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's
        return False

    def translate(
        self, _context: str, source: str, _note: str | None = None, _count: int = -1
    ) -> str:
        letters = len(PLACE.sub("", source))
        space = source[: len(source) - len(source.lstrip())]
        return f"{space}⟦{source.lstrip()}{'~' * (letters // 3)}⟧"


@pytest.fixture(params=["left", "right"])
def pseudo(
    request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[QApplication]:
    translator = PseudoLanguage(qapp)
    qapp.installTranslator(translator)
    monkeypatch.setattr(i18n, "_present", ["xx"])
    if request.param == "right":
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield qapp
    qapp.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    qapp.removeTranslator(translator)


def texts(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text that can be seen, or be heard with a screen reader."""
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QMenu):
            yield from ((widget, action.text()) for action in widget.actions())
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget, widget.text()
        if isinstance(widget, QLineEdit):
            yield widget, widget.placeholderText()
        if isinstance(widget, QComboBox):
            yield from ((widget, widget.itemText(n)) for n in range(widget.count()))
        yield widget, widget.toolTip()
        yield widget, widget.accessibleName()


def left_in_english(text: str, names: set[str]) -> bool:
    """Whether there is a word outside of the brackets that somebody should have translated."""
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        if shorter == text:
            break
        text = shorter
    text = re.sub(r"<[^<>]*>", " ", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return bool(re.search(r"[^\W\d_]{3,}", SAME_EVERYWHERE.sub(" ", text)))


def cut_off(window: QWidget) -> Iterator[str]:
    """Texts of buttons and labels of one line that are wider than their place."""
    for widget in window.findChildren(QWidget):
        button = isinstance(widget, QPushButton | QCheckBox | QRadioButton)
        label = isinstance(widget, QLabel) and widget.text() and not widget.wordWrap()
        if widget.isVisible() and (button or label):
            wanted = widget.sizeHint().width()
            if widget.width() < min(wanted, widget.maximumWidth()) - 1:
                yield f"{type(widget).__name__} {widget.text()!r}: {widget.width()} of {wanted}"


def cut_off_in_dialog(dialog: QWidget) -> Iterator[str]:
    """What is cut off, and what has to be scrolled sideways to be read."""
    yield from cut_off(dialog)
    for area in dialog.findChildren(QScrollArea):
        beyond = area.horizontalScrollBar().maximum()
        if area.isVisible() and beyond:
            yield f"{beyond} pixels beyond the right edge"


@pytest.mark.usefixtures("german")
def test_the_largest_text_has_room_in_every_view(
    image_folder: Path, cache: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    project = make_project(image_folder)
    folder = project.folder
    project.close()
    theme = Theme("light", text_size=max(TEXT_SIZES))
    usual = qapp.font().pointSizeF()
    theme.apply(qapp)
    window = MainWindow(Settings(), theme)
    try:
        assert window.font().pointSizeF() == 1.5 * usual
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)
        cut = set(cut_off(window))
        window.projects.open_project(folder)
        for view in VIEWS:
            window.show_view(view)
            qtbot.waitUntil(lambda: not window.runner.unfinished)
            qapp.processEvents()
            assert window.width() == 1440, f"{view} is too wide"
            cut |= {f"{view}: {text}" for text in cut_off(window)}
        assert not cut
    finally:
        window.closing_without_question = True
        window.close()
        window.deleteLater()
        theme.set_text_size(1.0)


def test_every_text_of_every_view_is_translated_and_has_room(
    pseudo: QApplication, image_folder: Path, cache: Path, qtbot: QtBot
) -> None:
    project = make_project(image_folder)
    folder = project.folder
    names = {*project.class_names, project.name, str(folder), str(project.table.root)}
    names |= set(project.table.paths)
    project.close()
    window = MainWindow(Settings(), Theme("light"))
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    found = {text for _, text in texts(window) if left_in_english(text, names)}
    assert window.width() == 1440
    cut = set(cut_off(window))
    window.projects.open_project(folder)
    for view in VIEWS:
        window.show_view(view)
        qtbot.waitUntil(lambda: not window.runner.unfinished)
        pseudo.processEvents()
        found |= {f"{view}: {text}" for _, text in texts(window) if left_in_english(text, names)}
        assert window.width() == 1440, "a view that is too wide"
        cut |= {f"{view}: {text}" for text in cut_off(window)}
    window.closing_without_question = True
    window.close()
    window.deleteLater()
    assert not found
    assert not cut


def test_every_text_of_every_dialog_is_translated_and_has_room(
    pseudo: QApplication, image_folder: Path, cache: Path, qtbot: QtBot
) -> None:
    project = make_project(image_folder)
    folder = project.folder
    names = {*project.class_names, project.name, str(folder), str(project.table.root)}
    names |= {*project.table.paths, str(cache_folder()), str(projects_folder()), system_reviewer()}
    project.close()
    window = MainWindow(Settings(), Theme("light"))
    window.resize(1440, 900)
    window.show()
    window.projects.open_project(folder)
    found, cut = set(), set()
    seen: set[str] = set()
    for action in DIALOGS:
        window.actions_.action(action).trigger()
        qtbot.waitUntil(lambda: not window.runner.unfinished)
        qtbot.wait(200)  # for what the threads of dialogs find
        shown = [each for each in pseudo.topLevelWidgets() if each.isVisible()]
        for dialog in (each for each in shown if each is not window):
            seen.add(type(dialog).__name__)
            faults = (text for _, text in texts(dialog) if left_in_english(text, names))
            found |= {f"{action}: {text}" for text in faults}
            cut |= {f"{action}: {text}" for text in cut_off_in_dialog(dialog)}
            dialog.close()
    window.projects.import_source(Source(image_folder))
    dialog = window.projects.import_dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.is_ready)
    found |= {f"import: {text}" for _, text in texts(dialog) if left_in_english(text, names)}
    cut |= {f"import: {text}" for text in cut_off_in_dialog(dialog)}
    dialog.reject()
    window.closing_without_question = True
    window.close()
    window.deleteLater()
    assert len(seen) >= 9, seen
    assert not found
    assert not cut
