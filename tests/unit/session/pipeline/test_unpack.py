"""Archives of images: what they become, and what a hostile one cannot do."""

from __future__ import annotations

import csv
import gzip
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock
from running import finish
from sample_images import add_to_tar, class_folders, jpeg, webdataset, write_tar, write_zip
from scanning import labels_in, refusal, unpacked

from ahsml_app.base.errors import Cancelled, OutputError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.pipeline import unpack
from ahsml_app.session.pipeline.unpack import archives_of, unpacked_source


@pytest.mark.parametrize("top", ["", "photos/", "a/b/"])
@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_class_folders_in_an_archive(tmp_path: Path, form: str, top: str) -> None:
    archive, members = tmp_path / f"photos.{form}", class_folders(top=top)
    if form == "zip":
        write_zip(archive, members)
    else:
        write_tar(archive, members, "w:" + form.partition(".")[2])
    source, said = unpacked(archive)
    found = labels_in(source)
    assert found == {name.removeprefix(top): name.split("/")[-2] for name in members}
    for name, content in members.items():
        assert (source.folder / name.removeprefix(top)).read_bytes() == content
    assert said == [f"{archive} was unpacked into {tmp_path / 'out' / 'photos-unpacked'}."]


def test_what_was_unpacked_is_taken_again_until_the_archive_changes(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "photos.zip", class_folders())
    first, _ = unpacked(archive)
    (first.folder / "cat" / "0.jpg").unlink()
    again, said = unpacked(archive)
    assert again == first
    assert not (first.folder / "cat" / "0.jpg").exists()
    assert "unpacked before" in said[0]
    write_zip(archive, class_folders(4))
    changed, _ = unpacked(archive)
    assert changed.folder.name == "photos-unpacked (2)"
    assert len(labels_in(changed)) == 8


def test_results_keep_their_name(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "photos.zip", class_folders())
    out = tmp_path / "photos-unpacked"
    _, source = finish(unpacked_source(Source(archive), out, CancelToken()))
    assert source.folder == tmp_path / "photos-unpacked (2)"


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    source, said = unpacked(tmp_path)
    assert source == Source(tmp_path)
    assert not said


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_classes_beside_the_images(tmp_path: Path, form: str) -> None:
    write = write_zip if form == "zip" else write_tar
    source, _ = unpacked(write(tmp_path / f"train.{form}", webdataset()))
    assert labels_in(source) == {f"{n:06}.jpg": str(n % 2) for n in range(6)}
    assert not list(source.folder.glob("*.cls"))


def test_parts_of_a_data_set(tmp_path: Path) -> None:
    shards = tmp_path / "train"
    shards.mkdir()
    for number in range(2):
        write_tar(shards / f"train-{number:04}.tar", webdataset())
    source, _ = unpacked(shards)
    assert source.folder.name == "train-unpacked"
    found = labels_in(source)
    assert len(found) == 12
    assert found["train-0001/000003.jpg"] == "1"


def test_labels_in_json_with_their_group(tmp_path: Path) -> None:
    members = {}
    for n in range(4):
        members[f"{n}.jpg"] = jpeg(n)
        members[f"{n}.json"] = b'{"id": %d, "label": "k%d", "group": "g%d"}' % (n, n % 2, n)
    source, _ = unpacked(write_tar(tmp_path / "x.tar", members))
    with source.labels.open(encoding="utf-8") as stream:
        assert next(csv.reader(stream)) == ["path", "label", "group"]
    assert set(labels_in(source).values()) == {"k0", "k1"}


@pytest.mark.parametrize(
    ("texts", "is_label"),
    [
        (("cat", "dog", "cat", "dog"), True),
        (("a cat in the rain", "a dog", "two cats", "a horse"), False),
        (("0 0.5 0.5 0.1 0.1",) * 4, False),
        (("cat\ndog",) * 4, False),
    ],
)
def test_texts_beside_images_are_classes_only_if_they_repeat(
    tmp_path: Path, texts: tuple[str, ...], *, is_label: bool
) -> None:
    members = {}
    for n, text in enumerate(texts):
        members[f"{'ab'[n % 2]}/{n}.jpg"] = jpeg(n)
        members[f"{'ab'[n % 2]}/{n}.txt"] = text.encode()
    source, _ = unpacked(write_zip(tmp_path / "x.zip", members))
    assert (source.labels is not None) is is_label
    expected = set(texts) if is_label else {"a", "b"}
    assert set(labels_in(source).values()) == expected
    assert len(list(source.folder.rglob("*.txt"))) == (0 if is_label else 4)


