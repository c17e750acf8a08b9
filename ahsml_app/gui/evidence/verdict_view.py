"""The model's verdict on a label in plain language, with its scores."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.gui.evidence.score_history import HEIGHT, Sparkline
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.class_bars import ClassBars, ClassShare
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.format import chance, degree, finding_names, per_cent
from ahsml_app.gui.widgets.press_keys import PressKeys
from ahsml_app.session.review.verdict import Finding, Judgement, judge

WIDE = 380
"""Width in pixels from which the scores are beside the bars, not below them."""

_ICON, _DOUBTFUL = 18, 0.1
"""Side of the icon in pixels; error probability from which a label does not just look right."""

_SIGNS = {
    Finding.UNTRAINED: ("info", "muted"),
    Finding.UNREAD: ("broken-image", "warning"),
    Finding.UNLABELLED: ("info", "muted"),
    Finding.WRONG: ("suspect", "danger"),
    Finding.OUTLIER: ("outlier", "warning"),
    Finding.UNSURE: ("ambiguous", "warning"),
    Finding.RIGHT: ("check", "good"),
}
_DECIDED = {
    DecisionKind.KEEP: ("keep", "good"),
    DecisionKind.RELABEL: ("relabel", "accent"),
    DecisionKind.DROP: ("drop", "danger"),
    DecisionKind.AMBIGUOUS: ("ambiguous", "warning"),
}
_NO_SUGGESTION = (Finding.OUTLIER, Finding.RIGHT)
"""Findings whose text does not go with an arrow to another label."""

_ROLES = {"muted": "muted", "accent": "accent"}


class Verdict(QWidget):
    """Shows label, verdict, top three classes, adaptive weight and consistency."""

    train_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._icon_name = ("info", "muted")
        self.labels, self.headline, self.reason = QLabel(), QLabel(), QLabel()
        self.labels.setProperty("role", "title")
        self.reason.setProperty("role", "small-muted")
        self.labels.setAccessibleName(self.tr("Given and suggested label"))
        self.headline.setAccessibleName(self.tr("Verdict"))
        for label in (self.labels, self.headline, self.reason):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self.bars = ClassBars(theme)
        self.weight = Score(theme, self.tr("Adaptive weight"), "adaptive_weight")
        self.consistency = Score(theme, self.tr("Consistency"), "consistency")
        explain(self.bars, "likely_classes")
        explain(self.headline, "verdict")
        self._scores = QWidget()
        self._grid = QGridLayout(self._scores)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        self._wide: bool | None = None
        self._arrange(wide=True)
        self.share = QLabel()
        self.share.setProperty("role", "small-muted")
        explain(self.share, "error_probability")
        headline_row = QHBoxLayout()
        headline_row.setSpacing(6)
        headline_row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        headline_row.addWidget(self.headline, 1)
        headline_row.addWidget(self.share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.labels)
        layout.addLayout(headline_row)
        layout.addWidget(self.reason)
        layout.addWidget(self._scores)
        self.train = QPushButton(self.tr("Go to training"))
        self.train.setAccessibleName(self.train.text())
        self.train.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.train.clicked.connect(self.train_requested)
        PressKeys(self).watch(self.train)
        layout.addWidget(self.train, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._paint_icon)

    def show_row(self, row: int) -> None:
        """Shows the verdict on an image; -1 hides it."""
        project = self._model.project
        self.setVisible(project is not None and row >= 0)
        if project is None or row < 0:
            return
        judgement = judge(project, row)
        self._show_texts(judgement)
        scores = project.scores
        scored = scores is not None and judgement.finding != Finding.UNREAD
        self._scores.setVisible(scored)
        self.train.setVisible(scores is None)
        if scores is None or not scored:
            return
        pairs = zip(scores.top_labels[row], scores.top_confidences[row], strict=True)
        names = ((project.label_name(int(label)), float(v)) for label, v in pairs if label >= 0)
        # Probabilities of the classes presume that the image belongs to one of them.
        self.bars.setVisible(judgement.finding != Finding.OUTLIER)
        self.bars.show_classes([ClassShare(shown(n), v, n == judgement.given) for n, v in names])
        self.weight.show_score(float(scores.adaptive_weight[row]), project.weight_history, row)
        history = project.consistency_history
        self.consistency.show_score(float(scores.consistency[row]), history, row)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Places the scores beside the bars if there is room."""
        super().resizeEvent(event)
        self._arrange(wide=self.width() >= WIDE)

    def _arrange(self, *, wide: bool) -> None:
        if wide == self._wide:
            return
        self._wide = wide
        for widget in (self.bars, self.weight, self.consistency):
            self._grid.removeWidget(widget)
        top = Qt.AlignmentFlag.AlignTop
        if wide:
            self._grid.addWidget(self.bars, 0, 0, 2, 1, top)
            self._grid.addWidget(self.weight, 0, 1, top)
            self._grid.addWidget(self.consistency, 1, 1, top)
        else:
            self._grid.addWidget(self.bars, 0, 0, 1, 2)
            self._grid.addWidget(self.weight, 1, 0)
            self._grid.addWidget(self.consistency, 1, 1)
        self._grid.setColumnStretch(0, 5 if wide else 1)
        self._grid.setColumnStretch(1, 3 if wide else 1)

    def _show_texts(self, judgement: Judgement) -> None:
        given = judgement.given or self.tr("no label")
        new_label = (
            judgement.suggested if judgement.kind == DecisionKind.UNDECIDED else judgement.label
        )
        differs = bool(new_label) and new_label != judgement.given
        if judgement.kind == DecisionKind.UNDECIDED and judgement.finding in _NO_SUGGESTION:
            differs = False
        self.labels.setText(shown(f"{given}  →  {new_label}" if differs else given))
        verdict, reason = self._verdict_texts(judgement)
        outlier = judgement.finding == Finding.OUTLIER
        share = "" if outlier else self._share_text(judgement.wrong)
        if judgement.kind == DecisionKind.UNDECIDED:
            self._show_verdict(verdict, *_SIGNS[judgement.finding])
        else:
            self._show_verdict(self._decision_text(judgement), *_DECIDED[judgement.kind])
            reason = self.tr("Result of the last training: {0}").format(verdict)
            share = ""
        self.share.setText(share)
        self.share.setVisible(bool(share))
        remarks = [text for text in (reason, *self._remarks(judgement)) if text]
        self.reason.setText("\n".join(remarks))
        self.reason.setVisible(bool(remarks))

    def _verdict_texts(self, judgement: Judgement) -> tuple[str, str]:
        """The verdict, and a sentence that explains it where needed."""
        if judgement.finding == Finding.UNTRAINED:
            return self.tr("Not judged yet"), self.tr("Train to see the evidence for this label.")
        if judgement.finding == Finding.UNREAD:
            return self.tr("Not judged"), self.tr("The training could not read this file.")
        if judgement.finding == Finding.UNLABELLED:
            return self.tr("No label yet"), self.tr("The most similar classes are shown below.")
        if judgement.finding == Finding.WRONG and judgement.suggested in ("", judgement.given):
            text = self.tr("Fits its label badly: {0}").format(chance(judgement.wrong))
            return text, self.tr("No better label is known.")
        if judgement.finding == Finding.WRONG:
            return self.tr("Probably wrong: {0}").format(chance(judgement.wrong)), ""
        if judgement.finding == Finding.OUTLIER:
            reason = self.tr("It resembles no class. Drop it, or give it a class of its own.")
            return self.tr("Does not belong: {0}").format(chance(judgement.outlier)), reason
        if judgement.finding == Finding.UNSURE:
            return self.tr("Model unsure"), ""
        # What follows says how many such labels are wrong.
        doubtful = judgement.wrong >= _DOUBTFUL
        verdict = self.tr("Probably right") if doubtful else self.tr("Looks right")
        if judgement.suggested in ("", judgement.given):
            return verdict, ""
        return verdict, self.tr("“{0}” would fit too.").format(shown(judgement.suggested))

    def _share_text(self, wrong: float) -> str:
        """The calibrated probability as a natural frequency."""
        if math.isnan(wrong):
            return ""
        if wrong < 0.005:
            return self.tr("fewer than 1 in 100 such labels are wrong")
        return plural(
            "about {count} in 100 such labels is wrong",
            "about {count} in 100 such labels are wrong",
            count=min(round(wrong * 100), 99),
        )

    def _remarks(self, judgement: Judgement) -> list[str]:
        remarks = []
        if judgement.checked:
            remarks.append(self.tr("You accepted it as checked by the model, unseen."))
        if judgement.findings:
            names = ", ".join(finding_names()[name] for name in judgement.findings)
            remarks.append(self.tr("Picture: {0}").format(names))
        if judgement.conflict:
            remarks.append("=  " + self.tr("An image that looks the same has another label."))
        elif judgement.duplicates:
            text = plural(
                "{count:,} other image looks the same.",
                "{count:,} other images look the same.",
                count=judgement.duplicates,
            )
            remarks.append(f"=  {text}")
        return remarks

    def _decision_text(self, judgement: Judgement) -> str:
        texts = {
            DecisionKind.KEEP: self.tr("You kept this label"),
            DecisionKind.RELABEL: self.tr("You changed this label to {0}"),
            DecisionKind.DROP: self.tr("You dropped this image; its file stays"),
            DecisionKind.AMBIGUOUS: self.tr("You marked this image as unsure"),
        }
        return texts[judgement.kind].format(judgement.label)

    def _show_verdict(self, text: str, icon_name: str, tone: str) -> None:
        self.headline.setText(text)
        role = _ROLES.get(tone, f"{tone}-text")
        if role != self.headline.property("role"):
            self.headline.setProperty("role", role)
            self.headline.style().unpolish(self.headline)
            self.headline.style().polish(self.headline)
        self._icon_name = (icon_name, tone)
        self._paint_icon()

    def _paint_icon(self) -> None:
        name, tone = self._icon_name
        colour = getattr(self._theme.tokens, tone)
        self._icon.setPixmap(picture(name, colour, _ICON, self.devicePixelRatioF()))


class Score(QWidget):
    """A score in per cent with its explanation and its history."""

    def __init__(self, theme: Theme, name: str, topic: str) -> None:
        super().__init__()
        self._name = name
        title, self.value = QLabel(name), QLabel()
        title.setProperty("role", "small-muted")
        metrics = self.fontMetrics()
        self.value.setMinimumSize(
            metrics.horizontalAdvance(per_cent(1)), max(HEIGHT, metrics.height())
        )
        self.history = Sparkline(theme)
        self.history.setAccessibleName(self.tr("{0} over the training").format(name))
        explain(self, topic)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.value)
        row.addWidget(self.history, 1)
        row.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(title)
        layout.addLayout(row)

    def show_score(self, value: float, history: np.ndarray | None, row: int) -> None:
        """Shows the score of an image and its history, if saved."""
        self.value.setText(degree(value))
        self.value.setAccessibleName(f"{self._name} {degree(value)}")
        has_history = history is not None and len(history) > 1
        self.history.setVisible(has_history)
        if history is not None and has_history:
            self.history.show_values(history[:, row])
