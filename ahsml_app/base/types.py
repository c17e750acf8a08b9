"""The values that the layers exchange, stored by column, and aliases of the array types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, Planes

BoolArray = npt.NDArray[np.bool_]
ByteArray = npt.NDArray[np.uint8]
Int8Array = npt.NDArray[np.int8]
Int16Array = npt.NDArray[np.int16]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.intp]
Float16Array = npt.NDArray[np.float16]
FloatArray = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
RealArray = npt.NDArray[np.floating[Any]]
Complex64Array = npt.NDArray[np.complex64]
Complex128Array = npt.NDArray[np.complex128]
ComplexArray = npt.NDArray[np.complexfloating[Any, Any]]
AnyArray = npt.NDArray[Any]

UNLABELLED = -1
TEST_SPLITS = ("test", "testing", "testset", "test_set", "test-set", "tst")

OUTLIER_FROM = 0.5
"""Outlier probability above which a sample counts as an outlier."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that was set aside, with the reason.

    Attributes:
        path: Path of the file.
        reason: Why it was set aside; plain text if an older project stored no message.
    """

    path: str
    reason: Message | str


OPINIONS = "opinions"
"""Column with the label that each annotator gave an image, as a JSON object by their names."""


@dataclass(frozen=True, slots=True)
class SampleTable:
    """All samples of a run, one row each, in a fixed order.

    Attributes:
        root: Folder that the paths are relative to.
        paths: N relative paths with forward slashes, unique.
        hashes: N content hashes (hex); empty until the files have been read.
        labels: (N,) index of the given label in `class_names`, `UNLABELLED` for none.
        class_names: Names of the K classes, sorted; indices are never shown to the user.
        columns: Further columns of the manifest (split, group, annotator, ...), N strings each.
        source_columns: All columns of the manifest in their order; empty for class folders.
        label_column: Name of the manifest's label column; not among `source_columns` if several
            columns of numbers tell the label.
        path_column: Name of the manifest's path column. If it is not `path`, or its paths are
            written in another way than `paths`, it is among `columns` as well.
        planes: What is read of images with several pages or channels.
    """

    root: Path
    paths: tuple[str, ...]
    labels: IntArray
    class_names: tuple[str, ...]
    hashes: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source_columns: tuple[str, ...] = ()
    label_column: str = "label"
    path_column: str = "path"
    planes: Planes = FIRST

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def trainable(self) -> BoolArray:
        """(N,) which samples may be trained on: labelled and not in the test split."""
        mask: BoolArray = self.labels != UNLABELLED
        split = self.columns.get("split")
        if split is not None:
            mask &= np.array(
                [text.strip().lower() not in TEST_SPLITS for text in split], dtype=bool
            )
        return mask

    def label_name(self, index: int) -> str:
        """Name of the given label of a sample; empty if it is unlabelled."""
        label = int(self.labels[index])
        return "" if label == UNLABELLED else self.class_names[label]

    def select(self, rows: IndexArray) -> SampleTable:
        """A table of the given rows, in their order, with the same classes."""
        return SampleTable(
            root=self.root,
            paths=tuple(self.paths[i] for i in rows),
            labels=self.labels[rows],
            class_names=self.class_names,
            hashes=tuple(self.hashes[i] for i in rows) if self.hashes else (),
            columns={name: tuple(col[i] for i in rows) for name, col in self.columns.items()},
            source_columns=self.source_columns,
            label_column=self.label_column,
            path_column=self.path_column,
            planes=self.planes,
        )


class ClassMatrix(Protocol):
    """A (K, K) numpy array, or an object that converts to one and returns single rows."""

    def __len__(self) -> int: ...

    def __getitem__(self, row: int, /) -> FloatArray: ...

    def __array__(self) -> AnyArray: ...


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all samples (N rows in the order of the table).

    Attributes:
        error_probability: (N,) calibrated probability that the given label is wrong; NaN for an
            unlabelled sample.
        adaptive_weight: (N,) trust in the sample's label, 0 to 1; NaN for an unlabelled sample.
        consistency: (N,) agreement of the sample's augmentations, 0 to 1; NaN where the plain image
            settles the class.
        top_labels: (N, M) indices of the M most probable classes, best first (M <= 3).
        top_confidences: (N, M) their probabilities.
        suggested: (N,) index of the suggested label; the given label if none is better.
        suggestion_confidence: (N,) probability of the suggested label.
        class_divergence: (N,) divergence between given and suggested class, 0 (same) to 1 (far).
        outlier_probability: (N,) probability that the sample belongs to none of the classes; NaN
            where no training has told.
        duplicate_group: (N,) group number of exact and near duplicates, -1 for none.
        duplicate_conflict: (N,) whether a duplicate carries another label.
        fold_group: (N,) number of the group that the sample was judged with, -1 for none. No model
            that judges one of a group has trained on another: copies, look-alikes and the
            manifest's groups would vouch for each other's labels.
        image_findings: (N,) findings about the picture itself; bit n stands for
            `IMAGE_FINDINGS[n]`.
        quadrant: (N,) index in `QUADRANTS`.
        flagged: (N,) whether the label is more probably wrong than right.
        expected_errors: Estimated number of wrong labels: low end, best guess, high end (95 %).
        noise_matrix: (K, K) estimated probability of the given label (column) for each true
            label (row).
        class_distances: (K, K) hyperbolic distances between the class prototypes.
    """

    error_probability: FloatArray
    adaptive_weight: FloatArray
    consistency: FloatArray
    top_labels: IntArray
    top_confidences: FloatArray
    suggested: IntArray
    suggestion_confidence: FloatArray
    class_divergence: FloatArray
    outlier_probability: FloatArray
    duplicate_group: IntArray
    duplicate_conflict: BoolArray
    fold_group: IntArray
    image_findings: IntArray
    quadrant: IntArray
    flagged: BoolArray
    expected_errors: tuple[float, float, float]
    noise_matrix: ClassMatrix
    class_distances: ClassMatrix

    @property
    def outlier(self) -> BoolArray:
        """(N,) which samples more probably belong to none of the classes than to one."""
        mask: BoolArray = self.outlier_probability > OUTLIER_FROM
        return mask


IMAGE_FINDINGS = (
    "blank",
    "dark",
    "bright",
    "blurred",
    "low_information",
    "odd_size",
    "odd_aspect_ratio",
)
"""What can be said about a picture itself, in the order of the bits of `Scores.image_findings`."""

QUADRANTS = ("right", "likely wrong label", "ambiguous", "hard but right")


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Clean embeddings of all samples.

    Attributes:
        points: (N, D) points of the Poincare ball, float32.
        curvature: c > 0 of the ball of curvature -c.
        vectors: (N, E) unit vectors for cosine similarity; None for trainings by versions that
            did not store them.
    """

    points: FloatArray
    curvature: float
    vectors: RealArray | None = None
