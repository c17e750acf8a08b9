"""The picture of the current image with its tools."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ahsml_app.base.decisions import Mark
from ahsml_app.base.message import shown
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.evidence.side_by_side import SideBySide
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import per_cent
from ahsml_app.gui.widgets.press_keys import PressKeys

AHEAD = 3
"""Number of images after the current one that are decoded ahead, and one before it."""

AFTER_PAINTING = 30
"""Milliseconds until the next pictures are decoded, so that the current one is painted before the
threads compete for the GIL."""

_ICONS = {
    "zoom-out": "zoom-out",
    "zoom-in": "zoom-in",
    "zoom-fit": "fit",
    "zoom-actual": "actual-size",
    "review-mode": "full-screen",
    "star": "star",
    "note": "note",
}


class PictureFollower(QObject):
    """Shows the current image: first a thumbnail, then the picture, then all pixels if zoomed."""

    def __init__(
        self,
        model: ProjectModel,
        loader: PictureLoader,
        view: ImageView,
        thumbnails: Thumbnails | None = None,
    ) -> None:
        super().__init__(view)
        self._model, self._loader, self._view = model, loader, view
        self._thumbnails = thumbnails
        self.path: Path | None = None
        self._row = -1
        self._decode_timer = QTimer(self)
        self._decode_timer.setSingleShot(True)
        self._decode_timer.setInterval(AFTER_PAINTING)
        self._decode_timer.timeout.connect(self._request)
        view.detail_wanted.connect(self._on_detail_wanted)
        view.resized.connect(self._on_resized)
        loader.loaded.connect(self._on_loaded)

    @property
    def reason(self) -> str:
        """Why the current picture cannot be shown; empty if it can or is still loading."""
        return "" if self.path is None else translated(self._loader.reason(self.path))

    def show_row(self, row: int) -> None:
        """Shows the picture of an image and decodes its neighbours in the queue."""
        project, self._row = self._model.project, row
        if project is None or row < 0:
            self.path = None
            self._view.show_waiting()
            return
        path = project.path(row)
        if path != self.path:
            self._loader.retry(path)  # an unreadable file may have been repaired
        if path != self.path or not self._view.has_picture:
            self.path = path
            self._show(row)
        if not self._view.has_picture:
            self._request()
        elif not self._decode_timer.isActive():
            self._decode_timer.start()

    def _request(self) -> None:
        """Requests the current picture and those that come next."""
        self._decode_timer.stop()
        project, row = self._model.project, self._row
        if project is not None and row >= 0:
            self._loader.want([project.path(r) for r in self._rows_to_decode(row)])

    def _rows_to_decode(self, row: int) -> list[int]:
        """Rows in the order in which they are decoded: the image, the next ones, the one before."""
        queue, position = self._model.queue, self._model.position(row)
        if position < 0 or row != self._model.current:
            return [row]
        following = [int(r) for r in queue[position + 1 : position + 1 + AHEAD]]
        preceding = [int(queue[position - 1])] if position else []
        return [row, *following, *preceding]

    def _show(self, row: int) -> None:
        if self.path is None:
            return
        picture = self._loader.picture(self.path)
        if picture is not None:
            self._view.show_picture(picture)
        elif self.reason:
            reason = f"{self.reason[:1].upper()}{self.reason[1:]}."
            self._view.show_message(self.tr("This image cannot be shown"), reason)
        else:
            thumbnail = None if self._thumbnails is None else self._thumbnails.pixmap(row)
            if thumbnail is not None:
                self._view.show_thumbnail(thumbnail)
            else:
                self._view.show_waiting()

    def _on_loaded(self, path: Path) -> None:
        if path != self.path:
            return
        if not self._view.has_picture:
            self._show(self._row)
            return
        for picture in (self._loader.picture(path), self._loader.whole(path)):
            if picture is not None:
                self._view.refine(picture)

    def _on_detail_wanted(self) -> None:
        if self.path is None:
            return
        whole = self._loader.whole(self.path)
        if whole is None:
            self._loader.want_whole(self.path)
        else:
            self._view.refine(whole)

    def _on_resized(self) -> None:
        side = max(self._view.width(), self._view.height()) * self._view.devicePixelRatioF()
        self._loader.fit_box(round(side))


class ImagePanel(QWidget):
    """The picture, and below it path, zoom and tools."""

    def __init__(
        self,
        model: ProjectModel,
        thumbnails: Thumbnails,
        theme: Theme,
        actions: ActionSet,
    ) -> None:
        super().__init__()
        self._model, self._theme, self._actions = model, theme, actions
        self.loader = PictureLoader(self)
        self.view = ImageView(theme)
        self.follower = PictureFollower(model, self.loader, self.view, thumbnails)
        self._shown_path, self._row = "", -1
        self._tools: dict[str, QToolButton] = {}
        self._keys = PressKeys(self)
        self.name, self.scale, self.note = QLabel(), QLabel(), QLabel()
        for label in (self.name, self.scale, self.note):
            label.setProperty("role", "small-muted")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setMinimumWidth(40)
        self.scale.setToolTip(self.tr("Zoom; at 100%, one image pixel fills one screen pixel"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.beside = SideBySide(model, self.loader, self.view, thumbnails, theme)
        layout.addWidget(self.beside, 1)
        layout.addLayout(self._tool_row(actions))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setWordWrap(True)
        self.note.setContentsMargins(16, 0, 16, 4)
        layout.addWidget(self.note)
        model.marks_changed.connect(self._show_marks)
        self.view.zoomed.connect(self._on_zoomed)
        theme.changed.connect(self._update_tools)
        actions.keys_changed.connect(self._update_tools)
        self._update_tools()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Shows as much of the path as fits."""
        super().resizeEvent(event)
        self._elide()

    def show_row(self, row: int) -> None:
        """Shows an image; -1 for none."""
        project = self._model.project
        path = "" if project is None or row < 0 else project.table.paths[row]
        self._shown_path = shown(path)
        self.name.setToolTip(self._shown_path)
        self._row = row
        self._elide()
        self._show_marks()
        self.follower.show_row(row)

    def _show_marks(self, _: object = None) -> None:
        """Fills the star of an image that has one, and shows its note."""
        project, tokens = self._model.project, self._theme.tokens
        marks = {} if project is None else project.marks
        starred = self._row in marks.get(Mark.STAR, {})
        colour = tokens.warning if starred else tokens.muted
        self._tools["star"].setIcon(icon("starred" if starred else "star", colour))
        self._tools["star"].setAccessibleDescription(self.tr("Starred") if starred else "")
        note = shown(marks.get(Mark.NOTE, {}).get(self._row, ""))
        self.note.setText(f"✎ {note}")
        self.note.setVisible(bool(note))

    def _tool_row(self, actions: ActionSet) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 2, 8, 2)
        row.setSpacing(2)
        row.addWidget(self.name, 1)
        row.addWidget(self.scale)
        slots = {
            "zoom-out": self.view.zoom_out,
            "zoom-in": self.view.zoom_in,
            "zoom-fit": self.view.fit,
            "zoom-actual": self.view.actual_size,
        }
        for name, slot in slots.items():
            button = QToolButton()
            button.clicked.connect(slot)
            actions.action(name).triggered.connect(slot)
            self._add_tool(row, name, button)
        for name in ("review-mode", "star", "note"):
            button = QToolButton()
            button.clicked.connect(actions.action(name).trigger)
            self._add_tool(row, name, button)
        return row

    def _add_tool(self, row: QHBoxLayout, name: str, button: QToolButton) -> None:
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._keys.watch(button)
        row.addWidget(button)
        self._tools[name] = button

    def _update_tools(self) -> None:
        """Updates the icons for the theme, and the tooltips for the present keys."""
        for name, button in self._tools.items():
            action = self._actions.action(name)
            button.setIcon(icon(_ICONS[name], self._theme.tokens.muted))
            button.setAccessibleName(action.text())
            button.setToolTip(action.toolTip())
        self._show_marks()

    def _elide(self) -> None:
        room = max(60, self.width() - 300)
        metrics = self.name.fontMetrics()
        self.name.setText(metrics.elidedText(self._shown_path, Qt.TextElideMode.ElideMiddle, room))

    def _on_zoomed(self, zoom: float) -> None:
        self.scale.setText(per_cent(zoom) if self.view.has_picture else "")
