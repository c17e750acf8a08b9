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
from ahsml_app.core.distributed.rank import team
from ahsml_app.core.finetune.inputs.image_loader import PictureSource, read_ahead
from ahsml_app.core.finetune.inputs.step_inputs import sent

SHARE = 0.25
"""Of a card's free memory that pictures may take; the training needs the rest."""

_ABSENT = -1


@dataclass(frozen=True, slots=True)
class _Asked:
    """A batch whose pictures are being read.

    Attributes:
        rows: (B,) of the batch.
        places: (B,) where each is kept by the time the batch is trained on; -1 for nowhere.
        fresh: (F,) rows that are read, sorted where pictures are kept.
        first: Where the first of them is kept ...
        staying: ... and how many are.
    """

    rows: IntArray
    places: IntArray
    fresh: IntArray
    first: int = 0
    staying: int = 0


class Supply:
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
        self._place = np.full(len(source.paths), _ABSENT, dtype=np.int64)

    def forget(self) -> bool:
        """Keep nothing any more, so that the training has the card's memory.

        Returns:
            Whether anything might have been kept so far.
        """
        might, self._room, self._kept = self._room > 0, 0, torch.empty(0)
        self._place[:] = _ABSENT
        return might

    def of(self, batches: Sequence[IntArray]) -> Generator[ByteArray | Tensor]:
        """The pictures of each batch, (B, 3, S, S).

        Args:
            batches: Rows of each, read a few batches ahead.

        Raises:
            InputError: Most pictures of a batch cannot be read any more.
            OutOfMemory: The card has no room for them.
        """
        under_way: deque[_Asked] = deque()
        reader = read_ahead(self.source, self._to_read(batches, under_way))
        try:
            for _, pixels in reader:
                asked = under_way.popleft()
                self.source.check(asked.rows)
                yield self._on_card(asked, pixels) if self._room else pixels
        finally:
            reader.close()
            for asked in under_way:  # never arrived
                self._place[asked.fresh] = _ABSENT

    def _to_read(self, batches: Sequence[IntArray], under_way: deque[_Asked]) -> Iterator[IntArray]:
        """Rows of each batch that have to be read, once each where they are kept from then on.

        A row has its place as soon as it is asked for: batches are trained on in turn, so that it
        is there when a later one wants it.
        """
        for rows in batches:
            if not self._room:
                under_way.append(_Asked(rows, self._place[rows], rows))
                yield rows
                continue
            fresh, first = np.unique(rows[self._place[rows] == _ABSENT]), self._used
            staying = min(len(fresh), self._room - first)
            self._used = first + staying
            self._place[fresh[:staying]] = np.arange(first, self._used)
            under_way.append(_Asked(rows, self._place[rows], fresh, first, staying))
            yield fresh

    def _on_card(self, asked: _Asked, pixels: ByteArray) -> Tensor:
        try:
            return self._joined(asked, pixels)
        except RuntimeError as error:
            if team() is not None or not out_of_memory(error):
                raise
            raise OutOfMemory(str(error)) from error

    def _joined(self, asked: _Asked, pixels: ByteArray) -> Tensor:
        """Kept pictures and those that have just been read, in the order of the batch."""
        if not len(self._kept):
            shape = (self._room, 3, self.source.size, self.source.size)
            self._kept = torch.empty(shape, dtype=torch.uint8, device=self._device)
        new = sent(pixels, self._device)
        self._kept[asked.first : asked.first + asked.staying] = new[: asked.staying]
        found = self._kept[sent(asked.places.clip(0), self._device)]
        passing = np.flatnonzero(asked.places == _ABSENT)
        if len(passing):
            behind = np.searchsorted(asked.fresh, asked.rows[passing])
            found[sent(passing, self._device)] = new[sent(behind, self._device)]
        # What could not be read is plain gray now, and is tried again when it is next needed.
        failing = [int(row) for row in asked.fresh if int(row) in self.source.failing]
        self._place[failing] = _ABSENT
        return found


def _room(count: int, size: int, device: torch.device) -> int:
    """Pictures that a card may keep."""
    if device.type != "cuda":
        return 0
    torch.cuda.empty_cache()  # what an earlier network has left counts as taken
    free, _ = torch.cuda.mem_get_info(device)
    return min(count, int(SHARE * free) // (3 * size * size))
