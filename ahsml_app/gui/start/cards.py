"""The widgets of the start page: doors, project cards and the drop sign."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.theme.icons import icon, picture
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import figure
from ahsml_app.session.project.recent import RecentProject

RADIUS = 10
_DAYS_NAMED = 30


class Door(QPushButton):
    """A large button with an icon, a title and a sentence."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.setProperty("role", "door")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon, name, line = QLabel(), QLabel(title), QLabel(text)
        name.setProperty("role", "title")
        name.setWordWrap(True)
        line.setProperty("role", "muted")
        line.setWordWrap(True)
        line.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for label in (self._icon, name, line):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        layout.addStretch(1)  # titles of doors with one line and two stand at one height

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Space for the texts; a width that does not fit beside the others would cut them off."""
        return QSize(scaled(180), 48 + 28 + 6 * self.fontMetrics().height())

    def show_icon(self, pixmap: QPixmap) -> None:
        """Change the icon."""
        self._icon.setPixmap(pixmap)


class ElidedLabel(QLabel):
    """A line that is elided when narrow; the tooltip has the whole text."""

    def __init__(
        self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__()
        self._whole, self._mode = "", mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_text(text)

    @property
    def whole(self) -> str:
        """The whole text."""
        return self._whole

    def show_text(self, text: str) -> None:
        """Change the text."""
        self._whole = text = shown(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Elide the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Elide the text for the new font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, self._mode, self.width()))


class RecentCard(QFrame):
    """A recent project: pictures, name, state and folder. A click anywhere opens it."""

    opened = Signal(object)
    removed = Signal(object)
    locate_requested = Signal(object)

    def __init__(self, project: RecentProject, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._project, self._theme = project, theme
        self.setProperty("role", "card")
        self.setObjectName("recent-card")
        if not project.missing:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(16)
        mosaic = Mosaic(project.thumbnails, theme, thumbnails, faded=project.missing)
        mosaic.planes = project.planes
        row.addWidget(mosaic)
        row.addLayout(self._make_texts(), 1)
        self._open = QPushButton(self.tr("Locate…") if project.missing else self.tr("Open"))
        self._open.setObjectName("recent-open")
        self._open.clicked.connect(self._on_open)
        self._remove = QToolButton()
        self._remove.setObjectName("recent-remove")
        self._remove.setToolTip(self.tr("Remove from this list; no file is deleted"))
        name = self.tr("Remove {0} from the list").format(shown(project.name))
        self._remove.setAccessibleName(name)
        self._remove.clicked.connect(self._on_remove)
        what = self.tr("Locate {0}") if project.missing else self.tr("Open {0}")
        self._open.setAccessibleName(what.format(shown(project.name)))
        row.addWidget(self._open)
        row.addWidget(self._remove)
        theme.changed.connect(self._recolour)
        self._recolour()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Open the project; the whole card is clickable."""
        inside = self.rect().contains(event.position().toPoint())
        if inside and event.button() == Qt.MouseButton.LeftButton and not self._project.missing:
            self.opened.emit(self._project.folder)

    def _make_texts(self) -> QVBoxLayout:
        project = self._project
        name = ElidedLabel(project.name, Qt.TextElideMode.ElideRight)
        name.setProperty("role", "muted" if project.missing else "title")
        facts = ElidedLabel(self._facts(), Qt.TextElideMode.ElideRight)
        facts.setProperty("role", "warning-text" if project.missing else "muted")
        folder = ElidedLabel(str(project.folder))
        folder.setProperty("role", "small-muted")
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        for label in (name, facts, folder):
            column.addWidget(label)
        column.addStretch(1)
        return column

    def _facts(self) -> str:
        project = self._project
        if project.missing:
            return self.tr("Folder not found. Locate it, or remove it from this list.")
        facts = [plural("{count:,} image", "{count:,} images", count=project.images)]
        if project.flagged >= 0:
            facts.append(self.tr("{0} flagged").format(figure(project.flagged)))
            facts.append(self.tr("{0} decided").format(figure(project.decided)))
        else:
            facts.append(self.tr("not trained yet"))
        if project.unfinished:
            facts.append(self.tr("its training can go on"))
        facts.append(last_opened(project.opened, dt.datetime.now().astimezone()))
        return "  ·  ".join(fact for fact in facts if fact)

    def _recolour(self) -> None:
        self._remove.setIcon(icon("close", self._theme.tokens.muted))

    def _on_open(self) -> None:
        signal = self.locate_requested if self._project.missing else self.opened
        signal.emit(self._project.folder)

    def _on_remove(self) -> None:
        self.removed.emit(self._project.folder)


