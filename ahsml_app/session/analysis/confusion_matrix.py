"""Given against suggested class: how many images, and about how many errors, in each cell.

Only cells that hold images are kept, so thousands of classes cost no more than their images. The
given label is the one after decisions; dropped images and those without a label are left out, and
only images without a decision count as possible errors.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.types import (
    AnyArray,
    ClassMatrix,
    Float64Array,
    FloatArray,
    IndexArray,
    IntArray,
)
from ahsml_app.session.project.project import Project
from ahsml_app.store.result_files import write_square

Measure = Literal["errors", "excess", "images", "share"]
MEASURES: tuple[Measure, ...] = ("errors", "excess", "images", "share")
"""What a cell can show: expected errors, how many of them are beyond chance, images, or their share
of the images given the class."""

Block = tuple[int, int, int, int]
"""Cells by place: first row, the row behind the last one, and likewise the columns."""

_BITS = 32
_LOW = (1 << _BITS) - 1
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class ConfusionRequest:
    """A snapshot of a project for the thread that counts.

    Attributes:
        labels: (N,) labels after the decisions.
        kinds: (N,) kinds of the decisions.
        suggested: (N,) suggested labels, -1 for none.
        wrong: (N,) probability that the label is wrong, NaN for none.
        divergence: (L, L) distances between the classes of the training.
        classes: How many classes there are now.
    """

    labels: IntArray
    kinds: IntArray
    suggested: IntArray
    wrong: FloatArray
    divergence: ClassMatrix
    classes: int


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """What a block of cells holds.

    Attributes:
        images: How many images.
        errors: Expected wrong labels among them.
        share: Of the images that carry one of the block's given labels; 0 for none.
    """

    images: int
    errors: float
    share: float


class Confusion:
    """The matrix, in an order in which confused classes stand together; see `count_confusion`.

    A place is where a class stands in that order; rows are given, columns suggested classes.

    Attributes:
        order: (K,) class at each place.
        place: (K,) place of each class.
        rows: (M,) place of the given class of each cell that was ever filled, ascending.
        columns: (M,) place of its suggested class, ascending within a row.
        images: (M,) how many images it holds; may have become 0.
        errors: (M,) expected wrong labels among them: the sum of their probabilities.
    """

    def __init__(self, request: ConfusionRequest, order: IntArray) -> None:
        self.order = order
        self.place = np.empty_like(order)
        self.place[order] = np.arange(len(order))
        self._suggested, self._wrong = request.suggested, request.wrong
        self._cells = self._cells_of(slice(None), request.labels, request.kinds)
        self._parts = self._parts_of(slice(None), request.kinds)
        inside = self._cells != _NOWHERE
        self._keys, where = np.unique(self._cells[inside], return_inverse=True)
        self.images = np.bincount(where, minlength=len(self._keys))
        self.errors = _sums(where, self._parts[inside], len(self._keys))
        self._split()

    def __len__(self) -> int:
        return len(self.order)

    def values(self, measure: Measure) -> Float64Array:
        """(M,) value of each cell."""
        if measure == "errors":
            return self.errors
        if measure == "excess":
            return self._excess()
        if measure == "images":
            return self.images.astype(np.float64)
        whole = np.maximum(self.totals()[self.rows], 1)
        share: Float64Array = self.images / whole
        return share

    def _excess(self) -> Float64Array:
        """Errors beyond what wrong labels without a preference would put into each cell.

        That is row sum times column sum over the total, as in Pearson's test of independence; what
        would fall on the diagonal, where no error can be, is spread over the others (ours).
        """
        errors = np.where(self.rows != self.columns, self.errors, 0.0)
        given, suggested = (_sums(side, errors, len(self)) for side in (self.rows, self.columns))
        total = float(errors.sum())
        if total <= 0:
            return errors
        room = total - float((given * suggested).sum()) / total
        chance = given[self.rows] * suggested[self.columns] / max(room, 1e-9)
        beyond: Float64Array = np.maximum(errors - chance, 0.0)
        return beyond

    def totals(self) -> Float64Array:
        """(K,) images that carry the class at each place."""
        return _sums(self.rows, self.images, len(self))

    def facts(self, block: Block) -> BlockCounts:
        """What a block holds."""
        low, high = np.searchsorted(self.rows, block[:2])
        inside = slice(int(low), int(high))
        mine = (self.columns[inside] >= block[2]) & (self.columns[inside] < block[3])
        images = int(self.images[inside][mine].sum())
        whole = int(self.images[inside].sum())
        errors = float(self.errors[inside][mine].sum())
        return BlockCounts(images, errors, images / whole if whole else 0.0)

    def worst(self, measure: Measure, count: int) -> IndexArray:
        """Cells of two different classes with images, the largest first.

        Args:
            measure: What they are compared by.
            count: At most so many.
        """
        cells = np.flatnonzero((self.rows != self.columns) & (self.images > 0))
        values = self.values(measure)[cells]
        if len(cells) > count:
            near = np.argpartition(-values, count)[:count]
            cells, values = cells[near], values[near]
        return cells[np.lexsort((-self.images[cells], -values))]

    def members(self, block: Block, most: int) -> IntArray:
        """Images in a block, the most suspect first.

        Args:
            block: Which cells.
            most: At most so many.
        """
        rows = self._cells >> _BITS
        inside = (rows >= block[0]) & (rows < block[1])
        if block[3] - block[2] < len(self):
            columns = self._cells & _LOW
            inside &= (columns >= block[2]) & (columns < block[3])
        found = np.flatnonzero(inside)
        doubts = -self._parts[found]
        if len(found) > most:
            near = np.argpartition(doubts, most)[:most]
            found, doubts = found[near], doubts[near]
        return found[np.argsort(doubts, kind="stable")].astype(np.int64)

    def update(self, project: Project, rows: IntArray) -> None:
        """Take what was decided about some images; only their cells are counted anew."""
        rows = np.unique(rows)
        self._extend(len(project.class_names))
        self._add(self._cells[rows], -1, -self._parts[rows])
        self._cells[rows] = self._cells_of(rows, project.labels[rows], project.kinds[rows])
        self._parts[rows] = self._parts_of(rows, project.kinds[rows])
        self._add(self._cells[rows], 1, self._parts[rows])
        self._split()

    def _add(self, cells: IntArray, sign: int, parts: Float64Array) -> None:
        inside = cells != _NOWHERE
        keys, where = np.unique(cells[inside], return_inverse=True)
        at = np.searchsorted(self._keys, keys)
        known = np.append(self._keys, _NOWHERE)[at] == keys
        if not known.all():
            self._keys = np.insert(self._keys, at[~known], keys[~known])
            self.images = np.insert(self.images, at[~known], 0)
            self.errors = np.insert(self.errors, at[~known], 0.0)
            at = np.searchsorted(self._keys, keys)
        self.images[at] += sign * np.bincount(where, minlength=len(keys))
        self.errors[at] += _sums(where, parts[inside], len(keys))
        self.errors[at[self.images[at] == 0]] = 0.0  # no rests of rounding

    def _extend(self, classes: int) -> None:
        """Classes that decisions added go to the end, so that nothing else moves."""
        more = np.arange(len(self.order), classes, dtype=np.int64)
        self.order, self.place = np.append(self.order, more), np.append(self.place, more)

    def _split(self) -> None:
        self.rows, self.columns = self._keys >> _BITS, self._keys & _LOW

    def _cells_of(self, rows: IntArray | slice, labels: IntArray, kinds: IntArray) -> IntArray:
        suggested = self._suggested[rows]
        outside = (labels < 0) | (suggested < 0) | (kinds == DecisionKind.DROP)
        cells = (self.place[labels] << _BITS) | self.place[suggested]
        return np.where(outside, _NOWHERE, cells)

    def _parts_of(self, rows: IntArray | slice, kinds: IntArray) -> Float64Array:
        undecided = kinds == DecisionKind.UNDECIDED
        return np.where(undecided, np.nan_to_num(self._wrong[rows]), 0.0).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix of one measure as it was at a moment, for the thread that writes it.

    Attributes:
        names: (K,) classes in the order of rows and columns.
        rows: (M,) places of the filled cells.
        columns: (M,) likewise.
        texts: (M,) their values.
    """

    names: tuple[str, ...]
    rows: IntArray
    columns: IntArray
    texts: list[str]


