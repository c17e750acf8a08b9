"""How many images a decision would change; no widget."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.session.project import Project


def changed_by(project: Project, rows: IntArray, kind: DecisionKind, label: str = "") -> int:
    """How many of the images a decision changes: those that are decided so already do not count.

    Args:
        project: The project.
        rows: The images.
        kind: What is decided.
        label: The label of a relabelling; empty for each image's suggestion.
    """
    kinds = project.kinds[rows]
    if kind != DecisionKind.RELABEL:
        return int((kinds != kind).sum())
    if label:
        known = label in project.class_names
        wanted = np.full(len(rows), project.class_names.index(label) if known else -2)
    elif project.scores is None:
        return 0
    else:
        wanted = project.scores.suggested[rows]
    # The label that an image came with means keeping it.
    given = project.table.labels[rows]
    keeps = (wanted == given) | (wanted == -1)
    done = np.where(
        keeps, kinds == DecisionKind.KEEP,
        (kinds == DecisionKind.RELABEL) & (project.labels[rows] == wanted),
    )  # fmt: skip
    return int((~done).sum())
