"""Every window and dialog: names for screen readers, reach by keyboard, larger type, odd names."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path

import pytest
from main_windows import PATIENCE
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QTextEdit,
    QToolBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown_lines
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.theme.stylesheet import style_sheet
from ahsml_app.gui.theme.tokens import LIGHT

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
LARGER = 1.5
LISTS_BELOW_A_FIELD = {"Classes"}


def show_start(window: MainWindow) -> QWidget:
    window.projects.close_project()
    return window


def show_review(window: MainWindow) -> QWidget:
    return window


def show_training(window: MainWindow) -> QWidget:
    window.show_view("train")
    return window


def show_history(window: MainWindow) -> QWidget:
    window.actions_.action("history").trigger()
    return window


def show_guide(window: MainWindow) -> QWidget:
    window.actions_.action("guide").trigger()
    assert window.help.guide is not None
    return window.help.guide


def show_tour(window: MainWindow) -> QWidget:
    window.actions_.action("tour").trigger()
    assert window.help.tour is not None
    return window.help.tour.card


def show_export(window: MainWindow) -> QWidget:
    window.actions_.action("export").trigger()
    assert window.exports.dialog is not None
    return window.exports.dialog


def show_import(window: MainWindow) -> QWidget:
    assert window.model.project is not None
    window.projects.import_another(Source(window.model.project.table.root))
    dialog = window.projects.import_dialog
    assert dialog is not None
    while not dialog.is_ready():
        QApplication.processEvents()
    return dialog


def dialog(action: str, attribute: str) -> Callable[[MainWindow], QWidget]:
    def show(window: MainWindow) -> QWidget:
        window.actions_.action(action).trigger()
        found = attrgetter(attribute)(window.window_actions)
        assert isinstance(found, QWidget)
        return found

    return show


def show_picker(window: MainWindow) -> QWidget:
    window.evidence.pick_class()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    return popup


def view(name: str, busy: Callable[[MainWindow], bool]) -> Callable[[MainWindow], QWidget]:
    def show(window: MainWindow) -> QWidget:
        window.show_view(name)
        while busy(window):
            QApplication.processEvents()
        return window

    return show


def show_comparison(window: MainWindow) -> QWidget:
    assert window.model.project is not None
    add_run(window.model.project, seed=5)
    window.model.scores_changed.emit()
    window.show_view("progress")
    window.progress.show_comparison()
    while window.progress.compare.busy:
        QApplication.processEvents()
    return window


PLACES: dict[str, Callable[[MainWindow], QWidget]] = {
    "start": show_start,
    "review": show_review,
    "training": show_training,
    "history": show_history,
    "map": view("map", lambda w: w.maps.map is None),
    "confusion": view("confusion", lambda w: not w.confusion.is_ready()),
    "classes": view("classes", lambda w: w.classes.items.overview is None),
    "progress": view("progress", lambda w: w.progress.review.busy),
    "comparison": show_comparison,
    "guide": show_guide,
    "tour": show_tour,
    "import": show_import,
    "export": show_export,
    "bulk": dialog("decide-above", "bulk"),
    "keys": dialog("shortcuts", "shortcuts"),
    "about": dialog("about", "about"),
    "preview": dialog("preview", "covers.preview"),
    "compare-images": dialog("compare-images", "covers.compare"),
    "review-mode": dialog("review-mode", "covers.review"),
    "picker": show_picker,
}


@pytest.fixture(params=PLACES)
def place(
    request: pytest.FixtureRequest,
    reviewing: MainWindow,
    qtbot: QtBot,
) -> Iterator[QWidget]:
    """One window or dialog after the other, as a person opens it."""
    shown = PLACES[request.param](reviewing)
    qtbot.waitUntil(shown.isVisible, timeout=PATIENCE)
    yield shown
    if shown is not reviewing and request.param != "tour":
        shown.close()


def usable(place: QWidget) -> list[QWidget]:
    """What a person can use there; parts of Qt's own widgets are not counted apart."""
    return [
        widget
        for widget in place.findChildren(QWidget)
        if isinstance(widget, INTERACTIVE)
        and widget.isEnabled()
        and widget.isVisible()
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox | QKeySequenceEdit)
        and not (isinstance(widget, QAbstractButton) and isinstance(widget.parent(), QLineEdit))
        and type(widget).__name__ not in ("QComboBoxListView", "QTableCornerButton", "QHeaderView")
    ]


