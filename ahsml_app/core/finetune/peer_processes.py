"""Interface to the other processes of a run, as fine-tuning uses it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Protocol

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event
from ahsml_app.base.reading.planes import Planes
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.features.extract import Extraction, Job
from ahsml_app.core.finetune.step import NetworkTraining


class Peers(Protocol):
    """The other processes of a run, as rank 0 sees them; `core.workers` implements it."""

    def extract(
        self, extraction: Extraction, jobs: Sequence[Job], context: RunContext
    ) -> Generator[Event, None, str]:
        """Computes features in all processes; see `core.features.extract.ExtractJobs`."""

    def join_training(
        self,
        training: NetworkTraining,
        backbone: Backbone,
        paths: Sequence[Path],
        config: TrainConfig,
        position: tuple[int, int, float],
        planes: Planes,
    ) -> None:
        """Lets all processes train together from here on.

        Args:
            training: The training, in the state to start from.
            backbone: The backbone that the training was created with.
            paths: Paths of all samples.
            config: The options that the training was created with.
            position: Epoch, step and loss so far.
            planes: What is read of images with several pages or channels.
        """

    def gather_unreadable(self, unreadable: dict[int, str]) -> None:
        """Adds the rows that the other processes could not read, each with its reason."""
