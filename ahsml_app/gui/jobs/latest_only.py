"""Runs one computation at a time in a thread, outside the queue of jobs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal, Slot

from ahsml_app.base.errors import AppError, Cancelled
from ahsml_app.base.events import CancelToken

logger = logging.getLogger(__name__)


class Background(QObject):
    """Runs functions in a thread; only the newest request's result is used.

    Signals:
        done: The newest request's result, in the GUI thread.
        failed: The newest request's exception, in the GUI thread.
    """

    done = Signal(object)
    failed = Signal(object)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._newest = 0
        self._cancel: CancelToken | None = None
        self.busy = False
        self._stopped = False
        self._ended.connect(self._on_ended)

    def start(self, work: Callable[[], object], cancel: CancelToken | None = None) -> None:
        """Runs a function as soon as the previous one ends.

        Args:
            work: Computes the result.
            cancel: Cancelled when the result is no longer needed; the function may check it.
        """
        if self._stopped:
            return
        self.forget()
        self._cancel = cancel
        self.busy = True
        self._pool.submit(self._run, self._newest, work)

    def forget(self) -> None:
        """Cancels the newest request and ignores its result."""
        self._newest += 1
        self.busy = False
        if self._cancel is not None:
            self._cancel.cancel()
            self._cancel = None

    def stop(self) -> None:
        """Waits for the running function, ignores its result and ends the thread."""
        self._stopped = True
        self.forget()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, number: int, work: Callable[[], object]) -> None:
        """Runs in the thread."""
        if number != self._newest:
            return
        result: object = None
        error: Exception | None = None
        try:
            result = work()
        except Cancelled:
            return
        except AppError as raised:
            error = raised
        except Exception as raised:
            logger.exception("a background computation failed")
            error = raised
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self._ended.emit(number, result, error)

    @Slot(object, object, object)
    def _on_ended(self, number: int, result: object, error: object) -> None:
        if number != self._newest:
            return
        self.busy = False
        self._cancel = None
        if error is None:
            self.done.emit(result)
        else:
            self.failed.emit(error)