def has_key(widget: QWidget) -> bool:
    """Whether keys do the same: a shortcut, or the arrows in the field above the list."""
    if widget.accessibleName() in LISTS_BELOW_A_FIELD:
        return True
    actions = widget.actions() if isinstance(widget, QToolButton) else []
    return any(action.shortcuts() for action in actions)


def test_everything_has_a_name(place: QWidget) -> None:
    nameless = [
        f"{type(w).__name__} {w.objectName()} {getattr(w, 'text', str)()}"
        for w in usable(place)
        if not w.accessibleName()
    ]
    assert not nameless


def test_everything_can_be_reached_by_keyboard(place: QWidget) -> None:
    unreachable = [
        f"{type(w).__name__} {w.accessibleName()}"
        for w in usable(place)
        if not w.focusPolicy() & Qt.FocusPolicy.TabFocus and not has_key(w)
    ]
    assert not unreachable


@pytest.fixture
def larger_type(qapp: QApplication) -> Iterator[None]:
    """The system's font half as large again, before anything is made."""
    font, sheet = qapp.font(), qapp.styleSheet()
    larger = QFont(font)
    larger.setPointSizeF(font.pointSizeF() * LARGER)
    qapp.setFont(larger)
    qapp.setStyleSheet(style_sheet(LIGHT, larger))
    yield
    qapp.setStyleSheet(sheet)
    qapp.setFont(font)


def clipped(place: QWidget) -> list[str]:
    """Labels and buttons that have less room than their text needs."""
    found = []
    for widget in place.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isVisible():
            continue
        text = widget.text()
        if not text or "…" in text or isinstance(widget.parentWidget(), QToolBar):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        needed = widget.heightForWidth(widget.width()) if wraps else widget.sizeHint().height()
        if needed > widget.height() + 1:
            found.append(f"{text[:40]!r} is {widget.height()} high, needs {needed}")
        if not wraps and widget.sizeHint().width() > widget.width() + 1:
            needed = widget.sizeHint().width()
            found.append(f"{text[:40]!r} is {widget.width()} wide, needs {needed}")
    return found


@pytest.mark.usefixtures("larger_type")
@pytest.mark.parametrize(
    "name",
    [
        *("start", "review", "training", "history", "export", "bulk", "guide", "tour"),
        *("map", "confusion", "classes", "progress", "comparison"),
    ],
)
def test_larger_type_is_not_clipped(
    name: str,
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    reviewing.resize(1280, 800)
    shown = PLACES[name](reviewing)
    qtbot.waitUntil(shown.isVisible, timeout=PATIENCE)
    for _ in range(5):
        QApplication.processEvents()
    assert not clipped(shown)
    if shown is not reviewing and name != "tour":
        shown.close()


def texts(place: QWidget) -> Iterator[str]:
    """What widgets and the first rows of lists say there."""
    for widget in (place, *place.findChildren(QWidget)):
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        yield widget.windowTitle()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        tabular = isinstance(widget, QTableView)
        model = widget.model() if isinstance(widget, QAbstractItemView) else None
        for row in range(min(model.rowCount(QModelIndex()), 20) if model else 0):
            for column in range(model.columnCount(QModelIndex()) if tabular else 1):
                index = model.index(row, column)
                for role in ("DisplayRole", "ToolTipRole", "AccessibleTextRole"):
                    yield str(index.data(Qt.ItemDataRole[role]) or "")


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be there")
@pytest.mark.parametrize("name", [n for n in PLACES if n not in ("guide", "tour", "keys", "about")])
def test_control_characters_of_names_are_shown_escaped(
    name: str, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    images = make_images(tmp_path / "pic\x1b[2Jtures", per_class=6)
    for number, path in enumerate(sorted((images / "circle").iterdir())):
        path.rename(path.with_name(f"{number}a\u202egpj\x07.png"))
    for label in ("circle", "square"):
        (images / label).rename(images / f"{label}\x1b]0;title\x07")
    project = make_project(images, name="Sha\x9bpes")
    project.decide([0, 1], DecisionKind.RELABEL, project.class_names[-2])
    project.close()
    window.projects.open_project(project.folder)
    place = PLACES[name](window)
    qtbot.waitUntil(place.isVisible, timeout=PATIENCE)
    for _ in range(5):
        QApplication.processEvents()
    assert not {text for text in texts(place) if shown_lines(text) != text}
    if place is not window:
        place.close()
