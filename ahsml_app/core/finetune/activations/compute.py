"""Computes the activations at the border for all samples that networks are tuned on."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.types import ByteArray, FloatArray, IntArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import make_engine
from ahsml_app.core.finetune.activations.border import Border, FrozenStages
from ahsml_app.core.finetune.activations.cached import CachedActivations
from ahsml_app.core.finetune.inputs.image_loader import (
    MARGIN,
    ImageSource,
    read_ahead,
    unreadable_notices,
)
from ahsml_app.core.finetune.inputs.step_inputs import draw_augmentations
from ahsml_app.core.finetune.inputs.tensor_augment import augment_batch

MOST_BYTES = 8 << 30
"""Largest size of the file of activations: with more, every picture is read anew in each epoch."""

DISK_SHARE = 0.5
"""Share of the free disk that the file may take."""

NUMBER_BYTES = 2
"""Bytes of a float16."""

VERSION = 1

BATCH = 16
"""Pictures that are augmented at once."""
_PROGRESS_SECONDS = 0.1
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True)
class ActivationPlan:
    """What is computed, of which pictures, and where it lies.

    Attributes:
        backbone: The network that the tuning starts from.
        border: Where it is divided.
        paths: Paths of all N samples.
        rows: (n,) rows of the samples that networks are tuned on, sorted.
        size: Side of the training images in pixels.
        views: V, half of them weak augmentations and half of them strong ones.
        seed: Seed of the augmentations.
        folder: Folder of the file.
        planes: What is read of images with several pages or channels.
    """

    backbone: Backbone
    border: Border
    paths: Sequence[Path]
    rows: IntArray
    size: int
    views: int
    seed: int
    folder: Path
    planes: Planes = FIRST

    @property
    def bytes(self) -> int:
        """Size of the file."""
        return len(self.rows) * self.views * int(np.prod(self.border.shape)) * NUMBER_BYTES

    def file(self, hashes: Sequence[str]) -> Path:
        """Returns the path of the file, which is named by everything that its content depends on.

        Args:
            hashes: (N,) content hashes.
        """
        content = hashlib.blake2b(digest_size=12)
        facts = (VERSION, self.backbone.identity, self.border, self.size, self.views, self.seed)
        content.update(repr(facts).encode())
        if self.planes != FIRST:
            content.update(f"planes {self.planes}".encode())
        for row in self.rows:
            content.update(hashes[row].encode())
        return self.folder / f"activations-{content.hexdigest()}.bin"


def why_not_cached(plan: ActivationPlan) -> Message | None:
    """Returns why the file would be too large, or None if there is room for it."""
    size = f"{plan.bytes / 1e9:.1f}"
    if plan.bytes > MOST_BYTES:
        return Message.plural(
            "The activations of {count:,} image would take {size} GB. Each image is read anew in "
            "every epoch instead, which takes longer.",
            "The activations of {count:,} images would take {size} GB. Each image is read anew in "
            "every epoch instead, which takes longer.",
            count=len(plan.rows),
            size=size,
        )
    plan.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(plan.folder).free
    if plan.bytes > DISK_SHARE * free:
        return Message(
            "The activations would take {size} GB, and {folder} has only {free} GB free. Each "
            "image is read anew in every epoch instead, which takes longer.",
            size=size,
            folder=plan.folder,
            free=f"{free / 1e9:.1f}",
        )
    return None


def compute_activations(
    plan: ActivationPlan, path: Path, context: RunContext
) -> Generator[Event, None, CachedActivations]:
    """Computes the activations, unless the file has them from before a restart.

    Args:
        plan: What is computed.
        path: The file, which appears only when it is whole; other files of activations in its
            folder are deleted.
        context: Device, cancel token, and receiver of notices about a slower engine.

    Yields:
        Progress in images, and notices about images that can no longer be read.

    Raises:
        Cancelled: When asked to stop.
        InputError: If most images can no longer be read.
        OutputError: If the file cannot be written.
    """
    result = CachedActivations(plan.border, path, plan.rows, plan.views)
    if path.is_file() and path.stat().st_size == plan.bytes:
        return result
    for stale in path.parent.glob("activations-*.bin"):
        stale.unlink()
    images = ImageSource(plan.paths, round(plan.size * MARGIN), plan.planes)
    done, total, reported = 0, len(plan.rows), 0.0
    try:
        with atomic_write(path) as stream:
            for activations in _of_samples(plan, images, context):
                stream.write(activations.tobytes())
                done += len(activations)
                if done == total or time.monotonic() - reported >= _PROGRESS_SECONDS:
                    reported = time.monotonic()
                    yield Progress(Stage.FINETUNE, done, total, part=Stage.EXTRACT_FEATURES)
    except OSError as error:
        raise OutputError(
            Message(
                "The activations cannot be written to {folder}: {reason}",
                folder=path.parent,
                reason=error,
            ),
            hint=Message("Free {size} GB there.", size=f"{plan.bytes / 1e9:.1f}"),
        ) from error
    yield from unreadable_notices(images)
    return result


def _of_samples(
    plan: ActivationPlan, images: ImageSource, context: RunContext
) -> Iterator[npt.NDArray[np.float16]]:
    """Yields the (b, V, C * H * W) activations of the samples, a few samples at a time."""
    frozen = FrozenStages(plan.backbone.module, plan.border.modules[-1])
    network = replace(
        plan.backbone,
        load=lambda: frozen,
        dimension=int(np.prod(plan.border.shape)),
        size=plan.size,
    )
    engine = make_engine(network, context.device, context.notify)
    batches = _augmented(plan, images)
    results = engine.run(batches)
    collected: list[FloatArray] = []
    try:
        for _, activations in results:
            context.cancel.check()
            collected.append(activations)
            if len(collected) == plan.views:
                whole = np.stack(collected, axis=1)
                yield np.nan_to_num(np.clip(whole, -_LARGEST, _LARGEST)).astype(np.float16)
                collected.clear()
    finally:
        for generator in (results, batches):
            if isinstance(generator, Generator):
                generator.close()


def _augmented(plan: ActivationPlan, images: ImageSource) -> Iterator[tuple[int, ByteArray]]:
    """Yields the numbers and pixels of the V augmentations of a few samples, then of the next."""
    chunks = [plan.rows[start : start + BATCH] for start in range(0, len(plan.rows), BATCH)]
    device = torch.device("cpu")
    reader = read_ahead(images, chunks)
    try:
        for chunk, (rows, pixels) in enumerate(reader):
            images.check(rows)
            drawn = [
                draw_augmentations(len(rows), slice(None), (plan.seed, chunk, pair), device)
                for pair in range(plan.views // 2)
            ]
            parameters = [weak for weak, _ in drawn] + [strong for _, strong in drawn]
            for number, each in enumerate(parameters):
                values = augment_batch(torch.from_numpy(pixels), plan.size, each)
                yield number, values.round().to(torch.uint8).numpy()
    finally:
        reader.close()
