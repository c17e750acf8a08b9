"""Selects the images that the gallery shows, and orders them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.types import (
    IMAGE_FINDINGS,
    QUADRANTS,
    AnyArray,
    BoolArray,
    Float64Array,
    FloatArray,
    IndexArray,
    IntArray,
)
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.honest_sample import stored_sample
from ahsml_app.session.review.search import search_mask

SORTS = (
    "error_probability",
    "adaptive_weight",
    "consistency",
    "suggestion_confidence",
    "class_divergence",
    "outlier_probability",
    "duplicate_group",
    "given_label",
    "suggested_label",
    "path",
    "decision",
    "duplicate_conflict",
    "image_findings",
)
"""Sort keys of the gallery."""

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class ChosenRows:
    """Rows that a page of the window selected. Compared by identity, as there can be millions.

    Attributes:
        rows: Rows of the table, each once.
        text: The text whose order they have; empty for none.
    """

    rows: IntArray
    text: str = ""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Filters and order of the gallery; empty or None filters nothing.

    Attributes:
        sort: One of `SORTS`, or "chosen" for the order in which `rows` has them.
        descending: Whether the largest values come first; missing values always come last.
        given: Class indices of the label after decisions.
        suggested: Class indices of the suggested label.
        low: Least error probability.
        high: Largest error probability.
        quadrants: Indices in `base.types.QUADRANTS`.
        kinds: Kinds of decisions, or `CHECKED_BY_MODEL`.
        flagged: Only images that are more probably wrong than right.
        duplicates: Only images with an exact or near duplicate.
        outlier: Only images that more probably belong to no class than to one.
        findings: Indices in `base.types.IMAGE_FINDINGS`; images with any of them.
        split: Value in the manifest's column `split`.
        unreadable: Only images that could not be read; they are among no others.
        starred: Only images with a star.
        noted: Only images with a note.
        text: A search by words (see `search`).
        rows: Only these rows, which a page of the window selected.
    """

    sort: str = "error_probability"
    descending: bool = True
    given: frozenset[int] = frozenset()
    suggested: frozenset[int] = frozenset()
    low: float = 0.0
    high: float = 1.0
    quadrants: frozenset[int] = frozenset()
    kinds: frozenset[int] = frozenset()
    flagged: bool = False
    duplicates: bool = False
    outlier: bool = False
    findings: frozenset[int] = frozenset()
    unreadable: bool = False
    starred: bool = False
    noted: bool = False
    split: str = ""
    text: str = ""
    rows: ChosenRows | None = None

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        plain = QueueFilter(sort=self.sort, descending=self.descending)
        return self != plain


def queue_rows(project: Project, queue_filter: QueueFilter) -> IntArray:
    """Rows of the images that pass the filter, in its order; ties keep the order of the table."""
    rows = np.flatnonzero(matches(project, queue_filter)).astype(np.int64)
    return rows[_order(project, queue_filter, rows)]


def matches(project: Project, queue_filter: QueueFilter) -> BoolArray:
    """(N,) mask of the samples that pass the filters."""
    mask = np.full(len(project.table), not queue_filter.unreadable)
    mask[list(project.unreadable)] = queue_filter.unreadable
    if queue_filter.rows is not None:
        chosen = np.zeros(len(project.table), dtype=bool)
        chosen[queue_filter.rows.rows] = True
        mask &= chosen
    if queue_filter.given:
        mask &= _among(project.labels, queue_filter.given, len(project.class_names))
    if queue_filter.kinds:
        mask &= _among(review_states(project), queue_filter.kinds, CHECKED_BY_MODEL + 1)
    for wanted, mark in ((queue_filter.starred, Mark.STAR), (queue_filter.noted, Mark.NOTE)):
        if wanted:
            mask &= marked(project, mark)
    if queue_filter.split and "split" in project.table.columns:
        mask &= np.array([cell == queue_filter.split for cell in project.table.columns["split"]])
    if queue_filter.text:
        mask &= search_mask(project, queue_filter.text, review_states(project))
    return mask & _match_scores(project, queue_filter)


def review_states(project: Project, rows: IntArray | None = None) -> IntArray:
    """The kind of decision about each image, or `CHECKED_BY_MODEL`.

    The model's word holds as long as no person decides, no training doubts it, and the image is in
    no honest sample that is open, which is judged by eye.

    Args:
        project: The project.
        rows: (M,) the images; all of them by default.
    """
    states: IntArray = project.kinds.copy() if rows is None else project.kinds[rows]
    checked = project.marks[Mark.CHECKED]
    if not checked:
        return states
    if rows is None:
        mask = marked(project, Mark.CHECKED)
    else:
        mask = np.array([row in checked for row in rows.tolist()], dtype=bool)
    mask &= states == DecisionKind.UNDECIDED
    if project.scores is not None:
        mask &= ~(project.scores.flagged if rows is None else project.scores.flagged[rows])
    sample = stored_sample(project) if mask.any() else None
    if sample is not None and sample.included:
        mask &= ~np.isin(np.arange(len(mask)) if rows is None else rows, sample.rows)
    states[mask] = CHECKED_BY_MODEL
    return states


