"""Decodes images for the end-to-end training in threads, a few batches ahead.

Only these batches are in memory, however many images there are.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import Event, Notice
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.torchrun import own_cores
from ahsml_app.base.types import ByteArray, IntArray
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.lost_folder import MISSING_FOLDER_HINT
from ahsml_app.core.features.augment import augment_image

BATCHES_AHEAD = 2
"""Number of batches that are decoded in advance."""

MARGIN = 8 / 7
"""Ratio of the decoded side to the training side; it leaves detail for crops that are enlarged."""

IMAGES_PER_TASK = 4
"""Number of images that a thread decodes as one task."""

GRAY = 127

MOST_NAMED = 3
"""Number of files that are named if they can no longer be read; a missing drive may affect all."""


@dataclass(slots=True)
class ImageSource:
    """Reads images by row.

    Attributes:
        paths: Paths of all samples.
        size: Side in pixels of the squares that the images are resized to.
        planes: What is read of images with several pages or channels.
        unreadable: Reason by row for images that could not be read; they are returned as plain
            gray.
        failing: Rows whose last read failed.
    """

    paths: Sequence[Path]
    size: int
    planes: Planes = FIRST
    unreadable: dict[int, str] = field(default_factory=dict)
    failing: set[int] = field(default_factory=set)

    def read(self, row: int) -> ByteArray:
        """Returns the whole image, whatever its shape, as (3, size, size) pixels."""
        try:
            image = decode(self.paths[row], box=self.size, planes=self.planes)
            pixels: ByteArray = augment_image(image, self.size, [0], "")[0]
            self.failing.discard(row)
            return pixels
        except (UnreadableImage, MemoryError, RuntimeError, ValueError) as error:
            self.unreadable[row] = getattr(error, "reason", str(error))
            self.failing.add(row)
            return np.full((3, self.size, self.size), GRAY, dtype=np.uint8)

    def check(self, rows: IntArray) -> None:
        """Checks that most images of a batch were read, so that the network does not train on gray.

        A single unreadable image never stops the training, even if it is half of what was read.

        Args:
            rows: The rows that were read last.

        Raises:
            InputError: If most of them could not be read, because a drive or folder is missing.
        """
        lost = [int(row) for row in rows if int(row) in self.failing]
        if len(lost) <= max(len(rows) / 2, 1):
            return
        folder = os.path.commonpath([self.paths[row].parent for row in lost])
        raise InputError(
            Message.plural(
                "{lost:,} of {count:,} image in {folder} can no longer be read: {reason}.",
                "{lost:,} of {count:,} images in {folder} can no longer be read: {reason}.",
                count=len(rows),
                lost=len(lost),
                folder=folder,
                reason=self.unreadable[lost[0]],
            ),
            hint=MISSING_FOLDER_HINT,
        )


def read_ahead(
    source: ImageSource, batches: Iterable[IntArray], workers: int | None = None
) -> Generator[tuple[IntArray, ByteArray]]:
    """Decodes batches of images in threads while the caller computes.

    Args:
        source: Reads the images.
        batches: Rows of each batch, taken `BATCHES_AHEAD` batches before they are needed.
        workers: Number of threads; None for one per core.

    Yields:
        The rows (B,) and their images (B, 3, size, size).
    """
    pool = ThreadPoolExecutor(workers or own_cores(), thread_name_prefix="decode")
    pending: deque[tuple[IntArray, ByteArray, list[Future[None]]]] = deque()
    remaining = iter(batches)

    def fill(rows: IntArray, targets: ByteArray) -> None:
        for row, target in zip(rows, targets, strict=True):
            target[:] = source.read(int(row))

    def submit() -> None:
        rows = next(remaining, None)
        if rows is not None:
            pixels = np.empty((len(rows), 3, source.size, source.size), dtype=np.uint8)
            chunks = [
                slice(start, start + IMAGES_PER_TASK)
                for start in range(0, len(rows), IMAGES_PER_TASK)
            ]
            futures = [pool.submit(fill, rows[chunk], pixels[chunk]) for chunk in chunks]
            pending.append((rows, pixels, futures))

    try:
        for _ in range(BATCHES_AHEAD):
            submit()
        while pending:
            rows, pixels, futures = pending.popleft()
            for future in futures:
                future.result()
            submit()
            yield rows, pixels
    finally:
        # Does not wait: a decoder may be busy with one huge image for seconds.
        pool.shutdown(wait=False, cancel_futures=True)


def unreadable_notices(images: ImageSource) -> Generator[Event, None, None]:
    """Reports the files that could be read for feature extraction but no longer for training."""
    failures = sorted(images.unreadable.items())
    for row, reason in failures[:MOST_NAMED]:
        path = images.paths[row]
        yield Notice(
            Message("{path} could not be read while training: {reason}.", path=path, reason=reason),
            "warning",
        )
    if len(failures) > MOST_NAMED:
        rest = len(failures) - MOST_NAMED
        yield Notice(
            Message.plural(
                "{count:,} more image could not be read while training.",
                "{count:,} more images could not be read while training.",
                count=rest,
            ),
            "warning",
        )
