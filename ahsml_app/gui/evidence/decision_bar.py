"""The decision buttons below the evidence: keep, take, drop, unsure, likely classes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.tile_drag import ImageDrop
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.project_model import MANY, MOST_CHOICES, ProjectModel
from ahsml_app.gui.shell.action_table import ACTIONS
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.flow_layout import FlowLayout
from ahsml_app.gui.widgets.format import chance, figure
from ahsml_app.gui.widgets.key_button import KeyButton
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.decision_counts import changed_by

KINDS = {
    "keep": DecisionKind.KEEP,
    "take-suggestion": DecisionKind.RELABEL,
    "drop": DecisionKind.DROP,
    "ambiguous": DecisionKind.AMBIGUOUS,
}
CHIP_ROWS = 2
"""Maximum lines of likely classes; hidden ones can still be chosen by digit."""

NARROW = 380
"""Width in pixels below which the suggestion's button shows only its class."""

_GAP = 6
_BUTTON_EXTRA = 26
"""Width of a button in pixels without its texts."""
_DEFAULT_KEYS = {fact.name: fact.keys[0] for fact in ACTIONS if fact.keys}


class DecisionBar(QWidget):
    """Decides about the current image, or about all selected ones.

    Signals:
        other_requested: The person wants to choose among all classes.
    """

    other_requested = Signal()

    def __init__(self, model: ProjectModel, theme: Theme, actions: ActionSet | None = None) -> None:
        super().__init__()
        self._model, self._actions = model, actions
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.hide()
        self.buttons = {name: KeyButton(theme) for name in KINDS}
        self.digits = [KeyButton(theme, chip=True) for _ in range(MOST_CHOICES)]
        self.other, self.undecided = KeyButton(theme, chip=True), KeyButton(theme, chip=True)
        self._line_count, self._choice_count = 1, 0
        self._narrow = False
        self._refresh_timer = QTimer(self)  # one decision emits several signals
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(0)
        self._refresh_timer.timeout.connect(self.refresh)
        self._chips = QWidget()
        self._flow = FlowLayout(spacing=_GAP)
        self._chips.setLayout(self._flow)
        row = self._row = QHBoxLayout()
        row.setSpacing(8)
        for name, button in self.buttons.items():
            button.setObjectName(f"decide-{name}")
            button.setCheckable(True)
            button.clicked.connect(partial(self._on_decided, name))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
        for digit, chip in enumerate(self.digits, 1):
            chip.setObjectName(f"choose-{digit}")
            chip.setCheckable(True)
            chip.clicked.connect(partial(self._on_chosen, digit))
            ImageDrop(chip).dropped.connect(partial(self._on_dropped, digit))
        self.other.setObjectName("other-class")
        self.other.clicked.connect(self.other_requested)
        ImageDrop(self.other).dropped.connect(self.other_requested)
        self.undecided.setObjectName("decide-undecided")
        self.undecided.clicked.connect(self._on_undecided)
        for chip in (*self.digits, self.other, self.undecided):
            self._flow.addWidget(chip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.status)
        layout.addWidget(self._chips)
        layout.addLayout(row)
        if actions is not None:
            actions.keys_changed.connect(self.refresh)
        for signal in (
            model.project_changed,
            model.scores_changed,
            model.current_changed,
            model.selection_changed,
            model.decisions_changed,
        ):
            signal.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Updates the buttons for the current image or the selection."""
        self._refresh_timer.stop()
        project, rows = self._model.project, self._model.targets()
        if project is None or not len(rows):
            self.setEnabled(False)
            return
        self.setEnabled(not project.read_only)
        self._show_status(project, rows)
        self._fill_buttons(project, rows)
        self._fill_chips(project, rows)
        self._fit_chips()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Shows as many likely classes as fit."""
        super().resizeEvent(event)
        self._line_count = 1
        narrow = self.width() < max(NARROW, self._full_width())
        if narrow != self._narrow:
            self._narrow = narrow
            self._row.setSpacing(4 if narrow else 8)
            for button in self.buttons.values():
                button.set_tight(narrow)
            self.refresh()
        elif len(self._model.targets()) > 1:
            self.refresh()
        else:
            self._fit_chips()

    def _full_width(self) -> int:
        """Width at which all texts fit, which depends on the language."""
        texts = (self.tr("Keep"), self.tr("Take “{0}”"), self.tr("Drop"), self.tr("Unsure"))
        metrics = self.fontMetrics()
        width = sum(metrics.horizontalAdvance(text) for text in texts)
        return width + len(texts) * (2 * metrics.averageCharWidth() + _BUTTON_EXTRA) + 3 * 8

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Fits the chips again, because sizes depend on the style."""
        super().showEvent(event)
        self._fit_chips()

    def _fill_buttons(self, project: Project, rows: IntArray) -> None:
        several = len(rows) > 1
        kind = DecisionKind(int(project.kinds[rows[0]]))
        texts = {
            "keep": self.tr("Keep"),
            "take-suggestion": self.tr("Take"),
            "drop": self.tr("Drop"),
            "ambiguous": self.tr("Unsure"),
        }
        suggestion = self._suggestion(project, int(rows[0]))
        self.buttons["take-suggestion"].setVisible(bool(suggestion) or several)
        for name, button in self.buttons.items():
            text, note = texts[name], ""
            if name == "take-suggestion" and not several:
                text = self.tr("→ {0}") if self._narrow else self.tr("Take “{0}”")
                text = text.format(suggestion)
            usable = not (name == "take-suggestion" and project.scores is None)
            if several:
                count = changed_by(project, rows, KINDS[name])
                note, usable = figure(count), usable and count > 0
            button.show_texts(self._key(name), text, note)
            button.setEnabled(usable)
            button.setToolTip(self._tip(name, several=several, usable=usable))
            if several and name == "take-suggestion":
                text = plural(
                    "Take the suggestion for {count:,} image",
                    "Take the suggestions for {count:,} images",
                    count=changed_by(project, rows, KINDS[name]),
                )
                button.setAccessibleName(text)
            checked = kind == KINDS[name] and not several
            if name == "take-suggestion":
                label = project.label_name(int(project.labels[rows[0]]))
                checked = checked and label == suggestion
            button.setChecked(checked)
        if several:
            self._fit_counts()

    def _fit_counts(self) -> None:
        """Leaves the counts to the line above and the tooltips where they would cut the texts."""
        shown_buttons = [button for button in self.buttons.values() if not button.isHidden()]
        gaps = self._row.spacing() * (len(shown_buttons) - 1)
        if sum(button.sizeHint().width() for button in shown_buttons) + gaps <= self.width():
            return
        for button in shown_buttons:
            name, note = button.accessibleName(), button.note
            button.show_texts(button.key, button.label)
            button.setAccessibleName(name)
            button.setToolTip(f"{button.toolTip()}: {note}")

    def _fill_chips(self, project: Project, rows: IntArray) -> None:
        choices = self._model.choices(self._model.current)
        decision = project.decision(int(rows[0]))
        scores = project.scores
        outlier = scores is not None and bool(scores.outlier[rows[0]])
        self._choice_count = len(choices)
        for digit, (label, share) in enumerate(choices, 1):
            chip = self.digits[digit - 1]
            name = project.label_name(label)
            note = chance(share) if share > 0 and not outlier else ""
            chip.show_texts(self._key(f"choose-{digit}"), shown(name), note)
            if len(rows) > 1:
                tip = plural(
                    "Relabel {count:,} image to “{name}”",
                    "Relabel {count:,} images to “{name}”",
                    count=len(rows),
                    name=name,
                )
            else:
                tip = self.tr("Relabel to “{0}”").format(shown(name))
            chip.setToolTip(tip)
            chip.setAccessibleName(tip)
            chip.setChecked(len(rows) == 1 and decision.label == name)
        self.other.show_texts(self._key("other-class"), self.tr("Another class…"))
        self.other.setToolTip(self.tr("Type to find a class, or name a new one"))
        decided_count = changed_by(project, rows, DecisionKind.UNDECIDED)
        note = figure(decided_count) if len(rows) > 1 else ""
        self.undecided.show_texts(self._key("undecided"), self.tr("Clear the decision"), note)
        self.undecided.setToolTip(self.tr("Make the image undecided again"))
        self.undecided.setVisible(decided_count > 0)

    def _fit_chips(self) -> None:
        """Shows the likely classes that fit; the bar never shrinks, so that nothing jumps."""
        room = self.width()
        fixed_chips = [self.other] if self.undecided.isHidden() else [self.other, self.undecided]
        fixed_widths = [chip.sizeHint().width() for chip in fixed_chips]
        likely_widths = [chip.sizeHint().width() for chip in self.digits[: self._choice_count]]
        while likely_widths and _lines(likely_widths + fixed_widths, room) > CHIP_ROWS:
            likely_widths.pop()
        for index, chip in enumerate(self.digits):
            chip.setVisible(index < len(likely_widths))
        self._line_count = max(
            self._line_count, min(CHIP_ROWS, _lines(likely_widths + fixed_widths, room))
        )
        height = self.other.sizeHint().height()
        self._chips.setMinimumHeight(self._line_count * height + (self._line_count - 1) * _GAP)

    def _show_status(self, project: Project, rows: IntArray) -> None:
        text, role = "", "muted"
        if project.obstacle is not None:
            text = self.tr("Read-only: {0}").format(translated(project.obstacle.message))
            role = "warning-text"
        elif len(rows) > 1:
            decided = changed_by(project, rows, DecisionKind.UNDECIDED)
            text = self.tr("{0} selected").format(figure(len(rows)))
            if decided:
                text += self.tr(", {0} of them decided").format(figure(decided))
            role = ""
        elif self._model.position(int(rows[0])) < 0:
            name = shown(project.table.paths[rows[0]])
            text = self.tr("The buttons decide about {0}, which the filters hide").format(name)
        self.status.setText(text)
        if role != self.status.property("role"):
            self.status.setProperty("role", role)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)
        self.status.setVisible(bool(text))

    def _tip(self, name: str, *, several: bool, usable: bool) -> str:
        if several and not usable:
            return self.tr("This would not change any of the selected images.")
        return {
            "keep": self.tr("The label is right"),
            "take-suggestion": self.tr("Give each image its suggested label")
            if several
            else self.tr("Give the image its suggested label"),
            "drop": self.tr("Leave the image out of training and exports; the file stays"),
            "ambiguous": self.tr("Mark the image as unsure"),
        }[name]

    def _suggestion(self, project: Project, row: int) -> str:
        """The suggested label; empty where there is none, and for an outlier."""
        scores = project.scores
        if scores is None or scores.outlier[row]:
            return ""
        return project.label_name(int(scores.suggested[row]))

    def _key(self, name: str) -> str:
        """The key in native notation; the default one without an action set."""
        if self._actions is None:
            return _DEFAULT_KEYS.get(name, "")
        return self._actions.key_text(name)

    def _on_changed(self, _: object = None) -> None:
        self._refresh_timer.start()

    def _on_decided(self, name: str, _: bool = False) -> None:
        self._model.decide(KINDS[name])
        self._refresh_timer.start()  # an ineffective click still changed the checked state

    def _on_chosen(self, digit: int, _: bool = False) -> None:
        self._choose(digit)

    def _on_dropped(self, digit: int) -> None:
        """Takes images that were dragged here, and offers to undo that: a hand slips."""
        count = len(self._model.targets())
        if self._choose(digit) and count <= MANY:
            self._model.decided_many.emit(count)

    def _choose(self, digit: int) -> bool:
        """Takes a likely class; whether anything was decided."""
        project, choices = self._model.project, self._model.choices(self._model.current)
        self._refresh_timer.start()
        if project is None or digit > len(choices):
            return False
        label = project.label_name(choices[digit - 1][0])
        return self._model.decide(DecisionKind.RELABEL, label)

    def _on_undecided(self) -> None:
        self._model.decide(DecisionKind.UNDECIDED)


def _lines(widths: list[int], room: int) -> int:
    """Number of lines that boxes of these widths need."""
    lines, x = 1, 0
    for width in widths:
        if x and x + width > room:
            lines, x = lines + 1, 0
        x += width + _GAP
    return lines
