"""The arrays of each training of a project, in a folder that is complete or absent.

`runs/0001` holds one `.npy` file for each array, and `digests.json` with their sizes and digests.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import AppError, ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import sync_folder
from ahsml_app.base.types import AnyArray
from ahsml_app.store.files.safe_folder import SafeFolder, is_inner_path

RUNS = "runs"
DIGESTS = "digests.json"
ADDED_SCORES = "added.npz"

_SUFFIX = ".npy"
_LONGEST_HEADER = 10_000
_BLOCK = 1 << 20
_ROOM_BESIDE = 1_000_000  # for headers and the entries of folders


def run_folder(project: Path, number: int) -> Path:
    """The folder of the arrays of a training, which no link leads to."""
    return SafeFolder(project).path(_name(number))


def write_run(project: Path, number: int, arrays: Mapping[str, AnyArray]) -> None:
    """Writes the arrays of a training atomically; they are on disk when the call returns.

    Callable from any thread of the process that holds the lock of the project.

    Raises:
        ProjectError: If they cannot be written; nothing is left of them then.
    """
    folder = SafeFolder(project)
    target, staging = _name(number), f"{RUNS}/.{number:04d}"
    try:
        folder.make_folder(RUNS)
        for name in folder.names(RUNS):
            if name.startswith("."):
                folder.remove(f"{RUNS}/{name}")  # of a process that was killed
        folder.make_folder(staging)
        digests = {
            name: _write(folder, f"{staging}/{name}{_SUFFIX}", arrays[name]) for name in arrays
        }
        folder.write(f"{staging}/{DIGESTS}", json.dumps(digests).encode())
        sync_folder(folder.path(staging))
        folder.remove(target)  # of a training that was never recorded
        folder.rename(staging, target)
        sync_folder(project)
    except OSError as error:
        needed = sum(np.asarray(array).nbytes for array in arrays.values()) + _ROOM_BESIDE
        with contextlib.suppress(OSError):
            folder.remove(staging)
        raise not_written(folder.path(target), needed, error) from error


def write_array(project: Path, number: int, name: str, array: AnyArray) -> None:
    """Adds an array to a training; callable from any thread.

    Raises:
        ProjectError: If it cannot be written; an earlier one of this name stays.
    """
    folder, path = SafeFolder(project), f"{_name(number)}/{name}{_SUFFIX}"
    try:
        with folder.replace(path) as stream:
            np.save(stream, np.ascontiguousarray(array), allow_pickle=False)
    except OSError as error:
        raise not_written(folder.path(path), np.asarray(array).nbytes, error) from error


def load_arrays(project: Path, number: int) -> dict[str, AnyArray]:
    """The arrays of a training by name, memory-mapped.

    Raises:
        ProjectError: If one is damaged or missing, or the folder is.
    """
    folder, name = SafeFolder(project), _name(number)
    digests = _digests(folder, number)
    arrays = {
        entry.removesuffix(_SUFFIX): read_array(folder, f"{name}/{entry}")
        for entry in folder.names(name)
        if entry.endswith(_SUFFIX) and not entry.startswith(".")
    }
    missing = next((each for each in sorted(digests) if each not in arrays), None)
    if missing is not None or not arrays:
        path = folder.path(f"{name}/{missing}{_SUFFIX}" if missing else name)
        raise damaged_array(path, Message("it is missing"))
    return arrays


def check_digests(project: Path, number: int) -> None:
    """Reads the arrays of a training whole and compares their digests, where it has them.

    Raises:
        ProjectError: If one differs, or the digests themselves cannot be read.
    """
    folder, listed = SafeFolder(project), f"{_name(number)}/{DIGESTS}"
    digests = _digests(folder, number)
    if not digests and folder.is_file(listed):
        raise damaged_array(folder.path(listed), Message("it lists no digests"))
    for name, digest in digests.items():
        path = f"{_name(number)}/{name}{_SUFFIX}"
        try:
            stored = _digest(folder, path)
        except OSError as error:
            raise damaged_array(folder.path(path), error.strerror or error) from error
        if stored != digest:
            raise damaged_array(folder.path(path), Message("its content has changed"))


def write_added_scores(project: Path, number: int, arrays: Mapping[str, AnyArray]) -> None:
    """Writes what the models of a training say of later samples; callable from any thread.

    Raises:
        ProjectError: If they cannot be written; earlier ones stay.
    """
    folder, path = SafeFolder(project), f"{_name(number)}/{ADDED_SCORES}"
    try:
        with folder.replace(path) as stream:
            np.savez(stream, allow_pickle=False, **arrays)
    except OSError as error:
        needed = sum(np.asarray(array).nbytes for array in arrays.values()) + _ROOM_BESIDE
        raise not_written(folder.path(path), needed, error) from error


def load_added_scores(project: Path, number: int) -> dict[str, AnyArray] | None:
    """Loads what `write_added_scores` wrote; None if there is nothing, or it is damaged."""
    folder, path = SafeFolder(project), f"{_name(number)}/{ADDED_SCORES}"
    if not folder.is_file(path):
        return None
    try:
        with folder.open(path) as stream, np.load(stream, allow_pickle=False) as stored:
            return dict(stored.items())
    except Exception:  # a damaged archive makes NumPy raise almost anything
        return None  # the next training scores them


def newest_array(project: Path, before: int, name: str) -> AnyArray | None:
    """The named array of the newest earlier training that has it sound, or None.

    Args:
        project: Folder of the project.
        before: Number of a training; only those before it count.
        name: Name of the array.
    """
    folder = SafeFolder(project)
    for number in range(before - 1, 0, -1):
        path = f"{_name(number)}/{name}{_SUFFIX}"
        try:
            if folder.is_file(path):
                return np.array(read_array(folder, path))
        except ProjectError:
            continue
    return None


def read_array(folder: SafeFolder, name: str) -> AnyArray:
    """An array of numbers, memory-mapped.

    Raises:
        ProjectError: If the file is damaged.
    """
    try:
        with folder.open(name) as stream:
            return _mapped(stream)
    except AppError:
        raise
    except OSError as error:
        raise damaged_array(folder.path(name), error.strerror or error) from error
    except Exception as error:  # a damaged header makes NumPy raise almost anything
        raise damaged_array(folder.path(name), error) from error


def damaged_array(path: Path, reason: object) -> ProjectError:
    """The error of a damaged or missing array."""
    return ProjectError(
        Message("The file {path} of the project is damaged: {reason}.", path=path, reason=reason),
        hint="Train again; the decisions are not affected.",
        details=repr(reason),
    )


def _name(number: int) -> str:
    return f"{RUNS}/{number:04d}"


def _write(folder: SafeFolder, name: str, array: AnyArray) -> str:
    """Writes an array and returns the digest of the file."""
    with folder.create(name) as stream:
        np.save(stream, np.ascontiguousarray(array), allow_pickle=False)
        stream.flush()
        os.fsync(stream.fileno())
    return _digest(folder, name)


def _digest(folder: SafeFolder, name: str) -> str:
    digest = hashlib.sha256()
    with folder.open(name) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _mapped(stream: BinaryIO) -> AnyArray:
    shape, by_columns, dtype = _header(stream)
    if dtype.kind not in "biufcSU":
        raise ValueError(f"it holds {dtype}")
    start, size = stream.tell(), os.fstat(stream.fileno()).st_size
    count = 1
    for length in shape:
        count *= int(length)
    if count < 0 or size != start + count * dtype.itemsize:
        raise ValueError(f"it has {size} bytes instead of {start + count * dtype.itemsize}")
    order: Any = "F" if by_columns else "C"
    return np.memmap(stream, dtype, "r", start, shape, order)


def _digests(folder: SafeFolder, number: int) -> dict[str, str]:
    """Digest of each array; empty for a training of an older version, or if it is damaged."""
    try:
        digests = json.loads(folder.read(f"{_name(number)}/{DIGESTS}"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(digests, dict):
        return {}
    return {name: str(digest) for name, digest in digests.items() if is_inner_path(name)}


def not_written(path: Path, needed: int | None, error: OSError) -> ProjectError:
    """The error for a person when a training cannot be written.

    Args:
        path: The file or folder.
        needed: Bytes that it needs; None if unknown.
        error: What the system said.
    """
    full = is_disk_full(error)
    return ProjectError(
        disk_full_message(path, needed)
        if full
        else Message("{path} cannot be written: {reason}.", path=path, reason=error.strerror),
        hint="Make room on that disk, then train again: it continues where it was."
        if full
        else "See whether you may write to the project, then train again.",
        details=repr(error),
    )


def _header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether columns come first, and type of an array, read strictly.

    NumPy's own function also tries to read a damaged header as one of Python 2, with a warning.
    """
    version = np.lib.format.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"version {version} of the format")
    length = int.from_bytes(stream.read(2 * version[0]), "little")
    if length > _LONGEST_HEADER:
        raise ValueError("its header is too long")
    text = stream.read(length).decode("latin-1").strip()
    if "\\" in text:  # never written; Python would warn of some
        raise ValueError("its header is no header")
    header = ast.literal_eval(text)
    dtype: np.dtype[Any] = np.lib.format.descr_to_dtype(header["descr"])
    return tuple(header["shape"]), bool(header["fortran_order"]), dtype
