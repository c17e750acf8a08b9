"""The state that the steps of a decision log lead to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ahsml_app.base.decisions import Decision, DecisionKind, Mark, UndoStacks
from ahsml_app.store.decision_log import LoggedStep


@dataclass(frozen=True, slots=True)
class LoggedImage:
    """An image as the log knew it last.

    Attributes:
        path: Relative path.
        content_hash: Content hash; empty if unknown.
        given: ID of the class that it came with; empty for none.
    """

    path: str
    content_hash: str
    given: str


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """A decision that holds at the end of the log, and who made it."""

    decision: Decision
    reviewer: str


@dataclass(slots=True)
class LogState:
    """The state after the steps taken so far.

    Attributes:
        images: Every image of the log, by its number.
        decisions: The decision about each decided image, by its number.
        names: Current name of each renamed class, by its ID.
        marks: The text of each mark of each image, by its number; no empty ones.
        stacks: The steps that can be undone or redone.
    """

    images: dict[int, LoggedImage] = field(default_factory=dict)
    decisions: dict[int, LoggedDecision] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    marks: dict[int, dict[Mark, str]] = field(default_factory=dict)
    stacks: UndoStacks = field(default_factory=UndoStacks)
    _steps: dict[int, LoggedStep] = field(default_factory=dict)
    _before: dict[int, dict[int, LoggedDecision | None]] = field(default_factory=dict)

    def take(self, step: LoggedStep) -> None:
        """Takes the next step.

        Raises:
            ValueError: If it undoes or redoes another step than the one whose turn it is.
        """
        if step.action == "undo" or step.action == "redo":
            target = step.target or 0
            self.stacks.take(step.action, target)
            (self._revert if step.action == "undo" else self._apply)(self._steps[target])
            return
        self._steps[step.number] = step
        self._apply(step)
        if step.action == "decide":
            self.stacks.take("decide", step.number)
        else:
            updated = {known.image for known in step.known}
            self.stacks.make_permanent(
                lambda number: any(known.image in updated for known in self._steps[number].known)
            )

    def said_of(self, number: int) -> object:
        """What the log says of an image in the end: its decision and its marks."""
        return self.decisions.get(number), self.marks.get(number)

    def note(self, number: int) -> str:
        """The note on an image; empty for none."""
        return self.marks.get(number, {}).get(Mark.NOTE, "")

    def _apply(self, step: LoggedStep) -> None:
        before = self._before[step.number] = {}
        for known in step.known:
            self.images[known.image] = LoggedImage(known.path, known.content_hash, known.given)
        for change in step.changes:
            before[change.image] = self.decisions.get(change.image)
            self._set(change.image, LoggedDecision(change.after, step.reviewer))
        for mark in step.marks:
            self._set_mark(mark.image, mark.mark, mark.after)
        self.names |= {item.class_id: item.after for item in step.classes}

    def _revert(self, step: LoggedStep) -> None:
        for number, decision in self._before[step.number].items():
            self._set(number, decision)
        for mark in step.marks:
            self._set_mark(mark.image, mark.mark, mark.before)
        self.names |= {item.class_id: item.before for item in step.classes}

    def _set(self, number: int, decision: LoggedDecision | None) -> None:
        if decision is None or decision.decision.kind == DecisionKind.UNDECIDED:
            self.decisions.pop(number, None)
        else:
            self.decisions[number] = decision

    def _set_mark(self, number: int, mark: Mark, text: str) -> None:
        marks = self.marks.setdefault(number, {})
        marks[mark] = text
        if not text:
            del marks[mark]
        if not marks:
            del self.marks[number]


def state_after(steps: Iterable[LoggedStep]) -> LogState:
    """The state at the end of a log.

    Raises:
        ValueError: If a step undoes or redoes another step than the one whose turn it is.
    """
    state = LogState()
    for step in steps:
        state.take(step)
    return state
