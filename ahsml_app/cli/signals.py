"""Ctrl-C and SIGTERM: stop within a second, whatever the process is busy with."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from ahsml_app.base.errors import ExitCode
from ahsml_app.base.events import CancelToken

_PATIENCE = 0.8  # seconds, so that the process is gone within one
# The launcher of a team sends SIGTERM as soon as a process is lost, and kills after 30 seconds:
# there must be time to come back from a long computation and say which.
_DISTRIBUTED_PATIENCE = 20.0

LastWords = Callable[[int], int]


@contextlib.contextmanager
def stop_on_signals(
    cancel: CancelToken, last_words: LastWords, *, distributed: bool = False
) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into a cancelled token and a `KeyboardInterrupt` for the block.

    Python runs signal handlers between instructions of the main thread, which may sit in a long
    computation of a library. So a second thread is told of the signal by the operating system
    and ends the process if the main thread has not done so in time; a second signal ends it at
    once. Checkpoints are written whole, so this loses no more than the last steps.

    Args:
        cancel: The token of the running job.
        last_words: Told to the person by the second thread before it ends the process; takes the
            signal and gives the exit code.
        distributed: Whether SIGTERM may mean that another process is lost, and so leaves more time.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        cancel.cancel()
        raise KeyboardInterrupt

    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    previous = {number: signal.signal(number, interrupt) for number in _signals()}
    previous_descriptor = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    watched = (receiver, cancel, last_words, distributed)
    threading.Thread(target=_watch, args=watched, daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(previous_descriptor)
        for number, handler in previous.items():
            signal.signal(number, handler)
        sender.close()  # ends the watching thread


def _signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last one: Ctrl-Break and closing on Windows
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _watch(
    receiver: socket.socket, cancel: CancelToken, last_words: LastWords, distributed: bool
) -> None:
    with receiver:
        number = _received_stop(receiver)
        if not number:
            return
        cancel.cancel()
        lost = distributed and number == signal.SIGTERM
        receiver.settimeout(_DISTRIBUTED_PATIENCE if lost else _PATIENCE)
        with contextlib.suppress(TimeoutError):
            if not _received_stop(receiver):
                return
        code: int = ExitCode.CANCELLED
        with contextlib.suppress(OSError):
            code = last_words(number)
        os._exit(code)


def _received_stop(receiver: socket.socket) -> int:
    """Wait for one of our signals; 0 when the block that is watched has ended."""
    while numbers := receiver.recv(1):
        if numbers[0] in _signals():
            return numbers[0]
    return 0


def leave_at_once() -> None:
    """End the process as cancelled without waiting for threads that still work."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(ExitCode.CANCELLED)
