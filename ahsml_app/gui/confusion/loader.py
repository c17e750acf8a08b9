"""Counting and writing in a thread of its own: a training may keep the job thread for hours."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot


class Background(QObject):
    """Runs one piece of work after the other; only the newest of a name is told of.

    `done` tells the name and the result, `failed` the name and the error.
    """

    done = Signal(str, object)
    failed = Signal(str, object)
    _ended = Signal(str, int, object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="confusion")
        self._newest: dict[str, int] = {}
        self._numbers = itertools.count()
        self._stopped = False
        self._ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether something is still to come."""
        return bool(self._newest)

    def submit(self, name: str, work: Callable[[], Any]) -> None:
        """Do some work; what was asked for under the same name before is not told any more."""
        if self._stopped:
            return
        self._newest[name] = number = next(self._numbers)
        self._pool.submit(self._work, name, number, work)

    def forget(self, name: str) -> None:
        """Do not tell of it any more."""
        self._newest.pop(name, None)

    def stop(self) -> None:
        """Wait for what runs and end the thread."""
        self._stopped = True
        self._newest.clear()
        self._pool.shutdown(cancel_futures=True)

    def _work(self, name: str, number: int, work: Callable[[], Any]) -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as raised:  # told in the window's thread
            error = raised
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._ended.emit(name, number, result, error)

    @Slot(str, int, object, object)
    def _on_ended(self, name: str, number: int, result: Any, error: Exception | None) -> None:
        if self._stopped or self._newest.get(name) != number:
            return
        del self._newest[name]
        if error is not None:
            self.failed.emit(name, error)
        else:
            self.done.emit(name, result)
