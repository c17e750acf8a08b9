"""Extracts features in several processes; rank 0 stores all of them.

The work is divided into rounds, so no process holds more than the features of one round. An image
that a worker cannot read, or has another version of, is extracted by rank 0, whose files count.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import InputError
from ahsml_app.base.events import Event
from ahsml_app.base.message import Message
from ahsml_app.base.paths import content_hash
from ahsml_app.base.reading.planes import planes_of
from ahsml_app.base.torchrun import own_cores
from ahsml_app.base.types import AnyArray, ByteArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import Engine, make_engine
from ahsml_app.core.distributed.process_group import (
    Packet,
    describe_rank,
    recv_order,
    recv_reply,
    send_order,
    send_reply,
)
from ahsml_app.core.distributed.rank import require_group
from ahsml_app.core.features.extract import Extraction, Job
from ahsml_app.core.features.feature_cache import hash_array
from ahsml_app.core.workers.backbone_transfer import pack_backbone, unpack_backbone

ORDER = "extract"
FIRST_SHARE = 64
"""Images per process in the first round: few enough for a large network on a slow machine."""

LARGEST_SHARE = 4096
"""Largest number of images per process and round; their features stay in memory."""

ROUND_SECONDS = 30.0
"""Target duration of a round: far below the timeout after which a process counts as lost, but long
enough that fast processes waste little time waiting for slow ones."""


def extract_distributed(
    extraction: Extraction, jobs: Sequence[Job], context: RunContext
) -> Generator[Event, None, str]:
    """Extracts features in all processes; for rank 0.

    Args:
        extraction: The extraction with the sink of all features.
        jobs: All images.
        context: Device, and the receiver of notices about a slower engine or a worker's other
            files.

    Yields:
        Progress.

    Returns:
        Name of the engine of rank 0.

    Raises:
        Cancelled: When asked to stop.
    """
    group = require_group()
    values, arrays = pack_backbone(extraction.backbone)
    send_order({"order": ORDER, **values}, arrays)
    engine = make_engine(extraction.backbone, context.device, context.notify)
    retried: list[Job] = []
    other_files: dict[int, str] = {}
    per_job = max((len(job.augmentations) for job in jobs), default=1)
    start, share = 0, FIRST_SHARE
    while start < len(jobs):
        started = time.monotonic()
        assigned = jobs[start : start + max(1, share // per_job) * group.count]
        shares = [assigned[rank :: group.count] for rank in range(group.count)]
        send_order({"shares": [[values_of(job) for job in part] for part in shares]})
        yield from extraction.extract(engine, shares[0], len(jobs))
        for rank in range(1, group.count):
            answer = recv_reply(rank)
            retried += store_reply(extraction, shares[rank], answer)
            if answer.values["other"]:
                other_files.setdefault(rank, answer.values["other"])
        start, share = start + len(assigned), next_share(share, time.monotonic() - started)
    send_order({"shares": None})
    for rank, path in other_files.items():
        context.notify(
            Message(
                "The process {process} has another file at {path}; that of the first "
                "process counts.",
                process=describe_rank(rank),
                path=path,
            )
        )
    yield from extraction.extract(engine, retried, len(jobs))
    return engine.name


def next_share(images: int, seconds: float) -> int:
    """Returns the images per process of the next round, from the size and duration of the last."""
    factor = min(max(ROUND_SECONDS / max(seconds, 1.0), 0.5), 2.0)
    return min(max(round(images * factor), 1), LARGEST_SHARE)


def extract_as_worker(order: Packet) -> None:
    """Extracts features of the shares that rank 0 assigns to this process.

    Raises:
        InputError: If the image folder is not visible on this machine.
        ProcessesError: If the network computes other features here.
    """
    group = require_group()
    backbone = unpack_backbone(order)
    engine = make_engine(backbone, group.device)
    while (message := recv_order()) is not None and message.values["shares"] is not None:
        send_reply(*compute_share(backbone, engine, message.values["shares"][group.rank]))


def compute_share(
    backbone: Backbone, engine: Engine, share: Sequence[Any]
) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Extracts features of a share of the images, elsewhere than in the first process.

    Args:
        backbone: The backbone that computes the features.
        engine: The engine that runs it.
        share: Images as `values_of` gives them.

    Returns:
        Values and arrays for `store_reply`.

    Raises:
        InputError: If the image folder is not visible on this machine.
    """
    jobs = [
        Job(number, digest, tuple(map(Path, paths)), tuple(numbers), planes_of(planes))
        for number, (digest, paths, numbers, planes) in enumerate(share)
    ]
    check_folder([job.paths[0] for job in jobs])
    with ThreadPoolExecutor(own_cores(), thread_name_prefix="hash") as pool:
        checked = list(pool.map(_with_right_file, jobs))
    usable = [job for job, _ in checked if job.paths]
    missing = [job.content for job, _ in checked if not job.paths]
    collected = _Collected()
    keys = hash_array([job.digest for job in jobs])
    extraction = Extraction(backbone, keys, collected)
    for _ in extraction.extract(engine, usable, len(usable)):
        pass
    other_file = next((path for _, path in checked if path), "")
    undone = sorted([*extraction.reasons, *missing])
    return {"undone": undone, "other": other_file}, collected.arrays()


