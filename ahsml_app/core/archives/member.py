"""A file in an archive, and what is wrong with one that cannot be read."""

from __future__ import annotations

import contextlib
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        name: Its path with forward slashes, as the archive says it; not to be trusted.
        size: Bytes that it has, as the archive says.
        chunks: Reads its content, once and before the next member; None for what is no file, such
            as a link.
        cells: What stands beside an image in a row, by the names of the columns; None for a file.
    """

    name: str
    size: int
    chunks: Callable[[], Iterator[bytes]] | None
    cells: Mapping[str, str] | None = None


@contextlib.contextmanager
def readable(archive: Path) -> Iterator[None]:
    """Makes an error for the user of everything that can be wrong with an archive.

    Raises:
        InputError: If it cannot be read.
    """
    try:
        yield
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, lzma.LZMAError) as error:
        raise _damaged(archive, str(error) or type(error).__name__) from error
    except (OSError, NotImplementedError, ValueError, OverflowError) as error:
        raise _damaged(archive, str(error) or type(error).__name__) from error


def _damaged(archive: Path, reason: str) -> InputError:
    return InputError(
        Message("The archive {archive} cannot be read: {reason}.", archive=archive, reason=reason),
        hint="Copy or download it again; or unpack it with another program, and give the folder.",
    )
