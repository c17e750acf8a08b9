"""The style of each image on the map: its colour and its group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.session.project.project import Project

CLASS_COLOURINGS = ("decided", "given", "suggested")
SCORE_COLOURINGS = (
    "error_probability",
    "adaptive_weight",
    "consistency",
    "outlier_probability",
)

GHOST, PLAIN, SUSPECT, SELECTED = range(4)
"""Groups in painting order; ghosts are images that the filters exclude."""

STEPS = 255
_VIRIDIS = ("#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725")
"""Colours of matplotlib's viridis: even steps of lightness, for any kind of colour vision."""


@dataclass(frozen=True, slots=True)
class PointStyles:
    """Colour and group of each of N images.

    Attributes:
        codes: (N,) uint16 rows of the palette.
        groups: (N,) uint8, see `GHOST` and the others.
        palette: (C, 3) RGB.
    """

    codes: npt.NDArray[np.uint16]
    groups: npt.NDArray[np.uint8]
    palette: npt.NDArray[np.uint8]


def groups_of(project: Project, queue: IntArray, selection: IntArray) -> npt.NDArray[np.uint8]:
    """(N,) group of each image."""
    groups = np.full(len(project.table), GHOST, dtype=np.uint8)
    groups[queue] = PLAIN
    if project.scores is not None:
        suspects = project.scores.flagged & (project.kinds == DecisionKind.UNDECIDED)
        groups[suspects & (groups == PLAIN)] = SUSPECT
    groups[selection] = SELECTED
    return groups


def class_codes(labels: IntArray, count: int) -> npt.NDArray[np.uint16]:
    """(N,) palette rows of labels; the row after the classes stands for no label."""
    return np.where(labels < 0, count, labels).astype(np.uint16)


def score_codes(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """(N,) palette rows of scores from 0 to 1; the last row stands for a missing one."""
    steps = np.round(np.clip(values, 0, 1) * (STEPS - 1))
    return np.where(np.isnan(steps), STEPS, np.nan_to_num(steps)).astype(np.uint16)


def labels_for(project: Project, colouring: str) -> IntArray:
    """(N,) labels that a class colouring shows."""
    if colouring == "given":
        return project.table.labels
    if colouring == "suggested" and project.scores is not None:
        return project.scores.suggested
    return project.labels


def score_ramp(*, dark: bool) -> npt.NDArray[np.uint8]:
    """(STEPS, 3) RGB from low to high, without the end that would vanish against the background."""
    stops = np.array([[int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in _VIRIDIS])
    low, high = (0.2, 1.0) if dark else (0.0, 0.92)
    positions = np.linspace(low, high, STEPS) * (len(stops) - 1)
    channels = [np.interp(positions, np.arange(len(stops)), stops[:, i]) for i in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)
