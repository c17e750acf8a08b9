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


Key = int | Path
"""Row of the opened project, or any file."""


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
        self._kept: OrderedDict[Key, tuple[QPixmap, int]] = OrderedDict()
        self._bytes = 0
        self._reasons: dict[Key, str] = {}
        self._pending: OrderedDict[Key, Path] = OrderedDict()
        self._generation = 0  # counts the projects that were opened
        self._active = 0
        self._lock = threading.Lock()
        self._stopped = False
        self._arrived: list[Key] = []
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
        found = self._kept.get(row)
        if found is None or found[1] < self._side:
            self._request(row)
        if found is None:
            return None
        self._kept.move_to_end(row)
        return found[0]

    def file_pixmap(self, path: Path) -> QPixmap | None:
        """Thumbnail of any file if it is there; asked for otherwise."""
        found = self._kept.get(path)
        if found is None:
            self._request(path)
            return None
        self._kept.move_to_end(path)
        return found[0]

    def reason(self, row: int) -> str:
        """Why there is no thumbnail; empty if there is one or it may still come."""
        return self._reasons.get(row, "")

    def keep_only(self, rows: Iterable[int]) -> None:
        """Forget requests for rows that are no longer in view."""
        wanted = {int(row) for row in rows}
        with self._lock:
            for key in [key for key in self._pending if isinstance(key, int)]:
                if key not in wanted:
                    del self._pending[key]

    def set_side(self, pixels: int) -> None:
        """Make thumbnails fit a square of this side, so that painting need not scale them.

        Smaller ones that are there already are shown until the new ones come.
        """
        self._side = min(max(pixels, SMALLEST), SIDE)

    def file_reason(self, path: Path) -> str:
        """Why a file has no thumbnail."""
        return self._reasons.get(path, "")

    def stop(self) -> None:
        """End the threads."""
        self._stopped = True
        with self._lock:
            self._pending.clear()
        self._tell.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _request(self, key: Key) -> None:
        if self._stopped or key in self._reasons:
            return
        with self._lock:
            if key in self._pending:
                self._pending.move_to_end(key)
                return
            path = self._path(key)
            if path is None:
                return
            self._pending[key] = path
            if len(self._pending) > MOST_PENDING:
                self._pending.popitem(last=False)
            if self._active < _WORKERS:
                self._active += 1
                self._pool.submit(self._work)

    def _path(self, key: Key) -> Path | None:
        if isinstance(key, Path):
            return key
        project = None if self._model is None else self._model.project
        return None if project is None else project.path(key)

    def _work(self) -> None:
        """Decode until nothing is asked for; runs in the pool."""
        while True:
            with self._lock:
                if not self._pending or self._stopped:
                    self._active -= 1
                    return
                key, path = self._pending.popitem()
                side, generation = self._side, self._generation
            try:
                image, reason = _thumbnail(path, side), ""
            except UnreadableImage as error:
                image, reason = QImage(), str(error)
            except Exception as error:  # one bad file stops nothing
                image, reason = QImage(), f"{type(error).__name__}: {error}"
            with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
                self._decoded.emit(key, image, (reason, side, generation))

    @Slot(object, object, object)
    def _on_decoded(self, key: Key, image: QImage, facts: tuple[str, int, int]) -> None:
        reason, side, generation = facts
        if self._stopped or (isinstance(key, int) and generation != self._generation):
            return  # of a project that was closed
        if reason:
            self._reasons[key] = reason
        else:
            replaced = self._kept.pop(key, None)
            if replaced is not None:
                self._bytes -= _size(replaced[0])
            pixmap = QPixmap.fromImage(image)
            self._kept[key] = (pixmap, side)
            self._bytes += _size(pixmap)
            while self._bytes > MOST_BYTES and len(self._kept) > 1:
                _, old = self._kept.popitem(last=False)
                self._bytes -= _size(old[0])
        self._arrived.append(key)
        if not self._tell.isActive():
            self._tell.start()

    def _on_tell(self) -> None:
        arrived, self._arrived = self._arrived, []
        rows = [key for key in arrived if isinstance(key, int)]
        if rows:
            self.ready.emit(np.array(rows, dtype=np.int64))
        files = [key for key in arrived if isinstance(key, Path)]
        if files:
            self.file_ready.emit(files)

    def _on_project_changed(self) -> None:
        with self._lock:
            self._pending.clear()
            self._generation += 1
        for key in [key for key in self._kept if isinstance(key, int)]:
            self._bytes -= _size(self._kept.pop(key)[0])
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
