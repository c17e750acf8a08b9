"""The other processes of a job: those of torchrun, as rank 0 uses them, or a Dask cluster's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ahsml_app.core.distributed.rank import current_group
from ahsml_app.core.workers.dask_cluster import cluster_address

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


def extract_jobs() -> ExtractJobs:
    """Returns what computes features: all processes of torchrun, a cluster, or this process."""
    peers = worker_peers()
    if peers is not None:
        return peers.extract
    if cluster_address():
        from ahsml_app.core.workers.dask_features import extract_on_cluster

        return extract_on_cluster
    from ahsml_app.core.features.extract import LocalExtraction

    return LocalExtraction()


def release_engine(extract: ExtractJobs) -> None:
    """Frees the engine of this process, which takes 0.3 GB, where no features are missing.

    Args:
        extract: What has computed the features.
    """
    from ahsml_app.core.features.extract import LocalExtraction

    if isinstance(extract, LocalExtraction):
        extract.engine = None
