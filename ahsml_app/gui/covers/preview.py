"""The image over the whole window; arrow keys browse, Space or Esc close."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.gui.covers.cover import BACK, FORWARD, Cover, unmodified
from ahsml_app.gui.covers.last_decision import LastDecision
from ahsml_app.gui.evidence.decision_bar import DecisionBar
from ahsml_app.gui.evidence.image_panel import PictureFollower
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.full_size import PictureLoader
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import chance, figure
from ahsml_app.session.review.verdict import judge

_CLOSING = (Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Preview(Cover):
    """A quick look: the current image as large as the window, with its verdict and the keys.

    Args:
        model: The open project.
        loader: Decodes the pictures; shared with the evidence.
        theme: Colours of the window.
        parent: What is covered.
        thumbnails: Shown until a picture is decoded.
        actions: The keys of the decisions, if a person may have changed them.
    """

    def __init__(
        self,
        model: ProjectModel,
        loader: PictureLoader,
        theme: Theme,
        parent: QWidget,
        thumbnails: Thumbnails | None = None,
        actions: ActionSet | None = None,
    ) -> None:
        super().__init__(model, theme, parent)
        self.setObjectName("preview")
        self.setAccessibleName(self.tr("Image in the whole window"))
        self.image = ImageView(theme)
        self.image.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._follower = PictureFollower(model, loader, self.image, thumbnails)
        self.caption, self.position_label, hint = QLabel(), QLabel(), QLabel()
        self.last = LastDecision(model)
        self.decisions = DecisionBar(model, theme, actions)
        hint.setText(self.tr("← →  browse     + −  zoom     Space  close"))
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setMinimumWidth(80)
        for label in (self.position_label, hint):
            label.setProperty("role", "small-muted")
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.setSpacing(24)
        foot.addWidget(self.caption, 1)
        foot.addWidget(self.last)
        foot.addWidget(self.position_label)
        foot.addWidget(hint)
        keys = QHBoxLayout()
        keys.setContentsMargins(16, 0, 16, 0)
        keys.addWidget(self.decisions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(12)
        layout.addWidget(self.image, 1)
        layout.addLayout(foot)
        layout.addLayout(keys)

    def understands(self, event: QKeyEvent) -> bool:
        """Whether a key browses, zooms or closes."""
        own = unmodified(event) and event.key() in (*FORWARD, *BACK, *_CLOSING)
        return own or self.image.understands(event)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Goes to another image, zooms, or closes."""
        key = event.key()
        if key in FORWARD:
            self._model.step(1)
        elif key in BACK:
            self._model.step(-1)
        elif key in _CLOSING:
            self.close()
        else:
            return self.image.handle_key(event)
        return True

    def refresh(self) -> None:
        """Shows the current image, its labels and its place in the queue."""
        project, row = self._model.project, self._model.current
        if project is None:
            return
        self._follower.show_row(row)
        caption = f"{self._caption_text(row)}     {project.table.paths[row]}"
        self.caption.setText(shown(caption))
        position, count = self._model.position(row), len(self._model.queue)
        text = self.tr("{0} of {1}").format(figure(position + 1), figure(count))
        self.position_label.setText(text if position >= 0 else "")

    def _caption_text(self, row: int) -> str:
        """Labels and decision in short form."""
        project = self._model.project
        if project is None:
            return ""
        judgement = judge(project, row)
        given = judgement.given or self.tr("no label")
        decision_texts = {
            DecisionKind.KEEP: self.tr("kept"),
            DecisionKind.RELABEL: f"→ {judgement.label}",
            DecisionKind.DROP: self.tr("dropped"),
            DecisionKind.AMBIGUOUS: self.tr("unsure"),
        }
        if judgement.kind in decision_texts:
            return f"{given}  {decision_texts[judgement.kind]}"
        if judgement.suggested and judgement.suggested != judgement.given:
            return f"{given}  →  {judgement.suggested}?  {chance(judgement.wrong)}"
        return given
