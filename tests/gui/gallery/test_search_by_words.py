"""The search above the gallery, its explanation, and the orders, by keys and mouse."""

from __future__ import annotations

from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def search(window: MainWindow, qtbot: QtBot, text: str) -> list[int]:
    """Types a search and presses Enter; returns what the gallery shows."""
    qtbot.keyClick(window.gallery.view, KEY.Key_F, CTRL)
    field = window.top_bar.findChild(QLineEdit, "search")
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, KEY.Key_Return)
    return sorted(window.model.queue.tolist())


def test_a_search_goes_by_decision_class_and_note(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, project = reviewing, project_of(reviewing)
    square = project.class_names.index("square")
    rows = [row for row in range(len(project.table)) if project.labels[row] == square]
    assert search(window, qtbot, "class:square") == rows
    row = window.model.current
    qtbot.keyClick(window.gallery.view, KEY.Key_Q)
    assert search(window, qtbot, "class:square decision:kept") == [row]
    assert search(window, qtbot, "class:square -decision:kept") == [r for r in rows if r != row]
    chip = window.gallery.filters.chips["text"]
    assert chip.text().startswith("Search: “class:square")
    qtbot.keyClick(chip, KEY.Key_Delete)
    assert len(window.model.queue) == len(project.table)
    assert project.kinds[row] == DecisionKind.KEEP


def test_an_unknown_word_is_explained_where_the_images_would_be(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    assert search(reviewing, qtbot, "class:elephant") == []
    texts = [label.text() for label in reviewing.gallery.findChildren(QLabel)]
    assert "There is no class “elephant”. There are circle, cross, square, triangle." in texts


def test_a_button_explains_the_words(reviewing: MainWindow, qtbot: QtBot) -> None:
    def explanations() -> list[QWidget]:
        shown = QApplication.topLevelWidgets()
        return [w for w in shown if w.inherits("QWhatsThat") and w.isVisible()]

    button = reviewing.top_bar.findChild(QToolButton, "search-help")
    assert button.accessibleName() == "How to search"
    assert not explanations()
    qtbot.mouseClick(button, LEFT)
    (shown,) = explanations()
    shown.close()
    field = reviewing.top_bar.findChild(QLineEdit, "search")
    assert "guide:suggestions#search" in field.whatsThis()


def test_an_order_is_chosen_and_reversed(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, project = reviewing, project_of(reviewing)
    row = window.model.current
    qtbot.keyClick(window.gallery.view, KEY.Key_E)
    box = next(
        each for each in window.gallery.findChildren(QComboBox) if each.findData("decision") >= 0
    )
    box.setCurrentIndex(box.findData("decision"))
    box.activated.emit(box.currentIndex())
    assert window.model.queue[-1] == row
    reverse = window.gallery.findChild(QToolButton, "reverse-order")
    reverse.click()
    assert window.model.queue[0] == row
    assert len(window.model.queue) == len(project.table)
