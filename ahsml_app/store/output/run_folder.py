"""The working folder of a run, and atomic publication of its results.

A run owns `OUT.partial/` beside OUT: its lock, its checkpoints and the staged results. A finished
run renames the staged results to OUT. Results of an earlier run are replaced file by file, as
`published_results` allows. Nothing that the run reads may lie in either folder, and in both, files
that this program did not write are left alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import AppError, OutputError
from ahsml_app.base.message import Message, some
from ahsml_app.base.paths import RUN_FILE, holds_results, sync_folder, sync_tree
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.folder_lock import lock_owner, release_lock, take_lock
from ahsml_app.store.output.partial_folder import (
    CHECKPOINTS,
    LOCK_FILE,
    RESULTS,
    empty_partial_folder,
    holds_checkpoint,
    is_done,
    make_partial_folder,
    partial_folder,
    plan_results,
)
from ahsml_app.store.output.published_results import (
    PUBLISHING,
    EarlierResults,
    is_class_folder_file,
    move_into,
)
from ahsml_app.store.output.reads import Inside, refuse_to_read_results

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folders of a run in progress.

    Attributes:
        out: Folder of the published results.
        partial: Working folder of the run.
        resumed: Whether the run continues from the checkpoints of an interrupted one.
        notice: Message for the user about the start; empty for none.
        earlier: The earlier results in `out`.
    """

    out: Path
    partial: Path
    resumed: bool
    notice: str
    earlier: EarlierResults
    _originals: dict[str, Path] = field(default_factory=dict)

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints for `--resume`; it survives a killed process."""
        return self.partial / CHECKPOINTS

    @property
    def staging(self) -> Path:
        """Folder that the results are written to; empty at the start."""
        return self.partial / RESULTS

    def plan(self, names: Iterable[str]) -> None:
        """Records further names of files in `staging`, so that they are known as ours.

        Args:
            names: The names that are not in `RESULT_NAMES`.
        """
        plan_results(self.partial, names)

    def check_samples(self, root: Path, paths: Sequence[str]) -> None:
        """Refuses to write where images are read from.

        Args:
            root: Image folder.
            paths: Relative paths of the samples.

        Raises:
            OutputError: A sample lies in `out`, through links too.
        """
        if not self.out.exists():
            return
        inside = Inside(self.out, self.partial)
        lying = [path for path in paths if inside.holds_file(root / path)]
        if lying:
            raise OutputError(
                Message.plural(
                    "{count:,} image to be read lies in {out}, where results are replaced: "
                    "{names}.",
                    "{count:,} images to be read lie in {out}, where results are replaced: "
                    "{names}.",
                    count=len(lying),
                    out=self.out,
                    names=some(lying),
                ),
                hint="Name another folder with --out.",
            )

    def check_images(
        self, root: Path, paths: Sequence[str], hashes: Sequence[str]
    ) -> Iterator[None]:
        """Checks, a file per iteration, that new class folders may replace the earlier ones.

        Args:
            root: Image folder.
            paths: Relative paths of the N samples.
            hashes: Their content hashes.

        Raises:
            OutputError: An earlier image was changed, or may be the only copy.
        """
        self._originals.update(
            (digest, root / path) for digest, path in zip(hashes, paths, strict=True)
        )
        yield from self.earlier.check_images(self._originals)

    def publish(self) -> None:
        """Moves the staged results to `out` and removes the partial folder.

        Raises:
            OutputError: If a file of `out` cannot be replaced; the partial folder stays.
        """
        try:
            sync_tree(self.staging)
            if not _move_whole(self.staging, self.out):
                move_into(self.earlier, self.staging, self.partial, self._originals)
            sync_folder(self.out.parent)
            (self.partial / PUBLISHING).unlink(missing_ok=True)
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


@contextlib.contextmanager
def claim(
    out: Path, *, reads: Iterable[Path], resume: bool = False, force: bool = False
) -> Iterator[RunFolder]:
    """Claims `out` for one run before any work starts.

    If the run is interrupted, the partial folder stays if it holds a checkpoint; otherwise it is
    removed when the block ends. `out` may lie inside the image folder, because listings skip
    folders with results.

    Args:
        out: Folder of the published results.
        reads: Every folder and file that the run reads; none may be `out` or lie in it, or in the
            partial folder.
        resume: Continues the interrupted run in the partial folder.
        force: Replaces the results of an earlier run that are as they were written; without
            `resume`, also discards an interrupted run.

    Yields:
        The folders, locked against other runs.

    Raises:
        OutputError: If the folder cannot be used, or the disk fills up while the block runs.
    """
    partial = partial_folder(out)
    target = out.resolve()
    try:
        refuse_to_read_results(target, partial, reads)
        earlier = EarlierResults(target, partial)
        _refuse_foreign_results(earlier, partial, force=force)
        missing = [folder for folder in partial.parents if not folder.exists()]
        make_partial_folder(partial)
    except OSError as error:
        raise _unusable(target, error) from error
    with _without_empty_folders(missing), _locked(partial):
        run = _enter(earlier, partial, resume=resume, force=force)
        try:
            yield run
        except OSError as error:
            if is_disk_full(error):
                raise _full(partial, error) from error
            raise
        finally:
            with _only_logged(partial):
                published = not run.staging.exists()
                if published or not holds_checkpoint(partial):
                    empty_partial_folder(partial)


def replaced_files(out: Path) -> tuple[int, int]:
    """Number of earlier results in `out` that new ones replace, and of those in class folders.

    Args:
        out: Folder of the published results.
    """
    if not holds_results(out):
        return 0, 0
    names = EarlierResults(out.resolve(), partial_folder(out)).names(class_folders=True)
    images = sum(map(is_class_folder_file, names))
    return len(names) - images, images


def _refuse_foreign_results(earlier: EarlierResults, partial: Path, *, force: bool) -> None:
    target = earlier.folder.root
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(
            Message("{target} is a file.", target=target), hint="Name a folder with --out."
        )
    if next(target.iterdir(), None) is None or (partial / PUBLISHING).exists():
        return
    if not holds_results(target):
        raise OutputError(
            Message(
                "The folder {target} is not empty and holds no earlier results of this program.",
                target=target,
            ),
            hint="Name a new or an empty folder with --out.",
        )
    if not earlier.has_hashes:
        raise OutputError(
            Message(
                "The results in {target} are of an earlier version, which did not record what it "
                "wrote: nobody can say whether a file was changed since.",
                target=target,
            ),
            hint="Move that folder to another place, or name another one with --out.",
        )
    if not force:
        raise OutputError(
            Message(
                "The folder {target} already holds the results of an earlier run.", target=target
            ),
            hint="Use --force to replace them, or name another folder with --out.",
        )
    earlier.check_files()


@contextlib.contextmanager
def _locked(partial: Path) -> Iterator[None]:
    path = partial / LOCK_FILE
    try:
        lock = take_lock(path, OutputError)
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
        done = False
        with _only_logged(partial):
            done = is_done(partial)
            if done:
                (partial / RUN_FILE).unlink(missing_ok=True)
        with _only_logged(partial):
            release_lock(lock, remove=done)
        with contextlib.suppress(OSError):
            partial.rmdir()  # fails, as it should, if checkpoints remain


@contextlib.contextmanager
def _only_logged(partial: Path) -> Iterator[None]:
    """Keeps a failure to tidy up from hiding how the run ended."""
    try:
        yield
    except (OSError, AppError) as error:
        logger.info("%s cannot be tidied up: %r", partial, error)


@contextlib.contextmanager
def _without_empty_folders(created: Sequence[Path]) -> Iterator[None]:
    """Removes the folders, the innermost first, if they are empty after the block."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for folder in created:
                folder.rmdir()


def _enter(earlier: EarlierResults, partial: Path, *, resume: bool, force: bool) -> RunFolder:
    target = earlier.folder.root
    interrupted = holds_checkpoint(partial)
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
        empty_partial_folder(partial)
    notice = "There is no interrupted run to continue; starting from the beginning."
    run = RunFolder(target, partial, resumed, notice if resume and not resumed else "", earlier)
    try:
        empty_partial_folder(partial, f"{RESULTS}/")
        folder = SafeFolder(partial, OutputError)
        folder.make_folder(RESULTS)
        folder.make_folder(CHECKPOINTS)
    except OSError as error:
        raise _unusable(partial, error) from error
    return run


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


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _unusable(path: Path, error: OSError) -> OutputError:
    if is_disk_full(error):
        return _full(path, error)
    return OutputError(
        Message("The folder {path} cannot be written: {reason}.", path=path, reason=_reason(error)),
        hint="Name a folder that you may write to with --out.",
        details=os.fspath(error.filename or ""),
    )


def _full(path: Path, error: OSError) -> OutputError:
    return OutputError(
        disk_full_message(path),
        hint="Make room, then run again with --resume to continue.",
        details=repr(error),
    )
