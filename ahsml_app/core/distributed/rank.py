"""Which processes work together; a lone one does without torch's parts for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.distributed.distributed_c10d import Store


@dataclass(frozen=True, slots=True)
class Team:
    """The processes that work together.

    Attributes:
        rank: Of this process, from 0.
        count: Of the processes.
        device: Kind of device that each of them computes on.
        store: Where each leaves notes that outlive it.
        orders: Group that carries the messages of rank 0.
    """

    rank: int
    count: int
    device: str
    store: Store
    orders: Any


_joined: list[Team] = []


def team() -> Team | None:
    """The team that this process is in; None where it works alone."""
    return _joined[-1] if _joined else None


def our_team() -> Team:
    """The team that this process is in, for work that only a team does."""
    return _joined[-1]


def enter(us: Team) -> None:
    """Be one of the team from now on."""
    _joined.append(us)


def leave() -> None:
    """Work alone again."""
    _joined.pop()
