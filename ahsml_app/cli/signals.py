"""Stops the process within a second after Ctrl-C or SIGTERM, even in a long computation."""

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

_PATIENCE = 0.8  # seconds, so that the process ends within one
# The launcher sends SIGTERM as soon as a process of the group dies, and kills after 30 seconds. In
# between, this process must return from a long computation and report which one died.
_DISTRIBUTED_PATIENCE = 20.0

ReportExit = Callable[[int], int]


@contextlib.contextmanager
def stop_on_signals(
    cancel: CancelToken, report_exit: ReportExit, *, distributed: bool = False
) -> Iterator[None]:
    """Turns SIGINT and SIGTERM into a cancelled token and a `KeyboardInterrupt` for the block.

    Python runs signal handlers between instructions of the main thread, which may sit in a long
    computation of a library. So the operating system also notifies a second thread, which ends the
    process if the main thread has not done so in time; a second signal ends it at once.
    Checkpoints are written atomically, so at most the last steps are lost.

    Args:
        cancel: The token of the running job.
        report_exit: Called by the second thread before it ends the process: takes the number of the
            signal, tells the user, and returns the exit code.
        distributed: Whether SIGTERM may mean that another process died, which allows more time.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        cancel.cancel()
        raise KeyboardInterrupt

    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    previous = {number: signal.signal(number, interrupt) for number in _signals()}
    previous_descriptor = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    watched = (receiver, cancel, report_exit, distributed)
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
    receiver: socket.socket, cancel: CancelToken, report_exit: ReportExit, distributed: bool
) -> None:
    with receiver:
        number = _received_stop(receiver)
        if not number:
            return
        cancel.cancel()
        may_be_lost = distributed and number == signal.SIGTERM
        receiver.settimeout(_DISTRIBUTED_PATIENCE if may_be_lost else _PATIENCE)
        with contextlib.suppress(TimeoutError):
            if not _received_stop(receiver):
                return
        code: int = ExitCode.CANCELLED
        with contextlib.suppress(OSError):
            code = report_exit(number)
        os._exit(code)


def _received_stop(receiver: socket.socket) -> int:
    """Waits for one of our signals; returns 0 once the watched block has ended."""
    while numbers := receiver.recv(1):
        if numbers[0] in _signals():
            return numbers[0]
    return 0


def leave_at_once() -> None:
    """Ends the process as cancelled without waiting for threads that still run."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(ExitCode.CANCELLED)
