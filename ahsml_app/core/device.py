"""Which device computes, with how many threads, and when its memory has run out."""

from __future__ import annotations

import os

import torch

from ahsml_app.base.errors import DeviceError
from ahsml_app.base.message import Message
from ahsml_app.base.torchrun import launched

DEVICES = ("auto", "cpu", "cuda", "mps")

HEADS = "cpu"
"""Where heads train, whatever else there is: their steps are many and so small that a graphics card
mostly waits to be told the next operation (benchmark)."""

MOST_THREADS = 4
"""Of a training."""

MOST_SHARED = 10_000_000
"""Samples times features and classes up to which several fits may run at a time: each of them makes
copies that large."""


class OutOfMemory(RuntimeError):  # noqa: N818 - as torch calls its own
    """The memory of a device ran out before a step changed anything: smaller parts may help.

    All processes of a team have agreed on it: one that tried again alone would wait for the others.
    """


def out_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that the memory of a device ran out; only CUDA has a class for it."""
    words = str(error).lower()
    return isinstance(error, OutOfMemory) or "out of memory" in words or "allocator" in words


def choose_device(name: str = "auto") -> torch.device:
    """Turn a name into a device that works here.

    Args:
        name: auto, cpu, cuda or mps; auto takes CUDA, then MPS, then the CPU.

    Raises:
        DeviceError: The name is unknown, or this machine has no such device.
    """
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    if name not in available:
        raise DeviceError(
            Message("Unknown device {name!r}.", name=name),
            hint=Message("Choose one of: {names}.", names=", ".join(DEVICES)),
        )
    if not available[name]:
        raise DeviceError(
            Message(
                "The device {name!r} was asked for, but this machine does not offer it.", name=name
            ),
            hint="Leave --device away, or pass --device cpu.",
            details=f"torch {torch.__version__}, CUDA build: {torch.version.cuda or 'none'}",
        )
    return torch.device(name)


def limit_threads() -> int:
    """Let torch and numpy use one thread per physical core, and return how many that is.

    Virtual cores share the arithmetic units that matrix products keep busy. Processes that were
    started together on one machine share its cores. A number in the environment variable
    OMP_NUM_THREADS takes precedence; torchrun sets it to 1 where nobody else has.
    """
    from joblib import cpu_count  # type: ignore[import-untyped]

    override = os.environ.get("OMP_NUM_THREADS", "")
    threads = int(override) if override.isdecimal() and int(override) > 0 else 0
    launch = launched()
    sharing = launch.local_count if launch else 1
    threads = threads or max(1, cpu_count(only_physical_cores=True) // sharing)
    _set_threads(threads)
    return threads


def limit_training_threads() -> int:
    """Let torch use few threads for training on cached features, and return how many.

    The matrices of a head are small: on a busy machine two threads that wait for each other took
    up to eight times as long as one, and beyond four nothing is gained. The linear expert's steps
    are as small, and its linear algebra has threads of its own: left at two, it took 200 s on
    1,000 images where one thread takes 10.
    """
    threads = max(1, min(MOST_THREADS, limit_threads() - 1))
    _set_threads(threads)
    return threads


def share_training_threads(numbers: int) -> int:
    """Set the threads for a training that has the machine to itself; how many fits it may run.

    Where there may be several at a time, each has one thread: fits that know nothing of each other
    never wait for each other either.

    Args:
        numbers: Samples times features and classes, which says how large the copies are.
    """
    if numbers > MOST_SHARED:
        limit_training_threads()
        return 1
    fits = min(MOST_THREADS, limit_threads())
    _set_threads(1)
    return fits


def set_training_threads(numbers: int, *, alone: bool) -> int:
    """Set the threads of a training on cached features; how many fits it may run at a time.

    Args:
        numbers: Samples times features and classes.
        alone: Whether nothing else, such as a window, needs the machine.
    """
    if alone:
        return share_training_threads(numbers)
    limit_training_threads()
    return 1


def _set_threads(threads: int) -> None:
    import scipy.linalg  # noqa: F401 - only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(threads)
    threadpool_limits(threads, user_api="blas")
