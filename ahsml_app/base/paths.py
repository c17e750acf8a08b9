"""Folders of the application, folders of results, atomic writing and hashes of files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

APP_NAME = "ahsml-app"
CACHE_VARIABLE = "AHSML_APP_CACHE"
RUN_FILE = "run.json"
"""The file that every folder of results has, and that says who wrote it."""
DIGEST_BYTES = 16
"""Size of a content hash."""

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "_resources"

_UMASK = threading.Lock()
_RUN_FILE_START = re.compile(rb'\s*\{\s*"application"\s*:\s*"' + APP_NAME.encode("ascii") + b'"')


def cache_folder() -> Path:
    """The folder of the feature cache; the environment variable AHSML_APP_CACHE overrides it."""
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override)
    import platformdirs  # here, because `--help` must not wait for it

    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def resources_folder() -> Path:
    """The folder of icons, guide and licences: in the installed package, or in the checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "resources"


def smoke_test_script() -> Path:
    """The script of `--smoke-test`: in the installed package, or in the checkout."""
    installed = _INSTALLED / "smoke_test.py"
    return installed if installed.is_file() else _PACKAGE.parent / "packaging" / "smoke_test.py"


@contextlib.contextmanager
def atomic_write(path: Path, mode: str = "wb", **options: Any) -> Iterator[IO[Any]]:
    """Opens a temporary file beside `path` that replaces it when the block succeeds.

    The content is on disk before the file gets its name, and the name is on disk at the end, so
    after a power cut either the old or the new file is there, and complete.

    Args:
        path: The file to write; an existing one is replaced atomically.
        mode: Mode as for `open`.
        **options: Options as for `open` (encoding, newline).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, mode, **options) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def read_json(path: Path) -> object:
    """Returns the content of a JSON file; None if it is missing, unreadable or damaged."""
    # A deeply nested file makes the parser reach Python's limit of recursion.
    with contextlib.suppress(OSError, ValueError, RecursionError):
        content: object = json.loads(path.read_text("utf-8"))
        return content
    return None


def write_json(path: Path, content: object) -> None:
    """Writes a JSON file atomically.

    Raises:
        OSError: If it cannot be written.
    """
    with atomic_write(path, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1)


def sync_folder(folder: Path) -> None:
    """Syncs the entries of a folder to disk if the system can."""
    # Windows cannot open folders, and some network drives cannot sync them.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_tree(top: Path) -> None:
    """Syncs the files and folders below a folder, and the folder, to disk.

    Once all are written, that is quick: the first sync takes most of the others along.

    Raises:
        OSError: If the disk cannot hold a file.
    """
    for parent, _, files in os.walk(top):
        for name in files:
            sync_file(Path(parent, name))
        sync_folder(Path(parent))


def sync_file(path: Path) -> None:
    """Syncs a file to disk; what a link leads to is not ours.

    Raises:
        OSError: If the disk cannot hold it.
    """
    if path.is_symlink():
        return
    # Windows only syncs what is opened for writing, which a write-protected file is not.
    with contextlib.suppress(PermissionError):
        descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def holds_results(folder: Path) -> bool:
    """Whether a run of this program writes, or wrote, its results to the folder."""
    path = folder / RUN_FILE
    try:
        if not path.is_file():  # opening a pipe could block
            return False
        with path.open("rb") as stream:
            return _RUN_FILE_START.match(stream.read(256)) is not None
    except OSError:
        return False


def content_hash(path: Path) -> str:
    """Computes the content hash of one file: BLAKE2b of 16 bytes, in hexadecimal.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(
            stream, lambda: hashlib.blake2b(digest_size=DIGEST_BYTES)
        ).hexdigest()


def _umask() -> int:
    with _UMASK:
        mask = os.umask(0)  # the only way to read it is to set it
        os.umask(mask)
    return mask


def projects_folder() -> Path:
    """The folder of new projects, inside the cache folder if AHSML_APP_CACHE is set."""
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override) / "projects"
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "projects"
