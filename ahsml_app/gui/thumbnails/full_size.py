"""Decodes large pictures in threads, the newest request first, and the next ones ahead of time."""

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
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.gui.thumbnails.thumbnail_cache import image_from
from ahsml_app.session.review.image_metadata import facts, image_size
from ahsml_app.session.review.load_image import UnreadableImage, load_image

BOXES = (768, 1024, 1536, 2304, 3456)
"""Longest sides to which large pictures are reduced; a view requests the first that fills it."""

MOST_PIXELS = 64_000_000
"""Most pixels of a full-size picture; larger ones are reduced to limit memory."""

MOST_BYTES = 192 << 20
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture.

    Attributes:
        image: Pixels, reduced if the file has more than requested.
        width: Width of the upright picture in its file.
        height: Height of the upright picture in its file.
        box: Requested longest side; 0 for all pixels.
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
        """Whether decoding for this box would add no pixels."""
        return not self.reduced or box <= self.box


class PictureLoader(QObject):
    """Loads large pictures in threads and caches them.

    Signals:
        loaded: A picture is loaded or has failed; carries the path.
        facts_loaded: The facts requested with `want_facts`; carries path and list.
    """

    loaded = Signal(object)
    facts_loaded = Signal(object, object)
    _decoded = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._planes: Planes = FIRST
        self._cache: OrderedDict[Path, Picture] = OrderedDict()
        self._whole: tuple[Path, Picture] | None = None
        self._reasons: dict[Path, Message | str] = {}
        self._box = BOXES[0]
        self._requests: list[tuple[Path, int]] = []
        self._facts_of: Path | None = None
        self._working: set[tuple[Path, int]] = set()
        self._active = 0
        self._stopped = False
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="pictures")
        self._decoded.connect(self._on_decoded)

    @property
    def busy(self) -> bool:
        """Whether pictures are being loaded."""
        with self._lock:
            return bool(self._requests or self._active)

    def picture(self, path: Path) -> Picture | None:
        """The picture if it is loaded; a large one may be reduced."""
        picture = self._cache.get(path)
        if picture is not None:
            self._cache.move_to_end(path)
        return picture

    def whole(self, path: Path) -> Picture | None:
        """The picture with all its pixels, if it is loaded."""
        if self._whole is not None and self._whole[0] == path:
            return self._whole[1]
        picture = self._cache.get(path)
        return None if picture is None or picture.reduced else picture

    def reason(self, path: Path) -> Message | str:
        """Why a picture cannot be shown; empty if there is no error."""
        return self._reasons.get(path, "")

    def fit_box(self, side: int) -> None:
        """Decode for a view whose longer side has so many device pixels."""
        self._box = max(self._box, next((box for box in BOXES if box >= side), BOXES[-1]))

    def want(self, paths: Sequence[Path]) -> None:
        """Request pictures, the most urgent first; drops earlier requests."""
        self._request([(path, self._box) for path in paths])

    def want_beside(self, paths: Sequence[Path]) -> None:
        """Request pictures after those that are requested already."""
        items = [(path, self._box) for path in paths]
        with self._lock:
            earlier = [item for item in self._requests if item not in items]
        self._request([*earlier, *items])

    def want_whole(self, path: Path) -> None:
        """Request one picture with all its pixels, before any other; only the newest is kept."""
        with self._lock:
            others = [item for item in self._requests if item != (path, 0)]
        self._request([(path, 0), *others])

    def want_facts(self, path: Path) -> None:
        """Request the facts of a file; only the newest request is answered."""
        with self._lock:
            self._facts_of = path
            self._start()

    def retry(self, path: Path) -> None:
        """Retry a picture that could not be read."""
        if self._reasons.pop(path, None) is not None:
            self.want([path])

    def clear(self, planes: Planes = FIRST) -> None:
        """Drop all pictures and requests, for another project.

        Args:
            planes: What the project reads of images with several pages or channels.
        """
        with self._lock:
            self._requests, self._facts_of, self._planes = [], None, planes
        self._cache.clear()
        self._whole = None
        self._reasons.clear()

    def stop(self) -> None:
        """End the threads."""
        with self._lock:
            self._stopped, self._requests, self._facts_of = True, [], None
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _request(self, items: list[tuple[Path, int]]) -> None:
        missing = [item for item in items if not self._has(*item)]
        with self._lock:
            self._requests = [item for item in missing if item not in self._working]
            self._start()

    def _has(self, path: Path, box: int) -> bool:
        if path in self._reasons:
            return True
        cached = self._cache.get(path)
        return (
            self.whole(path) is not None if box == 0 else cached is not None and cached.fills(box)
        )

    def _start(self) -> None:
        """Start as many workers as there are requests; the caller holds the lock."""
        work = len(self._requests) + (self._facts_of is not None)
        while self._active < min(WORKERS, work) and not self._stopped:
            self._active += 1
            self._pool.submit(self._work)

    def _work(self) -> None:
        """Decode until no request is left; runs in the pool."""
        while True:
            with self._lock:
                item = self._requests.pop(0) if self._requests else None
                facts_of, self._facts_of = (
                    (self._facts_of, None) if item is None else (None, self._facts_of)
                )
                if item is None and facts_of is None:
                    self._active -= 1
                    return
                planes = self._planes
                if item is not None:
                    self._working.add(item)
            with contextlib.suppress(RuntimeError):  # the window was closed
                if facts_of is not None:
                    self.facts_loaded.emit(facts_of, facts(facts_of, planes))
                elif item is not None:
                    self._decoded.emit((*item, planes), *_decode(*item, planes))
            if item is not None:
                with self._lock:
                    self._working.discard(item)

    @Slot(object, object, object)
    def _on_decoded(
        self, item: tuple[Path, int, Planes], picture: Picture | None, reason: Message | str
    ) -> None:
        path, box, planes = item
        if self._stopped or planes != self._planes:  # or another project reads it otherwise
            return
        if picture is None:
            self._reasons[path] = reason
        elif box == 0:
            self._whole = (path, picture)
        else:
            self._cache[path] = picture
            self._cache.move_to_end(path)
            self._forget_old()
        self.loaded.emit(path)

    def _forget_old(self) -> None:
        size = sum(cached.image.sizeInBytes() for cached in self._cache.values())
        while size > MOST_BYTES and len(self._cache) > 1:
            _, old = self._cache.popitem(last=False)
            size -= old.image.sizeInBytes()


def _decode(path: Path, box: int, planes: Planes) -> tuple[Picture | None, Message | str]:
    """A picture, or the reason why there is none."""
    try:
        size = _size(path, planes)
        limit = box or _whole(*size)
        pixels = load_image(path, limit, planes)
        # Pixmaps hold 32 bits a pixel: converting here saves the GUI thread the time.
        image = image_from(pixels).convertToFormat(QImage.Format.Format_RGB32)
    except UnreadableImage as error:
        return None, error.reason
    except Exception as error:  # one bad file stops nothing
        return None, f"{type(error).__name__}: {error}"
    width, height = max(size[0], image.width()), max(size[1], image.height())
    return Picture(image, width, height, box), ""


def _size(path: Path, planes: Planes) -> tuple[int, int]:
    """Size in the file; (0, 0) if the header cannot be read."""
    try:
        return image_size(path, planes)
    except Exception:  # the decoder will say why
        return 0, 0


def _whole(width: int, height: int) -> int | None:
    """Longest side that the memory limit allows; None for no limit."""
    pixels = width * height
    if pixels <= MOST_PIXELS:
        return None
    return math.floor(max(width, height) * math.sqrt(MOST_PIXELS / pixels))
