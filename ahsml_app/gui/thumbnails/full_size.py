"""Large pictures: decoded in threads, the newest request first, the next ones ahead of time."""

from __future__ import annotations

import contextlib
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from ahsml_app.base.message import Message
from ahsml_app.gui.thumbnails.thumbnail_cache import image_from
from ahsml_app.session.review.image_metadata import facts, picture_size
from ahsml_app.session.review.load_image import UnreadableImage, load_picture

BOXES = (768, 1024, 1536, 2304, 3456)
"""Longest sides to which large pictures are reduced: a view asks for the first that fills it."""

MOST_PIXELS = 64_000_000
"""Of a picture with all its pixels; a larger one is reduced to this, or memory would not do."""

MOST_BYTES = 192 << 20
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture.

    Attributes:
        image: The pixels, reduced where the file has more than were asked for.
        width: Of the picture in its file, upright.
        height: Likewise.
        box: Longest side that was asked for; 0 for all pixels.
    """

    image: QImage
    width: int
    height: int
    box: int

    @property
    def reduced(self) -> bool:
        """Whether the file has more pixels."""
        return self.image.width() < self.width or self.image.height() < self.height

    def fills(self, box: int) -> bool:
        """Whether nothing would be won by decoding it for this box."""
        return not self.reduced or box <= self.box


class PictureLoader(QObject):
    """Keeps the decoded pictures of a few images; `loaded` tells the path of each new one.

    Signals:
        loaded: A picture has come, or the reason why it cannot; with its path.
        facts_loaded: The facts of a file, asked for with `want_facts`; path and list.
    """

    loaded = Signal(object)
    facts_loaded = Signal(object, object)
    _decoded = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[Path, Picture] = OrderedDict()
        self._whole: tuple[Path, Picture] | None = None
        self._reasons: dict[Path, Message | str] = {}
        self._box = BOXES[0]
        self._wanted: list[tuple[Path, int]] = []
        self._facts_of: Path | None = None
        self._working: set[tuple[Path, int]] = set()
        self._active = 0
        self._stopped = False
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="pictures")
        self._decoded.connect(self._on_decoded)

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        with self._lock:
            return bool(self._wanted or self._active)

    def picture(self, path: Path) -> Picture | None:
        """The picture if it is there, reduced to what a view shows of a large one."""
        found = self._kept.get(path)
        if found is not None:
            self._kept.move_to_end(path)
        return found

    def whole(self, path: Path) -> Picture | None:
        """The picture with all its pixels, if it is there."""
        if self._whole is not None and self._whole[0] == path:
            return self._whole[1]
        found = self._kept.get(path)
        return None if found is None or found.reduced else found

    def reason(self, path: Path) -> Message | str:
        """Why a picture cannot be shown; empty if it may still come."""
        return self._reasons.get(path, "")

    def fit_box(self, side: int) -> None:
        """Decode from now on for a view whose longer side has so many device pixels."""
        self._box = max(self._box, next((box for box in BOXES if box >= side), BOXES[-1]))

    def want(self, paths: Sequence[Path]) -> None:
        """Ask for pictures, the most urgent first; what was asked before is forgotten."""
        self._ask([(path, self._box) for path in paths])

    def want_whole(self, path: Path) -> None:
        """Ask for one picture with all its pixels, before any other; one such is kept."""
        with self._lock:
            others = [item for item in self._wanted if item != (path, 0)]
        self._ask([(path, 0), *others])

    def want_facts(self, path: Path) -> None:
        """Ask for the facts of a file; only the newest one asked for is answered."""
        with self._lock:
            self._facts_of = path
            self._start()

    def retry(self, path: Path) -> None:
        """Try a picture again that could not be read."""
        if self._reasons.pop(path, None) is not None:
            self.want([path])

    def clear(self) -> None:
        """Forget everything, as for another project."""
        with self._lock:
            self._wanted, self._facts_of = [], None
        self._kept.clear()
        self._whole = None
        self._reasons.clear()

    def stop(self) -> None:
        """End the threads."""
        with self._lock:
            self._stopped, self._wanted, self._facts_of = True, [], None
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ask(self, items: list[tuple[Path, int]]) -> None:
        missing = [item for item in items if not self._has(*item)]
        with self._lock:
            self._wanted = [item for item in missing if item not in self._working]
            self._start()

    def _has(self, path: Path, box: int) -> bool:
        if path in self._reasons:
            return True
        kept = self._kept.get(path)
        return self.whole(path) is not None if box == 0 else kept is not None and kept.fills(box)

    def _start(self) -> None:
        """Have as many workers as there is work for; the lock is held."""
        work = len(self._wanted) + (self._facts_of is not None)
        while self._active < min(WORKERS, work) and not self._stopped:
            self._active += 1
            self._pool.submit(self._work)

    def _work(self) -> None:
        """Decode until nothing is asked for; runs in the pool."""
        while True:
            with self._lock:
                item = self._wanted.pop(0) if self._wanted else None
                facts_of, self._facts_of = (
                    (self._facts_of, None) if item is None else (None, self._facts_of)
                )
                if item is None and facts_of is None:
                    self._active -= 1
                    return
                if item is not None:
                    self._working.add(item)
            with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
                if facts_of is not None:
                    self.facts_loaded.emit(facts_of, facts(facts_of))
                elif item is not None:
                    self._decoded.emit(item, *_decode(*item))
            if item is not None:
                with self._lock:
                    self._working.discard(item)

    @Slot(object, object, object)
    def _on_decoded(
        self, item: tuple[Path, int], picture: Picture | None, reason: Message | str
    ) -> None:
        if self._stopped:
            return
        path, box = item
        if picture is None:
            self._reasons[path] = reason
        elif box == 0:
            self._whole = (path, picture)
        else:
            self._kept[path] = picture
            self._kept.move_to_end(path)
            self._forget_old()
        self.loaded.emit(path)

    def _forget_old(self) -> None:
        size = sum(kept.image.sizeInBytes() for kept in self._kept.values())
        while size > MOST_BYTES and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            size -= old.image.sizeInBytes()


def _decode(path: Path, box: int) -> tuple[Picture | None, Message | str]:
    """A picture, or the reason why there is none."""
    try:
        size = _size(path)
        limit = box or _whole(*size)
        pixels = load_picture(path, limit)
        # Pixmaps hold 32 bits a pixel: converting here spares the window the time.
        image = image_from(pixels).convertToFormat(QImage.Format.Format_RGB32)
    except UnreadableImage as error:
        return None, error.reason
    except Exception as error:  # one bad file stops nothing
        return None, f"{type(error).__name__}: {error}"
    width, height = max(size[0], image.width()), max(size[1], image.height())
    return Picture(image, width, height, box), ""


def _size(path: Path) -> tuple[int, int]:
    """Size in the file; (0, 0) where the header does not tell."""
    try:
        return picture_size(path)
    except Exception:  # the decoder will say why
        return 0, 0


def _whole(width: int, height: int) -> int | None:
    """Longest side of a picture with all pixels that memory allows; None for no limit."""
    pixels = width * height
    if pixels <= MOST_PIXELS:
        return None
    return math.floor(max(width, height) * math.sqrt(MOST_PIXELS / pixels))
