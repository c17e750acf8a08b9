"""One decision for all images above a cut, told beforehand in numbers and pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
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
from ahsml_app.base.types import IntArray
from ahsml_app.gui.evidence.picture_row import PictureRow
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.queue import QueueView, cut_counts, queue_rows

EXAMPLES = 7
USUAL_CUT = 0.9
_KINDS = (DecisionKind.RELABEL, DecisionKind.KEEP, DecisionKind.DROP, DecisionKind.AMBIGUOUS)


class BulkDialog(QDialog):
    """Undecided images only; one step in the history."""

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._view = QueueView()
        self._rows: IntArray = np.empty(0, dtype=np.int64)
        self.setModal(False)
        self.setWindowTitle(self.tr("Decide all above the cut"))
        self.setMinimumWidth(620)
        self._title, self._scope, self._counts = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._scope.setProperty("role", "muted")
        self._counts.setWordWrap(True)
        self._title.setText(self.tr("One decision for many images"))
        self._cut = QDoubleSpinBox()
        self._cut.setRange(0, 1)
        self._cut.setSingleStep(0.01)
        self._cut.setDecimals(2)
        self._cut.setAccessibleName(self.tr("Least probability that the label is wrong"))
        self._cut.valueChanged.connect(self._on_changed)
        cut = QHBoxLayout()
        cut.addWidget(QLabel(self.tr("Images that are wrong with a probability of at least")))
        cut.addWidget(self._cut)
        cut.addStretch(1)
        self._surest = PictureRow(model, thumbnails, theme)
        self._nearest = PictureRow(model, thumbnails, theme)
        self._surest.setAccessibleName(self.tr("The surest ones"))
        self._nearest.setAccessibleName(self.tr("Those nearest to the cut"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(self._title)
        layout.addWidget(self._scope)
        layout.addLayout(cut)
        layout.addWidget(self._counts)
        for text, row in (
            (self.tr("The surest ones"), self._surest),
            (self.tr("Nearest to the cut"), self._nearest),
        ):
            heading = QLabel(text)
            heading.setProperty("role", "small-muted")
            layout.addWidget(heading)
            layout.addWidget(row)
        layout.addLayout(self._choice())
        layout.addLayout(self._foot())

    def begin(self, view: QueueView) -> None:
        """Take the gallery's filters; the cut begins where the filter has it, or at .90."""
        self._view = view
        self._cut.setValue(view.low if view.low > 0 else USUAL_CUT)
        self._on_changed()

    def _choice(self) -> QHBoxLayout:
        self._kind = QButtonGroup(self)
        row = QHBoxLayout()
        texts = {
            DecisionKind.RELABEL: self.tr("Take each suggestion"),
            DecisionKind.KEEP: self.tr("Keep"),
            DecisionKind.DROP: self.tr("Drop"),
            DecisionKind.AMBIGUOUS: self.tr("Unsure"),
        }
        for kind in _KINDS:
            button = QRadioButton(texts[kind])
            button.setAccessibleName(texts[kind])
            self._kind.addButton(button, int(kind))
            row.addWidget(button)
        row.addStretch(1)
        self._kind.button(int(DecisionKind.RELABEL)).setChecked(True)
        self._kind.idToggled.connect(self._on_changed)
        return row

    def _foot(self) -> QHBoxLayout:
        note = QLabel(self.tr("One step in the history; undo takes it back as a whole."))
        note.setProperty("role", "small-muted")
        note.setWordWrap(True)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel"))
        self._cancel.clicked.connect(self.close)
        self._apply = QPushButton()
        self._apply.setObjectName("bulk-apply")
        self._apply.setProperty("role", "primary")
        self._apply.clicked.connect(self._on_apply)
        foot = QHBoxLayout()
        foot.addWidget(note, 1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._apply)
        return foot

    def _on_changed(self, *_: object) -> None:
        project = self._model.project
        if project is None or project.scores is None:
            return
        low = self._cut.value()
        rows = queue_rows(project, replace(self._view, low=low, sort="error_probability",
                                           descending=True))  # fmt: skip
        self._rows = rows[project.kinds[rows] == DecisionKind.UNDECIDED]
        images, errors = cut_counts(project, low, self._rows)
        classes = ", ".join(project.class_names[i] for i in sorted(self._view.given))
        scope = self.tr("In the class {0}, with the other filters of the gallery")
        self._scope.setText(
            scope.format(classes) if classes else self.tr("With the filters of the gallery")
        )
        text = self.tr("{0} undecided images; about {1} of them carry a wrong label.")
        self._counts.setText(text.format(f"{images:,}", f"{errors:,.0f}"))
        self._surest.show_rows(self._rows[:EXAMPLES].tolist())
        self._nearest.show_rows(self._rows[::-1][:EXAMPLES].tolist())
        self._apply.setText(self.tr("Decide {0} images").format(f"{images:,}"))
        self._apply.setAccessibleName(self._apply.text())
        self._apply.setEnabled(bool(images) and not project.read_only)
        dropping = self._kind.checkedId() == int(DecisionKind.DROP)
        self._apply.setDefault(not dropping)
        self._cancel.setDefault(dropping)

    def _on_apply(self) -> None:
        if self._model.decide(DecisionKind(self._kind.checkedId()), rows=self._rows):
            self.close()

    def keyPressEvent(self, event: object) -> None:  # noqa: N802 - Qt's
        """Esc closes without a decision."""
        if getattr(event, "key", lambda: None)() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]
