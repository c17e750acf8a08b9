"""The first page: three doors, and the projects of before."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.icons import icon, picture
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.project import is_project
from ahsml_app.session.recent import RecentProject, forget_project, recent_projects

WIDEST = 860
MANIFESTS = (".csv", ".tsv", ".txt", ".parquet", ".pq")


class StartPage(QWidget):
    """Chooses what to work on."""

    folder_chosen = Signal(object)
    manifest_chosen = Signal(object)
    project_chosen = Signal(object)
    demo_requested = Signal()
    open_folder_requested = Signal()
    open_manifest_requested = Signal()

    def __init__(self, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._theme, self._thumbnails = theme, thumbnails
        self._dropping = False
        self.setAcceptDrops(True)
        self._doors: list[tuple[Door, str]] = []
        self._recent = QVBoxLayout()
        self._recent.setSpacing(8)
        self._recent_title = QLabel(self.tr("Recent projects"))
        self._recent_title.setProperty("role", "title")
        column = QWidget()
        column.setMaximumWidth(WIDEST)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(24, 48, 24, 24)
        inner.setSpacing(12)
        inner.addLayout(self._headline())
        inner.addSpacing(12)
        inner.addLayout(self._door_row())
        hint = QLabel(self.tr("You can also drop a folder or a manifest anywhere on this page."))
        hint.setProperty("role", "small-muted")
        inner.addWidget(hint)
        inner.addSpacing(24)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._recent)
        inner.addStretch(1)
        body = QWidget()
        centre = QHBoxLayout(body)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.addStretch(1)
        centre.addWidget(column, 100)
        centre.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        theme.changed.connect(self._recolour)
        self.refresh()

    def refresh(self) -> None:
        """Read the recent projects anew."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        projects = recent_projects()
        self._recent_title.setVisible(bool(projects))
        for project in projects:
            card = RecentCard(project, self._theme, self._thumbnails)
            card.opened.connect(self.project_chosen)
            card.removed.connect(self._on_removed)
            self._recent.addWidget(card)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """A frame while something is held over the page."""
        super().paintEvent(event)
        if self._dropping:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(self._theme.tokens.accent), 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(self.rect().adjusted(12, 12, -12, -12), 12, 12)
            painter.end()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's
        """Say whether what is held can be opened."""
        if _dropped_path(event.mimeData()) is not None:
            self._dropping = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's
        """It was taken away."""
        self._dropping = False
        self.update()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's
        """Open what was dropped."""
        self._dropping = False
        self.update()
        path = _dropped_path(event.mimeData())
        if path is None:
            return
        event.acceptProposedAction()
        if path.is_file():
            self.manifest_chosen.emit(path)
        elif is_project(path):
            self.project_chosen.emit(path)
        else:
            self.folder_chosen.emit(path)

    def _headline(self) -> QVBoxLayout:
        title = QLabel(self.tr("Find the wrong labels in your images"))
        title.setProperty("role", "headline")
        title.setWordWrap(True)
        text = QLabel(
            self.tr(
                "Open a folder of labelled images. A model that stays right under label noise "
                "shows which labels to look at; you decide, and export a clean data set."
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
        for name, title, text, slot in (
            (
                "open-folder",
                self.tr("Open a folder"),
                self.tr("A folder for each class"),
                self.open_folder_requested,
            ),
            (
                "open-manifest",
                self.tr("Open a manifest"),
                self.tr("CSV or Parquet with path and label"),
                self.open_manifest_requested,
            ),
            (
                "demo",
                self.tr("Try the demo"),
                self.tr("Digits with wrong labels, in a minute"),
                self.demo_requested,
            ),
        ):
            door = Door(title, text)
            door.setObjectName(f"door-{name}")
            door.clicked.connect(partial(_emit, slot))
            self._doors.append((door, name))
            row.addWidget(door, 1)
        self._recolour()
        return row

    def _recolour(self) -> None:
        for door, name in self._doors:
            door.show_icon(picture(name, self._theme.tokens.accent, 28, self.devicePixelRatioF()))

    def _on_removed(self, folder: Path) -> None:
        forget_project(folder)
        self.refresh()


class Door(QPushButton):
    """A large button with an icon, a title and a line."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.setProperty("role", "door")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon, name, line = QLabel(), QLabel(title), QLabel(text)
        name.setProperty("role", "title")
        line.setProperty("role", "muted")
        line.setWordWrap(True)
        line.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for label in (self._icon, name, line):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for its texts."""
        return QSize(220, 40 + 28 + 6 * self.fontMetrics().height())

    def show_icon(self, pixmap: object) -> None:
        """Change the icon."""
        self._icon.setPixmap(pixmap)  # type: ignore[arg-type]


class RecentCard(QFrame):
    """A project of before: pictures, name, where, how far."""

    opened = Signal(object)
    removed = Signal(object)

    def __init__(self, project: RecentProject, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._project = project
        self.setProperty("role", "card")
        self.setObjectName("recent-card")
        self._mosaic = Mosaic(project.pictures, theme, thumbnails)
        name = QLabel(project.name)
        name.setProperty("role", "title")
        facts = QLabel(self._facts())
        facts.setProperty("role", "muted")
        folder = QLabel()
        folder.setProperty("role", "small-muted")
        folder.setText(
            folder.fontMetrics().elidedText(str(project.folder), Qt.TextElideMode.ElideMiddle, 520)
        )
        folder.setToolTip(str(project.folder))
        words = QGridLayout()
        words.setVerticalSpacing(2)
        for place, label in enumerate((name, facts, folder)):
            words.addWidget(label, place, 0)
        remove = QToolButton()
        remove.setIcon(icon("close", theme.tokens.muted))
        remove.setToolTip(self.tr("Take off this list; no file is deleted"))
        remove.setAccessibleName(self.tr("Take {0} off the list").format(project.name))
        remove.clicked.connect(self._on_remove)
        button = QPushButton(self.tr("Open"))
        button.setAccessibleName(self.tr("Open {0}").format(project.name))
        button.setEnabled(not project.missing)
        button.clicked.connect(self._on_open)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(16)
        row.addWidget(self._mosaic)
        row.addLayout(words, 1)
        row.addWidget(button)
        row.addWidget(remove)

    def _facts(self) -> str:
        project = self._project
        if project.missing:
            return self.tr("Folder not found: bring it back, or take it off this list.")
        parts = [self.tr("{0} images").format(f"{project.images:,}")]
        if project.flagged >= 0:
            parts.append(self.tr("{0} probably wrong").format(f"{project.flagged:,}"))
        else:
            parts.append(self.tr("not trained yet"))
        if project.decided:
            parts.append(self.tr("{0} decided").format(f"{project.decided:,}"))
        parts.append(_ago(project.opened, self))
        return "  ·  ".join(part for part in parts if part)

    def _on_open(self) -> None:
        self.opened.emit(self._project.folder)

    def _on_remove(self) -> None:
        self.removed.emit(self._project.folder)


class Mosaic(QWidget):
    """Up to four pictures in a square."""

    SIDE = 72

    def __init__(self, pictures: tuple[Path, ...], theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._pictures, self._theme, self._thumbnails = pictures, theme, thumbnails
        self.setFixedSize(self.SIDE, self.SIDE)
        thumbnails.file_ready.connect(self._on_ready)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Squares cut from the middle of each picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.hover))
        across = 1 if len(self._pictures) == 1 else 2
        side = self.SIDE / across
        for place, path in enumerate(self._pictures[:4]):
            pixmap = self._thumbnails.file_pixmap(path)
            if pixmap is None:
                continue
            short = min(pixmap.width(), pixmap.height())
            source = QRectF(
                (pixmap.width() - short) / 2, (pixmap.height() - short) / 2, short, short
            )
            x, y = place % across * side, place // across * side
            painter.drawPixmap(QRectF(x, y, side - 1, side - 1), pixmap, source)
        painter.end()

    def _on_ready(self, paths: list[Path]) -> None:
        if not set(paths).isdisjoint(self._pictures):
            self.update()


def _dropped_path(data: QMimeData) -> Path | None:
    """The one folder or manifest that is dropped."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    if path.is_dir() or (path.is_file() and path.suffix.lower() in MANIFESTS):
        return path
    return None


def _ago(time: str, widget: QWidget) -> str:
    try:
        then = dt.datetime.fromisoformat(time)
    except ValueError:
        return ""
    days = (dt.datetime.now().astimezone().date() - then.date()).days
    if days <= 0:
        return widget.tr("today")
    return widget.tr("yesterday") if days == 1 else widget.tr("{0} days ago").format(days)


def _emit(signal: object, _: bool = False) -> None:
    signal.emit()  # type: ignore[attr-defined]
