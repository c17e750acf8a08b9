"""The confusion matrix of given and suggested classes: images and expected errors per cell.

Only cells with images are stored, so memory grows with the images, not with the classes. The
given label is the one after decisions; dropped images and those without a label are left out, and
only images without a decision count as possible errors. What the decisions have found stays beside
it: images that came with one label and have been given another.
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
from ahsml_app.base.table_files import write_square
from ahsml_app.base.types import (
    AnyArray,
    ClassMatrix,
    Float64Array,
    FloatArray,
    IndexArray,
    IntArray,
)
from ahsml_app.session.project.project import Project

Measure = Literal["errors", "excess", "found", "images", "share"]
MEASURES: tuple[Measure, ...] = ("errors", "excess", "found", "images", "share")
"""Values of a cell: expected errors, expected errors beyond chance, errors found, images, or the
share of the images of the given class."""

Block = tuple[int, int, int, int]
"""Cells by position: first row, end of the rows (exclusive), and the same for the columns."""

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
        classes: Number of current classes.
        given: (N,) labels before the decisions; None if they are those after them.
    """

    labels: IntArray
    kinds: IntArray
    suggested: IntArray
    wrong: FloatArray
    divergence: ClassMatrix
    classes: int
    given: IntArray | None = None


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """Counts of a block of cells.

    Attributes:
        images: Number of images.
        errors: Expected wrong labels among them.
        share: The images divided by all images with a given label of the block; 0 if there are
            none.
        found: Number of images that came with the given class and have been given the other one.
    """

    images: int
    errors: float
    share: float
    found: int = 0


