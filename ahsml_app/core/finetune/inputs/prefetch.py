"""The pictures of batch after batch: decoded ahead, and kept on a graphics card once there.

A fast card trains on pictures more quickly than they can be decoded; so it keeps as many as it has
room for, and only the others are decoded again in the next epoch.
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
from ahsml_app.core.finetune.inputs.image_loader import PictureSource, read_ahead
from ahsml_app.core.finetune.inputs.step_inputs import sent

SHARE = 0.25
"""Of a card's free memory that pictures may take; the training needs the rest."""

_ABSENT = -1


@dataclass(frozen=True, slots=True)
class _Request:
    """A batch whose pictures are being read.

    Attributes:
        rows: (B,) of the batch.
        slots: (B,) where each is kept by the time the batch is trained on; -1 for nowhere.
        fresh: (F,) rows that are read, sorted where pictures are kept.
        first: Where the first of them is kept ...
        staying: ... and how many are.
    """

    rows: IntArray
    slots: IntArray
    fresh: IntArray
    first: int = 0
    staying: int = 0


class Prefetcher:
    """Gives the pictures of batches.

    Args:
        source: Reads them.
        count: Pictures that are trained on, at most.
        device: Where the training is.
    """

    def __init__(self, source: PictureSource, count: int, device: torch.device) -> None:
        self.source = source
        self._device = device
        self._room, self._used = _room(count, source.size, device), 0
        self._kept = torch.empty(0)
        self._slots = np.full(len(source.paths), _ABSENT, dtype=np.int64)

    def release(self) -> bool:
        """Keep nothing any more, so that the training has the card's memory.

        Returns:
            Whether anything might have been kept so far.
        """
        might, self._room, self._kept = self._room > 0, 0, torch.empty(0)
        self._slots[:] = _ABSENT
        return might

    def batches(self, batches: Sequence[IntArray]) -> Generator[ByteArray | Tensor]:
        """The pictures of each batch, (B, 3, S, S).

        Args:
            batches: Rows of each, read a few batches ahead.

        Raises:
            InputError: Most pictures of a batch cannot be read any more.
            OutOfMemory: The card has no room for them.
        """
        under_way: deque[_Request] = deque()
        reader = read_ahead(self.source, self._to_read(batches, under_way))
        try:
            for _, pixels in reader:
                request = under_way.popleft()
                self.source.check(request.rows)
                yield self._on_card(request, pixels) if self._room else pixels
        finally:
            reader.close()
            for request in under_way:  # never arrived
                self._slots[request.fresh] = _ABSENT

    def _to_read(
        self, batches: Sequence[IntArray], under_way: deque[_Request]
    ) -> Iterator[IntArray]:
        """Rows of each batch that have to be read, once each where they are kept from then on.

        A row has its place as soon as it is request for: batches are trained on in turn, so that it
        is there when a later one wants it.
        """
        for rows in batches:
            if not self._room:
                under_way.append(_Request(rows, self._slots[rows], rows))
                yield rows
                continue
            fresh, first = np.unique(rows[self._slots[rows] == _ABSENT]), self._used
            staying = min(len(fresh), self._room - first)
            self._used = first + staying
            self._slots[fresh[:staying]] = np.arange(first, self._used)
            under_way.append(_Request(rows, self._slots[rows], fresh, first, staying))
            yield fresh

    def _on_card(self, request: _Request, pixels: ByteArray) -> Tensor:
        try:
            return self._joined(request, pixels)
        except RuntimeError as error:
            if current_group() is not None or not out_of_memory(error):
                raise
            raise OutOfMemory(str(error)) from error

    def _joined(self, request: _Request, pixels: ByteArray) -> Tensor:
        """Kept pictures and those that have just been read, in the order of the batch."""
        if not len(self._kept):
            shape = (self._room, 3, self.source.size, self.source.size)
            self._kept = torch.empty(shape, dtype=torch.uint8, device=self._device)
        new = sent(pixels, self._device)
        self._kept[request.first : request.first + request.staying] = new[: request.staying]
        result = self._kept[sent(request.slots.clip(0), self._device)]
        passing = np.flatnonzero(request.slots == _ABSENT)
        if len(passing):
            behind = np.searchsorted(request.fresh, request.rows[passing])
            result[sent(passing, self._device)] = new[sent(behind, self._device)]
        # What could not be read is plain gray now, and is tried again when it is next needed.
        failing = [int(row) for row in request.fresh if int(row) in self.source.failing]
        self._slots[failing] = _ABSENT
        return result


def _room(count: int, size: int, device: torch.device) -> int:
    """Pictures that a card may keep."""
    if device.type != "cuda":
        return 0
    torch.cuda.empty_cache()  # what an earlier network has left counts as taken
    free, _ = torch.cuda.mem_get_info(device)
    return min(count, int(SHARE * free) // (3 * size * size))
