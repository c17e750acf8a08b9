"""Reads the values of an LMDB database that are image files, and labels beside them."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message
from ahsml_app.core.archives.member import Member, readable
from ahsml_app.core.data.formats.image_kinds import MAGIC_BYTES, kind_of_bytes

DATA_FILE = "data.mdb"

_SUFFIXES = {"JPEG": ".jpg", "JPEG 2000": ".jp2", "JPEG XL": ".jxl"}
"""Suffixes that are not the name of the kind."""

_PATIENCE = 600.0  # seconds
_LARGEST_EXIT_CODE = 255  # what is larger, or negative, is a crash
_NUMBERED = re.compile(r"(image|label)-([0-9]+)")
"""Keys of pictures of words, where the text of the same number is the label."""


def lmdb_members(path: Path) -> Iterator[Member]:
    """Yields the values of a database, named by their keys.

    Args:
        path: The database: its folder, or its file where it has none.

    Raises:
        InputError: If it cannot be read, if the package for it is missing, or if nothing in it is
            an image file.
    """
    lmdb = _package(path)
    found = False
    with readable(path):
        _check_sound(path)
        try:
            with _opened(path) as database, database.begin(buffers=True) as transaction:
                for key, value in transaction.cursor():
                    name, is_image = _name(bytes(key), bytes(value[:MAGIC_BYTES]))
                    found |= is_image
                    yield Member(name, len(value), partial(_chunks, value))
        except lmdb.Error as error:
            raise ValueError(str(error)) from error
    if not found:
        raise InputError(
            Message("No value in the database {path} is an image file.", path=path),
            hint="Write its images as JPEG or PNG files into a folder for each class, with the "
            "program that made it, and give the folder.",
        )


def _package(path: Path) -> Any:
    try:
        return importlib.import_module("lmdb")
    except ImportError:
        raise InputError(
            Message("{path} is an LMDB database, for which a package is missing.", path=path),
            hint='Install it: pip install "ahsml-app[lmdb]"',
        ) from None


def _opened(path: Path) -> Any:
    """Opens a database, unless it is shorter than it says: reading behind its end is fatal."""
    lmdb = _package(path)
    database = lmdb.open(
        str(path), subdir=path.is_dir(), readonly=True, lock=False, readahead=False
    )
    file = path / DATA_FILE if path.is_dir() else path
    if file.stat().st_size < (database.info()["last_pgno"] + 1) * database.stat()["psize"]:
        database.close()
        raise ValueError("it is cut off")
    return database


def _check_sound(path: Path) -> None:
    """Refuses what ends the process that reads it, as the library does where pages are damaged."""
    # No process of `multiprocessing`, which would run a script that has no guard once more.
    walk = f"import sys; from {__name__} import walk; walk(sys.argv[1])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        code = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", walk, str(path)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise ValueError("it does not come to an end") from error
    if not 0 <= code <= _LARGEST_EXIT_CODE:
        raise ValueError("it is damaged")


def walk(path: str) -> None:
    """Touches every key, and the beginning and the end of every value."""
    with (
        contextlib.suppress(Exception),  # it is told when this process reads the database
        _opened(Path(path)) as database,
        database.begin(buffers=True) as transaction,
    ):
        for key, value in transaction.cursor():
            bytes(key), bytes(value[:1]), bytes(value[-1:])


def _name(key: bytes, start: bytes) -> tuple[str, bool]:
    """The name of a value as a file, and whether it is an image."""
    try:
        name = key.decode("utf-8")
    except UnicodeDecodeError:
        name = key.hex()
    numbered = _NUMBERED.fullmatch(name)
    kind = kind_of_bytes(start, surely=True)
    if not kind:
        is_label = numbered is not None and numbered[1] == "label"
        return f"{numbered[2]}.cls" if numbered is not None and is_label else name, False
    if numbered is not None:
        name = numbered[2]
    suffix = _SUFFIXES.get(kind, f".{kind.lower()}")
    known = name.lower().endswith((suffix, ".jpeg", ".tif"))
    return name if known else f"{name}{suffix}", True


def _chunks(value: memoryview) -> Iterator[bytes]:
    yield bytes(value)
