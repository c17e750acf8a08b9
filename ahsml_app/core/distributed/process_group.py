"""The process group: rank 0 runs the job and writes; the workers execute its orders.

torchrun starts the same command several times. The process of rank 0 runs it as if alone. Every
other process waits for orders of rank 0 (see `core.workers.worker_loop`) and writes no file.
Messages travel through torch.distributed: gloo between CPUs, NCCL between graphics cards.

A process that ends closes its connections, which the others notice when they next use them. Before
it ends, a process that failed stores its reason in the launcher's store.
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
from ahsml_app.core.distributed.rank import ProcessGroup, clear_group, require_group, set_group

STEP_TIMEOUT = dt.timedelta(minutes=10)
"""Timeout of one step. It detects a machine that vanished without closing its connections."""

IDLE_TIMEOUT = dt.timedelta(days=365)
"""How long a worker waits for the next order: rank 0 may train heads for hours meanwhile."""

_PIECE = 1 << 28  # bytes of a message that are sent at a time
_MOMENT = 0.2  # seconds until all processes notice a closed connection
_VALUES = "values"
_RESUME = "Run the same command again with --resume; it continues at the last checkpoint."

Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True, slots=True)
class Packet:
    """A message between processes.

    Attributes:
        values: JSON values by name.
        arrays: Arrays by name.
    """

    values: dict[str, Any]
    arrays: dict[str, AnyArray] = field(default_factory=dict)


@contextlib.contextmanager
def join_group(launch: Launch, device: str) -> Iterator[None]:
    """Makes this process a member of the process group while the block runs.

    Args:
        launch: Rank of this process.
        device: auto, cpu, cuda or mps.

    Raises:
        DeviceError: If the device is missing, is not the same everywhere, or cannot be shared.
        ProcessesError: If another process failed or disappeared while the block ran.
    """
    store, _, _ = next(iter(rendezvous("env://")))
    kind = _agreed_device(PrefixStore("start", store), launch, device)
    # Even with graphics cards, tensors on the CPU, such as all messages, are sent through gloo.
    backend = "cpu:gloo,cuda:nccl" if kind == "cuda" else "gloo"
    dist.init_process_group(
        backend, store=store, rank=launch.rank, world_size=launch.count, timeout=STEP_TIMEOUT
    )
    control = dist.new_group(backend="gloo", timeout=IDLE_TIMEOUT)
    group = ProcessGroup(launch.rank, launch.count, kind, PrefixStore("notes", store), control)
    set_group(group)
    group.store.set(f"host/{group.rank}", socket.gethostname())
    # When one process ends, the launcher terminates all; ignored, to leave time for a report.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
        if group.rank == 0:
            send_order({"order": "done"})
    except BaseException as error:
        failure = None if isinstance(error, AppError) else find_lost_process(error)
        if group.rank == 0:  # after `find_lost_process`, because the workers end on reading it
            announce_shutdown()
        if failure is None:
            raise
        raise failure from error
    finally:
        clear_group()
    # Not after an error, because destroying the group would wait for the other processes.
    dist.destroy_process_group()


def send_order(values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
    """Broadcasts an order of rank 0 to all workers, which receive it by `recv_order`."""
    group = require_group()
    data = _packed(values, arrays or {})
    dist.broadcast(torch.tensor([len(data)]), 0, group=group.control)
    for piece in torch.split(data, _PIECE):
        dist.broadcast(piece, 0, group=group.control)


def recv_order() -> Packet | None:
    """Waits for the next order of rank 0; None if rank 0 ended before the job was done."""
    group, length = require_group(), torch.zeros(1, dtype=torch.int64)
    try:
        dist.broadcast(length, 0, group=group.control)
        data = torch.empty(int(length), dtype=torch.uint8)
        for piece in torch.split(data, _PIECE):
            dist.broadcast(piece, 0, group=group.control)
    except RuntimeError:
        if has_shut_down():
            return None
        raise
    return _unpacked(data)


def send_reply(values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
    """Sends a reply to rank 0, which receives it by `recv_reply`."""
    data = _packed(values, arrays or {})
    dist.send(torch.tensor([len(data)]), 0)
    for piece in torch.split(data, _PIECE):
        dist.send(piece, 0)


def recv_reply(rank: int) -> Packet:
    """Waits for the reply of one worker."""
    length = torch.zeros(1, dtype=torch.int64)
    dist.recv(length, rank)
    data = torch.empty(int(length), dtype=torch.uint8)
    for piece in torch.split(data, _PIECE):
        dist.recv(piece, rank)
    return _unpacked(data)


def all_max(state: int) -> int:
    """Returns the maximum of `state` over all processes (an all-reduce)."""
    states = torch.tensor([state])
    dist.all_reduce(states, dist.ReduceOp.MAX)
    return int(states)


def announce_shutdown() -> None:
    """Tells the workers that rank 0 ends on purpose, so that they report no failure."""
    with contextlib.suppress(RuntimeError):  # the store may be gone already
        require_group().store.set("leaving", "")


def has_shut_down() -> bool:
    """Whether rank 0 ended on purpose: it was stopped, or it reports its own failure."""
    with contextlib.suppress(RuntimeError):  # the store may be gone with rank 0
        return bool(require_group().store.check(["leaving"]))
    return False


def report_failure(error: BaseException) -> None:
    """Stores the reason why this worker ends, for rank 0."""
    group = require_group()
    if isinstance(error, AppError):
        texts = {"message": error.message, "hint": error.hint, "details": error.details}
        note = {name: str(text) for name, text in texts.items()}
    elif _unreachable(group):
        note = {}  # this failure only follows from another process's
    else:
        note = {"message": f"{type(error).__name__}: {error}", "hint": _RESUME, "details": ""}
    with contextlib.suppress(RuntimeError):
        group.store.set(f"failed/{group.rank}", json.dumps(note))


def find_lost_process(error: BaseException) -> ProcessesError | None:
    """Finds the other process that caused an error in this one; None if all are alive.

    A process that reported a failure failed by itself. A process that is gone without a report was
    killed, or its machine went down.
    """
    group = require_group()
    gone = _unreachable(group)
    notes = {rank: _note(group, rank) for rank in range(group.count) if rank != group.rank}
    for rank, note in notes.items():
        if note:
            return ProcessesError(
                Message(
                    "The process {process} has failed: {message}",
                    process=describe_rank(rank),
                    message=note["message"],
                ),
                hint=str(note["hint"]) or _RESUME,
                details=str(note["details"]),
            )
    first = [rank for rank in gone if notes[rank] is None] or gone
    if first:
        names = " and ".join(f"the process {describe_rank(rank)}" for rank in first)
        return ProcessesError(Message("The run has lost {places}.", places=names), hint=_RESUME)
    if "timed out" in str(error).lower():
        minutes = round(STEP_TIMEOUT.total_seconds() / 60)
        return ProcessesError(
            Message("Another process has not answered for {minutes} minutes.", minutes=minutes),
            hint=Message("Look whether all machines can be reached. {resume}", resume=_RESUME),
            details=str(error),
        )
    return None


def describe_rank(rank: int) -> str:
    """Returns rank and machine of another process, for messages."""
    group, host = require_group(), ""
    with contextlib.suppress(RuntimeError):
        if group.store.check([f"host/{rank}"]):
            host = group.store.get(f"host/{rank}").decode()
    return f"of rank {rank} (of {group.count})" + (f" on {host}" if host else "")


def _agreed_device(store: Store, launch: Launch, device: str) -> str:
    """Returns the kind of device that all processes have; each graphics card serves one process.

    A process without a device reports this in the store, because the others would wait for it.
    """
    fault, kind = "", ""
    try:
        kind = choose_device(device).type
        if kind == "cuda" and launch.local_count > torch.cuda.device_count():
            cards = torch.cuda.device_count()
            fault = f"{cards} graphics cards are there for {launch.local_count} processes."
        elif kind == "cuda":
            torch.cuda.set_device(launch.local_rank)
    except (DeviceError, RuntimeError) as error:  # torch raises it without such a card or driver
        fault = str(error)
    host = socket.gethostname()
    store.set(str(launch.rank), json.dumps([kind, f"{host}: {fault}" if fault else ""]))
    replies = [json.loads(store.get(str(rank))) for rank in range(launch.count)]
    faults = [text for _, text in replies if text]
    if faults:
        raise DeviceError(
            Message("Not every process has a device to compute on. {fault}", fault=faults[0]),
            hint="Start as many processes on each machine as it has cards, or pass --device cpu.",
        )
    kinds = sorted({text for text, _ in replies})
    if len(kinds) > 1 or kinds == ["mps"]:
        raise DeviceError(
            Message(
                "The processes cannot work together on these devices: {names}.",
                names=", ".join(kinds),
            ),
            hint="Pass --device cpu, or leave out the machines without a CUDA card.",
        )
    return str(kinds[0])


def _unreachable(group: ProcessGroup) -> list[int]:
    """Returns the ranks of the other processes whose connection is closed.

    It posts a byte to each process and does not wait for it. No process receives the byte,
    because the caller is about to end.
    """
    time.sleep(_MOMENT)
    gone = []
    for rank in range(group.count):
        if rank != group.rank:
            try:
                _unreceived.append(dist.isend(torch.zeros(1, dtype=torch.uint8), rank, tag=1))
            except RuntimeError:
                gone.append(rank)
    return gone


_unreceived: list[Any] = []


def _note(group: ProcessGroup, rank: int) -> dict[str, str] | None:
    with contextlib.suppress(RuntimeError):
        if group.store.check([f"failed/{rank}"]):
            note: dict[str, str] = json.loads(group.store.get(f"failed/{rank}"))
            return note
    return None


def _packed(values: Mapping[str, Any], arrays: Arrays) -> torch.Tensor:
    from safetensors.numpy import save

    text = np.frombuffer(json.dumps(values).encode(), dtype=np.uint8)
    everything = {name: np.asarray(value, order="C") for name, value in arrays.items()}
    return torch.frombuffer(bytearray(save(everything | {_VALUES: text})), dtype=torch.uint8)


def _unpacked(data: torch.Tensor) -> Packet:
    from safetensors.numpy import load

    arrays = load(data.numpy().tobytes())
    values = json.loads(arrays.pop(_VALUES).tobytes())
    return Packet(values, arrays)
