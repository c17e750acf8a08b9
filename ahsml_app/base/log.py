"""The log: one rotating file for records that the terminal does not show."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
from collections.abc import Iterator
from pathlib import Path

from ahsml_app.base.message import shown_lines
from ahsml_app.base.paths import APP_NAME, CACHE_VARIABLE

_MEGABYTE = 1 << 20
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_folder() -> Path:
    """The folder of the log, inside the cache folder if AHSML_APP_CACHE is set."""
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override) / "log"
    import platformdirs  # here, because `--help` must not wait for it

    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


@contextlib.contextmanager
def logging_to_file() -> Iterator[Path | None]:
    """Sends log records and warnings of all libraries to the log file while the block runs.

    Nothing reaches the terminal. The first record creates the file.

    Yields:
        Path of the log file; None if it cannot be written; records are dropped then.
    """
    path = _writable_log()
    handler = _RotatingFile(path) if path else logging.NullHandler()
    handler.setFormatter(_Formatter(_FORMAT))
    root, ours = logging.getLogger(), logging.getLogger("ahsml_app")
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield path
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
        with contextlib.suppress(OSError):  # a full disk
            handler.close()


def _writable_log() -> Path | None:
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    path = folder / f"{APP_NAME}.log"
    return path if os.access(path if path.exists() else folder, os.W_OK) else None


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Escapes control characters, and indents further lines, so that no name forges one."""
        return shown_lines(super().format(record)).replace("\n", "\n    ")


class _RotatingFile(logging.handlers.RotatingFileHandler):
    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_MEGABYTE, backupCount=3, encoding="utf-8", delay=True)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - overrides
        """Stays silent: a full disk or a file in use must not fill the terminal."""
