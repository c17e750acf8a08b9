"""Thumbnails: decoded in a few threads, the newest request first, kept by bytes and on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from ahsml_app.base.paths import atomic_write, cache_folder
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.pictures import Pixels, UnreadableImage, load_picture

SIDE = 256
"""Longest side of a thumbnail on disk, in pixels, and of the largest in memory."""

SMALLEST = 96
MOST_GROWTH = 4
"""How far a small picture is enlarged to fit."""

MOST_BYTES = 256 << 20
MOST_PENDING = 400
TELL_MILLISECONDS = 33
_WORKERS = max(1, min(4, (os.cpu_count() or 2) - 1))
"""One core is left to the window."""


def image_from(pixels: Pixels) -> QImage:
    """A QImage with memory of its own from (H, W, 3) RGB."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888).copy()


class Thumbnails(QObject):
    """Thumbnails of the opened project, or of any files, shared by all views.

    `ready` tells the rows that have arrived, `file_ready` the paths; both in batches.
    """

    ready = Signal(object)
    file_ready = Signal(object)
    _decoded = Signal(object, object, object)

    def __init__(self, model: ProjectModel | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._side = SMALLEST
        self._kept: OrderedDict[Path, tuple[QPixmap, int]] = OrderedDict()
        self._bytes = 0
        self._reasons: dict[Path, str] = {}
        self._rows: dict[Path, int] = {}
        self._pending: OrderedDict[Path, None] = OrderedDict()
        self._active = 0
        self._lock = threading.Lock()
        self._stopped = False
        self._arrived: list[Path] = []
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="thumbnails")
        self._decoded.connect(self._on_decoded)
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(TELL_MILLISECONDS)
        self._tell.timeout.connect(self._on_tell)
        if model is not None:
            model.project_changed.connect(self._on_project_changed)

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        with self._lock:
            return bool(self._pending or self._active or self._arrived)

    def pixmap(self, row: int) -> QPixmap | None:
        """Thumbnail of a sample if it is there; asked for otherwise."""
        project = None if self._model is None else self._model.project
        if project is None:
            return None
        path = project.path(row)
        if path not in self._kept:
            self._rows[path] = row
        return self.file_pixmap(path)

    def file_pixmap(self, path: Path) -> QPixmap | None:
        """Thumbnail of any file if it is there; asked for otherwise."""
        found = self._kept.get(path)
        if found is None or found[1] < self._side:
            self._request(path)
        if found is None:
            return None
        self._kept.move_to_end(path)
        return found[0]

    def set_side(self, pixels: int) -> None:
        """Make thumbnails fit a square of this side, so that painting need not scale them.

        Smaller ones that are there already are shown until the new ones come.
        """
        self._side = min(max(pixels, SMALLEST), SIDE)

    def reason(self, row: int) -> str:
        """Why there is no thumbnail; empty if there is one or it may still come."""
        project = None if self._model is None else self._model.project
        return "" if project is None else self._reasons.get(project.path(row), "")

    def file_reason(self, path: Path) -> str:
        """Why a file has no thumbnail."""
        return self._reasons.get(path, "")

    def keep_only(self, rows: Iterable[int]) -> None:
        """Forget requests for rows that are no longer in view."""
        project = None if self._model is None else self._model.project
        if project is None:
            return
        wanted = {project.path(int(row)) for row in rows}
        with self._lock:
            for path in [path for path in self._pending if path not in wanted]:
                if path in self._rows:
                    del self._pending[path]

    def stop(self) -> None:
        """End the threads."""
        self._stopped = True
        with self._lock:
            self._pending.clear()
        self._tell.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _request(self, path: Path) -> None:
        if self._stopped or path in self._reasons:
            return
        with self._lock:
            if path in self._pending:
                self._pending.move_to_end(path)
                return
            self._pending[path] = None
            if len(self._pending) > MOST_PENDING:
                self._pending.popitem(last=False)
            if self._active < _WORKERS:
                self._active += 1
                self._pool.submit(self._work)

    def _work(self) -> None:
        """Decode until nothing is asked for; runs in the pool."""
        while True:
            with self._lock:
                if not self._pending or self._stopped:
                    self._active -= 1
                    return
                path, _ = self._pending.popitem()
            try:
                side = self._side
                image = _thumbnail(path, side)
                reason = ""
            except UnreadableImage as error:
                image, reason = QImage(), str(error)
            except Exception as error:  # one bad file stops nothing
                image, reason = QImage(), f"{type(error).__name__}: {error}"
            with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
                self._decoded.emit(path, image, (reason, side))

    @Slot(object, object, object)
    def _on_decoded(self, path: Path, image: QImage, facts: tuple[str, int]) -> None:
        if self._stopped:
            return
        reason, side = facts
        if reason:
            self._reasons[path] = reason
        else:
            replaced = self._kept.pop(path, None)
            if replaced is not None:
                self._bytes -= _size(replaced[0])
            pixmap = QPixmap.fromImage(image)
            self._kept[path] = (pixmap, side)
            self._bytes += _size(pixmap)
            while self._bytes > MOST_BYTES and len(self._kept) > 1:
                _, old = self._kept.popitem(last=False)
                self._bytes -= _size(old[0])
        self._arrived.append(path)
        if not self._tell.isActive():
            self._tell.start()

    def _on_tell(self) -> None:
        arrived, self._arrived = self._arrived, []
        rows = [self._rows[path] for path in arrived if path in self._rows]
        if rows:
            self.ready.emit(np.array(rows, dtype=np.int64))
        self.file_ready.emit(arrived)

    def _on_project_changed(self) -> None:
        with self._lock:
            self._pending.clear()
        self._rows.clear()
        self._reasons.clear()


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _thumbnail(path: Path, side: int) -> QImage:
    """From the disk cache, or decoded and put there; all by Pillow, which lets the window work."""
    cached = _cached_file(path)
    image: Image.Image | None = None
    if cached is not None and cached.is_file():
        with contextlib.suppress(OSError), Image.open(cached) as kept:
            image = kept.convert("RGB")
    if image is None:
        image = Image.fromarray(load_picture(path, SIDE))
        if cached is not None and path.stat().st_size > SIDE * SIDE // 4:
            with contextlib.suppress(OSError), atomic_write(cached) as stream:
                image.save(stream, "JPEG", quality=88)
    scale = min(side / max(image.size), MOST_GROWTH)
    if scale != 1:
        width, height = (max(1, round(length * scale)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    return image_from(np.asarray(image))


def _cached_file(path: Path) -> Path | None:
    """Where the thumbnail of a file lies, by its path, time of change and size."""
    try:
        facts = path.stat()
    except OSError:
        return None
    name = f"{os.fspath(path)}\0{facts.st_mtime_ns}\0{facts.st_size}\0{SIDE}"
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return cache_folder() / "thumbnails" / digest[:2] / f"{digest}.jpg"
