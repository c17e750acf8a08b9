"""The chips and the histogram that decide what the gallery shows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import QUADRANTS, UNLABELLED
from ahsml_app.gui.class_list import ClassList
from ahsml_app.gui.flow_layout import FlowLayout
from ahsml_app.gui.gallery.histogram import Histogram
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.session.queue import QueueView, cut_counts, queue_rows


class FilterBar(QWidget):
    """Chips above, the histogram with its counts below."""

    bulk_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._lists: dict[str, ClassList] = {}
        chips = FlowLayout(spacing=8)
        self._flagged = self._chip(self.tr("Probably wrong"), "flagged")
        self._undecided = self._chip(self.tr("Undecided"), "undecided")
        self._given = self._menu_chip("given")
        self._suggested = self._menu_chip("suggested")
        self._quadrants = self._menu_chip("quadrants")
        self._duplicates = self._chip(self.tr("Duplicates"), "duplicates")
        self._out_of_set = self._chip(self.tr("Fits no class"), "out_of_set")
        self._split = self._menu_chip("split")
        self._clear = QPushButton(self.tr("Clear filters"))
        self._clear.setProperty("role", "ghost")
        self._clear.setAccessibleName(self.tr("Clear filters"))
        self._clear.clicked.connect(self.clear)
        for chip in (
            self._flagged,
            self._undecided,
            self._given,
            self._suggested,
            self._quadrants,
            self._duplicates,
            self._out_of_set,
            self._split,
            self._clear,
        ):
            chips.addWidget(chip)
        self.histogram = Histogram(theme)
        self.histogram.cut_changed.connect(self._on_cut_changed)
        self.histogram.cut_settled.connect(self._on_cut_settled)
        self._counts = QLabel()
        self._counts.setAccessibleName(self.tr("Images above the cut"))
        self._bulk = QPushButton(self.tr("Decide all above…"))
        self._bulk.setAccessibleName(self.tr("Decide all above the cut"))
        self._bulk.setProperty("role", "ghost")
        self._bulk.clicked.connect(self.bulk_requested)
        below = QHBoxLayout()
        below.addWidget(self._counts, 1)
        below.addWidget(self._bulk)
        self._scored = QWidget()
        scored = QVBoxLayout(self._scored)
        scored.setContentsMargins(0, 0, 0, 0)
        scored.setSpacing(0)
        scored.addWidget(self.histogram)
        scored.addLayout(below)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 4)
        layout.setSpacing(4)
        layout.addLayout(chips)
        layout.addWidget(self._scored)
        for signal in (model.project_changed, model.scores_changed, model.queue_changed):
            signal.connect(self._on_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        self._on_changed()

    def clear(self) -> None:
        """Show everything, in the present order."""
        view = self._model.view
        self._model.set_view(QueueView(sort=view.sort, descending=view.descending))

    def _chip(self, text: str, name: str) -> QPushButton:
        chip = QPushButton(text)
        chip.setCheckable(True)
        chip.setProperty("role", "chip")
        chip.setObjectName(f"chip-{name}")
        chip.setAccessibleName(self.tr("Filter: {0}").format(text))
        chip.clicked.connect(partial(self._on_chip, name, chip))
        return chip

    def _menu_chip(self, name: str) -> QPushButton:
        chip = QPushButton()
        chip.setCheckable(True)
        chip.setProperty("role", "chip")
        chip.setObjectName(f"chip-{name}")
        chip.clicked.connect(partial(self._on_menu_chip, name, chip))
        return chip

    def _on_chip(self, name: str, chip: QPushButton, _: bool = False) -> None:
        view, checked = self._model.view, chip.isChecked()
        if name == "undecided":
            kinds = frozenset({int(DecisionKind.UNDECIDED)}) if checked else frozenset()
            self._model.set_view(replace(view, kinds=kinds))
        else:
            self._set(name, checked)

    def _on_menu_chip(self, name: str, chip: QPushButton, _: bool = False) -> None:
        """A chip with a value loses it; one without asks for it."""
        self._on_changed()  # the click has toggled the chip; what is shown decides
        if getattr(self._model.view, name):
            empty: object = "" if name == "split" else frozenset()
            self._set(name, empty)
            return
        place = chip.mapToGlobal(QPoint(0, chip.height() + 4))
        if name in ("given", "suggested"):
            self._ask_class(name, place)
        else:
            self._ask_choice(name, place)

    def _ask_class(self, name: str, place: QPoint) -> None:
        project = self._model.project
        if project is None:
            return
        if name not in self._lists:
            self._lists[name] = ClassList(self)
            self._lists[name].chosen.connect(partial(self._on_class_chosen, name))
        labels = project.labels
        if name == "suggested" and project.scores is not None:
            labels = project.scores.suggested
        known = labels[labels != UNLABELLED]
        counts = np.bincount(known, minlength=len(project.class_names))
        self._lists[name].set_classes(project.class_names, [f"{count:,}" for count in counts])
        self._lists[name].open_at(place)

    def _on_class_chosen(self, name: str, label: str) -> None:
        project = self._model.project
        if project is not None:
            chosen = frozenset({project.class_names.index(label)})
            self._set(name, chosen)

    def _ask_choice(self, name: str, place: QPoint) -> None:
        project = self._model.project
        if project is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if name == "quadrants":
            for number, text in enumerate(_quadrant_words(self)):
                action = menu.addAction(text)
                action.triggered.connect(partial(self._set, "quadrants", frozenset({number})))
        else:
            for text in sorted(set(project.table.columns.get("split", ())) - {""}):
                menu.addAction(text).triggered.connect(partial(self._set, "split", text))
        menu.popup(place)

    def _set(self, name: str, value: Any, _: bool = False) -> None:
        self._model.set_view(replace(self._model.view, **{name: value}))

    def _on_changed(self) -> None:
        project, view = self._model.project, self._model.view
        self.setVisible(project is not None)
        if project is None:
            return
        scored = project.scores is not None
        self._scored.setVisible(scored)
        for chip in (
            self._flagged,
            self._suggested,
            self._quadrants,
            self._duplicates,
            self._out_of_set,
        ):
            chip.setVisible(scored)
        self._split.setVisible("split" in project.table.columns)
        self._clear.setVisible(view.filtered)
        self._flagged.setChecked(view.flagged)
        self._undecided.setChecked(view.kinds == {int(DecisionKind.UNDECIDED)})
        self._duplicates.setChecked(view.duplicates)
        self._out_of_set.setChecked(view.out_of_set)
        names = project.class_names
        given = ", ".join(names[i] for i in sorted(view.given))
        suggested = ", ".join(names[i] for i in sorted(view.suggested))
        words = _quadrant_words(self)
        quadrants = ", ".join(words[i] for i in sorted(view.quadrants))
        self._name(self._given, self.tr("Class"), given)
        self._name(self._suggested, self.tr("Suggested"), suggested)
        self._name(self._quadrants, self.tr("Kind"), quadrants)
        self._name(self._split, self.tr("Split"), view.split)
        self.histogram.set_cut(view.low, view.high)
        self._fill_histogram()
        self._count(view.low)

    def _name(self, chip: QPushButton, title: str, value: str) -> None:
        chip.setText(f"{title}: {value}  ×" if value else f"{title}  ▾")
        chip.setChecked(bool(value))
        chip.setAccessibleName(self.tr("Filter: {0}").format(f"{title} {value}".strip()))

    def _fill_histogram(self) -> None:
        project = self._model.project
        if project is None or project.scores is None:
            return
        rows = self._model.queue
        view = self._model.view
        if view.low > 0 or view.high < 1:
            rows = queue_rows(project, replace(view, low=0.0, high=1.0))
        decided = (project.kinds[rows] != DecisionKind.UNDECIDED).astype(np.float32)
        self.histogram.set_values(project.scores.error_probability[rows], decided)

    def _count(self, low: float) -> None:
        project = self._model.project
        if project is None or project.scores is None:
            return
        images, errors = cut_counts(project, low, self._model.queue)
        if low <= 0:
            text = self.tr("{0} undecided images, about {1} wrong labels among them")
        else:
            text = self.tr("{0} undecided images above {2}, about {1} wrong labels")
        self._counts.setText(text.format(f"{images:,}", f"{errors:,.0f}", f"{low:.2f}"))

    def _on_cut_changed(self, low: float, _: float) -> None:
        self._count(low)

    def _on_cut_settled(self, low: float, high: float) -> None:
        self._model.set_view(replace(self._model.view, low=low, high=high))

    def _on_decisions_changed(self, _: object) -> None:
        self._count(self._model.view.low)


def _quadrant_words(widget: QWidget) -> tuple[str, ...]:
    """Plain words for the quadrants, in their order."""
    words = {
        "right": widget.tr("looks right"),
        "likely wrong label": widget.tr("probably wrong"),
        "ambiguous": widget.tr("model unsure"),
        "hard but right": widget.tr("hard but right"),
    }
    return tuple(words[name] for name in QUADRANTS)
