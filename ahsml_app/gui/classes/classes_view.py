"""The view of the classes: search, table or tree, and details of the chosen classes."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import IntArray, Scores
from ahsml_app.gui.classes.classes_model import DESCENDING, SORTABLE, ClassTableModel, Column
from ahsml_app.gui.classes.details import ClassDetails
from ahsml_app.gui.classes.table import ClassTable
from ahsml_app.gui.classes.tree_view import ZOOM, ClassTreeView
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.session.analysis.class_overview import ClassOverview, class_request, find_classes
from ahsml_app.session.review.queue import QueueFilter

DETAILS_WIDTH = 360
COUNT_DELAY, DETAILS_DELAY = 250, 40
"""Milliseconds from a decision to the next count of the classes, and from the choice of a class to
its details. The second delay keeps the arrow keys fast."""

_TABLE, _TREE = 0, 1
_NONE: IntArray = np.empty(0, dtype=np.int64)


class ClassesView(QWidget):
    """Lays out table, tree and details, and updates them while visible.

    Signals:
        review_requested: The gallery is filtered to the chosen classes and should be shown.
        train_requested: The person wants the training view.
    """

    review_requested = Signal()
    train_requested = Signal()

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._chosen_ids: list[str] = []  # class ids, which survive a renaming
        self._counted_scores: Scores | None = None
        self._outdated = True
        self.finder = Background(self)
        self.finder.done.connect(self._on_overview)
        self.finder.failed.connect(self._on_failed)
        self.items = ClassTableModel(self)
        self.table = ClassTable(self.items, thumbnails, theme)
        self.tree = ClassTreeView(thumbnails, theme)
        self.details = ClassDetails(model, thumbnails, theme)
        self._message, self._no_tree = EmptyState(theme), EmptyState(theme)
        self._no_tree.show_state(
            "classes",
            self.tr("No tree yet"),
            self.tr("Train once to see which classes lie near each other."),
            self.tr("Train"),
        )
        self._count_timer = QTimer(self)
        self._count_timer.setSingleShot(True)
        self._count_timer.setInterval(COUNT_DELAY)
        self._count_timer.timeout.connect(self._request_overview)
        self._details_timer = QTimer(self)
        self._details_timer.setSingleShot(True)
        self._details_timer.setInterval(DETAILS_DELAY)
        self._details_timer.timeout.connect(self._show_details)
        self._compose()
        self._connect()
        theme.changed.connect(self._colour_icons)
        self._colour_icons()

    @property
    def busy(self) -> bool:
        """Whether an update is pending."""
        return self.finder.busy or self._count_timer.isActive() or self._details_timer.isActive()

    def stop(self) -> None:
        """Stops the timers and the thread."""
        self._count_timer.stop()
        self._details_timer.stop()
        self.finder.stop()

    def choose(self, indices: IntArray) -> None:
        """Chooses classes by their indices in the shown overview."""
        overview = self.items.overview
        if overview is not None:
            self._chosen_ids = [overview.class_ids[index] for index in indices.tolist()]
            self._show_chosen()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Counts the classes again if decisions changed them."""
        super().showEvent(event)
        if self._outdated:
            self._request_overview()

    def _compose(self) -> None:
        self._pages = QStackedWidget()
        for widget in (self.table, self.tree, self._no_tree):
            self._pages.addWidget(widget)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._pages)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(0, False)
        splitter.setSizes([900, scaled(DETAILS_WIDTH)])
        self.details.setMinimumWidth(scaled(DETAILS_WIDTH - 60))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._message)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        layout.addWidget(self._stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _header(self) -> QWidget:
        self._bar = QWidget()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("Table or tree"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        for text in (self.tr("Table"), self.tr("Tree")):
            self.tabs.addTab(text)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a class"))
        self.search.setAccessibleName(self.tr("Find a class"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(scaled(260))
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setObjectName("class-count")
        BalanceTip(self._model, self._count)
        self._hint = QLabel()
        self._hint.setProperty("role", "small-muted")
        self.sort = QComboBox()
        self.sort.setAccessibleName(self.tr("Sort by"))
        for column in SORTABLE:
            self.sort.addItem(self.items.titles()[column], column)
        names = {
            "zoom-out": self.tr("Zoom out"),
            "zoom-in": self.tr("Zoom in"),
            "fit": self.tr("Show the whole tree"),
        }
        self.zooms = {name: QToolButton() for name in names}
        layout = QHBoxLayout(self._bar)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(12)
        for widget in (self.tabs, self.search, self._count):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._hint)
        layout.addWidget(self.sort)
        for name, button in self.zooms.items():
            button.setAccessibleName(names[name])
            button.setToolTip(names[name])
            layout.addWidget(button)
        tallest = max(w.sizeHint().height() for w in (self.sort, *self.zooms.values()))
        self._bar.setMinimumHeight(tallest + 16)  # the same for both tabs
        return self._bar

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.search.textChanged.connect(self._on_search)
        self.sort.activated.connect(self._on_sort)
        self.table.chosen.connect(self.choose)
        self.table.opened.connect(self._on_review)
        self.table.sorted_by.connect(self._show_sort)
        self.tree.chosen.connect(self._on_branch)
        self.tree.zoomed.connect(self._show_hint)
        self.details.review_requested.connect(self._on_review)
        self.details.image_opened.connect(self.review_requested)
        self.details.class_chosen.connect(self._on_class)
        self._no_tree.pressed.connect(self.train_requested)
        self._message.pressed.connect(self._request_overview)
        self.zooms["zoom-in"].clicked.connect(self._on_zoom_in)
        self.zooms["zoom-out"].clicked.connect(self._on_zoom_out)
        self.zooms["fit"].clicked.connect(self.tree.fit)
        self._model.project_changed.connect(self._on_project)
        self._model.scores_changed.connect(self._on_changed)
        self._model.decisions_changed.connect(self._on_changed)
        self._model.unreadable_found.connect(self._on_changed)
        self._show_sort()
        self._on_tab(_TABLE)
        self._on_project()

    def _request_overview(self) -> None:
        """Counts the classes in the background if they are visible."""
        project = self._model.project
        self._count_timer.stop()
        if project is None or not self.isVisible():
            self._outdated = True
            return
        self._outdated = False
        previous = self.items.overview if project.scores is self._counted_scores else None
        self._counted_scores = project.scores
        cancel = CancelToken()
        work = partial(find_classes, class_request(project), cancel, previous)
        self.finder.start(work, cancel)

    def _on_changed(self, *_: object) -> None:
        self._outdated = True
        if self.isVisible():
            self._count_timer.start()

    def _on_project(self) -> None:
        self._count_timer.stop()
        self.finder.forget()
        self._chosen_ids, self._counted_scores = [], None
        self.search.clear()
        self._show(None)
        self._message.show_state(
            "classes",
            self.tr("Preparing the class overview"),
            self.tr("Counts, estimates and images of each class appear here in a moment."),
        )
        self._request_overview()

    def _on_overview(self, overview: ClassOverview) -> None:
        self._show(overview)

    def _on_failed(self, error: BaseException) -> None:
        self._show(None)
        text = self.tr("{0} Nothing was changed.").format(str(error))
        self._message.show_state(
            "error", self.tr("The classes cannot be shown"), text, self.tr("Try again")
        )

    def _show(self, overview: ClassOverview | None) -> None:
        self.items.show_overview(overview)
        self.tree.show_overview(overview)
        self._stack.setCurrentIndex(0 if overview is None else 1)
        self._bar.setVisible(overview is not None)
        self._on_tab(self.tabs.currentIndex())
        self._show_count()
        self._show_chosen()

    def _show_count(self) -> None:
        overview, shown = self.items.overview, self.items.rowCount()
        total = 0 if overview is None else len(overview.names)
        text = plural("{count:,} class", "{count:,} classes", count=total)
        if shown != total:
            text = plural(
                "{shown:,} of {count:,} class",
                "{shown:,} of {count:,} classes",
                count=total,
                shown=shown,
            )
        self._count.setText(text)

    def _show_chosen(self) -> None:
        if self.items.overview is None:
            self._details_timer.stop()
            self.details.show_classes(None, _NONE)
            return
        indices = self._chosen_indices(self.items.overview)
        if not np.array_equal(np.sort(self.table.selected_indices()), indices):
            self.table.select_indices(indices)
        self.tree.show_selected(indices)
        self._details_timer.start()  # restarted, so that nothing is laid out while the keys repeat

    def _chosen_indices(self, overview: ClassOverview) -> IntArray:
        chosen = frozenset(self._chosen_ids)
        indices = [index for index, class_id in enumerate(overview.class_ids) if class_id in chosen]
        return np.array(indices, dtype=np.int64)

    def _show_details(self) -> None:
        overview = self.items.overview
        if overview is not None:
            self.details.show_classes(overview, self._chosen_indices(overview))

    def _on_tab(self, tab: int) -> None:
        shows_tree = tab == _TREE
        has_tree = self.tree.tree is not None
        page = self.table if not shows_tree else self.tree if has_tree else self._no_tree
        self._pages.setCurrentWidget(page)
        self.sort.setVisible(not shows_tree)
        for button in self.zooms.values():
            button.setVisible(shows_tree and has_tree)
        self._hint.setVisible(shows_tree and has_tree)
        self._show_hint()
        if self.hasFocus():
            page.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Passes the focus to the shown page."""
        super().focusInEvent(event)
        page = self._pages.currentWidget()
        if self.items.overview is not None and page is not None:
            page.setFocus()

    def _show_hint(self) -> None:
        """Shows how to use the tree, or that it has no room for all names."""
        stride = self.tree.stride
        text = self.tr("Only 1 in {0} class names is shown; zoom in to read all").format(
            figure(stride)
        )
        self._hint.setText(text if stride > 1 else self.tr("Click to select a branch"))

    def _on_search(self, text: str) -> None:
        self.items.filter(text)
        self._show_count()
        self._show_chosen()
        if text and self.tabs.currentIndex() == _TREE and len(self.items.order):
            self.tree.show_class(int(self.items.order[0]))

    def _on_sort(self) -> None:
        column = Column(self.sort.currentData())
        self.table.sort_by(column, descending=column in DESCENDING)

    def _show_sort(self) -> None:
        self.sort.setCurrentIndex(self.sort.findData(self.items.sorted_by))

    def _on_branch(self, indices: IntArray) -> None:
        """Chooses the classes of a branch, here and in the gallery."""
        self.choose(indices)
        self._filter_gallery()

    def _on_class(self, class_id: str) -> None:
        self._chosen_ids = [class_id]
        self._show_chosen()

    def _on_review(self) -> None:
        if self._chosen_ids:
            self._filter_gallery()
            self.review_requested.emit()

    def _filter_gallery(self) -> None:
        """Filters the gallery to the chosen classes, most suspect images first."""
        project = self._model.project
        if project is not None:
            given = frozenset(project.classes.index(class_id) for class_id in self._chosen_ids)
            kinds = frozenset({int(DecisionKind.UNDECIDED)})
            self._model.set_queue_filter(QueueFilter(given=given, kinds=kinds))

    def _on_zoom_in(self) -> None:
        self.tree.zoom(ZOOM)

    def _on_zoom_out(self) -> None:
        self.tree.zoom(1 / ZOOM)

    def _colour_icons(self) -> None:
        for name, button in self.zooms.items():
            button.setIcon(icon(name, self._theme.tokens.text))
