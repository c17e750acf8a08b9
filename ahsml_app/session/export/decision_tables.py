"""The tables of a replay and of a comparison of two decision logs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ahsml_app.base.decisions import DecisionKind, first_name
from ahsml_app.base.table_files import write_table
from ahsml_app.session.project.agreement import Agreement, Verdicts
from ahsml_app.session.project.replay import Conflict
from ahsml_app.store.output.journal_table import CLASS_CHANGE

CONFLICTS = "conflicts.csv"
CONFLICT_COLUMNS = ("problem", "path", "hash", "path_here", "given_label", "decision", "label")
DISAGREEMENTS = "disagreements.csv"
DISAGREEMENT_COLUMNS = (
    *("path", "hash", "given_label", "decision_a", "label_a", "reviewer_a"),
    *("decision_b", "label_b", "reviewer_b", "note_a", "note_b"),
)


def write_conflicts(path: Path, conflicts: Iterable[Conflict], *, csv_safe: bool = False) -> None:
    """Writes `conflicts.csv`: the images of a log that a copy does not hold as they were."""
    write_table(path, CONFLICT_COLUMNS, map(_conflict_cells, conflicts), csv_safe=csv_safe)


def _conflict_cells(conflict: Conflict) -> list[str]:
    image, decision = conflict.image, conflict.decision
    known = [conflict.problem, image.path, image.content_hash, conflict.path, image.given]
    return [*known, decision.kind.word, decision.label]


def write_disagreements(path: Path, agreement: Agreement, *, csv_safe: bool = False) -> None:
    """Writes `disagreements.csv`: what two people decided differently.

    A line without a path is a class that they gave different names; its decision is `class`.
    """
    rows = [_disagreement_cells(agreement, verdicts) for verdicts in agreement.disagreements]
    for given, first, second in agreement.class_disagreements:
        rows.append(["", "", given, CLASS_CHANGE, first, "", CLASS_CHANGE, second, "", "", ""])
    write_table(path, DISAGREEMENT_COLUMNS, rows, csv_safe=csv_safe)


def _disagreement_cells(agreement: Agreement, verdicts: Verdicts) -> list[str]:
    image = verdicts.image
    cells = [image.path, image.content_hash, first_name(image.given)]
    for which, logged in enumerate((verdicts.first, verdicts.second)):
        assert logged is not None  # noqa: S101 - both decided
        decision = agreement.shown(logged, which)
        label = decision.label
        if decision.kind == DecisionKind.KEEP:
            label = agreement.names[which].get(image.given, first_name(image.given))
        cells += [decision.kind.word, label, logged.reviewer]
    return [*cells, *verdicts.notes]
