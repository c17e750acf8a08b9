"""What a disk may hold after a power cut: which contents and which names had reached it.

A file has an identity of its own, and names lead to it. `sync` of a file makes its content durable;
`sync` of a folder makes the changes of its names durable. Everything else may or may not have
reached the disk.
"""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
TOP = 0
"""Identity of the watched folder."""

_IGNORED = ("-shm",)  # SQLite makes its index of the log anew

Entry = tuple[int, str]
"""A name: the identity of its folder, and the name there."""

Tree = dict[str, bytes | None]
"""Content of each file by its relative path; None for a folder."""


@dataclass(frozen=True)
class Change:
    """A change of names that is made whole or not at all: where each leads then, or None."""

    names: dict[Entry, int | None]


class DiskModel:
    """The names and contents of a folder, as the system shows them and as the disk may have them.

    Args:
        folder: The folder.
        skipped: Name in it that is not watched, such as images that are only read.
        journaling: Whether a sync of anything makes all earlier changes of names durable, as with
            the journal of common file systems; otherwise only what POSIX says.
    """

    def __init__(self, folder: Path, skipped: str, *, journaling: bool) -> None:
        self._folder, self._skipped, self._journaling = folder, skipped, journaling
        self._identities: dict[int, int] = {}  # by inode number
        self._next = TOP + 1
        self._folders: set[int] = {TOP}
        self._names: dict[Entry, int] = {}
        self._durable_names: dict[Entry, int] = {}
        self._contents: dict[int, bytes] = {}
        self._durable_contents: dict[int, bytes] = {}
        self._pending: list[Change] = []
        self.observe()
        self._pending.clear()
        self._durable_names = dict(self._names)
        self._durable_contents = dict(self._contents)

    def observe(self, *, together: bool = False) -> None:
        """Reads the folder, and takes note of what has changed.

        Args:
            together: Whether all changes of names are one, such as a rename.
        """
        names: dict[Entry, int] = {}
        inodes: dict[int, int] = {}
        self._scan(self._folder, TOP, names, inodes)
        self._identities = inodes
        changed = {
            entry: names.get(entry)
            for entry in sorted(names.keys() | self._names.keys())
            if names.get(entry) != self._names.get(entry)
        }
        if together and changed:
            self._pending.append(Change(changed))
        else:
            self._pending.extend(Change({entry: value}) for entry, value in changed.items())
        self._names = names

    def synced(self, path: Path) -> None:
        """Takes note that a file or folder was synced."""
        identity = TOP
        if path != self._folder:
            found = self._identities.get(_inode(path))
            if found is None:
                return
            identity = found
        if identity in self._folders:
            self._make_names_durable(identity)
        else:
            self._durable_contents[identity] = self._contents[identity]
            if self._journaling:
                self._make_names_durable(None)

    def states(self, seed: int, subsets: int) -> Iterator[tuple[str, Tree]]:
        """States that the disk may have after a cut at this moment.

        Args:
            seed: Seed of the random ones.
            subsets: Number of random ones.

        Yields:
            A word for the kind of state, and the state.
        """
        durable = {identity: self._durable_contents.get(identity, b"") for identity in self._all()}
        yield "unsynced lost", self._tree(self._durable_names, durable)
        yield "names kept, contents lost", self._tree(self._names, durable)
        zeros = {
            identity: self._durable_contents.get(identity, bytes(len(self._contents[identity])))
            for identity in self._all()
        }
        yield "names kept, contents zero", self._tree(self._names, zeros)
        yield "all kept", self._tree(self._names, self._contents)
        chosen = random.Random(seed)
        for _ in range(subsets):
            names = dict(self._durable_names)
            _apply(names, self._some_changes(chosen))
            contents = {identity: self._mixed(identity, chosen) for identity in self._all()}
            yield "a random part", self._tree(names, contents)

    def _scan(
        self, folder: Path, identity: int, names: dict[Entry, int], inodes: dict[int, int]
    ) -> None:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        for entry in listed:
            if (identity == TOP and entry.name == self._skipped) or entry.name.endswith(_IGNORED):
                continue
            path, status = Path(entry.path), entry.stat(follow_symlinks=False)
            inner = self._identities.get(status.st_ino)
            if inner is None or (inner in self._folders) != stat.S_ISDIR(status.st_mode):
                inner, self._next = self._next, self._next + 1
            inodes[status.st_ino] = inner
            self._identities[status.st_ino] = inner
            names[identity, entry.name] = inner
            if stat.S_ISDIR(status.st_mode):
                self._folders.add(inner)
                self._scan(path, inner, names, inodes)
            elif stat.S_ISREG(status.st_mode):
                content = path.read_bytes()
                if content != self._contents.get(inner):  # the same object takes no more memory
                    self._contents[inner] = content

    def _make_names_durable(self, folder: int | None) -> None:
        """Makes the pending changes of a folder durable, and those before them; None for all."""
        kept: list[Change] = []
        folders = {folder}
        for change in reversed(self._pending):
            touched = {entry[0] for entry in change.names}
            if folder is None or self._journaling or touched & folders:
                folders |= touched
            else:
                kept.append(change)
        kept.reverse()
        _apply(self._durable_names, [c for c in self._pending if c not in kept])
        self._pending = kept

    def _some_changes(self, chosen: random.Random) -> list[Change]:
        """Some pending changes; in each folder those before a moment of its own."""
        if chosen.random() < 0.5:
            return self._pending[: chosen.randint(0, len(self._pending))]
        stopped: set[int] = set()
        taken = []
        share = chosen.random()
        for change in self._pending:
            folders = {entry[0] for entry in change.names}
            if folders & stopped or chosen.random() > share:
                stopped |= folders
            else:
                taken.append(change)
        return taken

    def _mixed(self, identity: int, chosen: random.Random) -> bytes:
        """Content of which each page may have reached the disk or not."""
        old, new = self._durable_contents.get(identity, b""), self._contents[identity]
        if old == new or chosen.random() < 0.3:
            return old
        size = len(chosen.choice((old, new)))
        whole = max(len(old), len(new))
        old, new = old.ljust(whole, b"\0"), new.ljust(whole, b"\0")
        pages = range(0, whole, PAGE)
        return b"".join(chosen.choice((old, new))[at : at + PAGE] for at in pages)[:size]

    def _all(self) -> list[int]:
        return list(self._contents)

    def _tree(self, names: dict[Entry, int], contents: dict[int, bytes]) -> Tree:
        tree: Tree = {}
        below: dict[int, list[tuple[str, int]]] = {}
        for (folder, name), identity in names.items():
            below.setdefault(folder, []).append((name, identity))

        def add(folder: int, prefix: str) -> None:
            for name, identity in below.get(folder, ()):
                path = f"{prefix}{name}"
                if identity in self._folders:
                    tree[path] = None
                    add(identity, f"{path}/")
                elif identity in contents:
                    tree[path] = contents[identity]

        add(TOP, "")
        return tree


def _apply(names: dict[Entry, int], changes: list[Change]) -> None:
    for change in changes:
        for entry, identity in change.names.items():
            if identity is None:
                names.pop(entry, None)
            else:
                names[entry] = identity


def _inode(path: Path) -> int:
    try:
        return path.lstat().st_ino
    except OSError:
        return -1
