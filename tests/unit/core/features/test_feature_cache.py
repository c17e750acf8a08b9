from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahsml_app.base.errors import OutputError
from ahsml_app.core import mapped_arrays
from ahsml_app.core.features import feature_cache
from ahsml_app.core.features.feature_cache import RowCache, hash_array
from ahsml_app.core.mapped_arrays import empty_array

WIDTH = 5
CHECKOUT = Path(__file__).resolve().parents[4]


def hashes_of(*numbers: int) -> np.ndarray:
    return hash_array([hash_of(number) for number in numbers])


def hash_of(number: int) -> str:
    return hashlib.blake2b(str(number).encode(), digest_size=16).hexdigest()


def rows_of(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float16)[:, None] + np.arange(WIDTH, dtype=np.float16) / 8


def written(folder: Path, numbers: range, augmentation: int = 0, offset: float = 0.0) -> None:
    cache = RowCache(folder, np.float16, WIDTH)
    cache.add(
        hashes_of(*numbers), [augmentation] * len(numbers), rows_of(*numbers) + np.float16(offset)
    )
    cache.close()


def read(cache: RowCache, numbers: list[int], augmentations: list[int]) -> np.ndarray:
    positions = cache.lookup(hashes_of(*numbers), augmentations)
    out = np.zeros((len(augmentations), len(numbers), WIDTH), dtype=np.float16)
    assert not cache.read(positions, out).any()
    return out


def found(folder: Path, numbers: range, augmentation: int = 0) -> list[int]:
    cache = RowCache(folder, np.float16, WIDTH)
    positions = cache.lookup(hashes_of(*numbers), [augmentation])[0]
    return [number for number, place in zip(numbers, positions, strict=True) if place >= 0]


def test_rows_come_back_in_the_order_asked_for(tmp_path):
    written(tmp_path, range(10))
    cache = RowCache(tmp_path, np.float16, WIDTH)
    np.testing.assert_array_equal(read(cache, [7, 2, 2, 9], [0])[0], rows_of(7, 2, 2, 9))


def test_views_are_kept_apart(tmp_path):
    written(tmp_path, range(4), augmentation=0)
    written(tmp_path, range(4), augmentation=3, offset=100)
    cache = RowCache(tmp_path, np.float16, WIDTH)
    out = read(cache, [1, 3], [0, 3])
    np.testing.assert_array_equal(out[1] - out[0], np.full((2, WIDTH), 100))
    assert (cache.lookup(hashes_of(1), [2]) == -1).all()


def test_an_empty_or_absent_folder_holds_nothing(tmp_path):
    assert found(tmp_path / "absent", range(3)) == []
    assert not (tmp_path / "absent").exists()


def test_hashes_that_share_their_first_half_are_told_apart(tmp_path):
    hashes = hash_array(["a" * 16 + digit * 16 for digit in "1234"] + ["0" * 16 + "1" * 16])
    cache = RowCache(tmp_path, np.float16, WIDTH)
    cache.add(hashes[:3], [0, 0, 0], rows_of(1, 2, 3))
    cache.close()
    cache.refresh()
    assert cache.lookup(hashes, [0]).tolist() == [[0, 1, 2, -1, -1]]


def test_the_later_of_two_rows_counts(tmp_path):
    written(tmp_path, range(3))
    written(tmp_path, range(3), offset=50)
    cache = RowCache(tmp_path, np.float16, WIDTH)
    np.testing.assert_array_equal(read(cache, [1], [0])[0], rows_of(51))


def test_the_later_row_counts_where_the_clock_was_set_back(tmp_path, monkeypatch):
    written(tmp_path, range(3))
    monkeypatch.setattr(time, "time_ns", lambda: 1_000)
    for offset in (50, 60):
        written(tmp_path, range(3), offset=offset)
    cache = RowCache(tmp_path, np.float16, WIDTH)
    np.testing.assert_array_equal(read(cache, [1], [0])[0], rows_of(61))


def test_rows_show_after_commit_and_refresh(tmp_path):
    writer, reader = (RowCache(tmp_path, np.float16, WIDTH) for _ in range(2))
    writer.add(hashes_of(1), [0], rows_of(1))
    writer.commit()
    assert reader.lookup(hashes_of(1), [0])[0, 0] == -1
    reader.refresh()
    assert reader.lookup(hashes_of(1), [0])[0, 0] == 0
    writer.close()


