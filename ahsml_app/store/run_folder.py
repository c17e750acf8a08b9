"""The working folder of a run, and atomic publication of its results.

A run owns `OUT.partial/` beside OUT: its lock, its checkpoints and the staged results. A finished
run renames the staged results to OUT. Results of an earlier run are replaced file by file; files
that this program did not write are left alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import read_json
from ahsml_app.store.folder_lock import lock_owner, release_lock, take_lock

APPLICATION = "ahsml-app"
RUN_FILE = "run.json"
LOCK_FILE = "run.lock"
CHECKPOINTS = "checkpoints"
RESULTS = "results"
PUBLISHING = "publishing"

_OUT_OF_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folders of a run in progress.

    Attributes:
        out: Folder of the published results.
        partial: Working folder of the run.
        resumed: Whether the run continues from the checkpoints of an interrupted one.
        notice: Message for the user about the start; empty for none.
    """

    out: Path
    partial: Path
    resumed: bool
    notice: str

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints for `--resume`; it survives a killed process."""
        return self.partial / CHECKPOINTS

    @property
    def staging(self) -> Path:
        """Folder that the results are written to; empty at the start."""
        return self.partial / RESULTS

    def publish(self) -> None:
        """Moves the staged results to `out` and removes the partial folder.

        Raises:
            OutputError: If a file of `out` cannot be replaced; the partial folder stays.
        """
        try:
            if not _move_whole(self.staging, self.out):
                (self.partial / PUBLISHING).touch()
                _move_one_by_one(self.staging, self.out)
        except OSError as error:
            raise OutputError(
                Message(
                    "The results cannot be moved to {out}: {reason}.",
                    out=self.out,
                    reason=_reason(error),
                ),
                hint="Close programs that use these files, then run again with --resume --force.",
                details=repr(error),
            ) from error


def partial_folder(out: Path) -> Path:
    """The working folder of a run, beside `out`.

    Raises:
        OutputError: If `out` is the root of a file system, which has nothing beside it.
    """
    target = out.resolve()
    if not target.name:
        raise OutputError(
            Message("{target} cannot hold results.", target=target),
            hint="Name a folder with --out.",
        )
    return target.with_name(f"{target.name}.partial")


@contextlib.contextmanager
def claim(
    out: Path, *, source: Path, resume: bool = False, force: bool = False
) -> Iterator[RunFolder]:
    """Claims `out` for one run before any work starts.

    If the run is interrupted, the partial folder stays if it holds a checkpoint; otherwise it is
    removed when the block ends. `out` may lie inside `source`, because results hold no images.

    Args:
        out: Folder of the published results.
        source: Image folder of the run; must not be `out` or lie in the partial folder.
        resume: Continues the interrupted run in the partial folder.
        force: Replaces the results of an earlier run; without `resume`, also discards an
            interrupted run.

    Yields:
        The folders, locked against other runs.

    Raises:
        OutputError: If the folder cannot be used, or the disk fills up while the block runs.
    """
    partial = partial_folder(out)
    target = out.resolve()
    try:
        _refuse_source(target, partial, source.resolve())
        _refuse_foreign_results(target, partial, force=force)
        missing = [folder for folder in partial.parents if not folder.exists()]
        _create(partial)
    except OSError as error:
        raise _unusable(target, error) from error
    with _without_empty_folders(missing), _locked(partial):
        run = _enter(target, partial, resume=resume, force=force)
        try:
            yield run
        except OSError as error:
            if error.errno in _OUT_OF_SPACE:
                raise _full(partial, error) from error
            raise
        finally:
            published = not run.staging.exists()
            if published or not _holds_checkpoint(partial):
                _empty(partial)


def _refuse_source(target: Path, partial: Path, source: Path) -> None:
    if target == source:
        raise OutputError(
            Message("The results cannot go into the image folder itself: {target}.", target=target),
            hint="Name another folder with --out, for example one beside it.",
        )
    if source.is_relative_to(partial):
        raise OutputError(
            Message(
                "The image folder {source} lies in {partial}, which the run needs for itself.",
                source=source,
                partial=partial,
            ),
            hint="Name another folder with --out.",
        )


def _refuse_foreign_results(target: Path, partial: Path, *, force: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(
            Message("{target} is a file.", target=target), hint="Name a folder with --out."
        )
    if next(target.iterdir(), None) is None or (partial / PUBLISHING).exists():
        return
    if not is_ours(target):
        raise OutputError(
            Message(
                "The folder {target} is not empty and holds no earlier results of this program.",
                target=target,
            ),
            hint="Name a new or an empty folder with --out.",
        )
    if not force:
        raise OutputError(
            Message(
                "The folder {target} already holds the results of an earlier run.", target=target
            ),
            hint="Use --force to replace them, or name another folder with --out.",
        )


def is_ours(folder: Path) -> bool:
    """Whether the folder holds the results of an earlier run of this program."""
    return _run_record(folder).get("application") == APPLICATION


def _run_record(folder: Path) -> dict[str, object]:
    record = read_json(folder / RUN_FILE)
    return record if isinstance(record, dict) else {}


def _create(partial: Path) -> None:
    if partial.is_dir() and any(partial.iterdir()) and not (partial / LOCK_FILE).exists():
        raise OutputError(
            Message(
                "The folder {partial}, which the run needs for itself, holds other files.",
                partial=partial,
            ),
            hint="Rename that folder, or name another one with --out.",
        )
    partial.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _locked(partial: Path) -> Iterator[None]:
    path = partial / LOCK_FILE
    try:
        lock = take_lock(path)
    except OSError as error:
        raise _unusable(partial, error) from error
    if lock is None:
        raise OutputError(
            Message(
                "Another run is writing to {folder}{owner}.",
                folder=partial.with_suffix(""),
                owner=lock_owner(path),
            ),
            hint="Wait until it has ended, or name another folder with --out.",
        )
    try:
        yield
    finally:
        release_lock(lock, remove=_only_lock(partial))
        with contextlib.suppress(OSError):
            partial.rmdir()  # fails, as it should, if checkpoints remain


@contextlib.contextmanager
def _without_empty_folders(created: Sequence[Path]) -> Iterator[None]:
    """Removes the folders, the innermost first, if they are empty after the block."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for folder in created:
                folder.rmdir()