def first_open(project: Project, rows: IntArray) -> int:
    """The first of these images that a person has to decide about; -1 if there is none."""
    for start in range(0, len(rows), _AT_ONCE):  # usually one of the first is
        part = rows[start : start + _AT_ONCE]
        missing = project.states[part] == SampleState.MISSING
        found = part[(review_states(project, part) == DecisionKind.UNDECIDED) & ~missing]
        if len(found):
            return int(found[0])
    return -1


def marked(project: Project, mark: Mark) -> BoolArray:
    """(N,) mask of the samples that have a mark."""
    mask = np.zeros(len(project.table), dtype=bool)
    mask[list(project.marks[mark])] = True
    return mask


def _match_scores(project: Project, queue_filter: QueueFilter) -> BoolArray:
    mask = np.ones(len(project.table), dtype=bool)
    scores = project.scores
    if scores is None:
        return mask
    if queue_filter.low > 0 or queue_filter.high < 1:
        wrong = scores.error_probability
        mask &= (wrong >= queue_filter.low) & (wrong <= queue_filter.high)
    if queue_filter.suggested:
        mask &= _among(scores.suggested, queue_filter.suggested, len(project.class_names))
    if queue_filter.quadrants:
        mask &= _among(scores.quadrant, queue_filter.quadrants, len(QUADRANTS))
    if queue_filter.flagged:
        mask &= scores.flagged
    if queue_filter.duplicates:
        mask &= scores.duplicate_group >= 0
    if queue_filter.outlier:
        mask &= scores.outlier
    if queue_filter.findings:
        mask &= (scores.image_findings & sum(1 << index for index in queue_filter.findings)) != 0
    return mask


def _among(labels: IntArray, chosen: frozenset[int], count: int) -> BoolArray:
    """(N,) mask of the labels that are among the chosen; five times as fast as `numpy.isin`."""
    wanted = np.zeros(count + 1, dtype=bool)  # the last entry is for index -1
    wanted[[label for label in chosen if label < count]] = True
    mask: BoolArray = wanted[labels]
    return mask


def _order(project: Project, queue_filter: QueueFilter, rows: IntArray) -> IndexArray:
    keys: AnyArray
    if queue_filter.sort == "chosen":
        chosen = rows if queue_filter.rows is None else queue_filter.rows.rows
        places = np.zeros(len(project.table), dtype=np.int64)
        places[chosen] = np.arange(len(chosen))
        return np.argsort(places[rows], kind="stable")
    if queue_filter.sort == "path":
        keys = project.paths.ranks[rows].astype(np.float64)
    elif queue_filter.sort == "given_label":
        keys = _class_ranks(project.class_names)[project.labels[rows]]
    elif queue_filter.sort == "decision":
        keys = review_states(project, rows).astype(np.float64)
    elif project.scores is None:
        return np.arange(len(rows))
    elif queue_filter.sort == "suggested_label":
        keys = _class_ranks(project.class_names)[project.scores.suggested[rows]]
    elif queue_filter.sort == "duplicate_group":
        groups = project.scores.duplicate_group[rows]
        keys = np.where(groups < 0, np.nan, groups)
    elif queue_filter.sort == "image_findings":  # the images with the most of them
        bits = project.scores.image_findings[rows, None] >> np.arange(len(IMAGE_FINDINGS)) & 1
        keys = bits.sum(axis=1).astype(np.float64)
    elif queue_filter.sort == "duplicate_conflict":
        keys = project.scores.duplicate_conflict[rows].astype(np.float64)
    else:
        keys = np.asarray(getattr(project.scores, queue_filter.sort))[rows]
    # NaN sorts last in numpy, also when negated.
    keys = -keys if queue_filter.descending else keys
    if keys.dtype == np.float32:
        return _stable_argsort(keys.astype(np.float32, copy=False))
    return np.argsort(keys, kind="stable")


def _stable_argsort(keys: FloatArray) -> IndexArray:
    """Like a stable `numpy.argsort`, in a fifth of the time: sorts key and index as one integer.

    The bits of floats sort as the floats do once all bits of the negative ones are inverted, and
    only the sign bit of the others.
    """
    bits = (keys + np.float32(0)).view(np.uint32)  # -0 becomes 0
    bits = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    bits[np.isnan(keys)] = np.iinfo(np.uint32).max
    pairs = bits.astype(np.uint64) << np.uint64(32)
    pairs |= np.arange(len(keys), dtype=np.uint64)
    pairs.sort()
    return (pairs & np.uint64(np.iinfo(np.uint32).max)).astype(np.intp)


def _class_ranks(names: tuple[str, ...]) -> Float64Array:
    """Alphabetical rank of each class; the last entry, for index -1, is NaN."""
    ranks = np.full(len(names) + 1, np.nan)
    ranks[np.argsort(np.array([name.casefold() for name in names], dtype=object))] = np.arange(
        len(names)
    )
    return ranks
