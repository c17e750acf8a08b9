from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from running import finish

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.core.data.content_hash import fingerprint

CONTENT = {f"a/{number:04d}.jpg": f"content {number}".encode() * 50 for number in range(20)}
LONG_AGO = 1_700_000_000_000_000_000


@pytest.fixture
def table(tmp_path):
    return make_table(tmp_path / "images", CONTENT)


@pytest.fixture
def index(tmp_path):
    return tmp_path / "cache" / "index.sqlite"


def make_table(root: Path, content: dict[str, bytes]) -> SampleTable:
    for path, data in content.items():
        write(root / path, data)
    labels = np.arange(len(content), dtype=np.int64) % 2
    names = tuple(f"name {number}" for number in range(len(content)))
    return SampleTable(root, tuple(content), labels, ("a", "b"), columns={"n": names})


def write(path: Path, data: bytes, changed: int = LONG_AGO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, ns=(changed, changed))


def run(table, index, **options):
    events, result = finish(fingerprint(table, index_path=index, **options))
    return *result, events


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def test_every_sample_gets_the_hash_of_its_content(table, index):
    hashed, aside, events = run(table, index)
    assert hashed.hashes == tuple(digest(data) for data in CONTENT.values())
    assert hashed.paths == table.paths
    assert hashed.columns == dict(table.columns)
    assert aside == []
    assert events[-1] == Progress(Stage.FINGERPRINT, 20, 20)
    assert all(isinstance(event, Progress) for event in events)


def test_a_second_run_reads_no_file_again(table, index):
    first, _, _ = run(table, index)
    for path in table.paths:  # other content of the same size and time goes unnoticed: not read
        write(table.root / path, bytes(len(CONTENT[path])))
    assert run(table, index)[0].hashes == first.hashes


@pytest.mark.parametrize("change", ["time", "size"])
def test_a_changed_file_is_read_again(table, index, change):
    run(table, index)
    new = b"x" * (len(CONTENT["a/0003.jpg"]) + (change == "size"))
    write(table.root / "a/0003.jpg", new, LONG_AGO + (change == "time"))
    for _ in range(2):
        hashes = run(table, index)[0].hashes
        assert hashes[3] == digest(new)
        assert hashes[4] == digest(CONTENT["a/0004.jpg"])


def test_a_file_changed_just_now_is_not_remembered(tmp_path, index):
    table = make_table(tmp_path / "images", {"a/1.jpg": b"old", "a/2.jpg": b"old"})
    now = time.time_ns()
    write(table.root / "a/1.jpg", b"one", now)
    run(table, index)
    write(table.root / "a/1.jpg", b"two", now)
    assert run(table, index)[0].hashes == (digest(b"two"), digest(b"old"))


def test_files_that_cannot_be_read_are_set_aside(table, index):
    (table.root / "a/0000.jpg").unlink()
    (table.root / "a/0007.jpg").unlink()
    (table.root / "a/0007.jpg").mkdir()
    hashed, aside, _ = run(table, index)
    assert aside[0] == Quarantined("a/0000.jpg", Message("the file has vanished"))
    assert aside[1].path == "a/0007.jpg"
    assert str(aside[1].reason)
    assert len(hashed) == 18
    assert hashed.columns["n"][:2] == ("name 1", "name 2")
    assert hashed.labels[:2].tolist() == [1, 0]


def other_layout(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE fingerprint (something TEXT)")
    database.close()


@pytest.mark.usefixtures("expects_warning")
@pytest.mark.parametrize(
    "ruin",
    [
        lambda path: path.write_bytes(b"this is no database" * 500),
        lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(3000)),
        other_layout,
    ],
)
def test_a_damaged_index_is_made_anew_with_a_message_in_the_log(table, index, ruin, caplog):
    index.parent.mkdir(parents=True)
    ruin(index)
    assert len(run(table, index)[0].hashes) == 20
    assert "damaged" in caplog.text
    caplog.clear()
    write(table.root / "a/0000.jpg", bytes(len(CONTENT["a/0000.jpg"])))
    assert run(table, index)[0].hashes[0] == digest(CONTENT["a/0000.jpg"])
    assert caplog.text == ""


@pytest.mark.usefixtures("expects_warning")
def test_an_index_damaged_within_does_not_stop_the_run(table, index):
    run(table, index)
    data = bytearray(index.read_bytes())
    data[4096:] = b"\xff" * len(data[4096:])
    index.write_bytes(data)
    for _ in range(2):
        assert run(table, index)[0].hashes == tuple(map(digest, CONTENT.values()))


@pytest.mark.usefixtures("expects_warning")
def test_an_index_that_cannot_be_made_is_done_without(table, tmp_path, caplog):
    (tmp_path / "file").touch()
    assert len(run(table, tmp_path / "file" / "index.sqlite")[0].hashes) == 20
    assert "not remembered" in caplog.text


@pytest.mark.usefixtures("expects_warning")
def test_an_index_that_another_run_holds_is_done_without(table, index, monkeypatch):
    monkeypatch.setattr("ahsml_app.core.data.content_hash._LOCK_SECONDS", 0.05)
    run(table, index)
    holder = sqlite3.connect(index, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert run(table, index)[0].hashes == tuple(map(digest, CONTENT.values()))
    finally:
        holder.close()
    assert index.exists()


def test_the_index_tells_folders_apart(tmp_path, index):
    one = make_table(tmp_path / "one", {"1.jpg": b"one"})
    two = make_table(tmp_path / "two", {"1.jpg": b"two"})
    for _ in range(2):
        assert run(one, index)[0].hashes != run(two, index)[0].hashes


def test_a_cancelled_run_stops_and_remembers_what_it_did(tmp_path, index):
    content = {f"{number}.jpg": b"%d" % number for number in range(600)}
    table = make_table(tmp_path / "images", content)
    token = CancelToken()
    job = fingerprint(table, index_path=index, cancel=token)
    assert isinstance(next(job), Progress)
    token.cancel()
    with pytest.raises(Cancelled):
        list(job)
    with sqlite3.connect(index) as database:
        remembered = database.execute("SELECT COUNT(*) FROM fingerprint").fetchone()[0]
    database.close()
    assert 0 < remembered <= 256


def test_an_abandoned_run_leaves_no_thread_behind(table, index):
    job = fingerprint(table, index_path=index)
    next(job)
    job.close()
    assert not [thread for thread in threading.enumerate() if "fingerprint" in thread.name]


def test_a_table_without_rows_is_fine(tmp_path, index):
    empty = SampleTable(tmp_path, (), np.array([], np.int64), ())
    assert len(run(empty, index)[0]) == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path, index):
    """A pipe stands for it: what is written changes its time, and the reader waits for it."""
    os.mkfifo(tmp_path / "a.jpg")
    table = SampleTable(tmp_path, ("a.jpg",), np.zeros(1, dtype=np.int64), ("a",))
    for content in (b"earlier", b"later"):
        writer = threading.Thread(target=(tmp_path / "a.jpg").write_bytes, args=(content,))
        writer.start()
        hashed, _, _ = run(table, index)
        writer.join(10)
        assert hashed.hashes == (digest(content),)