def _enter(target: Path, partial: Path, *, resume: bool, force: bool) -> RunFolder:
    interrupted = _holds_checkpoint(partial)
    if interrupted and not (resume or force):
        raise OutputError(
            Message(
                "An interrupted run into {target} is waiting in {partial}.",
                target=target,
                partial=partial,
            ),
            hint="Use --resume to continue it, or --force to start anew.",
        )
    resumed = interrupted and resume
    if not resumed:
        _empty(partial)
    notice = "There is no interrupted run to continue; starting from the beginning."
    run = RunFolder(target, partial, resumed, notice if resume and not resumed else "")
    try:
        shutil.rmtree(run.staging, ignore_errors=True)
        run.staging.mkdir(parents=True, exist_ok=True)
        run.checkpoints.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(partial, error) from error
    return run


def _holds_checkpoint(partial: Path) -> bool:
    """Whether anything was computed; JSON files only name the options of the run."""
    files = (partial / CHECKPOINTS).rglob("*")
    return any(path.is_file() and path.suffix != ".json" for path in files)


def _only_lock(partial: Path) -> bool:
    return {path.name for path in partial.iterdir()} <= {LOCK_FILE}


def _empty(partial: Path) -> None:
    """Removes everything but the lock file, which stays locked."""
    for path in partial.iterdir():
        if path.name == LOCK_FILE:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _move_whole(staging: Path, target: Path) -> bool:
    """Renames the staged folder to `target`; False if the files must be moved one by one."""
    if target.exists():
        # A shell whose working directory it is, or a mount, must not lose the folder.
        if any(target.iterdir()) or target == Path.cwd() or target.is_mount():
            return False
        shutil.copymode(target, staging)
        target.rmdir()  # Windows does not rename onto a folder, not even an empty one
    staging.rename(target)
    return True


def _move_one_by_one(staging: Path, target: Path) -> None:
    stale = _files_of_run(target)
    for source in sorted(_files(staging), key=lambda path: path.name == RUN_FILE):
        relative = source.relative_to(staging)
        stale.discard(relative.as_posix())
        _move_file(source, target / relative)
    for name in sorted(stale):
        path = target / name
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            if path.parent != target:
                path.parent.rmdir()
    shutil.rmtree(staging)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _files_of_run(target: Path) -> set[str]:
    """Files that the earlier run lists as its own and that lie inside its folder."""
    listed = _run_record(target).get("files")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    inside = {n for n in names if ".." not in PurePosixPath(n).parts and not Path(n).is_absolute()}
    return {n for n in inside if (target / n).resolve().is_relative_to(target)}


def _move_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.tmp")  # another file system: copy, then rename
        shutil.copyfile(source, beside)
        beside.replace(target)
        source.unlink()


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _unusable(path: Path, error: OSError) -> OutputError:
    if error.errno in _OUT_OF_SPACE:
        return _full(path, error)
    return OutputError(
        Message("The folder {path} cannot be written: {reason}.", path=path, reason=_reason(error)),
        hint="Name a folder that you may write to with --out.",
        details=os.fspath(error.filename or ""),
    )


def _full(path: Path, error: OSError) -> OutputError:
    return OutputError(
        Message("The disk of {path} is full.", path=path),
        hint="Make room, then run again with --resume to continue.",
        details=repr(error),
    )
