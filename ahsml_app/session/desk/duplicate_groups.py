"""Groups of duplicates, the image of each that is worth keeping, and the drop of the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.types import UNLABELLED, IntArray
from ahsml_app.core.features.image_findings import MEASURES, measure
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.image_metadata import image_size
from ahsml_app.session.review.load_image import UnreadableImage, load_image

SHARPNESS_SIDE = 512
"""Longest side in pixels at which the sharpness of images is compared."""

AS_SHARP = 0.65
"""Share of the greatest sharpness from which an image counts as equally sharp."""

_SHARPNESS = MEASURES.index("sharpness")
_LEAST_SIDE = 3  # the sharpness compares a pixel with its neighbours


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Images that look the same, of which none is dropped yet.

    Attributes:
        number: Number of the group in the scores.
        rows: Their rows, at least two.
        conflict: Whether they carry different labels.
    """

    number: int
    rows: tuple[int, ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What is known of the file of a duplicate.

    Attributes:
        width: Of the picture in pixels; 0 if it cannot be read.
        height: Likewise.
        size: Bytes of the file.
        sharpness: Detail for the contrast; 0 where it was not needed, as no other image of the
            group is as large.
    """

    width: int = 0
    height: int = 0
    size: int = 0
    sharpness: float = 0.0

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def density(self) -> float:
        """Bytes for each pixel: less were kept of an image that is compressed more."""
        return self.size / self.pixels if self.pixels else 0.0


def duplicate_groups(project: Project) -> list[DuplicateGroup]:
    """Groups of at least two images that are there and not dropped.

    Those whose labels differ come first, then the larger ones, then in the order of the table.
    Labels are those after the decisions; an image without a label differs from none.
    """
    scores = project.scores
    if scores is None:
        return []
    there = (project.states != SampleState.MISSING) & (project.kinds != DecisionKind.DROP)
    rows = np.flatnonzero(there & (scores.duplicate_group >= 0))
    rows = rows[np.argsort(scores.duplicate_group[rows], kind="stable")]
    ends = np.flatnonzero(np.diff(scores.duplicate_group[rows])) + 1
    groups = [
        DuplicateGroup(
            int(scores.duplicate_group[members[0]]),
            tuple(members.tolist()),
            len(set(project.labels[members].tolist()) - {UNLABELLED}) > 1,
        )
        for members in np.split(rows, ends)
        if len(members) > 1
    ]
    return sorted(groups, key=lambda group: (not group.conflict, -len(group.rows), group.number))


def copy_facts(
    paths: Sequence[Path],
    hashes: Sequence[str],
    cancel: CancelToken | None = None,
    planes: Planes = FIRST,
) -> tuple[CopyFacts, ...]:
    """Reads what the rule of `best_of` needs from the files of a group.

    Args:
        paths: Their paths.
        hashes: Their content hashes; files of one hash are not compared further.
        cancel: Asks the reading to stop.
        planes: What is read of images with several pages or channels.

    Raises:
        Cancelled: When asked to stop.
    """
    facts = [_facts_of_header(path) for path in paths]
    most = max(fact.pixels for fact in facts)
    largest = [n for n, fact in enumerate(facts) if fact.pixels == most > 0]
    if len({hashes[n] for n in largest}) > 1:
        for n in largest:
            if cancel is not None:
                cancel.check()
            known = facts[n]
            sharpness = _sharpness(paths[n], planes)
            facts[n] = CopyFacts(known.width, known.height, known.size, sharpness)
    return tuple(facts)


def best_of(facts: Sequence[CopyFacts]) -> int:
    """Position of the image to keep: the largest, then the sharpest, then the least compressed.

    The largest has the most pixels. Those of the same size that reach `AS_SHARP` of the greatest
    sharpness are equally sharp, and of these the one with the most bytes for a pixel is best. Of
    equal ones the first stays.
    """
    most = max(fact.pixels for fact in facts)
    sharpest = max(fact.sharpness for fact in facts if fact.pixels == most)

    def rank(position: int) -> tuple[int, bool, float]:
        fact = facts[position]
        return fact.pixels, fact.sharpness >= AS_SHARP * sharpest, fact.density

    return max(range(len(facts)), key=rank)


def rows_to_drop(groups: Sequence[DuplicateGroup], kept: Mapping[int, int]) -> IntArray:
    """Rows of the images that give way to the one that stays.

    Args:
        groups: The groups.
        kept: Row of the image that stays, by the number of its group.
    """
    rows = [row for group in groups for row in group.rows if row != kept[group.number]]
    return np.array(rows, dtype=np.int64)


def _facts_of_header(path: Path) -> CopyFacts:
    try:
        return CopyFacts(*image_size(path), path.stat().st_size)
    except Exception:  # what cannot be read is never the best one
        return CopyFacts()


def _sharpness(path: Path, planes: Planes) -> float:
    try:
        pixels = load_image(path, SHARPNESS_SIDE, planes).transpose(2, 0, 1)
    except (UnreadableImage, OSError):
        return 0.0
    if min(pixels.shape[1:]) < _LEAST_SIDE:
        return 0.0
    value = float(measure(pixels, pixels.shape[1:])[_SHARPNESS])
    return value if math.isfinite(value) else 0.0
