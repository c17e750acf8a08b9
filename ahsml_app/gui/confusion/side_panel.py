"""The panel beside the heat map: the most confused pairs, example images, and merging."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.confusion.pairs import PairsTable
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.picture_row import ACROSS, GAP, LARGEST, PictureRow
from ahsml_app.gui.widgets.press_keys import PressKeys

WIDTH = 380
_LINES, _MOST_ACROSS = 2, 24
EXAMPLES = _LINES * _MOST_ACROSS
_LONGEST = 36


class SidePanel(QWidget):
    """Shows the pairs, example images of the chosen cells, and buttons."""

    review_requested = Signal()
    merge_requested = Signal()
    image_chosen = Signal(int)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self.table = PairsTable(theme)
        self._rows: tuple[int, ...] = ()
        self._shown_across = 0
        heading = QLabel(self.tr("Most confused pairs"))
        heading.setProperty("role", "title")
        self._title, self._facts = QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._facts.setProperty("role", "muted")
        for label in (self._title, self._facts):
            label.setWordWrap(True)
        self.examples = [PictureRow(model, thumbnails, theme) for _ in range(_LINES)]
        for row in self.examples:
            row.setAccessibleName(self.tr("Example images of the cell"))
            row.chosen.connect(self.image_chosen)
        self.review = QPushButton(self.tr("Review these"))
        self.review.setProperty("role", "primary")
        self.review.clicked.connect(self.review_requested)
        self.merge_button = QPushButton(self.tr("Merge these two classes…"))
        self.merge_button.clicked.connect(self.merge_requested)
        keys = PressKeys(self)
        for button in (self.review, self.merge_button):
            button.setAccessibleName(button.text())
            keys.watch(button)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[1])
        for button in (self.review, self.merge_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.merge_card = MergeCard()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[3])
        layout.setSpacing(SPACE[1])
        layout.addWidget(heading)
        layout.addWidget(self.table, 1)
        layout.addSpacing(SPACE[1])
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        for row in self.examples:
            layout.addWidget(row)
        layout.addSpacing(SPACE[0])
        layout.addLayout(buttons)
        layout.addWidget(self.merge_card)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Shows that no cell is chosen."""
        self.show_cell(
            self.tr("No cell is selected"),
            self.tr("Select a pair or a cell to see its images."),
            (),
        )
        self.review.setEnabled(False)
        self.merge_button.setEnabled(False)

    def show_cell(self, title: str, facts: str, rows: IntArray | tuple[int, ...]) -> None:
        """Shows title, facts and images of the chosen cells."""
        self._title.setText(title)
        self._facts.setText(facts)
        self._rows = tuple(int(row) for row in rows)
        self._fill()
        self.review.setEnabled(len(rows) > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Shows as many examples as fit."""
        super().resizeEvent(event)
        if self._across() != self._shown_across:
            self._fill()

    def _across(self) -> int:
        room = self.width() - 2 * SPACE[3] + GAP
        return min(max(ACROSS, room // (LARGEST + GAP)), _MOST_ACROSS)

    def _fill(self) -> None:
        self._shown_across = across = self._across()
        for line, row in enumerate(self.examples):
            row.show_rows(self._rows[line * across : (line + 1) * across])


class MergeCard(QFrame):
    """Asks which of two class names to keep, without blocking the window."""

    confirmed = Signal(int, int)
    """Indices of the class to merge and of the class to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._question, self._hint = QLabel(), QLabel()
        self._question.setWordWrap(True)
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "small-muted")
        self._hint.setText(self.tr("This is one step in the history, and you can undo it."))
        self._answers: list[QPushButton] = []
        self._keys = PressKeys(self)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(SPACE[1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[2], SPACE[2], SPACE[2], SPACE[2])
        layout.setSpacing(SPACE[1])
        layout.addWidget(self._question)
        layout.addWidget(self._hint)
        layout.addLayout(self._buttons)
        self.hide()

    def ask(self, first: tuple[int, str, int], second: tuple[int, str, int]) -> None:
        """Asks about two classes.

        Args:
            first: Index, name and number of images of the class that stays by default.
            second: Index, name and number of images of the other class.
        """
        self._clear()
        question = self.tr("Are {0} and {1} one class?").format(short(first[1]), short(second[1]))
        self._question.setText(question)
        self.setAccessibleName(question)
        for target, source in ((first, second), (second, first)):
            text = plural(
                "Keep {name}: changes {count:,} label",
                "Keep {name}: changes {count:,} labels",
                count=source[2],
                name=short(target[1]),
            )
            button = QPushButton(text)
            button.setAccessibleName(text)
            button.clicked.connect(partial(self._confirm, source[0], target[0]))
            self._add(button)
        cancel = QPushButton(self.tr("Keep them separate"))
        cancel.setAccessibleName(cancel.text())
        cancel.setProperty("role", "ghost")
        cancel.clicked.connect(self.hide)
        self._add(cancel)
        self.show()
        self._answers[0].setFocus()

    def buttons(self) -> list[QPushButton]:
        """The buttons of the answers, in order."""
        return list(self._answers)

    def _confirm(self, source: int, target: int, _: bool = False) -> None:
        self.hide()
        self.confirmed.emit(source, target)

    def _add(self, button: QPushButton) -> None:
        self._answers.append(button)
        self._keys.watch(button)
        self._buttons.addWidget(button)

    def _clear(self) -> None:
        for button in self._answers:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._answers = []


def short(name: str) -> str:
    """A shortened name; its ends stay, because they tell similar names apart."""
    name, half = shown(name), _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"
