"""A file that ends the process while it is decoded is set aside at the next try, and no other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from ahsml_app.base.paths import read_json, write_json
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.in_flight import FOLDER, SUSPECTS, InFlight, in_flight, stamp_of

CHECKOUT = Path(__file__).resolve().parents[4]
DIES = """
import os, pathlib, signal, sys
from ahsml_app.core.data import decode
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
sound, killer = map(pathlib.Path, sys.argv[1:])
decode.decode(sound)
decode._read = die
decode.decode(killer)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 here")


def kills(path: Path, box: int | None, planes: object = None) -> None:
    """What a decoder does that crashes on this file; this process must not try it."""
    assert multiprocessing.parent_process() is not None
    os.kill(os.getpid(), signal.SIGKILL)


def notes_and_kills(path: Path, box: int | None) -> None:
    with path.with_name("tries").open("a") as stream:
        stream.write("x")
    kills(path, box)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("sound.png", "killer.png"):
        Image.new("RGB", (30, 20), "red").save(tmp_path / name)
    return tmp_path / "sound.png", tmp_path / "killer.png"


def die_while_decoding(files: tuple[Path, Path], cache: Path) -> None:
    command = [sys.executable, "-c", DIES, *map(str, files)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "AHSML_APP_CACHE": str(cache)}
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL


def suspects(cache: Path) -> list[str]:
    content = read_json(cache / FOLDER / SUSPECTS)
    assert isinstance(content, list)
    return [entry[0] for entry in content]


def test_a_file_that_ends_the_process_is_set_aside_with_a_reason(
    files: tuple[Path, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, killer = files
    die_while_decoding(files, cache)
    monkeypatch.setattr("ahsml_app.core.data.decode.decode_unrecorded", kills)
    with pytest.raises(UnreadableImage, match="ended the process"):
        decode(killer)
    assert suspects(cache) == [str(killer)]
    record = in_flight()
    for path, decoded in ((sound, None), (killer, "ended the process")):
        reason = record.reason_against(stamp_of(path, path.stat()), kills, None)
        assert str(reason or "") == "" if decoded is None else decoded in str(reason)


def test_threads_try_a_suspect_once(files: tuple[Path, Path], cache: Path) -> None:
    die_while_decoding(files, cache)
    record, stamp = in_flight(), stamp_of(files[1], files[1].stat())
    with ThreadPoolExecutor(3) as pool:
        reasons = pool.map(lambda _: record.reason_against(stamp, notes_and_kills, None), range(3))
        assert all("ended the process" in str(reason) for reason in reasons)
    assert files[1].with_name("tries").read_text() == "x"


def test_the_record_has_its_room_on_the_disk(tmp_path: Path) -> None:
    """A write to a mapping that has none ends the process with SIGBUS."""
    record = InFlight(tmp_path / FOLDER)
    (path,) = (tmp_path / FOLDER).glob("*.slots")
    assert path.stat().st_blocks * 512 >= path.stat().st_size > 200_000
    record.close()


def test_a_suspect_that_is_sound_is_decoded_and_no_longer_suspected(
    files: tuple[Path, Path], cache: Path
) -> None:
    die_while_decoding(files, cache)
    assert decode(files[1]).size == (30, 20)
    assert suspects(cache) == []


def test_a_file_is_suspected_by_the_rule_that_it_was_read_by(tmp_path: Path) -> None:
    """A projection may need memory that the first page does not."""
    path = tmp_path / "a.tif"
    path.write_bytes(b"stack")
    stamps = {rule: stamp_of(path, path.stat(), rule) for rule in ("first", "max", 2)}
    assert stamps["first"] == stamp_of(path, path.stat())
    write_json(tmp_path / FOLDER / SUSPECTS, [stamps["max"]])
    record = InFlight(tmp_path / FOLDER)
    reasons = {rule: record.reason_against(stamp, kills, None) for rule, stamp in stamps.items()}
    record.close()
    assert reasons["first"] is reasons[2] is None
    assert "ended the process" in str(reasons["max"])


def test_the_rule_is_recorded_while_a_file_is_decoded(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = [Image.new("L", (8, 8), level) for level in (9, 200)]
    stack[0].save(tmp_path / "a.tif", save_all=True, append_images=stack[1:])
    seen: list[bytes] = []

    def looks(path: Path, box: int | None, planes: object) -> None:
        seen.extend(slots.read_bytes() for slots in (cache / FOLDER).glob("*.slots"))

    monkeypatch.setattr("ahsml_app.core.data.decode.decode_unrecorded", looks)
    decode(tmp_path / "a.tif", planes="max")
    assert f"{tmp_path / 'a.tif'}\0max".encode() in seen[0]


def test_a_suspect_that_was_replaced_is_another_file(files: tuple[Path, Path], cache: Path) -> None:
    die_while_decoding(files, cache)
    Image.new("RGB", (40, 20), "blue").save(files[1])
    status = files[1].stat()
    assert in_flight().reason_against(stamp_of(files[1], status), kills, None) is None


def test_living_processes_are_left_alone_and_an_end_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.touch()
    stamp = stamp_of(path, path.stat())
    first = InFlight(tmp_path / FOLDER)
    with first.recording(stamp):
        second = InFlight(tmp_path / FOLDER)
        assert second.reason_against(stamp, kills, None) is None
        second.close()
    first.close()
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_folder_that_cannot_be_written_is_done_without(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path / "file" / "cache"))
    assert decode(files[0]).size == (30, 20)


@pytest.mark.parametrize(
    "content", ["", "{", "3", "[1, [], [1, 2, 3], {}]", '[["a", "b", "c"]]', "[" * 100_000]
)
def test_damaged_suspects_are_none(files: tuple[Path, Path], cache: Path, content: str) -> None:
    (cache / FOLDER).mkdir()
    (cache / FOLDER / SUSPECTS).write_text(content, "utf-8")
    (cache / FOLDER / "7-aa.slots").write_bytes(b"\xff" * 9000)
    assert decode(files[0]).size == (30, 20)
