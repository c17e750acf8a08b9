"""Reports of unexpected errors: written to a file, shown as a notice and at the next start."""

from __future__ import annotations

import contextlib
import datetime as dt
import faulthandler
import logging
import platform
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.log import log_folder
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.version import __version__

REPORT, FAULTS = "crash.txt", "faults.txt"

logger = logging.getLogger(__name__)


class CrashReports(QObject):
    """Installs hooks for uncaught exceptions.

    The hooks may run in any thread, so they only write a file and emit a signal.
    """

    crashed = Signal(str)

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder or log_folder()
        self._previous = self._read_and_clear()
        self._hooks: tuple[Any, Any] | None = None
        self._faults: IO[str] | None = None

    def install(self) -> None:
        """Installs the hooks."""
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._faults = (self._folder / FAULTS).open("w", encoding="utf-8")
            faulthandler.enable(self._faults)

    def uninstall(self) -> None:
        """Restores the previous hooks and deletes the empty fault file."""
        if self._hooks is not None:
            sys.excepthook, threading.excepthook = self._hooks
            self._hooks = None
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None
            with contextlib.suppress(OSError):
                (self._folder / FAULTS).unlink()

    def previous_crash(self) -> str:
        """The report of the previous run, empty for none; only the first call returns it."""
        text, self._previous = self._previous, ""
        return text

    def _read_and_clear(self) -> str:
        texts = []
        for name in (REPORT, FAULTS):
            path = self._folder / name
            with contextlib.suppress(OSError):
                texts.append(path.read_text("utf-8", errors="replace").strip())
                path.unlink()
        return "\n\n".join(text for text in texts if text)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        logger.error("uncaught exception:\n%s", text)
        when = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        report = f"ahsml-app {__version__}, {platform.platform()}, {when}\n{text}"
        with (
            contextlib.suppress(OSError),
            atomic_write(self._folder / REPORT, "w", encoding="utf-8") as stream,
        ):
            stream.write(report)
        self.crashed.emit(report)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
