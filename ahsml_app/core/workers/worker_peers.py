"""The other processes of a torchrun job, as the process of rank 0 uses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ahsml_app.core.distributed.rank import current_group

if TYPE_CHECKING:
    from ahsml_app.core.features.extract import ExtractJobs


@dataclass(frozen=True, slots=True)
class WorkerPeers:
    """The operations of the other processes; implements `core.finetune.peer_processes.Peers`."""

    extract: ExtractJobs
    join_training: Callable[..., None]
    gather_unreadable: Callable[..., None]


def worker_peers() -> WorkerPeers | None:
    """Returns the other processes of this run, or None if this process works alone."""
    if current_group() is None:
        return None
    # These import torchvision, which takes seconds and which a single process may not need.
    from ahsml_app.core.workers.distributed_features import extract_distributed
    from ahsml_app.core.workers.distributed_finetune import gather_unreadable, join_training

    return WorkerPeers(extract_distributed, join_training, gather_unreadable)
