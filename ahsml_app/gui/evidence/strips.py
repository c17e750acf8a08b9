"""Rows of pictures as evidence: trusted images of both classes, and near duplicates."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ahsml_app.base.message import shown
from ahsml_app.gui.evidence.side_by_side import Reference
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.picture_row import PictureRow
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.evidence import Evidence, Neighbour, evidence_for

FAST_SEARCH = 0.008
"""The search for neighbours runs at once if it takes at most so many seconds."""

WIDE = 600
"""Width in pixels from which the strips of both classes stand side by side."""

SEARCH_DELAY = 40
"""Milliseconds of delay of a slower search, so that it never delays fast decisions."""


class Strip(QWidget):
    """A heading with pictures, or a line that says why there are none."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self.title, self.none = QLabel(), QLabel()
        self.title.setProperty("role", "small-muted")
        self.none.setProperty("role", "small")
        self.none.setWordWrap(True)
        self.pictures = PictureRow(model, thumbnails, theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (self.title, self.pictures, self.none):
            layout.addWidget(widget)

    def set_title(self, title: str, tip: str = "") -> None:
        """Sets heading and tooltip."""
        self.title.setText(title)
        self.setToolTip(tip)
        self.pictures.setAccessibleName(title)

    def show_neighbours(
        self, neighbours: Sequence[Neighbour], notes: Sequence[str] = (), none: str = ""
    ) -> None:
        """Shows images, with a note below each if there are any, or why there are none."""
        self.pictures.show_rows([neighbour.row for neighbour in neighbours], notes)
        self.pictures.setVisible(bool(neighbours))
        self.none.setText(none)
        self.none.setVisible(not neighbours)


class Strips(QWidget):
    """Shows the nearest trusted images of both classes, and near duplicates.

    Signals:
        nearest_found: The nearest image of each class, a list of `Reference`.
    """

    nearest_found = Signal(object)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._row = -1
        self._pending = False
        self._mean_seconds = 0.0
        self.given = Strip(model, thumbnails, theme)
        self.suggested = Strip(model, thumbnails, theme)
        self.duplicates = Strip(model, thumbnails, theme)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._wide: bool | None = None
        self._arrange(wide=False)
        self._find_timer = QTimer(self)
        self._find_timer.setSingleShot(True)
        self._find_timer.setInterval(SEARCH_DELAY)
        self._find_timer.timeout.connect(self._find)

    @property
    def busy(self) -> bool:
        """Whether a search is pending."""
        return self._find_timer.isActive()

    def show_row(self, row: int) -> None:
        """Shows the neighbours of an image, at once if the search is fast."""
        project = self._model.project
        self._row = row
        has_scores = project is not None and row >= 0 and project.scores is not None
        self._pending = False
        self.setVisible(has_scores)
        self._find_timer.stop()
        if project is None or not has_scores:
            self.nearest_found.emit([])
            return
        if not self.isVisible():
            self._pending = True  # found when the panel is shown
            return
        if self._mean_seconds <= FAST_SEARCH:
            self._find()
            return
        for strip in (self.given, self.suggested, self.duplicates):
            strip.pictures.show_waiting()
        self._find_timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Places the classes side by side if there is room."""
        super().resizeEvent(event)
        self._arrange(wide=self.width() >= WIDE)

    def _arrange(self, *, wide: bool) -> None:
        if wide == self._wide:
            return
        self._wide = wide
        for strip in (self.given, self.suggested, self.duplicates):
            self._grid.removeWidget(strip)
        self._grid.addWidget(self.given, 0, 0)
        self._grid.addWidget(self.suggested, *((0, 1) if wide else (1, 0)))
        self._grid.addWidget(self.duplicates, 2, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if wide else 0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Finds the neighbours of an image that was set while hidden."""
        super().showEvent(event)
        if self._pending:
            self.show_row(self._row)

    def stop(self) -> None:
        """Cancels a pending search."""
        self._find_timer.stop()

    def _find(self) -> None:
        project, row = self._model.project, self._row
        if project is None or row < 0 or row >= len(project.table):
            return
        start = time.perf_counter()
        evidence = evidence_for(project, row)
        self._mean_seconds = 0.5 * self._mean_seconds + 0.5 * (time.perf_counter() - start)
        if evidence is not None:
            self._show(project, row, evidence)

    def _show(self, project: Project, row: int, evidence: Evidence) -> None:
        scores = project.scores
        label = project.label_name(int(project.labels[row]))
        offered = scores is not None and not scores.outlier[row]
        suggested = project.label_name(int(scores.suggested[row])) if scores and offered else ""
        tip = self.tr(
            "Images with confirmed labels first, then those that the training trusts, in both "
            "cases the most alike first."
        )
        title = self.tr("Trusted images of “{0}”")
        self.given.setVisible(bool(label))
        self.given.set_title(title.format(shown(label)), tip)
        self.given.show_neighbours(evidence.given, none=self._reason_for_none(project, label))
        differs = bool(suggested) and suggested != label
        self.suggested.setVisible(differs)
        self.suggested.set_title(title.format(shown(suggested)), tip)
        self.suggested.show_neighbours(
            evidence.suggested, none=self._reason_for_none(project, suggested)
        )
        labels = [
            shown(project.label_name(int(project.labels[n.row]))) for n in evidence.duplicates
        ]
        self.duplicates.setVisible(bool(evidence.duplicates))
        self.duplicates.set_title(
            self.tr("Near duplicates and their labels"),
            self.tr("Images that look the same, or are the same file."),
        )
        self.duplicates.show_neighbours(evidence.duplicates, labels)
        classes = [(evidence.given, label)]
        if differs:
            classes.append((evidence.suggested, suggested))
        caption = self.tr("Trusted “{0}”")
        nearest = [
            Reference(found[0].row, caption.format(shown(name))) for found, name in classes if found
        ]
        self.nearest_found.emit(nearest)

    def _reason_for_none(self, project: Project, label: str) -> str:
        """Why no trusted image of a class can be shown."""
        if project.embeddings is None:
            return self.tr("This training saved no embeddings to compare.")
        names = project.class_names
        label_index = names.index(label) if label in names else -1
        count = int(np.count_nonzero(project.labels == label_index))
        if count <= 1:
            return self.tr("No other image has this label.")
        return self.tr("None yet: no other image of this class is confirmed or trusted.")
