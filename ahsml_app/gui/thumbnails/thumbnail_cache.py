"""Makes thumbnails in a few threads, visible ones first, and caches them in memory and on disk."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.types import ByteArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_files import KEPT_SIDE, make_thumbnail
from ahsml_app.session.review.load_image import UnreadableImage

SMALLEST = 96
"""Smallest side in pixels for views that do not request a side."""

LARGEST = 2 * KEPT_SIDE
FILE_SIDE = 192
MOST_BYTES = 256 << 20
MOST_PENDING = 400
TELL_MILLISECONDS = 33
_WORKERS = max(1, min(4, (os.cpu_count() or 2) - 1))
"""One core is left to the GUI thread."""

File = tuple[Path, Planes]
"""A file, and what is read of it if it has several pages or channels."""

Key = int | File
"""Row of the opened project, or any file."""

Task = tuple[Key, int]
"""What to make, and its side."""


def image_from(pixels: ByteArray) -> QImage:
    """A QImage with its own memory from (H, W, 3) RGB."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888).copy()


class Thumbnails(QObject):
    """Thumbnails of the opened project, or of any files, shared by all views.

    There are two kinds of requests. `want` requests what the gallery shows, and drops what it no
    longer shows. `pixmap` and `file_pixmap` request single thumbnails, which are made first, the
    newest before older ones. `ready` carries the rows that are done or failed, `file_ready` the
    paths; both in batches.
    """

    ready = Signal(object)
    file_ready = Signal(object)
    _some_finished = Signal()

    def __init__(self, model: ProjectModel | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._side, self._scale = SMALLEST, 1.0
        self._cache: OrderedDict[Task, QPixmap] = OrderedDict()
        self._newest: dict[Key, int] = {}  # side of the newest thumbnail
        self._bytes = 0
        self._reasons: dict[Key, Message | str] = {}
        self._lock = threading.Lock()  # guards all attributes below
        self._single_requests: OrderedDict[Task, File] = OrderedDict()
        self._view_requests: deque[Task] = deque()
        self._in_progress: set[tuple[Task, int]] = set()  # with the generation
        self._finished: list[tuple[Key, int, QImage, Message | str]] = []
        self._active = 0
        self._generation = 0  # counts the projects that were opened
        self._stopped = False
        self._may_work = threading.Event()
        self._may_work.set()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="thumbnails")
        self._report_timer = QTimer(self)
        self._report_timer.setSingleShot(True)
        self._report_timer.setInterval(TELL_MILLISECONDS)
        self._report_timer.timeout.connect(self._on_report)
        self._some_finished.connect(self._on_some_finished)
        if model is not None:
            model.project_changed.connect(self._on_project_changed)

    @property
    def busy(self) -> bool:
        """Whether thumbnails are being made."""
        with self._lock:
            return bool(
                self._single_requests or self._view_requests or self._active or self._finished
            )

    @property
    def side(self) -> int:
        """Side of the square that the gallery's thumbnails fit, in pixels of the screen."""
        return self._side

    @staticmethod
    def side_for(pixels: float) -> int:
        """The side that is made for a requested one."""
        return min(max(1, round(pixels)), LARGEST)

    def set_side(self, pixels: int, scale: float = 1.0) -> None:
        """Set the side of the thumbnails, so that painting need not scale them.

        Existing thumbnails stay visible until the new ones are ready.

        Args:
            pixels: Side in screen pixels.
            scale: Screen pixels per layout pixel.
        """
        self._side, self._scale = self.side_for(pixels), scale

    def pixmap(self, row: int) -> QPixmap | None:
        """Thumbnail of a sample, at least `SMALLEST`; requested and None if missing."""
        return self._get(row, max(self._side, SMALLEST))

    def file_pixmap(self, path: Path, planes: Planes = FIRST) -> QPixmap | None:
        """Thumbnail of any file; requested and None if missing."""
        return self._get((path, planes), FILE_SIDE)

    def shown(self, row: int, side: int = 0) -> tuple[QPixmap | None, bool]:
        """The best available thumbnail of a sample; requests nothing.

        Args:
            row: Row of the project.
            side: Side in screen pixels; 0 for the gallery's.

        Returns:
            The thumbnail or None, and whether it has this side.
        """
        pixmap = self._find(row, side or self._side)
        if pixmap is not None:
            return pixmap, True
        return self._find(row, self._newest.get(row, 0)), False

    def want(self, rows: Iterable[int], side: int = 0) -> None:
        """Request what a large view shows, the most urgent first; drops earlier requests.

        Args:
            rows: Rows of the project; at most `MOST_PENDING` missing ones are made.
            side: Side in screen pixels; 0 for the gallery's.
        """
        side = side or self._side
        missing = [
            (row, side)
            for row in map(int, rows)
            if (row, side) not in self._cache and row not in self._reasons
        ]
        with self._lock:
            waiting = [
                task for task in missing if (task, self._generation) not in self._in_progress
            ]
            self._view_requests = deque(waiting[:MOST_PENDING])
            self._start_workers()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Start no thumbnail in the block, because the threads share the interpreter lock."""
        self._may_work.clear()
        try:
            yield
        finally:
            self._may_work.set()

    def reason(self, row: int) -> Message | str:
        """Why a sample has no thumbnail; empty if there is no error."""
        return self._reasons.get(row, "")

    def file_reason(self, path: Path, planes: Planes = FIRST) -> Message | str:
        """Why a file has no thumbnail."""
        return self._reasons.get((path, planes), "")

    def stop(self) -> None:
        """End the threads."""
        with self._lock:
            self._stopped = True
            self._single_requests.clear()
            self._view_requests.clear()
        self._report_timer.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._active = 0  # includes workers that never started
            self._finished.clear()

    def _get(self, key: Key, side: int) -> QPixmap | None:
        pixmap = self._find(key, side)
        if pixmap is None:
            self._request((key, side))
            pixmap = self._find(key, self._newest.get(key, 0))
        return pixmap

    def _find(self, key: Key, side: int) -> QPixmap | None:
        pixmap = self._cache.get((key, side))
        if pixmap is not None:
            self._cache.move_to_end((key, side))
        return pixmap

    def _request(self, task: Task) -> None:
        if task[0] in self._reasons:
            return
        file = self._file(task[0])
        with self._lock:
            if file is None or self._stopped or (task, self._generation) in self._in_progress:
                return
            self._single_requests[task] = file
            self._single_requests.move_to_end(task)
            if len(self._single_requests) > MOST_PENDING:
                self._single_requests.popitem(last=False)
            self._start_workers()

    def _file(self, key: Key) -> File | None:
        if isinstance(key, tuple):
            return key
        project = None if self._model is None else self._model.project
        return None if project is None else (project.path(key), project.table.planes)

    def _start_workers(self) -> None:
        """Start as many workers as there are requests; the caller holds the lock."""
        work = len(self._single_requests) + len(self._view_requests)
        while self._active < min(_WORKERS, work) and not self._stopped:
            self._active += 1
            self._pool.submit(self._work)

    def _next(self) -> tuple[Task, File, int] | None:
        """Take the next request, with the project's generation; the caller holds the lock."""
        while not self._stopped and (self._single_requests or self._view_requests):
            if self._single_requests:
                task, file = self._single_requests.popitem()
            else:
                task = self._view_requests.popleft()
                of_row = self._file(task[0])
                if of_row is None:
                    continue
                file = of_row
            if (task, self._generation) not in self._in_progress:
                return task, file, self._generation
        return None

    def _work(self) -> None:
        """Decode until no request is left; runs in the pool."""
        while True:
            self._may_work.wait()
            with self._lock:
                job = self._next()
                if job is None:
                    self._active -= 1
                    return
                task, (path, planes), generation = job
                self._in_progress.add((task, generation))
            image = QImage()
            reason: Message | str = ""
            try:
                image = make_thumbnail(path, task[1], planes)
            except UnreadableImage as error:
                reason = error.reason
            except Exception as error:  # one bad file stops nothing
                reason = f"{type(error).__name__}: {error}"
            with self._lock:
                self._in_progress.discard((task, generation))
                if self._stopped or generation != self._generation:
                    continue  # the project was closed
                first = not self._finished
                self._finished.append((*task, image, reason))
            if first:
                with contextlib.suppress(RuntimeError):  # the window was closed
                    self._some_finished.emit()

    def _on_some_finished(self) -> None:
        if not self._report_timer.isActive() and not self._stopped:
            self._report_timer.start()

    def _on_report(self) -> None:
        with self._lock:
            results, self._finished = self._finished, []
        for key, side, image, reason in results:
            if reason:
                self._reasons[key] = reason
            else:
                pixmap = QPixmap.fromImage(image)
                if isinstance(key, int):
                    pixmap.setDevicePixelRatio(self._scale)
                self._keep(key, side, pixmap)
        rows = [key for key, *_ in results if isinstance(key, int)]
        if rows:
            self.ready.emit(np.array(rows, dtype=np.int64))
        files = [key[0] for key, *_ in results if isinstance(key, tuple)]
        if files:
            self.file_ready.emit(files)

    def _keep(self, key: Key, side: int, pixmap: QPixmap) -> None:
        self._forget((key, side))
        self._cache[key, side] = pixmap
        self._newest[key] = side
        self._bytes += _size(pixmap)
        while self._bytes > MOST_BYTES and len(self._cache) > 1:
            self._forget(next(iter(self._cache)))

    def _forget(self, task: Task) -> None:
        pixmap = self._cache.pop(task, None)
        if pixmap is not None:
            self._bytes -= _size(pixmap)
            if self._newest.get(task[0]) == task[1]:
                del self._newest[task[0]]

    def _on_project_changed(self) -> None:
        with self._lock:
            self._single_requests.clear()
            self._view_requests.clear()
            self._finished.clear()
            self._generation += 1
        for task in [task for task in self._cache if isinstance(task[0], int)]:
            self._forget(task)
        self._reasons.clear()


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
