"""Extracts features with tuned networks, and relays the events of work within fine-tuning."""

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
from ahsml_app.core.data.lost_folder import MISSING_FOLDER_HINT
from ahsml_app.core.features.extract import extract_features
from ahsml_app.core.finetune.peer_processes import Peers
from ahsml_app.core.mapped_arrays import empty_array

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TunedExtractor:
    """Extracts features of samples with a tuned network.

    Attributes:
        table: All samples.
        augmentations: Number of augmentations of each image.
        folder: Folder for the features. Not the user's cache: a tuned network is used only once.
        context: A torch device, the cancel token, and the receiver of notices about a slower
            engine.
        peers: The other processes of the run, or None.
    """

    table: SampleTable
    augmentations: int
    folder: Path
    context: RunContext
    peers: Peers | None = None

    def features(
        self, backbone: Backbone, rows: IntArray
    ) -> Generator[Event, None, tuple[npt.NDArray[np.float16], BoolArray]]:
        """Extracts (V + 1, n, D) features of some samples; also returns which could be read.

        Samples that can no longer be read get the mean of the others, which carries no information.

        Raises:
            InputError: If most images can no longer be read, because a drive or folder is missing.
        """
        result = yield from relay_as_finetuning(
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
                hint=MISSING_FOLDER_HINT,
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


def relay_as_finetuning(events: Generator[Event, None, Result]) -> Generator[Event, None, Result]:
    """Relays the events of work that is part of fine-tuning, under the stage of fine-tuning.

    Epochs are left out, because they cover only some of the samples.
    """
    return relay(events, _as_finetuning)


def _as_finetuning(event: Event) -> Iterator[Event]:
    if isinstance(event, Progress):
        yield replace(event, stage=Stage.FINETUNE, part=event.stage)
    elif not isinstance(event, EpochEnd):
        yield event
