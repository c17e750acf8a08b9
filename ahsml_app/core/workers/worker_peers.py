"""The other processes of a torchrun job, as the process of rank 0 uses them."""

from __future__ import annotations

from ahsml_app.core.distributed.rank import current_group
from ahsml_app.core.workers.distributed_features import extract_distributed
from ahsml_app.core.workers.distributed_finetune import gather_unreadable, join_training


class WorkerPeers:
    """Lets the other processes take part; implements `core.finetune.peer_processes.Peers`."""

    extract = staticmethod(extract_distributed)
    join_training = staticmethod(join_training)
    gather_unreadable = staticmethod(gather_unreadable)


def worker_peers() -> WorkerPeers | None:
    """Returns the other processes of this run, or None if this process works alone."""
    return None if current_group() is None else WorkerPeers()
