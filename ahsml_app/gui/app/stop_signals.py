"""Ctrl-C and other signals close the window as a person would, without a question."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from typing import Any

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.errors import ExitCode

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class StopSignals(QObject):
    """Emits `received` at the first signal to stop; a second one ends the process at once.

    Python runs its handlers between instructions, and an idle window runs none. So the operating
    system writes each signal into a socket, which a thread reads.
    """

    received = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False
        existing = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        # A hang-up that the caller ignores, as nohup does, stays ignored.
        self._numbers = [
            number
            for number in existing
            if number.name != "SIGHUP" or signal.getsignal(number) is not signal.SIG_IGN
        ]
        self._receiver, self._sender = socket.socketpair()
        self._sender.setblocking(False)
        self._previous: dict[signal.Signals, Any] = {}
        self._descriptor = -1
        self._thread = threading.Thread(target=self._watch, name="signals", daemon=True)

    def install(self) -> None:
        """Installs the handlers; called from the main thread."""
        self._descriptor = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        self._previous = {number: signal.signal(number, _ignore) for number in self._numbers}
        self._thread.start()

    def uninstall(self) -> None:
        """Restores the earlier handlers and ends the thread."""
        signal.set_wakeup_fd(self._descriptor)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._sender.close()
        self._thread.join()

    def _watch(self) -> None:
        with self._receiver:
            while received := self._receiver.recv(1):
                if received[0] not in self._numbers:
                    continue
                if self.stopped:
                    os._exit(ExitCode.CANCELLED)
                self.stopped = True
                with contextlib.suppress(RuntimeError):  # the application has ended
                    self.received.emit()


def _ignore(_number: int, _frame: object) -> None:
    """Takes the place of the default, which would end the process."""
