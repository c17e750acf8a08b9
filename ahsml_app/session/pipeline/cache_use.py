"""The feature cache as the user sees it: its size, its limit, and clearing it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.disk_space import readable_bytes
from ahsml_app.base.errors import OptionError, OutputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.paths import cache_folder

_FILES_PER_EVENT = 100

AUTOMATIC = "auto"
"""The limit as a text: half of the space that would be free without the cache."""


@dataclass(frozen=True, slots=True)
class CacheUse:
    """Size and limit of the feature cache.

    Attributes:
        folder: The folder.
        bytes: Size of the features.
        allowed: Bytes that they may take; None if unknown.
        limit: The limit in gigabytes that the user has set; None if the free space decides.
    """

    folder: Path
    bytes: int
    allowed: int | None
    limit: float | None

    def describe(self) -> Message:
        """Says in one sentence where the cache is, and how large it is and may become."""
        if self.allowed is None:
            return Message(
                "The features in {folder} take {size}.",
                folder=self.folder,
                size=readable_bytes(self.bytes),
            )
        return Message(
            "The features in {folder} take {size} of at most {limit}.",
            folder=self.folder,
            size=readable_bytes(self.bytes),
            limit=readable_bytes(self.allowed),
        )


def cache_use() -> CacheUse:
    """Reads size and limit of the feature cache."""
    from ahsml_app.core.features.cache_size import allowed_bytes, cache_bytes, read_cache_limit

    folder = cache_folder()
    used = cache_bytes(folder)
    return CacheUse(folder, used, allowed_bytes(folder, used), read_cache_limit(folder))


def cache_limit() -> float | None:
    """Reads the limit in gigabytes that the user has set; None if the free space decides."""
    from ahsml_app.core.features.cache_size import read_cache_limit

    return read_cache_limit(cache_folder())


def empty_cache(cancel: CancelToken | None = None) -> Generator[Event, None, int]:
    """Removes what the next run makes again.

    Args:
        cancel: Requests a stop; what is removed by then stays removed.

    Yields:
        Progress.

    Returns:
        The bytes that were freed.

    Raises:
        Cancelled: If a stop was requested.
    """
    from ahsml_app.core.features.cache_size import clear_cache

    freed = 0
    yield Progress(Stage.CLEAR_CACHE)
    for number, size in enumerate(clear_cache(cache_folder())):
        freed += size
        if cancel is not None:
            cancel.check()
        if number % _FILES_PER_EVENT == 0:
            yield Progress(Stage.CLEAR_CACHE)
    return freed


def set_cache_limit(gigabytes: float | None) -> None:
    """Sets the limit of the features, which the next run keeps; None lets the free space decide.

    Raises:
        OutputError: If the cache folder cannot be written.
    """
    from ahsml_app.core.features.cache_size import write_cache_limit

    try:
        write_cache_limit(cache_folder(), gigabytes)
    except OSError as error:
        raise OutputError(
            Message(
                "The limit cannot be written to {folder}: {reason}.",
                folder=cache_folder(),
                reason=error.strerror or str(error),
            ),
            hint="Make the folder writable, or name another one in AHSML_APP_CACHE.",
        ) from error


def limit_from(text: str) -> float | None:
    """Returns the limit that a text names: a number of gigabytes, or `AUTOMATIC`.

    Raises:
        OptionError: If it is neither.
    """
    if text == AUTOMATIC:
        return None
    try:
        limit = float(text)
    except ValueError:
        limit = -1.0
    if not 0 <= limit < 1e6:
        raise OptionError(
            Message("{text!r} is not a number of gigabytes.", text=text),
            hint="For example: --cache-limit 20, or --cache-limit auto.",
        )
    return limit
