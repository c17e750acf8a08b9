"""Collects cyclic garbage in the GUI thread only, in small steps.

Python collects in whichever thread allocates. A widget that is destroyed in the job thread crashes
Qt ("Timers cannot be stopped from another thread"). Once torch is loaded, a full collection visits
a third of a million objects: measured 270 ms, during which the window freezes. So automatic
collection is switched off and a timer collects instead. The objects of large imports live as long
as the process, so they are frozen, which hides them from the collector.
"""

from __future__ import annotations

import atexit
import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

INTERVAL = 100
"""Milliseconds between two checks of the number of new objects."""

FULL = 60.0
"""Minimum seconds between two full collections."""

LARGE_IMPORT = 50
"""Number of new modules from which an import is frozen; torch loads 2,000."""


class GarbageCollector(QObject):
    """Replaces the automatic collector between `start` and `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = False
        self._module_count = self._frozen_modules = len(sys.modules)
        self._last_full = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Switches automatic collection off and starts the timer."""
        if not self._timer.isActive():
            self._was_enabled = gc.isenabled()
            gc.disable()
            self._module_count = len(sys.modules)
            self._last_full = time.monotonic()
            self._timer.start()

    def stop(self) -> None:
        """Stops the timer and restores automatic collection if it was on."""
        if self._timer.isActive():
            self._timer.stop()
            self._freeze_imports()
            if self._was_enabled:
                gc.enable()

    def _on_timeout(self) -> None:
        importing, self._module_count = len(sys.modules) != self._module_count, len(sys.modules)
        if importing:
            return  # nearly all new objects will live on; they are frozen after the import
        self._freeze_imports()
        if time.monotonic() - self._last_full > FULL and self._collect(2):
            self._last_full = time.monotonic()
        elif not self._collect(1):
            self._collect(0)

    def _freeze_imports(self) -> None:
        if len(sys.modules) - self._frozen_modules > LARGE_IMPORT:
            self._frozen_modules = len(sys.modules)
            gc.freeze()
            # Without this, some libraries report leaks at exit.
            atexit.unregister(gc.unfreeze)
            atexit.register(gc.unfreeze)

    def _collect(self, generation: int) -> bool:
        due = gc.get_count()[generation] > gc.get_threshold()[generation]
        if due:
            gc.collect(generation)
        return due
