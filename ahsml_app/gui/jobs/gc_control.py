"""Collect cyclic garbage in the GUI thread only, and seldom much at once.

Python collects in whichever thread happens to allocate. A widget that dies in the job thread takes
Qt down with it ("Timers cannot be stopped from another thread"), and once torch is loaded a full
collection walks over a third of a million objects: measured 270 ms, in which the window stands
still. So automatic collection is switched off, a timer collects instead, and what large imports
leave behind, which lives as long as the process anyway, is put where the collector does not look.
"""

from __future__ import annotations

import atexit
import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

INTERVAL = 100
"""Milliseconds between two looks at the number of new objects."""

FULL = 60.0
"""Seconds between two full collections at least."""

LARGE_IMPORT = 50
"""Modules that make an import worth putting aside; torch brings 2,000."""


class GarbageCollector(QObject):
    """Takes over from the automatic collector between `start` and `stop`; may be nested."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = False
        self._modules = self._put_aside = len(sys.modules)
        self._last_full = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Take over."""
        if not self._timer.isActive():
            self._was_enabled = gc.isenabled()
            gc.disable()
            self._modules = len(sys.modules)
            self._last_full = time.monotonic()
            self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, if it was before."""
        if self._timer.isActive():
            self._timer.stop()
            self._put_imports_aside()
            if self._was_enabled:
                gc.enable()

    def _on_timeout(self) -> None:
        importing, self._modules = len(sys.modules) != self._modules, len(sys.modules)
        if importing:
            return  # nearly all that is new will stay; it is put aside when the import is over
        self._put_imports_aside()
        if time.monotonic() - self._last_full > FULL and self._collect(2):
            self._last_full = time.monotonic()
        elif not self._collect(1):
            self._collect(0)

    def _put_imports_aside(self) -> None:
        if len(sys.modules) - self._put_aside > LARGE_IMPORT:
            self._put_aside = len(sys.modules)
            gc.freeze()
            # At the exit all is collected as usual; some libraries complain of leaks otherwise.
            atexit.unregister(gc.unfreeze)
            atexit.register(gc.unfreeze)

    def _collect(self, generation: int) -> bool:
        due = gc.get_count()[generation] > gc.get_threshold()[generation]
        if due:
            gc.collect(generation)
        return due