@pytest.mark.parametrize("suffix", ["rows", "keys"])
@pytest.mark.parametrize("lost", [1, 11, 33])
def test_a_tail_that_is_cut_off_is_left_out_and_the_rest_is_sound(tmp_path, suffix, lost):
    written(tmp_path, range(10))
    (path,) = tmp_path.glob(f"*.{suffix}")
    os.truncate(path, path.stat().st_size - lost)
    width = {"rows": WIDTH * 2, "keys": 24}[suffix]
    kept = 10 - -(-lost // width)
    assert found(tmp_path, range(10)) == list(range(kept))
    cache = RowCache(tmp_path, np.float16, WIDTH)
    np.testing.assert_array_equal(read(cache, [0, 5], [0])[0], rows_of(0, 5))


def test_zeros_at_the_end_of_the_keys_are_not_taken_for_a_picture(tmp_path):
    written(tmp_path, range(3))
    (keys,) = tmp_path.glob("*.keys")
    (rows,) = tmp_path.glob("*.rows")
    for path in (keys, rows):
        with path.open("ab") as stream:
            stream.write(b"\0" * 400)
    cache = RowCache(tmp_path, np.float16, WIDTH)
    assert cache.lookup(np.zeros((1, 2), dtype=np.uint64), [0])[0, 0] == -1
    assert found(tmp_path, range(5)) == [0, 1, 2]


def test_what_lost_its_rows_or_has_another_width_is_left_out(tmp_path, expects_warning):
    written(tmp_path, range(3))
    (rows,) = tmp_path.glob("*.rows")
    assert RowCache(tmp_path, np.float16, WIDTH + 1).lookup(hashes_of(1), [0])[0, 0] == -1
    rows.unlink()
    assert found(tmp_path, range(3)) == []


def test_rows_that_vanish_between_lookup_and_read_are_told_and_no_longer_found(
    tmp_path, expects_warning
):
    written(tmp_path, range(3))
    cache = RowCache(tmp_path, np.float16, WIDTH)
    (rows,) = tmp_path.glob("*.rows")
    positions = cache.lookup(hashes_of(0, 1, 2, 77), [0])
    os.truncate(rows, WIDTH * 2)
    out = np.zeros((1, 4, WIDTH), np.float16)
    assert cache.read(positions, out).tolist() == [[False, True, True, True]]
    np.testing.assert_array_equal(out[0, 0], rows_of(0)[0])
    assert cache.lookup(hashes_of(0, 1, 2, 77), [0]).tolist() == [[0, -1, -1, -1]]
    rows.unlink()
    assert cache.read(cache.lookup(hashes_of(0), [0]), out[:, :1]).all()


@pytest.mark.parametrize("suffix", ["rows", "keys"])
def test_a_flipped_bit_is_noticed_wherever_it_is(tmp_path, suffix):
    """In the keys it would put a row under another augmentation."""
    written(tmp_path, range(10))
    (path,) = tmp_path.glob(f"*.{suffix}")
    content = path.read_bytes()
    header, width = {"rows": (0, WIDTH * 2), "keys": (32, 24)}[suffix]
    for offset in range(header + 4 * width, header + 5 * width):
        changed = bytearray(content)
        changed[offset] ^= 1 << offset % 8
        path.write_bytes(changed)
        cache = RowCache(tmp_path, np.float16, WIDTH)
        for number in range(4):
            positions = cache.lookup(hashes_of(*range(10)), [number])
            out = np.zeros((1, 10, WIDTH), np.float16)
            sound = ~cache.read(positions, out)[0]
            np.testing.assert_array_equal(out[0, sound], rows_of(*range(10))[sound])
            assert sound.sum() >= 4 if number == 0 else not sound.any()
            assert not sound[4]


def test_an_earlier_row_serves_where_the_later_one_is_damaged(tmp_path):
    written(tmp_path, range(3))
    written(tmp_path, range(3), offset=50)
    rows = sorted(tmp_path.glob("*.rows"))[-1]
    rows.write_bytes(bytes(rows.stat().st_size))
    cache = RowCache(tmp_path, np.float16, WIDTH)
    out = np.zeros((1, 1, WIDTH), np.float16)
    assert cache.read(cache.lookup(hashes_of(1), [0]), out).all()
    assert not cache.read(cache.lookup(hashes_of(1), [0]), out).any()
    np.testing.assert_array_equal(out[0], rows_of(1))


def test_a_folder_that_cannot_be_made_is_told_once_and_rows_stay_in_memory(
    tmp_path, expects_warning
):
    (tmp_path / "file").touch()
    failures: list[OSError] = []
    cache = RowCache(tmp_path / "file" / "features", np.float16, WIDTH, failures.append)
    for number in range(5):
        cache.add(hashes_of(number), [0], rows_of(number))
    cache.close()
    cache.refresh()
    np.testing.assert_array_equal(read(cache, [3, 0, 4], [0])[0], rows_of(3, 0, 4))
    assert len(failures) == 1


def test_reading_goes_in_blocks(tmp_path, monkeypatch):
    for start in (0, 40, 80):
        written(tmp_path, range(start, start + 40))
    monkeypatch.setattr(feature_cache, "_BLOCK_BYTES", 7 * WIDTH * 2)
    cache = RowCache(tmp_path, np.float16, WIDTH)
    numbers = [int(n) for n in np.random.default_rng(0).permutation(120)]
    np.testing.assert_array_equal(read(cache, numbers, [0])[0], rows_of(*numbers))


_PROGRAM = """
import hashlib, sys, pathlib, numpy as np
from ahsml_app.core.features import feature_cache
feature_cache._COMMIT_SECONDS = 0.01
cache = feature_cache.RowCache(pathlib.Path(sys.argv[1]), np.float16, 5)
start, number = int(sys.argv[2]), int(sys.argv[3])
for n in range(start, start + number):
    digest = hashlib.blake2b(str(n).encode(), digest_size=16).hexdigest()
    keys = feature_cache.hash_array([digest])
    cache.add(keys, [0], (np.float16(n % 1000) + np.arange(5) / 8)[None])
    if n == start + 2000:
        print("going", flush=True)
cache.close()
"""


def _program(folder: Path, start: int, number: int) -> subprocess.Popen:
    command = [sys.executable, "-c", _PROGRAM, str(folder), str(start), str(number)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_two_processes_write_at_once(tmp_path):
    writers = [_program(tmp_path, start, 3000) for start in (0, 3000)]
    assert [writer.wait(30) for writer in writers] == [0, 0]
    for writer in writers:
        writer.stdout.close()
    assert found(tmp_path, range(6100)) == list(range(6000))
    cache = RowCache(tmp_path, np.float16, WIDTH)
    np.testing.assert_array_equal(read(cache, [17, 3017], [0])[0], rows_of(17, 17))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
def test_a_killed_process_leaves_sound_rows(tmp_path):
    writer = _program(tmp_path, 0, 10**9)
    assert writer.stdout.readline() == "going\n"
    writer.kill()
    writer.wait(30)
    writer.stdout.close()
    numbers = found(tmp_path, range(3000))
    assert numbers == list(range(len(numbers)))
    assert numbers
    cache = RowCache(tmp_path, np.float16, WIDTH)
    wanted = [number % 1000 for number in numbers]
    np.testing.assert_array_equal(read(cache, numbers, [0])[0], rows_of(*wanted))
    written(tmp_path, range(-3, 0))  # and the folder goes on being of use
    assert len(found(tmp_path, range(-3, 0))) == 3


_FULL_DISK = """
import pathlib, resource, signal, sys, numpy as np
from ahsml_app.core.features.feature_cache import RowCache, hash_array

def add(cache, numbers):
    hashes = hash_array([f"{number:032x}" for number in numbers])
    cache.add(hashes, [0] * len(numbers), np.array(numbers, np.uint8)[:, None])
    cache.commit()

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
cache = RowCache(pathlib.Path(sys.argv[1]), np.uint8, 1, lambda error: print("refused"))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
add(cache, range(50))
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
add(cache, range(50, 100))
cache.close()
cache.refresh()
hashes = hash_array([f"{number:032x}" for number in range(100)])
out = np.zeros((1, 100, 1), np.uint8)
print(cache.read(cache.lookup(hashes, [0]), out).any(), (out[0, :, 0] == range(100)).all())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on the size of a file here")
@pytest.mark.parametrize("limit", [10, 32, 45, 32 + 24 * 30, 32 + 24 * 30 + 7])
def test_a_disk_that_was_full_for_a_while_puts_no_row_under_a_wrong_key(tmp_path, limit):
    """One-byte rows and 24-byte keys: it is the keys that are cut off, within or between."""
    command = [sys.executable, "-c", _FULL_DISK, str(tmp_path), str(limit)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout == "refused\nFalse True\n"

    cache = RowCache(tmp_path, np.uint8, 1)
    positions = cache.lookup(hash_array([f"{number:032x}" for number in range(100)]), [0])
    there = np.flatnonzero(positions[0] >= 0)
    out = np.zeros((1, len(there), 1), np.uint8)
    cache.read(positions[:, there], out)

    np.testing.assert_array_equal(out[0, :, 0], there)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2), st.integers(0, 999)), max_size=6),
        max_size=5,
    )
)
def test_it_remembers_like_a_dictionary(tmp_path_factory, sessions):
    folder = tmp_path_factory.mktemp("rows")
    model: dict[tuple[int, int], int] = {}
    for session in sessions:
        cache = RowCache(folder, np.float16, WIDTH)
        for number, augmentation, value in session:
            cache.add(hashes_of(number), [augmentation], rows_of(value))
            model[number, augmentation] = value
        cache.close()
    cache = RowCache(folder, np.float16, WIDTH)
    positions = cache.lookup(hashes_of(*range(13)), range(3))
    known = {(int(n), int(augmentation)) for augmentation, n in np.argwhere(positions >= 0)}
    assert known == model.keys()
    for (number, augmentation), value in model.items():
        np.testing.assert_array_equal(read(cache, [number], [augmentation])[0], rows_of(value))


def test_content_hashes_are_checked():
    assert hash_array([]).shape == (0, 2)
    with pytest.raises(ValueError, match="32 hexadecimal"):
        hash_array(["abcd"])


def test_a_large_array_lies_in_a_file_that_leaves_no_trace(tmp_path, monkeypatch):
    assert not isinstance(empty_array((4, 8), np.float16, tmp_path), np.memmap)
    monkeypatch.setattr(mapped_arrays, "IN_MEMORY_UP_TO", 63)
    array = empty_array((4, 8), np.float16, tmp_path)
    assert isinstance(array, np.memmap)
    array[:] = 1.5
    assert array.sum() == 48
    del array
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_rows_that_do_not_reach_the_disk_stay_in_memory(tmp_path, expects_warning):
    failures: list[OSError] = []
    cache = RowCache(tmp_path, np.float16, WIDTH, failures.append)
    cache.add(hashes_of(1), [0], rows_of(1))
    cache.commit()
    cache.add(hashes_of(2), [0], rows_of(2))
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, cache._writer._rows.fileno())
    os.close(full)
    cache.close()
    cache.refresh()
    np.testing.assert_array_equal(read(cache, [1, 2], [0])[0], rows_of(1, 2))
    assert [error.errno for error in failures] == [errno.ENOSPC]
    assert found(tmp_path, range(3)) == [1]


def test_a_large_array_goes_to_the_systems_folder_where_the_cache_has_no_room(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(mapped_arrays, "IN_MEMORY_UP_TO", 0)
    (tmp_path / "file").touch()
    array = empty_array((2, 3), np.float16, tmp_path / "file" / "features")
    assert isinstance(array, np.memmap)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    with pytest.raises(OutputError) as caught:
        empty_array((2, 3), np.float16, tmp_path / "file" / "features")
    assert "AHSML_APP_CACHE" in str(caught.value.hint)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="files have no holes here")
def test_a_large_array_has_its_room_before_it_is_filled(tmp_path, monkeypatch):
    """Writing into a hole of a full disk ends the process by a signal."""
    monkeypatch.setattr(mapped_arrays, "IN_MEMORY_UP_TO", 0)
    taken: list[int] = []
    allocate = os.posix_fallocate

    def recorded(descriptor: int, offset: int, size: int) -> None:
        allocate(descriptor, offset, size)
        taken.append(os.fstat(descriptor).st_blocks * 512)

    monkeypatch.setattr(os, "posix_fallocate", recorded)
    empty_array((1000, 3), np.float16, tmp_path)
    assert taken
    assert taken[0] >= 6000
