"""Class folders that every file system can hold, and that lose no image."""

from __future__ import annotations

import errno
import os
import unicodedata
from pathlib import Path

import pytest

from ahsml_app.base.paths import content_hash
from ahsml_app.store import class_folders
from ahsml_app.store.class_folders import TreeEntry, class_folder_names, plan_tree, write_tree


@pytest.mark.parametrize(
    ("mode", "call"), [("hardlink", "os.link"), ("symlink", "pathlib.Path.symlink_to")]
)
def test_an_image_is_copied_where_the_file_system_knows_no_links(
    mode: str, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    source = tmp_path / "a.jpg"
    source.write_bytes(b"image")
    monkeypatch.setattr(call, refuse)
    entries = [TreeEntry(str(source), "cats/a.jpg")]
    (written,) = write_tree(tmp_path / "out", entries, mode)
    assert not written.as_asked
    assert written.digest == content_hash(source)
    copied = tmp_path / "out" / "cats" / "a.jpg"
    assert copied.read_bytes() == b"image"
    assert not copied.is_symlink()


def test_another_failure_of_a_link_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.link", fail)
    with pytest.raises(OSError, match="No space left"):
        list(write_tree(tmp_path, [TreeEntry(str(tmp_path / "a.jpg"), "cats/a.jpg")], "hardlink"))
    assert not list(tmp_path.rglob("*.jpg"))


def test_no_two_classes_share_a_folder_on_any_file_system() -> None:
    composed, decomposed = (unicodedata.normalize(form, "K\u00e4fer") for form in ("NFC", "NFD"))
    twins = [composed, decomposed, "k\u00c4FER", "K\u00e4\u200bfer", "\u212aafer", "kafer", "Kafer"]
    names = class_folder_names(twins)
    assert names[composed] == composed
    assert names[decomposed] == f"{decomposed} (2)"
    folded = {
        "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isprintable())
        for name in names.values()
    }
    assert len(folded) == len(twins)


@pytest.mark.parametrize(
    ("label", "folder"),
    [
        ("cat", "cat"),
        ("", "_"),
        ("...", "_"),
        ("cat. ", "cat"),
        (".hidden", "_.hidden"),
        ("..", "_"),
        ("../cat", "_.._cat"),
        ("/etc", "_etc"),
        ("NUL", "_NUL"),
        ("con .txt", "_con .txt"),
        ("com\u00b9", "_com\u00b9"),
        ("a\x1b]0;b\x07\x9b", "a_]0;b__"),
        ("circle" * 60, ("circle" * 60)[:200]),
        ("\u00e4" * 150, "\u00e4" * 100),
        ("x" * 199 + " y", "x" * 199),
    ],
)
def test_the_folder_of_a_class_has_a_name_that_any_system_takes(label: str, folder: str) -> None:
    assert class_folder_names([label]) == {label: folder}


def test_long_names_that_begin_alike_stay_apart(tmp_path: Path) -> None:
    labels = [f"{'circle' * 60}{end}" for end in "abc"]
    paths = [f"{number}/{'y' * 251}.jpg" for number in range(4)]
    for path in paths:
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(path)
    entries = plan_tree(tmp_path, paths, [labels[0], *labels], by_folder=False)
    written = [w.target for w in write_tree(tmp_path / "out", entries, "copy")]
    assert sorted((tmp_path / "out" / name).read_text() for name in written) == paths
    assert all(len(part.encode()) <= 255 for name in written for part in name.split("/"))
    assert written[1].endswith(" (2).jpg")


def test_a_path_that_leads_out_stays_in_the_folder_of_its_class() -> None:
    planned = plan_tree(Path("/p"), ["a/../../x", "/etc/passwd"], ["k", "k"], by_folder=True)
    assert [entry.target for entry in planned] == ["k/x", "k/etc/passwd"]


def test_many_equal_names_are_numbered_at_once() -> None:
    """The search for a free number began anew for each, which took minutes."""
    count = 30_000
    paths = [f"{number}/x.png" for number in range(count)]
    planned = {e.target for e in plan_tree(Path("/p"), paths, ["k"] * count, by_folder=False)}
    assert len(planned) == count
    assert f"k/x ({count}).png" in planned


def test_what_a_file_system_folds_gets_a_number_when_it_is_written(tmp_path: Path) -> None:
    """As where two names are one: the second finds what the first has made."""
    for name in "ab":
        (tmp_path / name).write_text(name)
    out = tmp_path / "out"
    (out / "cat").mkdir(parents=True)
    (out / "cat" / "x.png").write_text("of another class")
    entries = [TreeEntry(str(tmp_path / name), "cat/x.png") for name in "ab"]
    targets = [written.target for written in write_tree(out, entries, "copy")]
    assert targets == ["cat (2)/x.png", "cat (2)/x (2).png"]
    assert [(out / target).read_text() for target in targets] == ["a", "b"]
    assert (out / "cat" / "x.png").read_text() == "of another class"


def test_an_image_never_takes_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    targets = ["cat/x.png", "cat/x.png/y.png", "cat/z.png/y.png", "cat/z.png"]
    entries = [TreeEntry(str(tmp_path / "a"), target) for target in targets]
    written = [entry.target for entry in write_tree(tmp_path / "out", entries, "copy")]
    assert written == ["cat/x.png", "cat/y.png", "cat/z.png/y.png", "cat/z (2).png"]


@pytest.mark.parametrize("mode", ["copy", "hardlink", "symlink"])
def test_an_image_behind_a_link_reaches_its_class(tmp_path: Path, mode: str) -> None:
    """A hard link to a relative link led nowhere."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "real.jpg").write_text("image")
    (tmp_path / "pictures" / "a.jpg").symlink_to("real.jpg")
    entries = [TreeEntry(str(tmp_path / "pictures" / "a.jpg"), "cats/a.jpg")]
    list(write_tree(tmp_path / "out", entries, mode))
    assert (tmp_path / "out" / "cats" / "a.jpg").read_text() == "image"


def test_a_copy_that_reads_back_otherwise_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_text("image")
    monkeypatch.setattr(class_folders, "content_hash", lambda _: "another")
    with pytest.raises(OSError, match="does not hold what was written"):
        list(write_tree(tmp_path / "out", [TreeEntry(str(tmp_path / "a.jpg"), "c/a.jpg")], "copy"))
