"""Large pictures: decoded in a thread, the newest request first, the next ones ahead of time."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from ahsml_app.gui.thumbnails import image_from
from ahsml_app.session.pictures import UnreadableImage, load_picture

LONGEST_SIDE = 2400
"""Pixels beyond which a picture is reduced: no screen shows more, and memory is finite."""

MOST_KEPT = 12


class PictureLoader(QObject):
    """Keeps a dozen decoded pictures; `loaded` tells the path of each new one."""

    loaded = Signal(object)
    _decoded = Signal(object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[Path, QImage] = OrderedDict()
        self._reasons: dict[Path, str] = {}
        self._wanted: list[Path] = []
        self._working = False
        self._stopped = False
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self._decoded.connect(self._on_decoded)

    def image(self, path: Path) -> QImage | None:
        """The picture if it is there."""
        return self._kept.get(path)

    def reason(self, path: Path) -> str:
        """Why a picture cannot be shown; empty if it may still come."""
        return self._reasons.get(path, "")

    def want(self, paths: Sequence[Path]) -> None:
        """Ask for pictures, the most urgent first; what was asked before is forgotten."""
        missing = [p for p in paths if p not in self._kept and p not in self._reasons]
        with self._lock:
            self._wanted = missing
            if missing and not self._working and not self._stopped:
                self._working = True
                self._pool.submit(self._work)

    def clear(self) -> None:
        """Forget everything, as for another project."""
        self._kept.clear()
        self._reasons.clear()

    def stop(self) -> None:
        """End the thread."""
        with self._lock:
            self._stopped, self._wanted = True, []
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._working = False
                    return
                path = self._wanted.pop(0)
            try:
                image, reason = image_from(load_picture(path, LONGEST_SIDE)), ""
            except UnreadableImage as error:
                image, reason = QImage(), str(error)
            except Exception as error:  # one bad file stops nothing
                image, reason = QImage(), f"{type(error).__name__}: {error}"
            with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
                self._decoded.emit(path, image, reason)

    @Slot(object, object, str)
    def _on_decoded(self, path: Path, image: QImage, reason: str) -> None:
        if reason:
            self._reasons[path] = reason
        else:
            self._kept[path] = image
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self.loaded.emit(path)
