"""The other processes of a torchrun job, as the process of rank 0 uses them."""

from __future__ import annotations

from ahsml_app.core.distributed.rank import team
from ahsml_app.core.workers.distributed_features import embed_together
from ahsml_app.core.workers.distributed_finetune import gather_unreadable, join_training


class HelperProcesses:
    """Lets the other processes take part; implements `core.finetune.peer_processes.Peers`."""

    embed = staticmethod(embed_together)
    join_training = staticmethod(join_training)
    gather_unreadable = staticmethod(gather_unreadable)


def helper_processes() -> HelperProcesses | None:
    """The other processes of this run, or None if this process works alone."""
    return None if team() is None else HelperProcesses()
