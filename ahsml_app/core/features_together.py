"""Features by several processes: each embeds a share of the pictures, rank 0 keeps all features.

The work goes in rounds, so that nobody ever holds more than the features of one round. A picture
that a helper cannot read is tried again by rank 0, whose word counts.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import Event
from ahsml_app.core.backbone_transfer import packed_backbone, unpacked_backbone
from ahsml_app.core.engine import make_engine
from ahsml_app.core.feature_cache import hash_array
from ahsml_app.core.features import Embedding, Job, Notify
from ahsml_app.core.processes import Message, heard, replied, reply, send
from ahsml_app.core.team import our_team

ORDER = "embed"
SHARE = 256
"""Pictures of one process in a round: few enough that nobody waits for long for a slow one."""


def embed_together(
    embedding: Embedding, jobs: Sequence[Job], device: str, notify: Notify | None
) -> Generator[Event, None, str]:
    """Embed pictures with all processes; for rank 0.

    Args:
        embedding: Has the sinks for all features.
        jobs: All pictures.
        device: A torch device.
        notify: Is told when a slower engine has to be taken.

    Yields:
        Progress.

    Returns:
        Name of the engine of rank 0.

    Raises:
        Cancelled: When asked to stop.
    """
    us = our_team()
    words, arrays = packed_backbone(embedding.backbone)
    send({"order": ORDER, **words}, arrays)
    engine = make_engine(embedding.backbone, device, notify)
    again: list[Job] = []
    for start in range(0, len(jobs), SHARE * us.count):
        dealt = jobs[start : start + SHARE * us.count]
        shares = [dealt[rank :: us.count] for rank in range(us.count)]
        send({"shares": [[_words_of(job) for job in share] for share in shares]})
        yield from embedding.embed(engine, shares[0], len(jobs))
        for rank in range(1, us.count):
            again += _taken(embedding, shares[rank], replied(rank))
    send({"shares": None})
    yield from embedding.embed(engine, again, len(jobs))
    return engine.name


def help_to_embed(order: Message) -> None:
    """Embed the shares that rank 0 deals to this process.

    Raises:
        InputError: The image folder cannot be seen from this machine.
        ProcessesError: The network gives other features here.
    """
    us = our_team()
    backbone = unpacked_backbone(order)
    engine = make_engine(backbone, us.device)
    while (message := heard()) is not None and message.words["shares"] is not None:
        share = message.words["shares"][us.rank]
        jobs = [
            Job(number, digest, tuple(Path(path) for path in paths), tuple(views))
            for number, (digest, paths, views) in enumerate(share)
        ]
        check_folder([job.paths[0] for job in jobs])
        features, thumbnails = _Collected(), _Collected()
        keys = hash_array([job.digest for job in jobs])
        embedding = Embedding(backbone, keys, (features, thumbnails))
        for _ in embedding.embed(engine, jobs, len(jobs)):
            pass
        arrays = features.arrays("features") | thumbnails.arrays("thumbnails")
        reply({"unreadable": sorted(embedding.reasons)}, arrays)


def check_folder(paths: Sequence[Path]) -> None:
    """See that this machine has the image folder at all.

    Raises:
        InputError: Not one of the folders is there.
    """
    folders = {path.parent for path in paths}
    if folders and not any(folder.is_dir() for folder in folders):
        raise InputError(
            f"The folder {sorted(folders)[0]} cannot be seen from this machine.",
            hint="The images must lie under the same path on every machine.",
        )


class _Collected:
    """Keeps what one share has given, to be sent at once; float16, as the cache has it."""

    def __init__(self) -> None:
        self._parts: list[tuple[Any, ...]] = []

    def add(
        self, hashes: npt.NDArray[np.uint64], views: Sequence[int], rows: npt.NDArray[Any]
    ) -> None:
        """Take (B, 2) hashes, B views and (B, width) rows."""
        kept = rows.astype(np.float16) if rows.dtype.kind == "f" else rows
        self._parts.append((hashes, np.array(views, dtype=np.int64), kept))

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays of a message; none where there was nothing."""
        columns = zip(("keys", "views", "rows"), zip(*self._parts, strict=True), strict=False)
        return {f"{name}.{column}": np.concatenate(parts) for column, parts in columns}


def _words_of(job: Job) -> list[Any]:
    return [job.digest, [str(path) for path in job.paths], list(job.views)]


def _taken(embedding: Embedding, share: Sequence[Job], answer: Message) -> list[Job]:
    """Keep what a helper has embedded; the pictures that it could not read."""
    for sink, name in ((embedding.features, "features"), (embedding.thumbnails, "thumbnails")):
        if f"{name}.keys" in answer.arrays:
            keys, views, rows = (
                answer.arrays[f"{name}.{column}"] for column in ("keys", "views", "rows")
            )
            sink.add(keys, views.tolist(), rows)
    unreadable = [share[number] for number in answer.words["unreadable"]]
    embedding.decoded += len(share) - len(unreadable)
    return unreadable
