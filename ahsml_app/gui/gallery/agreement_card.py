"""A card above the gallery that shows how far two people agree, and what they say of an image."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout

from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.key_figure import KeyFigure
from ahsml_app.session.project.agreement import Agreement, Verdicts


class AgreementCard(QFrame):
    """Shows Cohen's kappa and the verdicts on the current image while a third person decides.

    Args:
        model: The open project.
        agreement: The comparison of two logs.
        placed: Rows and verdicts of the images on which they disagree.

    Signals:
        agreed_requested: The decisions on which both agree should be taken over.
        single_requested: The decisions that only one of them made should be taken over.
        queue_requested: The images on which they disagree should be shown.
        closed: The card should go.
    """

    agreed_requested = Signal()
    single_requested = Signal()
    queue_requested = Signal()
    closed = Signal()

    def __init__(
        self, model: ProjectModel, agreement: Agreement, placed: list[tuple[int, Verdicts]]
    ) -> None:
        super().__init__()
        self._model, self._agreement = model, agreement
        self._verdicts = dict(placed)
        self._rows = np.array([row for row, _ in placed], dtype=np.int64)
        self.setObjectName("agreement-card")
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("How far two people agree"))
        names = [self._names(which) for which in (0, 1)]
        title = QLabel(self.tr("{0} and {1}").format(*names))
        title.setProperty("role", "title")
        self.verdict, self.left = QLabel(), KeyFigure("")
        self.verdict.setObjectName("two-verdicts")
        self.verdict.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addLayout(self._figures())
        layout.addWidget(self.verdict)
        layout.addLayout(self._buttons())
        model.current_changed.connect(self._on_changed)
        model.decisions_changed.connect(self._on_changed)
        self._on_changed()

    def _names(self, which: int) -> str:
        """Who decided in the first or second log."""
        return ", ".join(self._agreement.reviewers(which)) or (self.tr("A"), self.tr("B"))[which]

    def _figures(self) -> FlowLayout:
        agreement, kappa = self._agreement, KeyFigure(self.tr("Cohen's kappa"))
        kappa.setObjectName("kappa")
        shown = "–" if math.isnan(agreement.kappa) else figure(agreement.kappa, 3)
        kappa.show_value(
            shown,
            tip=self.tr("Agreement beyond what chance alone would give: 1 for all, 0 for none."),
        )
        both, agreed = KeyFigure(""), KeyFigure("")
        both.show_value(
            figure(agreement.both),
            plural("image decided by both", "images decided by both", count=agreement.both),
        )
        agreed.show_value(figure(agreement.agreed), self.tr("decided alike"))
        figures = FlowLayout(spacing=24)
        for widget in (kappa, both, agreed, self.left):
            figures.addWidget(widget)
        return figures

    def _buttons(self) -> FlowLayout:
        row = FlowLayout(spacing=8)
        counts = {"agreed": self._agreement.agreed, "single": len(self._agreement.single)}
        texts = {
            "queue": self.tr("Show the disagreements"),
            "agreed": plural(
                "Take over {count:,} decision that both made",
                "Take over {count:,} decisions that both made",
                count=counts["agreed"],
            ),
            "single": plural(
                "Take over {count:,} decision that only one made",
                "Take over {count:,} decisions that only one made",
                count=counts["single"],
            ),
            "close": self.tr("Close"),
        }
        signals = {
            "queue": self.queue_requested,
            "agreed": self.agreed_requested,
            "single": self.single_requested,
            "close": self.closed,
        }
        for name, text in texts.items():
            button = QPushButton(text)
            button.setObjectName(f"agreement-{name}")
            button.setAccessibleName(text)
            button.setVisible(counts.get(name, 1) > 0)
            button.clicked.connect(signals[name])
            row.addWidget(button)
        return row

    def _on_changed(self, *_: object) -> None:
        project = self._model.project
        if project is None:
            return
        undecided = int((project.kinds[self._rows] == DecisionKind.UNDECIDED).sum())
        self.left.show_value(
            figure(undecided),
            plural("disagreement to decide", "disagreements to decide", count=undecided),
        )
        verdicts = self._verdicts.get(self._model.current)
        self.verdict.setText("" if verdicts is None else self._verdict_text(verdicts))

    def _verdict_text(self, verdicts: Verdicts) -> str:
        texts = []
        for which, logged in enumerate((verdicts.first, verdicts.second)):
            if logged is not None:
                name = logged.reviewer or self._names(which)
                texts.append(f"{name}: {self._decision_text(self._agreement.shown(logged, which))}")
        return "  ·  ".join(texts)

    def _decision_text(self, decision: Decision) -> str:
        texts = {
            DecisionKind.KEEP: self.tr("keep"),
            DecisionKind.RELABEL: self.tr("relabel to {0}").format(decision.label),
            DecisionKind.DROP: self.tr("drop"),
            DecisionKind.AMBIGUOUS: self.tr("unsure"),
            DecisionKind.UNDECIDED: self.tr("undecided"),
        }
        return texts[decision.kind]