def test_labels_that_the_person_names_come_first(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    rows = [f"{n:06}.jpg,{'ab'[n % 2]}" for n in range(6)]
    table.write_text("\n".join(["path,label", *rows]), "utf-8")
    source, _ = unpacked(write_tar(tmp_path / "train.tar", webdataset()), labels=table)
    assert source.labels == table
    assert set(labels_in(source).values()) == {"a", "b"}


def test_no_name_leads_elsewhere(tmp_path: Path) -> None:
    odd = ["../evil.jpg", "cat/../../evil.jpg", "..\\evil.jpg", "/evil/1.jpg", "C:\\evil\\2.jpg"]
    members = class_folders() | {name: jpeg(9) for name in odd}
    for archive in (
        write_zip(tmp_path / "x.zip", members),
        write_tar(tmp_path / "y.tar", members),
    ):
        source, said = unpacked(archive)
        files = {p.relative_to(source.folder).as_posix() for p in source.folder.rglob("*.jpg")}
        assert files == {*class_folders(), "evil/1.jpg", "C_/evil/2.jpg"}
        assert any("3 members of the archive were left out" in text for text in said)
    assert not list(tmp_path.rglob("evil.jpg"))


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as file:
        for name, content in class_folders().items():
            add_to_tar(file, name, content)
        for name, kind in (
            ("cat/a.jpg", tarfile.SYMTYPE),
            ("cat/b.jpg", tarfile.LNKTYPE),
            ("cat/c.jpg", tarfile.FIFOTYPE),
        ):
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "../../../secret.jpg"
            file.addfile(header)
    linked = tmp_path / "y.zip"
    write_zip(linked, class_folders())
    with zipfile.ZipFile(linked, "a") as file:
        info = zipfile.ZipInfo("cat/a.jpg")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "../../../secret.jpg")
    for path, count in ((archive, 3), (linked, 1)):
        source, said = unpacked(path)
        assert len(labels_in(source)) == 6
        assert any(f"{count} member" in text for text in said)


def test_two_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as file:
        for name, content in class_folders().items():
            add_to_tar(file, name, content)
        add_to_tar(file, "cat/0.jpg", jpeg(20))
        add_to_tar(file, "cat/0.JPG", jpeg(21))
    source, said = unpacked(archive)
    assert (source.folder / "cat" / "0.jpg").read_bytes() == jpeg(0)
    assert (source.folder / "cat" / "0 (2).jpg").read_bytes() == jpeg(20)
    assert (source.folder / "cat" / "0 (3).JPG").read_bytes() == jpeg(21)
    assert any("2 members of the archive have other names now" in text for text in said)


def test_names_that_not_every_system_can_hold(tmp_path: Path) -> None:
    long = "n" * 250 + ".jpg"
    members = class_folders() | {f"cat/{n}": jpeg(30) for n in ("a:b?.jpg", "con.jpg", long)}
    source, _ = unpacked(write_zip(tmp_path / "x.zip", members))
    names = {path.name for path in (source.folder / "cat").iterdir()}
    assert {"a_b_.jpg", "_con.jpg"} < names
    assert any(name.startswith("nnn") and name.endswith(".jpg") for name in names)


def test_a_file_where_a_folder_is_needed(tmp_path: Path) -> None:
    members = class_folders() | {"cat/0.jpg/1.jpg": jpeg(1), "dog/9.jpg/1.jpg": jpeg(2)}
    members["dog/9.jpg"] = jpeg(3)
    source, said = unpacked(write_zip(tmp_path / "x.zip", members))
    assert any("2 members of the archive were left out" in text for text in said)
    assert len(labels_in(source)) == 7


def test_names_of_older_programs(tmp_path: Path) -> None:
    content = class_folders()
    archive = write_zip(tmp_path / "x.zip", content | {"k\xe4fer/1.jpg": jpeg(5)})
    raw = archive.read_bytes()
    # As UTF-8 without saying so: the flag is cleared in both headers of this member.
    name = "k\xe4fer/1.jpg".encode()
    with zipfile.ZipFile(archive) as file:
        start = file.getinfo("k\xe4fer/1.jpg").header_offset
    central = raw.rindex(b"PK\1\2", 0, raw.rindex(name))
    edited = bytearray(raw)
    for offset in (start + 6, central + 8):
        edited[offset + 1] &= ~0x08
    archive.write_bytes(bytes(edited))
    source, _ = unpacked(archive)
    assert "k\xe4fer/1.jpg" in labels_in(source)
    old = tmp_path / "y.tar"
    with tarfile.open(old, "w", encoding="cp1252", format=tarfile.GNU_FORMAT) as file:
        for member, data in (content | {"k\xe4fer/1.jpg": jpeg(5)}).items():
            add_to_tar(file, member, data)
    source, _ = unpacked(old)
    assert "k\xe4fer/1.jpg" in labels_in(source)


