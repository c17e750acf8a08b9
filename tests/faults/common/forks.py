"""Runs a function in a forked process, which may be killed, and collects the lines that it says."""

from __future__ import annotations

import contextlib
import importlib
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]
Work = Callable[[Say], object]

BEGIN = "begin"
"""The first line of every process: it is ready, and its work starts."""

HUNG = -1
"""Exit code of a process that had to be ended after its time."""

_STEP = 0.005  # seconds between two looks at a process


class Fork:
    """A forked process; its output goes to a file, and its grandchildren share its group.

    Args:
        work: The function; gets a function that sends one line to this process.
        log: The file for its output and errors.
    """

    def __init__(self, work: Work, log: Path) -> None:
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reader)
            _be_child(work, writer, log)
        os.close(writer)
        os.set_blocking(reader, False)
        self._reader, self._received = reader, b""
        self._code: int | None = None
        self.hung = False
        self.started = time.monotonic()

    def lines(self) -> list[str]:
        """The lines said so far, without the first one."""
        self._receive()
        whole = self._received.decode("utf-8").split("\n")[:-1]
        return whole[1:]

    def wait_for_begin(self, seconds: float = 120) -> None:
        """Waits until the work starts, and takes the time from then on."""
        until = time.monotonic() + seconds
        while b"\n" not in self._received and time.monotonic() < until and not self._ended():
            select.select([self._reader], [], [], _STEP)
            self._receive()
        self.started = time.monotonic()

    def wait(self, seconds: float = 300) -> int:
        """Waits for the end; ends the group if it takes longer.

        Returns:
            The exit code, negative for a signal; `HUNG` if it was ended here.
        """
        until = self.started + seconds
        while not self._ended() and time.monotonic() < until:
            select.select([self._reader], [], [], _STEP)
            self._receive()
            time.sleep(_STEP / 5)
        self.hung = self._code is None
        self.kill(self.pid)
        self._ended(block=True)
        self.clean_up()
        return HUNG if self.hung else self._code or 0

    def kill_after(self, seconds: float) -> bool:
        """Kills the process, and only it, some time after its work started.

        Returns:
            Whether it was still at work.
        """
        self.wait_for_begin()
        until = self.started + seconds
        while not self._ended() and time.monotonic() < until:
            self._receive()
            time.sleep(min(_STEP, max(0.0, until - time.monotonic())))
        at_work = not self._ended()
        self.kill(self.pid)
        self._ended(block=True)
        return at_work and self._code == -signal.SIGKILL

    def kill(self, pid: int, number: int = signal.SIGKILL) -> None:
        """Sends a signal to the process, unless it has ended."""
        if self._code is None:
            os.kill(pid, number)

    def clean_up(self) -> None:
        """Ends what is left of its group, and closes the pipe."""
        self._receive()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs."""
        self._ended()
        return self._code

    def _ended(self, *, block: bool = False) -> bool:
        if self._code is None:
            pid, status = os.waitpid(self.pid, 0 if block else os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code is not None

    def _receive(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._reader >= 0 and (part := os.read(self._reader, 65536)):
                self._received += part


def result_lines(work: Work, log: Path, seconds: float = 300) -> tuple[int, list[str]]:
    """Runs a function in a fork to its end; returns the exit code and what it said."""
    fork = Fork(work, log)
    code = fork.wait(seconds)
    return code, fork.lines()


_REFUSED = "refused "


def load_what_it_loads(work: Work, log: Path) -> None:
    """Runs a function in a fork, and imports here what it imported there."""

    def run(say: Say) -> None:
        before = set(sys.modules)
        work(lambda _line: None)
        for name in sys.modules.keys() - before:
            say(name if sys.modules[name] is not None else f"{_REFUSED}{name}")

    code, names = result_lines(run, log)
    assert code == 0, log.read_text("utf-8")
    # First what the product keeps from being imported, such as the telemetry of a library.
    for name in sorted(names, key=lambda name: (not name.startswith(_REFUSED), name)):
        if name.startswith(_REFUSED):
            sys.modules[name.removeprefix(_REFUSED)] = None  # type: ignore[assignment]
            continue
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def _be_child(work: Work, writer: int, log: Path) -> None:
    """Runs the function as the whole process, which ends here."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(output, 1)
        os.dup2(output, 2)

        def say(line: str) -> None:
            os.write(writer, f"{line}\n".encode())

        say(BEGIN)
        result = work(say)
        code = result if isinstance(result, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
