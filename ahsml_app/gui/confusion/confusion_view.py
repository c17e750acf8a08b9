"""The view of the confusion: which classes are mistaken for which others."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.confusion.export_matrix import Saver
from ahsml_app.gui.confusion.heat_panel import HeatPanel
from ahsml_app.gui.confusion.heat_raster import Raster
from ahsml_app.gui.confusion.side_panel import EXAMPLES, WIDTH, SidePanel, short
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.format import figure, per_cent
from ahsml_app.gui.widgets.key_figure import BalanceTip
from ahsml_app.session.analysis.confusion_matrix import (
    Block,
    Confusion,
    confusion_request,
    count_confusion,
)
from ahsml_app.session.project.class_edits import count_labelled, merge_classes
from ahsml_app.session.review.queue import QueueFilter


class ConfusionView(QWidget):
    """Lays out heat map and pairs, and filters the gallery by the chosen cells."""

    review_requested = Signal()
    train_requested = Signal()
    notified = Signal(str, str)
    """Message and hint about a finished action."""

    failed = Signal(object)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._confusion: Confusion | None = None
        self._names: tuple[str, ...] = ()
        self._requested = False
        self._changed_rows: list[IntArray] = []
        self._menu: QMenu | None = None
        self.background, writer = Background(self), Background(self)
        self._workers = (self.background, writer)
        self.map = HeatPanel(theme)
        BalanceTip(model, self.map.summary)
        self.side = SidePanel(model, thumbnails, theme)
        self.saver = Saver(self.map, writer, theme, self)
        self._empty = EmptyState(theme)
        self._empty.pressed.connect(self._on_empty_pressed)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.map)
        splitter.addWidget(self.side)
        self._splitter_moved = False
        splitter.splitterMoved.connect(self._on_splitter_moved)
        splitter.setChildrenCollapsible(False)
        self._splitter = splitter
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.map.heat)
        self._connect()
        self._on_project_changed()

    def _connect(self) -> None:
        heat, table = self.map.heat, self.side.table
        heat.moved.connect(self._on_moved)
        heat.chosen.connect(self.filter_gallery)
        heat.pointed.connect(self._on_pointed)
        heat.review_requested.connect(self.review)
        heat.menu_requested.connect(self._on_menu)
        table.pointed.connect(heat.set_cursor)
        table.chosen.connect(self._on_pair_chosen)
        table.opened.connect(self._on_pair_opened)
        self.map.measure_chosen.connect(self._show_matrix)
        self.map.save_requested.connect(self._on_save)
        self.side.review_requested.connect(self.review)
        self.side.merge_requested.connect(self._ask_merge)
        self.side.merge_card.confirmed.connect(self.merge)
        self.side.image_chosen.connect(self._on_image)
        self.saver.notified.connect(self.notified)
        self.saver.failed.connect(self.failed)
        self.background.done.connect(self._on_done)
        self.background.failed.connect(self._on_failed)
        self._model.project_changed.connect(self._on_project_changed)
        self._model.scores_changed.connect(self._on_project_changed)
        self._model.decisions_changed.connect(self._on_decisions)

    def is_ready(self) -> bool:
        """Whether the matrix is shown."""
        return self._stack.currentWidget() is self._splitter

    def stop(self) -> None:
        """Stops the threads."""
        for worker in self._workers:
            worker.stop()

    def block(self) -> Block | None:
        """The chosen cells, by position; None for none."""
        return self.map.heat.block if self._confusion is not None else None

    def filter_gallery(self, block: Block | None = None) -> None:
        """Filters the gallery to the images of some cells, without any other filter."""
        block = block or self.block()
        confusion = self._confusion
        if block is None or confusion is None:
            return
        given = _classes(confusion, block[0], block[1])
        suggested = _classes(confusion, block[2], block[3])
        present = self._model.queue_filter
        self._model.set_queue_filter(
            QueueFilter(
                sort=present.sort, descending=present.descending, given=given, suggested=suggested
            )
        )

    def review(self) -> None:
        """Filters the gallery to the chosen cells and requests to show it."""
        if self.block() is not None:
            self.filter_gallery()
            self.review_requested.emit()

    def merge(self, source: int, target: int) -> None:
        """Merges two classes in one step of the history.

        Args:
            source: Index of the class that is merged into the other.
            target: Index of the other class.
        """
        project = self._model.project
        if project is None:
            return
        old_name, new_name = project.label_name(source), project.label_name(target)
        count = count_labelled(project, [old_name])
        if not self._model.apply(partial(merge_classes, names=[old_name], into=new_name)):
            return
        self.notified.emit(
            plural(
                "{count:,} label changed from {old} to {new}.",
                "{count:,} labels changed from {old} to {new}.",
                count=count,
                old=old_name,
                new=new_name,
            ),
            self.tr("You can undo this."),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Makes the map square and gives the pairs the rest, unless a person moved the splitter."""
        super().resizeEvent(event)
        self._fit_map()

    def _fit_map(self) -> None:
        if not self._splitter_moved:
            side = max(scaled(WIDTH), self.width() - self.map.square_width(self.height()))
            self._splitter.setSizes([self.width() - side, side])

    def _on_splitter_moved(self) -> None:
        self._splitter_moved = True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Counts the labels if that is pending."""
        super().showEvent(event)
        self._update_counts()

    def _update_counts(self) -> None:
        project = self._model.project
        if project is None or not self.isVisible():
            return
        if not self._requested:
            self._requested = True
            request = confusion_request(project)
            self._changed_rows = []
            if request is not None:
                self._show_state(
                    "confusion", self.tr("Counting the labels"), self.tr("This takes a moment.")
                )
                self.background.start(partial(count_confusion, request))
        elif self._confusion is not None and self._changed_rows:
            rows = np.concatenate(self._changed_rows)
            self._changed_rows = []
            self._confusion.update(project, rows)
            self._show_matrix()

    def _on_project_changed(self) -> None:
        self.background.forget()
        self._confusion, self._requested, self._changed_rows = None, False, []
        self.side.merge_card.hide()
        project = self._model.project
        if project is None:
            self._show_state("confusion", self.tr("No project is open"), "")
        elif project.scores is None:
            self._show_state(
                "confusion",
                self.tr("See which classes are confused with each other"),
                self.tr("After the first training, labels and suggestions are compared here."),
                self.tr("Train"),
            )
        self._update_counts()

    def _on_done(self, result: Confusion) -> None:
        self._confusion = result
        self._show_matrix()
        self._update_counts()
        worst = result.worst("errors", 1)
        if len(worst):
            self.map.heat.set_cursor(int(result.rows[worst[0]]), int(result.columns[worst[0]]))

    def _on_failed(self, error: BaseException) -> None:
        self._show_state(
            "error",
            self.tr("The classes could not be compared"),
            str(error) or type(error).__name__,
            self.tr("Try again"),
        )

    def _on_empty_pressed(self) -> None:
        project = self._model.project
        if project is not None and project.scores is None:
            self.train_requested.emit()
        else:
            self._requested = False
            self._update_counts()

    def _on_decisions(self, rows: IntArray) -> None:
        if self._requested:
            self._changed_rows.append(rows)
            self._update_counts()

    def _show_state(self, icon: str, title: str, text: str, button: str = "") -> None:
        self._empty.show_state(icon, title, text, button)
        self._stack.setCurrentWidget(self._empty)

    def _show_matrix(self) -> None:
        """Shows the present counts in the chosen measure."""
        project, confusion = self._model.project, self._confusion
        if project is None or confusion is None:
            return
        self._names = tuple(project.class_names[index] for index in confusion.order.tolist())
        names = tuple(map(shown, self._names))
        self.map.show_matrix(Raster(confusion, self.map.measure), names)
        self._fit_map()
        off_diagonal = confusion.rows != confusion.columns
        disagreeing = int(confusion.images[off_diagonal].sum())
        self.map.show_summary(int(confusion.totals().sum()), disagreeing)
        self.side.table.pairs.fill(confusion, names)
        self._stack.setCurrentWidget(self._splitter)
        self._show_block()

    def _show_block(self) -> None:
        """Shows the chosen cells beside the map."""
        block, confusion, project = self.block(), self._confusion, self._model.project
        if block is None or confusion is None or project is None:
            self.side.show_nothing()
            return
        cell = self.map.heat.cursor_cell
        rows = confusion.members(block, EXAMPLES)
        self.side.show_cell(self._block_title(block), self._block_facts(block), rows)
        self.side.table.show_pair(*cell)
        self.side.merge_button.setEnabled(self._pair() is not None)

    def _pair(self) -> tuple[int, int] | None:
        """Indices of the two classes of the chosen cell; None if they cannot be merged."""
        block, confusion, project = self.block(), self._confusion, self._model.project
        if block is None or confusion is None or project is None or project.read_only:
            return None
        single = block[1] - block[0] == 1 == block[3] - block[2]
        if not single or block[0] == block[2]:
            return None
        return int(confusion.order[block[0]]), int(confusion.order[block[2]])

    def _block_title(self, block: Block) -> str:
        sides = ((block[0], block[1]), (block[2], block[3]))
        names = [
            short(self._names[first])
            if stop - first == 1
            else plural("{count:,} class", "{count:,} classes", count=stop - first)
            for first, stop in sides
        ]
        return " → ".join(names)

    def _block_facts(self, block: Block) -> str:
        if self._confusion is None:
            return ""
        facts = self._confusion.facts(block)
        found = self.tr("{0} found").format(figure(facts.found)) if facts.found else ""
        if not facts.images:
            return found or self.tr("no images")
        single_row = block[1] - block[0] == 1
        images = plural("{count:,} image", "{count:,} images", count=facts.images)
        whole = short(self._names[block[0]]) if single_row else self.tr("these")
        errors = figure(facts.errors, 1) if facts.errors < 9.95 else figure(facts.errors)
        text = self.tr("{0} ({1} of {2}), about {3} wrong labels")
        text = text.format(images, per_cent(facts.share, 1), whole, errors)
        return f"{text}, {found}" if found else text

    def _on_moved(self, row: int, column: int) -> None:
        self._show_block()
        block = self.block() or (row, row + 1, column, column + 1)
        self.side.merge_card.hide()
        text = f"{self._block_title(block)}: {self._block_facts(block)}"
        self.map.heat.setAccessibleDescription(text)
        self.map.show_facts("")  # the side panel shows it

    def _on_pointed(self, row: int, column: int) -> None:
        if row < 0:
            self.map.show_facts("")
            return
        block = (row, row + 1, column, column + 1)
        self.map.show_facts(f"{self._block_title(block)}: {self._block_facts(block)}")

    def _on_pair_chosen(self, row: int, column: int) -> None:
        self.map.heat.set_cursor(row, column)
        self.filter_gallery()

    def _on_pair_opened(self, row: int, column: int) -> None:
        self.map.heat.set_cursor(row, column)
        self.review()

    def _on_image(self, row: int) -> None:
        self.review()
        self._model.set_current(row)

    def _on_menu(self, point: QPoint) -> None:
        if self._menu is not None:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Review these")).triggered.connect(self.review)
        merge = menu.addAction(self.tr("Merge these two classes…"))
        merge.triggered.connect(self._ask_merge)
        merge.setEnabled(self._pair() is not None)
        menu.aboutToHide.connect(self._on_menu_closed)
        self._menu = menu
        menu.popup(point)

    def _on_menu_closed(self) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = None

    def _ask_merge(self) -> None:
        pair, project = self._pair(), self._model.project
        if pair is None or project is None:
            return
        # The larger class stays by default: fewer labels change.
        names = [(label, project.label_name(label)) for label in pair]
        sides = [(label, name, count_labelled(project, [name])) for label, name in names]
        sides.sort(key=lambda side: -side[2])
        self.side.merge_card.ask(*sides)

    def _on_save(self, suffix: str) -> None:
        project, confusion = self._model.project, self._confusion
        if project is not None and confusion is not None:
            self.saver.ask(suffix, project.name, confusion, self._names)


def _classes(confusion: Confusion, first: int, stop: int) -> frozenset[int]:
    """Indices of the classes at some positions; empty for all, which filters nothing."""
    all_classes = stop - first == len(confusion)
    return frozenset() if all_classes else frozenset(confusion.order[first:stop].tolist())
