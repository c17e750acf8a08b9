"""Labels images by an exported model on the workers of a Dask cluster."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from ahsml_app.base.events import CancelToken
from ahsml_app.core.features.label_images import BATCH, ExportedModel, LabelledImage
from ahsml_app.core.workers.dask_cluster import run_parts

PART = 32 * BATCH
"""Images of a part: whole batches, the same as without a cluster."""

_guard = threading.Lock()
_models: dict[tuple[Path, int, int], ExportedModel] = {}
"""The model of the latest job, by its path, time stamp and size: a worker may outlive a file."""


def label_on_cluster(
    file: Path, paths: Sequence[Path], cancel: CancelToken
) -> Iterator[list[LabelledImage]]:
    """Labels images as `ExportedModel.label` does, a part at a time and in their order.

    Args:
        file: The model, which must lie under the same path on every machine, as the images must.
        paths: The images.
        cancel: Requests a stop.

    Yields:
        What the network says of each image of the next part.

    Raises:
        Cancelled: When asked to stop.
        AppError: If the cluster cannot be used.
    """
    parts = [list(paths[start : start + PART]) for start in range(0, len(paths), PART)]
    waiting: dict[int, list[LabelledImage]] = {}
    following = 0
    for number, labelled in run_parts(_label_part, file, parts, cancel):
        waiting[number] = labelled
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _label_part(file: Path, paths: Sequence[Path]) -> list[LabelledImage]:
    """Labels a part, in a worker."""
    with _guard:
        status = file.stat()
        key = file, status.st_mtime_ns, status.st_size
        if key not in _models:
            _models.clear()
            _models[key] = ExportedModel(file)
        return [image for batch in _models[key].label(paths, CancelToken()) for image in batch]
