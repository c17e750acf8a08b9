"""The training view: the train panel on the left, the live view on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from ahsml_app.base.options.own_files import OWN_FILES_STATE, recalled_files, stored_files
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.training.live_view import LiveView
from ahsml_app.gui.training.train_panel import TrainPanel

PANEL_WIDTH = 380


class TrainView(QWidget):
    """Composes `TrainPanel` and `LiveView`."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self.panel = TrainPanel(model, theme)
        self.panel.advanced.files_chosen.connect(self._keep_own_files)
        self.panel.start_requested.connect(self._keep_own_files)
        model.project_changed.connect(self.show_own_files)
        self.live = LiveView(model, thumbnails, theme)
        scroll = QScrollArea()
        scroll.setWidget(self.panel)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(scaled(320))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(scroll)
        splitter.addWidget(self.live)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([scaled(PANEL_WIDTH), 1000])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.setFocusProxy(self.panel)

    def show_own_files(self) -> None:
        """Shows the files of a person's own model that were chosen for the opened project."""
        project = self._model.project
        state = None if project is None else project.state(OWN_FILES_STATE)
        self.panel.advanced.show_files(recalled_files(state))

    def _keep_own_files(self, *_: object) -> None:
        if self._model.project is not None:
            files = self.panel.advanced.files
            self._model.project.set_state(OWN_FILES_STATE, stored_files(files))
