"""How the history names a decision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.types import SampleTable


def step_name(
    table: SampleTable, rows: Sequence[int], kind: DecisionKind, decisions: Sequence[Decision]
) -> str:
    """What a person reads of a step, for example "Relabel 12 images to dog".

    Args:
        table: The samples.
        rows: Those that are decided about.
        kind: What was asked for.
        decisions: What came of it for each.
    """
    what = Path(table.paths[rows[0]]).name if len(rows) == 1 else f"{len(rows):,} images"
    labels = {decision.label for decision in decisions if decision.label}
    to = next(iter(labels)) if len(labels) == 1 else "the suggestions"
    words = {
        DecisionKind.UNDECIDED: f"Reopen {what}",
        DecisionKind.KEEP: f"Keep {what}",
        DecisionKind.RELABEL: f"Relabel {what} to {to}" if labels else f"Keep {what}",
        DecisionKind.DROP: f"Drop {what}",
        DecisionKind.AMBIGUOUS: f"Mark {what} as ambiguous",
    }
    return words[kind]
