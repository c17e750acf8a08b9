"""Facts, pictures and possible changes of the chosen classes."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.classes.change_card import ChangeCard
from ahsml_app.gui.evidence.strips import Strip
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import chance, degree, divergence_text, few_per_cent
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.session.analysis.class_overview import ClassOverview
from ahsml_app.session.project.class_edits import (
    count_labelled,
    merge_classes,
    name_problem,
    rename_class,
    split_class,
)
from ahsml_app.session.project.project import Project

_RENAME, _MERGE, _SPLIT = "rename", "merge", "split"
_LONGEST_NAMES = 60
_PICTURES = 6


class ClassDetails(QScrollArea):
    """The panel beside the table and the tree.

    Signals:
        review_requested: The person wants to review the chosen classes.
        image_opened: An image was clicked and is now the current one.
        class_chosen: Another class was clicked; its class id.
    """

    review_requested = Signal()
    image_opened = Signal()
    class_chosen = Signal(str)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._overview: ClassOverview | None = None
        self._indices: IntArray = np.empty(0, dtype=np.int64)
        self._change, self._names, self._merge_target = "", [""], ""
        self._empty = EmptyState(theme)
        self._empty.show_state(
            "classes",
            self.tr("Choose a class"),
            self.tr("Its images, its nearest classes and what you can change appear here."),
        )
        self.typical = Strip(model, thumbnails, theme)
        self.doubtful = Strip(model, thumbnails, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._make_body())
        self.setWidget(self._stack)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._picker: ClassPicker | None = None
        model.selection_changed.connect(self._show_buttons)
        model.project_changed.connect(self.card.hide)

    def show_classes(self, overview: ClassOverview | None, indices: IntArray) -> None:
        """Shows the classes with these indices in an overview."""
        if _class_ids(overview, indices) != self.class_ids():
            self.card.hide()
        self._overview, self._indices = overview, indices
        self._stack.setCurrentIndex(1 if len(indices) else 0)
        if overview is not None and len(indices):
            self._show_facts(overview, indices)
            self._show_pictures(overview, indices)
            self._show_nearest(overview, indices)
            self._show_buttons()

    def class_ids(self) -> list[str]:
        """Class ids of the shown classes."""
        return _class_ids(self._overview, self._indices)

    def _make_body(self) -> QWidget:
        body = QWidget()
        self._title, self._facts = QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
        BalanceTip(self._model, self._facts)
        self.card = ChangeCard()
        self.card.accepted.connect(self._on_accepted)
        self.card.cancelled.connect(self._on_cancelled)
        self._neighbours_title = QLabel(self.tr("Nearest classes"))
        self._neighbours_title.setProperty("role", "small-muted")
        self._neighbours = QWidget()
        self._neighbours_layout = FlowLayout(spacing=4)
        self._neighbours.setLayout(self._neighbours_layout)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addSpacing(8)
        layout.addLayout(self._make_buttons())
        layout.addSpacing(4)
        layout.addWidget(self.card)
        for strip in (self.typical, self.doubtful):
            layout.addSpacing(8)
            layout.addWidget(strip)
            strip.pictures.chosen.connect(self._model.set_current)
            strip.pictures.chosen.connect(self.image_opened)
        layout.addSpacing(8)
        layout.addWidget(self._neighbours_title)
        layout.addWidget(self._neighbours)
        layout.addStretch(1)
        return body

    def _make_buttons(self) -> QVBoxLayout:
        self.review = self._button(self.tr("Review doubtful images"), self.review_requested)
        self.review.setProperty("role", "primary")
        self.rename = self._button(self.tr("Rename…"), self._on_rename)
        self.merge = self._button(self.tr("Merge into…"), self._on_merge)
        self.split = self._button(self.tr("Split off…"), self._on_split)
        first, second = QHBoxLayout(), FlowLayout()
        first.addWidget(self.review)
        first.addStretch(1)
        for button in (self.rename, self.merge, self.split):
            second.addWidget(button)
        layout = QVBoxLayout()
        layout.setSpacing(8)
        layout.addLayout(first)
        layout.addLayout(second)
        return layout

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _show_facts(self, overview: ClassOverview, indices: IntArray) -> None:
        facts, several = overview.facts, len(indices) > 1
        count, undecided = int(facts.count[indices].sum()), int(facts.undecided[indices].sum())
        names = [shown(overview.names[index]) for index in indices.tolist()]
        title = plural("{count:,} class", "{count:,} classes", count=len(indices))
        self._title.setText(title if several else names[0])
        lines = [
            plural(
                "{count:,} image, {undecided:,} undecided",
                "{count:,} images, {undecided:,} undecided",
                count=count,
                undecided=undecided,
            )
        ]
        if several:
            lines.insert(0, _shortened(", ".join(names)))
        low, best, high = (facts.wrong[:, indices] * facts.count[indices]).sum(1).tolist()
        if several and not np.isnan(best):
            lines.append(
                plural(
                    "About {count:,} wrong label among them",
                    "About {count:,} wrong labels among them",
                    count=round(best),
                )
            )
        elif not np.isnan(best) and count:
            text = self.tr("About {0} of the labels are wrong ({1} to {2})")
            shares = (few_per_cent(value / count) for value in (best, low, high))
            lines.append(text.format(*shares))
        if not several:
            weight = float(facts.weight[indices[0]])
            if not np.isnan(weight):
                lines.append(self.tr("Adaptive weight {0}").format(degree(weight)))
        self._facts.setText("\n".join(line for line in lines if line))

    def _show_pictures(self, overview: ClassOverview, indices: IntArray) -> None:
        facts = overview.facts
        for strip, title, rows, none in (
            (
                self.typical,
                self.tr("Most typical"),
                facts.typical,
                self.tr("No image of this class is beyond doubt."),
            ),
            (
                self.doubtful,
                self.tr("Most doubtful"),
                facts.doubtful,
                self.tr("No undecided image is in doubt."),
            ),
        ):
            chosen = rows[indices, 0] if len(indices) > 1 else rows[indices[0]]
            chosen = chosen[chosen >= 0][:_PICTURES]
            strip.set_title(title, self.tr("Below each: the probability that its label is wrong"))
            strip.pictures.show_rows(chosen.tolist(), self._notes(chosen))
            strip.pictures.setVisible(bool(len(chosen)))
            strip.none.setText(none)
            strip.none.setVisible(not len(chosen))
        self.doubtful.setVisible(not np.isnan(facts.wrong[1, indices]).all())

    def _notes(self, rows: IntArray) -> list[str]:
        """Error probability of each image, as text."""
        project = self._model.project
        if project is None or project.scores is None:
            return []
        wrong = project.scores.error_probability[rows].tolist()
        return [chance(value) for value in wrong]

    def _show_nearest(self, overview: ClassOverview, indices: IntArray) -> None:
        while self._neighbours_layout.count():
            item = self._neighbours_layout.takeAt(0)
            button = None if item is None else item.widget()
            if button is not None:
                button.hide()
                button.deleteLater()
        neighbours = (
            overview.facts.nearest[indices[0]] if len(indices) == 1 else np.empty(0, dtype=int)
        )
        neighbours = neighbours[neighbours >= 0]
        self._neighbours_title.setVisible(bool(len(neighbours)))
        self._neighbours.setVisible(bool(len(neighbours)))
        for number, index in enumerate(neighbours.tolist()):
            divergence = divergence_text(float(overview.facts.divergence[indices[0], number]))
            slot = partial(self._on_neighbour, overview.class_ids[index])
            button = self._button(f"{shown(overview.names[index])}  {divergence}", slot)
            button.setProperty("role", "chip")
            button.setToolTip(
                self.tr("Class divergence: near 0 for similar classes, 1 for the most distant ones")
            )
            self._neighbours_layout.addWidget(button)

    def _show_buttons(self, *_: object) -> None:
        project = self._model.project
        if project is None or not len(self._indices):
            return
        rows = self._selected_images(project)
        writable = not project.read_only
        self.rename.setVisible(len(self._indices) == 1)
        self.rename.setEnabled(writable)
        self.merge.setEnabled(writable and len(project.class_names) > 1)
        self.split.setEnabled(writable and len(rows) > 0)
        self.review.setEnabled(bool(len(project.table)))
        text = plural(
            "Relabel the image selected in the gallery to a new class",
            "Relabel the {count:,} images selected in the gallery to a new class",
            count=len(rows),
        )
        none = self.tr("Select images of this class in the gallery first")
        self.split.setToolTip(text if len(rows) else none)

    def _selected_images(self, project: Project) -> IntArray:
        """Images that are selected in the gallery and labelled with one of the shown classes."""
        rows = self._model.selection
        labels = [project.classes.index(class_id) for class_id in self.class_ids()]
        return rows[np.isin(project.labels[rows], labels)]

    def _present_names(self, project: Project) -> list[str]:
        """Present names of the shown classes."""
        return [project.classes.name(class_id) for class_id in self.class_ids()]

    def _on_rename(self) -> None:
        project = self._model.project
        if project is None:
            return
        self._change, self._names = _RENAME, self._present_names(project)
        count = count_labelled(project, self._names)
        effect = plural("{count:,} label changes.", "{count:,} labels change.", count=count)
        self.card.ask(
            self.tr("Rename {0}").format(self._names[0]),
            self._consequences(effect),
            self.tr("Rename"),
            self._names[0],
        )

    def _on_merge(self) -> None:
        project = self._model.project
        if project is None:
            return
        self._names = self._present_names(project)
        if self._picker is None:
            self._picker = ClassPicker(self, self._theme)
            self._picker.chosen.connect(self._on_target)
        self._picker.set_classes(self._targets(project))
        self._picker.open_below(self.merge)

    def _targets(self, project: Project) -> list[str]:
        """The classes to merge into: the nearest or the chosen ones first."""
        overview, names = self._overview, list(project.class_names)
        if len(self._names) > 1:
            others = [name for name in names if name not in set(self._names)]
            return [*self._names, *others]
        nearest: list[str] = []
        if overview is not None:
            near = overview.facts.nearest[int(self._indices[0])]
            nearest = [project.classes.name(overview.class_ids[n]) for n in near if n >= 0]
        others = [name for name in names if name not in nearest and name != self._names[0]]
        return [*nearest, *others]

    def _on_target(self, into: str) -> None:
        project = self._model.project
        if project is None:
            return
        ending = [name for name in self._names if name != into]
        self._change, self._merge_target = _MERGE, into
        count = count_labelled(project, ending)
        self.card.ask(
            self.tr("Merge {0} into {1}").format(_shortened(", ".join(ending)), into),
            self._consequences(
                plural(
                    "{count:,} label becomes {name}.",
                    "{count:,} labels become {name}.",
                    count=count,
                    name=into,
                )
            ),
            self.tr("Merge"),
        )

    def _on_split(self) -> None:
        project = self._model.project
        if project is None:
            return
        self._change = _SPLIT
        text = plural(
            "The image selected in the gallery gets this label. This counts as a "
            "decision, and you can undo it.",
            "The {count:,} images selected in the gallery get this label. Each counts as "
            "a decision, and you can undo them.",
            count=len(self._selected_images(project)),
        )
        self.card.ask(self.tr("Split off a new class"), text, self.tr("Split off"), "")

    def _consequences(self, effect: str) -> str:
        note = self.tr(
            "Decisions are kept, undecided images stay undecided, and no file is changed. "
            "You can undo this."
        )
        return f"{effect} {note}"

    def _on_accepted(self, name: str) -> None:
        project = self._model.project
        if project is None:
            return
        old_name = self._names[0] if self._change == _RENAME else ""
        if self._change != _MERGE:
            problem = None if name == old_name else name_problem(project, name, instead_of=old_name)
            if problem:
                self.card.show_problem(translated(problem))
                return
        if self._change == _RENAME:
            change = partial(rename_class, name=old_name, to=name)
        elif self._change == _MERGE:
            change = partial(merge_classes, names=self._names, into=self._merge_target)
        else:
            change = partial(split_class, rows=self._selected_images(project), to=name)
        if name == old_name and self._change == _RENAME:
            self.card.hide()
        elif self._model.apply(change):
            self.card.hide()
            if self._change == _MERGE:
                self.class_chosen.emit(project.classes.class_id(self._merge_target))

    def _on_cancelled(self) -> None:
        button = {_RENAME: self.rename, _MERGE: self.merge, _SPLIT: self.split}[self._change]
        button.setFocus()

    def _on_neighbour(self, class_id: str, _checked: bool = False) -> None:
        self.class_chosen.emit(class_id)


def _class_ids(overview: ClassOverview | None, indices: IntArray) -> list[str]:
    return [] if overview is None else [overview.class_ids[index] for index in indices.tolist()]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NAMES else text[: _LONGEST_NAMES - 1] + "…"
