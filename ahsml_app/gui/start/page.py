"""The start page: four doors and the recent projects."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ahsml_app.gui.start.cards import Door, DropSign, RecentCard
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.stage_names import time_text
from ahsml_app.session.pipeline.training_presets import expected_seconds
from ahsml_app.session.pipeline.unpack import SUFFIXES
from ahsml_app.session.project.recent import forget_project, recent_projects
from ahsml_app.store.project_folder import is_project

WIDEST = 920
MANIFESTS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq")


class StartPage(QWidget):
    """Lets the user choose a folder, a manifest, a project, the demo or the example.

    `open_folder_requested`, `open_manifest_requested` and `locate_requested` ask the
    window for a file dialog; the last one carries the folder where the project was.
    """

    folder_chosen = Signal(object)
    manifest_chosen = Signal(object)
    project_chosen = Signal(object)
    demo_requested = Signal()
    example_requested = Signal()
    open_folder_requested = Signal()
    open_manifest_requested = Signal()
    locate_requested = Signal(object)

    def __init__(self, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._theme, self._thumbnails = theme, thumbnails
        self.setAcceptDrops(True)
        self._doors: list[tuple[Door, str]] = []
        self._recent = QVBoxLayout()
        self._recent.setSpacing(8)
        self._recent_title = QLabel(self.tr("Recent projects"))
        self._recent_title.setProperty("role", "title")
        self._steps = self._first_steps()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._body())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.drop_sign = DropSign(theme, self)
        self.setFocusProxy(self._doors[0][0])
        theme.changed.connect(self._recolour)
        self.refresh()

    def refresh(self) -> None:
        """Reload the recent projects."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        projects = recent_projects()
        self._recent_title.setVisible(bool(projects))
        self._steps.setVisible(not projects)
        for project in projects:
            card = RecentCard(project, self._theme, self._thumbnails)
            card.opened.connect(self.project_chosen)
            card.locate_requested.connect(self.locate_requested)
            card.removed.connect(self._on_removed)
            self._recent.addWidget(card)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Resize the drop sign to cover the page."""
        super().resizeEvent(event)
        self.drop_sign.setGeometry(self.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's
        """Accept one folder, archive or manifest, and show what a drop would do."""
        path = dropped_path(event.mimeData())
        if path is None:
            event.ignore()
            return
        text = self.tr("Drop to open the folder {0}")
        if path.is_file():
            text = (
                self.tr("Drop to unpack the archive {0}")
                if path.name.lower().endswith(SUFFIXES)
                else self.tr("Drop to open the manifest {0}")
            )
        self.drop_sign.show_text(text.format(path.name))
        accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's
        """Hide the drop sign."""
        self.drop_sign.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's
        """Open the dropped folder, archive, project or manifest."""
        self.drop_sign.hide()
        path = dropped_path(event.mimeData())
        if path is None:
            return
        accept_copy(event)
        if path.is_file() and not path.name.lower().endswith(SUFFIXES):
            self.manifest_chosen.emit(path)
        elif is_project(path):
            self.project_chosen.emit(path)
        else:
            self.folder_chosen.emit(path)

    def _body(self) -> QWidget:
        """Build the centred column."""
        column = QWidget()
        column.setMaximumWidth(scaled(WIDEST))
        inner = QVBoxLayout(column)
        inner.setContentsMargins(24, 48, 24, 24)
        inner.setSpacing(12)
        inner.addLayout(self._headline())
        inner.addSpacing(12)
        inner.addLayout(self._door_row())
        hint = QLabel(self.tr("You can also drop a folder, an archive or a manifest on this page."))
        hint.setProperty("role", "small-muted")
        inner.addWidget(hint)
        inner.addSpacing(24)
        inner.addWidget(self._steps)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._recent)
        inner.addStretch(1)
        body = QWidget()
        centre = QHBoxLayout(body)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.addStretch(1)
        centre.addWidget(column, 100)
        centre.addStretch(1)
        return body

    def _headline(self) -> QVBoxLayout:
        title = QLabel(self.tr("Find the wrong labels in your images"))
        title.setProperty("role", "headline")
        title.setWordWrap(True)
        text = QLabel(
            self.tr(
                "See which labels are probably wrong and why, decide yourself, and export a clean "
                "data set. Your images stay where and as they are."
            )
        )
        text.setWordWrap(True)
        text.setProperty("role", "muted")
        box = QVBoxLayout()
        box.setSpacing(8)
        box.addWidget(title)
        box.addWidget(text)
        return box

    def _door_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for name, title, text, signal in (
            (
                "open-folder",
                self.tr("Open a folder"),
                self.tr("Images with a folder for each class"),
                self.open_folder_requested,
            ),
            (
                "open-manifest",
                self.tr("Open a manifest"),
                self.tr("CSV, JSON, COCO or Parquet"),
                self.open_manifest_requested,
            ),
            (
                "demo",
                self.tr("Try the demo"),
                self.tr("Photographs with wrong labels; takes a minute"),
                self.demo_requested,
            ),
            (
                "example",
                self.tr("Open the example"),
                self.tr("A sample project: trained and partly reviewed"),
                self.example_requested,
            ),
        ):
            door = Door(title, text)
            door.setObjectName(f"door-{name}")
            door.clicked.connect(partial(_emit, signal))
            self._doors.append((door, name))
            row.addWidget(door, 1)
        self._recolour()
        return row

    def _first_steps(self) -> QWidget:
        """Build the next steps for users without a project."""
        steps = QWidget()
        row = QHBoxLayout(steps)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for title, text in (
            (
                self.tr("1  Train"),
                self.tr(
                    "A model learns from your images which labels do not fit the others. Expect "
                    "about {1} for {0} of them and {3} for {2} on the processor of this machine."
                ).format(
                    figure(1000),
                    time_text(expected_seconds(1000)),
                    figure(10_000),
                    time_text(expected_seconds(10_000)),
                ),
            ),
            (
                self.tr("2  Review"),
                self.tr("Suspects come first, beside trusted images. One key decides."),
            ),
            (
                self.tr("3  Export"),
                self.tr("New labels, class folders or a report. No image is ever deleted."),
            ),
        ):
            head, line = QLabel(title), QLabel(text)
            line.setProperty("role", "muted")
            line.setWordWrap(True)
            line.setAlignment(Qt.AlignmentFlag.AlignTop)
            column = QVBoxLayout()
            column.setContentsMargins(16, 0, 16, 0)
            column.setSpacing(4)
            column.addWidget(head)
            column.addWidget(line, 1)
            row.addLayout(column, 1)
        return steps

    def _recolour(self) -> None:
        for door, name in self._doors:
            door.show_icon(picture(name, self._theme.tokens.accent, 28, self.devicePixelRatioF()))

    def _on_removed(self, folder: Path) -> None:
        forget_project(folder)
        self.refresh()


def accept_copy(event: QDropEvent) -> None:
    """Accepts a drop as a copy: after a move, a file manager would delete the folder."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def dropped_path(data: QMimeData) -> Path | None:
    """The dropped folder, archive or manifest; None for anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    if path.is_dir() or (path.is_file() and path.name.lower().endswith((*MANIFESTS, *SUFFIXES))):
        return path
    return None


def _emit(signal: SignalInstance, _: bool = False) -> None:
    signal.emit()
