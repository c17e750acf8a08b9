"""The review view: filters, header, and the grid or an empty state."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown as shown_text
from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.delegate import GalleryDelegate
from ahsml_app.gui.gallery.filter_bar import FilterBar
from ahsml_app.gui.gallery.gallery_model import GalleryModel
from ahsml_app.gui.gallery.gallery_view import GalleryView
from ahsml_app.gui.gallery.image_menu import add_image_entries
from ahsml_app.gui.gallery.tile_drag import TileDrag
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.explanations import explain, explain_choices, explanations
from ahsml_app.gui.widgets.format import checked_count, figure, images_text
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import matches
from ahsml_app.session.review.search import search_problem

SMALLEST, LARGEST, USUAL = 64, 320, 136
ASCENDING = frozenset(
    {"adaptive_weight", "consistency", "given_label", "suggested_label", "path", "decision"}
)
"""Sort keys in ascending order: low values are suspect, or the key is alphabetical."""

_UNSCORED = ("given_label", "path", "decision")
"""Sort keys that need no scores."""

_SETTLE_MILLISECONDS = 120
_FIRST_ROWS = 1000


class GalleryPanel(QWidget):
    """Lays out filters, header and grid of the review view."""

    train_requested = Signal()
    bulk_requested = Signal()
    accept_requested = Signal()
    export_requested = Signal()
    preview_requested = Signal()
    reorder_requested = Signal()

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._thumbnails = model, thumbnails
        self.items = GalleryModel(model, thumbnails, self)
        self.delegate = GalleryDelegate(self.items, theme, USUAL)
        self.view = GalleryView(self.items, self.delegate)
        TileDrag(self.view, model)
        self.filters = FilterBar(model, theme)
        self.filters.bulk_requested.connect(self.bulk_requested)
        self.filters.accept_requested.connect(self.accept_requested)
        self.filters.train_requested.connect(self.train_requested)
        self.view.menu_requested.connect(self._on_menu)
        self.view.double_clicked.connect(self.preview_requested)
        self._empty = EmptyState(theme)
        self._empty.pressed.connect(self._on_empty_pressed)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._banner = QVBoxLayout()
        self._banner.setContentsMargins(12, 0, 12, 0)
        self._actions: list[object] = []
        self._selection_counted = False
        self._size_timer = QTimer(self)
        self._size_timer.setSingleShot(True)
        self._size_timer.setInterval(_SETTLE_MILLISECONDS)
        self._size_timer.timeout.connect(self._apply_thumbnail_side)
        self._apply_thumbnail_side()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._banner)
        layout.addWidget(self.filters)
        self._fill_line()
        layout.addWidget(self._make_finished_row())
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.view)
        for signal in (model.queue_changed, model.scores_changed, model.project_changed):
            signal.connect(self._on_changed)
        model.decisions_changed.connect(self._on_decisions)
        model.marks_changed.connect(self._on_decisions)
        model.selection_changed.connect(self._on_selection)
        self._on_changed()

    def select_all(self) -> None:
        """Selects all images of the queue."""
        self.view.selectAll()

    def set_side(self, side: int) -> None:
        """Sets the side of the thumbnails in pixels."""
        self.side_slider.setValue(min(max(side, SMALLEST), LARGEST))  # Qt takes 32 bits only

    @property
    def side(self) -> int:
        """Side of the thumbnails in pixels."""
        return self.side_slider.value()

    def show_banner(self, widget: QWidget) -> None:
        """Shows a card above the filters; it removes itself."""
        self._banner.addWidget(widget)

    def set_menu(self, actions: list[object]) -> None:
        """Sets the actions of an image's context menu."""
        self._actions = actions

    def show_moved(self, count: int) -> None:
        """Says how many images would move up, as a button that moves them."""
        self._moved.setVisible(count > 0)
        text = plural("{count:,} image moved up", "{count:,} images moved up", count=count)
        self._moved.setText(text)
        self._moved.setAccessibleName(text)

    def _fill_line(self) -> None:
        """Adds count, order and size to the last line of the filters."""
        self.count_label = QLabel()
        self.count_label.setProperty("role", "muted")
        self._refresh = QPushButton(self.tr("Refresh order"))
        self._refresh.setProperty("role", "ghost")
        self._refresh.setAccessibleName(self.tr("Refresh order"))
        self._refresh.setToolTip(
            self.tr("Decisions were made; the order stays the same until you refresh it")
        )
        self._refresh.clicked.connect(self._model.refresh_queue)
        self._moved = QPushButton()
        self._moved.setObjectName("moved-up")
        self._moved.setProperty("role", "ghost")
        self._moved.setToolTip(
            self.tr("They resemble images whose label you found wrong; press to move them")
        )
        self._moved.clicked.connect(self.reorder_requested)
        self._moved.hide()
        self._sort = QComboBox()
        self._sort.setAccessibleName(self.tr("Sort by"))
        for name, text in self._sort_names().items():
            self._sort.addItem(text, name)
        explain_choices(self._sort)
        self._sort.activated.connect(self._on_sort)
        self._reverse = QToolButton()
        self._reverse.setObjectName("reverse-order")
        self._reverse.setText("⇅")
        self._reverse.setAccessibleName(self.tr("Reverse the order"))
        self._reverse.setToolTip(self.tr("Reverse the order"))
        self._reverse.clicked.connect(self._on_reversed)
        self._sample = QCheckBox(self.tr("Include an honest sample"))
        self._sample.setObjectName("honest-sample")
        self._sample.setAccessibleName(self._sample.text())
        explain(self._sample, "honest_sample")
        self._sample.clicked.connect(self._model.include_sample)
        self.side_slider = QSlider(Qt.Orientation.Horizontal)
        self.side_slider.setRange(SMALLEST, LARGEST)
        self.side_slider.setValue(USUAL)
        self.side_slider.setFixedWidth(110)
        self.side_slider.setAccessibleName(self.tr("Size of the thumbnails"))
        self.side_slider.setToolTip(self.tr("Size of the thumbnails"))
        self.side_slider.valueChanged.connect(self._on_size)
        line = self.filters.line
        BalanceTip(self._model, self.count_label)
        line.add(self.count_label, 3)
        line.add(self._refresh, 2)
        line.add(self._moved, 0)
        line.add(self._sort, 1, right=True)
        line.add(self._reverse, 1)
        line.add(self._sample, 6)
        line.add(self.side_slider, 5)

    def _sort_names(self) -> dict[str, str]:
        return {
            "error_probability": self.tr("Probably wrong first"),
            "adaptive_weight": self.tr("Lowest adaptive weight"),
            "consistency": self.tr("Lowest consistency"),
            "suggestion_confidence": self.tr("Most certain suggestion"),
            "class_divergence": self.tr("Most severe error first"),
            "outlier_probability": self.tr("Does not belong first"),
            "duplicate_group": self.tr("Duplicates grouped"),
            "given_label": self.tr("Class"),
            "suggested_label": self.tr("Suggested class"),
            "path": self.tr("Path"),
            "decision": self.tr("Decision"),
            "duplicate_conflict": self.tr("Duplicates with another label first"),
            "image_findings": self.tr("Odd pictures first"),
        }

    def _on_sort(self) -> None:
        name = self._sort.currentData()
        queue_filter = replace(
            self._model.queue_filter, sort=name, descending=name not in ASCENDING
        )
        self._model.set_queue_filter(queue_filter)

    def _on_reversed(self) -> None:
        queue_filter = self._model.queue_filter
        self._model.set_queue_filter(replace(queue_filter, descending=not queue_filter.descending))

    def _make_finished_row(self) -> QWidget:
        """Makes the row that shows the result of a finished queue."""
        self._finished_row = QWidget()
        self._finished_text = QLabel()
        self._finished_text.setProperty("role", "good-text")
        export = QPushButton(self.tr("Export"))
        export.setAccessibleName(self.tr("Export"))
        export.clicked.connect(self.export_requested)
        row = QHBoxLayout(self._finished_row)
        row.setContentsMargins(12, 0, 12, 8)
        row.setSpacing(12)
        row.addWidget(self._finished_text)
        row.addWidget(export)
        row.addStretch(1)
        self._finished_row.hide()
        return self._finished_row

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Updates the thumbnails for a screen with another pixel ratio."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._apply_thumbnail_side()

    def _on_size(self, side: int) -> None:
        self.delegate.set_side(side)
        self.view.apply_side()
        self._size_timer.start()  # not at every step of the slider

    def _apply_thumbnail_side(self) -> None:
        scale = self.devicePixelRatioF()
        self._thumbnails.set_side(round(self.delegate.picture_side() * scale), scale)
        self.view.apply_side()

    def _on_decisions(self) -> None:
        self._refresh.setVisible(self._model.stale)
        self._show_finished()

    def _show_finished(self) -> None:
        project, queue = self._model.project, self._model.queue
        finished = project is not None and len(queue) > 0
        for rows in (queue[:_FIRST_ROWS], queue):  # usually the first rows decide
            finished = finished and project is not None and bool(project.kinds[rows].all())
        self._finished_row.setVisible(finished)
        if finished and project is not None:
            review = self._model.review
            error_count = 0 if review is None else review.errors_found(queue)
            text = plural(
                "The image shown is decided",
                "All {count:,} images shown are decided",
                count=len(queue),
            )
            self._finished_text.setText(f"✓  {text}; {_errors_found_text(error_count)}.")

    def _on_selection(self, rows: IntArray) -> None:
        if (len(rows) > 1) != self._selection_counted or self._selection_counted:
            self._selection_counted = len(rows) > 1
            self._show_count()

    def _show_count(self) -> None:
        project, shown = self._model.project, len(self._model.queue)
        if project is None:
            return
        text = images_text(shown, len(project.table))
        if self._selection_counted:
            chosen = self.tr("{0} selected").format(figure(len(self._model.selection)))
            text = f"{text}, {chosen}"
        self.count_label.setText(text)

    def _on_changed(self) -> None:
        project, queue = self._model.project, self._model.queue
        self._refresh.setVisible(self._model.stale)
        sort = self._model.queue_filter.sort
        if sort in explanations():
            explain(self._sort, sort)
        sorted_by = project is not None and (project.scores is not None or sort in _UNSCORED)
        rows, folder = self._model.queue_filter.rows, self.tr("Folder order")
        described = rows is not None and bool(rows.text)
        alike = self.tr("Best fit to the text first") if described else self.tr("Most alike first")
        self._sort.setPlaceholderText(alike if sort == "chosen" else folder)
        self._sort.setCurrentIndex(self._sort.findData(sort) if sorted_by else -1)
        self._reverse.setEnabled(sorted_by and sort != "chosen")
        self._selection_counted = len(self._model.selection) > 1
        self._show_finished()
        if project is None:
            self._empty.show_state(
                "image",
                self.tr("No project is open"),
                self.tr("Open a folder of images, and they will be shown here."),
            )
            self._stack.setCurrentWidget(self._empty)
            return
        for index in range(self._sort.count()):
            needs_no_scores = self._sort.itemData(index) in _UNSCORED
            item = cast("QStandardItemModel", self._sort.model()).item(index)
            item.setEnabled(needs_no_scores or project.scores is not None)
        self._show_count()
        self._show_sample(project)
        if len(queue):
            self._stack.setCurrentWidget(self.view)
            return
        self._stack.setCurrentWidget(self._empty)
        self._show_nothing_left()

    def _show_sample(self, project: Project) -> None:
        sample = None if self._model.review is None else self._model.review.sample
        self._sample.setVisible(project.scores is not None)
        self._sample.setChecked(sample is not None and sample.included)
        self._sample.setEnabled(not project.read_only)

    def _all_decided(self) -> bool:
        """Whether the queue is empty only because all its images are decided."""
        project, queue_filter = self._model.project, self._model.queue_filter
        return (
            project is not None
            and queue_filter.kinds == {int(DecisionKind.UNDECIDED)}
            and bool(matches(project, replace(queue_filter, kinds=frozenset())).any())
        )

    def _show_nothing_left(self) -> None:
        review = self._model.review
        if review is not None and self._all_decided():
            progress = review.progress()
            text = plural(
                "{count:,} image decided so far",
                "{count:,} images decided so far",
                count=progress.decided,
            )
            title, checked = self.tr("All of these images are decided"), progress.checked
            if checked:  # which is no decision
                title = self.tr("Nothing is left to decide here")
                text = f"{text}, {checked_count(checked)}"
            self._empty.show_state(
                "check",
                title,
                f"{text}, {_errors_found_text(progress.errors_found)}.",
                self.tr("Export"),
            )
            return
        text = self.tr("Widen the probability range or remove a filter.")
        project, search = self._model.project, self._model.queue_filter.text
        problem = None if project is None else search_problem(project, search)
        self._empty.show_state(
            "filter",
            self.tr("No images match the filters"),
            text if problem is None else shown_text(translated(problem)),
            self.tr("Clear filters"),
        )

    def _on_empty_pressed(self) -> None:
        if self._all_decided():
            self.export_requested.emit()
        else:
            self.filters.clear()

    def _on_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)  # type: ignore[call-overload]
        add_image_entries(menu, self._model)
        menu.popup(point)


def _errors_found_text(errors: int) -> str:
    return plural("{count:,} wrong label found", "{count:,} wrong labels found", count=errors)