class Confusion:
    """The matrix, ordered so that confused classes are adjacent (see `count_confusion`).

    A position is an index in that order; rows are given classes, columns suggested classes.

    Attributes:
        order: (K,) class at each position.
        position: (K,) position of each class in `order`.
        rows: (M,) position of the given class of each cell that was ever filled, ascending.
        columns: (M,) position of its suggested class, ascending within a row.
        images: (M,) number of images; may be 0 after decisions.
        errors: (M,) expected wrong labels among them: the sum of their error probabilities.
        found: (M,) images that came with the class of the row and were given that of the column.
    """

    def __init__(self, request: ConfusionRequest, order: IntArray) -> None:
        self.order = order
        self.position = np.empty_like(order)
        self.position[order] = np.arange(len(order))
        self._suggested, self._wrong = request.suggested, request.wrong
        self._given = request.labels if request.given is None else request.given
        self._keys: IntArray = np.empty(0, dtype=np.int64)
        self.images, self.found = np.zeros((2, 0), dtype=np.int64)
        self.errors: Float64Array = np.zeros(0)
        everything = slice(None)
        self._cells = self._cells_of(everything, request.labels, request.kinds)
        self._found_cells = self._found_cells_of(everything, request.labels, request.kinds)
        self._image_errors = self._image_errors_of(everything, request.kinds)
        self._add(everything, 1)
        self._split()

    def __len__(self) -> int:
        return len(self.order)

    def values(self, measure: Measure) -> Float64Array:
        """(M,) value of each cell."""
        if measure == "errors":
            return self.errors
        if measure == "excess":
            return self._excess()
        if measure in ("images", "found"):
            return (self.images if measure == "images" else self.found).astype(np.float64)
        totals = np.maximum(self.totals()[self.rows], 1)
        share: Float64Array = self.images / totals
        return share

    def _excess(self) -> Float64Array:
        """Expected errors beyond those of independent given and suggested classes.

        Independence expects row sum times column sum over the total, as in Pearson's test. What
        it expects on the diagonal, where no error is possible, is spread over the other cells
        (ours).
        """
        errors = np.where(self.rows != self.columns, self.errors, 0.0)
        given, suggested = (_sums(side, errors, len(self)) for side in (self.rows, self.columns))
        total = float(errors.sum())
        if total <= 0:
            return errors
        off_diagonal = total - float((given * suggested).sum()) / total
        chance = given[self.rows] * suggested[self.columns] / max(off_diagonal, 1e-9)
        excess: Float64Array = np.maximum(errors - chance, 0.0)
        return excess

    def totals(self) -> Float64Array:
        """(K,) number of images with the class at each position."""
        return _sums(self.rows, self.images, len(self))

    def facts(self, block: Block) -> BlockCounts:
        """Counts of a block."""
        low, high = np.searchsorted(self.rows, block[:2])
        inside = slice(int(low), int(high))
        mask = (self.columns[inside] >= block[2]) & (self.columns[inside] < block[3])
        images = int(self.images[inside][mask].sum())
        total = int(self.images[inside].sum())
        errors, found = float(self.errors[inside][mask].sum()), int(self.found[inside][mask].sum())
        return BlockCounts(images, errors, images / total if total else 0.0, found)

    def worst(self, measure: Measure, count: int) -> IndexArray:
        """Nonempty cells off the diagonal, the largest value first.

        Args:
            measure: The value to compare.
            count: Largest number of cells.
        """
        cells = np.flatnonzero((self.rows != self.columns) & (self.images + self.found > 0))
        values = self.values(measure)[cells]
        if len(cells) > count:
            largest = np.argpartition(-values, count)[:count]
            cells, values = cells[largest], values[largest]
        return cells[np.lexsort((-self.images[cells], -values))]

    def members(self, block: Block, most: int) -> IntArray:
        """Rows of the images of a block, the most suspect first.

        Args:
            block: The cells.
            most: Largest number of images.
        """
        rows = self._cells >> _BITS
        inside = (rows >= block[0]) & (rows < block[1])
        if block[3] - block[2] < len(self):
            columns = self._cells & _LOW
            inside &= (columns >= block[2]) & (columns < block[3])
        indices = np.flatnonzero(inside)
        keys = -self._image_errors[indices]
        if len(indices) > most:
            smallest = np.argpartition(keys, most)[:most]
            indices, keys = indices[smallest], keys[smallest]
        return indices[np.argsort(keys, kind="stable")].astype(np.int64)

    def update(self, project: Project, rows: IntArray) -> None:
        """Updates the matrix after decisions about some images; recounts only their cells."""
        rows = np.unique(rows)
        self._extend(len(project.class_names))
        labels, kinds = project.labels[rows], project.kinds[rows]
        self._add(rows, -1)
        self._cells[rows] = self._cells_of(rows, labels, kinds)
        self._found_cells[rows] = self._found_cells_of(rows, labels, kinds)
        self._image_errors[rows] = self._image_errors_of(rows, kinds)
        self._add(rows, 1)
        self._split()

    def _add(self, rows: IntArray | slice, sign: int) -> None:
        """Adds some images to the counts of their cells, or takes them out (-1)."""
        cells, found = self._cells[rows], self._found_cells[rows]
        inside, errors = cells != _NOWHERE, self._image_errors[rows]
        cells, found = cells[inside], found[found != _NOWHERE]
        self._insert(np.unique(np.concatenate([cells, found])))
        where, size = np.searchsorted(self._keys, cells), len(self._keys)
        self.images += sign * np.bincount(where, minlength=size)
        self.errors += sign * _sums(where, errors[inside], size)
        self.errors[self.images == 0] = 0.0  # removes rounding errors
        self.found += sign * np.bincount(np.searchsorted(self._keys, found), minlength=size)

    def _insert(self, keys: IntArray) -> None:
        """Makes room for cells that were never filled."""
        positions = np.searchsorted(self._keys, keys)
        new = np.append(self._keys, _NOWHERE)[positions] != keys
        if new.any():
            self._keys = np.insert(self._keys, positions[new], keys[new])
            self.images = np.insert(self.images, positions[new], 0)
            self.found = np.insert(self.found, positions[new], 0)
            self.errors = np.insert(self.errors, positions[new], 0.0)

    def _extend(self, classes: int) -> None:
        """Appends classes that decisions added, which changes no other position."""
        more = np.arange(len(self.order), classes, dtype=np.int64)
        self.order, self.position = np.append(self.order, more), np.append(self.position, more)

    def _split(self) -> None:
        self.rows, self.columns = self._keys >> _BITS, self._keys & _LOW

    def _cells_of(self, rows: IntArray | slice, labels: IntArray, kinds: IntArray) -> IntArray:
        suggested = self._suggested[rows]
        outside = (labels < 0) | (suggested < 0) | (kinds == DecisionKind.DROP)
        cells = (self.position[labels] << _BITS) | self.position[suggested]
        return np.where(outside, _NOWHERE, cells)

    def _found_cells_of(
        self, rows: IntArray | slice, labels: IntArray, kinds: IntArray
    ) -> IntArray:
        given = self._given[rows]
        outside = (kinds != DecisionKind.RELABEL) | (given < 0) | (labels < 0) | (given == labels)
        cells = (self.position[given] << _BITS) | self.position[labels]
        return np.where(outside, _NOWHERE, cells)

    def _image_errors_of(self, rows: IntArray | slice, kinds: IntArray) -> Float64Array:
        undecided = kinds == DecisionKind.UNDECIDED
        return np.where(undecided, np.nan_to_num(self._wrong[rows]), 0.0).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A snapshot of the matrix of one measure, for the thread that writes it.

    Attributes:
        names: (K,) classes in the order of rows and columns.
        rows: (M,) row positions of the filled cells.
        columns: (M,) column positions of the filled cells.
        texts: (M,) formatted values.
    """

    names: tuple[str, ...]
    rows: IntArray
    columns: IntArray
    texts: list[str]


def matrix_of(confusion: Confusion, names: tuple[str, ...], measure: Measure) -> Matrix:
    """Makes the snapshot for `write_matrix`; `names` are in the order of the positions."""
    values = confusion.values(measure).tolist()
    texts = [f"{v:.0f}" if measure in ("images", "found") else f"{v:.6g}" for v in values]
    return Matrix(names, confusion.rows.copy(), confusion.columns.copy(), texts)


def write_matrix(path: Path, matrix: Matrix) -> Path:
    """Writes a matrix as CSV: one row per given class, one column per suggested class.

    Returns:
        The path.

    Raises:
        OutputError: If the file cannot be written.
    """
    try:
        write_square(path, "given \\ suggested", matrix.names, _lines(matrix))
    except OSError as error:
        raise OutputError(
            Message("The matrix could not be written to {path}.", path=path),
            hint="Choose another folder, or free up disk space.",
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
    """The inputs of `count_confusion`, for another thread; None before the first training."""
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
        project.classes.given.copy(),
    )


def count_confusion(request: ConfusionRequest) -> Confusion:
    """Counts the cells and orders the classes; takes seconds for thousands of classes."""
    from ahsml_app.core.analysis.seriation import confusion_distances, seriate

    plain = Confusion(request, np.arange(request.classes, dtype=np.int64))
    distances = confusion_distances(
        plain.rows, plain.columns, plain.images, np.asarray(request.divergence)
    )
    order = seriate(distances)
    rest = np.arange(len(order), request.classes, dtype=np.int64)
    return Confusion(request, np.concatenate([order, rest]))
