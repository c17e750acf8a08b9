"""The size of the feature cache, and its limit: what was not used for longest leaves first."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.disk_space import free_bytes
from ahsml_app.base.paths import read_json, write_json
from ahsml_app.core.data.formats.image_kinds import IMAGE_SUFFIXES
from ahsml_app.core.features.feature_store import FEATURES

GIGABYTE = 10**9

LIMIT_FILE = "cache.json"
"""The file in the cache folder that holds the limit."""

_LIMIT = "limit_gb"
_FREE_SHARE = 0.5  # of the disk that is free without the cache
_DERIVED = ("features", "thumbnails", "onnx", "backbones", "decoding")
_INDEX = "fingerprints.sqlite"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of the cache that is removed as a whole: rows and their keys.

    Attributes:
        used: Time of the last use in seconds.
        bytes: Size of both files.
        files: The keys first, so that no key refers to a row that is gone.
    """

    used: float
    bytes: int
    files: tuple[Path, ...]


def read_cache_limit(folder: Path) -> float | None:
    """Returns the limit in gigabytes that the user has set; None if the free space decides."""
    content = read_json(folder / LIMIT_FILE)
    value = content.get(_LIMIT) if isinstance(content, dict) else None
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
    return float(value) if usable and value is not None else None


def write_cache_limit(folder: Path, gigabytes: float | None) -> None:
    """Sets the limit; None lets the free space decide.

    Raises:
        OSError: If the file cannot be written.
    """
    write_json(folder / LIMIT_FILE, {_LIMIT: gigabytes})


def cache_bytes(folder: Path) -> int:
    """Returns the size of the rows of features and thumbnails in bytes."""
    return sum(segment.bytes for segment in _segments(folder))


def allowed_bytes(folder: Path, used: int) -> int | None:
    """Returns how many bytes the rows may take; None if even that is unknown.

    Args:
        folder: Folder of the cache.
        used: The bytes that they take now.
    """
    limit = read_cache_limit(folder)
    if limit is not None:
        return int(limit * GIGABYTE)
    free = free_bytes(folder)
    return None if free is None else int(_FREE_SHARE * (free + used))


def trim_cache(folder: Path, *, used_since: float) -> None:
    """Removes the segments that were not used for longest until the limit is kept.

    A failure to remove one is ignored: another process may have removed it.

    Args:
        folder: Folder of the cache.
        used_since: Segments that were used since then stay, whatever the limit, in seconds since
            the epoch.
    """
    segments = _segments(folder)
    used = sum(segment.bytes for segment in segments)
    allowed = allowed_bytes(folder, used)
    if allowed is None:
        return
    for segment in sorted(segments, key=lambda segment: segment.used):
        if used <= allowed or segment.used >= used_since:
            return
        _log.info("The cache is over its limit; %s is removed.", segment.files[0])
        for path in segment.files:
            with contextlib.suppress(OSError):
                path.unlink()
        used -= segment.bytes


def clear_cache(folder: Path) -> Iterator[int]:
    """Removes everything from the cache folder that a run makes again; the limit stays.

    Projects, settings and the log may lie in the same folder; they are left alone. So are images of
    the user, and a folder that is a link, because it may lead to some.

    Yields:
        The bytes that each file has freed.
    """
    for derived in (folder / name for name in _DERIVED):
        inside = [] if derived.is_symlink() else derived.rglob("*")
        for path in sorted(inside, reverse=True):  # files before their folders
            if _is_ours(path):
                yield _remove(path)
    for path in folder.glob(f"{_INDEX}*"):
        yield _remove(path)


def _is_ours(path: Path) -> bool:
    """Whether this is no image, or one of the thumbnails; the user has chosen the cache folder."""
    thumbnail = re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]*\.jpg", f"{path.parent.name}/{path.name}")
    return thumbnail is not None or path.suffix.lower() not in IMAGE_SUFFIXES


def _remove(path: Path) -> int:
    try:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
            return 0
        size = path.lstat().st_size
        path.unlink()
    except OSError as error:  # in use, or no longer there
        _log.info("%s stays in the cache: %s", path, error)
        return 0
    return size


def _segments(folder: Path) -> list[_Segment]:
    """Returns all segments of all backbones and engines, also those of earlier versions."""
    segments = []
    for keys in sorted((folder / FEATURES).rglob("*.keys")):
        rows = keys.with_suffix(".rows")
        with contextlib.suppress(OSError):
            facts = [path.stat() for path in (keys, rows)]
            used = max(fact.st_mtime for fact in facts)
            segments.append(_Segment(used, sum(fact.st_size for fact in facts), (keys, rows)))
    return segments
