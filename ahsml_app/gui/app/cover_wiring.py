"""Opens what covers the window: the quick look and the review in full screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.covers.cover import Cover
from ahsml_app.gui.covers.preview import Preview
from ahsml_app.gui.covers.review_mode import ReviewMode


class CoverWiring(QObject):
    """Makes each cover when it is first wanted, and keeps the window's state around it.

    Signals:
        changed: A cover was opened or closed.
    """

    changed = Signal()

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self.preview: Preview | None = None
        self.review: ReviewMode | None = None
        self._state_before = Qt.WindowState.WindowNoState
        actions = window.actions_
        actions.action("preview").triggered.connect(self.toggle_preview)
        actions.action("review-mode").triggered.connect(self.toggle_review)
        window.gallery.preview_requested.connect(self.toggle_preview)

    @property
    def is_open(self) -> bool:
        """Whether the window is covered by an image with its keys."""
        return any(cover is not None and cover.isVisible() for cover in self._covers())

    def close(self) -> None:
        """Uncovers the window."""
        for cover in self._covers():
            if cover is not None:
                cover.close()

    def toggle_preview(self) -> None:
        """Opens or closes the quick look."""
        window = self._window
        if window.model.current < 0:
            return
        if self.preview is None:
            self.preview = Preview(
                window.model,
                window.evidence.loader,
                window.theme,
                window,
                actions=window.actions_,
            )
            self.preview.decisions.other_requested.connect(window.evidence.pick_class)
            self._follow(self.preview)
        self.preview.toggle()
        self._on_changed()

    def toggle_review(self) -> None:
        """Opens the review in full screen, or leaves it."""
        window = self._window
        if window.model.current < 0:
            return
        if self.review is None:
            self.review = ReviewMode(
                window.model,
                window.evidence.loader,
                window.thumbnails,
                window.theme,
                window.actions_,
                window,
            )
            self.review.decisions.other_requested.connect(window.evidence.pick_class)
            self.review.closed.connect(self._on_review_closed)
            self._follow(self.review)
        if self.review.isVisible():
            self.review.close()
            return
        if self.preview is not None:
            self.preview.close()
        window.model.set_selection([])  # the keys act on the image that is shown
        self._state_before = window.windowState()
        window.setWindowState(self._state_before | Qt.WindowState.WindowFullScreen)
        window.evidence.set_covered(True)
        self.review.toggle()
        self._on_changed()

    def _covers(self) -> tuple[Cover | None, ...]:
        return self.preview, self.review

    def _follow(self, cover: Cover) -> None:
        # Queued, because a widget that is about to close is still visible.
        cover.closed.connect(self._on_changed, type=Qt.ConnectionType.QueuedConnection)

    def _on_review_closed(self) -> None:
        self._window.evidence.set_covered(False)
        self._window.setWindowState(self._state_before)

    def _on_changed(self) -> None:
        """Places the list of classes at the keys that are seen."""
        covers = (self.preview, self.review)
        shown = [cover for cover in covers if cover is not None and cover.isVisible()]
        self._window.evidence.picker_place = shown[0].decisions if shown else None
        self.changed.emit()
