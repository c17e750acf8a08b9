"""Looks at the classes in a thread of its own, as a training may have the job thread for hours."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal, Slot

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.session.classes import ClassOverview, ClassRequest, find_classes


class ClassFinder(QObject):
    """`found` tells the overview of the newest request, `failed` why there is none."""

    found = Signal(object)
    failed = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="classes")
        self._cancel: CancelToken | None = None
        self._ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether an overview is still to come."""
        return self._cancel is not None

    def ask(self, request: ClassRequest, before: ClassOverview | None) -> None:
        """Look at a snapshot; an earlier one that is not ready is dropped."""
        self.forget()
        self._cancel = CancelToken()
        self._pool.submit(self._work, request, self._cancel, before)

    def forget(self) -> None:
        """Drop what was asked for."""
        if self._cancel is not None:
            self._cancel.cancel()
            self._cancel = None

    def stop(self) -> None:
        """End the thread."""
        self.forget()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(
        self, request: ClassRequest, cancel: CancelToken, before: ClassOverview | None
    ) -> None:
        """Runs in the pool."""
        result: object
        try:
            result = find_classes(request, cancel, before)
        except Cancelled:
            return
        except Exception as error:
            result = error
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._ended.emit(cancel, result)

    @Slot(object, object)
    def _on_ended(self, cancel: CancelToken, result: object) -> None:
        if cancel is not self._cancel:
            return
        self._cancel = None
        if isinstance(result, ClassOverview):
            self.found.emit(result)
        else:
            self.failed.emit(result)