def test_what_systems_add_is_left_out_without_a_word(tmp_path: Path) -> None:
    junk = ["__MACOSX/cat/._0.jpg", "cat/.DS_Store", ".git/1.jpg", "cat/@eaDir/0.jpg"]
    archive = write_zip(tmp_path / "x.zip", class_folders() | dict.fromkeys(junk, b"junk"))
    source, said = unpacked(archive)
    files = {path.name for path in source.folder.rglob("*") if path.is_file()}
    assert files == {"0.jpg", "1.jpg", "2.jpg", unpack.MARK}
    assert len(said) == 1


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_ALWAYS_ALLOWED", 1 << 20)
    zeros = bytes(3 << 20)
    archive = write_zip(tmp_path / "x.zip", class_folders() | {"cat/zeros.bmp": zeros})
    assert "200 times its size" in str(refusal(archive))
    archive = write_tar(tmp_path / "y.tgz", {"cat/zeros.bmp": zeros}, "w:gz")
    assert "200 times its size" in str(refusal(archive))


def test_a_member_is_no_longer_than_it_says(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "x.zip", {"cat/0.jpg": jpeg(0) + bytes(5000)})
    raw = archive.read_bytes()
    size = len(jpeg(0)) + 5000
    short = raw.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    archive.write_bytes(short)
    assert "cannot be read" in str(refusal(archive))


def test_a_full_disk_is_told_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "_KEPT_FREE", 1 << 60)
    archive = write_zip(tmp_path / "x.zip", class_folders())
    monkeypatch.setattr(unpack, "_ALWAYS_ALLOWED", 1 << 60)
    assert "is full" in str(refusal(archive, OutputError))


def test_endless_names_take_no_memory(tmp_path: Path) -> None:
    archive = tmp_path / "x.tgz"
    header = tarfile.TarInfo("name")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
    with gzip.open(archive, "wb") as stream:
        stream.write(header.tobuf(tarfile.GNU_FORMAT))
        stream.write(bytes(1 << 20))
    assert "a name is too long" in str(refusal(archive))


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "tar.xz"])
@pytest.mark.parametrize("fault", ["cut", "noise", "empty"])
def test_a_damaged_archive_leaves_nothing(tmp_path: Path, form: str, fault: str) -> None:
    archive = tmp_path / f"photos.{form}"
    members = class_folders()
    if form == "zip":
        write_zip(archive, members)
    else:
        write_tar(archive, members, "w:" + form.partition(".")[2])
    raw = archive.read_bytes()
    content = {"cut": raw[: len(raw) // 2], "noise": b"\0\1\2" * 999, "empty": b""}[fault]
    archive.write_bytes(content)
    assert "cannot be read" in str(refusal(archive))


def test_a_protected_archive_says_what_to_do(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "x.zip", {"cat/0.jpg": jpeg(0)})
    raw = bytearray(archive.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    archive.write_bytes(bytes(raw))
    assert "password" in str(refusal(archive))


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    archive, cancel = write_zip(tmp_path / "x.zip", class_folders()), CancelToken()
    job = unpacked_source(Source(archive), tmp_path / "out" / "results", cancel)
    next(job)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(job)
    assert not list((tmp_path / "out").iterdir())


def test_what_a_killed_process_left_goes_when_the_archive_is_unpacked_again(
    tmp_path: Path,
) -> None:
    archive = write_zip(tmp_path / "photos.zip", class_folders())
    remains = tmp_path / "out" / ".photos-unpacked.1f.partial"
    remains.mkdir(parents=True)
    (remains / "half.jpg").write_bytes(b"half")
    running = tmp_path / "out" / ".photos-unpacked.2f.partial"
    running.mkdir()
    with FileLock(running / ".lock"):
        source, _ = unpacked(archive)
    assert {path.name for path in source.folder.iterdir()} == {"cat", "dog", unpack.MARK}
    assert not remains.exists()
    assert running.exists()


def test_images_without_a_suffix_beside_an_archive_stay_images(tmp_path: Path) -> None:
    write_zip(tmp_path / "more.zip", class_folders())
    assert archives_of(tmp_path) == (tmp_path / "more.zip",)
    (tmp_path / "labels.csv").write_text("path,label")
    assert archives_of(tmp_path) == (tmp_path / "more.zip",)
    (tmp_path / "4f2a9c").write_bytes(jpeg(0))
    assert archives_of(tmp_path) == ()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "x.zip", class_folders())
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError, match="Nothing can be unpacked"):
        unpacked(archive)


def test_an_unknown_size_of_a_stream_is_not_believed(tmp_path: Path) -> None:
    """A tar record that says more than there is."""
    archive = tmp_path / "x.tar"
    header = tarfile.TarInfo("cat/0.jpg")
    header.size = 10_000
    archive.write_bytes(header.tobuf() + io.BytesIO(jpeg(0)).getvalue())
    assert "cannot be read" in str(refusal(archive))
