"""Writes the probabilities of all classes of all images, a part at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.paths import APP_NAME, atomic_write
from ahsml_app.base.table_files import utf8_text
from ahsml_app.base.types import AnyArray, FloatArray, IndexArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

_NUMBERS_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class ClassProbabilities:
    """What models that have not seen its label say of each image.

    Attributes:
        values: (M, C) P(true class | image), NaN for images that no model has judged; may be
            memory-mapped.
        rows: (N,) row of each image in `values`.
        columns: (C,) number of the class of each column, -1 for a class that is gone; the
            probabilities of columns of one class are added up.
    """

    values: AnyArray
    rows: IndexArray
    columns: IntArray

    def part(self, start: int, stop: int, classes: int) -> FloatArray:
        """Returns the (n, K) probabilities of some images, which add up to 1, or NaN."""
        own = np.asarray(self.values[self.rows[start:stop]], dtype=np.float32)
        whole: FloatArray = np.zeros((len(own), classes), dtype=np.float32)
        for position, column in enumerate(self.columns.tolist()):
            if column >= 0:
                whole[:, column] += own[:, position]
        sums = whole.sum(1, keepdims=True)
        whole /= np.where(sums == 0, np.nan, sums)
        return whole


def write_probabilities(
    path: Path,
    paths: Sequence[str],
    class_names: Sequence[str],
    probabilities: ClassProbabilities,
    check: Callable[[], object],
) -> None:
    """Writes `probabilities.parquet`: path, and a list with the probability of each class.

    The metadata `class_names` names the classes. Images that no model has judged are left out.

    Args:
        path: The file to write, whole or not at all.
        paths: Relative paths of the N images.
        class_names: Names of the K classes.
        probabilities: Of the images.
        check: Called between the parts; may raise to stop.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    classes = len(class_names)
    names = json.dumps([utf8_text(name) for name in class_names], ensure_ascii=False)
    schema = pa.schema(
        [("path", pa.string()), ("probabilities", pa.list_(pa.float32(), classes))],
        metadata={"class_names": names, "application": APP_NAME},
    )
    height = max(1, _NUMBERS_AT_ONCE // max(1, classes))
    options = {"compression": "zstd", "use_dictionary": False}
    with atomic_write(path) as stream, pq.ParquetWriter(stream, schema, **options) as writer:
        for start in range(0, len(paths), height):
            check()
            own = paths[start : start + height]
            values = probabilities.part(start, start + len(own), classes)
            writer.write_batch(_batch(schema, own, values))


def _batch(schema: pa.Schema, paths: Sequence[str], values: FloatArray) -> pa.RecordBatch:
    import pyarrow as pa

    judged = ~np.isnan(values[:, 0])
    texts = [utf8_text(name) for name, is_judged in zip(paths, judged, strict=True) if is_judged]
    flat = pa.array(np.ascontiguousarray(values[judged]).reshape(-1))
    lists = pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
    return pa.RecordBatch.from_arrays([pa.array(texts, pa.string()), lists], schema=schema)
