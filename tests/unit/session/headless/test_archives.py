"""Archives of images by the command and from Python: unpacked beside the results."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import sample_images
from sample_images import webdataset, write_tar, write_zip

import ahsml_app
from ahsml_app import cli

QUICK = ("--epochs", "3", "--folds", "3", "--passes", "1", "--views", "0")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip archive of class folders, inside a folder."""
    folder = tmp_path_factory.mktemp("archive")
    sample_images.make_images(folder / "images", per_class=10)
    files = sorted((folder / "images").rglob("*.png"))
    members = {
        f"images/{f.relative_to(folder / 'images').as_posix()}": f.read_bytes() for f in files
    }
    return write_zip(folder / "photos.zip", members)


def test_the_command_unpacks_beside_the_results(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "checked"
    assert cli.main(["--headless", str(archive), "--out", str(out), *QUICK]) == 0
    place = tmp_path / "photos-unpacked"
    assert f"{archive} was unpacked into {place}" in capsys.readouterr().err
    with (out / "labels.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 30
    assert all((place / "images" / row["path"]).is_file() for row in rows)
    settings = json.loads((out / "run.json").read_text("utf-8"))["options"]
    assert settings["source"] == str(place / "images")
    again = [str(archive), "--out", str(out), "--force", *QUICK]
    assert cli.main(["--headless", *again]) == 0
    assert "was unpacked before" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"checked", "photos-unpacked"}


def test_results_that_are_there_already_are_told_before_anything_is_unpacked(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "checked").mkdir()
    (tmp_path / "checked" / "mine.txt").write_text("mine")
    assert cli.main(["--headless", str(archive), "--out", str(tmp_path / "checked"), *QUICK]) == 5
    assert not (tmp_path / "photos-unpacked").exists()


def test_a_damaged_archive_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "photos.tar.gz"
    archive.write_bytes(b"\x1f\x8b\x08")
    assert cli.main(["--headless", str(archive), "--out", str(tmp_path / "out"), *QUICK]) == 3
    told = capsys.readouterr().err
    assert "cannot be read" in told
    assert "unpack it with another program" in told
    assert {path.name for path in tmp_path.iterdir()} == {"photos.tar.gz"}


def test_a_project_of_an_archive_from_python(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "train.tar", webdataset())
    with ahsml_app.open_project(tmp_path / "place" / "project", archive) as project:
        assert project.classes == ("0", "1")
        assert len(project.paths) == 6
    assert (tmp_path / "place" / "train-unpacked" / "labels.csv").is_file()


def test_errors_in_an_archive_from_python(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "photos.zip"
    copy.write_bytes(archive.read_bytes())
    found = ahsml_app.find_label_errors(copy, epochs=3, folds=3, passes=1, views=0)
    assert found.scores.num_rows == 30
    assert (tmp_path / "photos-unpacked").is_dir()
