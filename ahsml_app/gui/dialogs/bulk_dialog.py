"""One decision for all images above a threshold, with a preview in numbers and pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.base.types import UNLABELLED, IntArray
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.stylesheet import fitted, scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.gui.widgets.format import figure, signed, undecided_text, wrong_labels_text
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter, queue_rows

EXAMPLES = 6
"""Pictures in a row: the most certain images, and those nearest to the threshold."""

DEFAULT_THRESHOLD = 0.9
WIDTH = 616
_KINDS = (DecisionKind.RELABEL, DecisionKind.KEEP, DecisionKind.DROP, DecisionKind.AMBIGUOUS)
_UNDECIDED = frozenset({int(DecisionKind.UNDECIDED)})
_NO_ROWS: IntArray = np.empty(0, dtype=np.int64)


class BulkDialog(QDialog):
    """Decides about all undecided images above a threshold in one step of the history."""

    def __init__(
        self,
        model: ProjectModel,
        thumbnails: Thumbnails,
        theme: Theme,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._filter, self._names = QueueFilter(), tuple[str, ...]()
        self._rows = _NO_ROWS
        self._picker: ClassPicker | None = None
        self.setModal(False)
        self.setWindowTitle(self.tr("Decide all above the threshold"))
        title = QLabel(self.tr("One decision for many images"))
        title.setProperty("role", "title")
        self._counts, self._effect = QLabel(), QLabel()
        for label in (self._counts, self._effect):
            label.setWordWrap(True)
        self._effect.setProperty("role", "muted")
        self._effect.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._effect.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.surest = PictureRow(model, thumbnails, theme)
        self.nearest = PictureRow(model, thumbnails, theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addLayout(self._scope_row())
        layout.addWidget(self._counts)
        layout.addSpacing(4)
        for text, row in (
            (self.tr("The most certain"), self.surest),
            (self.tr("Nearest to the threshold"), self.nearest),
        ):
            row.setAccessibleName(text)
            row.chosen.connect(model.set_current)
            heading = QLabel(text)
            heading.setProperty("role", "small-muted")
            layout.addWidget(heading)
            layout.addWidget(row)
        layout.addSpacing(4)
        layout.addLayout(self._choice())
        layout.addWidget(self._effect)
        layout.addLayout(self._foot())
        model.project_changed.connect(self._on_project_changed)
        model.decisions_changed.connect(self._on_model_changed)
        model.scores_changed.connect(self._on_model_changed)

    def begin(self, queue_filter: QueueFilter) -> None:
        """Takes the gallery's filters; the threshold starts at their lower end, or at 0.9."""
        project = self._model.project
        self._filter = queue_filter
        self._names = () if project is None else project.class_names
        low = queue_filter.low if queue_filter.low > 0 else DEFAULT_THRESHOLD
        self._threshold.setValue(100 * low)
        relabels = not queue_filter.outlier
        self._kind.button(int(DecisionKind.RELABEL)).setEnabled(relabels)
        kind = DecisionKind.RELABEL if relabels else DecisionKind.DROP
        self._kind.button(int(kind)).setChecked(True)
        self._on_changed()
        size = fitted(self, scaled(WIDTH))
        self.setFixedWidth(size.width())
        self.resize(size)

    @property
    def rows(self) -> IntArray:
        """Rows of the images to decide, the most certain first."""
        return self._rows

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Ignores Enter in the threshold field, where it only confirms the number."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (enter and self._threshold.hasFocus()):
            super().keyPressEvent(event)

    def _scope_row(self) -> QHBoxLayout:
        self._threshold = QDoubleSpinBox()
        self._threshold.setRange(0, 100)
        self._threshold.setDecimals(0)
        self._threshold.setSuffix(signed(""))
        self._threshold.setAccessibleName(self.tr("Minimum probability that the label is wrong"))
        self._threshold.valueChanged.connect(self._on_changed)
        self._class = QPushButton()
        self._class.setObjectName("bulk-class")
        self._class.setProperty("role", "chip")
        self._class.setCheckable(True)
        self._class.setAutoDefault(False)
        self._class.clicked.connect(self._on_class)
        self._scope = QLabel()
        self._scope.setProperty("role", "small-muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel(self.tr("Error probability from")))
        row.addWidget(self._threshold)
        row.addSpacing(8)
        row.addWidget(self._class)
        row.addWidget(self._scope)
        row.addStretch(1)
        return row

    def _choice(self) -> QHBoxLayout:
        self._kind = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(12)
        texts = {
            DecisionKind.RELABEL: self.tr("Take each suggestion"),
            DecisionKind.KEEP: self.tr("Keep"),
            DecisionKind.DROP: self.tr("Drop"),
            DecisionKind.AMBIGUOUS: self.tr("Unsure"),
        }
        for kind in _KINDS:
            button = QRadioButton(texts[kind])
            button.setAccessibleName(texts[kind])
            button.setObjectName(f"bulk-{kind.word}")
            self._kind.addButton(button, int(kind))
            row.addWidget(button)
        row.addStretch(1)
        self._kind.button(int(DecisionKind.RELABEL)).setChecked(True)
        self._kind.idToggled.connect(self._on_kind)
        return row

    def _foot(self) -> QHBoxLayout:
        note = QLabel(self.tr("This is one step in the history, and one undo reverts it."))
        note.setProperty("role", "small-muted")
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("bulk-cancel")
        self._cancel.setAccessibleName(self.tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        self._apply = QPushButton()
        self._apply.setObjectName("bulk-apply")
        self._apply.setProperty("role", "primary")
        self._apply.clicked.connect(self._on_apply)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(note, 1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._apply)
        return foot

    def _on_changed(self, *_: object) -> None:
        """Counts the images again."""
        project, review = self._model.project, self._model.review
        if project is None or review is None or project.scores is None:
            return
        low = self._threshold.value() / 100
        queue_filter = replace(
            self._filter,
            low=low,
            high=max(self._filter.high, low),
            kinds=_UNDECIDED,
            sort="error_probability",
            descending=True,
        )
        rows = queue_rows(project, queue_filter)
        # An image without a label has no error probability, so no decision here applies to it.
        if not self._filter.outlier:  # what does not belong is another question
            rows = rows[~project.scores.outlier[rows]]
        probabilities = project.scores.error_probability[rows]
        self._rows = rows[probabilities >= low]
        errors = review.errors_among(probabilities[probabilities >= low])[1]
        text = f"{undecided_text(len(self._rows))}, {wrong_labels_text(errors)}"
        if not len(self._rows):
            text = self.tr("No undecided image is above this threshold. Lower it to include some.")
        self._counts.setText(text)
        self._show_scope(project)
        self._on_kind()

    def _show_scope(self, project: Project) -> None:
        chosen = ", ".join(shown(project.class_names[i]) for i in sorted(self._filter.given))
        class_text = (
            self.tr("Class: {0}  ×").format(chosen) if chosen else self.tr("All classes  ▾")
        )
        self._class.setText(class_text)
        self._class.setChecked(bool(chosen))
        self._class.setAccessibleName(self.tr("Class: {0}").format(chosen or self.tr("all")))
        other_filters = replace(self._filter, low=0.0, given=frozenset(), kinds=frozenset())
        self._scope.setText(
            self.tr("and the gallery's other filters") if other_filters.filtered else ""
        )

    def _on_kind(self, *_: object) -> None:
        """Shows the effect of the chosen decision."""
        project = self._model.project
        if project is None or project.scores is None:
            return
        kind, count = DecisionKind(self._kind.checkedId()), len(self._rows)
        differs = project.scores.suggested[self._rows] != project.table.labels[self._rows]
        self._effect.setText(self._effect_text(kind, count, int(differs.sum())))
        self._show_examples(project, kind)
        self._apply.setText(
            plural("Decide {count:,} image", "Decide {count:,} images", count=count)
        )
        self._apply.setAccessibleName(self._apply.text())
        self._apply.setEnabled(bool(count) and not project.read_only)
        dropping = kind == DecisionKind.DROP
        self._apply.setDefault(not dropping)
        self._cancel.setDefault(dropping)
        self._apply.setProperty("role", "danger" if dropping else "primary")
        self._apply.style().unpolish(self._apply)
        self._apply.style().polish(self._apply)

    def _effect_text(self, kind: DecisionKind, count: int, relabelled: int) -> str:
        if not count:
            return ""
        if kind == DecisionKind.RELABEL:
            text = plural(
                "{count:,} image gets its suggested label.",
                "{count:,} images get their suggested labels.",
                count=relabelled,
            )
            if relabelled < count:
                text += " " + plural(
                    "{count:,} image keeps its label because no other is more likely.",
                    "{count:,} images keep their labels because no other is more likely.",
                    count=count - relabelled,
                )
            return text
        if kind == DecisionKind.KEEP:
            return plural(
                "{count:,} image keeps its label and counts as checked.",
                "{count:,} images keep their labels and count as checked.",
                count=count,
            )
        if kind == DecisionKind.DROP:
            return plural(
                "{count:,} image is left out of training and export. No file is deleted.",
                "{count:,} images are left out of training and export. No file is deleted.",
                count=count,
            )
        return plural(
            "{count:,} image is marked as unsure.",
            "{count:,} images are marked as unsure.",
            count=count,
        )

    def _show_examples(self, project: Project, kind: DecisionKind) -> None:
        """Shows up to six images of each end, none twice."""
        surest = self._rows[:EXAMPLES]
        nearest = self._rows[EXAMPLES:][-EXAMPLES:][::-1]
        for row, examples in ((self.surest, surest), (self.nearest, nearest)):
            notes = [self._note(project, int(each), kind) for each in examples]
            row.show_rows(examples.tolist(), notes)

    def _note(self, project: Project, row: int, kind: DecisionKind) -> str:
        """The label that the image has or would get."""
        given, suggested = int(project.labels[row]), -1
        if project.scores is not None and kind == DecisionKind.RELABEL:
            suggested = int(project.scores.suggested[row])
        if suggested in (-1, given):
            return shown(project.label_name(given))
        return f"→ {shown(project.label_name(suggested))}"

    def _on_class(self) -> None:
        """Removes the class of the chip, or asks for one if it has none."""
        project = self._model.project
        if project is None or project.scores is None:
            return
        self._class.setChecked(bool(self._filter.given))
        if self._filter.given:
            self._filter = replace(self._filter, given=frozenset())
            self._on_changed()
            return
        if self._picker is None:
            self._picker = ClassPicker(self, self._theme)
            self._picker.chosen.connect(self._on_class_chosen)
        labels = project.labels[self._rows]
        labelled = labels[labels != UNLABELLED]
        counts = np.bincount(labelled, minlength=len(project.class_names))
        order = np.argsort(-counts, kind="stable")
        names = [project.class_names[index] for index in order]
        self._picker.set_classes(names, [figure(counts[index]) for index in order])
        self._picker.open_below(self._class)

    def _on_class_chosen(self, label: str) -> None:
        project = self._model.project
        if project is not None:
            self._names = project.class_names
            self._filter = replace(
                self._filter, given=frozenset({project.class_names.index(label)})
            )
            self._on_changed()

    def _on_model_changed(self, _: object = None) -> None:
        project = self._model.project
        if project is None or not self.isVisible():
            return
        if project.class_names[: len(self._names)] != self._names:
            self.close()  # its filters are about classes by their old places
            return
        self._on_changed()

    def _on_project_changed(self) -> None:
        self._rows = _NO_ROWS
        for row in (self.surest, self.nearest):
            row.show_rows(())
        self.close()

    def _on_apply(self) -> None:
        kind, rows = DecisionKind(self._kind.checkedId()), self._rows
        if self._model.decide(kind, rows=rows):
            self.accept()
