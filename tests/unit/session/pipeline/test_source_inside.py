"""A single folder around all class folders: which folder is read then, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import finish
from sample_images import make_images
from scanning import labels_in, touch

import ahsml_app
from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken, Notice
from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.session import listed_paths, replay_decisions
from ahsml_app.session.pipeline.scan_source import opened_source


def opened(root: Path, **options) -> tuple[str, list[str]]:
    """The folder that is read, relative to the given one, and the notices."""
    events, source = finish(opened_source(Source(root, **options), root / "out", CancelToken()))
    notices = [str(event.message) for event in events if isinstance(event, Notice)]
    return source.folder.relative_to(root).as_posix(), notices


@pytest.mark.parametrize(
    ("files", "inner"),
    [
        (["pets/cat/1.jpg", "pets/dog/1.jpg"], "pets"),
        (["archive/pets/cat/1.jpg", "archive/pets/dog/1.jpg"], "archive/pets"),
        (["pets/cat/1.jpg", "pets/dog/1.jpg", "README.txt", "__MACOSX/pets/._1.jpg"], "pets"),
        (["pets/cat/1.jpg", "pets/dog/1.jpg", ".cache/1.jpg"], "pets"),
        (["pets/cat/1.jpg", "pets/dog/1.jpg", "annotations/xml/1.xml"], "pets"),
        # A split among the classes is a class, as it is without the folder around.
        (["parts/valid/1.jpg", "parts/broken/1.jpg"], "parts"),
    ],
)
def test_class_folders_are_found_inside_a_single_folder(
    files: list[str], inner: str, tmp_path: Path
) -> None:
    touch(tmp_path, *files)
    found, notices = opened(tmp_path)
    assert found == inner
    assert notices == [
        f"The images of {tmp_path} lie only in its folder {inner}: the folders in that are the "
        "classes."
    ]


@pytest.mark.parametrize(
    "files",
    [
        ["cat/1.jpg", "dog/1.jpg"],
        ["cat/1.jpg", "cat/2.jpg"],
        ["cat/old/1.jpg", "cat/new/1.jpg", "cat/1.jpg"],
        ["pets/cat/1.jpg", "pets/dog/1.jpg", "1.jpg"],
        ["pets/cat/1.jpg", "pets/dog/1.jpg", "more/1.jpg"],
        ["train/cat/1.jpg", "train/dog/1.jpg"],
        ["pets/train/cat/1.jpg", "pets/train/dog/1.jpg", "pets/test/cat/1.jpg"],
        [],
    ],
)
def test_other_folders_are_read_as_they_are(files: list[str], tmp_path: Path) -> None:
    touch(tmp_path, *files)
    assert opened(tmp_path) == (".", [])


@pytest.mark.parametrize("options", [{"class_from": "*/{class}/*"}, {"labels": Path("l.csv")}])
def test_what_the_user_says_goes_before(options: dict[str, object], tmp_path: Path) -> None:
    touch(tmp_path, "pets/cat/1.jpg", "pets/dog/1.jpg")
    assert opened(tmp_path, **options) == (".", [])


def test_links_and_results_are_no_class_folders(tmp_path: Path) -> None:
    touch(tmp_path, "pets/cat/1.jpg", "pets/dog/1.jpg", "results/images/cat/1.jpg")
    (tmp_path / "results" / "run.json").write_text('{"application": "ahsml-app"}')
    assert opened(tmp_path)[0] == "pets"
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "again").symlink_to(tmp_path / "pets", target_is_directory=True)
    assert opened(tmp_path)[0] == "pets"


def test_folders_behind_links_are_entered(tmp_path: Path) -> None:
    touch(tmp_path / "store", "cat/1.jpg", "dog/1.jpg")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "pets").symlink_to(tmp_path / "store", target_is_directory=True)
    assert opened(tmp_path / "photos")[0] == "pets"
    inner = tmp_path / "linked" / "pets"
    inner.mkdir(parents=True)
    for name in ("cat", "dog"):
        (inner / name).symlink_to(tmp_path / "store" / name, target_is_directory=True)
    assert opened(tmp_path / "linked")[0] == "pets"


def test_an_image_without_a_suffix_beside_the_folder_is_not_lost(tmp_path: Path) -> None:
    touch(tmp_path, "pets/cat/1.jpg", "pets/dog/1.jpg")
    (tmp_path / "0001").write_bytes(b"\xff\xd8\xff\xe0" + bytes(20))
    assert opened(tmp_path)[0] == "."


def test_listed_files_count_from_either_folder(tmp_path: Path) -> None:
    touch(tmp_path / "photos", "pets/cat/1.jpg", "pets/dog/1.jpg")
    listed = tmp_path / "new-images"
    for paths in ("pets/cat/1.jpg\n", "cat/1.jpg\n", "pets/cat/1.jpg\0"):
        listed.write_text(paths, encoding="utf-8")
        assert listed_paths(listed, Source(tmp_path / "photos")) == {"cat/1.jpg"}
    listed.write_text("photos/pets/cat/1.jpg\n", encoding="utf-8")
    with pytest.raises(InputError):
        listed_paths(listed, Source(tmp_path / "photos"))


def test_a_log_is_replayed_inside_the_single_folder(tmp_path: Path) -> None:
    make_images(tmp_path / "copy" / "pets", per_class=2, wrong=0)
    project = ahsml_app.open_project(tmp_path / "project", source=tmp_path / "copy" / "pets")
    first = sorted(labels_in(Source(tmp_path / "copy" / "pets")))[0]
    project.decide([first], "keep")
    project.export(tmp_path / "export", parts=["labels", "journal"])
    project.close()
    options = RunOptions(Source(tmp_path / "copy"), output=OutputOptions(tmp_path / "labels"))
    _, summary = finish(replay_decisions(options, tmp_path / "export" / "decisions.jsonl"))
    assert summary.replay is not None
    assert summary.replay.conflicts == ()
    written = (tmp_path / "labels" / "labels.csv").read_bytes()
    assert written == (tmp_path / "export" / "labels.csv").read_bytes()


def test_a_project_and_its_class_folders_know_nothing_of_the_folder_around(tmp_path: Path) -> None:
    root, out = tmp_path / "data", tmp_path / "out"
    make_images(root / "pets", per_class=2, wrong=0)
    project = ahsml_app.open_project(tmp_path / "project", source=root)
    given = labels_in(Source(root / "pets"))
    assert len(set(given.values())) == 3
    project.export(out, parts=["tree"])
    written = (path.relative_to(out / "images") for path in out.glob("images/**/*.*"))
    assert {path.as_posix() for path in written} == set(given)
