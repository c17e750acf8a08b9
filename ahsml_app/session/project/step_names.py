"""Names of the steps in the history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.message import Message
from ahsml_app.base.types import SampleTable


def step_name(
    table: SampleTable, rows: Sequence[int], kind: DecisionKind, decisions: Sequence[Decision]
) -> Message:
    """Name of a step, for example "Relabel 12 images to dog".

    Args:
        table: The samples.
        rows: The samples of the step.
        kind: The requested decision.
        decisions: The resulting decision of each sample.
    """
    what: str | Message = Message.plural("{count:,} image", "{count:,} images", count=len(rows))
    if len(rows) == 1:
        what = Path(table.paths[rows[0]]).name
    labels = {decision.label for decision in decisions if decision.label}
    if kind == DecisionKind.RELABEL and labels:
        to = next(iter(labels)) if len(labels) == 1 else Message("the suggestions")
        return Message("Relabel {what} to {label}", what=what, label=to)
    names = {
        DecisionKind.UNDECIDED: Message("Reopen {what}", what=what),
        DecisionKind.KEEP: Message("Keep {what}", what=what),
        DecisionKind.RELABEL: Message("Keep {what}", what=what),
        DecisionKind.DROP: Message("Drop {what}", what=what),
        DecisionKind.AMBIGUOUS: Message("Mark {what} as ambiguous", what=what),
    }
    return names[kind]
