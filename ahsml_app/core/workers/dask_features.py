"""Extracts features on the workers of a Dask cluster; this process stores all of them."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event, Progress, Stage
from ahsml_app.base.types import AnyArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import Engine, make_engine
from ahsml_app.core.distributed.process_group import Packet
from ahsml_app.core.features.extract import Extraction, Job
from ahsml_app.core.workers.backbone_transfer import pack_backbone, unpack_backbone
from ahsml_app.core.workers.dask_cluster import run_parts
from ahsml_app.core.workers.distributed_features import compute_share, store_reply, values_of

PART = 256
"""Views of a part: seconds of work, which is all that a lost worker costs."""

_guard = threading.Lock()  # a worker may have several threads, and an engine takes one at a time
_engines: dict[str, tuple[Backbone, Engine]] = {}


@dataclass(frozen=True, slots=True)
class _Network:
    """The network of a job, for the workers."""

    values: dict[str, Any]
    arrays: dict[str, AnyArray]
    device: str


def extract_on_cluster(
    extraction: Extraction, jobs: Sequence[Job], context: RunContext
) -> Generator[Event, None, str]:
    """Extracts features on the workers of the cluster; an `ExtractJobs`.

    An image that a worker cannot read, or has another version of, is extracted here.

    Args:
        extraction: The extraction with the sink of all features.
        jobs: All images.
        context: Device, cancel token, and the receiver of notices about a slower engine.

    Yields:
        Progress.

    Returns:
        Name of the engine of this process.

    Raises:
        Cancelled: When asked to stop.
        AppError: If the cluster cannot be used.
    """
    engine = make_engine(extraction.backbone, context.device, context.notify)
    yield from extraction.extract(engine, (), len(jobs))  # names the engine to the sink
    size = max(1, PART // max((len(job.augmentations) for job in jobs), default=1))
    parts = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    shares = [[values_of(job) for job in part] for part in parts]
    network = _Network(*pack_backbone(extraction.backbone), context.device)
    left_here: list[Job] = []
    for number, (values, arrays) in run_parts(_extract_part, network, shares, context.cancel):
        left_here += store_reply(extraction, parts[number], Packet(values, arrays))
        yield Progress(Stage.EXTRACT_FEATURES, extraction.decoded, len(jobs))
    yield from extraction.extract(engine, left_here, len(jobs))
    return engine.name


def _extract_part(
    network: _Network, share: Sequence[Any]
) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Extracts a part, in a worker."""
    with _guard:
        identity = network.values["backbone"]["identity"]
        if identity not in _engines:
            backbone = unpack_backbone(Packet(network.values, network.arrays))
            _engines.clear()
            _engines[identity] = backbone, make_engine(backbone, network.device)
        return compute_share(*_engines[identity], share)
