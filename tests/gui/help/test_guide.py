"""The guide: what it says agrees with the program, and the window that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging_scripts import script
from PySide6.QtCore import QObject, Qt, QTranslator, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QWhatsThisClickedEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.base.errors import ExitCode
from ahsml_app.gui.help.pages import anchor_of, find, heading_index, load_pages
from ahsml_app.gui.help.window import GuideWindow
from ahsml_app.gui.shell.action_table import ACTIONS
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.explanations import explain, explanations, topic_of
from ahsml_app.session.review.queue import SORTS

CHECKOUT = Path(__file__).resolve().parents[3]
LANGUAGES = ("en", "de")
PAGES = sorted([*(CHECKOUT / "resources/guide").rglob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
KEY = re.compile(r"`((?:(?:Ctrl|Strg|Shift|Umschalt|Alt)\+)*(?:[A-Z0-9?/+=-]|F\d|[A-Z][a-zü]+))`")
OF_DIALOGS = ("B", "Alt+Left", "Alt+Right", "Ctrl+F", "F3", "Tab", "Esc", "Delete")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_and_picture_of_the_guide_leads_somewhere(language: str) -> None:
    pages = load_pages(language)
    assert len(pages) == 19
    for page in pages.values():
        for picture, target in LINK.findall(page.text):
            if target.startswith("https://"):
                continue
            file, _, anchor = target.partition("#")
            assert (page.file.parent / file).resolve().is_file(), (page.name, target)
            if picture:
                assert QImage(str(page.file.parent / file)).width() > 0
            elif anchor:
                assert anchor in {h.anchor for h in pages[Path(file).stem].headings}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_no_paragraph_is_there_twice_and_every_row_belongs_to_a_table(page: Path) -> None:
    blocks = page.read_text("utf-8").split("\n\n")
    long = [block for block in blocks if len(block) > 100]
    assert len(long) == len(set(long))
    tables = [block for block in blocks if block.startswith("|")]
    assert all(re.match(r"\|.*\|\n\|[-| :]+\|\n\|", table) for table in tables)


def test_the_languages_have_the_same_headings() -> None:
    for name, page in load_pages("en").items():
        levels = [heading.level for heading in page.headings]
        assert [heading.level for heading in load_pages("de")[name].headings] == levels, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_the_guide_names_is_in_the_table_of_actions(language: str) -> None:
    name = script("guide").key_name
    keys = (*OF_DIALOGS, *(key for fact in ACTIONS for key in fact.keys))
    known = {name(key, language) for key in keys}
    named = {key for page in load_pages(language).values() for key in KEY.findall(page.text)}
    assert {name(key, language) for key in ("Q", "Ctrl+B", "?", "Shift+F1")} <= named
    assert named <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_keys_is_that_of_the_table(language: str) -> None:
    page = load_pages(language)["keyboard"]
    assert page.text == script("guide").keys_page(language), "run python packaging/guide.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_troubleshooting_has_every_exit_code(language: str) -> None:
    text = load_pages(language)["troubleshooting"].text
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} +\|", text, re.MULTILINE), code


def test_the_guide_explains_every_option_of_the_training() -> None:
    from ahsml_app.base.options.option_table import OPTIONS
    from ahsml_app.gui.i18n import translation_file

    translation = QTranslator()
    assert translation.load(str(translation_file("de", "qm")))

    for option in OPTIONS.values():
        assert not option.label or f"| {option.label} |" in load_pages("en")["method"].text
        label = translation.translate("Options", option.label)
        assert not option.label or f"| {label} |" in load_pages("de")["method"].text


def test_every_explanation_has_its_place_in_the_guide() -> None:
    for topic, explanation in explanations().items():
        page, _, anchor = explanation.target.partition("#")
        assert heading_index(page, anchor, "en") > 0, topic
        assert heading_index(page, anchor, "de") == heading_index(page, anchor, "en")
        assert explanation.text.endswith("."), topic
    assert set(SORTS) - {"path"} <= set(explanations())


def test_the_command_that_copies_pictures_makes_all_that_are_shown() -> None:
    shown = {
        Path(target).stem
        for language in LANGUAGES
        for page in load_pages(language).values()
        for picture, target in LINK.findall(page.text)
        if picture
    }
    guide = script("guide")
    assert shown <= {*guide.SHOWN, *(f"{view}-project" for view in guide.OF_PROJECT)}
    for name in shown:
        assert (CHECKOUT / "resources" / "pictures" / f"{name}-dark.png").is_file()


def test_anchors_are_those_of_code_hosts() -> None:
    assert anchor_of("What's new, and *why*?") == "whats-new-and-why"
    assert anchor_of("Über `--force`") == "über---force"


def test_hits_show_the_words_around_them() -> None:
    hits = find(load_pages("en"), "class DIVERGENCE")
    assert {hit.page for hit in hits} == {"scores"}
    assert "class divergence" in hits[0].around.casefold()
    assert find(load_pages("en"), "   ") == []


@pytest.fixture
def guide(qtbot: QtBot) -> GuideWindow:
    window = GuideWindow(Theme("light"))
    qtbot.addWidget(window)
    window.show()
    return window


def test_a_link_opens_its_page_and_back_returns(guide: GuideWindow, qtbot: QtBot) -> None:
    assert guide.shown_page == "index"
    guide.browser.anchorClicked.emit(QUrl("scores.md#consistency"))
    assert guide.shown_page == "scores"
    assert guide.browser.verticalScrollBar().value() > 0
    qtbot.keyClick(guide, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert guide.shown_page == "index"
    qtbot.keyClick(guide, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert guide.shown_page == "scores"
    back = next(b for b in guide.findChildren(QToolButton) if b.accessibleName() == "Back")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert guide.shown_page == "index"
    assert not back.isEnabled()


def test_the_search_finds_pages_and_marks_what_was_found(guide: GuideWindow, qtbot: QtBot) -> None:
    field = guide.findChild(QLineEdit)
    qtbot.keyClick(guide, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "journal")
    first = guide.contents.topLevelItem(0)
    assert first.text(0) == "Exports"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert guide.shown_page == "exports"
    assert guide.browser.hits >= 2
    chosen = guide.browser.textCursor().selectedText()
    assert chosen.casefold() == "journal"
    field.clear()
    assert guide.contents.topLevelItemCount() == len(load_pages("en"))
    assert guide.browser.hits == 0
    qtbot.keyClicks(field, "no such words")
    assert "Nothing found" in [label.text() for label in guide.findChildren(QLabel)]


def test_the_contents_lead_to_pages_and_headings(guide: GuideWindow, qtbot: QtBot) -> None:
    tree = guide.contents
    item = tree.topLevelItem(2)
    tree.setFocus()
    tree.setCurrentItem(item)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert guide.shown_page == "scores"
    assert item.isExpanded()
    middle = tree.visualItemRect(item.child(4)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert guide.browser.verticalScrollBar().value() > 0


def test_pictures_fit_the_window_and_follow_the_theme(qtbot: QtBot) -> None:
    theme = Theme("light")
    window = GuideWindow(theme)
    qtbot.addWidget(window)
    window.resize(700, 500)
    window.show()
    kind, name = 2, QUrl("../pictures/review.png")
    light = window.browser.loadResource(kind, name)
    assert 0 < light.width() <= window.browser.viewport().width()
    theme.set_mode("dark")
    dark = window.browser.loadResource(kind, name)
    assert light.pixelColor(5, 5).lightness() > dark.pixelColor(5, 5).lightness()


class _Receiver(QObject):
    """Takes links as the window does."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def take(self, link: QUrl) -> None:
        self.opened.append(link)


def test_an_explained_widget_links_into_the_guide(qtbot: QtBot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    inner = QLabel("x", outer)
    explain(outer, "consistency")
    assert topic_of(inner) == "consistency"
    assert "augmentations of the image" in outer.toolTip()
    link = re.search(r'href="([^"]+)"', outer.whatsThis())
    assert link is not None
    receiver = _Receiver()
    QDesktopServices.setUrlHandler("guide", receiver, "take")
    QApplication.sendEvent(outer, QWhatsThisClickedEvent(link.group(1)))
    QDesktopServices.unsetUrlHandler("guide")
    assert [url.fragment() for url in receiver.opened] == ["consistency"]
