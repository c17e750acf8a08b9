"""Opens what covers the window: the quick look, the review in full screen, a comparison."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.covers.compare_view import CompareView
from ahsml_app.gui.covers.cover import Cover
from ahsml_app.gui.covers.preview import Preview
from ahsml_app.gui.covers.review_mode import ReviewMode
from ahsml_app.gui.evidence.selection_view import MOST_COMPARED
from ahsml_app.session.review.evidence import evidence_for


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
        self.compare: CompareView | None = None
        self._state_before = Qt.WindowState.WindowNoState
        actions = window.actions_
        actions.action("preview").triggered.connect(self.toggle_preview)
        actions.action("review-mode").triggered.connect(self.toggle_review)
        actions.action("compare-images").triggered.connect(self.toggle_compare)
        window.gallery.preview_requested.connect(self.toggle_preview)

    @property
    def is_open(self) -> bool:
        """Whether the window is covered by an image with its keys."""
        return bool(self._shown())

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

    def toggle_compare(self) -> None:
        """Compares the selected images, or the current one with what it resembles."""
        window, model = self._window, self._window.model
        if self.compare is None:
            self.compare = CompareView(
                model,
                window.evidence.loader,
                window.thumbnails,
                window.theme,
                window.actions_,
                window,
            )
            self.compare.decisions.other_requested.connect(window.evidence.pick_class)
            self.compare.closed.connect(self._on_compare_closed)
            self._follow(self.compare)
        if self.compare.isVisible():
            self.compare.close()
            return
        selected = [int(row) for row in model.selection]
        rows = selected if len(selected) > 1 else self._alike(model.current)
        if not 1 < len(rows) <= MOST_COMPARED:
            return
        if self.preview is not None:
            self.preview.close()
        model.set_selection([])  # the keys act on the image with the frame
        if model.current not in rows:
            model.set_current(rows[0])
        window.evidence.set_covered(True)
        self.compare.show_rows(rows, decided=len(selected) if len(selected) > 1 else 1)
        self.compare.toggle()
        self._on_changed()

    def _alike(self, row: int) -> list[int]:
        """The image, and its duplicates or else the nearest trusted image of each class."""
        project = self._window.model.project
        found = None if project is None or row < 0 else evidence_for(project, row)
        if found is None:
            return []
        others = found.duplicates or (*found.given[:1], *found.suggested[:1])
        return [row, *(neighbour.row for neighbour in others)][:MOST_COMPARED]

    def _on_compare_closed(self) -> None:
        review = self.review is not None and self.review.isVisible()
        self._window.evidence.set_covered(review)

    def _covers(self) -> tuple[Preview | None, CompareView | None, ReviewMode | None]:
        return self.preview, self.compare, self.review

    def _shown(self) -> list[Preview | CompareView | ReviewMode]:
        """The covers that are seen, the uppermost first."""
        return [cover for cover in self._covers() if cover is not None and cover.isVisible()]

    def _follow(self, cover: Cover) -> None:
        # Queued, because a widget that is about to close is still visible.
        cover.closed.connect(self._on_changed, type=Qt.ConnectionType.QueuedConnection)

    def _on_review_closed(self) -> None:
        self._window.evidence.set_covered(False)
        self._window.setWindowState(self._state_before)

    def _on_changed(self) -> None:
        """Places the list of classes at the keys that are seen."""
        shown = self._shown()
        self._window.evidence.picker_place = shown[0].decisions if shown else None
        self.changed.emit()
