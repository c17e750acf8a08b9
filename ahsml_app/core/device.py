"""Chooses the device, sets the number of threads, and recognises out-of-memory errors."""

from __future__ import annotations

import functools
import mmap
import os

import numpy as np
import torch

from ahsml_app.base.errors import DeviceError
from ahsml_app.base.message import Message
from ahsml_app.base.torchrun import launched

DEVICES = ("auto", "cpu", "cuda", "mps")

HEADS = "cpu"
"""Device that heads always train on: their many small steps leave a graphics card waiting for the
next operation (benchmark)."""

MOST_THREADS = 4
"""Largest number of threads of a training."""

MOST_SHARED = 10_000_000
"""Numbers in the features and targets up to which several fits run at a time, because each fit
copies them."""

_BUFFER_BYTES = 36 << 20
"""Room for the work space of one OpenBLAS on x86-64, measured as 33 MB; others take less."""

_LARGE_PRODUCT = 256
"""Rows of matrices whose product needs the work space; smaller ones do without."""


class OutOfMemory(RuntimeError):  # noqa: N818 - as torch calls its own
    """Raised when device memory runs out before a step changed anything; smaller parts may fit.

    All processes of the group raise it together: one that retried alone would wait for the others.
    """


def out_of_memory(error: RuntimeError) -> bool:
    """Returns whether an error reports that device memory ran out; only CUDA has a class for it."""
    text = str(error).lower()
    return isinstance(error, OutOfMemory) or "out of memory" in text or "allocator" in text


def choose_device(name: str = "auto") -> torch.device:
    """Returns the torch device of a name, after checking that this machine has it.

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
        return torch.device(next(kind for kind, usable in available.items() if usable))
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
    """Sets torch and numpy to one thread per physical core and returns the number.

    Virtual cores share the arithmetic units that matrix products keep busy. Processes that
    torchrun started on one machine share its cores. A number in the environment variable
    OMP_NUM_THREADS takes precedence; torchrun sets it to 1 if it is not set.
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
    """Sets few threads for training on cached features and returns the number.

    The matrices of a head are small: on a busy machine two threads that wait for each other took
    up to eight times as long as one, and beyond four nothing is gained. The linear model's steps
    are as small, and its linear algebra has its own threads: with two it took 200 s on 1,000
    images, with one 10 s.
    """
    threads = max(1, min(MOST_THREADS, limit_threads() - 1))
    _set_threads(threads)
    return threads


def share_training_threads(numbers: int) -> int:
    """Sets the threads of a training that has the machine to itself.

    Where several fits run at a time, each has one thread: independent fits need not wait for each
    other.

    Args:
        numbers: Count of numbers that each fit copies.

    Returns:
        How many fits may run at a time.
    """
    if numbers > MOST_SHARED:
        limit_training_threads()
        return 1
    fits = min(MOST_THREADS, limit_threads())
    _set_threads(1)
    return fits


def set_training_threads(numbers: int, *, alone: bool) -> int:
    """Sets the threads of a training on cached features.

    Args:
        numbers: Count of numbers that each fit copies.
        alone: Whether nothing else, such as a window, needs the machine.

    Returns:
        How many fits may run at a time.
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
    _take_buffers()


@functools.cache
def _take_buffers() -> None:
    """Lets the linear algebra of numpy and scipy take their work space while there is room.

    OpenBLAS takes it at the first larger product. Where it gets none, version 0.3.30 tries for
    ever and 0.3.31 ends the process, in the middle of a fit and without a word to the person.

    Raises:
        MemoryError: If there is no room for it.
    """
    from scipy.linalg.blas import dgemm

    try:
        with mmap.mmap(-1, 2 * _BUFFER_BYTES):
            pass
    except OSError as error:
        raise MemoryError("no room for the work space of the linear algebra") from error
    square = np.ones((_LARGE_PRODUCT, _LARGE_PRODUCT), order="F")
    np.matmul(square, square)
    dgemm(1.0, square, square)
