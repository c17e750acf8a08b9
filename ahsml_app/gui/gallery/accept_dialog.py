"""Accepts what looks right: marks the images below a cut as checked by the model."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.stylesheet import fitted
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import (
    interval,
    per_cent,
    signed,
    undecided_text,
    wrong_labels_text,
)
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.desk.accept_below import (
    LARGEST_CUT,
    SHARE,
    acceptable_rows,
    check_by_model,
    proposed_cut,
)
from ahsml_app.session.review.queue import QueueFilter

EXAMPLES = 6
WIDTH = 616
_NO_ROWS: IntArray = np.empty(0, dtype=np.int64)


class AcceptDialog(QDialog):
    """Proposes a cut, which the person can move, and shows how many wrong labels are below it.

    Signals:
        checked: So many images were marked.
    """

    checked = Signal(int)

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._rows, self._wrong = _NO_ROWS, np.empty(0, dtype=np.float32)
        self._filter, self._names = QueueFilter(), tuple[str, ...]()
        self.setObjectName("accept-dialog")
        self.setWindowTitle(self.tr("Accept what looks right"))
        title = QLabel(self.tr("These look right to the model"))
        title.setProperty("role", "title")
        self.cut = QDoubleSpinBox()
        self.cut.setRange(0, 100 * LARGEST_CUT)
        self.cut.setDecimals(1)
        self.cut.setSingleStep(0.5)
        self.cut.setSuffix(signed(""))
        self.cut.setAccessibleName(self.tr("Largest probability that the label is wrong"))
        self.cut.valueChanged.connect(self._on_changed)
        self._scope = QLabel()
        self.counts, self._proposal, meaning = QLabel(), QLabel(), QLabel()
        meaning.setText(
            self.tr(
                "They are marked as checked by the model. That is its word, not yours: the images "
                "leave the list of undecided ones, but count neither as reviewed nor as confirmed, "
                "not for the errors left, and not in the next training."
            )
        )
        for label in (self.counts, self._proposal, meaning):
            label.setWordWrap(True)
        for label in (self._proposal, meaning):
            label.setProperty("role", "muted")
        self._scope.setProperty("role", "small-muted")
        self.nearest = PictureRow(model, thumbnails, theme)
        self.nearest.setAccessibleName(self.tr("Nearest to the cut"))
        self.nearest.chosen.connect(model.set_current)
        heading = QLabel(self.nearest.accessibleName())
        heading.setProperty("role", "small-muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addLayout(self._cut_row())
        for widget in (self._proposal, self.counts, heading, self.nearest, meaning):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(self._foot())
        model.project_changed.connect(self.close)
        for signal in (model.decisions_changed, model.marks_changed, model.scores_changed):
            signal.connect(self._on_model_changed)

    @property
    def rows(self) -> IntArray:
        """The images below the cut, those nearest to it first."""
        return self._rows[self._below()]

    def begin(self, queue_filter: QueueFilter) -> None:
        """Takes the gallery's filters but the probability, and proposes a cut."""
        project = self._model.project
        self._filter = queue_filter
        self._names = () if project is None else project.class_names
        self._read()
        self.cut.setValue(100 * self._propose())
        self._on_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Ignores Enter in the field of the cut, where it only confirms the number."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (enter and self.focusWidget() is self.cut):
            super().keyPressEvent(event)

    def _cut_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel(self.tr("Error probability up to")))
        row.addWidget(self.cut)
        row.addWidget(self._scope)
        row.addStretch(1)
        return row

    def _foot(self) -> QHBoxLayout:
        note = QLabel(self.tr("This is one step in the history, and one undo reverts it."))
        note.setProperty("role", "small-muted")
        note.setWordWrap(True)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAccessibleName(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.accept_button = QPushButton()
        self.accept_button.setObjectName("accept-below")
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self._on_accepted)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(note, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.accept_button)
        return foot

    def _read(self) -> None:
        project = self._model.project
        if project is None or project.scores is None:
            return
        self._rows = acceptable_rows(project, self._filter)
        self._wrong = np.asarray(project.scores.error_probability[self._rows])

    def _propose(self) -> float:
        """Says which cut is proposed for the present images; returns it."""
        cut = proposed_cut(self._wrong, self._errors)
        below = self._wrong[self._wrong <= np.float32(cut)]
        text = self.tr("Proposed is {0}: so at most {1} of them are expected to be wrong.")
        if not len(self._wrong):
            text = self.tr("There is no undecided image here that looks right to the model.")
        elif not len(below) or self._errors(below) > SHARE * len(below):
            text = self.tr("No cut leaves at most {1} of them wrong; the smallest is {0}.")
        self._proposal.setText(text.format(signed(f"{100 * cut:.1f}"), per_cent(SHARE)))
        return cut

    def _errors(self, probabilities: FloatArray) -> float:
        review = self._model.review
        return 0.0 if review is None else review.errors_among(probabilities)[1]

    def _below(self) -> slice:
        """The images below the cut, which are the last ones."""
        count = int(np.count_nonzero(self._wrong <= np.float32(self.cut.value() / 100)))
        return slice(len(self._rows) - count, None)

    def _on_changed(self, _: object = None) -> None:
        """Counts the images again."""
        project, review, rows = self._model.project, self._model.review, self.rows
        if project is None or review is None:
            return
        low, best, high = review.errors_among(self._wrong[self._below()])
        text = self.tr("{0}, {1} among them ({2} with 95 % certainty)")
        texts = undecided_text(len(rows)), wrong_labels_text(best), interval(low, high)
        if not len(self._rows):
            text = ""  # the line above says so
        elif not len(rows):
            text = self.tr("No undecided image is below this cut. Raise it to include some.")
        self.counts.setText(text.format(*texts))
        narrowed = QueueFilter(
            sort=self._filter.sort,
            descending=self._filter.descending,
            low=self._filter.low,
            high=self._filter.high,
            kinds=self._filter.kinds,
        )
        others = self._filter != narrowed
        self._scope.setText(self.tr("and the gallery's other filters") if others else "")
        examples = rows[:EXAMPLES].tolist()
        labels = [shown(project.label_name(int(project.labels[row]))) for row in examples]
        self.nearest.show_rows(examples, labels)
        text = plural("Accept {count:,} image", "Accept {count:,} images", count=len(rows))
        self.accept_button.setText(text)
        self.accept_button.setAccessibleName(text)
        self.accept_button.setEnabled(len(rows) > 0 and not project.read_only)
        size = fitted(self, WIDTH)  # the row of pictures may be empty at first
        self.setFixedWidth(size.width())
        self.resize(size.expandedTo(self.size()))

    def _on_model_changed(self, _: object = None) -> None:
        project = self._model.project
        if project is None or not self.isVisible():
            return
        if project.class_names[: len(self._names)] != self._names:
            self.close()  # its filters are about classes by their old places
            return
        self._read()
        self._propose()
        self._on_changed()

    def _on_accepted(self) -> None:
        rows = self.rows
        self.accept()
        if self._model.apply(partial(check_by_model, rows=rows)):
            self.checked.emit(len(rows))
