"""Reads the members of a zip archive."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message
from ahsml_app.core.archives.member import CHUNK, Member, readable

_ENCRYPTED, _UTF8 = 0x1, 0x800


def zip_members(archive: Path) -> Iterator[Member]:
    """Yields the files of a zip archive.

    Raises:
        InputError: If it cannot be read, or not without a password.
    """
    with readable(archive), zipfile.ZipFile(archive) as file:
        for info in file.infolist():
            name = _name(info)
            if name.endswith("/"):
                continue
            if info.flag_bits & _ENCRYPTED:
                raise InputError(
                    Message("The archive {archive} is protected by a password.", archive=archive),
                    hint="Unpack it with another program, and give the folder.",
                )
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            chunks = None if is_link else partial(_chunks, archive, file, info)
            yield Member(name, info.file_size, chunks)


def _name(info: zipfile.ZipInfo) -> str:
    """The name; most programs that do not mark it as UTF-8 write it as such all the same."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")  # of some programs of Windows


def _chunks(archive: Path, file: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with readable(archive), file.open(info) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
