"""Prefetches the images of the coming batches, and caches decoded images on a graphics card.

A fast card trains faster than images can be decoded. So it caches as many images as its memory
allows, and only the others are decoded again in the next epoch.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.types import ByteArray, IntArray
from ahsml_app.core.device import OutOfMemory, out_of_memory
from ahsml_app.core.distributed.rank import current_group
from ahsml_app.core.finetune.inputs.image_loader import ImageSource, read_ahead
from ahsml_app.core.finetune.inputs.step_inputs import to_device

MEMORY_SHARE = 0.25
"""Share of a card's free memory that images may take; the training needs the rest."""

_ABSENT = -1


@dataclass(frozen=True, slots=True)
class _Request:
    """A batch whose images are being read.

    Attributes:
        rows: (B,) rows of the batch.
        slots: (B,) cache slot of each image when the batch is trained on; -1 for no slot.
        fresh: (F,) rows to read; sorted and distinct if there is a cache.
        first: Slot of the first fresh row.
        cached: Number of fresh rows that are cached, from the first on.
    """

    rows: IntArray
    slots: IntArray
    fresh: IntArray
    first: int = 0
    cached: int = 0


class Prefetcher:
    """Provides the images of batches.

    Args:
        source: Reads the images.
        count: Largest number of different images that are trained on.
        device: Device of the training.
    """

    def __init__(self, source: ImageSource, count: int, device: torch.device) -> None:
        self.source = source
        self._device = device
        self._room, self._used = _room(count, source.size, device), 0
        self._cache = torch.empty(0)
        self._slots = np.full(len(source.paths), _ABSENT, dtype=np.int64)

    def release(self) -> bool:
        """Clears the cache and stops caching, so that the training can use the card's memory.

        Returns:
            Whether images may have been cached so far.
        """
        had_cache, self._room, self._cache = self._room > 0, 0, torch.empty(0)
        self._slots[:] = _ABSENT
        return had_cache

    def batches(self, batches: Sequence[IntArray]) -> Generator[ByteArray | Tensor]:
        """Yields the images of each batch, (B, 3, S, S).

        Args:
            batches: Rows of each batch; their images are read a few batches ahead.

        Raises:
            InputError: If most images of a batch can no longer be read.
            OutOfMemory: If the card has no memory for them.
        """
        pending: deque[_Request] = deque()
        reader = read_ahead(self.source, self._to_read(batches, pending))
        try:
            for _, pixels in reader:
                request = pending.popleft()
                self.source.check(request.rows)
                yield self._on_card(request, pixels) if self._room else pixels
        finally:
            reader.close()
            for request in pending:  # their images were never cached
                self._slots[request.fresh] = _ABSENT

    def _to_read(self, batches: Sequence[IntArray], pending: deque[_Request]) -> Iterator[IntArray]:
        """Yields the rows of each batch that must be read; a row that is cached is read only once.

        A row gets its slot when it is requested. Batches are trained on in order, so the image is
        in the cache when a later batch needs it.
        """
        for rows in batches:
            if not self._room:
                pending.append(_Request(rows, self._slots[rows], rows))
                yield rows
                continue
            fresh, first = np.unique(rows[self._slots[rows] == _ABSENT]), self._used
            cached = min(len(fresh), self._room - first)
            self._used = first + cached
            self._slots[fresh[:cached]] = np.arange(first, self._used)
            pending.append(_Request(rows, self._slots[rows], fresh, first, cached))
            yield fresh

    def _on_card(self, request: _Request, pixels: ByteArray) -> Tensor:
        try:
            return self._gathered(request, pixels)
        except RuntimeError as error:
            if current_group() is not None or not out_of_memory(error):
                raise
            raise OutOfMemory(str(error)) from error

    def _gathered(self, request: _Request, pixels: ByteArray) -> Tensor:
        """Returns cached and newly read images in the order of the batch."""
        if not len(self._cache):
            shape = (self._room, 3, self.source.size, self.source.size)
            self._cache = torch.empty(shape, dtype=torch.uint8, device=self._device)
        new = to_device(pixels, self._device)
        self._cache[request.first : request.first + request.cached] = new[: request.cached]
        result = self._cache[to_device(request.slots.clip(0), self._device)]
        uncached = np.flatnonzero(request.slots == _ABSENT)
        if len(uncached):
            indices = np.searchsorted(request.fresh, request.rows[uncached])
            result[to_device(uncached, self._device)] = new[to_device(indices, self._device)]
        # An image that could not be read is gray; it is not cached but read again next time.
        failing = [int(row) for row in request.fresh if int(row) in self.source.failing]
        self._slots[failing] = _ABSENT
        return result


def _room(count: int, size: int, device: torch.device) -> int:
    """Returns the number of images that a card may cache."""
    if device.type != "cuda":
        return 0
    torch.cuda.empty_cache()  # memory cached for an earlier network would count as used
    free, _ = torch.cuda.mem_get_info(device)
    return min(count, int(MEMORY_SHARE * free) // (3 * size * size))
