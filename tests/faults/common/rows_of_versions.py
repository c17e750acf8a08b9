"""RESULTS.md: sections that several commands may write at once, with the version of each row."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[3]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keeps other commands from writing to a file while the block runs, where the system can."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def section_of(path: Path, name: str) -> str:
    """The section of a name in a file of results; empty if there is none."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return text.partition(f"<!-- {name} -->")[2].partition(f"<!-- end of {name} -->")[0]


@functools.cache
def version() -> str:
    """The commit of the checkout, with a plus if anything but the results was changed since."""
    commit = _git("rev-parse", "--short=9", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!tests/faults/RESULTS.md")
    return f"{commit}+" if changed else commit


def _git(*arguments: str) -> str:
    ended = subprocess.run(
        ["git", *arguments], cwd=_CHECKOUT, capture_output=True, text=True, check=False
    )
    return ended.stdout.strip()
