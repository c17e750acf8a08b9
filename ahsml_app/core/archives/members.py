"""Which paths are archives of images or data sets with images in their rows, and their members."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ahsml_app.base.options.run_options import Source
from ahsml_app.core.archives.dataset_files import ARROW, PARQUET, dataset_files, is_dataset
from ahsml_app.core.archives.dataset_members import dataset_members
from ahsml_app.core.archives.lmdb_members import DATA_FILE, lmdb_members
from ahsml_app.core.archives.member import Member
from ahsml_app.core.archives.tar_members import tar_members
from ahsml_app.core.archives.zip_members import zip_members

ZIP = (".zip",)
TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
LMDB = (".lmdb", ".mdb")
SUFFIXES = (*ZIP, *TAR, *LMDB, *ARROW)
_BESIDE = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet", ".md", ".yaml", ".yml", ".md5")
"""Suffixes of what may lie beside the parts of a data set."""


def archives_of(path: Path) -> tuple[Path, ...]:
    """The archives that a path stands for; none if it is something else.

    That is the file itself, a folder with an LMDB database, the archives of a folder that holds
    nothing else to look at, as data sets in many parts do, or the files of a Hugging Face data set.
    """
    if path.is_file() and path.name.lower().endswith((*ZIP, *TAR, *LMDB)):
        return (path,)
    if (path / DATA_FILE).is_file():
        return (path,)
    return _archives_in(path) or dataset_files(path)


def _archives_in(path: Path) -> tuple[Path, ...]:
    """The archives of a folder that holds nothing else to look at."""
    found = []
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.name.lower().endswith((*ZIP, *TAR)):
                found.append(path / entry.name)
            elif entry.is_dir() or not entry.name.lower().endswith(_BESIDE):
                return ()  # an image may have any name
    return tuple(sorted(found))


def as_dataset(source: Source) -> Source:
    """The source itself or, if its table holds the images too, that table as an archive."""
    if source.labels is not None and is_dataset(source.labels):
        return replace(source, folder=source.labels, labels=None)
    return source


def members_of(archive: Path) -> Iterator[Member]:
    """Yields the members of an archive.

    Raises:
        InputError: If it cannot be read.
    """
    name = archive.name.lower()
    if name.endswith((*PARQUET, *ARROW)) and archive.is_file():
        return dataset_members(archive)
    if archive.is_dir() or name.endswith(LMDB):
        return lmdb_members(archive)
    return zip_members(archive) if name.endswith(ZIP) else tar_members(archive)
