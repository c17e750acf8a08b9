"""Stops the process within a second after Ctrl-C or SIGTERM, whatever it does or waits for."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from ahsml_app.base.errors import ExitCode
from ahsml_app.base.events import CancelToken

_PATIENCE = 0.8  # seconds, so that the process ends within one
# The launcher sends SIGTERM as soon as a process of the group dies, and kills after 30 seconds. In
# between, this process must return from a long computation and report which one died.
_DISTRIBUTED_PATIENCE = 20.0

_PRINT_SECONDS = 0.5  # for the last lines, which a full pipe may not take
_REMOVAL_SECONDS = 0.05  # for Python to leave the function that removes an object
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The last one is Ctrl-Break and closing the terminal on Windows."""

ReportExit = Callable[[int], int]


@contextlib.contextmanager
def stop_on_signals(
    cancel: CancelToken, report_exit: ReportExit, *, distributed: bool = False
) -> Iterator[None]:
    """Turns SIGINT, SIGTERM and SIGHUP into a cancelled token and a `KeyboardInterrupt`.

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
    """The signals that stop; not SIGHUP where the caller ignores it, as nohup does."""
    existing = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return [
        number
        for number in existing
        if number.name != "SIGHUP" or signal.getsignal(number) is not signal.SIG_IGN
    ]


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
        codes: list[int] = [ExitCode.CANCELLED]
        within(_PRINT_SECONDS, lambda: codes.append(report_exit(number)))
        os._exit(codes[-1])


def _received_stop(receiver: socket.socket) -> int:
    """Waits for one of our signals; returns 0 once the watched block has ended."""
    while numbers := receiver.recv(1):
        if any(numbers[0] == getattr(signal, name, None) for name in _NAMES):
            return numbers[0]
    return 0


def within(seconds: float, action: Callable[[], object]) -> None:
    """Runs the action, and no longer waits for it after some seconds; its errors are dropped.

    Nobody may read the pipe that it prints into.
    """

    def run() -> None:
        with contextlib.suppress(Exception):
            action()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)


def interrupt_on_signals() -> None:
    """Lets every signal that stops raise `KeyboardInterrupt`, where the default ends the process.

    Before and after `stop_on_signals`, SIGTERM and SIGHUP then end the command as Ctrl-C does.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in _signals():
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, interrupt)
    sys.unraisablehook = _interrupt_again


def _interrupt_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Repeats an interrupt that came while an object was removed, where Python drops errors."""
    if unraisable.exc_type is KeyboardInterrupt:
        # A handler would run within this function, and `threading` may hold locks at the removal.
        _thread.start_new_thread(_interrupt_soon, ())
    else:
        sys.__unraisablehook__(unraisable)


def _interrupt_soon() -> None:
    time.sleep(_REMOVAL_SECONDS)
    for number in _signals():
        if callable(signal.getsignal(number)):  # SIGINT may be ignored, as behind nohup
            if sys.platform == "win32":
                _thread.interrupt_main(number)
            else:  # ends a wait of the main thread, too
                signal.pthread_kill(threading.main_thread().ident or 0, number)
            return


def leave_at_once() -> None:
    """Ends the process as cancelled, without waiting for threads or for who reads its output."""
    for number in _signals():  # the process is about to end
        signal.signal(number, signal.SIG_IGN)
    within(_PRINT_SECONDS, sys.stderr.flush)
    within(_PRINT_SECONDS, sys.stdout.flush)
    os._exit(ExitCode.CANCELLED)


def open_closed_streams() -> None:
    """Connects the standard streams that the caller has closed to nothing.

    Otherwise the next file that is opened would be standard output.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="replace")
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="replace")


def flush_streams() -> None:
    """Flushes the output, so that a pipe whose reader has gone is no error when Python ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
