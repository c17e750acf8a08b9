"""The progress view: tabs for the review, a comparison of two trainings, and the self-test."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.progress.compare_tab import CompareTab
from ahsml_app.gui.progress.reader import TimelineReader
from ahsml_app.gui.progress.review_tab import ReviewTab
from ahsml_app.gui.progress.self_test_tab import SelfTestTab
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails


class ProgressView(QWidget):
    """Composes the progress view from its tabs."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._workers = [Background(self) for _ in range(3)]
        self.timelines = TimelineReader(model, self)
        self.review = ReviewTab(model, theme, self.timelines, self._workers[0])
        self.compare = CompareTab(model, thumbnails, theme, self._workers[1])
        self.self_test = SelfTestTab(model, theme, self._workers[2])
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Progress"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.review, self.tr("Review"))
        self.tabs.addTab(self.compare, self.tr("Compare trainings"))
        self.tabs.addTab(self.self_test, self.tr("Self-test"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.setFocusProxy(self.tabs)

    def show_comparison(self) -> None:
        """Compare the newest training with the previous one."""
        self.compare.choose_newest()
        self.tabs.setCurrentWidget(self.compare)

    def stop(self) -> None:
        """End the threads."""
        self.timelines.stop()
        for worker in self._workers:
            worker.stop()
