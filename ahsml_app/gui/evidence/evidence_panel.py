"""The evidence panel: large image, verdict, neighbours and decision buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.reading.planes import FIRST
from ahsml_app.gui.evidence.decision_bar import DecisionBar
from ahsml_app.gui.evidence.file_facts import FileFacts
from ahsml_app.gui.evidence.image_panel import ImagePanel
from ahsml_app.gui.evidence.peek import Peek
from ahsml_app.gui.evidence.selection_view import SelectionView
from ahsml_app.gui.evidence.side_by_side import NARROW
from ahsml_app.gui.evidence.strips import Strips
from ahsml_app.gui.evidence.verdict_view import Verdict
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.gui.widgets.format import chance

LEAST_WIDTH = 340
MOST_EVIDENCE, ENOUGH_EVIDENCE = (0.37, 0.56), (330, 440)
"""Maximum height of the evidence: as a share, and in pixels, in a wide panel and in a narrow one.

The picture has the rest: it is what is judged. In a narrow panel the rows alone show what the
classes look like.
"""

ENOUGH_UNTRAINED = 190


class EvidencePanel(QWidget):
    """Shows the current image of the project model, or a selection of several.

    Signals:
        train_requested: The person wants the training view.
    """

    train_requested = Signal()

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme, actions: ActionSet
    ) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self.image_panel = ImagePanel(model, thumbnails, theme, actions)
        self.image, self.loader = self.image_panel.view, self.image_panel.loader
        self.verdict = Verdict(model, theme)
        self.strips = Strips(model, thumbnails, theme)
        self.strips.nearest_found.connect(self.image_panel.beside.show_references)
        self.image_panel.beside.chosen.connect(self.strips.given.pictures.chosen)
        self.facts = FileFacts(theme)
        self.peek = Peek(model, self.loader, theme, actions, self.image_panel)
        self.peek.review_requested.connect(model.set_current)
        for strip in (self.strips.given, self.strips.suggested, self.strips.duplicates):
            strip.pictures.chosen.connect(self.peek.show_row)
        self.selection = SelectionView(model, thumbnails, theme)
        compare = actions.action("compare-images")
        self.selection.compare.clicked.connect(compare.trigger)
        self.decisions = DecisionBar(model, theme, actions)
        self.decisions.other_requested.connect(self.pick_class)
        self.facts.facts_requested.connect(self.loader.want_facts)
        self.loader.facts_loaded.connect(self.facts.show_facts)
        self.picker: ClassPicker | None = None
        self.picker_place: QWidget | None = None  # of the decisions that cover these
        self._empty = EmptyState(theme)
        self.verdict.train_requested.connect(self.train_requested)
        self._split, self._split_moved = QSplitter(), False
        self._covered = False
        self._refresh_timer = QTimer(
            self
        )  # a decision is usually followed by another image at once
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(0)
        self._refresh_timer.timeout.connect(self.refresh)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_image_page())
        self._pages.addWidget(self.selection)
        self._footer = self._make_footer()
        self._content = QWidget()
        content = QVBoxLayout(self._content)
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addWidget(self._pages, 1)
        content.addWidget(self._footer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty)
        layout.addWidget(self._content)
        self.setMinimumWidth(LEAST_WIDTH)
        model.current_changed.connect(self._on_current_changed)
        model.project_changed.connect(self._on_project_changed)
        model.scores_changed.connect(self._on_scores_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        model.selection_changed.connect(self._on_selection_changed)
        self.refresh()

    def is_ready(self) -> bool:
        """Whether the current image is shown, or the reason why it cannot be."""
        if self._model.current < 0 or self._has_selection():
            return True
        return self.image.has_picture or bool(self.image_panel.follower.reason)

    def refresh(self) -> None:
        """Updates the shown image or selection."""
        self._refresh_timer.stop()
        if self._covered:
            return
        project, row = self._model.project, self._model.current
        selection_shown = self._has_selection()
        has_content = project is not None and (row >= 0 or selection_shown)
        self._empty.setVisible(not has_content)
        self._content.setVisible(has_content)
        if project is None or not has_content:
            self._show_empty()
            return
        self._pages.setCurrentIndex(1 if selection_shown else 0)
        if selection_shown:
            self.selection.show_rows(self._model.selection)
            return
        self.image_panel.show_row(row)
        self.verdict.show_row(row)
        self.strips.show_row(row)
        self.facts.show_path(project.path(row))

    def set_covered(self, covered: bool) -> None:
        """Stops following the images while something else shows them in the whole window."""
        self._covered = covered
        self.refresh()

    def pick_class(self) -> None:
        """Opens the list of classes; the chosen or new class becomes the label."""
        project = self._model.project
        if project is None or project.read_only or not len(self._model.targets()):
            return
        if self.picker is None:
            self.picker = ClassPicker(self, self._theme, new_allowed=True)
            self.picker.chosen.connect(self._on_class_chosen)
        # The likely classes come first, then the others by name.
        notes = {
            project.label_name(label): chance(share) if share > 0 else ""
            for label, share in self._model.choices(self._model.current)
        }
        others = (name for name in project.class_names if name not in notes)
        self.picker.set_classes([*notes, *sorted(others, key=str.casefold)], [*notes.values()])
        self.picker.open_above(self.picker_place or self.decisions)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Divides the height, unless the person moved the splitter."""
        super().resizeEvent(event)
        self._balance()

    def _balance(self) -> None:
        project = self._model.project
        if self._split_moved:
            return
        height = self.height() - self._footer.sizeHint().height()
        trained = project is not None and project.scores is not None
        narrow = int(self.width() < NARROW)
        limit = ENOUGH_EVIDENCE[narrow] if trained else ENOUGH_UNTRAINED
        evidence = min(round(height * MOST_EVIDENCE[narrow]), limit)
        self._split.setSizes([height - evidence, evidence])

    def stop(self) -> None:
        """Stops the threads that decode images."""
        self._refresh_timer.stop()
        self.strips.stop()
        self.loader.stop()

    def _make_image_page(self) -> QWidget:
        """The picture above its evidence, with a movable splitter."""
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(16, 8, 16, 8)
        inner.setSpacing(8)
        for widget in (self.verdict, self.strips, self.facts):
            inner.addWidget(widget)
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName(self.tr("Evidence"))
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        split = self._split
        split.setOrientation(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.image_panel)
        split.addWidget(scroll)
        split.splitterMoved.connect(self._on_split_moved)
        return split

    def _make_footer(self) -> QWidget:
        footer = QWidget()
        layout = QVBoxLayout(footer)
        layout.setContentsMargins(16, 6, 16, 10)
        layout.addWidget(self.decisions)
        return footer

    def _has_selection(self) -> bool:
        return self._model.project is not None and len(self._model.selection) > 1

    def _show_empty(self) -> None:
        if self._model.project is None:
            title = self.tr("No project is open")
            text = self.tr(
                "The selected image appears here, with the evidence for and against its label."
            )
        else:
            title = self.tr("No image is selected")
            text = self.tr("Select an image in the gallery to see it large, with its evidence.")
        self._empty.show_state("image", title, text)

    def _on_split_moved(self, _position: int, _index: int) -> None:
        self._split_moved = True

    def _on_current_changed(self, _: int) -> None:
        self.refresh()

    def _on_project_changed(self) -> None:
        project = self._model.project
        self.loader.clear(FIRST if project is None else project.table.planes)
        self._balance()
        self.refresh()

    def _on_scores_changed(self) -> None:
        self._balance()
        self.refresh()

    def _on_decisions_changed(self, _: object) -> None:
        """Refreshes soon, because a decision may change label and neighbours."""
        self._refresh_timer.start()

    def _on_selection_changed(self, _: object) -> None:
        if self._has_selection() or self._pages.currentIndex() == 1:
            self.refresh()

    def _on_class_chosen(self, label: str) -> None:
        self._model.decide(DecisionKind.RELABEL, label)
