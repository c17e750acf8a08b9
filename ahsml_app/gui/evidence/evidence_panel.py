"""The evidence panel: the image large, the verdict, neighbours, and the decision."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.evidence.class_picker import ClassPicker
from ahsml_app.gui.evidence.decision_bar import DecisionBar
from ahsml_app.gui.evidence.file_facts import FileFacts
from ahsml_app.gui.evidence.image_panel import ImagePanel
from ahsml_app.gui.evidence.selection_view import SelectionView
from ahsml_app.gui.evidence.strips import Strips
from ahsml_app.gui.evidence.verdict_view import Verdict
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_bars import number
from ahsml_app.gui.widgets.empty_state import EmptyState

LEAST_WIDTH = 340
MOST_EVIDENCE, ENOUGH_EVIDENCE, ENOUGH_UNTRAINED = 0.56, 440, 190
"""Share of the height that the evidence below the picture may take, and pixels that suffice it."""


class EvidencePanel(QWidget):
    """Follows the current image of the project model, or the selection if it holds several.

    Signals:
        train_requested: There is a project but nothing was trained, and a person wants to.
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
        self.facts = FileFacts(theme)
        self.selection = SelectionView(model, thumbnails, theme)
        self.decisions = DecisionBar(model, theme, actions)
        self.decisions.other_requested.connect(self.pick_class)
        self.facts.wanted.connect(self.loader.want_facts)
        self.loader.facts_loaded.connect(self.facts.show_facts)
        self.picker: ClassPicker | None = None
        self._empty = EmptyState(theme)
        self.verdict.train_requested.connect(self.train_requested)
        self._split, self._split_moved = QSplitter(), False
        self._later = QTimer(self)  # after a decision the next image mostly comes at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.refresh)
        self._views = QStackedWidget()
        self._views.addWidget(self._single())
        self._views.addWidget(self.selection)
        self._foot = self._decision_foot()
        self._shown = QWidget()
        shown = QVBoxLayout(self._shown)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.setSpacing(0)
        shown.addWidget(self._views, 1)
        shown.addWidget(self._foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty)
        layout.addWidget(self._shown)
        self.setMinimumWidth(LEAST_WIDTH)
        model.current_changed.connect(self._on_current_changed)
        model.project_changed.connect(self._on_project_changed)
        model.scores_changed.connect(self._on_scores_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        model.selection_changed.connect(self._on_selection_changed)
        self.refresh()

    def is_ready(self) -> bool:
        """Whether the current image is on the screen, or the reason why it cannot be."""
        if self._model.current < 0 or self._several():
            return True
        return self.image.has_picture or bool(self.image_panel.follower.reason)

    def refresh(self) -> None:
        """Show the current image, or the selection, anew."""
        self._later.stop()
        project, row = self._model.project, self._model.current
        several = self._several()
        known = project is not None and (row >= 0 or several)
        self._empty.setVisible(not known)
        self._shown.setVisible(known)
        if project is None or not known:
            self._show_empty()
            return
        self._views.setCurrentIndex(1 if several else 0)
        if several:
            self.selection.show_rows(self._model.selection)
            return
        self.image_panel.show_row(row)
        self.verdict.show_row(row)
        self.strips.show_row(row)
        self.facts.show_path(project.path(row))

    def pick_class(self) -> None:
        """Open the list of classes; the chosen one, or a new one, becomes the label."""
        project = self._model.project
        if project is None or project.read_only or not len(self._model.targets()):
            return
        if self.picker is None:
            self.picker = ClassPicker(self, self._theme)
            self.picker.chosen.connect(self._on_class_chosen)
        choices = self._model.choices(self._model.current)
        likely = [
            (project.label_name(label), number(share) if share > 0 else "")
            for label, share in choices
        ]
        self.picker.set_classes(likely, project.class_names)
        self.picker.open_above(self.decisions)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """The picture gets what the evidence can spare, unless a person has moved the line."""
        super().resizeEvent(event)
        self._balance()

    def _balance(self) -> None:
        project = self._model.project
        if self._split_moved:
            return
        height = self.height() - self._foot.sizeHint().height()
        trained = project is not None and project.scores is not None
        enough = ENOUGH_EVIDENCE if trained else ENOUGH_UNTRAINED
        evidence = min(round(height * MOST_EVIDENCE), enough)
        self._split.setSizes([height - evidence, evidence])

    def stop(self) -> None:
        """End the threads that decode."""
        self._later.stop()
        self.strips.stop()
        self.loader.stop()

    def _single(self) -> QWidget:
        """The picture above its evidence; the line between them can be moved."""
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

    def _decision_foot(self) -> QWidget:
        foot = QWidget()
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(16, 6, 16, 10)
        layout.addWidget(self.decisions)
        return foot

    def _several(self) -> bool:
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
        self.loader.clear()
        self._balance()
        self.refresh()

    def _on_scores_changed(self) -> None:
        self._balance()
        self.refresh()

    def _on_decisions_changed(self, _: object) -> None:
        """The label may have changed, and with it the neighbours."""
        self._later.start()

    def _on_selection_changed(self, _: object) -> None:
        if self._several() or self._views.currentIndex() == 1:
            self.refresh()

    def _on_class_chosen(self, label: str) -> None:
        self._model.decide(DecisionKind.RELABEL, label)
