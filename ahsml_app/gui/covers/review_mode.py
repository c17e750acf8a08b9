"""Review mode: the picture in full screen, what speaks for and against its label, and the keys."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.gui.covers.cover import BACK, FORWARD, Cover, unmodified
from ahsml_app.gui.covers.last_decision import LastDecision
from ahsml_app.gui.covers.next_strip import NextStrip
from ahsml_app.gui.evidence.decision_bar import KINDS, DecisionBar
from ahsml_app.gui.evidence.image_panel import PictureFollower
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.evidence.peek import Peek
from ahsml_app.gui.evidence.strips import Strips
from ahsml_app.gui.evidence.verdict_view import Verdict
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import figure

PRESSED = 160
"""Milliseconds that the button of a key stays pressed, so that the eye sees which one it was."""

LARGE_FROM, SMALL_SIDE, LARGE_SIDE = 1000, 72, 120
"""Height in pixels from which the trusted images are shown large, and their sides."""

BAR_WIDTH = 160


class BriefVerdict(Verdict):
    """The verdict in words; the scores stay in the evidence."""

    def show_row(self, row: int) -> None:
        """Shows the verdict on an image."""
        super().show_row(row)
        self._scores.hide()
        self.train.hide()


class ReviewProgressBar(QWidget):
    """How many suspects of the queue are decided."""

    def __init__(self, model: ProjectModel) -> None:
        super().__init__()
        self._model = model
        self.text, self.bar = QLabel(), QProgressBar()
        self.text.setAccessibleName(self.tr("Progress of the review"))
        self.bar.setAccessibleName(self.text.accessibleName())
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.text)
        row.addWidget(self.bar)

    def refresh(self) -> None:
        """Counts again."""
        project, queue = self._model.project, self._model.queue
        if project is None:
            return
        scores = project.scores
        suspects: IntArray = queue if scores is None else queue[scores.flagged[queue]]
        counted = suspects if len(suspects) else queue
        decided = int(np.count_nonzero(project.kinds[counted] != DecisionKind.UNDECIDED))
        done, count = decided == len(counted), len(counted)
        if done:
            text = "✓  " + self.tr("All {0} decided").format(figure(count))
        elif len(suspects) and scores is not None:
            text = plural(
                "{decided:,} of {count:,} suspect decided",
                "{decided:,} of {count:,} suspects decided",
                count=count,
                decided=decided,
            )
        else:
            text = self.tr("{0} of {1} decided").format(figure(decided), figure(count))
        self.text.setText(text)
        self.bar.setRange(0, max(1, count))
        self.bar.setValue(decided)


class ReviewMode(Cover):
    """Covers the window with one image after the other; keys decide, Esc leaves.

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
        self.setObjectName("review-mode")
        self.setAccessibleName(self.tr("Review in full screen"))
        self._actions = actions
        self.image = ImageView(theme)
        self.image.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._follower = PictureFollower(model, loader, self.image, thumbnails)
        self.verdict = BriefVerdict(model, theme)
        self.strips = Strips(model, thumbnails, theme)
        self.peek = Peek(model, loader, theme, actions, self.image)
        self.peek.review_requested.connect(model.set_current)
        for strip in (self.strips.given, self.strips.suggested, self.strips.duplicates):
            strip.pictures.chosen.connect(self.peek.show_row)
        self.decisions = DecisionBar(model, theme, actions)
        self.last, self.progress = LastDecision(model), ReviewProgressBar(model)
        self.last.decided.connect(self._on_decided)
        self.next = NextStrip(model, thumbnails, theme)
        self.hint = QLabel()
        self.hint.setProperty("role", "small-muted")
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 0)
        head.setSpacing(24)
        head.addWidget(self.last, 1)
        head.addWidget(self.progress)
        head.addWidget(self.hint)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 16, 8)
        foot.setSpacing(8)
        for widget in (self.verdict, self.strips, self.decisions, self.next):
            foot.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.image, 1)
        layout.addLayout(foot)

    def open(self) -> None:
        """Begins with the current image; what was decided before is no news."""
        self.last.clear()
        keys = [self._actions.key_text(name) for name in ("previous", "next", "review-mode")]
        self.hint.setText(self.tr("{0} {1}  browse     {2} or Esc  leave").format(*keys))
        super().open()

    def refresh(self) -> None:
        """Shows the current image and its evidence."""
        row = self._model.current
        self._follower.show_row(row)
        self.verdict.show_row(row)
        self.strips.show_row(row)
        self.next.show_around(row)
        self.progress.refresh()

    def understands(self, event: QKeyEvent) -> bool:
        """Whether a key browses, zooms or leaves."""
        own = unmodified(event) and event.key() in (*FORWARD, *BACK, Qt.Key.Key_Escape)
        return own or self.image.understands(event)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Goes to another image, zooms, or leaves."""
        key = event.key()
        if key in FORWARD:
            self._model.step(1)
        elif key in BACK:
            self._model.step(-1)
        elif key == Qt.Key.Key_Escape:
            if self.peek.isVisible():
                self.peek.close()
            else:
                self.close()
        else:
            return self.image.handle_key(event)
        return True

    def stop(self) -> None:
        """Ends a search that is pending."""
        self.strips.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Shows the trusted images large where there is height."""
        super().resizeEvent(event)
        side = LARGE_SIDE if self.height() >= LARGE_FROM else SMALL_SIDE
        for strip in (self.strips.given, self.strips.suggested, self.strips.duplicates):
            strip.pictures.set_largest(side)

    def closeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Ends a search that is pending."""
        self.strips.stop()
        super().closeEvent(event)

    def _on_decided(self, kind: DecisionKind) -> None:
        """Shows the button of the decision pressed for a moment, whichever way it was made."""
        for name, button in self.decisions.buttons.items():
            if KINDS[name] == kind and self.isVisible():
                button.setDown(True)
                QTimer.singleShot(PRESSED, button, partial(button.setDown, False))
