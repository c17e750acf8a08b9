"""Archives that are cut off, name things twice or want too much: what becomes of them."""

from __future__ import annotations

import tarfile
import tracemalloc
from pathlib import Path

import pytest
from running import finish
from sample_images import add_to_tar, class_folders, jpeg, webdataset, write_tar, write_zip
from scanning import labels_in, refusal, unpacked

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.pipeline import unpack
from ahsml_app.session.pipeline.unpack import unpacked_source

_RECORD = 512


def _starts(archive: Path) -> list[int]:
    with tarfile.open(archive) as file:
        return [member.offset for member in file]


@pytest.mark.parametrize("more", [100, _RECORD, _RECORD + 100])
def test_a_tar_that_ends_too_early_is_refused(tmp_path: Path, more: int) -> None:
    archive = write_tar(tmp_path / "x.tar", class_folders())
    archive.write_bytes(archive.read_bytes()[: _starts(archive)[3] + more])
    assert "cannot be read" in str(refusal(archive))


@pytest.mark.parametrize("end", [0, _RECORD])
def test_a_tar_needs_no_zeros_behind_its_last_member(tmp_path: Path, end: int) -> None:
    whole, members = tmp_path / "whole.tar", class_folders()
    write_tar(whole, members | {"last": b""})
    archive = tmp_path / "x.tar"
    archive.write_bytes(whole.read_bytes()[: _starts(whole)[-1]] + bytes(end))
    source, _ = unpacked(archive)
    assert len(labels_in(source)) == len(members)


def test_a_file_without_any_member_is_no_tar(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    archive.write_bytes(b"")
    assert "cannot be read" in str(refusal(archive))


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_folders_whose_names_not_every_system_can_hold_stay_apart(
    tmp_path: Path, form: str
) -> None:
    members = {f"{name}/{n}.jpg": jpeg(10 * k + n) for k, name in enumerate(("a:b", "a?b", "a_b"))
               for n in range(3)}  # fmt: skip
    archive = tmp_path / f"x.{form}"
    source, said = unpacked((write_zip if form == "zip" else write_tar)(archive, members))
    labels = labels_in(source)
    assert sorted(set(labels.values())) == ["a_b", "a_b (2)", "a_b (3)"]
    assert len(labels) == len(members)
    assert any("have other names now" in text for text in said)


def test_a_damaged_header_is_not_the_end(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "x.tar", class_folders())
    raw = bytearray(archive.read_bytes())
    raw[_starts(archive)[3] + 5] ^= 0xFF
    archive.write_bytes(raw)
    assert "a header is damaged" in str(refusal(archive))


def test_records_that_name_each_other_without_end(tmp_path: Path) -> None:
    header = tarfile.TarInfo("name")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1
    record = header.tobuf(tarfile.GNU_FORMAT) + b"n" + bytes(_RECORD - 1)
    archive = tmp_path / "x.tar"
    archive.write_bytes(record * 2000)
    assert "cannot be read" in str(refusal(archive))


def test_parts_of_one_first_word_keep_their_labels(tmp_path: Path) -> None:
    shards = tmp_path / "train"
    shards.mkdir()
    for number, label in enumerate(("cat", "dog")):
        members = {f"{n}.jpg": jpeg(10 * number + n) for n in range(2)}
        members |= {f"{n}.cls": label.encode() for n in range(2)}
        write_tar(shards / f"train.{number}.tar", members)
    write_zip(shards / "train.1.zip", {"0.jpg": jpeg(30), "0.cls": b"bird"})
    source, _ = unpacked(shards)
    assert labels_in(source) == {
        **{f"train.0/{n}.jpg": "cat" for n in range(2)},
        **{f"train.1/{n}.jpg": "dog" for n in range(2)},
        "train (2).1/0.jpg": "bird",
    }


@pytest.mark.parametrize("second", ["000001.cls", "000001.CLS", "000001.jpg"])
def test_an_image_with_two_labels_has_none(tmp_path: Path, second: str) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as file:
        for name, content in webdataset().items():
            add_to_tar(file, name, content)
        add_to_tar(file, second, jpeg(9) if second.endswith("jpg") else b"7")
    source, said = unpacked(archive)
    found = labels_in(source)
    assert found["000000.jpg"] == "0"
    assert found["000001.jpg"] == ""
    assert "7" not in found.values()
    assert any("from the archive, which has two" in text for text in said)
    assert any("'000001.jpg'" in text for text in said)
    assert (source.folder / "000001.cls").read_bytes() == b"1"


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_folders_with_backslashes(tmp_path: Path, form: str) -> None:
    members = {"cat\\": b"", "dog\\": b""}
    members |= {name.replace("/", "\\"): content for name, content in class_folders().items()}
    write = write_zip if form == "zip" else write_tar
    source, said = unpacked(write(tmp_path / f"x.{form}", members))
    assert set(labels_in(source)) == set(class_folders())
    assert len(said) == 1


def _links(archive: Path, count: int, name: str) -> None:
    with tarfile.open(archive, "w:gz", format=tarfile.GNU_FORMAT) as file:
        for label in ("cat", "dog"):
            add_to_tar(file, f"{label}/0.jpg", jpeg(0))
        for number in range(count):
            header = tarfile.TarInfo(f"{number}{name}")
            header.type, header.linkname = tarfile.SYMTYPE, "y"
            file.addfile(header)


def test_names_of_what_is_left_out_are_not_kept(tmp_path: Path) -> None:
    _links(tmp_path / "x.tgz", 400, "n" * 60_000)
    tracemalloc.start()
    try:
        _, said = unpacked(tmp_path / "x.tgz")
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert any("400 members" in text and "397 more" in text for text in said)
    assert max(map(len, said)) < 1000
    assert grown < 12_000_000


def test_links_count_for_what_an_archive_may_want(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "_ALWAYS_ALLOWED", 1 << 20)
    _links(tmp_path / "x.tgz", 1000, "n")
    assert "200 times its size" in str(refusal(tmp_path / "x.tgz"))


def test_a_very_long_name_is_refused(tmp_path: Path) -> None:
    _links(tmp_path / "x.tgz", 1, "n" * 70_000)
    assert "a name is too long" in str(refusal(tmp_path / "x.tgz"))


@pytest.mark.parametrize("folders", ["a/" * 1500, ("b" * 190 + "/") * 30])
def test_a_path_that_no_system_can_hold(tmp_path: Path, folders: str) -> None:
    members = class_folders() | {f"{folders}1.jpg": jpeg(9)}
    source, said = unpacked(write_zip(tmp_path / "x.zip", members))
    assert set(labels_in(source)) == set(class_folders())
    assert any("1 member of the archive was left out" in text for text in said)


def test_a_folder_with_the_name_of_the_table(tmp_path: Path) -> None:
    members = {"labels.csv/1.jpg": jpeg(1), "labels.csv/1.cls": b"cat"}
    members |= {"x/2.jpg": jpeg(2), "x/2.cls": b"dog"}
    source, _ = unpacked(write_zip(tmp_path / "x.zip", members))
    assert labels_in(source) == {"labels.csv/1.jpg": "cat", "x/2.jpg": "dog"}


def test_a_stop_during_the_last_member_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "_PROGRESS_SECONDS", 0)
    members = class_folders()
    archive, cancel = write_zip(tmp_path / "x.zip", members), CancelToken()
    job = unpacked_source(Source(archive), tmp_path / "out" / "results", cancel)
    for _ in members:
        next(job)
    cancel.cancel()
    with pytest.raises(Cancelled):
        finish(job)
    assert not list((tmp_path / "out").iterdir())
