"""The right side of the status bar: images decided and estimated errors left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind
from ahsml_app.gui.progress.reader import TimelineReader
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.format import checked_count, errors_left_text, figure
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.session.review.queue import review_states


class ReviewStatus(QWidget):
    """Two short texts that follow the review."""

    def __init__(self, model: ProjectModel, timelines: TimelineReader) -> None:
        super().__init__()
        self._model, self._timelines = model, timelines
        self._decided, self._left = QLabel(), QLabel()
        self._decided.setObjectName("decided-count")
        self._decided.setAccessibleName(self.tr("Decided images"))
        self._left.setAccessibleName(self.tr("Errors left"))
        explain(self._left, "errors_left")
        BalanceTip(model, self._decided)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(24)
        layout.addWidget(self._decided)
        layout.addWidget(self._left)
        for signal in (
            *(model.project_changed, model.scores_changed),
            *(model.decisions_changed, model.marks_changed),
        ):
            signal.connect(self._on_changed)
        timelines.changed.connect(self._on_changed)
        self._on_changed()

    def _on_changed(self) -> None:
        project = self._model.project
        self.setVisible(project is not None)
        if project is None:
            self._left.clear()
            return
        decided = int((project.kinds != DecisionKind.UNDECIDED).sum())
        text = self.tr("{0} of {1} decided").format(figure(decided), figure(len(project.table)))
        checked = int((review_states(project) == CHECKED_BY_MODEL).sum())
        self._decided.setText(f"{text}, {checked_count(checked)}" if checked else text)
        # The last estimate stays until the new one is computed.
        self._left.setVisible(project.scores is not None and bool(self._left.text()))
        if self._timelines.timeline is not None:
            low, _, high = self._timelines.timeline.left
            self._left.setText(errors_left_text(low, high))
            self._left.show()
