"""The controls of the gallery: a line of chips, a histogram, and a line of counts and order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.base.message import shown
from ahsml_app.base.types import QUADRANTS, UNLABELLED, IntArray
from ahsml_app.gui.gallery.chip import Chip
from ahsml_app.gui.gallery.folding_row import FoldingRow
from ahsml_app.gui.gallery.histogram import Histogram
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.format import (
    checked_text,
    decision_names,
    figure,
    finding_names,
    per_cent,
    undecided_text,
    wrong_labels_text,
)
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter
from ahsml_app.session.review.threshold_counts import ThresholdCounts

_UNDECIDED = frozenset({int(DecisionKind.UNDECIDED)})
_DECIDED = frozenset(map(int, DecisionKind)) - _UNDECIDED
_LONGEST_CLASS = 20
_TOPICS = {
    "flagged": "flagged",
    "given": "given_label",
    "suggested": "suggested_label",
    "quadrants": "quadrant",
    "duplicates": "duplicate_group",
    "outlier": "outlier_probability",
    "findings": "image_findings",
}
"""Explanation topic of each chip."""

_FIELDS = {"undecided": "kinds", "described": "rows"}
"""What a chip filters by, where that is not its own name."""

_RANKS, _USUAL, _ACTIVE = {"flagged": 1, "undecided": 2, "given": 3, "suggested": 4}, 5, 0
"""Which chips are folded first where they do not all fit: those of the highest rank."""


class FilterBar(QWidget):
    """Shows and changes the filters: chips above, the histogram with its counts below.

    Attributes:
        line: The last line, to which the gallery adds its count and its order.
    """

    bulk_requested = Signal()
    accept_requested = Signal()
    train_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._threshold_counts = ThresholdCounts()
        self._pickers: dict[str, ClassPicker] = {}
        self.chips = {chip.objectName().removeprefix("chip-"): chip for chip in self._make_chips()}
        for name, topic in _TOPICS.items():
            self.chips[name].explain(topic)
        self._clear = QPushButton(self.tr("Clear filters"))
        self._clear.setProperty("role", "ghost")
        self._clear.setAccessibleName(self.tr("Clear filters"))
        self._clear.clicked.connect(self.clear)
        self.row = FoldingRow(self.tr("Filters"), self.tr("More filters"))
        for name, chip in self.chips.items():
            chip.opened.connect(partial(self._on_opened, name))
            chip.cleared.connect(partial(self._on_cleared, name))
            self.row.add(chip, _RANKS.get(name, _USUAL))
        self.row.add(self._clear, _ACTIVE)
        self.histogram = Histogram(theme)
        self.histogram.range_changed.connect(self._on_range_changed)
        self.histogram.range_settled.connect(self._on_range_settled)
        self._unscored = self._make_train_panel()
        self.line = self._make_line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 3)
        layout.setSpacing(2)
        for widget in (self.row, self.histogram, self._unscored, self.line):
            layout.addWidget(widget)
        for signal in (model.project_changed, model.scores_changed, model.queue_changed):
            signal.connect(self._on_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        model.marks_changed.connect(self._on_marks_changed)
        self._on_changed()

    def clear(self) -> None:
        """Removes all filters; the order stays."""
        queue_filter = self._model.queue_filter
        if queue_filter.sort == "chosen":  # an order of the rows that go
            self._model.set_queue_filter(QueueFilter())
            return
        self._model.set_queue_filter(
            QueueFilter(sort=queue_filter.sort, descending=queue_filter.descending)
        )

    def _make_chips(self) -> list[Chip]:
        return [
            Chip("flagged", self.tr("Probably wrong"), toggles=True),
            Chip("undecided", self.tr("Undecided"), toggles=True),
            Chip("kinds", self.tr("Decision")),
            Chip("given", self.tr("Class")),
            Chip("suggested", self.tr("Suggested")),
            Chip("quadrants", self.tr("Kind")),
            Chip("duplicates", self.tr("Duplicates"), toggles=True),
            Chip("outlier", self.tr("Does not belong"), toggles=True),
            Chip("findings", self.tr("Picture")),
            Chip("unreadable", self.tr("Could not be read"), toggles=True),
            Chip("starred", self.tr("Starred"), toggles=True),
            Chip("noted", self.tr("With a note"), toggles=True),
            Chip("split", self.tr("Split")),
            Chip("text", self.tr("Search"), toggles=True),
            Chip("rows", self.tr("Chosen images"), toggles=True),
            Chip("described", self.tr("By description"), toggles=True),
        ]

    def _make_line(self) -> FoldingRow:
        line = FoldingRow(self.tr("More"), self.tr("More about the images shown"))
        self._counts = QLabel()
        self._counts.setAccessibleName(self.tr("Images above the threshold"))
        explain(self._counts, "errors_above")
        self._bulk = QPushButton()
        self._bulk.setProperty("role", "ghost")
        self._bulk.clicked.connect(self.bulk_requested)
        self._accept = QPushButton(self.tr("Accept what looks right…"))
        self._accept.setObjectName("accept-below")
        self._accept.setProperty("role", "ghost")
        self._accept.setAccessibleName(self._accept.text())
        self._accept.clicked.connect(self.accept_requested)
        line.add(self._counts)
        line.add(self._bulk, 4)
        line.add(self._accept, 7)
        return line

    def _make_train_panel(self) -> QWidget:
        text = QLabel(self.tr("Train once to see which labels are probably wrong."))
        text.setProperty("role", "muted")
        button = QPushButton(self.tr("Train"))
        button.setObjectName("train")
        button.setProperty("role", "primary")
        button.setAccessibleName(self.tr("Train"))
        button.clicked.connect(self.train_requested)
        panel = QWidget()
        layout = QHBoxLayout(panel)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(12)
        layout.addWidget(text)
        layout.addWidget(button)
        layout.addStretch(1)
        return panel

    def _on_opened(self, name: str) -> None:
        """Switches a filter on, or asks for its value."""
        project, chip = self._model.project, self.chips[name]
        if project is None:
            return
        if name == "undecided":
            self._set_filter("kinds", _UNDECIDED)
        elif name == "outlier":  # a queue of its own, the surest first
            self._model.set_queue_filter(
                replace(
                    self._model.queue_filter,
                    outlier=True,
                    sort="outlier_probability",
                    descending=True,
                )
            )
        elif name == "unreadable":  # what the other filters ask about, nobody knows of them
            self._model.set_queue_filter(QueueFilter(unreadable=True))
        elif name in ("given", "suggested"):
            self._ask_class(name, project)
        elif name in ("kinds", "quadrants", "findings", "split"):
            menu = QMenu(self)
            for value, text in self._values(name, project).items():
                menu.addAction(text).triggered.connect(partial(self._set_filter, name, value))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(chip.below())
        else:
            self._set_filter(name, True)

    def _on_cleared(self, name: str) -> None:
        name, plain = _FIELDS.get(name, name), QueueFilter()
        if name == "outlier" and self._model.queue_filter.sort == "outlier_probability":
            self._set_filter("sort", plain.sort)
        if name == "rows" and self._model.queue_filter.sort == "chosen":
            usual = replace(self._model.queue_filter, sort=plain.sort, descending=plain.descending)
            self._model.set_queue_filter(replace(usual, rows=None))
            return
        self._set_filter(name, getattr(plain, name))

    def _values(self, name: str, project: Project) -> dict[Any, str]:
        if name == "quadrants":
            return {frozenset({n}): text for n, text in enumerate(_quadrant_names())}
        if name == "findings":
            texts = tuple(finding_names().values())
            single = {frozenset({n}): text for n, text in enumerate(texts)}
            return {frozenset(range(len(texts))): self.tr("any finding")} | single
        if name == "kinds":
            single = {
                frozenset({int(kind)}): text
                for kind, text in decision_names().items()
                if kind != DecisionKind.UNDECIDED
            }
            if project.marks[Mark.CHECKED] or CHECKED_BY_MODEL in self._model.queue_filter.kinds:
                single[frozenset({CHECKED_BY_MODEL})] = checked_text()
            return {_DECIDED: self.tr("any decision")} | single
        return {text: text for text in sorted(set(project.table.columns.get("split", ())) - {""})}

    def _ask_class(self, name: str, project: Project) -> None:
        if name not in self._pickers:
            self._pickers[name] = ClassPicker(self, self._theme)
            self._pickers[name].chosen.connect(partial(self._on_class_chosen, name))
        labels = project.labels
        if name == "suggested" and project.scores is not None:
            labels = project.scores.suggested
        labelled = labels[labels != UNLABELLED]
        counts = np.bincount(labelled, minlength=len(project.class_names)).tolist()
        chosen = getattr(self._model.queue_filter, name)
        notes = [
            f"{figure(n)}  ✓" if index in chosen else figure(n) for index, n in enumerate(counts)
        ]
        self._pickers[name].set_classes(project.class_names, notes)
        self._pickers[name].open_below(self.chips[name])

    def _on_class_chosen(self, name: str, label: str) -> None:
        """Adds a class to a filter, or removes it if it is already there."""
        project = self._model.project
        if project is not None and label in project.class_names:
            index = project.class_names.index(label)
            self._set_filter(name, getattr(self._model.queue_filter, name) ^ {index})

    def _set_filter(self, name: str, value: Any, _: bool = False) -> None:
        self._model.set_queue_filter(replace(self._model.queue_filter, **{name: value}))

    def _on_changed(self) -> None:
        project, queue_filter = self._model.project, self._model.queue_filter
        self.setVisible(project is not None)
        if project is None:
            self._threshold_counts = ThresholdCounts()
            return
        scored = project.scores is not None
        for widget in (self.histogram, self._counts, self._bulk, self._accept):
            widget.setVisible(scored)
        self._unscored.setVisible(not scored)
        for name in ("flagged", "suggested", "quadrants", "duplicates", "outlier", "findings"):
            self.chips[name].setVisible(scored)
            if name in ("flagged", "duplicates", "outlier"):
                self.chips[name].show_value(on=getattr(queue_filter, name))
        names, quadrants = project.class_names, _quadrant_names()
        self.chips["given"].show_value(", ".join(names[i] for i in sorted(queue_filter.given)))
        self.chips["suggested"].show_value(
            ", ".join(names[i] for i in sorted(queue_filter.suggested))
        )
        self.chips["quadrants"].show_value(
            ", ".join(quadrants[i] for i in sorted(queue_filter.quadrants))
        )
        self.chips["undecided"].show_value(on=queue_filter.kinds == _UNDECIDED)
        kinds = queue_filter.kinds - _UNDECIDED
        self.chips["kinds"].show_value(self._values("kinds", project).get(kinds, ""))
        findings = self._values("findings", project)
        self.chips["findings"].show_value(findings.get(queue_filter.findings, ""))
        unread, on = len(project.unreadable), queue_filter.unreadable
        self.chips["unreadable"].setVisible(unread > 0 or on)
        self.chips["unreadable"].show_value(figure(unread), on=on)
        self._show_marks()
        self.chips["split"].setVisible("split" in project.table.columns)
        self.chips["split"].show_value(queue_filter.split)
        self.chips["text"].setVisible(bool(queue_filter.text))
        self.chips["text"].show_value(f"“{queue_filter.text}”" if queue_filter.text else "")
        rows = queue_filter.rows
        text = "" if rows is None else rows.text
        self.chips["described"].setVisible(bool(text))
        self.chips["described"].show_value(f"“{text}”" if text else "")
        self.chips["rows"].setVisible(rows is not None and not text)
        self.chips["rows"].show_value("" if rows is None or text else figure(len(rows)))
        self._clear.setVisible(queue_filter.filtered)
        self._show_range(project)
        self._fold()

    def _show_marks(self) -> None:
        """Shows how many images have a star and a note, where any has."""
        project, queue_filter = self._model.project, self._model.queue_filter
        if project is None:
            return
        marks = {"starred": Mark.STAR, "noted": Mark.NOTE}
        for name, mark in marks.items():
            count, on = len(project.marks[mark]), getattr(queue_filter, name)
            self.chips[name].setVisible(count > 0 or on)
            self.chips[name].show_value(figure(count), on=on)
        self._fold()

    def _on_marks_changed(self, rows: IntArray) -> None:
        self._show_marks()
        self._on_decisions_changed(rows)

    def _fold(self) -> None:
        for name, chip in self.chips.items():  # a filter that is set is never out of sight
            self.row.set_rank(chip, _ACTIVE if chip.isChecked() else _RANKS.get(name, _USUAL))
        self.row.fold()

    def _show_range(self, project: Project) -> None:
        queue_filter = self._model.queue_filter
        self.histogram.set_range(queue_filter.low, queue_filter.high)
        if self._threshold_counts.take(project, queue_filter):
            self.histogram.set_counts(self._threshold_counts.all, self._threshold_counts.decided)
        self._show_count(queue_filter.low, queue_filter.high)
        label = next(iter(queue_filter.given)) if len(queue_filter.given) == 1 else -1
        name = shown(project.label_name(label))
        if len(name) > _LONGEST_CLASS:
            name = name[: _LONGEST_CLASS - 1] + "…"
        text = self.tr("Decide all above in {0}…").format(name)
        self._bulk.setText(text if name else self.tr("Decide all above…"))
        self._bulk.setAccessibleName(self.tr("Decide all above the threshold"))

    def _show_count(self, low: float, high: float) -> None:
        probabilities = self._threshold_counts.open_probabilities(low, high)
        self._bulk.setEnabled(len(probabilities) > 0)
        text = undecided_text(len(probabilities))
        if high < 1:
            text = self.tr("{0} from {1} to {2}").format(text, per_cent(low), per_cent(high))
        elif low > 0:
            text = self.tr("{0} above {1}").format(text, per_cent(low))
        review = self._model.review
        if review is not None and self._model.project is not None:
            scored = self._model.project.scores is not None
            errors = review.errors_among(probabilities)[1] if scored else 0.0
            text = f"{text}, {wrong_labels_text(errors)}"
        self._counts.setText(text)

    def _on_range_changed(self, low: float, high: float) -> None:
        self._show_count(low, high)

    def _on_range_settled(self, low: float, high: float) -> None:
        self._model.set_queue_filter(replace(self._model.queue_filter, low=low, high=high))

    def _on_decisions_changed(self, rows: IntArray) -> None:
        project, queue_filter = self._model.project, self._model.queue_filter
        if project is not None:
            self._threshold_counts.take_decisions(project, rows)
            self.histogram.set_counts(self._threshold_counts.all, self._threshold_counts.decided)
            self._show_count(queue_filter.low, queue_filter.high)


def _quadrant_names() -> tuple[str, ...]:
    """Plain names of the quadrants, in their order."""
    translate = QCoreApplication.translate
    names = {
        "right": translate("FilterBar", "looks right"),
        "likely wrong label": translate("FilterBar", "probably wrong"),
        "ambiguous": translate("FilterBar", "model unsure"),
        "hard but right": translate("FilterBar", "hard but right"),
    }
    return tuple(names[name] for name in QUADRANTS)
