"""What is chosen for an export, how a project remembers it, and its preview in numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.disk_space import free_bytes, readable_bytes
from ahsml_app.base.message import shown
from ahsml_app.base.options.output_options import TreeMode, UndecidedRule, UnsureRule
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.widgets.format import errors_left_text, figure
from ahsml_app.gui.widgets.headed_table_model import HeadedTableModel
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.export.project_results import ExportPlan
from ahsml_app.session.export.results import USUAL_PARTS

WIDTH = 320
INDENT = 27
"""Pixels by which an explanation stands right of its check box."""

REMEMBERED = "export"
"""Name of the choice in the screen state of a project."""


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """The choices of the dialog, for the controller."""

    out: Path
    parts: frozenset[str]
    tree_mode: TreeMode
    force: bool
    csv_safe: bool = False
    formats: tuple[str, ...] = ()
    undecided: UndecidedRule = "keep"
    unsure: UnsureRule = "keep"


def stored_choice(choice: ExportChoice) -> dict[str, object]:
    """What of a choice the next export of the project begins with, as JSON."""
    return {
        "parts": sorted(choice.parts),
        "mode": choice.tree_mode,
        "csv_safe": choice.csv_safe,
        "formats": list(choice.formats),
        "undecided": choice.undecided,
        "unsure": choice.unsure,
    }


def recalled_choice(state: object) -> tuple[frozenset[str], object, bool, tuple[str, ...]]:
    """Parts, mode of the class folders, safety for spreadsheets, and forms of other tools.

    An odd value counts as none.
    """
    values = state if isinstance(state, dict) else {}
    parts = values.get("parts")
    known = USUAL_PARTS
    if isinstance(parts, list):
        known = frozenset(each for each in parts if isinstance(each, str))
    listed = values.get("formats")
    named = listed if isinstance(listed, list) else ()
    formats = tuple(each for each in named if isinstance(each, str))
    return known, values.get("mode"), values.get("csv_safe") is True, formats


class DoubtRules(QWidget):
    """What becomes of images without a decision, and of unsure ones: a sentence and a choice each.

    Signals:
        changed: The person has chosen something else.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        keep, leave = self.tr("Keep the given label"), self.tr("Leave out")
        choices = {
            "undecided": {"keep": keep, "leave-out": leave},
            "unsure": {"keep": keep, "leave-out": leave, "folder": self.tr("Own folder: unsure")},
        }
        names = {"undecided": self.tr("Undecided images"), "unsure": self.tr("Unsure images")}
        self.boxes: dict[str, QComboBox] = {}
        self.texts: dict[str, QLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for name, texts in choices.items():
            label, box = QLabel(), QComboBox()
            label.setProperty("role", "small-muted")
            label.setWordWrap(True)
            box.setObjectName(f"export-{name}")
            box.setAccessibleName(names[name])
            for value, text in texts.items():
                box.addItem(text, value)
            box.activated.connect(self.changed)
            self.texts[name], self.boxes[name] = label, box
            layout.addWidget(label)
            layout.addWidget(box)

    def choose(self, state: object) -> None:
        """Takes the choices of the last export; an odd value counts as the usual one."""
        values = state if isinstance(state, dict) else {}
        for name, box in self.boxes.items():
            box.setCurrentIndex(max(0, box.findData(values.get(name))))

    def chosen(self) -> tuple[UndecidedRule, UnsureRule]:
        """The choices for undecided and for unsure images."""
        return self.boxes["undecided"].currentData(), self.boxes["unsure"].currentData()

    def show_counts(self, kinds: Mapping[str, int]) -> None:
        """Says how many images the choices are about; one about none is hidden."""
        counts = {
            name: kinds.get(kind.word, 0)
            for name, kind in (
                ("undecided", DecisionKind.UNDECIDED),
                ("unsure", DecisionKind.AMBIGUOUS),
            )
        }
        self.texts["undecided"].setText(
            plural(
                "{count:,} image is undecided: nobody has confirmed its label.",
                "{count:,} images are undecided: nobody has confirmed their labels.",
                count=counts["undecided"],
            )
        )
        self.texts["unsure"].setText(
            plural(
                "{count:,} image is unsure.",
                "{count:,} images are unsure.",
                count=counts["unsure"],
            )
        )
        for name, count in counts.items():
            self.texts[name].setVisible(count > 0)
            self.boxes[name].setVisible(count > 0)


class _Counts(HeadedTableModel):
    """Table model of the images in each class; fast with thousands of classes."""

    number_columns = (1,)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._classes: tuple[tuple[str, int], ...] = ()
        self.headings = (self.tr("Class"), self.tr("Images"))

    def fill(self, classes: tuple[tuple[str, int], ...]) -> None:
        if classes != self._classes:
            self.beginResetModel()
            self._classes = classes
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._classes)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        name, count = self._classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(name) if index.column() == 0 else figure(count)
        if role == Qt.ItemDataRole.ToolTipRole:
            return shown(name)
        return self.alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None


