"""Two classes that are the same: what it takes to make them one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray

if TYPE_CHECKING:
    from ahsml_app.session.project import Project


@dataclass(frozen=True, slots=True)
class Merge:
    """One step: a relabelling of all images of a class but those that are dropped.

    Attributes:
        rows: The images whose label changes.
        label: The class that stays.
        name: Of the step.
    """

    rows: IntArray
    label: str
    name: str


def plan_merge(project: Project, gone: int, stays: int) -> Merge:
    """What merging one class into another would change."""
    gone_rows = (project.labels == gone) & (project.kinds != DecisionKind.DROP)
    rows = np.flatnonzero(gone_rows).astype(np.int64)
    label = project.label_name(stays)
    name = f"Merge {project.label_name(gone)} into {label} ({len(rows):,} images)"
    return Merge(rows, label, name)
