"""Up to four images side by side, at one zoom and one place, or in turn at the same spot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.gui.covers.cover import BACK, FORWARD, Cover, unmodified
from ahsml_app.gui.covers.last_decision import LastDecision
from ahsml_app.gui.evidence.decision_bar import DecisionBar
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.evidence.selection_view import MOST_COMPARED
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import chance
from ahsml_app.session.review.verdict import judge

TURN = 450
"""Milliseconds that each image is seen while the key to blink is held."""

BLINK = Qt.Key.Key_B
FITTED = (0.0, 0.5, 0.5)
GAP, FRAME = 8, 3


class Pane(QWidget):
    """One of the compared images, with its label and its size below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.row = -1
        self.size_text = ""
        self.image = ImageView(theme)
        self.image.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.caption, self.path = QLabel(), QLabel()
        self.path.setProperty("role", "small-muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(FRAME, FRAME, FRAME, FRAME)
        layout.setSpacing(2)
        layout.addWidget(self.image, 1)
        for label in (self.caption, self.path):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(20)
            label.setContentsMargins(8, 0, 8, 0)
            layout.addWidget(label)


class CompareView(Cover):
    """Covers the window with two to four images that zoom and move together.

    Args:
        model: The open project.
        loader: Decodes the pictures; shared with the evidence.
        thumbnails: Those of the gallery.
        theme: Colours of the window.
        actions: The keys of the decisions.
        parent: What is covered.
    """

    def __init__(
        self,
        model: ProjectModel,
        loader: PictureLoader,
        thumbnails: Thumbnails,
        theme: Theme,
        actions: ActionSet,
        parent: QWidget,
    ) -> None:
        super().__init__(model, theme, parent)
        self.setObjectName("compare-view")
        self.setAccessibleName(self.tr("Compare images"))
        self._loader, self._thumbnails = loader, thumbnails
        self.rows: tuple[int, ...] = ()
        self.panes = [Pane(theme) for _ in range(MOST_COMPARED)]
        self.area = QWidget(self)
        self.area.installEventFilter(self)
        for index, pane in enumerate(self.panes):
            pane.setParent(self.area)
            pane.image.moved.connect(partial(self._on_moved, index))
            pane.image.resized.connect(partial(self._on_resized, index))
            pane.image.clicked.connect(partial(self._on_clicked, index))
            pane.image.detail_wanted.connect(partial(self._on_detail_wanted, index))
        self._shared_place = FITTED
        self._seen = -1  # the only pane that is shown, while images are shown in turn
        self._turn = QTimer(self)
        self._turn.setInterval(TURN)
        self._turn.timeout.connect(self._on_turn)
        self.last = LastDecision(model)
        self.decisions = DecisionBar(model, theme, actions)
        self.hint = QLabel(
            self.tr("← →  which one     + −  zoom all     hold B  blink     Esc  close")
        )
        self.hint.setProperty("role", "small-muted")
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 0)
        head.addWidget(self.last, 1)
        head.addWidget(self.hint)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 8)
        foot.addWidget(self.decisions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.area, 1)
        layout.addLayout(foot)
        loader.loaded.connect(self._on_loaded)

    def show_rows(self, rows: Sequence[int], decided: int) -> None:
        """Sets the images, of which the keys decide about the first `decided`."""
        self.rows = tuple(rows[:MOST_COMPARED])
        project = self._model.project
        if project is None:
            return
        for index, pane in enumerate(self.panes):
            pane.row = self.rows[index] if index < len(self.rows) else -1
            pane.size_text = ""
            if pane.row >= 0:
                thumbnail = self._thumbnails.pixmap(pane.row)
                if thumbnail is None:
                    pane.image.show_waiting()
                else:
                    pane.image.show_thumbnail(thumbnail)
        self._shared_place = FITTED
        self._model.walk = np.array(self.rows[:decided], dtype=np.int64)
        self.last.clear()
        self._show_pictures()

    @property
    def is_blinking(self) -> bool:
        """Whether the images are shown in turn at the same spot."""
        return self._seen >= 0

    def refresh(self) -> None:
        """Names the images and frames the one that the keys act on."""
        project = self._model.project
        if project is None or self._model.current not in self.rows:
            self.close()
            return
        for pane in self.panes:
            if pane.row >= 0:
                pane.caption.setText(self._caption(pane))
                pane.path.setText(shown(project.table.paths[pane.row]))
                pane.path.setToolTip(pane.path.text())
                name = f"{pane.caption.text()} {pane.path.text()}"
                pane.image.setAccessibleName(name)
        self._arrange()
        self.area.update()
        self.update()

    def understands(self, event: QKeyEvent) -> bool:
        """Whether a key changes the image, zooms, blinks or closes; no other one while it blinks.

        A decision would be about the image with the frame, which is not the one that is seen.
        """
        if self.is_blinking:
            return True
        own = (*FORWARD, *BACK, BLINK, Qt.Key.Key_Escape)
        return (unmodified(event) and event.key() in own) or self.panes[0].image.understands(event)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Goes to another of the images, zooms all, shows them in turn, or closes."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif self.is_blinking:
            return self._active_image().handle_key(event) or True
        elif key in FORWARD:
            self._model.step(1)
        elif key in BACK:
            self._model.step(-1)
        elif key == BLINK:
            if not event.isAutoRepeat():
                self._seen = self._place_of_current()
                self._on_turn()
                self._turn.start()
        else:
            return self._active_image().handle_key(event)
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Shows all images again when the key to blink is let go."""
        if event.key() == BLINK and not event.isAutoRepeat():
            self._stop_blinking()
        else:
            super().keyReleaseEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Divides the space again when it has another size."""
        if watched is self.area and event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Lets the keys walk through the queue again."""
        self._stop_blinking()
        self._model.walk = None
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Frames the image that the keys act on."""
        super().paintEvent(event)
        pane = self.panes[self._place_of_current()]
        if self.is_blinking or not pane.isVisible():
            return
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), FRAME))
        box = pane.geometry().translated(self.area.pos())
        painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.end()

    def _caption(self, pane: Pane) -> str:
        """Labels, decision and size in short form."""
        project = self._model.project
        if project is None:
            return ""
        judgement = judge(project, pane.row)
        text = shown(judgement.given) or self.tr("no label")
        if judgement.kind != DecisionKind.UNDECIDED:
            decided = {
                DecisionKind.KEEP: "✓ " + self.tr("kept"),
                DecisionKind.RELABEL: f"→ {shown(judgement.label)}",
                DecisionKind.DROP: "× " + self.tr("dropped"),
                DecisionKind.AMBIGUOUS: "~ " + self.tr("unsure"),
            }
            text = f"{text}  {decided[judgement.kind]}"
        elif judgement.suggested and judgement.suggested != judgement.given:
            text = f"{text}  →  {shown(judgement.suggested)}?  {chance(judgement.wrong)}"
        return f"{text}     {pane.size_text}".rstrip()

    def _place_of_current(self) -> int:
        current = self._model.current
        return self.rows.index(current) if current in self.rows else 0

    def _active_image(self) -> ImageView:
        return self.panes[max(self._seen, 0)].image

    def _arrange(self) -> None:
        """Gives each image the same box; the one that is shown alone has all of it."""
        count = len(self.rows)
        boxes = [self.area.rect()] * MOST_COMPARED if self.is_blinking else self._boxes(count)
        for index, pane in enumerate(self.panes):
            visible = index < count and (not self.is_blinking or index == self._seen)
            if visible:
                pane.setGeometry(boxes[index])
            pane.setVisible(visible)

    def _boxes(self, count: int) -> list[QRect]:
        width, height = self.area.width(), self.area.height()
        columns = count if count < MOST_COMPARED or width > 2 * height else 2
        lines = math.ceil(count / max(1, columns))
        across = (width - GAP * (columns - 1)) // max(1, columns)
        down = (height - GAP * (lines - 1)) // max(1, lines)
        return [
            QRect(n % columns * (across + GAP), n // columns * (down + GAP), across, down)
            for n in range(count)
        ]

    def _show_pictures(self) -> None:
        """Shows what is decoded, and requests the rest."""
        project = self._model.project
        if project is None:
            return
        missing = []
        for pane in self.panes:
            if pane.row < 0:
                continue
            path = project.path(pane.row)
            picture, reason = self._loader.picture(path), translated(self._loader.reason(path))
            if picture is not None and not pane.image.has_picture:
                pane.image.show_picture(picture)
                pane.image.follow(self._shared_place)
                pane.size_text = f"{picture.width} × {picture.height}"
                pane.caption.setText(self._caption(pane))
            elif picture is None and reason:
                pane.image.show_message(self.tr("This image cannot be shown"), reason)
            elif picture is None:
                missing.append(path)
        if missing:
            self._loader.want_beside(missing)

    def _on_loaded(self, path: object) -> None:
        project = self._model.project
        if project is None or not self.isVisible():
            return
        self._show_pictures()
        for pane in self.panes:
            if pane.row >= 0 and project.path(pane.row) == path:
                whole = self._loader.whole(project.path(pane.row))
                if whole is not None:
                    pane.image.refine(whole)

    def _on_moved(self, index: int) -> None:
        """Lets the other images follow one that a person zooms or moves."""
        self._shared_place = self.panes[index].image.place
        for other, pane in enumerate(self.panes):
            if other != index and pane.row >= 0:
                pane.image.follow(self._shared_place)

    def _on_resized(self, index: int) -> None:
        """Keeps what is seen of the picture."""
        if self._shared_place != FITTED:
            self.panes[index].image.follow(self._shared_place)

    def _on_clicked(self, index: int) -> None:
        walk = self._model.walk
        if walk is not None and index < len(walk):
            self._model.set_current(int(walk[index]))

    def _on_detail_wanted(self, index: int) -> None:
        project, pane = self._model.project, self.panes[index]
        if project is not None and pane.row >= 0:
            self._loader.want_whole(project.path(pane.row))

    def _on_turn(self) -> None:
        self._seen = (self._seen + 1) % max(1, len(self.rows))
        self._arrange()

    def _stop_blinking(self) -> None:
        self._turn.stop()
        self._seen = -1
        self._arrange()