def matrix_of(confusion: Confusion, names: tuple[str, ...], measure: Measure) -> Matrix:
    """A snapshot for `write_matrix`; names by place."""
    values = confusion.values(measure).tolist()
    texts = [f"{v:.0f}" if measure == "images" else f"{v:.6g}" for v in values]
    return Matrix(names, confusion.rows.copy(), confusion.columns.copy(), texts)


def write_matrix(path: Path, matrix: Matrix) -> Path:
    """Write a matrix as CSV: a row for each given, a column for each suggested class.

    Returns:
        The path.

    Raises:
        OutputError: It could not be written.
    """
    try:
        write_square(path, "given \\ suggested", matrix.names, _lines(matrix))
    except OSError as error:
        raise OutputError(
            Message("The matrix could not be written to {path}.", path=path),
            hint="Choose another folder, or make room on the disk.",
            details=repr(error),
        ) from error
    return path


def _lines(matrix: Matrix) -> Iterator[list[str]]:
    size = len(matrix.names)
    edges = np.searchsorted(matrix.rows, np.arange(size + 1)).tolist()
    columns = matrix.columns.tolist()
    for low, high in itertools.pairwise(edges):
        line = ["0"] * size
        for cell in range(low, high):
            line[columns[cell]] = matrix.texts[cell]
        yield line


def _sums(where: IndexArray, weights: AnyArray, count: int) -> Float64Array:
    return np.asarray(np.bincount(where, weights, minlength=count), dtype=np.float64)


def confusion_request(project: Project) -> ConfusionRequest | None:
    """What `count_confusion` needs, for another thread; None before the first training."""
    scores = project.scores
    if scores is None or not project.class_names:
        return None
    return ConfusionRequest(
        project.labels.copy(),
        project.kinds.copy(),
        scores.suggested,
        scores.error_probability,
        scores.class_distances,
        len(project.class_names),
    )


def count_confusion(request: ConfusionRequest) -> Confusion:
    """Count the cells and put the classes in order; takes seconds for thousands of classes."""
    from ahsml_app.core.analysis.seriation import confusion_distances, seriate

    plain = Confusion(request, np.arange(request.classes, dtype=np.int64))
    distances = confusion_distances(
        plain.rows, plain.columns, plain.images, np.asarray(request.divergence)
    )
    order = seriate(distances)
    rest = np.arange(len(order), request.classes, dtype=np.int64)
    return Confusion(request, np.concatenate([order, rest]))
