"""A budget of memory for all images that are decoded at a time."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

MOST_BYTES = 1 << 29
"""Memory that decoding takes at most, however much the machine has: two photographs of 28 million
pixels and 16 bits at a time."""

_SHARE = 0.25  # of the memory, for all images at a time
_LARGEST_SHARE = 0.5  # of the memory, for one image, which is then decoded alone
_SMALL = 32 << 20
"""Images below this size are not counted: so few are decoded at a time that they always fit."""

_UNKNOWN_MEMORY = 8 << 30
_CGROUP_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
_CONVERTED = 5  # bytes per pixel: eight bits of gray, and RGB, which Pillow stores in four
_REDUCED = 1  # bytes per pixel of an image that needs no conversion, when it is reduced
# How often a decoder keeps the pixels of the file beside those of the image; others read it in
# pieces. That of JPEG 2000 has four bytes for each sample.
_KEPT = {"WEBP": 1, "GIF": 1, "AVIF": 2, "HEIF": 2, "ICO": 2, "JPEG2000": 4}
_COEFFICIENTS = 6  # bytes per pixel that libjpeg keeps of a progressive image


def decoding_bytes(image: Image.Image, stored_pixels: int) -> int:
    """Returns about how much memory it takes to decode an opened image.

    Args:
        image: The image, of which only the header is read.
        stored_pixels: Pixels in the file, more than those of the image in draft mode.
    """
    is_plain = image.mode in ("L", "RGB") and not image.has_transparency_data
    stored = _BYTES_PER_PIXEL.get(image.mode, 4) * (1 + _KEPT.get(image.format or "", 0))
    per_pixel = stored + (_REDUCED if is_plain else _CONVERTED)
    kept = _COEFFICIENTS * stored_pixels if image.info.get("progressive") else 0
    return image.width * image.height * per_pixel + kept


def largest_image_bytes() -> int:
    """Returns how much memory one image may take."""
    return int(_LARGEST_SHARE * machine_memory())


class Budget:
    """Lets threads take memory, and has them wait where it is used up.

    Args:
        total: Bytes that may be taken at a time; more than that is taken alone.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._taken = 0
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Takes some bytes for the block."""
        if size < _SMALL:
            yield
            return
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + size <= self._total)
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


def decoding_budget() -> Budget:
    """Returns the budget of this process."""
    with _first_call:  # threads that ask at the same time must share one
        return _decoding_budget()


_first_call = threading.Lock()


@functools.cache
def _decoding_budget() -> Budget:
    return Budget(min(MOST_BYTES, int(_SHARE * machine_memory())))


@functools.cache
def machine_memory() -> int:
    """Returns the memory in bytes that this process can have, at most that of the machine."""
    limits = [_physical_memory()]
    for name in _CGROUP_FILES:  # a container may have less
        with contextlib.suppress(OSError, ValueError):
            limits.append(int(Path(name).read_text("ascii")))
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY:
            limits.append(soft)
    return min(limit for limit in limits if limit > 0)


def _physical_memory() -> int:
    if sys.platform == "win32":
        return _windows_memory()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return _UNKNOWN_MEMORY


def _windows_memory() -> int:
    class MemoryStatus(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "b", "c", "d", "e", "f", "g")),
        )

    status = MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there is none elsewhere
    return (
        int(status.total) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else _UNKNOWN_MEMORY
    )