class ExportPlanCard(QFrame):
    """Shows facts about the export, the images of each class, and warnings."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFixedWidth(scaled(WIDTH))
        title = QLabel(self.tr("What will be written"))
        title.setProperty("role", "title")
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(0, 1)
        self._values: dict[str, QLabel] = {}
        for key, text in (
            ("images", self.tr("Images with a label")),
            ("relabelled", self.tr("Relabelled")),
            ("dropped", self.tr("Dropped, so left out")),
            ("tree", self.tr("Files in class folders")),
        ):
            self._add_fact(key, text)
        self._counts = _Counts(self)
        self.classes = QTableView()
        self.classes.setModel(self._counts)
        self.classes.setAccessibleName(self.tr("Images of each class"))
        self.classes.setShowGrid(False)
        self.classes.setTabKeyNavigation(False)
        self.classes.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.classes.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.classes.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.classes.verticalHeader().hide()
        self.classes.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.classes.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        self.balance = QLabel()
        self.balance.setWordWrap(True)
        self.balance.setProperty("role", "small-muted")
        self.replaced, self.undecided, self.space = QLabel(), QLabel(), QLabel()
        for label in (self.replaced, self.undecided, self.space):
            label.setWordWrap(True)
            label.setProperty("role", "warning-text")
            label.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addLayout(self._facts)
        layout.addWidget(self.balance)
        self.rules = DoubtRules()
        layout.addWidget(self.rules)
        layout.addWidget(self.classes, 1)
        layout.addWidget(self.replaced)
        layout.addWidget(self.undecided)
        layout.addWidget(self.space)

    def show_plan(self, plan: ExportPlan, mode: TreeMode, out: Path) -> None:
        """Shows a plan."""
        self._values["images"].setText(figure(plan.counts.labelled))
        self._values["relabelled"].setText(figure(plan.counts.relabelled))
        self._values["dropped"].setText(figure(plan.counts.dropped))
        tree = figure(plan.tree_files)
        if plan.tree_files and mode == "copy":
            size = translated(readable_bytes(plan.tree_bytes))
            tree += "  ·  " + self.tr("about {0}").format(size)
        elif plan.tree_files:
            tree += "  ·  " + self.tr("links")
        self._values["tree"].setText(tree)
        self.balance.setText(translated(plan.counts.balance))
        self.rules.show_counts(plan.counts.kinds)
        self._counts.fill(plan.classes)
        self.replaced.setText(_replaced_text(plan))
        self.replaced.setVisible(bool(self.replaced.text()))
        self.undecided.setText(self._undecided_text(plan))
        self.undecided.setVisible(bool(plan.counts.suspects_left))
        self.space.setText(self._space_text(plan, mode, out))
        self.space.setVisible(bool(self.space.text()))

    def fact(self, key: str) -> str:
        """A shown number by key: images, relabelled, dropped or tree."""
        return self._values[key].text()

    def _add_fact(self, key: str, text: str) -> None:
        name, value = QLabel(text), QLabel("–")
        name.setProperty("role", "muted")
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = self._facts.rowCount()
        self._facts.addWidget(name, row, 0)
        self._facts.addWidget(value, row, 1)
        self._values[key] = value

    def _undecided_text(self, plan: ExportPlan) -> str:
        low, _, high = plan.errors_left
        text = plural(
            "{count:,} suspect is undecided",
            "{count:,} suspects are undecided",
            count=plan.counts.suspects_left,
        )
        return f"{text}." if math.isnan(low) else f"{text}; {errors_left_text(low, high)}."

    def _space_text(self, plan: ExportPlan, mode: TreeMode, out: Path) -> str:
        if not plan.tree_bytes or mode != "copy":
            return ""
        free = free_bytes(out)
        if free is None or free > plan.tree_bytes:
            return ""
        return self.tr("Only {0} is free on that disk.").format(translated(readable_bytes(free)))


def _replaced_text(plan: ExportPlan) -> str:
    sentences = []
    if plan.replaced:
        sentences.append(
            plural(
                "{count:,} file of the earlier export will be replaced or removed.",
                "{count:,} files of the earlier export will be replaced or removed.",
                count=plan.replaced,
            )
        )
    if plan.replaced_images:
        sentences.append(
            plural(
                "So will {count:,} file in its class folders.",
                "So will {count:,} files in its class folders.",
                count=plan.replaced_images,
            )
        )
    return " ".join(sentences)


def holds_images(folder: Path, images: Path) -> bool:
    """Whether the images are in the folder; the export itself checks links and files too."""
    try:
        return images.resolve().is_relative_to(folder.resolve())
    except OSError:
        return False


def is_not_empty(folder: Path) -> bool:
    """Whether there is anything in the folder; False if it cannot be listed."""
    try:
        return next(folder.iterdir(), None) is not None
    except OSError:
        return False


def add_explained(
    column: QVBoxLayout, box: QCheckBox, explanation: str, beside: QWidget | None = None
) -> None:
    """Adds a check box with its explanation below, and a widget beside it."""
    box.setAccessibleName(box.text())
    box.setAccessibleDescription(explanation)
    text = QLabel(explanation)
    text.setProperty("role", "small-muted")
    text.setContentsMargins(INDENT, 0, 0, 6)
    text.setWordWrap(True)
    row = QHBoxLayout()
    row.addWidget(box)
    row.addStretch(1)
    if beside is not None:
        row.addWidget(beside)
    column.addLayout(row)
    column.addWidget(text)
