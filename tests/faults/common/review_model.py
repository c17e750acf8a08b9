"""Decisions, undo and redo at random, and what must be on disk after each, without the product."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.project.project import Project

Decided = dict[str, list[str]]
"""Kind and label of the decision of each decided image, by its path."""

STARTED, DONE, REFUSED = "started ", "done", "refused"
"""Lines of a review: a step that is about to be taken, and what became of it."""

_KINDS = ("keep", "relabel", "drop", "ambiguous", "undecided")


def random_steps(paths: Sequence[str], labels: Sequence[str], seed: int) -> Iterator[dict]:
    """Endless steps: decisions about one or several images, undo, and redo."""
    chosen = random.Random(seed)
    while True:
        action = chosen.choices(("decide", "undo", "redo"), (8, 2, 1))[0]
        step: dict = {"action": action}
        if action == "decide":
            count = chosen.choice((1, 1, 1, 4))
            step["paths"] = chosen.sample(list(paths), min(count, len(paths)))
            step["kind"] = chosen.choice(_KINDS)
            step["label"] = chosen.choice(labels) if step["kind"] == "relabel" else ""
        yield step


def take(project: Project, step: dict) -> None:
    """Takes a step in a project."""
    if step["action"] == "undo":
        project.undo()
    elif step["action"] == "redo":
        project.redo()
    else:
        rows = [project.row_of(path) for path in step["paths"]]
        project.decide(rows, DecisionKind[step["kind"].upper()], step["label"])


def decided_in(project: Project) -> Decided:
    """The decisions of an opened project."""
    decisions = ((path, project.decision(row)) for row, path in enumerate(project.table.paths))
    return {
        path: [decision.kind.word, decision.label]
        for path, decision in decisions
        if decision.kind != DecisionKind.UNDECIDED
    }


class ReviewModel:
    """What the journal must hold.

    Args:
        given: Given label of each image, by its path.
    """

    def __init__(self, given: dict[str, str]) -> None:
        self._given = given
        self._states: list[Decided] = [{}]
        self._at = 0

    @property
    def state(self) -> Decided:
        """The decisions after the steps so far."""
        return self._states[self._at]

    def take(self, step: dict) -> None:
        """Takes a step."""
        if step["action"] == "undo":
            self._at = max(0, self._at - 1)
        elif step["action"] == "redo":
            self._at = min(len(self._states) - 1, self._at + 1)
        elif (after := self._decided(step)) != self.state:
            self._states[self._at + 1 :] = [after]
            self._at += 1

    def _decided(self, step: dict) -> Decided:
        state = dict(self.state)
        for path in step["paths"]:
            kind, label = step["kind"], step["label"]
            if kind == "relabel" and label == self._given[path]:
                kind, label = "keep", ""
            if kind == "undecided":
                state.pop(path, None)
            else:
                state[path] = [kind, label]
        return state


def allowed_states(model: ReviewModel, lines: Sequence[str]) -> list[Decided]:
    """The states that may be on disk after these lines: of all confirmed steps, and of one more.

    A step that was refused must have changed nothing.
    """
    step: dict | None = None
    for line in lines:
        if line.startswith(STARTED):
            step = json.loads(line.removeprefix(STARTED))
        elif step is not None and line == DONE:
            model.take(step)
            step = None
        elif line == REFUSED:
            step = None
    states = [dict(model.state)]
    if step is not None:
        model.take(step)
        states.append(dict(model.state))
    return states