def _with_right_file(job: Job) -> tuple[Job, str]:
    """Returns the job with the one file whose content is right, or without files.

    Without such a file, the path of a wrong one is returned too. Features are cached permanently
    under the hash that rank 0 computed, so features of an outdated copy of the folder must not be
    stored under it.
    """
    other_file = ""
    for path in job.paths:
        with contextlib.suppress(OSError):
            if content_hash(path) == job.digest:
                return replace(job, paths=(path,)), ""
            other_file = str(path)
    return replace(job, paths=()), other_file


def check_folder(paths: Sequence[Path]) -> None:
    """Checks that this machine has the image folder.

    Raises:
        InputError: If none of the folders exists.
    """
    folders = {path.parent for path in paths}
    if folders and not any(folder.is_dir() for folder in folders):
        raise InputError(
            Message(
                "The folder {folder} cannot be seen from this machine.", folder=sorted(folders)[0]
            ),
            hint="The images must lie under the same path on every machine.",
        )


class _Collected:
    """Collects the results of one share, to be sent in one message; float16, as in the cache."""

    def __init__(self) -> None:
        self._features: list[tuple[AnyArray, ...]] = []
        self._looks: list[tuple[AnyArray, ...]] = []

    def use_engine(self, name: str) -> None:
        """Does nothing: rank 0 stores the rows under the name of its own engine."""

    def add_features(
        self, hashes: npt.NDArray[np.uint64], numbers: Sequence[int], rows: AnyArray
    ) -> None:
        """See `FeatureSink`."""
        self._features.append((hashes, np.array(numbers, dtype=np.int64), rows.astype(np.float16)))

    def add_looks(self, hashes: npt.NDArray[np.uint64], rows: ByteArray) -> None:
        """See `FeatureSink`."""
        self._looks.append((hashes, rows))

    def arrays(self) -> dict[str, AnyArray]:
        """Returns all results as the arrays of a message; none for what there is none of."""
        collected = {}
        for name, parts in {"features": self._features, "looks": self._looks}.items():
            columns = ("keys", "numbers", "rows") if name == "features" else ("keys", "rows")
            for column, arrays in zip(columns, zip(*parts, strict=True), strict=False):
                collected[f"{name}.{column}"] = np.concatenate(arrays)
        return collected


def values_of(job: Job) -> list[Any]:
    """Returns what `compute_share` needs of an image, as JSON values."""
    return [job.digest, [str(path) for path in job.paths], list(job.augmentations), job.planes]


def store_reply(extraction: Extraction, share: Sequence[Job], answer: Packet) -> list[Job]:
    """Stores the features that a worker computed; returns the images that it left to rank 0."""
    arrays, sink = answer.arrays, extraction.sink
    if "features.keys" in arrays:
        numbers = arrays["features.numbers"].tolist()
        sink.add_features(arrays["features.keys"], numbers, arrays["features.rows"])
    if "looks.keys" in arrays:
        sink.add_looks(arrays["looks.keys"], arrays["looks.rows"])
    undone = [share[number] for number in answer.values["undone"]]
    extraction.decoded += len(share) - len(undone)
    return undone
