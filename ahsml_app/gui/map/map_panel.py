"""The map view: tools, the disc or an empty state, and the legend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.types import IntArray
from ahsml_app.gui.map.facts_card import FactsCard
from ahsml_app.gui.map.map_controller import MapController
from ahsml_app.gui.map.map_legend import MapLegend
from ahsml_app.gui.map.map_overlay import Arcs, Classes, arcs_of
from ahsml_app.gui.map.map_picture import save_map
from ahsml_app.gui.map.map_raster import cloud_of
from ahsml_app.gui.map.map_toolbar import MapToolbar
from ahsml_app.gui.map.map_view import ZOOM_STEP, MapView
from ahsml_app.gui.map.point_styles import (
    CLASS_COLOURINGS,
    PointStyles,
    class_codes,
    groups_of,
    labels_for,
    score_codes,
    score_ramp,
)
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.class_colours import class_palette
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.format import figure, images_text, per_cent
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.session.analysis.disc_map import DiscMap, present_classes
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import ChosenRows

_Colours = tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint8], Classes, Arcs]


class MapPanel(QWidget):
    """Composes the map view; several panels may show the same project."""

    train_requested = Signal()
    review_requested = Signal()
    window_requested = Signal()

    def __init__(
        self, model: ProjectModel, maps: MapController, thumbnails: Thumbnails, theme: Theme
    ) -> None:
        super().__init__()
        self._model, self._maps, self._theme = model, maps, theme
        self._shown: DiscMap | None = None
        self._colours: _Colours | None = None
        self.view = MapView(theme)
        self.card = FactsCard(model, thumbnails, self.view)
        self.tools = MapToolbar(theme)
        self.legend = MapLegend(theme)
        self._empty = EmptyState(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        self._make_selection_card()
        self._update_timer = QTimer(self)  # merges several signals into one update
        self._update_timer.setSingleShot(True)
        self._update_timer.setInterval(0)
        self._update_timer.timeout.connect(self._show_styles)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._make_footer())
        self.setFocusProxy(self.view)
        self._connect()
        self._show_state()

    def _connect(self) -> None:
        view, tools, model = self.view, self.tools, self._model
        tools.arcs_toggled.connect(self._on_arcs)
        tools.lasso_toggled.connect(self._on_lasso)
        tools.zoom_in_asked.connect(self._on_zoom_in)
        tools.zoom_out_asked.connect(self._on_zoom_out)
        tools.home_asked.connect(view.go_home)
        tools.window_asked.connect(self.window_requested)
        tools.save_asked.connect(self._on_save)
        view.pointed.connect(self._on_pointed)
        view.picked.connect(self._on_picked)
        view.opened.connect(self._on_opened)
        view.lassoed.connect(self._on_lassoed)
        view.cleared.connect(self._on_cleared)
        self._empty.pressed.connect(self._on_empty_pressed)
        self._maps.changed.connect(self._show_state)
        self._maps.progressed.connect(self._show_state)
        for signal in (tools.colouring_chosen, self._theme.changed, model.queue_changed):
            signal.connect(self._on_changed)
        model.decisions_changed.connect(self._on_changed)
        model.scores_changed.connect(self._on_changed)
        model.selection_changed.connect(self._update_timer.start)

    def _make_selection_card(self) -> None:
        """Build the selection card; it floats above the map, so it does not change the layout."""
        self._selection_card = QFrame(self.view)
        self._selection_card.setProperty("role", "card")
        self._selection_card.setCursor(Qt.CursorShape.ArrowCursor)
        self._selection_text = QLabel()
        self._selection_text.setAccessibleName(self.tr("Selected images"))
        review = QPushButton(self.tr("Review only these"))
        review.setObjectName("review-chosen")
        review.setAccessibleName(self.tr("Review only these"))
        review.clicked.connect(self._on_review_chosen)
        clear = QPushButton(self.tr("Clear"))
        clear.setProperty("role", "ghost")
        clear.setAccessibleName(self.tr("Clear the selection"))
        clear.clicked.connect(self._on_cleared)
        row = QHBoxLayout(self._selection_card)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetFixedSize)
        row.addWidget(self._selection_text)
        row.addWidget(review)
        row.addWidget(clear)
        self._selection_card.hide()

    def _make_footer(self) -> QWidget:
        self._footer = QWidget()
        radius = QLabel(
            self.tr(
                "Farther from the centre, an image belongs more clearly to one class; "
                "near the centre, it lies between classes. Neighbours look alike to "
                "the model."
            )
        )
        radius.setProperty("role", "small-muted")
        radius.setWordWrap(True)
        self.count_label = QLabel()
        self.count_label.setProperty("role", "small-muted")
        BalanceTip(self._model, self.count_label)
        line = QHBoxLayout()
        line.addWidget(self.legend, 1)
        line.addWidget(self.count_label)
        layout = QVBoxLayout(self._footer)
        layout.setContentsMargins(16, 4, 16, 12)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(radius)
        return self._footer

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keep the selection card in its corner."""
        super().resizeEvent(event)
        self._place_selection_card()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Load or draw the map when the view is shown."""
        super().showEvent(event)
        self._maps.ensure_map()
        self._show_state()
        self._update_timer.start()

    def save_picture(self, path: Path) -> None:
        """Save the map as PNG or SVG; emits `ProjectModel.failed` on an error."""
        try:
            save_map(self.view, path)
        except AppError as error:
            self._model.failed.emit(error)

    def _show_state(self) -> None:
        """Show the map, or why there is none."""
        project, maps = self._model.project, self._maps
        if self.isVisible():
            maps.ensure_map()
        ready = project is not None and maps.map is not None
        for widget in (self.tools, self._footer):
            widget.setVisible(ready)
        self._stack.setCurrentWidget(self.view if ready else self._empty)
        if maps.map is not self._shown:
            self._shown, self._colours = maps.map, None
            self.view.show_cloud(cloud_of(maps.map.points) if maps.map else None)
            self._update_timer.start()
        if ready:
            return
        self._selection_card.hide()
        title, text, button = self.tr("Drawing the map"), "", ""
        if project is None or project.run is None:
            title, button = self.tr("No map yet"), self.tr("Train")
            text = self.tr(
                "After the first training, every image has a place here: classes as islands, "
                "doubtful labels between them."
            )
        elif maps.error:
            title, text = self.tr("The map could not be drawn"), maps.error
            button = self.tr("Try again")
        elif maps.waiting:
            text = self.tr("It starts when the current job has finished.")
        else:
            text = self.tr("{0} done. You can keep working in the meantime.").format(
                per_cent(maps.share)
            )
        self._empty.show_state("map", title, text, button)

    def _on_changed(self, *_: object) -> None:
        """Recompute colours too; more than the selection has changed."""
        self._colours = None
        self._update_timer.start()

    def _show_styles(self) -> None:
        """Update colours, shapes and names from the project."""
        project, shown = self._model.project, self._maps.map
        if project is None or shown is None or not self.isVisible():
            return
        if self._colours is None:
            self._colours = self._compute_colours(project, shown)
        codes, palette, classes, arcs = self._colours
        selection = self._model.selection
        groups = groups_of(project, self._model.queue, selection)
        self.view.show_styles(PointStyles(codes, groups, palette), classes, arcs)
        self.count_label.setText(images_text(len(self._model.queue), len(project.table)))
        self._selection_text.setText(self.tr("{0} selected").format(figure(len(selection))))
        self._selection_card.setVisible(len(selection) > 1)
        self._place_selection_card()

    def _place_selection_card(self) -> None:
        """Move the selection card to the corner that the disc leaves free."""
        self._selection_card.adjustSize()
        self._selection_card.move(12, self.view.height() - self._selection_card.height() - 12)

    def _compute_colours(self, project: Project, shown: DiscMap) -> _Colours:
        prototypes, tree_order = present_classes(shown, project)
        count, class_count = len(project.class_names), len(prototypes)
        colours = class_palette(count, tree_order, dark=self._theme.dark)
        labels = project.labels[self._model.queue]
        sizes = np.bincount(labels[labels >= 0], minlength=class_count)[:class_count]
        arcs = self._arcs(project, class_count)
        order = np.argsort(-sizes, kind="stable")
        order = order[(sizes[order] > 0) | np.isin(order, arcs.end)]
        classes = Classes(prototypes, project.class_names, order, colours)
        name, grey = self.tools.colouring, np.array([[128, 128, 128]], dtype=np.uint8)
        by_class = name in CLASS_COLOURINGS or project.scores is None
        self.legend.show_score("" if by_class else self.tools.colouring_text)
        if by_class:
            codes, palette = class_codes(labels_for(project, name), count), colours
        else:
            codes = score_codes(np.asarray(getattr(project.scores, name)))
            palette = score_ramp(dark=self._theme.dark)
        return codes, np.concatenate([palette, grey]), classes, arcs

    def _arcs(self, project: Project, class_count: int) -> Arcs:
        """Arcs of the undecided suspects in the queue."""
        scores = project.scores
        if scores is None:
            return arcs_of(*(np.empty(0, dtype=np.int64),) * 2, 1)
        queue = self._model.queue
        rows = queue[scores.flagged[queue] & (project.kinds[queue] == 0)]
        return arcs_of(project.labels[rows], scores.suggested[rows], class_count)

    def _on_pointed(self, row: int) -> None:
        at = self.view.position_of(row)
        self.card.show_row(row, (at or self.view.viewport.middle).toPoint())
        self.view.setAccessibleDescription(self.card.text() if row >= 0 else "")

    def _on_picked(self, row: int) -> None:
        self.card.show_row(-1, QPoint())  # the evidence beside says more, and points are below it
        self._model.set_current(row)
        self._model.set_selection([row])

    def _on_opened(self, row: int) -> None:
        self._on_picked(row)
        self.review_requested.emit()

    def _on_lassoed(self, rows: IntArray, adding: bool) -> None:
        if adding:
            rows = np.union1d(self._model.selection, rows)
        self.tools.set_lassoing(on=False)
        self._model.set_selection(rows)

    def _on_cleared(self) -> None:
        self.tools.set_lassoing(on=False)
        self._model.set_selection([])

    def _on_review_chosen(self) -> None:
        """Filter the queue to the selected images and open the review."""
        rows = ChosenRows(self._model.selection)
        self._model.set_queue_filter(replace(self._model.queue_filter, rows=rows))
        self.review_requested.emit()

    def _on_empty_pressed(self) -> None:
        if self._maps.error:
            self._maps.try_again()
        else:
            self.train_requested.emit()

    def _on_arcs(self, on: bool) -> None:
        self.view.arcs_shown = on
        self.view.update()

    def _on_lasso(self, on: bool) -> None:
        self.view.lassoing = on

    def _on_zoom_in(self) -> None:
        self.view.zoom_by(ZOOM_STEP)

    def _on_zoom_out(self) -> None:
        self.view.zoom_by(1 / ZOOM_STEP)

    def _on_save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the map"), "map.png", self.tr("Pictures (*.png *.svg)")
        )
        if path:
            self.save_picture(Path(path))
