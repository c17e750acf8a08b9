"""Thumbnails: decoded in a few threads, what is in view first, kept by bytes and on disk."""

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
from ahsml_app.base.types import ByteArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails.thumbnail_files import KEPT_SIDE, make_thumbnail
from ahsml_app.session.review.load_image import UnreadableImage

SMALLEST = 96
"""Least side for views that do not say which one they want, in pixels."""

LARGEST = 2 * KEPT_SIDE
FILE_SIDE = 192
MOST_BYTES = 256 << 20
MOST_PENDING = 400
TELL_MILLISECONDS = 33
_WORKERS = max(1, min(4, (os.cpu_count() or 2) - 1))
"""One core is left to the window."""

Key = int | Path
"""Row of the opened project, or any file."""

Task = tuple[Key, int]
"""What is wanted, and how large."""


def image_from(pixels: ByteArray) -> QImage:
    """A QImage with memory of its own from (H, W, 3) RGB."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888).copy()


class Thumbnails(QObject):
    """Thumbnails of the opened project, or of any files, shared by all views.

    Two kinds of wishes: `want` says what the gallery has in view and forgets what has left it;
    `pixmap` and `file_pixmap` ask for single ones, which come before, the newest first. `ready`
    tells the rows that have arrived or failed, `file_ready` the paths; both in batches.
    """

    ready = Signal(object)
    file_ready = Signal(object)
    _some_made = Signal()

    def __init__(self, model: ProjectModel | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._side, self._scale = SMALLEST, 1.0
        self._kept: OrderedDict[Task, QPixmap] = OrderedDict()
        self._newest: dict[Key, int] = {}  # side of the thumbnail that came last
        self._bytes = 0
        self._reasons: dict[Key, Message | str] = {}
        self._lock = threading.Lock()  # over all below
        self._asked: OrderedDict[Task, Path] = OrderedDict()
        self._wanted: deque[Task] = deque()
        self._making: set[tuple[Task, int]] = set()  # with the generation
        self._made: list[tuple[Key, int, QImage, Message | str]] = []
        self._active = 0
        self._generation = 0  # counts the projects that were opened
        self._stopped = False
        self._free = threading.Event()
        self._free.set()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="thumbnails")
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(TELL_MILLISECONDS)
        self._tell.timeout.connect(self._on_tell)
        self._some_made.connect(self._on_some_made)
        if model is not None:
            model.project_changed.connect(self._on_project_changed)

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        with self._lock:
            return bool(self._asked or self._wanted or self._active or self._made)

    @property
    def side(self) -> int:
        """Side of the square that the gallery's thumbnails fit, in pixels of the screen."""
        return self._side

    @staticmethod
    def side_for(pixels: float) -> int:
        """The side that is made where this one is asked for."""
        return min(max(1, round(pixels)), LARGEST)

    def set_side(self, pixels: int, scale: float = 1.0) -> None:
        """Make thumbnails fit a square of this side, so that painting need not scale them.

        Those that are there already are shown until the new ones come.

        Args:
            pixels: Of the screen.
            scale: Pixels of the screen for one of the layout.
        """
        self._side, self._scale = self.side_for(pixels), scale

    def pixmap(self, row: int) -> QPixmap | None:
        """Thumbnail of a sample if it is there, of at least `SMALLEST`; asked for otherwise."""
        return self._get(row, max(self._side, SMALLEST))

    def file_pixmap(self, path: Path) -> QPixmap | None:
        """Thumbnail of any file if it is there; asked for otherwise."""
        return self._get(path, FILE_SIDE)

    def shown(self, row: int, side: int = 0) -> tuple[QPixmap | None, bool]:
        """What there is to show of a sample in a large view; asks for nothing.

        Args:
            row: Of the project.
            side: Of the square, in pixels of the screen; 0 for that of the gallery.

        Returns:
            The thumbnail, None if there is none, and whether it has this size.
        """
        found = self._find(row, side or self._side)
        if found is not None:
            return found, True
        return self._find(row, self._newest.get(row, 0)), False

    def want(self, rows: Iterable[int], side: int = 0) -> None:
        """Tell what a large view shows, the most urgent first; earlier wishes are forgotten.

        Args:
            rows: Of the project; at most `MOST_PENDING` of those that are missing are made.
            side: Of the square, in pixels of the screen; 0 for that of the gallery.
        """
        side = side or self._side
        missing = [
            (row, side)
            for row in map(int, rows)
            if (row, side) not in self._kept and row not in self._reasons
        ]
        with self._lock:
            waiting = [task for task in missing if (task, self._generation) not in self._making]
            self._wanted = deque(waiting[:MOST_PENDING])
            self._employ()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Begin with no further thumbnail meanwhile: the threads share one interpreter."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def reason(self, row: int) -> Message | str:
        """Why there is no thumbnail; empty if there is one or it may still come."""
        return self._reasons.get(row, "")

    def file_reason(self, path: Path) -> Message | str:
        """Why a file has no thumbnail."""
        return self._reasons.get(path, "")

    def stop(self) -> None:
        """End the threads."""
        with self._lock:
            self._stopped = True
            self._asked.clear()
            self._wanted.clear()
        self._tell.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._active = 0  # those that never began count too
            self._made.clear()

    def _get(self, key: Key, side: int) -> QPixmap | None:
        found = self._find(key, side)
        if found is None:
            self._ask((key, side))
            found = self._find(key, self._newest.get(key, 0))
        return found

    def _find(self, key: Key, side: int) -> QPixmap | None:
        found = self._kept.get((key, side))
        if found is not None:
            self._kept.move_to_end((key, side))
        return found

    def _ask(self, task: Task) -> None:
        if task[0] in self._reasons:
            return
        path = self._path(task[0])
        with self._lock:
            if path is None or self._stopped or (task, self._generation) in self._making:
                return
            self._asked[task] = path
            self._asked.move_to_end(task)
            if len(self._asked) > MOST_PENDING:
                self._asked.popitem(last=False)
            self._employ()

    def _path(self, key: Key) -> Path | None:
        if isinstance(key, Path):
            return key
        project = None if self._model is None else self._model.project
        return None if project is None else project.path(key)

    def _employ(self) -> None:
        """Let as many threads work as there is work for; the lock is held."""
        work = len(self._asked) + len(self._wanted)
        while self._active < min(_WORKERS, work) and not self._stopped:
            self._active += 1
            self._pool.submit(self._work)

    def _next(self) -> tuple[Task, Path, int] | None:
        """What to make now, and for which project; the lock is held."""
        while not self._stopped and (self._asked or self._wanted):
            if self._asked:
                task, path = self._asked.popitem()
            else:
                task = self._wanted.popleft()
                found = self._path(task[0])
                if found is None:
                    continue
                path = found
            if (task, self._generation) not in self._making:
                return task, path, self._generation
        return None

    def _work(self) -> None:
        """Decode until nothing is asked for; runs in the pool."""
        while True:
            self._free.wait()
            with self._lock:
                found = self._next()
                if found is None:
                    self._active -= 1
                    return
                task, path, generation = found
                self._making.add((task, generation))
            image = QImage()
            reason: Message | str = ""
            try:
                image = make_thumbnail(path, task[1])
            except UnreadableImage as error:
                reason = error.reason
            except Exception as error:  # one bad file stops nothing
                reason = f"{type(error).__name__}: {error}"
            with self._lock:
                self._making.discard((task, generation))
                if self._stopped or generation != self._generation:
                    continue  # of a project that was closed
                first = not self._made
                self._made.append((*task, image, reason))
            if first:
                with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
                    self._some_made.emit()

    def _on_some_made(self) -> None:
        if not self._tell.isActive() and not self._stopped:
            self._tell.start()

    def _on_tell(self) -> None:
        with self._lock:
            made, self._made = self._made, []
        for key, side, image, reason in made:
            if reason:
                self._reasons[key] = reason
            else:
                pixmap = QPixmap.fromImage(image)
                if isinstance(key, int):
                    pixmap.setDevicePixelRatio(self._scale)
                self._keep(key, side, pixmap)
        rows = [key for key, *_ in made if isinstance(key, int)]
        if rows:
            self.ready.emit(np.array(rows, dtype=np.int64))
        files = [key for key, *_ in made if isinstance(key, Path)]
        if files:
            self.file_ready.emit(files)

    def _keep(self, key: Key, side: int, pixmap: QPixmap) -> None:
        self._forget((key, side))
        self._kept[key, side] = pixmap
        self._newest[key] = side
        self._bytes += _size(pixmap)
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))

    def _forget(self, task: Task) -> None:
        pixmap = self._kept.pop(task, None)
        if pixmap is not None:
            self._bytes -= _size(pixmap)
            if self._newest.get(task[0]) == task[1]:
                del self._newest[task[0]]

    def _on_project_changed(self) -> None:
        with self._lock:
            self._asked.clear()
            self._wanted.clear()
            self._made.clear()
            self._generation += 1
        for task in [task for task in self._kept if isinstance(task[0], int)]:
            self._forget(task)
        self._reasons.clear()


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
