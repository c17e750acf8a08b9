"""Builds and lays out the window's parts: bars, rail, views, panels and controllers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ahsml_app.gui.classes.classes_view import ClassesView
from ahsml_app.gui.confusion.confusion_view import ConfusionView
from ahsml_app.gui.controllers.export_controller import ExportController
from ahsml_app.gui.controllers.folder_controller import FolderController
from ahsml_app.gui.controllers.mark_controller import MarkController
from ahsml_app.gui.controllers.move_controller import MoveController
from ahsml_app.gui.controllers.project_controller import ProjectController
from ahsml_app.gui.controllers.reranking_controller import RerankingController
from ahsml_app.gui.controllers.review_controller import ReviewController
from ahsml_app.gui.controllers.reviewers_controller import ReviewersController
from ahsml_app.gui.controllers.self_test_controller import SelfTestController
from ahsml_app.gui.controllers.training_controller import TrainingController
from ahsml_app.gui.controllers.unreadable_images import UnreadableImages
from ahsml_app.gui.controllers.visited_images import VisitedImages
from ahsml_app.gui.evidence.evidence_panel import EvidencePanel
from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.map.map_controller import MapController
from ahsml_app.gui.map.map_panel import MapPanel
from ahsml_app.gui.progress.progress_view import ProgressView
from ahsml_app.gui.progress.review_status import ReviewStatus
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.history_panel import HistoryPanel
from ahsml_app.gui.shell.job_status import JobStatus
from ahsml_app.gui.shell.notices import NoticeStack
from ahsml_app.gui.shell.rail import Rail
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.shell.top_bar import TopBar
from ahsml_app.gui.start.page import StartPage
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.training.training_view import TrainView

START, REVIEW, TRAIN, MAP = "start", "review", "train", "map"
CONFUSION, CLASSES, PROGRESS = "confusion", "classes", "progress"
ROOMY = 1680
"""Width of the window from which the rail has names."""

DEFAULT_SIZE, LEAST_VIEW = (1280, 800), (360, 300)
LEAST_EVIDENCE, EVIDENCE_SHARE, GALLERY_WIDTH = 440, 0.6, 665
"""Width of the evidence: at least, as a share of the window, and what it leaves at the most."""

MAP_SHARE = 0.44
"""Share of the window that the evidence takes beside the map at the most, if its text is large."""


class WindowFrame(QMainWindow):
    """Holds every part of the window, but connects none of them.

    The classes that connect the parts depend on this class, not on the main window.

    Args:
        settings: Layout and choices of the previous run.
        theme: Colours of the whole window.
    """

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.settings, self.theme = settings, theme
        self.setObjectName("main-window")
        self.setWindowTitle("ahsml-app")
        self.resize(*DEFAULT_SIZE)
        self.model = ProjectModel(self)
        self.runner = JobRunner(self)
        self.actions_ = ActionSet(settings, theme, self)
        self.addActions(self.actions_.all())
        self.thumbnails = Thumbnails(self.model, self)
        # Of the views in which a person has moved its edge; 0 counts as none.
        self._evidence_shares = {REVIEW: settings.evidence_share()}
        self._evidence_width = 0
        self._make_controllers()
        self._make_views()
        self._make_panels()
        self._make_bars()

    def _make_controllers(self) -> None:
        self.projects = ProjectController(
            self.model, self.runner, self.theme, self.thumbnails, self
        )
        self.mover = MoveController(self.model, self.runner, self.projects, self)
        self.training = TrainingController(self.model, self.runner, self)
        self.folders = FolderController(self.model, self.runner, self)
        self.self_tests = SelfTestController(self.model, self.runner, self)
        self.review = ReviewController(self.model, self.actions_, self)
        self.reranking = RerankingController(self.model, self.actions_, self.settings, self)
        self.marks = MarkController(self.model, self.actions_, self)
        self.visited = VisitedImages(self.model, self.actions_, self)
        self.unreadable = UnreadableImages(self.model, self.thumbnails, self)
        self.exports = ExportController(self.model, self.runner, self)
        self.reviewers = ReviewersController(
            self.model, self.runner, self.actions_, self.settings, self
        )

    def _make_views(self) -> None:
        self.notices = NoticeStack(self.theme)
        self.views = QStackedWidget()
        # A fixed minimum, so that a hidden page cannot widen the window.
        self.views.setMinimumSize(*LEAST_VIEW)
        self.start_page = StartPage(self.theme, self.thumbnails)
        self.gallery = GalleryPanel(self.model, self.thumbnails, self.theme)
        self.train_view = TrainView(self.model, self.thumbnails, self.theme)
        self.maps = MapController(self.model, self.runner, self)
        self.map = MapPanel(self.model, self.maps, self.thumbnails, self.theme)
        self.confusion = ConfusionView(self.model, self.thumbnails, self.theme)
        self.classes = ClassesView(self.model, self.thumbnails, self.theme)
        self.progress = ProgressView(self.model, self.thumbnails, self.theme)
        self._pages: dict[str, QWidget] = {
            START: self.start_page,
            REVIEW: self.gallery,
            TRAIN: self.train_view,
            MAP: self.map,
            CONFUSION: self.confusion,
            CLASSES: self.classes,
            PROGRESS: self.progress,
        }
        for page in self._pages.values():
            self.views.addWidget(page)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notices)
        layout.addWidget(self.views, 1)
        self.setCentralWidget(centre)

    def _make_panels(self) -> None:
        self.evidence = EvidencePanel(self.model, self.thumbnails, self.theme, self.actions_)
        self.history = HistoryPanel(self.model, self.theme)
        right = Qt.DockWidgetArea.RightDockWidgetArea
        self.evidence_dock = self._dock("evidence", self.tr("Evidence"), self.evidence, right)
        self.history_dock = self._dock("history", self.tr("History"), self.history, right)
        self.history_dock.hide()

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"{name}-dock")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _make_bars(self) -> None:
        self.top_bar = TopBar(self.model, self.actions_, self.theme)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.top_bar)
        self.rail = Rail(self.actions_)
        for name in (REVIEW, TRAIN, MAP, CONFUSION, CLASSES, PROGRESS):
            self.rail.add_view(name, f"view-{name}")
        self.rail.view_chosen.connect(self.show_view)
        decisions = ("keep", "take-suggestion", "drop", "ambiguous", "undecided", "other-class")
        self.gallery.set_menu(
            [
                self.actions_.action(n)
                for n in (*decisions, "same-mistake", "star", "note", "preview", "review-mode")
            ]
        )
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.rail)
        self.job_status = JobStatus(self.runner, self.theme)
        self.statusBar().addWidget(self.job_status, 1)
        self.review_status = ReviewStatus(self.model, self.progress.timelines)
        self.statusBar().addPermanentWidget(self.review_status)

    @property
    def shown_view(self) -> str:
        """Name of the shown view."""
        page = self.views.currentWidget()
        return next(name for name, widget in self._pages.items() if widget is page)

    def show_view(self, name: str) -> None:
        """Shows a view; without a project only the start page."""
        if self.model.project is None:
            name = START
        self.views.setCurrentWidget(self._pages[name])
        has_project = name != START
        self.rail.setVisible(has_project)
        self._show_evidence(shown=name in (REVIEW, MAP))
        if not has_project:
            self.history_dock.hide()
        self.rail.show_chosen(name)
        self._pages[name].setFocus()

    def _show_evidence(self, *, shown: bool) -> None:
        self.evidence_dock.setVisible(shown)
        if shown:
            self._place_evidence()

    def _place_evidence(self) -> None:
        """Gives the evidence its share of the window, or what a comfortable gallery leaves."""
        dock, width = self.evidence_dock, self.width()
        if dock.isHidden() or dock.isFloating():
            return
        # Beside the map, which needs the room itself.
        usual = max(LEAST_EVIDENCE, min(scaled(LEAST_EVIDENCE), round(width * MAP_SHARE)))
        if self.shown_view == REVIEW:
            usual = max(usual, round(width * EVIDENCE_SHARE), width - GALLERY_WIDTH)
        wanted = round(width * self._evidence_shares.get(self.shown_view, 0)) or usual
        self.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)
        self._evidence_width = dock.width()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keeps the share of the evidence, which Qt would leave as wide as it is."""
        super().resizeEvent(event)
        self.rail.set_roomy(self.width() >= ROOMY)
        self._place_evidence()

    def event(self, event: QEvent) -> bool:
        """Notices when a person has moved the edge of the evidence."""
        pressed = event.type() == QEvent.Type.MouseButtonPress
        if pressed:
            self._evidence_width = self.evidence_dock.width()
        done = super().event(event)
        if event.type() == QEvent.Type.MouseButtonRelease:
            dock = self.evidence_dock
            if not dock.isHidden() and dock.width() != self._evidence_width:
                self._evidence_shares[self.shown_view] = dock.width() / self.width()
        return done

    def open_path(self, path: Path) -> None:
        """Opens a folder, a manifest or a project that the command line names."""
        self.projects.open_path(path)

    def start(self) -> None:
        """Restores the layout of the previous run and shows the start page."""
        self._default_layout = self.saveState()
        self.gallery.set_side(self.settings.thumbnail_side(self.gallery.side))
        geometry, state = self.settings.geometry(), self.settings.window_state()
        if geometry:
            self.restoreGeometry(QByteArray(geometry))
        if state:
            self.restoreState(QByteArray(state))
        self.show_view(START)

    def stop(self) -> None:
        """Saves the layout, closes the project and ends every thread."""
        self.settings.set_thumbnail_side(self.gallery.side)
        self.settings.set_geometry(bytes(self.saveGeometry().data()))
        self.settings.set_window_state(bytes(self.saveState().data()))
        self.settings.set_evidence_share(self._evidence_shares.get(REVIEW, 0.0))
        self.settings.sync()
        self.runner.shutdown()
        self.projects.close_project()
        self.thumbnails.stop()
        self.evidence.stop()
        self.confusion.stop()
        self.classes.stop()
        self.progress.stop()

    def reset_layout(self) -> None:
        """Restores the default layout of the panels."""
        self.restoreState(self._default_layout)
        self._evidence_shares.clear()
        self.show_view(self.shown_view)
