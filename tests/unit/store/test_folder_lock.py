"""The lock of a folder: who holds it, when it ends, and where there are no locks."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ahsml_app.store.folder_lock import lock_owner, release_lock, take_lock

HOLD = (
    "import sys, time\nfrom pathlib import Path\n"
    "from ahsml_app.store.folder_lock import take_lock\n"
    "lock = take_lock(Path(sys.argv[1]))\nprint(lock is not None, flush=True)\ntime.sleep(60)\n"
)


def test_a_lock_names_its_owner_and_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert take_lock(path) is None
        assert lock_owner(path) == f" (process {holder.pid})"
        holder.kill()
    lock = take_lock(path)
    assert lock is not None
    assert lock_owner(path) == f" (process {os.getpid()})"
    release_lock(lock, remove=True)


@pytest.mark.parametrize("remove", [True, False])
def test_a_lock_that_was_given_back_can_be_taken(tmp_path: Path, remove: bool) -> None:
    path = tmp_path / "lock"
    first = take_lock(path)
    assert first is not None
    assert take_lock(path) is None
    release_lock(first, remove=remove)
    assert path.exists() != remove
    second = take_lock(path)
    assert second is not None
    release_lock(second, remove=True)


def test_another_thread_can_give_a_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = take_lock(path)
    assert lock is not None
    thread = threading.Thread(target=release_lock, args=(lock,), kwargs={"remove": False})
    thread.start()
    thread.join()
    again = take_lock(path)
    assert again is not None
    release_lock(again, remove=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has locks")
@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_used_unguarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    import fcntl

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", fail)
    lock = take_lock(tmp_path / "lock")
    assert lock is not None
    release_lock(lock, remove=True)
    assert not list(tmp_path.iterdir())


def test_a_lock_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        take_lock(tmp_path / "file" / "lock")
    assert lock_owner(tmp_path / "file" / "lock") == ""
