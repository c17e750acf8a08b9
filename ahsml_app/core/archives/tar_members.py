"""Reads the members of a tar archive, which may be compressed, from its beginning to its end."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Self, cast

from ahsml_app.core.archives.member import CHUNK, Member, readable

_BLOCK = 1 << 16
_LONGEST = {
    **dict.fromkeys((tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE), 1 << 20),
    **dict.fromkeys((tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK), 1 << 16),
}
"""Bytes of a record that names a member; a real one has some hundred, or says more than a name."""


class _Header(tarfile.TarInfo):
    """A record of which the library reads no more into memory than a name can have.

    The library takes a damaged one behind others for the end of the archive. Zeros end it, or
    nothing at all, as some programs leave it; the library sees that the last member is whole.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.size > _LONGEST.get(header.type, header.size):
            raise tarfile.ReadError("a name is too long")
        return header

    @classmethod
    def fromtarfile(cls, file: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(file)
        except (tarfile.EmptyHeaderError, tarfile.EOFHeaderError):  # type: ignore[attr-defined]
            raise  # the end
        except (tarfile.HeaderError, RecursionError) as error:
            raise tarfile.ReadError("a header is damaged") from error


def tar_members(archive: Path) -> Iterator[Member]:
    """Yields the files of a tar archive.

    Raises:
        InputError: If it cannot be read.
    """
    with readable(archive), _opened(archive) as stream:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=_BLOCK, tarinfo=_Header) as file:
            while (header := file.next()) is not None:
                file.members.clear()  # type: ignore[attr-defined] # it would keep them all
                name = _name(header.name)
                if not header.isdir() and not name.endswith("/"):
                    is_file = header.isreg() and not header.issparse()
                    chunks = partial(_chunks, archive, file, header) if is_file else None
                    yield Member(name, header.size, chunks)
        stream.read(CHUNK)  # the end tells whether what is compressed was whole


def _opened(archive: Path) -> IO[bytes]:
    with archive.open("rb") as stream:
        start = stream.read(6)
    if start.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(archive))
    if start.startswith(b"BZh"):
        return bz2.open(archive)
    if start.startswith(b"\xfd7zXZ"):
        return lzma.open(archive)
    return archive.open("rb")


def _name(name: str) -> str:
    """The name; bytes that are no UTF-8 are taken for those of an older Windows."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return name.replace("\\", "/")


def _chunks(archive: Path, file: tarfile.TarFile, header: tarfile.TarInfo) -> Iterator[bytes]:
    with readable(archive):
        stream = file.extractfile(header)
        while stream is not None and (chunk := stream.read(CHUNK)):
            yield chunk
