"""Pictures for the end-to-end training: decoded on the fly by threads, a few batches ahead.

Nothing but the batches under way is held in memory, however many pictures there are.
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
from ahsml_app.base.message import Message
from ahsml_app.base.torchrun import own_cores
from ahsml_app.base.types import ByteArray, IntArray
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.features.augment import augment_image

AHEAD = 2
"""Batches that are decoded before they are asked for."""

MARGIN = 8 / 7
"""Pictures are decoded so much larger than they are trained on, so that a part of one that is cut
out and enlarged has pixels of its own."""

TOGETHER = 4
"""Pictures that a thread takes on at a time."""

GRAY = 127

BRING_BACK = (
    "Bring the folder back and start again, the command with --resume; the work so far is kept."
)
"""What to do when the images have gone."""


@dataclass(slots=True)
class PictureSource:
    """Reads pictures by their row.

    Attributes:
        paths: Of all samples.
        size: Side of the squares that are made of them.
        unreadable: Reason by row, of those that could not be read; they come as plain gray.
        failing: Those rows that could not be read when they were last asked for.
    """

    paths: Sequence[Path]
    size: int
    unreadable: dict[int, str] = field(default_factory=dict)
    failing: set[int] = field(default_factory=set)

    def read(self, row: int) -> ByteArray:
        """Returns the plain image, (3, size, size): the whole image, whatever its shape."""
        try:
            image = decode(self.paths[row], box=self.size)
            pixels: ByteArray = augment_image(image, self.size, [0], "")[0]
            self.failing.discard(row)
            return pixels
        except (UnreadableImage, MemoryError, RuntimeError, ValueError) as error:
            self.unreadable[row] = getattr(error, "reason", str(error))
            self.failing.add(row)
            return np.full((3, self.size, self.size), GRAY, dtype=np.uint8)

    def check(self, rows: IntArray) -> None:
        """See that a network would learn from pictures, not from plain gray.

        One picture alone stops nothing, however few are read together.

        Args:
            rows: That were read last.

        Raises:
            InputError: Most of them could not be read: a drive is gone, or a folder.
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
            hint=BRING_BACK,
        )


def read_ahead(
    source: PictureSource, batches: Iterable[IntArray], workers: int | None = None
) -> Generator[tuple[IntArray, ByteArray]]:
    """Decode batches of rows in threads while the caller computes.

    Args:
        source: Reads the pictures.
        batches: Rows of each batch, pulled `AHEAD` batches before they are needed.
        workers: Threads; None for one a core.

    Yields:
        The rows (B,) and their pictures (B, 3, size, size).
    """
    pool = ThreadPoolExecutor(workers or own_cores(), thread_name_prefix="decode")
    under_way: deque[tuple[IntArray, ByteArray, list[Future[None]]]] = deque()
    remaining = iter(batches)

    def fill(rows: IntArray, targets: ByteArray) -> None:
        for row, target in zip(rows, targets, strict=True):
            target[:] = source.read(int(row))

    def submit() -> None:
        rows = next(remaining, None)
        if rows is not None:
            pixels = np.empty((len(rows), 3, source.size, source.size), dtype=np.uint8)
            chunks = [slice(start, start + TOGETHER) for start in range(0, len(rows), TOGETHER)]
            reading = [pool.submit(fill, rows[chunk], pixels[chunk]) for chunk in chunks]
            under_way.append((rows, pixels, reading))

    try:
        for _ in range(AHEAD):
            submit()
        while under_way:
            rows, pixels, reading = under_way.popleft()
            for future in reading:
                future.result()
            submit()
            yield rows, pixels
    finally:
        # Not waited for: a decoder may be busy with one huge picture for seconds.
        pool.shutdown(wait=False, cancel_futures=True)
