"""The chosen class, or several of them: facts, pictures, and what can be done to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.types import IntArray
from ahsml_app.gui.classes.change_card import ChangeCard
from ahsml_app.gui.evidence.strips import Strip
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_list import ClassList
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import few_per_cent, figure, hundredths
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
    """Beside table and tree.

    Signals:
        review_requested: The chosen classes are to be reviewed.
        image_opened: An image was clicked; it is the current one already.
        class_chosen: Another class was clicked; its key.
    """

    review_requested = Signal()
    image_opened = Signal()
    class_chosen = Signal(str)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._overview: ClassOverview | None = None
        self._places: IntArray = np.empty(0, dtype=np.int64)
        self._asked, self._names, self._into = "", [""], ""
        self._nothing = EmptyState(theme)
        self._nothing.show_state(
            "classes",
            self.tr("Choose a class"),
            self.tr("Its images, its nearest classes and the possible changes appear here."),
        )
        self.typical = Strip(model, thumbnails, theme)
        self.doubtful = Strip(model, thumbnails, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._make_body())
        self.setWidget(self._stack)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list: ClassList | None = None
        model.selection_changed.connect(self._show_buttons)
        model.project_changed.connect(self.card.hide)

    def show_classes(self, overview: ClassOverview | None, places: IntArray) -> None:
        """Show the classes of some places of an overview."""
        keys = [] if overview is None else [overview.class_ids[place] for place in places.tolist()]
        if keys != self.keys():
            self.card.hide()
        self._overview, self._places = overview, places
        self._stack.setCurrentIndex(1 if len(places) else 0)
        if overview is not None and len(places):
            self._show_facts(overview, places)
            self._show_pictures(overview, places)
            self._show_nearest(overview, places)
            self._show_buttons()

    def keys(self) -> list[str]:
        """Keys of the classes that are shown."""
        overview = self._overview
        return (
            []
            if overview is None
            else [overview.class_ids[place] for place in self._places.tolist()]
        )

    def _make_body(self) -> QWidget:
        body = QWidget()
        self._title, self._facts = QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
        self.card = ChangeCard()
        self.card.accepted.connect(self._on_accepted)
        self.card.cancelled.connect(self._on_cancelled)
        self._near_title = QLabel(self.tr("Nearest classes"))
        self._near_title.setProperty("role", "small-muted")
        self._near = QWidget()
        self._near_layout = FlowLayout(spacing=4)
        self._near.setLayout(self._near_layout)
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
            strip.pictures.chosen.connect(self.image_opened)
        layout.addSpacing(8)
        layout.addWidget(self._near_title)
        layout.addWidget(self._near)
        layout.addStretch(1)
        return body

    def _make_buttons(self) -> QVBoxLayout:
        self.review = self._button(self.tr("Review the doubtful ones"), self.review_requested)
        self.review.setProperty("role", "primary")
        self.rename = self._button(self.tr("Rename…"), self._on_rename)
        self.merge = self._button(self.tr("Merge into…"), self._on_merge)
        self.split = self._button(self.tr("Split off…"), self._on_split)
        first, second = QHBoxLayout(), FlowLayout()
        first.addWidget(self.review)
        first.addStretch(1)
        for button in (self.rename, self.merge, self.split):
            second.addWidget(button)
        both = QVBoxLayout()
        both.setSpacing(8)
        both.addLayout(first)
        both.addLayout(second)
        return both

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _show_facts(self, overview: ClassOverview, places: IntArray) -> None:
        facts, several = overview.facts, len(places) > 1
        count, waiting = int(facts.count[places].sum()), int(facts.undecided[places].sum())
        names = [overview.names[place] for place in places.tolist()]
        title = plural("{count:,} class", "{count:,} classes", count=len(places))
        self._title.setText(title if several else names[0])
        lines = [
            plural(
                "{count:,} image, {undecided:,} undecided",
                "{count:,} images, {undecided:,} undecided",
                count=count,
                undecided=waiting,
            )
        ]
        if several:
            lines.insert(0, _shortened(names))
        low, best, high = (facts.wrong[:, places] * facts.count[places]).sum(1).tolist()
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
            spread, weight = float(facts.spread[places[0]]), float(facts.weight[places[0]])
            known = {self.tr("spread {0}"): spread, self.tr("adaptive weight {0}"): weight}
            parts = [text.format(figure(v, 2)) for text, v in known.items() if not np.isnan(v)]
            lines.append(", ".join(parts).capitalize())
        self._facts.setText("\n".join(line for line in lines if line))

    def _show_pictures(self, overview: ClassOverview, places: IntArray) -> None:
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
            chosen = rows[places, 0] if len(places) > 1 else rows[places[0]]
            chosen = chosen[chosen >= 0][:_PICTURES]
            strip.set_title(title, self.tr("Below each: how probably its label is wrong"))
            strip.pictures.show_rows(chosen.tolist(), self._notes(chosen))
            strip.pictures.setVisible(bool(len(chosen)))
            strip.none.setText(none)
            strip.none.setVisible(not len(chosen))
        self.doubtful.setVisible(not np.isnan(facts.wrong[1, places]).all())

    def _notes(self, rows: IntArray) -> list[str]:
        """Below each picture how probably its label is wrong."""
        project = self._model.project
        if project is None or project.scores is None:
            return []
        wrong = project.scores.error_probability[rows].tolist()
        return ["–" if np.isnan(value) else hundredths(value) for value in wrong]

    def _show_nearest(self, overview: ClassOverview, places: IntArray) -> None:
        while self._near_layout.count():
            item = self._near_layout.takeAt(0)
            button = None if item is None else item.widget()
            if button is not None:
                button.hide()
                button.deleteLater()
        near = overview.facts.nearest[places[0]] if len(places) == 1 else np.empty(0, dtype=int)
        near = near[near >= 0]
        self._near_title.setVisible(bool(len(near)))
        self._near.setVisible(bool(len(near)))
        for number, place in enumerate(near.tolist()):
            divergence = hundredths(float(overview.facts.divergence[places[0], number]))
            slot = partial(self._on_near, overview.class_ids[place])
            button = self._button(f"{overview.names[place]}  {divergence}", slot)
            button.setProperty("role", "chip")
            button.setToolTip(
                self.tr("Class divergence: near 0 for twins, 1 for the greatest distance")
            )
            self._near_layout.addWidget(button)

    def _show_buttons(self, *_: object) -> None:
        project = self._model.project
        if project is None or not len(self._places):
            return
        rows = self._selected_images(project)
        writable = not project.read_only
        self.rename.setVisible(len(self._places) == 1)
        self.rename.setEnabled(writable)
        self.merge.setEnabled(writable and len(project.class_names) > 1)
        self.split.setEnabled(writable and len(rows) > 0)
        self.review.setEnabled(bool(len(project.table)))
        text = plural(
            "Relabel the image that is selected in the gallery to a new class",
            "Relabel the {count:,} images that are selected in the gallery to a new class",
            count=len(rows),
        )
        none = self.tr("Select images of this class in the gallery first")
        self.split.setToolTip(text if len(rows) else none)

    def _selected_images(self, project: Project) -> IntArray:
        """Images that are selected in the gallery and labelled as one of the shown classes."""
        rows = self._model.selection
        places = [project.classes.index(key) for key in self.keys()]
        return rows[np.isin(project.labels[rows], places)]

    def _present_names(self, project: Project) -> list[str]:
        """What the shown classes are called at this moment."""
        return [project.classes.name(key) for key in self.keys()]

    def _on_rename(self) -> None:
        project = self._model.project
        if project is None:
            return
        self._asked, self._names = _RENAME, self._present_names(project)
        count = count_labelled(project, self._names)
        self.card.ask(
            self.tr("Rename {0}").format(self._names[0]),
            self._says(plural("{count:,} label changes.", "{count:,} labels change.", count=count)),
            self.tr("Rename"),
            self._names[0],
        )

    def _on_merge(self) -> None:
        project = self._model.project
        if project is None:
            return
        self._names = self._present_names(project)
        if self._list is None:
            self._list = ClassList(self)
            self._list.chosen.connect(self._on_target)
        names, notes = self._targets(project)
        self._list.set_classes(names, notes)
        self._list.open_at(self.merge.mapToGlobal(QPoint(0, self.merge.height() + 4)))

    def _targets(self, project: Project) -> tuple[list[str], list[str]]:
        """Classes to merge into: the nearest ones first, or those among the chosen ones."""
        overview, names = self._overview, list(project.class_names)
        if len(self._names) > 1:
            rest = [name for name in names if name not in set(self._names)]
            return [*self._names, *rest], []
        near: dict[str, str] = {}
        if overview is not None:
            place = int(self._places[0])
            for other, far in zip(
                overview.facts.nearest[place], overview.facts.divergence[place], strict=True
            ):
                if other >= 0:
                    near[project.classes.name(overview.class_ids[other])] = hundredths(float(far))
        rest = [name for name in names if name not in near and name != self._names[0]]
        return [*near, *rest], [*near.values(), *[""] * len(rest)]

    def _on_target(self, into: str) -> None:
        project = self._model.project
        if project is None:
            return
        ending = [name for name in self._names if name != into]
        self._asked, self._into = _MERGE, into
        count = count_labelled(project, ending)
        self.card.ask(
            self.tr("Merge {0} into {1}").format(_shortened(ending), into),
            self._says(
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
        self._asked = _SPLIT
        text = plural(
            "The image that is selected in the gallery gets this label. It counts as a decision; "
            "Undo takes it back.",
            "The {count:,} images that are selected in the gallery get this label. Each counts as "
            "a decision; Undo takes them back.",
            count=len(self._selected_images(project)),
        )
        self.card.ask(self.tr("Split off a new class"), text, self.tr("Split off"), "")

    def _says(self, what: str) -> str:
        rest = self.tr(
            "Decisions are kept, undecided images stay undecided, and no file is "
            "changed. Undo takes it back."
        )
        return f"{what} {rest}"

    def _on_accepted(self, name: str) -> None:
        project = self._model.project
        if project is None:
            return
        before = self._names[0] if self._asked == _RENAME else ""
        if self._asked != _MERGE:
            problem = None if name == before else name_problem(project, name, instead_of=before)
            if problem:
                self.card.show_problem(translated(problem))
                return
        if self._asked == _RENAME:
            change = partial(rename_class, name=before, to=name)
        elif self._asked == _MERGE:
            change = partial(merge_classes, names=self._names, into=self._into)
        else:
            change = partial(split_class, rows=self._selected_images(project), to=name)
        if name == before and self._asked == _RENAME:
            self.card.hide()
        elif self._model.change_classes(change):
            self.card.hide()
            if self._asked == _MERGE:
                self.class_chosen.emit(project.classes.class_id(self._into))

    def _on_cancelled(self) -> None:
        button = {_RENAME: self.rename, _MERGE: self.merge, _SPLIT: self.split}[self._asked]
        button.setFocus()

    def _on_near(self, key: str, _checked: bool = False) -> None:
        self.class_chosen.emit(key)


def _shortened(names: Sequence[str]) -> str:
    text = ", ".join(names)
    return text if len(text) <= _LONGEST_NAMES else text[: _LONGEST_NAMES - 1] + "…"
