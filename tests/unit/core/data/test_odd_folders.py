"""Folders that are no classes, and images of kinds that are not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile import sample_image
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import InputError, LabelsError
from ahsml_app.base.events import Notice
from ahsml_app.base.options.run_options import Source
from ahsml_app.core.data.scan import scan


def reasons(result: object) -> dict[str, str]:
    return {item.path: str(item.reason) for item in result.quarantined}


@pytest.mark.parametrize(
    "name",
    [
        *("@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "__MACOSX"),
        *(".thumbnails", ".git", "cat/@eaDir", "lost+found"),
    ],
)
def test_folders_of_systems_are_no_classes(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg", f"{name}/1.jpg")
    result, _ = run(tmp_path)
    assert result.table.class_names == ("cat", "dog")
    assert len(result.table) == 4
    assert f"'{name}'" in notice(result, "1 folder that is never a class")


def test_images_of_kinds_that_are_not_read_are_set_aside_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg", "dog/notes.txt")
    touch(tmp_path, "dog/3.jxl", "raw/1.DNG", "raw/2.cr2")
    result, events = run(tmp_path)
    assert set(reasons(result)) == {"dog/3.jxl", "raw/1.DNG", "raw/2.cr2"}
    assert "JPEG XL" in reasons(result)["dog/3.jxl"]
    assert "camera raw" in reasons(result)["raw/1.DNG"]
    lost = notice(result, "No file of the class")
    assert "'raw'" in lost
    warnings = [str(e.message) for e in events if isinstance(e, Notice) and e.level == "warning"]
    assert warnings == [lost]


def test_the_bytes_tell_what_a_file_is_whose_name_does_not(tmp_path: Path) -> None:
    touch(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg", "dog/README")
    sample_image(1).save(tmp_path / "dog" / "3.dng", "JPEG")
    sample_image(1).save(tmp_path / "dog" / "4.dng", "TIFF")
    sample_image(2).save(tmp_path / "dog" / "4f2a9c", "PNG")
    result, _ = run(tmp_path)
    assert {"dog/3.dng", "dog/4f2a9c"} < set(labels_of(result))
    assert list(reasons(result)) == ["dog/4.dng"]
    assert "1 no suffix" in notice(result, "not images")


def test_a_class_that_is_lost_is_named_before_the_scan_fails(tmp_path: Path) -> None:
    touch(tmp_path, "cat/1.jpg", "cat/2.jpg", "raw/1.nef")
    told = []
    with pytest.raises(LabelsError, match="only one class, 'cat'"):
        told.extend(scan(Source(tmp_path)))
    assert "'raw'" in str(told[-1].message)


def test_a_class_of_a_table_of_which_no_file_is_there_is_named(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{n}.jpg" for n in range(4)))
    rows = ["0.jpg,cat", "1.jpg,cat", "2.jpg,dog", "3.jpg,dog", "gone.jpg,cow"]
    (tmp_path / "labels.csv").write_text("\n".join(["path,label", *rows]), "utf-8")
    result, _ = run(tmp_path, labels=tmp_path / "labels.csv")
    assert "'cow'" in notice(result, "No file of the class")


def test_an_archive_is_called_one(tmp_path: Path) -> None:
    archive = tmp_path / "photos.TAR.gz"
    archive.write_bytes(b"\x1f\x8b")
    error = failure(InputError, archive)
    assert "is an archive" in str(error.message)
    assert "Unpack it" in str(error.hint)
