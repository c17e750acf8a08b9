"""Features by tuned networks, and how the events of work inside the fine-tuning are passed on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import InputError
from ahsml_app.base.events import EpochEnd, Event, Notice, Progress, Stage, relay
from ahsml_app.base.message import Message
from ahsml_app.base.types import BoolArray, IntArray, SampleTable
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.features.extract import extract_features
from ahsml_app.core.features.feature_cache import empty_array
from ahsml_app.core.finetune.inputs.image_loader import BRING_BACK
from ahsml_app.core.finetune.peer_processes import Peers

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TunedExtractor:
    """Embeds samples with a tuned network.

    Attributes:
        table: All samples.
        augmentations: Number of augmentations of each image.
        folder: Keeps the features. Not the user's cache: a tuned network is used once.
        context: A torch device, how to stop, and who is told when a slower engine takes over.
        peers: The other processes, if there are any.
    """

    table: SampleTable
    augmentations: int
    folder: Path
    context: RunContext
    peers: Peers | None = None

    def features(
        self, backbone: Backbone, rows: IntArray
    ) -> Generator[Event, None, tuple[npt.NDArray[np.float16], BoolArray]]:
        """Features (V + 1, n, D) of some samples, and which of them could be read.

        Those that cannot be read any more get the mean of the others, which says nothing.

        Raises:
            InputError: Most images cannot be read any more: a drive is gone, or a folder.
        """
        result = yield from inside(
            extract_features(
                self.table.select(rows),
                backbone,
                self.context,
                augmentations=self.augmentations,
                cache_folder=self.folder,
                extract=None if self.peers is None else self.peers.extract,
            )
        )
        readable = np.zeros(len(rows), dtype=np.bool_)
        readable[result.rows] = True
        if readable.all():
            return result.features, readable
        unreadable = int((~readable).sum())
        if 2 * unreadable > len(rows):
            raise InputError(
                Message.plural(
                    "{lost:,} of {count:,} image in {root} can no longer be read.",
                    "{lost:,} of {count:,} images in {root} can no longer be read.",
                    lost=unreadable,
                    count=len(rows),
                    root=self.table.root,
                ),
                hint=BRING_BACK,
            )
        yield Notice(
            Message.plural(
                "{count:,} image can no longer be read; the mean of the others stands for "
                "its features.",
                "{count:,} images can no longer be read; the mean of the others stands for "
                "their features.",
                count=unreadable,
            ),
            "warning",
        )
        width = result.features.shape[2]
        features = empty_array((self.augmentations + 1, len(rows), width), np.float16, self.folder)
        features[:, readable] = result.features
        features[:, ~readable] = result.features.mean((0, 1), dtype=np.float64)
        return features, readable


def inside(events: Generator[Event, None, Result]) -> Generator[Event, None, Result]:
    """Pass on the events of work that is part of the fine-tuning, under its name.

    Epochs are left out: they are of some of the samples only.
    """
    return relay(events, _inside)


def _inside(event: Event) -> Iterator[Event]:
    if isinstance(event, Progress):
        yield replace(event, stage=Stage.FINETUNE, part=event.stage)
    elif not isinstance(event, EpochEnd):
        yield event