class Mosaic(QWidget):
    """Up to four pictures in a square.

    Attributes:
        planes: What is read of images with several pages or channels.
    """

    SIDE = 72

    def __init__(
        self,
        pictures: tuple[Path, ...],
        theme: Theme,
        thumbnails: Thumbnails,
        *,
        faded: bool = False,
    ) -> None:
        super().__init__()
        self._pictures, self._theme, self._thumbnails = pictures[:4], theme, thumbnails
        self._faded = faded
        self.planes: Planes = FIRST
        self.setFixedSize(self.SIDE, self.SIDE)
        thumbnails.file_ready.connect(self._on_ready)
        theme.changed.connect(self.update)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint the central square of each picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.hover))
        painter.setOpacity(0.4 if self._faded else 1.0)
        shown = 0
        for index, path in enumerate(self._pictures):
            pixmap = self._thumbnails.file_pixmap(path, self.planes)
            if pixmap is not None:
                painter.drawPixmap(self._box(index), pixmap, _middle(pixmap))
                shown += 1
        if not shown:
            side = 28
            sign = picture("image", self._theme.tokens.muted, side, self.devicePixelRatioF())
            painter.drawPixmap((self.SIDE - side) // 2, (self.SIDE - side) // 2, sign)
        painter.end()

    def _box(self, index: int) -> QRectF:
        across = 1 if len(self._pictures) == 1 else 2
        side = self.SIDE / across
        return QRectF(index % across * side, index // across * side, side, side)

    def _on_ready(self, paths: list[Path]) -> None:
        if not set(paths).isdisjoint(self._pictures):
            self.update()


class DropSign(QWidget):
    """Covers the page while a folder or a manifest is dragged over it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """The shown text."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show what a drop would do; the page resizes the sign."""
        self._text = text
        self.show()
        self.raise_()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint a translucent background, a dashed frame, an icon and the text."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = mixed(tokens.window, tokens.accent, 0.08)
        ground.setAlphaF(0.92)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(tokens.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(16, 16, -16, -16), RADIUS, RADIUS)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        middle, side = self.rect().center(), 40
        sign = picture("open-folder", tokens.accent, side, self.devicePixelRatioF())
        painter.drawPixmap(middle.x() - side // 2, middle.y() - side - 12, sign)
        line = self.rect().adjusted(40, middle.y(), -40, 0)
        line.setHeight(40)
        elide = Qt.TextElideMode.ElideMiddle
        text = painter.fontMetrics().elidedText(self._text, elide, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()


def last_opened(time: str, now: dt.datetime) -> str:
    """When a project was last opened, in words; empty if unknown."""
    translate = QCoreApplication.translate
    try:
        then = dt.datetime.fromisoformat(time).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        return ""
    days = (now.date() - then.date()).days
    if days <= 0:
        return translate("RecentCard", "opened today")
    if days == 1:
        return translate("RecentCard", "opened yesterday")
    if days <= _DAYS_NAMED:
        return plural("opened {count} day ago", "opened {count} days ago", count=days)
    return translate("RecentCard", "opened on {0}").format(then.date().isoformat())


def _middle(pixmap: QPixmap) -> QRectF:
    """The largest central square."""
    short = min(pixmap.width(), pixmap.height())
    return QRectF((pixmap.width() - short) / 2, (pixmap.height() - short) / 2, short, short)
