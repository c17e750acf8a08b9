"""Whether torchrun, or a launcher with the same environment variables, started this process.

Only the environment is read, so that the command knows its rank before torch is loaded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

_NAMES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


@dataclass(frozen=True, slots=True)
class Launch:
    """The rank of this process among those of a distributed run.

    Attributes:
        rank: Rank among all processes, from 0. Rank 0 runs the job; the others are its workers.
        count: Number of processes on all machines.
        local_rank: Rank among the processes of this machine, from 0.
        local_count: Number of processes on this machine; 1 if the launcher does not say.
    """

    rank: int
    count: int
    local_rank: int
    local_count: int


def launched() -> Launch | None:
    """The rank of this process; None if it was started alone."""
    values = [os.environ.get(name, "") for name in _NAMES]
    count = _number("WORLD_SIZE", 1)
    if not all(values) or count < 2:
        return None
    rank = _number("RANK", 0)
    local_count = max(1, _number("LOCAL_WORLD_SIZE", 1))
    # Launchers of one process per machine, such as Kubernetes' PyTorchJob, set no local rank.
    return Launch(rank, count, _number("LOCAL_RANK", rank % local_count), local_count)


def own_cores() -> int:
    """Number of cores per process on this machine."""
    launch = launched()
    return max(1, (os.cpu_count() or 1) // (launch.local_count if launch else 1))


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else default
