"""Several processes that work together: one runs the job and writes, the others do what it asks.

torchrun starts the same command several times. The process of rank 0 runs it as ever. Every other
one waits for messages of rank 0 (see `assisting`) and never touches a file that is written. What
travels is torch.distributed's: gloo between CPUs, NCCL between graphics cards.

A process that ends closes its connections, so the others hear of it as soon as they use them. What
a process has to say of its own failure it leaves in the launcher's store, before it ends.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from ahsml_app.base.errors import AppError, DeviceError, ProcessesError
from ahsml_app.base.message import Message
from ahsml_app.base.torchrun import Launch
from ahsml_app.base.types import AnyArray
from ahsml_app.core.device import choose_device
from ahsml_app.core.distributed.rank import Team, enter, leave, our_team

PATIENCE = dt.timedelta(minutes=10)
"""Within one step. A machine that vanishes without closing its connections is missed after it."""

IDLE = dt.timedelta(days=365)
"""How long a helper waits for the next message: rank 0 may train heads for hours meanwhile."""

_PIECE = 1 << 28  # bytes of a message that travel at a time
_MOMENT = 0.2  # seconds, in which a closed connection becomes known to all who share it
_WORDS = "words"
_RESUME = "Run the same command again with --resume; it continues at the last checkpoint."

Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True, slots=True)
class Packet:
    """What one process tells another.

    Attributes:
        words: Values of JSON.
        arrays: Arrays by name.
    """

    words: dict[str, Any]
    arrays: dict[str, AnyArray] = field(default_factory=dict)


@contextlib.contextmanager
def joined(launch: Launch, device: str) -> Iterator[None]:
    """Be one of the team while the block runs.

    Args:
        launch: Place of this process.
        device: auto, cpu, cuda or mps.

    Raises:
        DeviceError: The device is missing, is not the same everywhere, or cannot be shared.
        ProcessesError: Another process has failed or is gone, and the block has suffered by it.
    """
    store, _, _ = next(iter(rendezvous("env://")))
    kind = _agreed_device(PrefixStore("start", store), launch, device)
    # On graphics cards arrays of the CPU, such as all messages, still go by gloo.
    backend = "cpu:gloo,cuda:nccl" if kind == "cuda" else "gloo"
    dist.init_process_group(
        backend, store=store, rank=launch.rank, world_size=launch.count, timeout=PATIENCE
    )
    orders = dist.new_group(backend="gloo", timeout=IDLE)
    us = Team(launch.rank, launch.count, kind, PrefixStore("notes", store), orders)
    enter(us)
    us.store.set(f"host/{us.rank}", socket.gethostname())
    # The launcher asks all to stop when one has ended: there must be time to say which.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
        if us.rank == 0:
            send({"order": "done"})
    except BaseException as error:
        found = None if isinstance(error, AppError) else lost(error)
        if us.rank == 0:  # after the look at the others, who end as soon as they read it
            say_leaving()
        if found is None:
            raise
        raise found from error
    finally:
        leave()
    # After an error connections are left to the end of the process: shutting down would wait.
    dist.destroy_process_group()


def send(words: Mapping[str, Any], arrays: Arrays | None = None) -> None:
    """Tell all helpers something; they get it by `heard`."""
    us = our_team()
    data = _packed(words, arrays or {})
    dist.broadcast(torch.tensor([len(data)]), 0, group=us.orders)
    for piece in torch.split(data, _PIECE):
        dist.broadcast(piece, 0, group=us.orders)


def heard() -> Packet | None:
    """Wait for the next message of rank 0; None where it has left before the job was done."""
    us, length = our_team(), torch.zeros(1, dtype=torch.int64)
    try:
        dist.broadcast(length, 0, group=us.orders)
        data = torch.empty(int(length), dtype=torch.uint8)
        for piece in torch.split(data, _PIECE):
            dist.broadcast(piece, 0, group=us.orders)
    except RuntimeError:
        if has_left():
            return None
        raise
    return _unpacked(data)


def reply(words: Mapping[str, Any], arrays: Arrays | None = None) -> None:
    """Tell rank 0 something; it gets it by `replied`."""
    data = _packed(words, arrays or {})
    dist.send(torch.tensor([len(data)]), 0)
    for piece in torch.split(data, _PIECE):
        dist.send(piece, 0)


def replied(rank: int) -> Packet:
    """Wait for the reply of one helper."""
    length = torch.zeros(1, dtype=torch.int64)
    dist.recv(length, rank)
    data = torch.empty(int(length), dtype=torch.uint8)
    for piece in torch.split(data, _PIECE):
        dist.recv(piece, rank)
    return _unpacked(data)


def worst(state: int) -> int:
    """The highest of what all processes pass, on every one of them."""
    states = torch.tensor([state])
    dist.all_reduce(states, dist.ReduceOp.MAX)
    return int(states)


def say_leaving() -> None:
    """Let the helpers know that rank 0 ends on purpose, and that they need say nothing."""
    with contextlib.suppress(RuntimeError):  # the store may be gone
        our_team().store.set("leaving", "")


def has_left() -> bool:
    """Whether rank 0 has ended on purpose: it was stopped, or says itself what went wrong."""
    with contextlib.suppress(RuntimeError):  # the store may have gone with it
        return bool(our_team().store.check(["leaving"]))
    return False


def confess(error: BaseException) -> None:
    """Leave a note of why this helper ends, for rank 0 to read."""
    us = our_team()
    if isinstance(error, AppError):
        parts = {"message": error.message, "hint": error.hint, "details": error.details}
        note = {name: str(part) for name, part in parts.items()}
    elif _unreachable(us):
        note = {}  # it only follows another one
    else:
        note = {"message": f"{type(error).__name__}: {error}", "hint": _RESUME, "details": ""}
    with contextlib.suppress(RuntimeError):
        us.store.set(f"failed/{us.rank}", json.dumps(note))


def lost(error: BaseException) -> ProcessesError | None:
    """Which other process is behind an error of this one; None where they are all well.

    A process that left a note has failed by itself. One that is gone without any was killed, or
    its machine was.
    """
    us = our_team()
    gone = _unreachable(us)
    notes = {rank: _note(us, rank) for rank in range(us.count) if rank != us.rank}
    for rank, note in notes.items():
        if note:
            return ProcessesError(
                Message(
                    "The process {process} has failed: {message}",
                    process=place_of(rank),
                    message=note["message"],
                ),
                hint=str(note["hint"]) or _RESUME,
                details=str(note["details"]),
            )
    first = [rank for rank in gone if notes[rank] is None] or gone
    if first:
        places = " and ".join(f"the process {place_of(rank)}" for rank in first)
        return ProcessesError(Message("The run has lost {places}.", places=places), hint=_RESUME)
    if "timed out" in str(error).lower():
        minutes = round(PATIENCE.total_seconds() / 60)
        return ProcessesError(
            Message("Another process has not answered for {minutes} minutes.", minutes=minutes),
            hint=Message("Look whether all machines can be reached. {resume}", resume=_RESUME),
            details=str(error),
        )
    return None


def place_of(rank: int) -> str:
    """Rank and machine of another process, as a person is told of it."""
    us, host = our_team(), ""
    with contextlib.suppress(RuntimeError):
        if us.store.check([f"host/{rank}"]):
            host = us.store.get(f"host/{rank}").decode()
    return f"of rank {rank} (of {us.count})" + (f" on {host}" if host else "")


def _agreed_device(store: Store, launch: Launch, device: str) -> str:
    """The kind of device that every process has; each graphics card serves one of them.

    Whoever finds a fault says so in the store, or the others would wait.
    """
    fault, kind = "", ""
    try:
        kind = choose_device(device).type
        if kind == "cuda" and launch.local_count > torch.cuda.device_count():
            cards = torch.cuda.device_count()
            fault = f"{cards} graphics cards are there for {launch.local_count} processes."
        elif kind == "cuda":
            torch.cuda.set_device(launch.local_rank)
    except (DeviceError, RuntimeError) as error:  # torch's own: there is no such card, or no driver
        fault = str(error)
    host = socket.gethostname()
    store.set(str(launch.rank), json.dumps([kind, f"{host}: {fault}" if fault else ""]))
    found = [json.loads(store.get(str(rank))) for rank in range(launch.count)]
    faults = [each for _, each in found if each]
    if faults:
        raise DeviceError(
            Message("Not every process has a device to compute on. {fault}", fault=faults[0]),
            hint="Start as many processes on each machine as it has cards, or pass --device cpu.",
        )
    kinds = sorted({each for each, _ in found})
    if len(kinds) > 1 or kinds == ["mps"]:
        raise DeviceError(
            Message(
                "The processes cannot work together on these devices: {names}.",
                names=", ".join(kinds),
            ),
            hint="Pass --device cpu, or leave out the machines without a CUDA card.",
        )
    return str(kinds[0])


def _unreachable(us: Team) -> list[int]:
    """Ranks of the others whose connection is closed.

    A byte is posted and not waited for: where the other one is well, it is never received, as
    whoever asks this is about to end.
    """
    time.sleep(_MOMENT)
    gone = []
    for rank in range(us.count):
        if rank != us.rank:
            try:
                _unreceived.append(dist.isend(torch.zeros(1, dtype=torch.uint8), rank, tag=1))
            except RuntimeError:
                gone.append(rank)
    return gone


_unreceived: list[Any] = []


def _note(us: Team, rank: int) -> dict[str, str] | None:
    with contextlib.suppress(RuntimeError):
        if us.store.check([f"failed/{rank}"]):
            note: dict[str, str] = json.loads(us.store.get(f"failed/{rank}"))
            return note
    return None


def _packed(words: Mapping[str, Any], arrays: Arrays) -> torch.Tensor:
    from safetensors.numpy import save

    text = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    everything = {name: np.asarray(value, order="C") for name, value in arrays.items()}
    return torch.frombuffer(bytearray(save(everything | {_WORDS: text})), dtype=torch.uint8)


def _unpacked(data: torch.Tensor) -> Packet:
    from safetensors.numpy import load

    arrays = load(data.numpy().tobytes())
    words = json.loads(arrays.pop(_WORDS).tobytes())
    return Packet(words, arrays)
