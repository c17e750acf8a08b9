"""Number of images that a decision would change."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.session.project.project import Project


def changed_by(project: Project, rows: IntArray, kind: DecisionKind, label: str = "") -> int:
    """Number of images that a decision changes; images with the same decision do not count.

    Args:
        project: The project.
        rows: The images.
        kind: The decision.
        label: The label of a relabelling; empty for the suggestion of each image.
    """
    kinds = project.kinds[rows]
    if kind != DecisionKind.RELABEL:
        return int((kinds != kind).sum())
    wanted: IntArray
    if label:
        if label not in project.class_names:
            return len(rows)
        wanted = np.full(len(rows), project.class_names.index(label))
    elif project.scores is None:
        return 0
    else:
        rows = rows[~project.scores.outlier[rows]]  # no class is suggested for an outlier
        kinds, wanted = project.kinds[rows], project.scores.suggested[rows]
        if (wanted < 0).any():  # no suggestion keeps the label
            wanted = np.where(wanted < 0, project.table.labels[rows], wanted)
    # Relabelling to the given label counts as keeping it.
    decided = (kinds == DecisionKind.KEEP) | (kinds == DecisionKind.RELABEL)
    return len(rows) - int((decided & (project.labels[rows] == wanted)).sum())
