"""The one way to the files of a project: no way out of its folder, and nothing half-written."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.store.files.safe_folder import SafeFolder, is_inner_path

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file of the user that no project may touch."""
    path = tmp_path / "precious" / "letter.txt"
    path.parent.mkdir()
    path.write_text("mine")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> SafeFolder:
    (tmp_path / "p").mkdir(mode=0o700)
    return SafeFolder(tmp_path / "p")


@pytest.mark.parametrize(
    ("path", "posix", "windows"),
    [
        ("cats/a.jpg", True, True),
        ("cats/..a.jpg", True, True),
        ("", False, False),
        ("/etc/passwd", False, False),
        ("../a.jpg", False, False),
        ("cats/../../a.jpg", False, False),
        ("cats/..", False, False),
        ("a\0b", False, False),
        ("..\\a.jpg", True, False),
        ("C:a.jpg", True, False),
        ("C:/a.jpg", True, False),
        ("\\\\host\\share\\a.jpg", True, False),
        ("a.jpg:stream", True, False),
    ],
)
def test_only_a_path_below_the_folder_is_inside(path: str, posix: bool, windows: bool) -> None:
    assert is_inner_path(path, windows=False) == posix
    assert is_inner_path(path, windows=True) == windows


@pytest.mark.parametrize("name", ["../precious/letter.txt", "/etc/passwd", "runs/../../x", ""])
def test_no_name_leads_out(folder: SafeFolder, outside: Path, name: str) -> None:
    for use in (folder.read, folder.create, folder.make_folder, folder.remove, folder.is_file):
        with pytest.raises(ProjectError, match="leads out"):
            use(name)
    with pytest.raises(ProjectError, match="leads out"):
        folder.rename(name, "here")
    with pytest.raises(ProjectError, match="leads out"):
        folder.write(name, b"x")
    assert outside.read_text() == "mine"


@needs_links
@pytest.mark.parametrize("name", ["link", "linked/letter.txt"])
def test_no_link_is_followed(folder: SafeFolder, outside: Path, name: str) -> None:
    (folder.root / "link").symlink_to(outside)
    (folder.root / "linked").symlink_to(outside.parent)
    for use in (folder.read, folder.create, folder.make_folder, folder.check_file, folder.is_file):
        with pytest.raises(ProjectError, match="is a link"):
            use(name)
    with pytest.raises(ProjectError, match="is a link"):
        folder.write(name, b"x")
    assert outside.read_text() == "mine"


@needs_links
def test_removing_takes_the_link_and_leaves_what_it_names(
    folder: SafeFolder, outside: Path
) -> None:
    folder.make_folder("training/inner")
    (folder.root / "training" / "inner" / "link").symlink_to(outside.parent)
    (folder.root / "link").symlink_to(outside.parent)
    folder.remove_links("training")
    assert folder.names("training/inner") == []
    (folder.root / "training" / "inner" / "link").symlink_to(outside.parent)
    folder.remove("training")
    folder.remove("link")
    folder.remove("link")
    assert folder.names() == []
    assert outside.read_text() == "mine"


@needs_links
def test_the_folder_itself_may_be_reached_through_a_link(
    folder: SafeFolder, tmp_path: Path
) -> None:
    (tmp_path / "shortcut").symlink_to(folder.root)
    SafeFolder(tmp_path / "shortcut").write("a", b"1")
    assert folder.read("a") == b"1"


@needs_links
def test_what_is_no_regular_file_is_not_opened(folder: SafeFolder) -> None:
    os.mkfifo(folder.root / "pipe")
    folder.make_folder("runs")
    for name in ("pipe", "runs"):
        for use in (folder.read, folder.check_file):
            with pytest.raises(ProjectError, match="not of the kind"):
                use(name)
        assert not folder.is_file(name)
    folder.write("file", b"")
    with pytest.raises(ProjectError, match="not of the kind"):
        folder.make_folder("file")
    with pytest.raises(FileNotFoundError):
        folder.read("absent")


def test_a_new_file_never_replaces_another(folder: SafeFolder) -> None:
    with folder.create("a") as stream:
        stream.write(b"first")
    with pytest.raises(FileExistsError):
        folder.create("a")
    assert folder.read("a") == b"first"


def test_a_write_that_fails_leaves_the_file_before(folder: SafeFolder) -> None:
    folder.write("a", b"old")
    with pytest.raises(TypeError), folder.replace("a") as stream:
        stream.writelines([b"half of the n", "no bytes"])
    assert folder.read("a") == b"old"
    folder.write("a", b"new")
    folder.rename("a", "b")
    assert folder.names() == ["b"]
    assert folder.read("b") == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.parametrize(("of_folder", "of_file"), [(0o700, 0o600), (0o750, 0o640)])
def test_files_are_as_private_as_their_folder(
    folder: SafeFolder, of_folder: int, of_file: int
) -> None:
    folder.root.chmod(of_folder)
    folder.write("written", b"")
    folder.create("created").close()
    inner = folder.make_folder("runs/0001")
    assert stat.S_IMODE(inner.stat().st_mode) == of_folder
    for name in ("written", "created"):
        assert stat.S_IMODE((folder.root / name).stat().st_mode) == of_file


def test_the_error_is_the_kind_that_the_caller_wants(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        SafeFolder(tmp_path, OutputError).read("../a")
