"""Refuses results where the run reads: in any spelling, and through any link."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message


class Inside:
    """Tells whether paths lie in one of some folders, in any spelling and through any link.

    Args:
        folders: Resolved folders.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._identities = {_identity(folder) for folder in folders} - {None}
        self._parents: dict[Path, bool] = {}

    def holds(self, path: Path) -> bool:
        """Whether a resolved path is one of the folders or lies in one."""
        # A file system may ignore case, and one folder may have two paths, so folders are
        # compared too.
        return any(path.is_relative_to(folder) for folder in self._folders) or any(
            _identity(each) in self._identities for each in (path, *path.parents)
        )

    def holds_file(self, path: Path) -> bool:
        """Whether a file lies in one of the folders; quick for many files of a few folders."""
        if path.is_symlink():
            return self.holds(path.resolve())
        parent = path.parent
        if parent not in self._parents:
            self._parents[parent] = self.holds(parent.resolve())
        return self._parents[parent]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def refuse_to_read_results(target: Path, partial: Path, reads: Iterable[Path]) -> None:
    """Refuses a folder of results that holds what the run reads.

    Args:
        target: Folder of the published results, resolved.
        partial: Its partial folder.
        reads: Every folder and file that the run reads.

    Raises:
        OutputError: Names what lies there.
    """
    in_target, in_partial = Inside(target), Inside(partial)
    for path in reads:
        resolved = path.resolve()
        if resolved == target:
            raise OutputError(
                Message(
                    "The results cannot go into the image folder itself: {target}.", target=target
                )
                if path.is_dir()
                else Message("{target} is a file that the run reads.", target=target),
                hint="Name another folder with --out, for example one beside it.",
            )
        if in_target.holds(resolved):
            raise OutputError(
                Message(
                    "The run reads {path}, which lies in {target}, so the results cannot take "
                    "that place.",
                    path=path,
                    target=target,
                ),
                hint="Name another folder with --out.",
            )
        if in_partial.holds(resolved):
            raise OutputError(
                Message(
                    "The run reads {path}, which lies in {partial}, and needs that folder for "
                    "itself.",
                    path=path,
                    partial=partial,
                ),
                hint="Name another folder with --out.",
            )
