"""The class picker: find by a few letters, or name a new class."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.class_picker import ClassPicker

NAMES = ["dog", "cat", "Caracal", "coat", "concatenation", "zebra"]


@pytest.fixture
def picker(qtbot: QtBot) -> ClassPicker:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(300, 200)
    parent.show()
    picker = ClassPicker(parent, Theme("light", parent), new_allowed=True)
    picker.set_classes(NAMES, [".93", ".04"])
    picker.open_above(parent)
    qtbot.waitExposed(picker)
    yield picker
    picker.close()


def chosen(picker: ClassPicker) -> list[str]:
    names: list[str] = []
    picker.chosen.connect(names.append)
    return names


def test_the_order_is_kept_and_the_notes_are_read_out(picker: ClassPicker) -> None:
    assert picker.shown_names() == NAMES
    model, role = picker.list.model(), Qt.ItemDataRole.AccessibleTextRole
    assert [model.index(row, 0).data(role) for row in range(3)] == ["dog .93", "cat .04", "Caracal"]


def test_a_picker_without_new_names_offers_none(picker: ClassPicker, qtbot: QtBot) -> None:
    plain = ClassPicker(picker.parentWidget(), Theme("light", picker))
    plain.set_classes(NAMES)
    qtbot.keyClicks(plain.field, "catx")
    assert plain.shown_names() == []
    qtbot.keyClick(plain.field, Qt.Key.Key_Return)  # there is nothing to take


def test_it_stays_inside_the_screen(picker: ClassPicker, qtbot: QtBot) -> None:
    window = picker.parentWidget()
    # Windows without a screen have a frame of two pixels.
    area = window.screen().availableGeometry().adjusted(0, 0, 2, 2)
    window.move(area.right() - 10, area.bottom() - 10)
    for open_at in (picker.open_below, picker.open_above):
        picker.close()
        open_at(window)
        assert area.contains(QRect(picker.pos(), picker.size()))


def test_prefix_then_inside_then_letters_in_order(picker: ClassPicker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker.field, "cat")
    assert picker.shown_names() == ["cat", "concatenation", "coat"]
    qtbot.keyClicks(picker.field, "x")
    assert picker.shown_names() == ["catx"]  # nothing fits: only the new class is offered


def test_enter_takes_what_is_marked_and_arrows_walk(picker: ClassPicker, qtbot: QtBot) -> None:
    names = chosen(picker)
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    qtbot.keyClick(picker.field, Qt.Key.Key_Up)
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert names == ["cat"]
    assert not picker.isVisible()


def test_escape_closes_and_takes_nothing(picker: ClassPicker, qtbot: QtBot) -> None:
    names = chosen(picker)
    qtbot.keyClicks(picker.field, "do")
    qtbot.keyClick(picker.field, Qt.Key.Key_Escape)
    assert names == []
    assert not picker.isVisible()


def test_a_click_takes(picker: ClassPicker, qtbot: QtBot) -> None:
    names = chosen(picker)
    place = picker.list.visualRect(picker.list.model().index(2, 0)).center()
    qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert names == ["Caracal"]


def test_a_new_class_is_tidied_and_comes_last(picker: ClassPicker, qtbot: QtBot) -> None:
    names = chosen(picker)
    qtbot.keyClicks(picker.field, "  ca   ")
    assert picker.shown_names()[-1] == "ca"
    qtbot.keyClick(picker.field, Qt.Key.Key_PageDown)
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert not names  # it may be a typo
    assert "cat" in picker.message.text()
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert names == ["ca"]


def test_spaces_are_no_name(picker: ClassPicker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker.field, "   ")
    assert len(picker.shown_names()) == len(NAMES)


@pytest.mark.parametrize("name", ["a/b", "a\\b", "..", "."])
def test_what_cannot_be_a_folder_is_refused(picker: ClassPicker, qtbot: QtBot, name: str) -> None:
    names = chosen(picker)
    picker.field.setText(name)
    qtbot.keyClick(picker.field, Qt.Key.Key_PageDown)
    for _ in range(2):
        qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert names == []
    assert "folder" in picker.message.text()
    assert picker.isVisible()


def test_a_name_that_differs_in_case_only_asks_once_more(picker: ClassPicker, qtbot: QtBot) -> None:
    names = chosen(picker)
    picker.field.setText("Zebra")
    assert picker.shown_names() == ["zebra", "Zebra"]
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert names == []
    assert "“zebra”" in picker.message.text()
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert names == ["Zebra"]


def test_the_warning_goes_with_the_next_letter(picker: ClassPicker, qtbot: QtBot) -> None:
    picker.field.setText("DOG")
    qtbot.keyClick(picker.field, Qt.Key.Key_PageDown)
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert picker.message.isVisible()
    qtbot.keyClicks(picker.field, "s")
    assert not picker.message.isVisible()


def test_opened_again_it_is_empty(picker: ClassPicker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker.field, "zeb")
    picker.close()
    picker.open_above(picker.parentWidget())
    assert picker.field.text() == ""
    assert len(picker.shown_names()) == len(NAMES)


def test_five_thousand_classes_keep_up_with_typing(picker: ClassPicker, qtbot: QtBot) -> None:
    random = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz_"))
    names = ["".join(random.choice(letters, 18)) + f"{i}" for i in range(5000)]
    picker.set_classes(names)
    spent = []
    for text in ("a", "ab", "abc", "ab", "a", "", "q", "zz"):
        start = time.thread_time()
        picker.field.setText(text)
        picker.list.viewport().repaint()
        spent.append(time.thread_time() - start)
    assert float(np.median(spent)) < 0.3  # of the processor; generous, for busy machines
