"""The process group of this process; importing it does not load torch.distributed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.distributed.distributed_c10d import Store


@dataclass(frozen=True, slots=True)
class ProcessGroup:
    """The processes of a distributed run.

    Attributes:
        rank: Rank of this process, from 0.
        count: Number of processes.
        device: Kind of device that every process computes on.
        store: Store for reports that outlive their process.
        control: Group that carries the messages of rank 0.
    """

    rank: int
    count: int
    device: str
    store: Store
    control: Any


_groups: list[ProcessGroup] = []


def current_group() -> ProcessGroup | None:
    """The process group of this process; None if it runs alone."""
    return _groups[-1] if _groups else None


def require_group() -> ProcessGroup:
    """The process group of this process, for code that only runs in one."""
    return _groups[-1]


def set_group(group: ProcessGroup) -> None:
    """Sets the process group of this process."""
    _groups.append(group)


def clear_group() -> None:
    """Leaves the process group."""
    _groups.pop()
