"""Whether torchrun, or another launcher that speaks as it does, has started several processes.

Read from the environment alone, so that the command knows its part before torch is loaded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

_NAMES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


@dataclass(frozen=True, slots=True)
class Launch:
    """The place of this process among those that were started together.

    Attributes:
        rank: Of this process among all, from 0. Rank 0 runs the job, the others help it.
        count: Processes in all, on all machines.
        local_rank: Of this process on its machine, from 0.
        local_count: Processes on this machine; 1 where the launcher does not say.
    """

    rank: int
    count: int
    local_rank: int
    local_count: int


def launched() -> Launch | None:
    """The place of this process; None where it works alone."""
    found = [os.environ.get(name, "") for name in _NAMES]
    count = _number("WORLD_SIZE", 1)
    if not all(found) or count < 2:
        return None
    rank = _number("RANK", 0)
    local_count = max(1, _number("LOCAL_WORLD_SIZE", 1))
    # Launchers of one process a machine, such as Kubernetes' PyTorchJob, name no local rank.
    return Launch(rank, count, _number("LOCAL_RANK", rank % local_count), local_count)


def own_cores() -> int:
    """Cores of this machine for each of the processes that share it."""
    launch = launched()
    return max(1, (os.cpu_count() or 1) // (launch.local_count if launch else 1))


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else default
